//! What a Python expression can be: data, or something of a library that calls are made on.
//!
//! Used by `run` and `resource`. It must not know any library.

use super::names::Names;
use super::syntax::Function;
use super::tables;
use crate::model::value::{Attr, List, Map, Str, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::rc::Rc;

/// What an expression is.
#[derive(Clone)]
pub(super) enum Thing {
    /// Plain data.
    Data(Attr),
    /// Something of a library, by its dotted name.
    Path(String),
    /// A client of a service's API, with the region it was given.
    Client(String, Option<Attr>),
    /// An object of a library's class.
    Made(Rc<Object>),
    /// What a method of a library's class answers, by that method's dotted name.
    Answer(String),
    /// A class of the program, or an object of it.
    Own(String),
    /// Something of a module of the project, not looked at yet.
    Import(Rc<Import>),
    /// A module of the project.
    Module(Rc<Names>),
    /// A function of the program; of another module, with what that one's names stand for.
    Function(Rc<Function>, Option<Rc<Names>>),
    /// The parsed command line.
    Arguments,
    /// Not known.
    Unknown,
}

/// An object of a library's class.
pub(super) struct Object {
    /// The class, by its dotted name.
    pub path: String,
    /// What it was made with, those without a keyword under theirs where that is known.
    pub arguments: Attr,
    /// The name it has among the resources of the program, where it is one.
    pub name: Option<Str>,
}

/// A module of the project, or something in it.
pub(super) struct Import {
    /// The path of the program that imports it.
    pub from: Str,
    /// The module, with leading dots where it is relative.
    pub module: String,
    /// What is taken from it; the module itself where `None`.
    pub symbol: Option<String>,
}

impl Thing {
    /// Whether nothing is known of it: also of what a function is given.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Thing::Unknown | Thing::Data(Attr { value: Value::Unknown(_), .. }))
    }

    /// As data seen from a place; what is no data is not known.
    pub fn data(&self, at: Span, written: impl FnOnce() -> String) -> Attr {
        match self {
            Thing::Data(attr) if attr.at == at => attr.clone(),
            Thing::Data(attr) => attr.passed(Via::Local, at),
            Thing::Made(object) => tables::as_data(object).passed(Via::Local, at),
            _ => Attr::unknown(Why::new(WhyCode::NotEvaluated, written(), at), at),
        }
    }
}

/// One of several things. What one way does not set is of no use after it.
pub(super) fn either(things: &[Option<&Thing>], why: &Why) -> Thing {
    let mut attrs: Vec<&Attr> = Vec::new();
    let mut other = None;
    for thing in things.iter().flatten() {
        match thing {
            Thing::Data(attr) => attrs.push(attr),
            thing => other = Some(*thing),
        }
    }
    match (attrs.as_slice(), other) {
        ([], Some(other)) => other.clone(),
        ([first, rest @ ..], None) => {
            if rest.iter().all(|attr| attr.at == first.at && attr.value_is(first)) {
                return Thing::Data((*first).clone());
            }
            let alternatives = attrs.iter().map(|attr| (!matches!(attr.value, Value::Null)).then(|| (*attr).clone()));
            Thing::Data(one_of(alternatives.collect(), why, first.at))
        }
        _ => Thing::Unknown,
    }
}

/// One of several values; of maps one map, whose keys can be looked up and set.
pub(super) fn one_of(alternatives: Vec<Option<Attr>>, why: &Why, at: Span) -> Attr {
    let merged = Value::merged(&alternatives, why);
    Attr::new(merged.unwrap_or_else(|| Value::one_of(alternatives, why.clone())), at)
}

trait SameValue {
    fn value_is(&self, other: &Attr) -> bool;
}

impl SameValue for Attr {
    /// Whether nothing was changed in it since.
    fn value_is(&self, other: &Attr) -> bool {
        match (&self.value, &other.value) {
            (Value::Map(a), Value::Map(b)) => std::sync::Arc::ptr_eq(&a.entries, &b.entries),
            (Value::List(a), Value::List(b)) => std::sync::Arc::ptr_eq(&a.items, &b.items),
            (Value::OneOf(a), Value::OneOf(b)) => std::sync::Arc::ptr_eq(a, b),
            (a, b) => {
                a.same_scalar(b)
                    || matches!((a, b), (Value::Unknown(_), Value::Unknown(_)) | (Value::Text(_), Value::Text(_)))
            }
        }
    }
}

/// Puts a value under keys of a map, inside whatever stands there already.
pub(super) fn set(map: &mut Attr, keys: &[Str], value: Attr) {
    let Some((key, rest)) = keys.split_first() else {
        *map = value;
        return;
    };
    let Value::Map(Map { entries, open, .. }) = &map.value else { return };
    let mut entries = entries.to_vec();
    let at = entries.iter().position(|(name, _)| name == key);
    let mut inner = match at.map(|at| entries.remove(at).1) {
        Some(inner) if !rest.is_empty() => inner,
        _ => Attr::new(Value::map([]), value.at),
    };
    set(&mut inner, rest, value);
    if !matches!(inner.value, Value::Null) {
        entries.push((key.clone(), inner));
    }
    map.value = Value::Map(Map { entries: entries.into(), open: open.clone(), ..Map::default() });
}

/// Makes what stands under keys of a map one of which more may be there than is known.
pub(super) fn open_inside(map: &mut Attr, keys: &[Str], why: &Why) {
    let inner = keys.iter().try_fold(&*map, |inner, key| match &inner.value {
        Value::Map(map) => map.get(key),
        _ => None,
    });
    match inner.map(|inner| opened(inner, why)) {
        Some(inner) => set(map, keys, inner),
        None => *map = opened(map, why),
    }
}

/// The same collection, of which more may be there than is known; anything else is not known.
pub(super) fn opened(attr: &Attr, why: &Why) -> Attr {
    let value = match &attr.value {
        Value::Map(map) => Value::Map(Map { entries: map.entries.clone(), open: Some(why.clone()), ..Map::default() }),
        Value::List(list) => {
            Value::List(List { items: list.items.clone(), open: Some(why.clone()), ..List::default() })
        }
        _ => Value::unknown(why.clone()),
    };
    Attr { value, ..attr.clone() }
}
