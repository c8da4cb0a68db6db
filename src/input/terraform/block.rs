//! Bodies of blocks as values: attributes, nested blocks as lists, dynamic blocks expanded.
//!
//! Called by `resource` and `unread`. Spans: `key` is the attribute's name or the block's header, `at` the
//! expression or the whole block.

use super::eval::for_expr::elements;
use super::eval::{Env, pair, pick};
use super::project::attribute;
use crate::model::value::{Attr, List, Map, Str, Value, Why, WhyCode};
use crate::source::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};

/// Arguments that every resource or module call has: they speak to Terraform, not to the resource.
const META: &[&str] =
    &["count", "for_each", "provider", "providers", "depends_on", "lifecycle", "connection", "source", "version"];

/// The attributes of a resource or module call, without those that speak to Terraform.
pub fn resource(env: &Env<'_, '_>, block: &Block) -> Map {
    let is_module = block.ident.as_str() == "module";
    // `source` and `version` are arguments of many resources; they are Terraform's own in module calls only.
    let is_meta =
        |name: &str| META.contains(&name) && (is_module || !matches!(name, "source" | "version" | "providers"));
    body(env, &block.body, &is_meta)
}

/// All attributes and blocks of a body.
pub fn content(env: &Env<'_, '_>, block: &Body) -> Map {
    body(env, block, &|_| false)
}

/// The value of one attribute, or of the blocks of one type; `None` where there is none.
pub fn entry(env: &Env<'_, '_>, block: &Body, name: &str) -> Option<Attr> {
    let is_other = |other: &str| other != name;
    body(env, block, &is_other).get(name).cloned()
}

/// Whether a body has a dynamic block that makes blocks of this type.
pub fn has_dynamic(body: &Body, name: &str) -> bool {
    body.get_blocks("dynamic").any(|block| made_by(block) == Some(name))
}

/// Whether it is a provisioner that runs when the resource is destroyed.
fn is_for_destruction(block: &Block) -> bool {
    let is_destroy = |when: &Expression| match when {
        Expression::Variable(name) => name.as_str() == "destroy",
        Expression::String(name) => name.as_str() == "destroy",
        _ => false,
    };
    block.ident.as_str() == "provisioner" && attribute(block, "when").is_some_and(is_destroy)
}

/// The type of the blocks that a dynamic block makes.
fn made_by(block: &Block) -> Option<&str> {
    block.labels.first().map(|label| label.as_str())
}

fn body(env: &Env<'_, '_>, body: &Body, skip: &dyn Fn(&str) -> bool) -> Map {
    let Some(_level) = env.run.enter() else {
        let why = env.why(WhyCode::LimitReached, env.span(body));
        return Map { entries: Default::default(), open: Some(why), ..Map::default() };
    };
    let mut entries: Vec<(Str, Entry)> = Vec::with_capacity(body.len());
    for structure in body.iter() {
        match structure {
            Structure::Attribute(attribute) if !skip(attribute.key.as_str()) => {
                let value = settled(env, env.eval(&attribute.value));
                if !matches!(value.value, Value::Null) {
                    let key = Some(env.span(&attribute.key));
                    entries.push((attribute.key.as_str().into(), Entry::One(Attr { key, ..value })));
                }
            }
            Structure::Block(block) => {
                let is_dynamic = block.ident.as_str() == "dynamic";
                let name = if is_dynamic { made_by(block).unwrap_or_default() } else { block.ident.as_str() };
                if !skip(name) && !is_for_destruction(block) {
                    let mut blocks = Blocks { found: Vec::new(), open: None };
                    match is_dynamic {
                        true => blocks.dynamic(env, block, name),
                        false => blocks.push(env, block, &block.body),
                    }
                    add(&mut entries, name, blocks);
                }
            }
            Structure::Attribute(_) => {}
        }
    }
    let finish = |(name, entry): (Str, Entry)| {
        let attr = match entry {
            Entry::One(attr) => Some(attr),
            Entry::Blocks(blocks) => blocks.finish(env, body),
        };
        attr.map(|attr| (name, attr))
    };
    Map { entries: entries.into_iter().filter_map(finish).collect(), ..Map::default() }
}

