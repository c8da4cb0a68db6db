//! Plans laid over the sources they were made from: the plan tells the values, the sources the places.
//!
//! Called by `engine` once everything is read. It must not know how either was read.

use crate::input::Under;
use crate::model::native::{Group, Native};
use crate::model::value::{Attr, List, Map, Origin, Str, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Puts the resources of each plan in place of those of its root, at their places. The root is the folder `source`,
/// or the one the plan lies in; a plan without one stays a group of its own. Returns the names of the groups that
/// plans were laid over.
pub fn lay(
    groups: &mut Vec<Group>,
    under: &mut BTreeMap<Str, Under>,
    plans: &BTreeSet<Str>,
    source: Option<&str>,
) -> HashSet<Str> {
    let mut laid = HashSet::new();
    for path in plans {
        let folder = source.unwrap_or_else(|| crate::files::parent(path));
        let Some(plan) = groups.iter().position(|group| group.scope == *path) else { continue };
        let name = if folder.is_empty() { "." } else { folder };
        // A root may be there several times, under one variables file each: the plan knows their values.
        let Some(root) = groups.iter().position(|group| *group.name == *name) else { continue };
        let natives = groups.get_mut(plan).map(|group| std::mem::take(&mut group.natives)).unwrap_or_default();
        if let Some(root) = groups.get_mut(root) {
            let known = Sources::of(&std::mem::take(&mut root.natives));
            root.natives = natives.into_iter().map(|native| known.place(native, &root.scope)).collect();
            root.gaps.clear();
            laid.insert(root.name.clone());
            under.remove(&root.scope);
        }
        let mut at = 0..;
        groups.retain(|group| at.next() == Some(root) || *group.name != *name);
    }
    laid
}

/// The resources of a root by address.
struct Sources {
    exact: HashMap<String, Native>,
    plain: HashMap<String, Native>,
}

impl Sources {
    fn of(natives: &[Native]) -> Sources {
        let exact = natives.iter().map(|native| (native.display_address(), native.clone())).collect();
        let plain = natives.iter().map(|native| (without_keys(&native.address), native.clone())).collect();
        Sources { exact, plain }
    }

    fn place(&self, planned: Native, scope: &Str) -> Native {
        let own =
            self.exact.get(&planned.display_address()).or_else(|| self.plain.get(&without_keys(&planned.address)));
        let Some(own) = own else { return self.beside(planned, scope) };
        let region = if matches!(planned.region.value, Value::Unknown(_)) { &own.region } else { &planned.region };
        let region = Attr { value: region.value.clone(), ..own.region.clone() };
        let tree = merged(&planned.tree, &own.tree, true);
        let count = Attr { at: own.head, ..planned.count.clone() };
        let Native { native_type, address, instance, exists, .. } = planned;
        Native { native_type, address, instance, exists, tree, region, count, ..own.clone() }
    }

    /// A resource that the sources do not declare themselves: of a module that is not read, at the call of that
    /// module, or where the plan has it.
    fn beside(&self, planned: Native, scope: &Str) -> Native {
        let address = without_keys(&planned.address);
        let mut above = address.rmatch_indices('.').map(|(at, _)| address.get(..at).unwrap_or_default());
        let Some(call) = above.find_map(|address| self.plain.get(address)) else {
            return Native { scope: scope.clone(), ..planned };
        };
        let place = Attr { key: Some(call.head), ..Attr::new(Value::Null, call.body) };
        let tree = Attr { key: Some(call.head), ..moved(&planned.tree, &place) };
        let (region, count) = (moved(&planned.region, &place), moved(&planned.count, &place));
        let Native { scope, head, body, calls, exists, .. } = call.clone();
        Native { scope, head, body, calls, exists, tree, region, count, ..planned }
    }
}

/// The address without any instance keys.
fn without_keys(address: &str) -> String {
    let mut depth = 0_u32;
    let mut plain = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The planned value where the sources have it. What they do not write stands at the block it would be written in;
/// where the plan does not know it either, it is left to the service and counts as absent.
fn merged(planned: &Attr, own: &Attr, is_block: bool) -> Attr {
    let value = match (&planned.value, &own.value) {
        (Value::Map(planned), Value::Map(written)) => Value::Map(map(planned, written, own, is_block)),
        (Value::List(planned), Value::List(written)) => {
            let item = |(at, item): (usize, &Attr)| match written.items.get(at) {
                Some(own) => merged(item, own, is_block),
                None => moved(item, own),
            };
            let items = planned.items.iter().enumerate().map(item).collect();
            Value::List(List { items, open: planned.open.clone(), ..List::default() })
        }
        // Which resource is meant is for the sources to say.
        (Value::Unknown(_), Value::Unknown(_) | Value::Text(_)) => own.value.clone(),
        _ => moved(planned, own).value,
    };
    Attr { value, sensitive: planned.sensitive || own.sensitive, made: None, ..own.clone() }
}

fn map(planned: &Map, written: &Map, own: &Attr, is_block: bool) -> Map {
    let entry = |(key, attr): &(Str, Attr)| match written.get(key) {
        Some(own) => Some((key.clone(), merged(attr, own, is_block))),
        None if is_block && written.open.is_none() && matches!(attr.value, Value::Unknown(_)) => None,
        None => Some((key.clone(), moved(attr, own))),
    };
    Map { entries: planned.entries.iter().filter_map(entry).collect(), open: planned.open.clone(), ..Map::default() }
}

/// A planned value with all its parts at one place of the sources.
fn moved(planned: &Attr, to: &Attr) -> Attr {
    let part = |part: &Attr| moved(part, to);
    let value = match &planned.value {
        Value::List(list) => {
            Value::List(List { items: list.items.iter().map(part).collect(), open: list.open.clone(), kind: list.kind })
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, attr)| (key.clone(), part(attr))).collect();
            Value::Map(Map { entries, open: map.open.clone(), kind: map.kind })
        }
        other => other.clone(),
    };
    let at = to.key.unwrap_or(to.at);
    Attr { value, key: None, at, origin: Origin::default(), sensitive: planned.sensitive, made: None }
}
