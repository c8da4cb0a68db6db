//! Values of a template's nodes: data as it stands, intrinsic functions by what they yield.
//!
//! Called by `template`; the functions themselves stand in `intrinsic`, conditions in `conditions`. Work and depth
//! are bounded: beyond the bounds a value is unknown.

use super::conditions::Truth;
use crate::input::Options;
use crate::input::tree::{Kind, Node, Schema};
use crate::model::value::{Attr, List, Map, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

/// Nodes evaluated for one template; the largest that CloudFormation accepts has fewer.
const MAX_STEPS: usize = 200_000;
/// Levels of evaluation, references followed.
const MAX_LEVELS: usize = 100;

/// The names bound by enclosing `Fn::ForEach` loops, innermost last.
pub(super) type Loops = Vec<(Str, Attr)>;

/// Evaluates the nodes of one template.
pub(super) struct Evaluator<'a> {
    /// Path of the template; the scope of its references.
    pub scope: Str,
    /// The whole template.
    pub root: &'a Node,
    /// What the user set.
    pub options: &'a Options,
    /// Logical ids that references may mean.
    pub resources: HashSet<Str>,
    /// Loops around the resource being evaluated.
    pub loops: RefCell<Loops>,
    /// Conditions seen so far; `None` while being evaluated.
    pub conditions: RefCell<HashMap<Str, Option<Truth>>>,
    steps: Cell<usize>,
    level: Cell<usize>,
}

/// An intrinsic function, called in its short or long form.
pub(super) struct Call<'n> {
    /// Its name without `!` or `Fn::`.
    pub name: &'n str,
    /// What it is applied to.
    pub argument: &'n Node,
    /// Short form: the tag of `argument` is the function's own.
    short: bool,
    /// The whole expression.
    pub at: Span,
}

impl<'n> Call<'n> {
    /// The call a node is, in either form.
    pub fn of(node: &'n Node) -> Option<Call<'n>> {
        Call::below(node, false)
    }

    fn below(node: &'n Node, tag_seen: bool) -> Option<Call<'n>> {
        let at = node.definition();
        let tag = node.tag().filter(|_| !tag_seen).and_then(|tag| tag.strip_prefix('!'));
        if let Some(name) = tag.filter(|name| !name.is_empty() && !name.starts_with('!')) {
            return Some(Call { name, argument: node, short: true, at });
        }
        let [(key, argument)] = node.pairs() else { return None };
        let name = match key.as_str()? {
            name @ ("Ref" | "Condition") => name,
            name => name.strip_prefix("Fn::").filter(|name| !name.starts_with("ForEach::"))?,
        };
        Some(Call { name, argument, short: false, at })
    }
}

impl<'a> Evaluator<'a> {
    /// For one template, before its resources are known.
    pub fn new(scope: Str, root: &'a Node, options: &'a Options) -> Evaluator<'a> {
        Evaluator {
            scope,
            root,
            options,
            resources: HashSet::new(),
            loops: RefCell::default(),
            conditions: RefCell::default(),
            steps: Cell::new(0),
            level: Cell::new(0),
        }
    }

    /// An entry of one of the template's sections, with its key.
    pub fn entry(&self, section: &str, name: &str) -> Option<(&'a Node, &'a Node)> {
        self.root.get(section)?.entry(name)
    }

    /// The value of a node; `None` where it is absent (`AWS::NoValue`, null).
    pub fn value(&self, node: &Node) -> Option<Attr> {
        self.evaluate(node, false)
    }

    /// The value of a call's argument as a whole.
    pub fn argument(&self, call: &Call<'_>) -> Option<Attr> {
        self.evaluate(call.argument, call.short)
    }

    /// Runs one step of evaluation within the bounds.
    pub fn bounded<T>(&self, step: impl FnOnce() -> T) -> Option<T> {
        if self.level.get() >= MAX_LEVELS || self.steps.get() >= MAX_STEPS {
            return None;
        }
        self.steps.set(self.steps.get() + 1);
        self.level.set(self.level.get() + 1);
        let result = step();
        self.level.set(self.level.get() - 1);
        Some(result)
    }

    fn evaluate(&self, node: &Node, tag_seen: bool) -> Option<Attr> {
        let evaluated = self.bounded(|| match Call::below(node, tag_seen).filter(|call| call.name != "Condition") {
            Some(call) => self.call(&call),
            None => self.data(node),
        });
        let limit = || Attr::unknown(Why::new(WhyCode::LimitReached, "template", node.span()), node.definition());
        let attr = evaluated.unwrap_or_else(|| Some(limit()))?;
        Some(if node.is_alias() && !tag_seen { attr.passed(Via::Local, node.span()) } else { attr })
    }

    fn data(&self, node: &Node) -> Option<Attr> {
        let value = match node.kind() {
            Kind::Scalar(_) => match Schema::Yaml11.read(node)? {
                Value::Null => return None,
                Value::String(text) => super::text::with_dynamic_references(text, node.content()),
                other => other,
            },
            Kind::Sequence(items) => {
                let items = items.iter().filter_map(|item| self.value(item)).collect();
                Value::List(List { items, ..List::default() })
            }
            Kind::Mapping(_) => Value::Map(self.map(node)),
        };
        Some(Attr::new(value, node.definition()))
    }

    fn map(&self, node: &Node) -> Map {
        let mut entries: Vec<(Str, Attr)> = Vec::new();
        let mut open = None;
        for (key, value) in node.entries() {
            let Some(scalar) = key.scalar() else { continue };
            if scalar.text.starts_with("Fn::ForEach::") || &*scalar.text == "Fn::Transform" {
                open = Some(Why::new(WhyCode::NotEvaluated, scalar.text.clone(), key.span()));
            } else if let Some(attr) = self.value(value) {
                entries.push((self.in_loops(&scalar.text), Attr { key: Some(key.span()), ..attr }));
            }
        }
        Map { entries: entries.into(), open, ..Map::default() }
    }

    /// A key with the names of the enclosing loops filled in: `Bucket${Name}`, `Bucket&{Name}`.
    pub fn in_loops(&self, key: &Str) -> Str {
        let loops = self.loops.borrow();
        if loops.is_empty() || !key.contains('{') {
            return key.clone();
        }
        let mut filled = String::with_capacity(key.len());
        let mut rest: &str = key;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
        {
            let value = loops.iter().rev().find(|(bound, _)| **bound == *name);
            let value = value.and_then(|(_, attr)| attr.value.scalar_text());
            match (value, before.strip_suffix('$'), before.strip_suffix('&')) {
                (Some(value), Some(before), _) => filled.extend([before, &*value]),
                (Some(value), _, Some(before)) => {
                    filled.push_str(before);
                    filled.extend(value.chars().filter(char::is_ascii_alphanumeric));
                }
                _ => filled.extend([before, "{", name, "}"]),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled.into()
    }

    /// Counts work that grows with the length of a text or list.
    pub fn spend(&self, length: usize) {
        self.steps.set(self.steps.get() + length / 64);
    }
}

/// Something that has a value at deployment, but which one is not known.
pub(super) fn unknown(code: WhyCode, what: impl Into<Str>, at: Span) -> Attr {
    let why = Why::new(code, what, at);
    Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to: None }), at)
}
