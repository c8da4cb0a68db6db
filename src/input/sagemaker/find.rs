//! Finds the requests of a document, however deep they stand in what people wrap them in.
//!
//! Called by the frontend for each document; what a definition holds is read by `pipeline` and `kubernetes`.

use super::shapes::{Fields, Shape};
use super::{kubernetes, pipeline};
use crate::input::request::{self, Request};
use crate::input::tree::{Kind, Node};
use crate::model::native::Exists;
use crate::model::value::{Attr, Str};
use std::collections::HashSet;

/// The requests found so far in one file.
pub(super) struct Finder<'a> {
    /// Project-relative path of the file; the scope of references.
    pub path: &'a Str,
    pub requests: Vec<Request>,
    seen: HashSet<usize>,
}

impl<'a> Finder<'a> {
    pub fn new(path: &'a Str) -> Finder<'a> {
        Finder { path, requests: Vec::new(), seen: HashSet::new() }
    }

    /// Reads one document: a resource of a controller, or whatever holds requests.
    pub fn document(&mut self, root: &Node) {
        let is_object = root.get("kind").is_some();
        match is_object.then(|| kubernetes::requests(&request::written(root), request::stem(self.path))).flatten() {
            Some(found) => self.requests.extend(found),
            None => self.search(root),
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
                if node.get("Steps").is_some()
                    && let Some(steps) = pipeline::requests(&request::written(node), self.path, "")
                {
                    return self.requests.extend(steps);
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
        let Some((key, name)) = fields.entry(shape.name()) else { return };
        self.requests.push(Request {
            native_type: shape.native_type.into(),
            address: self.address(&request::written(name)),
            head: key.span(),
            body: node.span(),
            tree: request::written(node),
            region: None,
            exists: Exists::Yes,
        });
    }

    /// What a request is called: its name, or the file's where that is not known.
    pub fn address(&self, name: &Attr) -> Str {
        name.value.as_str().unwrap_or_else(|| request::stem(self.path)).into()
    }
}
