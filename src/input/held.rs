//! Documents and programs that resources hold: a Kubernetes manifest in a heredoc, a state machine printed by
//! `jsonencode`, the script that a machine starts with.
//!
//! Which attributes hold what is data (`rules/kinds/documents.yaml`). What is found stands in the group of its holder,
//! exists where it exists, as often as it does. Called by `engine` once everything is read.

use super::tree::Schema;
use super::view::View;
use super::{Claim, Context, FRONTENDS, Frontend, document, shell};
use crate::files;
use crate::model::kinds::KindSet;
use crate::model::kinds::documents::{Document, Holds, Shape};
use crate::model::made::Made;
use crate::model::native::{Arguments, Exists, Group, Native};
use crate::model::number::Number;
use crate::model::value::{Attr, Str, Value, WhyCode};
use crate::source::{SourceMap, Span};
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

/// Documents inside documents that are followed.
const MAX_LEVELS: usize = 5;

/// A document or program and the resource that holds it.
pub struct Held<'a> {
    /// The resource.
    pub holder: &'a Native,
    content: &'a Attr,
    shape: Shape,
    /// Whether any of it must not be seen.
    sensitive: bool,
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

impl Found {
    /// The resource as a native of a deployable unit of its own: there for certain, once, in nobody's module.
    pub fn native(self, scope: &Str, provider: &str, region: Attr) -> Native {
        let Found { native_type, name, head, tree } = self;
        Native {
            native_type,
            scope: Arc::clone(scope),
            address: name,
            instance: None,
            head,
            body: tree.at,
            provider: provider.into(),
            region,
            tree,
            default_tags: None,
            calls: Arc::from([]),
            exists: Exists::Yes,
            count: Attr::new(Value::number(Number::from(1)), head),
            arguments: Arguments::Keys,
        }
    }
}

impl Held<'_> {
    /// The documents that it is, as far as they are known; each part with its place.
    pub fn documents(&self, sources: &SourceMap) -> Vec<Attr> {
        document::read(sources, self.content, Schema::Core)
    }

    /// The texts that it is, each with whether it is meant.
    pub fn texts(&self, sources: &SourceMap) -> Vec<(View, Exists)> {
        match (&self.content.value, self.shape) {
            (Value::List(list), Shape::Words) => {
                let mut view = View::within(self.content.at);
                shell::command(sources, list, &mut view);
                vec![(view, Exists::Yes)]
            }
            (Value::List(list), Shape::Lines) => {
                let mut view = View::within(self.content.at);
                for line in list.items.iter() {
                    match &line.value {
                        Value::List(words) => shell::command(sources, words, &mut view),
                        _ => document::text::write(sources, line, &mut view),
                    }
                    view.add("\n");
                }
                vec![(view, Exists::Yes)]
            }
            _ => document::text::texts(sources, self.content),
        }
    }

    /// Part of it that is held in the same way.
    pub fn part<'p>(&'p self, content: &'p Attr) -> Held<'p> {
        Held { content, shape: Shape::Each, ..*self }
    }

    /// The file that the holder is written in.
    pub fn path(&self, sources: &SourceMap) -> Str {
        sources.path(self.holder.body)
    }

    /// The resource as a native beside its holder. What the document itself says of provider, region or existence is
    /// for the caller to lay over it.
    pub fn native(&self, found: Found) -> Native {
        let Found { native_type, name, head, tree } = found;
        let tree = Attr { sensitive: tree.sensitive || self.sensitive, ..tree };
        let address = format!("{}:{name}", self.holder.address).into();
        let own = Native { native_type, address, head, body: tree.at, tree, ..self.holder.clone() };
        Native { default_tags: None, arguments: Arguments::Keys, ..own }
    }

    /// What a program makes, beside the holder and under its condition.
    pub fn made(&self, native: Native) -> Native {
        let name = native.address.strip_prefix(files::stem(&native.scope)).and_then(|name| name.strip_prefix('.'));
        let is_stated =
            !matches!(&native.region.value, Value::Unknown(unknown) if unknown.why.code == WhyCode::RegionNotStated);
        let is_here = native.provider == self.holder.provider;
        Native {
            scope: self.holder.scope.clone(),
            address: format!("{}:{}", self.holder.address, name.unwrap_or(&native.address)).into(),
            instance: self.holder.instance.clone(),
            region: if is_stated || !is_here { native.region } else { self.holder.region.clone() },
            calls: self.holder.calls.clone(),
            exists: self.holder.exists.and(native.exists),
            count: self.holder.count.clone(),
            tree: Attr { sensitive: native.tree.sensitive || self.sensitive, ..native.tree },
            ..native
        }
    }
}

