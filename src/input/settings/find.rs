//! Finds the machines in a document, each with the settings that belong to it.
//!
//! Called by the frontend for each document. It must not know what a setting means.

use super::roles::Roles;
use crate::input::request;
use crate::input::tree::{Kind, Node};
use crate::model::value::{Attr, Map, Str, Value};
use crate::source::Span;
use std::collections::HashSet;

/// A machine that settings name.
pub(super) struct Machine {
    pub native_type: Str,
    pub address: Str,
    /// The key that names it.
    pub head: Span,
    /// The mapping it stands in.
    pub body: Span,
    /// Its settings: those with its own prefix, without it, then those without any.
    pub tree: Attr,
}

/// The machines of a document, in order.
pub(super) fn machines(roles: &Roles, stem: &str, root: &Node) -> Vec<Machine> {
    let mut finder = Finder { roles, seen: HashSet::new(), trail: vec![stem.to_owned()], found: Vec::new() };
    if !roles.is_other(keys(root)) {
        finder.search(root);
    }
    finder.found
}

fn keys(node: &Node) -> impl Iterator<Item = &str> {
    node.pairs().iter().filter_map(|(key, _)| key.as_str())
}

struct Finder<'a> {
    roles: &'a Roles,
    /// What an alias stands for is read once.
    seen: HashSet<usize>,
    /// The file's name, and the keys and positions down to here.
    trail: Vec<String>,
    found: Vec<Machine>,
}

impl Finder<'_> {
    fn search(&mut self, node: &Node) {
        if !self.seen.insert(node.identity()) {
            return;
        }
        match node.kind() {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.below(number.to_string(), item);
                }
            }
            Kind::Mapping(pairs) => {
                self.machines(node);
                for (key, value) in pairs {
                    self.below(key.as_str().unwrap_or_default().to_owned(), value);
                }
            }
        }
    }

    fn below(&mut self, name: String, node: &Node) {
        self.trail.push(name);
        self.search(node);
        self.trail.pop();
    }

    fn machines(&mut self, node: &Node) {
        let entries = node.entries();
        let named: Vec<(&Node, &str)> = entries
            .iter()
            .filter_map(|(key, value)| Some((*key, self.roles.prefix(key.as_str()?, value.as_str()?)?)))
            .collect();
        for (key, prefix) in &named {
            let beside = || keys(node).filter(|other| Some(*other) != key.as_str());
            let own = self.roles.meaning(prefix);
            let around = || self.trail.iter().rev().find_map(|name| self.roles.meaning(name));
            let Some(native_type) = own.or_else(around).or_else(|| self.roles.meaning_of_all(beside())) else {
                continue;
            };
            let trail = self.trail.iter().map(String::as_str).chain(Some(prefix.trim_end_matches(['_', '-'])));
            self.found.push(Machine {
                native_type: native_type.into(),
                address: trail.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".").into(),
                head: key.span(),
                body: node.span(),
                tree: settings(node, prefix, |key| self.roles.meaning(key).is_some()),
            });
        }
    }
}

/// The settings of the machine with a prefix; `is_others` says whether a key speaks of a machine of its own.
fn settings(node: &Node, prefix: &str, is_others: impl Fn(&str) -> bool) -> Attr {
    let whole = request::written(node);
    let Value::Map(map) = &whole.value else { return whole };
    let own = map.entries.iter().filter_map(|(key, attr)| Some((Str::from(key.strip_prefix(prefix)?), attr.clone())));
    let shared = map.entries.iter().filter(|(key, _)| !prefix.is_empty() && !is_others(key)).cloned();
    Attr { value: Value::Map(Map { entries: own.chain(shared).collect(), ..map.clone() }), ..whole.clone() }
}
