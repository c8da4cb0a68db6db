//! A YAML, JSON or TOML document as a tree in which every node knows its place.
//!
//! Used by the frontends whose formats are YAML, JSON or TOML, by texts embedded in other formats, and by the reading
//! of rule and kind files. Only `yaml` knows the YAML parser. Nothing here knows what a document means.
//!
//! ```text
//! text ── yaml / json / toml ──► Node (spans, tags, aliases shared) ── convert + scalar ──► Attr
//! ```

mod convert;
mod embed;
mod json;
mod scalar;
mod toml;
mod yaml;

pub use convert::{attr, attr_with};
pub use embed::{Pieces, align, pair};
pub use scalar::Schema;

use crate::model::value::Str;
use crate::source::{SourceId, SourceMap, Span};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Levels a document may nest, aliases followed. Recursion over a tree is bounded by it.
pub const MAX_DEPTH: u32 = 200;

/// A node of a document. Cloning is cheap; an alias shares its target.
#[derive(Clone, Debug)]
pub struct Node {
    data: Arc<Data>,
    alias: Option<Span>,
}

#[derive(Debug)]
struct Data {
    kind: Kind,
    content: Span,
    tag: Option<Tag>,
    /// Levels of nodes from here down, this one included.
    height: u32,
}

/// What a node is.
#[derive(Debug)]
pub enum Kind {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in source order, duplicates and merge keys included; see [`Node::entries`].
    Mapping(Vec<(Node, Node)>),
}

/// A single value, its type not yet decided: see [`Schema`].
#[derive(Debug)]
pub struct Scalar {
    /// The text with quotes and escapes resolved; empty where nothing is written.
    pub text: Str,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Without quotes; numbers, booleans and null are plain in JSON too.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// A `|` block.
    Literal,
    /// A `>` block.
    Folded,
}

/// A tag such as `!Sub`; the core tags read `!!str`.
#[derive(Clone, Debug)]
struct Tag {
    name: Str,
    span: Span,
}

/// Why a text is not a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeError {
    /// One clause for people.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Reads YAML: one root for each document of the stream, none for an empty text. JSON is YAML too, but see [`parse`].
pub fn parse_yaml(sources: &SourceMap, source: SourceId) -> Result<Vec<Node>, TreeError> {
    yaml::parse(source, &sources.get(source).text)
}

/// Reads JSON, which is several times faster than reading it as YAML.
pub fn parse_json(sources: &SourceMap, source: SourceId) -> Result<Node, TreeError> {
    json::parse(source, &sources.get(source).text)
}

/// Reads the JSON value that begins at a byte of a text, whatever follows it.
pub fn parse_json_at(source: SourceId, text: &str, start: usize) -> Result<Node, TreeError> {
    json::parse_at(source, text, start)
}

/// Reads TOML.
pub fn parse_toml(sources: &SourceMap, source: SourceId) -> Result<Node, TreeError> {
    toml::parse(source, &sources.get(source).text)
}

/// Reads JSON or YAML, whichever it is. A text that looks like JSON but is none is tried as YAML (comments, trailing
/// commas); where that fails as well, the error is JSON's.
pub fn parse(sources: &SourceMap, source: SourceId) -> Result<Vec<Node>, TreeError> {
    let text = Arc::clone(&sources.get(source).text);
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return yaml::parse(source, &text);
    }
    json::parse(source, &text).map(|root| vec![root]).or_else(|error| yaml::parse(source, &text).map_err(|_| error))
}

impl Node {
    fn new(kind: Kind, content: Span, tag: Option<Tag>) -> Result<Node, TreeError> {
        let below = match &kind {
            Kind::Scalar(_) => 0,
            Kind::Sequence(items) => items.iter().map(|item| item.data.height).max().unwrap_or(0),
            Kind::Mapping(pairs) => pairs.iter().map(|(k, v)| k.data.height.max(v.data.height)).max().unwrap_or(0),
        };
        match below {
            MAX_DEPTH.. => Err(too_deep(Span { end: content.start, ..content })),
            _ => Ok(Node { data: Arc::new(Data { kind, content, tag, height: below + 1 }), alias: None }),
        }
    }

    /// The same node, reached through an alias written at `span`.
    fn aliased(&self, span: Span) -> Node {
        Node { data: Arc::clone(&self.data), alias: Some(span) }
    }

    /// What it is.
    pub fn kind(&self) -> &Kind {
        &self.data.kind
    }

    /// The node as it stands here: with its tag and quotes; of an alias, the alias.
    pub fn span(&self) -> Span {
        self.alias.unwrap_or_else(|| self.definition())
    }

    /// The node as it is written, with its tag and quotes; of an alias, what it stands for.
    pub fn definition(&self) -> Span {
        self.data.tag.as_ref().map_or(self.data.content, |tag| tag.span.to(self.data.content))
    }

