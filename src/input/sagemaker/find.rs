//! Finds the requests of a document, however deep they stand in what people wrap them in.
//!
//! Called by the frontend for each document; what a definition holds is read by `pipeline` and `kubernetes`.

use super::shapes::{Fields, PIPELINE, Shape};
use super::{kubernetes, pipeline};
use crate::input::Context;
use crate::input::request::{self, Request, Written};
use crate::input::tree::{self, Kind, Node};
use crate::model::native::Exists;
use crate::model::value::{Attr, Str};
use crate::source::EmbeddedKind;
use std::collections::HashSet;

/// Strings inside strings that are followed.
const MAX_EMBEDDED: usize = 2;

/// The requests found so far in one file.
pub(super) struct Finder<'a> {
    pub context: &'a Context<'a>,
    /// Project-relative path of the file; the scope of references.
    pub path: &'a Str,
    pub requests: Vec<Request>,
    seen: HashSet<usize>,
    embedded: usize,
}

impl<'a> Finder<'a> {
    pub fn new(context: &'a Context<'a>, path: &'a Str) -> Finder<'a> {
        Finder { context, path, requests: Vec::new(), seen: HashSet::new(), embedded: 0 }
    }

    /// Reads one document: a resource of a controller, or whatever holds requests.
    pub fn document(&mut self, root: &Node) {
        if !kubernetes::read(self, root) {
            self.search(root);
        }
    }

    /// Searches a node and what is below it. What an alias stands for is read once.
    fn search(&mut self, node: &Node) {
        if !self.seen.insert(node.identity()) {
            return;
        }
        match node.kind() {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.search(item)),
            Kind::Mapping(pairs) => {
                if pipeline::is_definition(node) {
                    return pipeline::read(self, node);
                }
                let fields = Fields::of(node);
                match Shape::of(&fields) {
                    Some(shape) if !shape.is_answer(&fields) => self.request(shape, &fields, node),
                    None if !fields.are_recorded() => pairs.iter().for_each(|(_, value)| self.search(value)),
                    _ => {}
                }
            }
        }
    }

    fn request(&mut self, shape: &Shape, fields: &Fields<'_>, node: &Node) {
        if let Some(definition) = fields.get("PipelineDefinition").filter(|_| shape.native_type == PIPELINE) {
            return self.definition(definition);
        }
        let Some((key, name)) = fields.entry(shape.name()) else { return };
        self.requests.push(Request {
            native_type: shape.native_type.into(),
            address: self.address(&tree::attr(name, &Written)),
            head: key.span(),
            body: node.span(),
            tree: tree::attr(node, &Written),
            region: None,
            exists: Exists::Yes,
        });
    }

    /// Reads a pipeline definition that is written as a string.
    pub fn definition(&mut self, text: &Node) {
        if self.embedded >= MAX_EMBEDDED {
            return;
        }
        let Some(source) = text.embed(self.context.sources, EmbeddedKind::Document) else { return };
        self.embedded += 1;
        for root in tree::parse(self.context.sources, source).unwrap_or_default() {
            self.search(&root);
        }
        self.embedded -= 1;
    }

    /// What a request is called: its name, or the file's where that is not known.
    pub fn address(&self, name: &Attr) -> Str {
        name.value.as_str().unwrap_or_else(|| request::stem(self.path)).into()
    }
}
