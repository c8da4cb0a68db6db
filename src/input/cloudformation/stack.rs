//! One stack: its resources with what exists, the stacks nested in it, and what could not be followed.
//!
//! Called by the frontend for each root template, and by itself for each stack nested in one.

use super::conditions::Truth;
use super::evaluate::{Call, Evaluator};
use super::expand::{Declared, Loops};
use super::templates::is_nested;
use super::{sam, signals};
use crate::input::tree::Node;
use crate::model::native::{self, Arguments, Exists, Gap, Group, Native};
use crate::model::number::Number;
use crate::model::value::{Attr, Map, Piece, ResourceRef, Str, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Resources of one template, loops expanded; CloudFormation allows 500.
const MAX_RESOURCES: usize = 2_000;

/// Where a stack is nested.
pub(super) struct Above<'a> {
    /// The stack around it.
    pub evaluator: &'a Evaluator<'a>,
    /// The resource that stands for it there.
    pub stack: Declared,
    /// Begins the addresses of its resources: `Outer/Inner/`.
    prefix: String,
    /// The stacks on the way, outermost first.
    calls: Arc<[native::Call]>,
}

/// The resources of a stack.
#[derive(Default)]
pub(super) struct Resources {
    all: Vec<Declared>,
    by_id: HashMap<Str, usize>,
    /// What may be missing.
    gap: Option<Why>,
}

impl Resources {
    /// A resource by its logical id.
    pub fn get(&self, id: &str) -> Option<&Declared> {
        self.by_id.get(id).and_then(|at| self.all.get(*at))
    }
}

/// Reads a root template with what is nested in it.
pub(super) fn read(evaluator: &Evaluator<'_>) -> Group {
    let path = || Arc::clone(&evaluator.template.path);
    let signals = signals::of(evaluator);
    let mut group = Group { signals, ..Group::of_file(&path(), "", Vec::new()) };
    evaluator.collect(&Exists::Yes, &mut group);
    group
}

