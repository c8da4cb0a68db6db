//! Both sides of a relation, by what they can be found by.
//!
//! Made by `links` once for each relation that is asked for. It must not decide what a key means.

use super::super::keys::{self, Form, Key, form, keys};
use super::super::plan::Relation;
use super::attribute;
use crate::model::native::Native;
use crate::model::resource::{Inventory, ResourceId};
use crate::model::value::Str;
use std::collections::HashMap;
use std::sync::Arc;

/// A key and the resource that holds it.
pub struct Held {
    /// The holder.
    pub holder: ResourceId,
    /// The key.
    pub key: Key,
}

/// Scope and address of a resource.
type Address = (Str, Str);

/// Both sides of a relation, by what they can be found by.
#[derive(Default)]
pub struct Index {
    /// In order of holder.
    pub held: Vec<Held>,
    /// Places in `held` by what a reference means.
    pub held_by_address: HashMap<Address, Vec<usize>>,
    /// Places in `held` by literal name.
    pub held_by_text: HashMap<Str, Vec<usize>>,
    /// Places in `held` by group and text as written.
    pub held_by_shape: HashMap<(u32, Str), Vec<usize>>,
    /// Places in `held` by group, of keys that may be any name.
    pub loose: HashMap<u32, Vec<usize>>,
    /// Places in `held` by group, of keys that are literal names.
    pub literal: HashMap<u32, Vec<usize>>,
    /// Targets that some reference means.
    pub targets_by_address: HashMap<Address, Vec<ResourceId>>,
    /// Targets by literal name.
    pub targets_by_text: HashMap<Str, Vec<ResourceId>>,
    /// Targets by group and text as written.
    pub targets_by_shape: HashMap<(u32, Str), Vec<ResourceId>>,
}

impl Index {
    /// Both sides of a relation.
    pub fn new(inventory: &Inventory, relation: &Relation) -> Index {
        let mut index = Index::default();
        for holder in inventory.of_kind(relation.holder) {
            let resource = inventory.resource(*holder);
            let Some(attr) = attribute(resource, relation.attribute) else { continue };
            for mut key in keys(attr, relation.key.as_ref(), &relation.edge) {
                key.form = looked_up(inventory, relation, &key).unwrap_or(key.form);
                index.hold(Held { holder: *holder, key }, resource.group);
            }
        }
        // Only what some key asks for is ever looked up.
        let is_held = !index.held.is_empty();
        for target in inventory.of_kind(relation.target).iter().filter(|_| is_held) {
            let resource = inventory.resource(*target);
            let address = address(&resource.native);
            if relation.by_reference && index.held_by_address.contains_key(&address) {
                index.targets_by_address.entry(address).or_default().push(*target);
            }
            for attr in relation.by_value.iter().filter_map(|at| attribute(resource, *at)) {
                index.name(*target, resource.group, form(&attr.value));
            }
        }
        index
    }

    /// Notes the name of a target.
    fn name(&mut self, target: ResourceId, group: u32, form: Option<Form>) {
        match form {
            Some(Form::Literal(text)) if self.held_by_text.contains_key(&text) => {
                self.targets_by_text.entry(text).or_default().push(target);
            }
            Some(Form::Loose(_, shape) | Form::Reference(_, shape))
                if self.held_by_shape.contains_key(&(group, Arc::clone(&shape))) =>
            {
                self.targets_by_shape.entry((group, shape)).or_default().push(target);
            }
            _ => {}
        }
    }

    fn hold(&mut self, held: Held, group: u32) {
        let at = self.held.len();
        if let Form::Reference(_, shape) | Form::Loose(_, shape) = &held.key.form
            && !shape.is_empty()
        {
            self.held_by_shape.entry((group, Arc::clone(shape))).or_default().push(at);
        }
        match &held.key.form {
            Form::Reference(target, _) => {
                let address = (Arc::clone(&target.scope), Arc::clone(&target.address));
                self.held_by_address.entry(address).or_default().push(at);
            }
            Form::Literal(text) => {
                self.held_by_text.entry(Arc::clone(text)).or_default().push(at);
                self.literal.entry(group).or_default().push(at);
            }
            Form::Loose(..) => self.loose.entry(group).or_default().push(at),
        }
        self.held.push(held);
    }

    /// The keys that a resource holds.
    pub fn held_by(&self, holder: ResourceId) -> impl Iterator<Item = &Held> {
        let first = self.held.partition_point(|held| held.holder < holder);
        self.held.iter().skip(first).take_while(move |held| held.holder == holder)
    }
}

/// What a key points at that is an attribute of something looked up: whatever has the name it is looked up by.
fn looked_up(inventory: &Inventory, relation: &Relation, key: &Key) -> Option<Form> {
    let target = keys::looked_up(&key.attr.value)?;
    let found = inventory.looked_up.get(&(Arc::clone(&target.scope), Arc::clone(&target.address)))?;
    let mut meant = found.iter().filter(|one| one.kind == relation.target && one.native.is_meant_by(target));
    let (only, None) = (meant.next()?, meant.next()) else { return None };
    relation.by_value.iter().find_map(|at| form(&attribute(only, *at)?.value))
}

/// What references to a resource are found by.
pub fn address(native: &Native) -> Address {
    (Arc::clone(&native.scope), Arc::clone(&native.address))
}
