//! From natives to resources: picks the rows of a native's type, goes over the elements, makes the attributes.
//!
//! Called by `Inventory::build`. Attributes that look at partners are made last. It must not know any kind by name.

use super::convert::coerce;
use super::eval::{Scope, Truth, eval};
use super::grammar::joined;
use super::plan::PlannedRow;
use super::{KindId, KindSet, Type, places};
use crate::model::native::{Exists, Group, Native};
use crate::model::resource::{Inventory, Resource, ResourceId};
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Partners of partners that an attribute may look through.
const MAX_HOPS: usize = 4;

/// A resource and what is needed to finish it.
struct Lifted {
    resource: Resource,
    row: usize,
    element: Attr,
    above: Vec<Attr>,
    key: Option<Str>,
}

/// What is left to do for a resource whose row looks at partners.
struct Late {
    row: usize,
    element: Attr,
    above: Vec<Attr>,
    index: usize,
    key: Option<Str>,
}

/// Builds the inventory.
pub fn inventory(kinds: Arc<KindSet>, mut groups: Vec<Group>) -> Inventory {
    groups.par_iter_mut().for_each(|group| places::settle(&kinds, group));
    let mut natives = Vec::new();
    for (group, at) in groups.iter_mut().zip(0u32..) {
        natives.extend(std::mem::take(&mut group.natives).into_iter().map(|native| (at, native)));
    }
    let lifted: Vec<Lifted> =
        natives.into_par_iter().flat_map_iter(|(group, native)| lift(&kinds, group, Arc::new(native))).collect();
    let mut resources = Vec::with_capacity(lifted.len());
    let mut late = HashMap::new();
    for (one, id) in lifted.into_iter().zip((0..).map(ResourceId)) {
        let waits = kinds.plan.rows.get(one.row).is_some_and(|row| row.set.iter().flatten().any(|spec| spec.late));
        if waits {
            let index = one.resource.index as usize;
            late.insert(id, Late { row: one.row, element: one.element, above: one.above, index, key: one.key });
        }
        resources.push(one.resource);
    }
    let looked_up = looked_up(&kinds, &mut groups);
    let mut inventory = Inventory { looked_up, ..Inventory::new(kinds, groups, resources) };
    finish(&mut inventory, &late);
    inventory
}

/// What the groups look up, by address.
fn looked_up(kinds: &KindSet, groups: &mut [Group]) -> HashMap<(Str, Str), Vec<Resource>> {
    let mut all: HashMap<(Str, Str), Vec<Resource>> = HashMap::new();
    for (group, at) in groups.iter_mut().zip(0u32..) {
        for native in std::mem::take(&mut group.looked_up) {
            let address = (Str::clone(&native.scope), Str::clone(&native.address));
            let lifted = lift(kinds, at, Arc::new(native)).into_iter().map(|one| one.resource);
            all.entry(address).or_default().extend(lifted);
        }
    }
    all
}

/// All resources of one native.
fn lift(kinds: &KindSet, group: u32, native: Arc<Native>) -> Vec<Lifted> {
    let mut all = Vec::new();
    let Some(rows) = kinds.plan.by_type.get(&native.native_type) else { return all };
    for (at, row) in rows.iter().filter_map(|at| Some((*at, kinds.plan.rows.get(*at)?))) {
        let mut doubt = None;
        let scope = Scope::of(&native);
        let verdicts = row.when.iter().map(|guard| scope.holds(guard));
        let mut refused = false;
        for verdict in verdicts {
            match verdict {
                Truth::Yes => {}
                Truth::No => refused = true,
                Truth::Unknown(why) => doubt = Some(why),
            }
        }
        if refused {
            continue;
        }
        for (scope, doubt) in elements(&native, row, doubt) {
            let native = if_doubtful(&native, doubt);
            all.push(resource(kinds, row, at, group, native, scope));
        }
    }
    all
}

/// The elements that a row makes resources of, each with the reason it may not exist.
fn elements<'a>(native: &'a Native, row: &PlannedRow, doubt: Option<Why>) -> Vec<(Scope<'a>, Option<Why>)> {
    let whole = Scope::of(native);
    if row.each.is_empty() {
        return vec![(whole, doubt)];
    }
    let mut found = Vec::new();
    let outcome = whole.elements(&row.each, &mut |inner| {
        let element = inner.element.clone();
        found.push((inner, doubt.clone()));
        Some(element)
    });
    let Some(outcome) = outcome else { return found };
    let mut phantom = None;
    match &outcome.value {
        Value::Unknown(unknown) => phantom = Some(unknown.why.clone()),
        Value::List(list) => phantom = list.open.clone(),
        Value::OneOf(_) => {
            let why = outcome.decided_by();
            found.iter_mut().for_each(|(_, doubt)| *doubt = Some(why.clone()));
        }
        _ => {}
    }
    // Elements that may or may not be there: one resource of which nothing is known, so that absence is not claimed.
    if let Some(why) = phantom {
        let element = Attr { value: Value::unknown(why.clone()), ..outcome };
        let scope = Scope { element, above: vec![native.tree.clone()], index: found.len(), ..whole };
        found.push((scope, Some(why)));
    }
    found
}

