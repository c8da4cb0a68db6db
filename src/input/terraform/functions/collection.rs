//! Functions over maps, and those over any collection.

use super::{Call, Function, INVALID, Outcome, known, partial};
use crate::input::terraform::eval::for_expr::by_key;
use crate::input::terraform::eval::{first_why, is_unknown, operators, pick};
use crate::model::value::{Attr, List, Map, Str, Value, Why, WhyCode};
use std::collections::HashMap;

pub(super) const FUNCTIONS: &[Function] = &[
    known("length", length),
    partial("merge", merge),
    partial("lookup", lookup),
    known("keys", |call| {
        let map = call.map(0)?;
        let items = by_key(map)
            .into_iter()
            .map(|(key, value)| Attr::new(Value::String(Str::clone(key)), value.key.unwrap_or(value.at)));
        Ok(Value::List(List { items: items.collect(), open: map.open.clone(), ..List::default() }))
    }),
    partial("values", |call| {
        let base = call.arg(0)?;
        if is_unknown(&base.value) {
            return Ok(call.made(base.value.clone()));
        }
        let map = call.map(0)?;
        let items = by_key(map).into_iter().map(|(_, value)| pick(base, value, value.at)).collect();
        Ok(call.made(Value::List(List { items, open: map.open.clone(), ..List::default() })))
    }),
    known("zipmap", |call| {
        let (keys, values) = (call.texts(0)?, call.closed(1)?);
        if keys.len() != values.items.len() {
            return Err(INVALID);
        }
        Ok(Value::map(deduplicated(keys.into_iter().zip(values.items.iter().cloned()))))
    }),
    partial("contains", contains),
    partial("coalesce", coalesce),
    partial("one", |call| {
        let base = call.arg(0)?;
        match &base.value {
            Value::Unknown(_) => Ok(call.made(base.value.clone())),
            Value::List(List { open: Some(why), .. }) => Ok(call.made(Value::unknown(why.clone()))),
            Value::List(list) => match &*list.items {
                [] => Ok(call.made(Value::Null)),
                [only] => Ok(pick(base, only, call.here)),
                _ => Err(INVALID),
            },
            _ => Err(INVALID),
        }
    }),
];

fn length(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let count = match &call.arg(0)?.value {
        Value::List(list) if list.open.is_none() => list.items.len(),
        Value::Map(map) if map.open.is_none() => map.entries.len(),
        Value::List(List { open: Some(why), .. }) | Value::Map(Map { open: Some(why), .. }) => {
            return Ok(Value::unknown(why.clone()));
        }
        Value::String(text) => text.chars().count(),
        _ => return Err(INVALID),
    };
    Ok(Value::number((count as i64).into()))
}

/// Entries with the last value of each key, in the order in which keys first appear.
pub fn deduplicated(entries: impl Iterator<Item = (Str, Attr)>) -> Vec<(Str, Attr)> {
    let mut places: HashMap<Str, usize> = HashMap::new();
    let mut merged: Vec<(Str, Attr)> = Vec::new();
    for (key, value) in entries {
        match places.get(&key).and_then(|at| merged.get_mut(*at)) {
            Some(slot) => slot.1 = value,
            None => {
                places.insert(Str::clone(&key), merged.len());
                merged.push((key, value));
            }
        }
    }
    merged
}

/// Maps of which some may be unknown: more keys may exist, and a key that a later unknown map may set is unknown.
fn merge(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let mut entries: Vec<(Str, Attr)> = Vec::new();
    let mut open: Option<Why> = None;
    for arg in call.args {
        match &arg.value {
            Value::Null => {}
            Value::Map(map) => {
                if let Some(why) = &map.open {
                    overshadow(&mut entries, why);
                    open = Some(why.clone());
                }
                entries.extend(map.entries.iter().map(|(key, value)| (Str::clone(key), pick(arg, value, value.at))));
            }
            Value::Unknown(unknown) => {
                overshadow(&mut entries, &unknown.why);
                open = Some(unknown.why.clone());
            }
            _ => return Err(INVALID),
        }
    }
    let entries = deduplicated(entries.into_iter()).into();
    Ok(call.made(Value::Map(Map { entries, open, ..Map::default() })))
}

/// What was known of entries that a further unknown map may replace.
fn overshadow(entries: &mut [(Str, Attr)], why: &Why) {
    for (_, value) in entries {
        value.value = Value::unknown(why.clone());
    }
}

fn lookup(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (base, key) = (call.arg(0)?, call.arg(1)?);
    let map = match &base.value {
        Value::Map(map) => map,
        Value::Unknown(_) => return Ok(call.made(base.value.clone())),
        _ => return Err(INVALID),
    };
    let Some(key) = key.value.scalar_text() else {
        let why = first_why(&key.value).ok_or(INVALID)?;
        return Ok(call.made(Value::unknown(why)));
    };
    match (map.get(&key), &map.open) {
        (Some(entry), _) => Ok(pick(base, entry, call.here)),
        (None, Some(why)) => Ok(call.made(Value::unknown(why.clone()))),
        (None, None) => {
            let default = call.arg(2)?;
            Ok(Attr { at: call.here, ..default.clone() })
        }
    }
}

fn contains(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (base, wanted) = (call.arg(0)?, call.arg(1)?);
    let list = match &base.value {
        Value::List(list) => list,
        Value::Unknown(_) => return Ok(call.made(base.value.clone())),
        _ => return Err(INVALID),
    };
    let mut undecided = list.open.clone();
    for item in list.items.iter() {
        match operators::equal(&item.value, &wanted.value) {
            Some(true) => return Ok(call.made(Value::Bool(true))),
            Some(false) => {}
            None => undecided = first_why(&item.value).or_else(|| first_why(&wanted.value)).or(undecided),
        }
    }
    Ok(call.made(undecided.map_or(Value::Bool(false), Value::unknown)))
}

/// The first argument that is neither null nor empty; unknown where an unknown one comes first and may be neither.
fn coalesce(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    for arg in call.args {
        match &arg.value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::Unknown(unknown) if unknown.may_be_absent => {
                let why = Why { code: WhyCode::UnknownCondition, ..unknown.why.clone() };
                return Ok(call.made(Value::unknown(if unknown.refers_to.is_some() {
                    why
                } else {
                    unknown.why.clone()
                })));
            }
            _ => return Ok(Attr { at: call.here, ..arg.clone() }),
        }
    }
    Err(INVALID)
}