    /// The content without the tag, quotes included; of a block scalar, from its first to its last visible character.
    pub fn content(&self) -> Span {
        self.data.content
    }

    /// Whether it stands here as an alias.
    pub fn is_alias(&self) -> bool {
        self.alias.is_some()
    }

    /// The tag as written, `!Sub`; the core tags as `!!str`.
    pub fn tag(&self) -> Option<&str> {
        self.data.tag.as_ref().map(|tag| &*tag.name)
    }

    /// The scalar, where it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match self.kind() {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// A scalar's text, whatever its type.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|scalar| &*scalar.text)
    }

    /// Whether nothing, `~` or `null` is written.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.style == Style::Plain && scalar::is_null(&scalar.text))
            && self.tag().is_none()
    }

    /// A sequence's elements; empty for anything else.
    pub fn items(&self) -> &[Node] {
        match self.kind() {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// A mapping's keys and values as written; empty for anything else.
    pub fn pairs(&self) -> &[(Node, Node)] {
        match self.kind() {
            Kind::Mapping(pairs) => pairs,
            _ => &[],
        }
    }

    /// Whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.kind(), Kind::Mapping(_))
    }

    /// A mapping's keys and values: of equal keys the last, own keys before merged ones, in source order.
    pub fn entries(&self) -> Vec<(&Node, &Node)> {
        let mut entries: Vec<(&Node, &Node)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        self.layers(&mut |pairs| {
            let own = entries.len();
            for (key, value) in pairs.iter().filter(|(key, _)| !is_merge(key)) {
                match key.as_str().map(|name| *places.entry(name).or_insert(entries.len())) {
                    Some(at) if at < own => {}
                    Some(at) if at < entries.len() => entries[at] = (key, value),
                    _ => entries.push((key, value)),
                }
            }
            true
        });
        entries
    }

    /// The value under a key: of equal keys the last, own keys before merged ones.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key and value under a key, chosen as in [`Node::get`].
    pub fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        let mut found = None;
        self.layers(&mut |pairs| {
            found = pairs.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(key, value)| (key, value));
            found.is_none()
        });
        found
    }

    /// Visits the pairs of a mapping, then those of the mappings merged into it, each once, nearest first, until
    /// `visit` says no.
    fn layers<'n>(&'n self, visit: &mut dyn FnMut(&'n [(Node, Node)]) -> bool) {
        let mut seen = HashSet::new();
        let mut pending = vec![self];
        while let Some(node) = pending.pop() {
            if !seen.insert(Arc::as_ptr(&node.data)) {
                continue;
            }
            if !visit(node.pairs()) {
                return;
            }
            let merged = node.pairs().iter().filter(|(key, _)| is_merge(key)).flat_map(|(_, value)| {
                let listed = value.items().iter();
                std::iter::once(value).filter(|value| value.is_mapping()).chain(listed)
            });
            let merged: Vec<&Node> = merged.collect();
            pending.extend(merged.into_iter().rev());
        }
    }

    /// Keys that a mapping in this document has more than once: each that does not count, with the one that does.
    pub fn duplicate_keys(&self) -> Vec<(&Node, &Node)> {
        let (mut found, mut pending) = (Vec::new(), vec![self]);
        // What an alias stands for is looked at where it is written.
        while let Some(node) = pending.pop() {
            let pairs = node.pairs();
            pending.extend(pairs.iter().map(|(_, value)| value).chain(node.items()).filter(|node| !node.is_alias()));
            // Most mappings are small and have none: comparing their keys is faster than hashing them.
            let repeats = |(at, (key, _)): (usize, &(Node, Node))| {
                pairs.iter().skip(at + 1).any(|(other, _)| other.as_str().is_some() && other.as_str() == key.as_str())
            };
            if pairs.len() <= 16 && !pairs.iter().enumerate().any(repeats) {
                continue;
            }
            let mut last: HashMap<&str, &Node> = HashMap::with_capacity(pairs.len());
            for (key, _) in pairs.iter().rev().filter(|(key, _)| !is_merge(key)) {
                let Some(name) = key.as_str() else { continue };
                match last.get(name) {
                    Some(counts) => found.push((key, *counts)),
                    None => drop(last.insert(name, key)),
                }
            }
        }
        found
    }

    /// Identity of what is written: equal for an alias and its target.
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.data) as usize
    }
}

fn is_merge(key: &Node) -> bool {
    key.scalar().is_some_and(|scalar| scalar.style == Style::Plain && &*scalar.text == "<<")
}

fn too_deep(span: Span) -> TreeError {
    TreeError { message: format!("nested more than {MAX_DEPTH} levels deep"), span }
}

#[cfg(test)]
mod tests;
