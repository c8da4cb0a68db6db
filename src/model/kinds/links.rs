//! Joins between resources, three-valued: partners, none, or not decidable.
//!
//! Computed on demand through `Inventory::partners`, from hash indexes over addresses and literal names, so that ten
//! thousand buckets cost ten thousand look-ups. It must not know any kind by name.

mod index;

use self::index::{Held, Index, address};
use super::keys::{Form, Key, doubt, equal, form, may_agree, may_be, same_call};
use super::plan::{Join, Relation, Route};
use super::{KindId, KindSet, LinkId};
use crate::model::native::Gap;
use crate::model::resource::{Inventory, Partner, Partners, Resource, ResourceId};
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Keys known in part that are compared with each name of a group; beyond them every name is taken as possible.
const MAX_LOOSE: usize = 256;

/// The joins of an inventory, computed on demand.
#[derive(Default)]
pub struct Joins {
    /// By relation.
    indexes: Vec<OnceLock<Index>>,
    /// By kind, link and position among the resources of the kind.
    found: Vec<Vec<Vec<OnceLock<Arc<Partners>>>>>,
    /// What most joins find.
    none: Arc<Partners>,
}

impl Joins {
    /// Room for the joins of so many resources of each kind.
    pub fn new(kinds: &KindSet, by_kind: &[Vec<ResourceId>]) -> Joins {
        let cells = |count: usize| std::iter::repeat_with(OnceLock::new).take(count).collect::<Vec<_>>();
        let indexes = std::iter::repeat_with(OnceLock::new).take(kinds.plan.relations.len()).collect();
        let counts = by_kind.iter().map(Vec::len);
        let found = kinds.plan.joins.iter().zip(counts);
        let found = found.map(|(links, count)| links.iter().map(|_| cells(count)).collect()).collect();
        Joins { indexes, found, none: Arc::default() }
    }

    /// Partners of a resource over a link; none for a link that its kind does not have.
    pub fn partners(&self, inventory: &Inventory, id: ResourceId, link: LinkId) -> Arc<Partners> {
        let kind = inventory.resource(id).kind;
        let Some(join) = join_of(&inventory.kinds, kind, link) else { return Arc::clone(&self.none) };
        let place = inventory.of_kind(kind).binary_search(&id).ok();
        let links = self.found.get(usize::from(kind.0)).and_then(|links| links.get(usize::from(link.0)));
        match links.zip(place).and_then(|(cells, place)| cells.get(place)) {
            Some(cell) => Arc::clone(cell.get_or_init(|| match self.find(inventory, id, join) {
                Partners { resources, open: None } if resources.is_empty() => Arc::clone(&self.none),
                found => Arc::new(found),
            })),
            None => Arc::clone(&self.none),
        }
    }

    fn find(&self, inventory: &Inventory, id: ResourceId, join: &Join) -> Partners {
        let mut partners = match join.route {
            Route::ToHolders(at) => self
                .index(inventory, at)
                .map(|(relation, index)| holders(inventory, id, relation, index))
                .unwrap_or_default(),
            Route::ToTargets(at) => {
                self.index(inventory, at).map(|(_, index)| targets(inventory, id, index)).unwrap_or_default()
            }
            Route::Via(first, second) => self.via(inventory, id, first, second),
        };
        also(inventory, id, &join.also, &mut partners);
        partners
    }

    fn index<'a>(&'a self, inventory: &'a Inventory, at: usize) -> Option<(&'a Relation, &'a Index)> {
        let relation = inventory.kinds.plan.relations.get(at)?;
        Some((relation, self.indexes.get(at)?.get_or_init(|| Index::new(inventory, relation))))
    }

    fn via(&self, inventory: &Inventory, id: ResourceId, first: LinkId, second: LinkId) -> Partners {
        let near = self.partners(inventory, id, first);
        let mut all = Partners { resources: Vec::new(), open: near.open.clone() };
        for partner in &near.resources {
            let far = self.partners(inventory, partner.resource, second);
            all.open = all.open.or_else(|| far.open.clone());
            for found in &far.resources {
                if all.resources.iter().all(|have| have.resource != found.resource) {
                    all.resources.push(found.clone());
                }
            }
        }
        all
    }
}

fn join_of(kinds: &KindSet, kind: KindId, link: LinkId) -> Option<&Join> {
    kinds.plan.joins.get(usize::from(kind.0))?.get(usize::from(link.0))
}

fn attribute(resource: &Resource, at: usize) -> Option<&Attr> {
    resource.attributes.get(at)?.as_deref()
}

