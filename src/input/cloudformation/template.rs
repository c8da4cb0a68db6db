//! One template as a group: its resources, loops expanded, with what exists and what could not be followed.
//!
//! Called by the frontend for each file.

use super::conditions::Truth;
use super::evaluate::{Call, Evaluator, Loops};
use crate::input::Context;
use crate::input::tree::Node;
use crate::model::native::{Exists, Gap, Group, Native, Signal};
use crate::model::number::Number;
use crate::model::value::{Attr, Map, Piece, ResourceRef, Str, Value, Why, WhyCode};
use std::collections::HashSet;
use std::sync::Arc;

/// Resources of one template, loops expanded; CloudFormation allows 500.
const MAX_RESOURCES: usize = 2_000;
/// Loops inside loops; CloudFormation allows 5.
const MAX_LOOPS: usize = 5;
/// Characters of a logical id that CloudFormation allows.
const MAX_ID: usize = 255;
/// Types that stand for another template.
const NESTED: &[&str] = &["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];
/// Transforms that add nothing unseen to the resources that a template declares itself.
const TRANSPARENT: &[&str] = &["AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"];

/// Reads a template that has resources.
pub(super) fn read(context: &Context<'_>, path: &Arc<str>, root: &Node) -> Group {
    let mut evaluator = Evaluator::new(Arc::clone(path), root, context.options);
    let mut declared = Declarations::default();
    if let Some(resources) = root.get("Resources") {
        declared.collect(&evaluator, resources, Loops::new());
    }
    declared.gaps.extend(foreign_transforms(root));
    evaluator.resources = declared.resources.iter().map(|resource| resource.id.clone()).collect();
    let mut gaps = declared.gaps;
    let mut natives = Vec::new();
    for resource in &declared.resources {
        evaluator.loops.replace(resource.loops.clone());
        let Some(exists) = existence(&evaluator, &resource.body) else { continue };
        let kind = resource.body.get("Type").and_then(Node::as_str).unwrap_or_default();
        gaps.extend(nested(&evaluator, resource, kind));
        if context.wanted.contains(kind) {
            natives.push(native(&evaluator, resource, kind, exists));
        }
    }
    evaluator.loops.replace(Loops::new());
    let signals = signals(&evaluator, path);
    Group { scope: Arc::clone(path), name: Arc::clone(path), natives, gaps, signals }
}

/// A resource as declared, with the loops it is declared in.
struct Declared {
    id: Str,
    key: Node,
    body: Node,
    loops: Loops,
}

#[derive(Default)]
struct Declarations {
    resources: Vec<Declared>,
    gaps: Vec<Gap>,
}

impl Declarations {
    fn collect(&mut self, evaluator: &Evaluator<'_>, resources: &Node, loops: Loops) {
        for (key, body) in resources.entries() {
            let Some(scalar) = key.scalar() else { continue };
            if self.resources.len() >= MAX_RESOURCES {
                return self.gap(Why::new(WhyCode::LimitReached, "Resources", key.span()));
            }
            if scalar.text.starts_with("Fn::ForEach::") {
                self.expand(evaluator, key, body, &loops);
            } else if scalar.text.starts_with("Fn::") {
                self.gap(Why::new(WhyCode::NotEvaluated, scalar.text.clone(), key.span()));
            } else {
                evaluator.loops.replace(loops.clone());
                let id = evaluator.in_loops(&scalar.text);
                self.resources.push(Declared { id, key: key.clone(), body: body.clone(), loops: loops.clone() });
            }
        }
    }

    /// `Fn::ForEach::Name: [Identifier, [a, b], {…}]`.
    fn expand(&mut self, evaluator: &Evaluator<'_>, key: &Node, body: &Node, loops: &Loops) {
        let why = || Why::new(WhyCode::UnknownCondition, key.as_str().unwrap_or_default(), key.span());
        let [name, collection, template] = body.items() else { return self.gap(why()) };
        evaluator.loops.replace(loops.clone());
        let values = match evaluator.value(collection).map(|attr| attr.value) {
            Some(Value::List(list)) if list.open.is_none() => list.items,
            _ => return self.gap(why()),
        };
        let simple = |attr: &Attr| attr.value.scalar_text().is_some_and(|text| text.len() <= MAX_ID);
        let Some(name) = name.scalar().filter(|_| loops.len() < MAX_LOOPS && values.iter().all(simple)) else {
            return self.gap(why());
        };
        for value in values.iter() {
            let mut inner = loops.clone();
            inner.push((name.text.clone(), value.clone()));
            self.collect(evaluator, template, inner);
            if self.resources.len() >= MAX_RESOURCES {
                return;
            }
        }
    }

    fn gap(&mut self, why: Why) {
        self.gaps.push(Gap { why, receives: None });
    }
}

/// Whether a resource exists; `None` where it certainly does not.
fn existence(evaluator: &Evaluator<'_>, body: &Node) -> Option<Exists> {
    let truth = match body.get("Condition") {
        None => Truth::True,
        Some(condition) => match condition.as_str() {
            Some(name) => evaluator.condition(name),
            None => evaluator.truth(condition),
        },
    };
    match truth {
        Truth::True => Some(Exists::Yes),
        Truth::False => None,
        Truth::Unknown(why) => Some(Exists::Unless(why)),
    }
}

fn native(evaluator: &Evaluator<'_>, resource: &Declared, kind: &str, exists: Exists) -> Native {
    let head = resource.key.span();
    Native {
        native_type: kind.into(),
        scope: evaluator.scope.clone(),
        address: resource.id.clone(),
        instance: None,
        head,
        body: head.to(resource.body.span()),
        tree: properties(evaluator, resource),
        provider: "aws".into(),
        region: evaluator.pseudo_parameter("AWS::Region", head),
        default_tags: None,
        calls: Arc::from([]),
        exists,
        count: Attr::new(Value::number(Number::from(1)), head),
    }
}

/// The evaluated properties, always a map.
fn properties(evaluator: &Evaluator<'_>, resource: &Declared) -> Attr {
    let Some((key, node)) = resource.body.entry("Properties") else {
        return Attr::new(Value::Map(Map::default()), resource.body.span());
    };
    let attr = evaluator.value(node).unwrap_or_else(|| Attr::new(Value::Map(Map::default()), node.span()));
    let map = match attr.value {
        Value::Map(map) => map,
        Value::OneOf(branches) => merge_branches(&branches, node),
        Value::Unknown(unknown) => Map { entries: Arc::from([]), open: Some(unknown.why), ..Map::default() },
        _ => Map {
            entries: Arc::from([]),
            open: Some(Why::new(WhyCode::InvalidExpression, "Properties", node.span())),
            ..Map::default()
        },
    };
    Attr { value: Value::Map(map), key: Some(key.span()), ..attr }
}

/// One map from the branches of a condition over a whole block: each attribute is one of what the branches say.
fn merge_branches(branches: &[Option<Attr>], node: &Node) -> Map {
    let why = Why::new(WhyCode::UnknownCondition, Call::of(node).map_or("Properties", |_| "Fn::If"), node.span());
    let empty = Map::default();
    let mut open = None;
    let maps: Vec<&Map> = branches
        .iter()
        .map(|branch| match branch.as_ref().map(|attr| &attr.value) {
            Some(Value::Map(map)) => map,
            Some(_) => {
                open = Some(why.clone());
                &empty
            }
            None => &empty,
        })
        .collect();
    open = open.or_else(|| maps.iter().find_map(|map| map.open.clone()));
    let mut seen = HashSet::new();
    let all = maps.iter().flat_map(|map| map.entries.iter());
    let entries = all.filter(|(key, _)| seen.insert(key.clone())).map(|(key, first)| {
        let choices = maps.iter().map(|map| map.get(key).cloned());
        (key.clone(), Attr { value: Value::one_of(choices, why.clone()), ..first.clone() })
    });
    Map { entries: entries.collect(), open, ..Map::default() }
}

/// What a nested stack or module is given.
fn nested(evaluator: &Evaluator<'_>, resource: &Declared, kind: &str) -> Option<Gap> {
    let given = match kind {
        _ if NESTED.contains(&kind) => resource.body.get("Properties").and_then(|body| body.get("Parameters")),
        _ if kind.ends_with("::MODULE") => resource.body.get("Properties"),
        _ => return None,
    };
    let mut receives = Vec::new();
    if let Some(attr) = given.and_then(|given| evaluator.value(given)) {
        references(&attr.value, &mut receives);
    }
    let why = Why::new(WhyCode::SourceNotRead, resource.id.clone(), resource.key.span());
    Some(Gap { why, receives: Some(receives) })
}

fn references(value: &Value, found: &mut Vec<ResourceRef>) {
    let unknown = match value {
        Value::List(list) => return list.items.iter().for_each(|item| references(&item.value, found)),
        Value::Map(map) => return map.entries.iter().for_each(|(_, attr)| references(&attr.value, found)),
        Value::OneOf(choices) => return choices.iter().flatten().for_each(|attr| references(&attr.value, found)),
        Value::Text(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Hole(unknown) => Some(unknown),
                Piece::Known(_) => None,
            })
            .collect(),
        Value::Unknown(unknown) => vec![unknown],
        _ => Vec::new(),
    };
    found.extend(unknown.into_iter().filter_map(|unknown| unknown.refers_to.clone()));
}

