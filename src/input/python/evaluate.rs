//! What expressions are: literals, names, strings, collections, conditional expressions and the calls that make data.
//!
//! Part of the walk in `run`. What is not certain is not known.

use super::run::{Run, dotted};
use super::syntax::{Expr, Kind, Part};
use super::tables;
use super::thing::{Thing, either, one_of, opened, set};
use crate::model::number::Number;
use crate::model::value::{Attr, List, Map, Piece, ResourceRef, Str, Unknown, Value, Why, WhyCode};
use crate::source::Span;

impl Run<'_> {
    /// What an expression is.
    pub(super) fn eval(&mut self, expr: &Expr) -> Thing {
        let data = |value| Thing::Data(Attr::new(value, expr.span));
        match &expr.kind {
            Kind::Text(parts) => self.text(parts, expr.span),
            Kind::Number(text) => Number::parse(text).map_or(Thing::Unknown, |number| data(Value::number(number))),
            Kind::Given(value) => Thing::Data(Attr::clone(value)),
            Kind::Bool(truth) => data(Value::Bool(*truth)),
            Kind::None => data(Value::Null),
            Kind::Name(name) => self.lookup(name).unwrap_or(Thing::Unknown),
            Kind::Attribute(object, name) => self.attribute(expr, object, name),
            Kind::Index(object, key) => self.index(object, key),
            Kind::Call(function, arguments) => self.called(expr, function, arguments),
            Kind::List(items) => self.list(items, expr.span),
            Kind::Dict(entries) => self.dict(entries, expr.span),
            Kind::Choice(then, condition, other) => {
                let decided = match self.eval(condition) {
                    Thing::Data(Attr { value: Value::Bool(truth), .. }) => Some(truth),
                    _ => None,
                };
                let (then, other) = (self.eval(then), self.eval(other));
                let why = Why::new(WhyCode::UnknownCondition, self.written(condition.span), condition.span);
                match decided {
                    Some(true) => then,
                    Some(false) => other,
                    None => either(&[Some(&then), Some(&other)], &why),
                }
            }
            Kind::Binary(left, operator, right) => self.binary(left, operator, right, expr.span),
            Kind::Not(inner) | Kind::Splat(inner) => {
                self.eval(inner);
                Thing::Unknown
            }
            Kind::Other(inner) => {
                inner.iter().for_each(|one| {
                    self.eval(one);
                });
                Thing::Unknown
            }
        }
    }

    fn data(&mut self, expr: &Expr) -> Attr {
        let thing = self.eval(expr);
        thing.data(expr.span, || self.written(expr.span))
    }

    fn text(&mut self, parts: &[Part], at: Span) -> Thing {
        let mut pieces = Vec::new();
        let mut whole = Attr::new(Value::Null, at);
        for part in parts {
            match part {
                Part::Text(text) => pieces.push(Piece::Known(text.as_str().into())),
                Part::Value(expr) => {
                    let attr = self.data(expr);
                    whole.origin = whole.origin.join(&attr.origin);
                    whole.sensitive |= attr.sensitive;
                    pieces.extend(into_pieces(&attr));
                }
            }
        }
        Thing::Data(Attr { value: Value::from_pieces(pieces), ..whole })
    }

    fn list(&mut self, items: &[Expr], at: Span) -> Thing {
        let mut list = List::default();
        let mut known = Vec::new();
        for item in items {
            match &item.kind {
                Kind::Splat(inner) => match self.data(inner).value {
                    Value::List(inner) => {
                        known.extend(inner.items.iter().cloned());
                        list.open = list.open.or(inner.open);
                    }
                    _ => list.open = Some(Why::new(WhyCode::NotEvaluated, self.written(item.span), item.span)),
                },
                _ => known.push(self.data(item)),
            }
        }
        list.items = known.into();
        Thing::Data(Attr::new(Value::List(list), at))
    }

    fn dict(&mut self, entries: &[(Option<Expr>, Expr)], at: Span) -> Thing {
        let mut map = Attr::new(Value::map([]), at);
        for (key, value) in entries {
            let attr = self.data(value);
            match key.as_ref().map(|key| (key.span, self.data(key).value)) {
                Some((span, Value::String(key))) => set(&mut map, &[key], Attr { key: Some(span), ..attr }),
                Some(_) => map = opened(&map, &Why::new(WhyCode::NotEvaluated, self.written(value.span), value.span)),
                None => {
                    map = with_all(map, &attr, &Why::new(WhyCode::NotEvaluated, self.written(value.span), value.span))
                }
            }
        }
        Thing::Data(map)
    }

    fn attribute(&mut self, expr: &Expr, object: &Expr, name: &str) -> Thing {
        if let Some(thing) = dotted(expr).and_then(|name| self.lookup(&name)) {
            return thing;
        }
        match self.eval(object) {
            Thing::Path(path) => {
                let path = format!("{path}.{name}");
                let member = tables::member(&path).map(|member| Attr::new(Value::string(member), expr.span));
                member.map_or(Thing::Path(path), Thing::Data)
            }
            Thing::Made(object) => match &object.name {
                Some(address) => Thing::Data(self.reference(address, name, expr.span)),
                None => Thing::Unknown,
            },
            Thing::Own(class) => self.names.get(&format!("{class}.{name}")).cloned().unwrap_or(Thing::Unknown),
            Thing::Module(names) => names.get(name).cloned().unwrap_or(Thing::Unknown),
            Thing::Data(Attr { value: Value::Map(map), .. }) => {
                map.get(name).map_or(Thing::Unknown, |attr| Thing::Data(attr.clone()))
            }
            Thing::Arguments => self.options.get(name).map_or(Thing::Unknown, |attr| Thing::Data(attr.clone())),
            _ => Thing::Unknown,
        }
    }

    /// An attribute of a resource of the program.
    fn reference(&self, address: &Str, attribute: &str, at: Span) -> Attr {
        let refers_to = ResourceRef {
            scope: Str::clone(&self.path),
            address: Str::clone(address),
            instance: None,
            attribute: attribute.into(),
        };
        let why = Why::new(WhyCode::KnownAfterApply, self.written(at), at);
        Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to: Some(refers_to.into()) }), at)
    }

    fn index(&mut self, object: &Expr, key: &Expr) -> Thing {
        let (object, key) = (self.eval(object), self.data(key));
        let Thing::Data(attr) = object else { return Thing::Unknown };
        let found = match (&attr.value, &key.value) {
            (Value::Map(map), Value::String(key)) => map.get(key),
            // One of the entries, whichever.
            (Value::Map(map), Value::Unknown(Unknown { why, .. })) if map.open.is_none() => {
                let all = map.entries.iter().map(|(_, attr)| Some(attr.clone())).collect();
                return Thing::Data(one_of(all, why, attr.at));
            }
            (Value::List(list), Value::Number(at)) => {
                at.number.to_i64().and_then(|at| usize::try_from(at).ok()).and_then(|at| list.items.get(at))
            }
            _ => None,
        };
        found.map_or(Thing::Unknown, |attr| Thing::Data(attr.clone()))
    }

    fn binary(&mut self, left: &Expr, operator: &str, right: &Expr, at: Span) -> Thing {
        let (left, right) = (self.data(left), self.data(right));
        let origin = left.origin.join(&right.origin);
        let value = match (&left.value, operator, &right.value) {
            (Value::Number(a), _, Value::Number(b)) => {
                let (a, b) = (&a.number, &b.number);
                match operator {
                    "+" => a.add(b),
                    "-" => a.sub(b),
                    "*" => a.mul(b),
                    "/" => a.div(b),
                    "//" => a.div(b).map(|quotient| quotient.floor()),
                    _ => None,
                }
                .map(Value::number)
            }
            (Value::String(_) | Value::Text(_), "+", _) | (_, "+", Value::String(_) | Value::Text(_)) => {
                Some(Value::from_pieces(into_pieces(&left).into_iter().chain(into_pieces(&right))))
            }
            (Value::Map(_), "|", Value::Map(_)) => {
                return Thing::Data(with_all(left, &right, &Why::new(WhyCode::NotEvaluated, self.written(at), at)));
            }
            (Value::List(a), "+", Value::List(b)) => {
                let items = a.items.iter().chain(b.items.iter()).cloned().collect();
                Some(Value::List(List { items, open: a.open.clone().or_else(|| b.open.clone()), ..List::default() }))
            }
            (Value::Unknown(_) | Value::OneOf(_), "is" | "is not", _) => None,
            (value, "is" | "is not", Value::Null) => {
                Some(Value::Bool(matches!(value, Value::Null) == (operator == "is")))
            }
            // `given or default`
            (Value::Null, "or", _) => return Thing::Data(right),
            (Value::String(text), "or", _) if !text.is_empty() => return Thing::Data(left),
            _ => None,
        };
        value.map_or(Thing::Unknown, |value| Thing::Data(Attr { origin, ..Attr::new(value, at) }))
    }
}