enum Entry {
    One(Attr),
    Blocks(Blocks),
}

fn add(entries: &mut Vec<(Str, Entry)>, name: &str, blocks: Blocks) {
    let before = entries.iter_mut().find_map(|(have, entry)| match entry {
        Entry::Blocks(before) if &**have == name => Some(before),
        _ => None,
    });
    match before {
        Some(before) => {
            before.found.extend(blocks.found);
            before.open = before.open.take().or(blocks.open);
        }
        None => entries.push((name.into(), Entry::Blocks(blocks))),
    }
}

/// Blocks of one type.
struct Blocks {
    found: Vec<Attr>,
    open: Option<Why>,
}

impl Blocks {
    fn push(&mut self, env: &Env<'_, '_>, block: &Block, content: &Body) {
        let (key, at) = (Some(env.text.head(block)), env.span(block));
        let value = Value::Map(self::content(env, content));
        self.found.push(Attr { key, ..Attr::new(value, at) });
    }

    fn dynamic(&mut self, env: &Env<'_, '_>, block: &Block, name: &str) {
        let Some(content) = block.body.get_blocks("content").next() else { return };
        let Some(given) = attribute(block, "for_each") else { return };
        let iterator = match attribute(block, "iterator") {
            Some(Expression::Variable(iterator)) => iterator.as_str(),
            _ => name,
        };
        let given = env.eval(given);
        let Some(known) = elements(&given) else {
            if !matches!(given.value, Value::Null) {
                self.open = Some(env.why(WhyCode::UnknownCondition, given.at));
            }
            return;
        };
        let is_set = matches!(given.value, Value::List(_));
        for (key, value) in known.items {
            let key = if is_set && value.value.as_str().is_some() { value.clone() } else { key };
            let element = pair(value.at, ("key", key), ("value", value));
            let frame = env.bind(iterator, element);
            self.push(&env.with(&frame), block, &content.body);
        }
        self.open = known.open;
    }

    fn finish(self, env: &Env<'_, '_>, body: &Body) -> Option<Attr> {
        if self.found.is_empty() && self.open.is_none() {
            return None;
        }
        let place = self.found.first().map(|first| (first.key, first.at));
        let (key, at) = place
            .or(self.open.as_ref().and_then(|why| Some((None, why.at?))))
            .unwrap_or_else(|| (None, env.span(body)));
        let value = Value::List(List { items: self.found.into(), open: self.open, ..List::default() });
        Some(Attr { key, ..Attr::new(value, at) })
    }
}

/// A value as an attribute of the resource: parts written elsewhere become parts that were passed here.
pub fn settled(env: &Env<'_, '_>, attr: Attr) -> Attr {
    let attr = env.run.bounded(attr, || "value".into());
    let at = attr.at;
    settle(&attr, at)
}

/// Whether all parts of a value stand in the expression: then it is kept as it is, and shared.
fn is_settled(attr: &Attr, expression: Span) -> bool {
    let inside = |part: &Attr| expression.contains(part.at) && is_settled(part, expression);
    match &attr.value {
        Value::List(list) => list.items.iter().all(inside),
        Value::Map(map) => map.entries.iter().all(|(_, part)| inside(part)),
        Value::OneOf(all) => all.iter().flatten().all(inside),
        _ => true,
    }
}

fn settle(attr: &Attr, expression: Span) -> Attr {
    if is_settled(attr, expression) {
        return attr.clone();
    }
    let part = |part: &Attr| {
        let inside = expression.contains(part.at);
        settle(&if inside { part.clone() } else { pick(attr, part, attr.at) }, expression)
    };
    let value = match &attr.value {
        Value::List(list) => {
            Value::List(List { items: list.items.iter().map(part).collect(), open: list.open.clone(), kind: list.kind })
        }
        Value::Map(map) => {
            let entry = |(key, value): &(Str, Attr)| (Str::clone(key), part(value));
            Value::Map(Map { entries: map.entries.iter().map(entry).collect(), open: map.open.clone(), kind: map.kind })
        }
        Value::OneOf(all) => all.map(part),
        _ => return attr.clone(),
    };
    Attr { value, ..attr.clone() }
}
