//! Terraform's types: what type a value has, which type several have in common, and conversion to a type.
//!
//! Called by conditionals, functions and declared types. It must not know syntax.

use super::{convert, first_why, operators};
use crate::model::value::{Attr, List, ListKind, Map, MapKind, Str, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A type as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any type: that of null and of what is not known.
    Any,
    /// Truth values.
    Bool,
    /// Numbers.
    Number,
    /// Texts.
    String,
    /// Lists with a type for each element.
    Tuple(Vec<Type>),
    /// Lists with one type for all elements.
    List(Box<Type>),
    /// Sets.
    Set(Box<Type>),
    /// Maps with a type for each entry.
    Object(BTreeMap<Str, Type>),
    /// Maps with one type for all entries.
    Map(Box<Type>),
}

/// The type of a value.
pub fn type_of(value: &Value) -> Type {
    let common = |kinds: &mut dyn Iterator<Item = Type>| Box::new(kinds.reduce(merged).unwrap_or(Type::Any));
    match value {
        Value::Null | Value::Unknown(_) => Type::Any,
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) | Value::Text(_) => Type::String,
        Value::OneOf(all) => {
            let mut types = all.iter().flatten().map(|one| type_of(&one.value)).filter(|ty| *ty != Type::Any);
            let first = types.next().unwrap_or(Type::Any);
            if types.all(|other| other == first) { first } else { Type::Any }
        }
        Value::List(list) => {
            let mut items = list.items.iter().map(|item| type_of(&item.value));
            match list.kind {
                ListKind::Tuple => Type::Tuple(items.collect()),
                ListKind::List => Type::List(common(&mut items)),
                ListKind::Set => Type::Set(common(&mut items)),
            }
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, entry)| (Str::clone(key), type_of(&entry.value)));
            match map.kind {
                MapKind::Object => Type::Object(entries.collect()),
                MapKind::Map => Type::Map(common(&mut entries.map(|(_, ty)| ty))),
            }
        }
    }
}

/// What two views of one type say together.
fn merged(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::Any, other) | (other, Type::Any) => other,
        (Type::List(a), Type::List(b)) => Type::List(Box::new(merged(*a, *b))),
        (Type::Set(a), Type::Set(b)) => Type::Set(Box::new(merged(*a, *b))),
        (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(merged(*a, *b))),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            Type::Tuple(a.into_iter().zip(b).map(|(a, b)| merged(a, b)).collect())
        }
        (Type::Object(a), Type::Object(mut b)) => {
            let entry = |(key, ty): (Str, Type)| {
                let other = b.remove(&key).unwrap_or(Type::Any);
                (key, merged(ty, other))
            };
            Type::Object(a.into_iter().map(entry).collect())
        }
        (a, _) => a,
    }
}

/// The type that values of all these types can be converted to; `None` where there is none.
pub fn unify<'t>(types: impl IntoIterator<Item = &'t Type>) -> Option<Type> {
    let types: Vec<&Type> = types.into_iter().filter(|ty| **ty != Type::Any).collect();
    let Some(first) = types.first() else { return Some(Type::Any) };
    if types.iter().all(|ty| ty == first) {
        return Some((*first).clone());
    }
    match first {
        Type::Bool | Type::Number | Type::String => {
            let primitive = |ty: &&Type| matches!(ty, Type::Bool | Type::Number | Type::String);
            let has_text = types.iter().any(|ty| **ty == Type::String);
            (types.iter().all(primitive) && has_text).then_some(Type::String)
        }
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => unify_lists(&types),
        Type::Object(_) | Type::Map(_) => unify_maps(&types),
        Type::Any => Some(Type::Any),
    }
}

fn unify_lists(types: &[&Type]) -> Option<Type> {
    let mut elements: Vec<&Type> = Vec::new();
    let (mut lists, mut sets, mut lengths) = (false, false, Vec::new());
    for ty in types {
        match ty {
            Type::Tuple(all) => {
                elements.extend(all);
                lengths.push(all.len());
            }
            Type::List(element) => {
                elements.push(element);
                lists = true;
            }
            Type::Set(element) => {
                elements.push(element);
                sets = true;
            }
            _ => return None,
        }
    }
    let same_length = lengths.windows(2).all(|pair| pair.first() == pair.last());
    if !lists && !sets && same_length {
        let column =
            |at: usize| unify(types.iter().filter_map(|ty| if let Type::Tuple(all) = ty { all.get(at) } else { None }));
        let columns: Option<Vec<Type>> = (0..lengths.first().copied().unwrap_or(0)).map(column).collect();
        return columns.map(Type::Tuple);
    }
    let element = Box::new(unify(elements)?);
    Some(if sets && !lists { Type::Set(element) } else { Type::List(element) })
}

fn unify_maps(types: &[&Type]) -> Option<Type> {
    let mut elements: Vec<&Type> = Vec::new();
    let mut objects: Vec<&BTreeMap<Str, Type>> = Vec::new();
    for ty in types {
        match ty {
            Type::Object(all) => {
                elements.extend(all.values());
                objects.push(all);
            }
            Type::Map(element) => elements.push(element),
            _ => return None,
        }
    }
    if let (true, Some(first)) = (objects.len() == types.len(), objects.first())
        && objects.iter().all(|object| object.keys().eq(first.keys()))
    {
        let entry = |key: &Str| Some((Str::clone(key), unify(objects.iter().filter_map(|object| object.get(key)))?));
        return first.keys().map(entry).collect::<Option<BTreeMap<_, _>>>().map(Type::Object);
    }
    Some(Type::Map(Box::new(unify(elements)?)))
}