/// A map with the entries of another over it.
pub(super) fn with_all(mut map: Attr, more: &Attr, why: &Why) -> Attr {
    let (entries, open) = match &more.value {
        Value::Map(map) => (&map.entries[..], map.open.as_ref()),
        _ => (&[][..], Some(why)),
    };
    if let (Some(why), Value::Map(own)) = (open, &map.value) {
        let doubted =
            |(key, attr): &(Str, Attr)| (key.clone(), Attr { value: Value::unknown(why.clone()), ..attr.clone() });
        map.value = Value::Map(Map { entries: own.entries.iter().map(doubted).collect(), ..own.clone() });
        map = opened(&map, why);
    }
    for (key, attr) in entries {
        set(&mut map, std::slice::from_ref(key), attr.clone());
    }
    map
}

pub(super) fn into_pieces(attr: &Attr) -> Vec<Piece> {
    match &attr.value {
        Value::Text(pieces) => pieces.to_vec(),
        Value::Unknown(unknown) => vec![Piece::Hole(Unknown { may_be_absent: false, ..unknown.clone() })],
        value => match value.scalar_text() {
            Some(text) => vec![Piece::Known(text)],
            None => {
                let why = Why::new(WhyCode::NotEvaluated, Str::from("a value"), attr.at);
                vec![Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })]
            }
        },
    }
}