/// Gathers partners; what is not certain only opens the answer.
struct Gathering<'a> {
    inventory: &'a Inventory,
    judged: &'a Resource,
    partners: Partners,
}

impl<'a> Gathering<'a> {
    fn new(inventory: &'a Inventory, judged: &'a Resource) -> Gathering<'a> {
        Gathering { inventory, judged, partners: Partners::default() }
    }

    fn open(&mut self, why: &Why) {
        self.partners.open.get_or_insert_with(|| why.clone());
    }

    fn add(&mut self, id: ResourceId, key: &Key) {
        let native = &self.inventory.resource(id).native;
        match doubt(&self.judged.native, native) {
            Some(why) => self.open(why),
            None if !key.certain => {
                let why = Why::new(WhyCode::UndecidedJoin, native.display_address(), key.attr.at);
                self.open(&why);
            }
            None if self.partners.resources.iter().any(|partner| partner.resource == id) => {}
            None => self.partners.resources.push(Partner { resource: id, edge: key.edge.clone() }),
        }
    }

    fn finish(mut self) -> Partners {
        self.partners.resources.sort_by_key(|partner| partner.resource);
        self.partners
    }
}

/// The resources whose keys point at `id`.
fn holders(inventory: &Inventory, id: ResourceId, relation: &Relation, index: &Index) -> Partners {
    let judged = inventory.resource(id);
    let mut all = Gathering::new(inventory, judged);
    let held = |places: Option<&Vec<usize>>| -> Vec<&Held> {
        // A resource is not its own partner, where a kind is joined with itself.
        places.into_iter().flatten().filter_map(|at| index.held.get(*at)).filter(|one| one.holder != id).collect()
    };
    if relation.by_reference {
        for one in held(index.held_by_address.get(&address(&judged.native))) {
            if matches!(&one.key.form, Form::Reference(target, _) if judged.native.is_meant_by(target)) {
                all.add(one.holder, &one.key);
            }
        }
    }
    let values: Vec<Option<&Attr>> = relation.by_value.iter().map(|at| attribute(judged, *at)).collect();
    for value in values.iter().flatten() {
        match form(&value.value) {
            Some(Form::Literal(text)) => {
                let named = held(index.held_by_text.get(&text));
                let near = |one: &&&Held| inventory.resource(one.holder).group == judged.group;
                if named.iter().any(|one| near(&one)) {
                    named.iter().filter(near).for_each(|one| all.add(one.holder, &one.key));
                } else if let Some(far) = (!named.is_empty()).then(|| Owners::of(inventory, index, &text)) {
                    let meant = |one: &&&Held| far.may_mean(inventory.resource(one.holder), judged, inventory);
                    named.iter().filter(meant).for_each(|one| match far.names.len() {
                        0 | 1 => all.add(one.holder, &one.key),
                        _ => all.open(&outside(&one.key)),
                    });
                }
            }
            Some(Form::Loose(_, shape) | Form::Reference(_, shape)) => {
                for one in held(index.held_by_shape.get(&(judged.group, shape))) {
                    if same_call(&inventory.resource(one.holder).native, &judged.native) {
                        all.add(one.holder, &one.key);
                    }
                }
                // A literal key of the group may turn out to be this name.
                let literal = held(index.literal.get(&judged.group));
                let far_too_many = literal.len() > MAX_LOOSE;
                if let Some(one) = literal.into_iter().find(|one| far_too_many || may_equal(value, &one.key)) {
                    all.open(&outside(&one.key));
                }
            }
            _ => {}
        }
    }
    doubtful(held(index.loose.get(&judged.group)), &values, &mut all);
    if let Some(gap) = inventory.group_of(judged).gaps.iter().find(|gap| receives(gap, judged)) {
        all.open(&gap.why);
    }
    all.finish()
}

/// The groups with a resource of one literal name, by their names: a root read under several variables files counts
/// once.
struct Owners<'a> {
    names: BTreeSet<&'a str>,
}

