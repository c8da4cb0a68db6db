//! Resources that do not say where they are: they are where another resource is that they belong to.
//!
//! Called by `lift` before anything is lifted. Which attributes say so is data (`placed_with` in
//! `rules/kinds/records.yaml`).

use super::KindSet;
use super::eval::Scope;
use super::grammar::Path;
use crate::model::native::{Group, Native};
use crate::model::value::{Attr, Str, Value, Via};
use std::collections::{HashMap, HashSet};

/// Where the resources of a native type are.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The attribute with a place of its own, which wins.
    pub unless: Path,
    /// The attribute that refers to the resource they belong to.
    pub at: Path,
    /// Native types of that resource, which is meant by a reference or by its `name`.
    pub with: Vec<Str>,
}

/// By native type.
pub type Places = HashMap<Str, Placed>;

/// Gives natives of a group that state no place the region of the resource they belong to: it says more than what the
/// provider has for all.
pub fn settle(kinds: &KindSet, group: &mut Group) {
    let placed = |native: &Native| {
        let placed = kinds.plan.placed.get(&native.native_type)?;
        Scope::of(native).look(&placed.unless).is_none().then_some(placed)
    };
    let places: Vec<(usize, &Placed)> =
        group.natives.iter().enumerate().filter_map(|(at, native)| Some((at, placed(native)?))).collect();
    if places.is_empty() {
        return;
    }
    let owners = Owners::of(kinds, &group.natives);
    let find = |(at, placed): (usize, &Placed)| {
        let native = group.natives.get(at)?;
        let region = owners.region(&Scope::of(native).look(&placed.at)?, placed)?;
        Some((at, region.passed(Via::Resource, native.head)))
    };
    let found: Vec<(usize, Attr)> = places.into_iter().filter_map(find).collect();
    for (at, region) in found {
        if let Some(native) = group.natives.get_mut(at) {
            native.region = region;
        }
    }
}

/// The resources of a group that others belong to, by address and by name.
struct Owners<'a> {
    all: HashMap<Str, Vec<&'a Native>>,
}

impl<'a> Owners<'a> {
    fn of(kinds: &KindSet, natives: &'a [Native]) -> Owners<'a> {
        let types: HashSet<&Str> = kinds.plan.placed.values().flat_map(|placed| &placed.with).collect();
        let mut all: HashMap<Str, Vec<&Native>> = HashMap::new();
        for native in natives.iter().filter(|native| types.contains(&native.native_type)) {
            for key in [Some(Str::clone(&native.address)), name(native)].into_iter().flatten() {
                all.entry(key).or_default().push(native);
            }
        }
        Owners { all }
    }

    /// The region of the resource that a value refers to or names; none where several are meant that differ.
    fn region(&self, value: &Attr, placed: &Placed) -> Option<&'a Attr> {
        let target = match &value.value {
            Value::Unknown(unknown) => Some(unknown.refers_to.as_deref()?),
            _ => None,
        };
        let key = target.map_or_else(|| value.value.scalar_text(), |target| Some(Str::clone(&target.address)))?;
        let is_meant = |native: &&&Native| match target {
            Some(target) => native.is_meant_by(target),
            None => name(native).is_some_and(|name| name == key),
        };
        let of_type = self.all.get(&key)?.iter().filter(|native| placed.with.contains(&native.native_type));
        let mut meant = of_type.filter(is_meant);
        let first = &meant.next()?.region;
        meant.all(|other| other.region.value.same_scalar(&first.value)).then_some(first)
    }
}

fn name(native: &Native) -> Option<Str> {
    match &native.tree.value {
        Value::Map(tree) => tree.get("name")?.value.scalar_text(),
        _ => None,
    }
}