impl Evaluator<'_> {
    /// Adds what this stack deploys to its group. `around` says whether the stack itself exists.
    fn collect(&self, around: &Exists, group: &mut Group) {
        let resources = self.declared();
        let unseen = self.template.unseen.iter().chain(&resources.gap).cloned();
        group.gaps.extend(unseen.map(|why| Gap { why, receives: None }));
        for resource in &resources.all {
            self.within(resource.loops.clone(), || self.deploy(resource, around, group));
        }
    }

    /// The resources, loops unrolled and includes in place.
    fn declared(&self) -> &Resources {
        self.resources.get_or_init(|| {
            let mut found = Resources::default();
            for section in self.template.sections("Resources") {
                let gap = self.within(Loops::new(), || {
                    self.expand(section, &mut |id, key, body| {
                        self.run.step();
                        if found.all.len() >= MAX_RESOURCES || self.run.is_spent() {
                            found.gap = Some(Why::new(WhyCode::LimitReached, "Resources", key.span()));
                            return;
                        }
                        found.by_id.insert(id.clone(), found.all.len());
                        let loops = self.loops.borrow().clone();
                        found.all.push(Declared { id, key: key.clone(), body: body.clone(), loops });
                    })
                });
                found.gap = found.gap.take().or(gap);
            }
            Rc::new(found)
        })
    }

    fn deploy(&self, resource: &Declared, around: &Exists, group: &mut Group) {
        let Some(exists) = self.existence(&resource.body, around) else { return };
        let kind = resource.body.get("Type").and_then(Node::as_str).unwrap_or_default();
        if resource.id.starts_with("Fn::") {
            let why = Why::new(WhyCode::NotEvaluated, resource.id.clone(), resource.key.span());
            group.gaps.push(Gap { why, receives: None });
        } else if is_nested(kind) {
            match self.nested(resource) {
                Ok(stack) => stack.collect(&exists, group),
                Err(why) => group.gaps.push(self.not_followed(why, resource, Some("Parameters"))),
            }
        } else if kind.ends_with("::MODULE") {
            let why = Why::new(WhyCode::SourceNotRead, resource.id.clone(), resource.key.span());
            group.gaps.push(self.not_followed(why, resource, None));
        }
        let wanted = &self.run.context.wanted;
        let kind = sam::deployed_type(kind).filter(|_| !wanted.contains(kind)).unwrap_or(kind);
        if wanted.contains(kind) {
            group.natives.push(self.native(resource, kind, exists));
        }
    }

    /// The stack that a resource stands for, or why it cannot be read.
    pub fn nested(&self, resource: &Declared) -> Result<Evaluator<'_>, Why> {
        let why = |code| Why::new(code, resource.id.clone(), resource.key.span());
        let template = self.run.templates.nested_in(&self.template.path, &resource.body);
        let template = template.ok_or(why(WhyCode::SourceNotRead))?;
        let mut around = Some(self);
        while let Some(evaluator) = around {
            if evaluator.template.path == template.path {
                return Err(why(WhyCode::ReferenceCycle));
            }
            around = evaluator.above.as_ref().map(|above| above.evaluator);
        }
        let known = self.below.borrow().get(&resource.id).cloned();
        if known.is_none() && !self.run.enter_stack() {
            return Err(why(WhyCode::LimitReached));
        }
        let call = native::Call { name: resource.id.clone(), at: resource.key.span() };
        let calls = self.above.as_ref().map(|above| above.calls.iter().cloned()).into_iter().flatten();
        let above = Above {
            evaluator: self,
            stack: resource.clone(),
            prefix: format!("{}{}/", self.prefix(), resource.id),
            calls: calls.chain([call]).collect(),
        };
        let stack = Evaluator::new(self.run, template, Some(above));
        match known {
            Some(known) => drop(stack.resources.set(known)),
            None => {
                stack.declared();
                self.below.borrow_mut().extend(stack.resources.get().map(|all| (resource.id.clone(), Rc::clone(all))));
            }
        }
        Ok(stack)
    }

    fn prefix(&self) -> &str {
        self.above.as_ref().map_or("", |above| &above.prefix)
    }

    /// Address of a resource: the path that a synthesised template gives it, else its logical id below those of the
    /// stacks around it.
    pub fn address(&self, resource: &Declared) -> Str {
        let path = || resource.body.get("Metadata")?.get("aws:cdk:path")?.as_str();
        match path() {
            Some(path) if resource.loops.is_empty() => path.strip_suffix("/Resource").unwrap_or(path).into(),
            _ => format!("{}{}", self.prefix(), resource.id).into(),
        }
    }

    /// Whether a resource exists; `None` where it certainly does not.
    fn existence(&self, body: &Node, around: &Exists) -> Option<Exists> {
        let truth = match body.get("Condition") {
            None => Truth::True,
            Some(condition) => match condition.scalar() {
                Some(name) => self.condition(&self.in_loops(&name.text)),
                None => self.truth(condition),
            },
        };
        match truth {
            Truth::True => Some(around.clone()),
            Truth::False => None,
            Truth::Unknown(why) => Some(Exists::Unless(why)),
        }
    }

    fn native(&self, resource: &Declared, kind: &str, exists: Exists) -> Native {
        let head = resource.key.span();
        Native {
            native_type: kind.into(),
            scope: self.run.scope.clone(),
            address: self.address(resource),
            instance: None,
            head,
            body: head.to(resource.body.span()),
            tree: sam::finished(self, resource, self.properties(&resource.body)),
            provider: "aws".into(),
            region: self.pseudo_parameter("AWS::Region", head),
            default_tags: None,
            calls: self.above.as_ref().map_or_else(|| Arc::from([]), |above| Arc::clone(&above.calls)),
            exists,
            count: Attr::new(Value::number(Number::from(1)), head),
            arguments: Arguments::Keys,
        }
    }

    /// The evaluated properties, always a map.
    fn properties(&self, body: &Node) -> Attr {
        let empty = |at: Span| Attr::new(Value::Map(Map::default()), at);
        let Some((key, node)) = body.entry("Properties") else { return empty(body.span()) };
        let attr = self.value(node).unwrap_or_else(|| empty(node.span()));
        let open = |why| Map { entries: Arc::from([]), open: Some(why), ..Map::default() };
        let map = match attr.value {
            Value::Map(map) => map,
            Value::OneOf(branches) => merge_branches(&branches, node),
            Value::Unknown(unknown) => open(unknown.why),
            _ => open(Why::new(WhyCode::InvalidExpression, "Properties", node.span())),
        };
        Attr { value: Value::Map(map), key: Some(key.span()), ..attr }
    }

    /// A part of the stack that is not read, with what it is given.
    fn not_followed(&self, why: Why, resource: &Declared, inputs: Option<&str>) -> Gap {
        let properties = resource.body.get("Properties");
        let given = properties.and_then(|body| inputs.map_or(Some(body), |inputs| body.get(inputs)));
        let mut receives = Vec::new();
        if let Some(attr) = given.and_then(|given| self.value(given)) {
            references(&attr.value, &mut receives);
        }
        Gap { why, receives: Some(receives) }
    }

    /// An output of a nested stack, asked for at a place. `None` where the resource is no stack that can be read.
    pub fn output(&self, stack: &Declared, name: &str, at: Span) -> Option<Attr> {
        let key: Str = format!("{}.{name}", stack.id).into();
        let seen = self.outputs.borrow().get(&key).cloned();
        let cycle = || Attr::unknown(Why::new(WhyCode::ReferenceCycle, key.clone(), at), at);
        let value = match seen {
            Some(seen) => seen.unwrap_or_else(cycle),
            None => {
                let nested = self.nested(stack).ok()?;
                self.outputs.borrow_mut().insert(key.clone(), None);
                let value = nested.own_output(name);
                let missing = || Attr::unknown(Why::new(WhyCode::UnknownName, key.clone(), at), at);
                let value = value.unwrap_or_else(missing);
                self.outputs.borrow_mut().insert(key, Some(value.clone()));
                value
            }
        };
        Some(value.passed(Via::ModuleOutput, at))
    }

    fn own_output(&self, name: &str) -> Option<Attr> {
        let output = self.entry("Outputs", name)?;
        self.within(output.loops, || self.value(output.body.get("Value")?))
    }
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
    let merged = Map::one_of(&maps, &why);
    Map { open: open.or(merged.open), ..merged }
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
    found.extend(unknown.into_iter().filter_map(|unknown| unknown.refers_to.as_deref().cloned()));
}
