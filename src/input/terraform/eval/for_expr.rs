//! `for` expressions, and what iterating over a collection means.

use super::{Env, Frame, built, first_why, operators, pick};
use crate::model::number::Number;
use crate::model::value::{Attr, List, ListKind, Map, Str, Value, Why, WhyCode};
use crate::source::Span;
use hcl_edit::expr::{Expression, ForExpr};

/// The known elements of a collection with their keys, and whether there may be more.
pub struct Elements {
    /// Key and value; the key of a list is its position.
    pub items: Vec<(Attr, Attr)>,
    /// Set if there may be more.
    pub open: Option<Why>,
}

/// The elements of a collection; `None` where the value is no collection or not known to be one.
pub fn elements(collection: &Attr) -> Option<Elements> {
    // Seen from the loop, an element stands in the collection's expression, wherever it was written.
    let place = |own: Span| if collection.at.contains(own) { own } else { collection.at };
    let taken = |element: &Attr| pick(collection, element, place(element.at));
    match &collection.value {
        Value::List(list) => {
            let index = |at: i64| Attr::new(Value::number(Number::from(at)), collection.at);
            // The key of an element of a set is the element.
            let key = |at, item: &Attr| if list.kind == ListKind::Set { taken(item) } else { index(at) };
            let items = (0i64..).zip(list.items.iter()).map(|(at, item)| (key(at, item), taken(item))).collect();
            Some(Elements { items, open: list.open.clone() })
        }
        Value::Map(map) => {
            let key =
                |key: &Str, value: &Attr| Attr::new(Value::String(Str::clone(key)), value.key.unwrap_or(value.at));
            let entry = |(name, value): &(Str, Attr)| (taken(&key(name, value)), taken(value));
            Some(Elements { items: by_key(map).into_iter().map(entry).collect(), open: map.open.clone() })
        }
        _ => None,
    }
}

/// Entries in the order in which Terraform visits them.
pub fn by_key(map: &Map) -> Vec<&(Str, Attr)> {
    let mut entries: Vec<&(Str, Attr)> = map.entries.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries
}

/// The value of a `for` expression: a list, or a map where it has keys.
pub fn eval(env: &Env<'_, '_>, each: &ForExpr, here: Span) -> Attr {
    let collection = env.eval(&each.intro.collection_expr);
    let why = || first_why(&collection.value).unwrap_or_else(|| env.why(WhyCode::UnknownCondition, collection.at));
    let found = match (&collection.value, elements(&collection)) {
        (_, Some(found)) => found,
        (Value::Unknown(_) | Value::OneOf(_), None) => Elements { items: Vec::new(), open: Some(why()) },
        (_, None) => return built(here, env.unknown(WhyCode::InvalidExpression, here), [&collection]),
    };
    let mut result = Collected { entries: Vec::new(), open: found.open, refused: None };
    for (key, value) in found.items {
        let key_frame = each.intro.key_var.as_ref().map(|name| env.bind(name.as_str(), key));
        let up = key_frame.as_ref().or(env.frame);
        let frame = Frame { name: each.intro.value_var.as_str(), value, up };
        result.visit(&env.with(&frame), each);
    }
    built(here, result.finish(env, each), [&collection])
}

struct Collected {
    entries: Vec<(Str, Attr)>,
    open: Option<Why>,
    refused: Option<Why>,
}

impl Collected {
    fn visit(&mut self, env: &Env<'_, '_>, each: &ForExpr) {
        if let Some(condition) = &each.cond {
            let holds = env.eval(&condition.expr);
            match operators::condition(&holds.value) {
                Ok(true) => {}
                Ok(false) => return,
                Err(WhyCode::InvalidExpression) => return self.refuse(env, holds.at),
                Err(_) => return self.open = Some(env.why(WhyCode::UnknownCondition, holds.at)),
            }
        }
        let key = each.key_expr.as_ref().map(|key| key_of(env, key));
        match key {
            None => self.entries.push(("".into(), env.eval(&each.value_expr))),
            Some(Ok((key, at))) => {
                self.entries.push((key, Attr { key: Some(at), ..env.eval(&each.value_expr) }));
            }
            Some(Err(why)) if why.code == WhyCode::InvalidExpression => {
                self.refuse(env, why.at.unwrap_or(env.text.start()))
            }
            Some(Err(why)) => self.open = Some(why),
        }
    }

    /// Terraform refuses the whole.
    fn refuse(&mut self, env: &Env<'_, '_>, at: Span) {
        self.refused.get_or_insert_with(|| env.why(WhyCode::InvalidExpression, at));
    }

    fn finish(self, env: &Env<'_, '_>, each: &ForExpr) -> Value {
        if let Some(why) = self.refused {
            return Value::unknown(why);
        }
        if each.key_expr.is_none() {
            let items = self.entries.into_iter().map(|(_, item)| item).collect();
            return Value::List(List { items, open: self.open, ..List::default() });
        }
        let mut merged: Vec<(Str, Vec<Attr>)> = Vec::new();
        let mut places: std::collections::HashMap<Str, usize> = std::collections::HashMap::new();
        for (key, value) in self.entries {
            match places.get(&key).and_then(|at| merged.get_mut(*at)) {
                Some((_, group)) => group.push(value),
                None => {
                    places.insert(Str::clone(&key), merged.len());
                    merged.push((key, vec![value]));
                }
            }
        }
        if let (Some((_, group)), false) = (merged.iter().find(|(_, group)| group.len() > 1), each.grouping) {
            let at = group.last().map_or(env.text.start(), |item| item.key.unwrap_or(item.at));
            return env.unknown(WhyCode::InvalidExpression, at);
        }
        let open = self.open.clone();
        let entry = |(key, mut group): (Str, Vec<Attr>)| {
            let last = group.pop()?;
            if !each.grouping {
                return Some((key, last));
            }
            let (at, place) = (last.at, last.key);
            group.push(last);
            // What is not known may belong to any group.
            let group = List { items: group.into(), open: open.clone(), kind: ListKind::Tuple };
            Some((key, Attr { key: place, ..Attr::new(Value::List(group), at) }))
        };
        Value::Map(Map { entries: merged.into_iter().filter_map(entry).collect(), open: self.open, ..Map::default() })
    }
}

fn key_of(env: &Env<'_, '_>, key: &Expression) -> Result<(Str, Span), Why> {
    let key = env.eval(key);
    match key.value.scalar_text() {
        Some(text) => Ok((text, key.at)),
        None if first_why(&key.value).is_none() => Err(env.why(WhyCode::InvalidExpression, key.at)),
        None => Err(env.why(WhyCode::UnknownCondition, key.at)),
    }
}