impl<'a> Owners<'a> {
    fn of(inventory: &'a Inventory, index: &Index, text: &Str) -> Owners<'a> {
        let owners = index.targets_by_text.get(text).into_iter().flatten();
        Owners { names: owners.map(|id| &*inventory.group_of(inventory.resource(*id)).name).collect() }
    }

    /// Whether a name written by one resource may mean another one in a different group: not where its own group has
    /// a resource of that name, nor between two readings of one root.
    fn may_mean(&self, from: &Resource, to: &Resource, inventory: &Inventory) -> bool {
        let (from, to) = (&*inventory.group_of(from).name, &*inventory.group_of(to).name);
        from != to && !self.names.contains(from)
    }
}

/// Opens the answer for keys of the group that are not known and may be one of these names.
fn doubtful(loose: Vec<&Held>, values: &[Option<&Attr>], all: &mut Gathering<'_>) {
    let far_too_many = loose.len() > MAX_LOOSE;
    for one in loose {
        let already = all.partners.resources.iter().any(|partner| partner.resource == one.holder);
        let Form::Loose(why, _) = &one.key.form else { continue };
        let same_call = same_call(&all.inventory.resource(one.holder).native, &all.judged.native);
        if !already && (far_too_many || possible(&one.key, values, same_call)) {
            all.open(why);
            return;
        }
    }
}

/// Whether a name that is not known may be this literal key.
fn may_equal(name: &Attr, key: &Key) -> bool {
    equal(Some(name), Some(&key.attr)) != Some(false)
}

/// Whether a key that is not known may be one of these names; in the same call, equal variables have equal values.
fn possible(key: &Key, values: &[Option<&Attr>], same_call: bool) -> bool {
    let Value::Text(pieces) = &key.attr.value else { return true };
    let may_be = |name: &&Attr| match &name.value {
        Value::Text(other) => !same_call || may_agree(pieces, other),
        name => name.scalar_text().is_none_or(|name| may_be(pieces, &name)),
    };
    let names: Vec<&Attr> = values.iter().flatten().copied().collect();
    names.is_empty() || names.iter().any(may_be)
}

fn receives(gap: &Gap, judged: &Resource) -> bool {
    gap.receives.as_ref().is_none_or(|all| all.iter().any(|target| judged.native.is_meant_by(target)))
}

/// The resources that the keys of `id` point at. A key that points at nothing that was read leaves the answer open.
fn targets(inventory: &Inventory, id: ResourceId, index: &Index) -> Partners {
    let judged = inventory.resource(id);
    let mut all = Gathering::new(inventory, judged);
    for held in index.held_by(id) {
        let key = &held.key;
        let none = Vec::new();
        let by_shape = |shape: &Str| {
            let named = index.targets_by_shape.get(&(judged.group, Arc::clone(shape))).unwrap_or(&none).iter();
            named.copied().filter(|id| same_call(&inventory.resource(*id).native, &judged.native)).collect()
        };
        let found: Vec<ResourceId> = match &key.form {
            Form::Reference(target, shape) => {
                let address = (Arc::clone(&target.scope), Arc::clone(&target.address));
                // The index holds addresses only where a reference is a key of the relation.
                let named = index.targets_by_address.get(&address).unwrap_or(&none).iter();
                let meant = named.copied().filter(|id| inventory.resource(*id).native.is_meant_by(target));
                let meant: Vec<_> = meant.collect();
                if meant.is_empty() { by_shape(shape) } else { meant }
            }
            Form::Literal(text) => {
                let named = index.targets_by_text.get(text).unwrap_or(&none);
                let near = |id: &&ResourceId| inventory.resource(**id).group == judged.group;
                let owners = Owners::of(inventory, index, text);
                match named.iter().any(|id| near(&id)) {
                    true => named.iter().filter(near).copied().collect(),
                    false if owners.names.len() > 1 => Vec::new(),
                    false => {
                        let meant = |id: &&ResourceId| owners.may_mean(judged, inventory.resource(**id), inventory);
                        named.iter().filter(meant).copied().collect()
                    }
                }
            }
            Form::Loose(_, shape) => by_shape(shape),
        };
        if found.is_empty() {
            all.open(&outside(key));
        }
        found.into_iter().for_each(|id| all.add(id, key));
    }
    all.finish()
}

fn outside(key: &Key) -> Why {
    match &key.form {
        Form::Loose(why, _) => why.clone(),
        Form::Literal(text) => Why::new(WhyCode::UndecidedJoin, Arc::clone(text), key.attr.at),
        Form::Reference(target, _) => Why::new(WhyCode::UndecidedJoin, Arc::clone(&target.address), key.attr.at),
    }
}

/// Keeps the partners whose attributes equal the resource's own; where that is not known the answer is open.
fn also(inventory: &Inventory, id: ResourceId, pairs: &[(usize, usize)], partners: &mut Partners) {
    let judged = inventory.resource(id);
    let Partners { resources, open } = partners;
    resources.retain(|partner| {
        let theirs = inventory.resource(partner.resource);
        pairs.iter().all(|(their, own)| match equal(attribute(theirs, *their), attribute(judged, *own)) {
            Some(same) => same,
            None => {
                let what = theirs.native.display_address();
                open.get_or_insert_with(|| Why::new(WhyCode::UndecidedJoin, what, judged.head));
                false
            }
        })
    });
}
