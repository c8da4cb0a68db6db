//! The normalized resources that rules judge, and all of them together.
//!
//! Built by `model::kinds` from natives; read by conditions, the engine and reports.

use super::kinds::{KindId, KindSet, LinkId};
use super::native::{Group, Native};
use super::value::{Attr, Str, Why};
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// Identity of a resource in an [`Inventory`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// One resource of one kind. A native may yield several (one per variant, one per kind).
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its kind.
    pub kind: KindId,
    /// Index of its group in [`Inventory::groups`].
    pub group: u32,
    /// The native it was lifted from.
    pub native: Arc<Native>,
    /// The header to point at: the native's, or that of the element the resource stands for.
    pub head: Span,
    /// The whole block it stands for, header included.
    pub body: Span,
    /// Position among the elements of an `each:`, from 0; 0 where there is no `each:`.
    pub index: u32,
    /// Values by the kind's attribute order; `None` is absent.
    pub attributes: Box<[Option<Box<Attr>>]>,
}

/// What a join found.
#[derive(Clone, Debug, Default)]
pub struct Partners {
    /// Certain partners, in order.
    pub resources: Vec<Partner>,
    /// Set if there may be more: the reason absence cannot be claimed.
    pub open: Option<Why>,
}

/// One partner of a join.
#[derive(Clone, Debug)]
pub struct Partner {
    /// The partner.
    pub resource: ResourceId,
    /// Attributes of the edge (`order` of a queue's environment), by the link's declared order.
    pub edge: Box<[Option<Attr>]>,
}

/// Everything that was read, lifted, and joined on demand.
pub struct Inventory {
    /// The kinds in force.
    pub kinds: Arc<KindSet>,
    /// Groups in order of scope. Their natives have been moved into the resources.
    pub groups: Vec<Group>,
    /// Resources in order of group, then native, then kind, then element.
    pub resources: Vec<Resource>,
    /// Resources by kind, indexed by `KindId`.
    pub by_kind: Vec<Vec<ResourceId>>,
    /// Resources of others that are looked up, by scope and address. They take part in joins by what they are called.
    pub(super) looked_up: HashMap<(Str, Str), Vec<Resource>>,
    pub(super) joins: super::kinds::links::Joins,
}

impl Inventory {
    /// Lifts the natives of `groups` (in order of scope) into the resources of `kinds`. The order of resources does not
    /// depend on the number of threads.
    pub fn build(kinds: Arc<KindSet>, groups: Vec<Group>) -> Inventory {
        super::kinds::lift::inventory(kinds, groups)
    }

    /// An inventory of resources that are in order; joins are computed as they are asked for.
    pub fn new(kinds: Arc<KindSet>, groups: Vec<Group>, resources: Vec<Resource>) -> Inventory {
        let mut by_kind = vec![Vec::new(); kinds.kinds.len()];
        for (at, resource) in resources.iter().enumerate() {
            by_kind[usize::from(resource.kind.0)].push(ResourceId(at as u32));
        }
        let joins = super::kinds::links::Joins::new(&kinds, &by_kind);
        Inventory { kinds, groups, resources, by_kind, looked_up: HashMap::new(), joins }
    }

    /// The resource with this identity.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// The resource's group.
    pub fn group_of(&self, resource: &Resource) -> &Group {
        &self.groups[resource.group as usize]
    }

    /// Resources of a kind, in order.
    pub fn of_kind(&self, kind: KindId) -> &[ResourceId] {
        &self.by_kind[kind.0 as usize]
    }

    /// The partners of a resource over one of its kind's links. Computed once.
    pub fn partners(&self, id: ResourceId, link: LinkId) -> Arc<Partners> {
        self.joins.partners(self, id, link)
    }
}
