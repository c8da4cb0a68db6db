//! Functions over maps, and those over any collection.

use super::Param::{Any, Lists, Nullable, Rest, Text, Texts};
use super::{Call, Function, INVALID, Outcome, known, list, partial};
use crate::input::terraform::eval::for_expr::by_key;
use crate::input::terraform::eval::types::{self, Type};
use crate::input::terraform::eval::{first_why, is_unknown, operators, pick};
use crate::model::value::{Attr, List, ListKind, Map, MapKind, Str, Value, Why, WhyCode};
use std::collections::{BTreeMap, HashMap};
use unicode_segmentation::UnicodeSegmentation;

pub(super) const FUNCTIONS: &[Function] = &[
    known("length", &[Any], length),
    partial("merge", &[Rest(&Nullable)], merge),
    partial("lookup", &[Any, Text, Rest(&Nullable)], lookup),
    known("keys", &[Any], |call| {
        let map = call.map(0)?;
        let items = by_key(map)
            .into_iter()
            .map(|(key, value)| Attr::new(Value::String(Str::clone(key)), value.key.unwrap_or(value.at)));
        Ok(Value::List(List { items: items.collect(), open: map.open.clone(), kind: kind_of(map) }))
    }),
    partial("values", &[Any], |call| {
        let base = call.arg(0)?;
        if is_unknown(&base.value) {
            return Ok(call.made(base.value.clone()));
        }
        let map = call.map(0)?;
        let items = by_key(map).into_iter().map(|(_, value)| pick(base, value, value.at)).collect();
        Ok(call.made(Value::List(List { items, open: map.open.clone(), kind: kind_of(map) })))
    }),
    known("zipmap", &[Texts, Any], |call| {
        let (keys, values) = (call.texts(0)?, call.closed(1)?);
        if keys.len() != values.items.len() {
            return Err(INVALID);
        }
        let kind = match values.kind {
            ListKind::Tuple => MapKind::Object,
            ListKind::List => MapKind::Map,
            ListKind::Set => return Err(INVALID),
        };
        let entries = deduplicated(keys.into_iter().zip(values.items.iter().cloned())).into();
        Ok(Value::Map(Map { entries, open: None, kind }))
    }),
    known("transpose", &[Lists], |call| {
        let mut flipped: BTreeMap<Str, Vec<Attr>> = BTreeMap::new();
        for (key, values) in by_key(call.map(0)?) {
            let Value::List(values) = &values.value else { return Err(INVALID) };
            for value in values.items.iter() {
                let name = value.value.scalar_text().ok_or(WhyCode::UnknownCondition)?;
                flipped.entry(name).or_default().push(Attr::new(Value::String(Str::clone(key)), value.at));
            }
        }
        if call.map(0)?.open.is_some() {
            return Err(WhyCode::UnknownCondition);
        }
        let entries = flipped.into_iter().map(|(name, keys)| (name, call.part(list(keys)))).collect();
        Ok(Value::Map(Map { entries, open: None, kind: MapKind::Map }))
    }),
    partial("contains", &[Any, Any], contains),
    partial("coalesce", &[Rest(&Nullable)], coalesce),
    partial("one", &[Any], |call| {
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
        Value::String(text) => text.graphemes(true).count(),
        _ => return Err(INVALID),
    };
    Ok(Value::number((count as i64).into()))
}

/// The values of a map have one type, those of an object each their own.
fn kind_of(map: &Map) -> ListKind {
    if map.kind == MapKind::Map { ListKind::List } else { ListKind::Tuple }
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
    let given: Vec<&Attr> = call.args.iter().filter(|arg| !matches!(arg.value, Value::Null)).collect();
    let types: Vec<Type> = given.iter().map(|arg| types::type_of(&arg.value)).collect();
    let of_one_type = types.windows(2).all(|pair| pair.first() == pair.last() || pair.contains(&any_map()));
    let is_map = of_one_type && matches!(types.first(), Some(Type::Map(_)));
    let kind = if is_map && types.iter().all(|ty| matches!(ty, Type::Map(_))) { MapKind::Map } else { MapKind::Object };
    Ok(call.made(Value::Map(Map { entries, open, kind })))
}

fn any_map() -> Type {
    Type::Map(Box::new(Type::Any))
}

/// What was known of entries that a further unknown map may replace.
fn overshadow(entries: &mut [(Str, Attr)], why: &Why) {
    for (_, value) in entries {
        value.value = Value::unknown(why.clone());
    }
}

fn lookup(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (base, key) = (call.arg(0)?, call.arg(1)?);
    if call.args.len() > 3 {
        return Err(INVALID);
    }
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
            let element = match types::type_of(&base.value) {
                Type::Map(element) => *element,
                _ => Type::Any,
            };
            Ok(Attr { at: call.here, ..types::convert(default, &element).ok_or(INVALID)? })
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

/// The first argument that is neither null nor empty, in the type that all have in common; unknown where an unknown
/// one comes first and may be neither.
fn coalesce(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let types: Vec<Type> = call.args.iter().map(|arg| types::type_of(&arg.value)).collect();
    let common = match types::unify(&types) {
        Some(common) => common,
        None if call.args.iter().any(|arg| first_why(&arg.value).is_some()) => Type::Any,
        None => return Err(INVALID),
    };
    for arg in call.args {
        match &arg.value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::Unknown(unknown) if unknown.may_be_absent => {
                let code = if unknown.refers_to.is_some() { WhyCode::UnknownCondition } else { unknown.why.code };
                return Ok(call.made(Value::unknown(Why { code, ..unknown.why.clone() })));
            }
            _ => return Ok(Attr { at: call.here, ..types::convert(arg, &common).ok_or(INVALID)? }),
        }
    }
    Err(INVALID)
}