/// The value converted to a type; `None` where Terraform refuses. What is not known stays so.
pub fn convert(attr: &Attr, to: &Type) -> Option<Attr> {
    let with = |value: Value| Some(Attr { value, ..attr.clone() });
    match (&attr.value, to) {
        (_, Type::Any) | (Value::Null | Value::Unknown(_), _) => Some(attr.clone()),
        (Value::OneOf(all), _) => {
            let all: Vec<Option<Attr>> = all
                .iter()
                .filter_map(|one| one.as_ref().map_or(Some(None), |one| convert(one, to).map(Some)))
                .collect();
            let why = first_why(&attr.value).unwrap_or_else(|| convert::ambiguous(attr));
            (!all.is_empty()).then(|| Attr { value: Value::one_of(all, why), ..attr.clone() })
        }
        (Value::Text(_), Type::String) => Some(attr.clone()),
        (Value::Text(_), Type::Bool | Type::Number) => with(Value::unknown(first_why(&attr.value)?)),
        (value, Type::String) => with(value.scalar_text().map(Value::String)?),
        (value, Type::Number) => with(convert::number(value).map(Value::number)?),
        (value, Type::Bool) => with(operators::truth(value).map(Value::Bool)?),
        (Value::List(list), Type::List(element)) => with(Value::List(to_list(list, element, ListKind::List)?)),
        (Value::List(list), Type::Set(element)) => with(Value::List(as_set(to_list(list, element, ListKind::Set)?))),
        (Value::List(list), Type::Tuple(all)) if list.kind == ListKind::Tuple && list.open.is_none() => {
            if list.items.len() != all.len() {
                return None;
            }
            let items = list.items.iter().zip(all).map(|(item, ty)| convert(item, ty));
            with(Value::List(List { items: items.collect::<Option<_>>()?, ..List::default() }))
        }
        (Value::Map(map), Type::Map(element)) => with(Value::Map(to_map(map, element)?)),
        (Value::Map(map), Type::Object(all)) => with(Value::Map(to_object(map, all)?)),
        _ => None,
    }
}

/// The type for all elements: the given one, or what the elements have in common.
fn element_type<'a>(given: &Type, elements: impl Iterator<Item = &'a Attr>) -> Option<Type> {
    if *given != Type::Any {
        return Some(given.clone());
    }
    let types: Vec<Type> = elements.map(|element| type_of(&element.value)).collect();
    unify(&types)
}

fn to_list(list: &List, element: &Type, kind: ListKind) -> Option<List> {
    let element = element_type(element, list.items.iter())?;
    let items = list.items.iter().map(|item| convert(item, &element)).collect::<Option<_>>()?;
    Some(List { items, open: list.open.clone(), kind })
}

fn to_map(map: &Map, element: &Type) -> Option<Map> {
    let element = element_type(element, map.entries.iter().map(|(_, entry)| entry))?;
    let entry = |(key, entry): &(Str, Attr)| Some((Str::clone(key), convert(entry, &element)?));
    let entries = map.entries.iter().map(entry).collect::<Option<_>>()?;
    Some(Map { entries, open: map.open.clone(), kind: MapKind::Map })
}

/// An object has the attributes of its type and no others.
fn to_object(map: &Map, all: &BTreeMap<Str, Type>) -> Option<Map> {
    let mut entries = Vec::with_capacity(all.len());
    for (key, entry) in map.entries.iter() {
        if let Some(ty) = all.get(key) {
            entries.push((Str::clone(key), convert(entry, ty)?));
        }
    }
    if entries.len() < all.len() && map.open.is_none() {
        return None;
    }
    Some(Map { entries: entries.into(), open: map.open.clone(), kind: MapKind::Object })
}

/// A set: each element once, in the order in which Terraform visits them.
pub fn as_set(list: List) -> List {
    let mut items: Vec<Attr> = list.items.to_vec();
    items.sort_by(|a, b| order(&a.value, &b.value));
    items.dedup_by(|a, b| operators::equal(&a.value, &b.value) == Some(true));
    // What is not known may be what another element is.
    let doubtful = items.iter().find_map(|item| first_why(&item.value)).filter(|_| items.len() > 1);
    let open = list.open.or(doubtful.clone());
    if doubtful.is_some() {
        items.retain(|item| first_why(&item.value).is_none());
    }
    List { items: items.into(), open, kind: ListKind::Set }
}

/// The order of elements in a set; what is not known comes last, where it was.
fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.number.cmp(&b.number),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            by_parts(a.items.iter().map(|item| &item.value), b.items.iter().map(|item| &item.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            by_parts(a.entries.iter().map(|(_, entry)| &entry.value), b.entries.iter().map(|(_, entry)| &entry.value))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn by_parts<'a>(a: impl ExactSizeIterator<Item = &'a Value>, b: impl ExactSizeIterator<Item = &'a Value>) -> Ordering {
    let lengths = a.len().cmp(&b.len());
    a.zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne()).unwrap_or(lengths)
}

/// Kinds of values in one order, so that any elements can be sorted.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        Value::String(_) => 2,
        Value::List(_) => 3,
        Value::Map(_) => 4,
        Value::Text(_) => 5,
        Value::OneOf(_) => 6,
        Value::Unknown(_) => 7,
        Value::Null => 8,
    }
}