fn if_doubtful(native: &Arc<Native>, doubt: Option<Why>) -> Arc<Native> {
    match (doubt, &native.exists) {
        (Some(why), Exists::Yes) => Arc::new(Native { exists: Exists::Unless(why), ..Native::clone(native) }),
        _ => Arc::clone(native),
    }
}

fn resource(kinds: &KindSet, row: &PlannedRow, at: usize, group: u32, native: Arc<Native>, scope: Scope<'_>) -> Lifted {
    let kind = kinds.get(row.kind);
    let attributes = row.set.iter().zip(&kind.attributes).map(|(planned, attribute)| {
        let planned = planned.as_ref().filter(|planned| !planned.late)?;
        coerce(&eval(&planned.spec, &scope)?, &attribute.ty)
    });
    let attributes = attributes.map(|attr| attr.map(Box::new)).collect();
    let (head, body) = match scope.above.is_empty() {
        true => (native.head, native.body),
        false => (scope.head(), scope.element.key.map_or(scope.element.at, |key| key.to(scope.element.at))),
    };
    let index = u32::try_from(scope.index).unwrap_or(u32::MAX);
    let (element, above, key) = (scope.element, scope.above, scope.key);
    let resource = Resource { kind: row.kind, group, native, head, body, index, attributes };
    Lifted { resource, row: at, element, above, key }
}

/// Makes the attributes that look at partners.
fn finish(inventory: &mut Inventory, late: &HashMap<ResourceId, Late>) {
    let mut ids: Vec<ResourceId> = late.keys().copied().collect();
    ids.sort_unstable();
    let view = &*inventory;
    let made: Vec<(ResourceId, usize, Option<Attr>)> = ids
        .into_par_iter()
        .flat_map_iter(|id| {
            let count = view.resource(id).attributes.len();
            (0..count)
                .filter(move |at| is_late(view, late, id, *at))
                .map(move |at| (id, at, value(view, late, id, at, 0)))
        })
        .collect();
    for (id, at, attr) in made {
        let resource = inventory.resources.get_mut(id.0 as usize);
        if let Some(place) = resource.and_then(|resource| resource.attributes.get_mut(at)) {
            *place = attr.map(Box::new);
        }
    }
}

fn is_late(inventory: &Inventory, late: &HashMap<ResourceId, Late>, id: ResourceId, at: usize) -> bool {
    let row = late.get(&id).and_then(|late| inventory.kinds.plan.rows.get(late.row));
    row.and_then(|row| row.set.get(at)).is_some_and(|spec| spec.as_ref().is_some_and(|spec| spec.late))
}

/// An attribute, made now if it looks at partners.
fn value(
    inventory: &Inventory,
    late: &HashMap<ResourceId, Late>,
    id: ResourceId,
    at: usize,
    hops: usize,
) -> Option<Attr> {
    let resource = inventory.resource(id);
    if !is_late(inventory, late, id, at) {
        return resource.attributes.get(at)?.as_deref().cloned();
    }
    if hops > MAX_HOPS {
        let why = Why::new(WhyCode::ReferenceCycle, resource.native.display_address(), resource.head);
        return Some(Attr::unknown(why, resource.head));
    }
    let waiting = late.get(&id)?;
    let spec = inventory.kinds.plan.rows.get(waiting.row)?.set.get(at)?.as_ref()?;
    let through = |link: &str, attribute: &str| over_link(inventory, late, id, link, attribute, hops + 1);
    let scope = Scope {
        native: &resource.native,
        element: waiting.element.clone(),
        above: waiting.above.clone(),
        index: waiting.index,
        key: waiting.key.clone(),
        links: Some(&through),
    };
    let ty: &Type = &inventory.kinds.get(resource.kind).attributes.get(at)?.ty;
    coerce(&eval(&spec.spec, &scope)?, ty)
}

/// An attribute of the partners over a link: of several partners one or the other.
fn over_link(
    inventory: &Inventory,
    late: &HashMap<ResourceId, Late>,
    id: ResourceId,
    link: &str,
    attribute: &str,
    hops: usize,
) -> Option<Attr> {
    let resource = inventory.resource(id);
    let kind = inventory.kinds.get(resource.kind);
    let link = kind.link(link)?;
    let to: KindId = kind.links.get(usize::from(link.0))?.to;
    let at = inventory.kinds.get(to).attribute(attribute)?;
    let partners = inventory.partners(id, link);
    let mut values: Vec<_> =
        partners.resources.iter().map(|partner| value(inventory, late, partner.resource, at, hops)).collect();
    values.extend(partners.open.iter().map(|why| Some(Attr::unknown(why.clone(), resource.head))));
    match values.as_slice() {
        [only] => only.clone(),
        _ => {
            let from = values.iter().flatten().next()?.clone();
            joined(values, &from)
        }
    }
}
