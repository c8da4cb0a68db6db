//! How an included configuration and the one that includes it become one.
//!
//! Called by `config` and by the function `deep_merge`. It must not evaluate anything.

use crate::model::value::{Attr, List, Map, Str, Value};

/// The entries of the child over those of the parent.
pub fn shallow(parent: &Map, child: &Map) -> Map {
    merged(parent, child, &|_, own| own.clone())
}

/// The same, with maps merged likewise and lists one after the other.
pub fn deep(parent: &Map, child: &Map) -> Map {
    merged(parent, child, &|theirs, own| {
        let value = match (&theirs.value, &own.value) {
            (Value::Map(theirs), Value::Map(own)) => Value::Map(deep(theirs, own)),
            (Value::List(theirs), Value::List(own)) => Value::List(List {
                items: theirs.items.iter().chain(own.items.iter()).cloned().collect(),
                open: theirs.open.clone().or_else(|| own.open.clone()),
                ..own.clone()
            }),
            _ => return own.clone(),
        };
        Attr { value, origin: theirs.origin.join(&own.origin), ..own.clone() }
    })
}

fn merged(parent: &Map, child: &Map, both: &dyn Fn(&Attr, &Attr) -> Attr) -> Map {
    // What else the child may hold may replace anything of the parent's.
    let kept = parent.entries.iter().filter(|_| child.open.is_none());
    let mut entries: Vec<(Str, Attr)> = kept.cloned().collect();
    for (name, own) in child.entries.iter() {
        match entries.iter_mut().find(|(have, _)| have == name) {
            Some((_, theirs)) => *theirs = both(theirs, own),
            None => entries.push((Str::clone(name), own.clone())),
        }
    }
    Map { entries: entries.into(), open: child.open.clone().or_else(|| parent.open.clone()), kind: child.kind }
}
