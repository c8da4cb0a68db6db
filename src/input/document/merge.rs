//! Alternatives of whole documents as one document with alternatives inside.
//!
//! Called by `read`. Which alternatives go together is lost: a rule sees more combinations than there are, and says
//! nothing where they differ.

use crate::model::value::{Attr, List, Map, Value, Why};
use std::collections::HashSet;

/// The documents of each alternative, merged in order; a document that some alternatives lack is one that may be
/// absent.
pub fn merged(alternatives: Vec<Vec<Attr>>, from: &Attr) -> Vec<Attr> {
    let why = from.decided_by();
    let most = alternatives.iter().map(Vec::len).max().unwrap_or(0);
    let nth = |at: usize| alternatives.iter().map(|documents| documents.get(at).cloned()).collect::<Vec<_>>();
    (0..most).filter_map(|at| merge(nth(at), &why)).collect()
}

fn merge(alternatives: Vec<Option<Attr>>, why: &Why) -> Option<Attr> {
    let first = alternatives.iter().flatten().next()?.clone();
    let present: Option<Vec<Attr>> = alternatives.iter().cloned().collect();
    let value = present.and_then(|all| maps(&all, why).or_else(|| lists(&all, why)));
    Some(Attr { value: value.unwrap_or_else(|| Value::one_of(alternatives, why.clone())), ..first })
}

fn maps(all: &[Attr], why: &Why) -> Option<Value> {
    let maps: Option<Vec<&Map>> =
        all.iter().map(|attr| if let Value::Map(map) = &attr.value { Some(map) } else { None }).collect();
    let maps = maps?;
    let mut seen = HashSet::new();
    let keys = maps.iter().flat_map(|map| map.entries.iter().map(|(key, _)| key)).filter(|key| seen.insert(*key));
    let entries = keys.filter_map(|key| {
        let value = |(map, attr): (&&Map, &Attr)| {
            let unseen = |why: &Why| Attr::unknown(why.clone(), attr.at);
            map.get(key).cloned().or_else(|| map.open.as_ref().map(unseen))
        };
        let values = maps.iter().zip(all).map(value).collect();
        Some((key.clone(), merge(values, why)?))
    });
    let entries = entries.collect();
    Some(Value::Map(Map { entries, open: maps.iter().find_map(|map| map.open.clone()), ..Map::default() }))
}

fn lists(all: &[Attr], why: &Why) -> Option<Value> {
    let lists: Option<Vec<&List>> =
        all.iter().map(|attr| if let Value::List(list) = &attr.value { Some(list) } else { None }).collect();
    let lists = lists?;
    let len = lists.first()?.items.len();
    if lists.iter().any(|list| list.items.len() != len) {
        return None;
    }
    let nth = |at: usize| merge(lists.iter().map(|list| list.items.get(at).cloned()).collect(), why);
    let items = (0..len).filter_map(nth).collect();
    Some(Value::List(List { items, open: lists.iter().find_map(|list| list.open.clone()), ..List::default() }))
}
