//! What expressions are: literals, names, strings, collections, conditional expressions and the calls that make data.
//!
//! Part of the walk in `run`. What is not certain is not known.

use super::run::{Callee, Run, dotted};
use super::syntax::{Argument, Expr, Kind, Part};
use super::thing::{Thing, either, opened, set};
use crate::input::calls::programs;
use crate::model::number::Number;
use crate::model::value::{Attr, List, Map, Origin, Piece, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;

impl Run<'_> {
    /// What an expression is.
    pub(super) fn eval(&mut self, expr: &Expr) -> Thing {
        let data = |value| Thing::Data(Attr::new(value, expr.span));
        match &expr.kind {
            Kind::Text(parts) => self.text(parts, expr.span),
            Kind::Number(text) => Number::parse(text).map_or(Thing::Unknown, |number| data(Value::number(number))),
            Kind::Bool(truth) => data(Value::Bool(*truth)),
            Kind::None => data(Value::Null),
            Kind::Name(name) => self.names.get(name).cloned().unwrap_or(Thing::Unknown),
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
        let mut origin = Origin::default();
        for part in parts {
            match part {
                Part::Text(text) => pieces.push(Piece::Known(text.as_str().into())),
                Part::Value(expr) => {
                    let attr = self.data(expr);
                    origin = origin.join(&attr.origin);
                    pieces.extend(into_pieces(&attr));
                }
            }
        }
        Thing::Data(Attr { origin, ..Attr::new(Value::from_pieces(pieces), at) })
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
        if let Some(thing) = dotted(expr).and_then(|name| self.names.get(&name)) {
            return thing.clone();
        }
        match self.eval(object) {
            Thing::Path(path) => Thing::Path(format!("{path}.{name}")),
            Thing::Own(class) => self.names.get(&format!("{class}.{name}")).cloned().unwrap_or(Thing::Unknown),
            Thing::Module(names) => names.get(name).cloned().unwrap_or(Thing::Unknown),
            Thing::Arguments => self.options.get(name).map_or(Thing::Unknown, |attr| Thing::Data(attr.clone())),
            _ => Thing::Unknown,
        }
    }

    fn index(&mut self, object: &Expr, key: &Expr) -> Thing {
        let (object, key) = (self.eval(object), self.data(key));
        let Thing::Data(attr) = object else { return Thing::Unknown };
        let found = match (&attr.value, &key.value) {
            (Value::Map(map), Value::String(key)) => map.get(key),
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
            (Value::List(a), "+", Value::List(b)) => {
                let items = a.items.iter().chain(b.items.iter()).cloned().collect();
                Some(Value::List(List { items, open: a.open.clone().or_else(|| b.open.clone()), ..List::default() }))
            }
            // `given or default`
            (Value::Null, "or", _) => return Thing::Data(right),
            (Value::String(text), "or", _) if !text.is_empty() => return Thing::Data(left),
            _ => None,
        };
        value.map_or(Thing::Unknown, |value| Thing::Data(Attr { origin, ..Attr::new(value, at) }))
    }

    fn called(&mut self, expr: &Expr, function: &Expr, arguments: &[Argument]) -> Thing {
        let callee = match &function.kind {
            Kind::Attribute(object, name) => match self.eval(object) {
                Thing::Path(path) => Callee::Path(format!("{path}.{name}")),
                receiver => {
                    if let Some(changed) = self.mutated(object, name, arguments) {
                        return changed;
                    }
                    Callee::Method(receiver, name.clone())
                }
            },
            Kind::Name(name) => match self.names.get(name).cloned() {
                Some(Thing::Path(path)) => Callee::Path(path),
                Some(Thing::Function(function)) => {
                    let (positional, keywords) = self.arguments(arguments, expr.span);
                    return self.call(&function, &positional, &keywords);
                }
                Some(Thing::Own(class)) => {
                    self.arguments(arguments, expr.span);
                    return Thing::Own(class);
                }
                Some(_) => Callee::Method(Thing::Unknown, name.clone()),
                None => Callee::Path(name.clone()),
            },
            _ => Callee::Method(self.eval(function), String::new()),
        };
        let (positional, keywords) = self.arguments(arguments, expr.span);
        let made = self.made(&callee, &positional, &keywords, expr.span);
        self.note(callee, positional, keywords, function.span);
        made
    }

    /// Methods that change the collection they are called on.
    fn mutated(&mut self, object: &Expr, name: &str, arguments: &[Argument]) -> Option<Thing> {
        let target = dotted(object)?;
        let Some(Thing::Data(Attr { value: Value::Map(_) | Value::List(_), .. })) = self.names.get(&target) else {
            return None;
        };
        if !matches!(
            name,
            "update" | "append" | "extend" | "insert" | "pop" | "remove" | "clear" | "setdefault" | "popitem"
        ) {
            return None;
        }
        let (positional, keywords) = self.arguments(arguments, object.span);
        let Some(Thing::Data(attr)) = self.names.get(&target) else { return None };
        let why = Why::new(WhyCode::NotEvaluated, format!("{target}.{name}"), object.span);
        let changed = match (name, positional.first(), &attr.value) {
            ("update", more, Value::Map(_)) => {
                let updated = more.map_or_else(|| attr.clone(), |more| with_all(attr.clone(), more, &why));
                with_all(updated, &keywords, &why)
            }
            ("append", Some(more), Value::List(list)) => {
                let items = list.items.iter().chain([more]).cloned().collect();
                Attr { value: Value::List(List { items, open: list.open.clone(), kind: list.kind }), ..attr.clone() }
            }
            ("extend" | "setdefault", ..) => opened(attr, &why),
            _ => Attr { value: Value::unknown(why), ..attr.clone() },
        };
        self.names.set(&target, Thing::Data(changed));
        Some(Thing::Unknown)
    }

    /// What a call answers, where that is plain.
    fn made(&mut self, callee: &Callee, positional: &[Attr], keywords: &Attr, at: Span) -> Thing {
        let given = |name: &str| match &keywords.value {
            Value::Map(map) => map.get(name).cloned(),
            _ => None,
        };
        let first = positional.first();
        let name = match callee {
            Callee::Path(path) => path.as_str(),
            Callee::Method(_, name) => name.as_str(),
        };
        match name.rsplit('.').next().unwrap_or_default() {
            "client" | "resource" => {
                let service = first.cloned().or_else(|| given("service_name"));
                match service.as_ref().and_then(|service| service.value.as_str()) {
                    Some(service) => {
                        Thing::Client(service.to_owned(), given("region_name").or_else(|| positional.get(1).cloned()))
                    }
                    None => Thing::Unknown,
                }
            }
            "getenv" | "get" if matches!(name, "os.getenv" | "os.environ.get" | "getenv" | "environ.get") => {
                match positional.get(1).cloned().or_else(|| given("default")) {
                    Some(default) => Thing::Data(default.passed(Via::VariableDefault, at)),
                    None => Thing::Unknown,
                }
            }
            "get" => match (callee, first.and_then(|key| key.value.as_str())) {
                (Callee::Method(Thing::Data(Attr { value: Value::Map(map), .. }), _), Some(key)) => {
                    let found =
                        map.get(key).cloned().or_else(|| positional.get(1).filter(|_| map.open.is_none()).cloned());
                    found.map_or(Thing::Unknown, Thing::Data)
                }
                _ => Thing::Unknown,
            },
            "parse_args" | "parse_known_args" => Thing::Arguments,
            "add_argument" => {
                let flag = positional
                    .iter()
                    .filter_map(|attr| attr.value.as_str())
                    .find(|flag| flag.starts_with("--") || !flag.starts_with('-'));
                let dest = given("dest").and_then(|dest| dest.value.as_str().map(str::to_owned));
                let dest = dest.or_else(|| flag.map(|flag| flag.trim_start_matches('-').replace('-', "_")));
                if let Some((dest, default)) = dest.zip(given("default")) {
                    self.options.insert(dest, default.passed(Via::VariableDefault, default.at));
                }
                Thing::Unknown
            }
            "dict" if name == "dict" && positional.is_empty() => Thing::Data(keywords.clone()),
            "str" | "int" | "float" | "bool" | "list" | "deepcopy" if first.is_some() => {
                first.cloned().map_or(Thing::Unknown, Thing::Data)
            }
            "dumps" if first.is_some_and(|attr| matches!(attr.value, Value::Number(_))) => {
                first.cloned().map_or(Thing::Unknown, Thing::Data)
            }
            "copy" => match callee {
                Callee::Method(Thing::Data(attr), _) => Thing::Data(attr.clone()),
                _ => first.cloned().map_or(Thing::Unknown, Thing::Data),
            },
            last => match callee {
                Callee::Path(path) if path.contains('.') && last.starts_with(char::is_uppercase) => {
                    let parameter = programs().iter().find_map(|program| program.parameters.get(last));
                    if let Some(default) = parameter.and_then(|keyword| given(keyword)) {
                        return Thing::Data(default.passed(Via::VariableDefault, at));
                    }
                    Thing::Made(path.clone(), keywords.clone())
                }
                _ => Thing::Unknown,
            },
        }
    }
}

/// A map with the entries of another over it.
fn with_all(mut map: Attr, more: &Attr, why: &Why) -> Attr {
    let Value::Map(Map { entries, open, .. }) = &more.value else { return opened(&map, why) };
    for (key, attr) in entries.iter() {
        set(&mut map, std::slice::from_ref(key), attr.clone());
    }
    match open {
        Some(why) => opened(&map, why),
        None => map,
    }
}

fn into_pieces(attr: &Attr) -> Vec<Piece> {
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
