//! Values of a template's nodes: data as it stands, intrinsic functions by what they yield.
//!
//! Called by `stack`; the functions themselves stand in `intrinsic`, `lists` and `mappings`, loops and included
//! fragments in `expand`, conditions in `conditions`. Work and depth are bounded: beyond the bounds a value is unknown.

use super::conditions::Truth;
use super::expand::Loops;
use super::run::Run;
use super::stack::{Above, Resources};
use super::templates::Template;
use super::written;
use crate::input::tree::{Kind, Node, Schema};
use crate::model::value::{Attr, List, Map, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Evaluates the nodes of one stack: of a template with its parameters.
pub(super) struct Evaluator<'a> {
    /// What the stacks of one root share.
    pub run: &'a Run<'a>,
    /// The template.
    pub template: &'a Template,
    /// The stack it is nested in.
    pub above: Option<Above<'a>>,
    /// Loops around what is being evaluated.
    pub loops: RefCell<Loops>,
    /// Conditions seen so far; `None` while being evaluated.
    pub conditions: RefCell<HashMap<Str, Option<Truth>>>,
    /// The resources, once they are known.
    pub resources: OnceCell<Rc<Resources>>,
    /// Resources of the stacks nested in this one, by the logical id of the stack.
    pub below: RefCell<HashMap<Str, Rc<Resources>>>,
    /// Outputs of nested stacks seen so far; `None` while being evaluated.
    pub outputs: RefCell<HashMap<Str, Option<Attr>>>,
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
    /// For one stack.
    pub fn new(run: &'a Run<'a>, template: &'a Template, above: Option<Above<'a>>) -> Evaluator<'a> {
        Evaluator {
            run,
            template,
            above,
            loops: RefCell::default(),
            conditions: RefCell::default(),
            resources: OnceCell::new(),
            below: RefCell::default(),
            outputs: RefCell::default(),
        }
    }

    /// The value of a node; `None` where it is absent (`AWS::NoValue`, null).
    pub fn value(&self, node: &Node) -> Option<Attr> {
        self.evaluate(node, false)
    }

    /// The value of a call's argument as a whole.
    pub fn argument(&self, call: &Call<'_>) -> Option<Attr> {
        self.evaluate(call.argument, call.short)
    }

    fn evaluate(&self, node: &Node, tag_seen: bool) -> Option<Attr> {
        let step = || match Call::below(node, tag_seen).filter(|call| call.name != "Condition") {
            Some(call) => self.call(&call),
            None => self.data(node),
        };
        let limit = || Attr::unknown(Why::new(WhyCode::LimitReached, "template", node.span()), node.definition());
        let attr = self.run.bounded(step).unwrap_or_else(|| Some(limit()))?;
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
        let made = written::literal(self.run.context.sources, node);
        Some(Attr { made, ..Attr::new(value, node.definition()) })
    }

    fn map(&self, node: &Node) -> Map {
        let mut entries: Vec<(Str, Attr)> = Vec::new();
        let open = self.expand(node, &mut |name, key, value| {
            entries.extend(self.value(value).map(|attr| (name, Attr { key: Some(key.span()), ..attr })));
        });
        Map { entries: entries.into(), open, ..Map::default() }
    }
}

/// Something that has a value at deployment, but which one is not known.
pub(super) fn unknown(code: WhyCode, what: impl Into<Str>, at: Span) -> Attr {
    let why = Why::new(code, what, at);
    Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to: None }), at)
}
