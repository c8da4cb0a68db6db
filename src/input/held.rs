//! Documents that resources hold: a Kubernetes manifest in a heredoc, a state machine printed by `jsonencode`.
//!
//! Which attributes hold which documents is data (`rules/kinds/documents.yaml`). The resources in a document stand in
//! the group of their holder, exist where it exists, as often as it does. Called by `engine` once everything is read.

use super::tree::Schema;
use super::{Context, FRONTENDS, document};
use crate::model::kinds::KindSet;
use crate::model::kinds::documents::Holds;
use crate::model::native::{Arguments, Group, Native};
use crate::model::value::{Attr, Str};
use crate::source::Span;
use rayon::prelude::*;
use std::collections::HashSet;

/// Documents inside documents that are followed.
const MAX_LEVELS: usize = 3;

/// A document and the resource that holds it.
pub struct Held<'a> {
    /// The resource.
    pub holder: &'a Native,
    /// The document, as far as it is known; each part with its place.
    pub document: &'a Attr,
}

/// A resource found in a document.
pub struct Found {
    /// The format's name for the type.
    pub native_type: Str,
    /// Its name inside the document.
    pub name: Str,
    /// What names it there.
    pub head: Span,
    /// Its attributes, a map.
    pub tree: Attr,
}

impl Held<'_> {
    /// The resource as a native beside its holder. What the document itself says of provider, region or existence is
    /// for the caller to lay over it.
    pub fn native(&self, found: Found) -> Native {
        let Found { native_type, name, head, tree } = found;
        let address = format!("{}:{name}", self.holder.address).into();
        let own = Native { native_type, address, head, body: tree.at, tree, ..self.holder.clone() };
        Native { default_tags: None, arguments: Arguments::Keys, ..own }
    }
}

/// Adds the resources in the documents that natives hold. A file that is held is not read a second time by itself.
pub fn expand(context: &Context<'_>, kinds: &KindSet, groups: &mut [Group]) {
    let files: Vec<HashSet<Str>> = groups.par_iter_mut().map(|group| expand_group(context, kinds, group)).collect();
    let files: HashSet<Str> = files.into_iter().flatten().collect();
    groups.iter_mut().filter(|group| files.contains(&group.scope)).for_each(|group| group.natives.clear());
}

/// The files that held documents stand in as a whole.
fn expand_group(context: &Context<'_>, kinds: &KindSet, group: &mut Group) -> HashSet<Str> {
    let mut files = HashSet::new();
    let natives = std::mem::take(&mut group.natives);
    for native in natives {
        let mut inside = Vec::new();
        resources(context, kinds, &native, 0, &mut inside);
        let outer = context.sources.path(native.body);
        files.extend(inside.iter().map(|one| context.sources.path(one.body)).filter(|path| *path != outer));
        group.natives.push(native);
        group.natives.extend(inside);
    }
    files
}

fn resources(context: &Context<'_>, kinds: &KindSet, holder: &Native, level: usize, out: &mut Vec<Native>) {
    if level >= MAX_LEVELS {
        return;
    }
    for (holds, attr) in kinds.documents(holder) {
        for document in document::read(context.sources, &attr, Schema::Core) {
            let held = Held { holder, document: &document };
            let found = match holds {
                Holds::Format(name) => {
                    let frontend = FRONTENDS.iter().find(|frontend| *frontend.name() == **name);
                    frontend.map(|frontend| frontend.held(context, &held)).unwrap_or_default()
                }
                Holds::Native(native_type) => vec![held.native(whole(native_type, &document))],
            };
            for native in found {
                out.push(native.clone());
                resources(context, kinds, &native, level + 1, out);
            }
        }
    }
}

/// A document that is one resource.
fn whole(native_type: &Str, document: &Attr) -> Found {
    let head = document.key.unwrap_or(document.at);
    Found { native_type: native_type.clone(), name: native_type.clone(), head, tree: document.clone() }
}
