//! Tags and labels as one map, whatever form a service gives them.
//!
//! Called through the table in `derive`. It must not know which tags matter.

use crate::model::kinds::eval::Scope;
use crate::model::kinds::grammar::{Step, Trail, joined, same_key, walk};
use crate::model::value::{Attr, Map, Str, Value, Why, WhyCode};

/// `tag_map(tags, …)`: maps and lists of key/value pairs as one map; the provider's default tags stand below the
/// resource's own. Absent where there are none at all.
pub fn tag_map(arguments: &[Option<Attr>], scope: &Scope<'_>) -> Option<Attr> {
    let sources = scope.native.default_tags.iter().chain(arguments.iter().flatten());
    sources.map(as_map).reduce(|below, above| merged(&below, &above))
}

fn as_map(attr: &Attr) -> Attr {
    let Value::List(list) = &attr.value else { return attr.clone() };
    let mut open = list.open.clone();
    let mut entries: Vec<(Str, Attr)> = Vec::new();
    for item in list.items.iter() {
        let Value::Map(pair) = &item.value else {
            open = open.or_else(|| Some(reason(item)));
            continue;
        };
        let field = |wanted: &str| pair.entries.iter().find(|(key, _)| same_key(wanted, key)).map(|(_, attr)| attr);
        match field("key").map(|key| (key, key.value.scalar_text())) {
            Some((_, Some(key))) => entries.extend(field("value").map(|value| (key, value.clone()))),
            Some((key, None)) => open = open.or_else(|| Some(reason(key))),
            // A map of tags inside the list.
            None => {
                entries.extend(pair.entries.iter().cloned());
                open = open.or_else(|| pair.open.clone());
            }
        }
    }
    Attr { value: Value::Map(Map { entries: entries.into(), open, ..Map::default() }), ..attr.clone() }
}

/// `entry(map, key)`: the value under exactly this key.
pub fn entry(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(map), Some(key)] = arguments else { return None };
    let step = Step::Literal(key.value.as_str()?.into());
    walk(&[step], map, &mut Trail::default(), &mut |attr, _| Some(attr.clone()))
}

fn reason(attr: &Attr) -> Why {
    match &attr.value {
        Value::Unknown(unknown) => unknown.why.clone(),
        _ => Why::new(WhyCode::NotEvaluated, "a tag", attr.at),
    }
}

fn merged(below: &Attr, above: &Attr) -> Attr {
    match (&below.value, &above.value) {
        (Value::Map(low), Value::Map(high)) => {
            let kept = low.entries.iter().filter(|(key, _)| high.get(key).is_none());
            let entries = kept.chain(high.entries.iter()).cloned().collect();
            // An open upper map may replace what stands below it, but it does not remove a key.
            let map = Map { entries, open: high.open.clone().or_else(|| low.open.clone()), ..Map::default() };
            Attr { value: Value::Map(map), ..above.clone() }
        }
        (Value::Map(low), Value::Unknown(unknown)) => {
            let map = Map { entries: low.entries.clone(), open: Some(unknown.why.clone()), ..Map::default() };
            Attr { value: Value::Map(map), ..above.clone() }
        }
        (Value::Unknown(unknown), Value::Map(high)) => {
            let map = Map { entries: high.entries.clone(), open: Some(unknown.why.clone()), ..Map::default() };
            Attr { value: Value::Map(map), ..above.clone() }
        }
        (_, Value::OneOf(all)) => {
            let each = all.iter().map(|one| Some(one.as_ref().map_or_else(|| below.clone(), |one| merged(below, one))));
            joined(each.collect(), above).unwrap_or_else(|| above.clone())
        }
        _ => above.clone(),
    }
}