/// Macros rewrite the template in ways that cannot be seen here.
fn foreign_transforms(root: &Node) -> Vec<Gap> {
    let Some((key, transform)) = root.entry("Transform") else { return Vec::new() };
    let listed = std::iter::once(transform).filter(|node| node.items().is_empty()).chain(transform.items());
    let foreign = listed.filter_map(|node| {
        let name = node.as_str().or_else(|| node.get("Name")?.as_str()).unwrap_or("Transform");
        let why = Why::new(WhyCode::NotEvaluated, name, key.span().to(node.span()));
        (!TRANSPARENT.contains(&name)).then_some(Gap { why, receives: None })
    });
    foreign.collect()
}

/// Words that may name the environment: parameters called so, and the file's name.
fn signals(evaluator: &Evaluator<'_>, path: &str) -> Vec<Signal> {
    let parameters = evaluator.root.get("Parameters").map(Node::entries).unwrap_or_default();
    let named = parameters.into_iter().filter_map(|(key, _)| {
        let name = key.as_str().filter(|name| names_environment(name))?;
        let attr = evaluator.parameter(name, key.span())?;
        let text = attr.value.scalar_text()?;
        Some(Signal { source: format!("parameter {name}").into(), text, strong: true, at: Some(attr.decided_at()) })
    });
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let file = Signal { source: "file name".into(), text: stem.into(), strong: false, at: None };
    named.chain(std::iter::once(file)).collect()
}

/// Whether one of a name's words is `Env`, `Environment` or `Stage`.
fn names_environment(name: &str) -> bool {
    let starts = name.char_indices().filter(|(_, c)| c.is_ascii_uppercase() || !c.is_alphanumeric()).map(|(at, _)| at);
    let mut cuts: Vec<usize> = std::iter::once(0).chain(starts).chain(std::iter::once(name.len())).collect();
    cuts.dedup();
    let word = |cut: &[usize]| match cut {
        [from, to] => {
            name.get(*from..*to).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
        }
        _ => String::new(),
    };
    let upper = name.to_lowercase();
    matches!(upper.as_str(), "env" | "environment" | "stage")
        || cuts.windows(2).any(|cut| matches!(word(cut).as_str(), "env" | "environment" | "stage"))
}