/// Adds the resources in the documents that natives hold. A file that is held is not read a second time by itself.
pub fn expand(context: &Context<'_>, kinds: &KindSet, groups: &mut [Group]) {
    let files: Vec<HashSet<Str>> = groups.par_iter_mut().map(|group| expand_group(context, kinds, group)).collect();
    let files: HashSet<Str> = files.into_iter().flatten().collect();
    groups.iter_mut().filter(|group| files.contains(&group.scope)).for_each(|group| group.natives.clear());
}

/// The files that held documents and programs stand in.
fn expand_group(context: &Context<'_>, kinds: &KindSet, group: &mut Group) -> HashSet<Str> {
    let mut files = HashSet::new();
    let mut held = |native: &Native| {
        let mut inside = Inside { context, kinds, found: Vec::new(), files: HashSet::new() };
        inside.resources(native, 0);
        inside.files.remove(&context.sources.path(native.body));
        files.extend(inside.files);
        inside.found
    };
    for native in std::mem::take(&mut group.natives) {
        let mut inside = held(&native);
        group.natives.push(native);
        group.natives.append(&mut inside);
    }
    // Data sources put texts together for resources that hold them.
    group.natives.extend(group.looked_up.iter().flat_map(held));
    files
}

/// What one native holds, at any level.
struct Inside<'a> {
    context: &'a Context<'a>,
    kinds: &'a KindSet,
    found: Vec<Native>,
    /// The files that it stands in.
    files: HashSet<Str>,
}

impl Inside<'_> {
    fn resources(&mut self, holder: &Native, level: usize) {
        if level >= MAX_LEVELS {
            return;
        }
        for document in self.kinds.documents(holder) {
            let Document { content, shape, .. } = &document;
            let held = Held { holder, content, shape: *shape, sensitive: content.sensitive };
            let written = files_of(self.context.sources, content);
            for native in found(self.context, &document, &held) {
                // A program may also make things in modules that it calls, which are read for themselves as well.
                self.files.extend(Some(self.context.sources.path(native.body)).filter(|path| written.contains(path)));
                self.found.push(native.clone());
                self.resources(&native, level + 1);
            }
        }
    }
}

/// The files that the parts of a text are written in.
fn files_of(sources: &SourceMap, content: &Attr) -> HashSet<Str> {
    match (content.made.as_deref(), &content.value) {
        (Some(Made::Joined(parts)), _) => parts.iter().map(|part| sources.path(part.at)).collect(),
        (Some(Made::Encoded(inner) | Made::Printed(inner)), _) => files_of(sources, inner),
        (None, Value::OneOf(all)) => all.iter().flatten().flat_map(|one| files_of(sources, one)).collect(),
        (None, _) => HashSet::from([sources.path(content.decided_at())]),
    }
}

fn found(context: &Context<'_>, document: &Document<'_>, held: &Held<'_>) -> Vec<Native> {
    let is_read = |frontend: &&&dyn Frontend| !context.options.skip_formats.iter().any(|name| name == frontend.name());
    let mut frontends = FRONTENDS.iter().filter(is_read);
    match document.holds {
        Holds::Format(name) => {
            let frontend = frontends.find(|frontend| *frontend.name() == **name);
            frontend.map(|frontend| frontend.held(context, held)).unwrap_or_default()
        }
        Holds::Native(native_type) => {
            held.documents(context.sources).iter().map(|document| held.native(whole(native_type, document))).collect()
        }
        Holds::File(_) => {
            let Some(path) = &document.file else { return Vec::new() };
            let reading = frontends.filter(|frontend| frontend.may_read(path));
            reading
                .filter(|frontend| claims(context, **frontend, path, held))
                .flat_map(|one| one.held(context, held))
                .collect()
        }
    }
}

/// Whether a frontend would claim a file with this text.
fn claims(context: &Context<'_>, frontend: &dyn Frontend, path: &str, held: &Held<'_>) -> bool {
    held.texts(context.sources).iter().any(|(view, _)| frontend.claim(path, &view.text) != Claim::No)
}

/// A document that is one resource.
fn whole(native_type: &Str, document: &Attr) -> Found {
    let head = document.key.unwrap_or(document.at);
    Found { native_type: native_type.clone(), name: native_type.clone(), head, tree: document.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    #[test]
    fn every_format_that_is_held_is_read_by_some_frontend() {
        let kinds = engine::kinds(&SourceMap::new()).unwrap();
        for format in kinds.document_formats() {
            assert!(FRONTENDS.iter().any(|frontend| *frontend.name() == **format), "{format}");
        }
    }
}
