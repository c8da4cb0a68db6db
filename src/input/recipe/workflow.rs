//! Workflows and composite actions of GitHub: the scripts of their steps, with `env`, inputs and the matrix.
//!
//! Called by the frontend. A script that no shell reads is left out.

use super::expression::{self, Values};
use super::{assignment, base, document, is_yaml, text, unless};
use crate::files;
use crate::input::Context;
use crate::input::calls::programs;
use crate::input::shell::Script;
use crate::input::tree::{Node, Schema, attr};
use crate::input::view::View;
use crate::model::value::{Attr, Value, Why, WhyCode};
use crate::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of a step whose value is a script; the second is an input of actions that run one.
const SCRIPTS: &[&str] = &["run", "inlineScript"];

pub(super) fn is_file(path: &str) -> bool {
    let is_action = matches!(base(path), "action.yml" | "action.yaml");
    is_action || (is_yaml(path) && (path.starts_with(".github/") || path.contains("/.github/")))
}

pub(super) fn scripts(context: &Context<'_>, source: &Source) -> Vec<Script> {
    let Some(root) = document(context, source.id) else { return Vec::new() };
    let mut values = Values::new();
    let triggers = root.get("on").into_iter().flat_map(Node::entries);
    let declared = triggers.filter_map(|(_, trigger)| trigger.get("inputs")).chain(root.get("inputs"));
    for (name, input) in declared.flat_map(Node::entries) {
        if let Some((name, default)) = name.as_str().zip(input.get("default")) {
            values.insert(format!("inputs.{name}"), attr(default, Schema::Core));
        }
    }
    if root.get("on").and_then(|on| on.get("workflow_call")).is_some() {
        values.extend(given(context, source));
    }
    let steps = |node: &Node| node.get("steps").map_or(Vec::new(), |steps| steps.items().to_vec());
    let mut found = Vec::new();
    if let Some(action) = root.get("runs") {
        let outer = Outer { context, nodes: vec![&root], values: values.clone() };
        found.extend(outer.scripts(&steps(action)));
    }
    for (_, job) in root.get("jobs").into_iter().flat_map(Node::entries) {
        let mut values = values.clone();
        values.extend(matrix(job));
        let outer = Outer { context, nodes: vec![&root, job], values };
        found.extend(outer.scripts(&steps(job)));
    }
    found
}

/// One of the values of each variable of a job's matrix, of the combinations that it includes as well.
fn matrix(job: &Node) -> Values {
    let Some(matrix) = job.get("strategy").and_then(|strategy| strategy.get("matrix")) else { return Values::new() };
    let is_list = |name: &Node| !matches!(name.as_str(), Some("include" | "exclude"));
    let lists: Vec<_> =
        matrix.entries().into_iter().filter(|(name, values)| is_list(name) && !values.items().is_empty()).collect();
    let mut all: BTreeMap<String, Vec<&Node>> = BTreeMap::new();
    for (name, values) in &lists {
        all.entry(name.as_str().unwrap_or_default().to_owned()).or_default().extend(values.items());
    }
    let included = matrix.get("include").map_or(&[][..], Node::items);
    for (name, value) in included.iter().flat_map(Node::entries) {
        all.entry(name.as_str().unwrap_or_default().to_owned()).or_default().push(value);
    }
    // In combinations of the lists that none of the others extends, what stands in those alone is empty.
    let is_partial = |name: &str| !lists.is_empty() && !lists.iter().any(|(list, _)| list.as_str() == Some(name));
    let one_of = |(name, values): (String, Vec<&Node>)| {
        let at = values.first()?.content();
        let empty = is_partial(&name).then(|| Some(Attr::new(Value::string(""), at)));
        let name = format!("matrix.{name}");
        let why = Why::new(WhyCode::UnknownCondition, name.as_str(), at);
        let values = values.into_iter().map(|value| Some(attr(value, Schema::Core)));
        Some((name, Attr::new(Value::one_of(values.chain(empty), why), at)))
    };
    all.into_iter().filter_map(one_of).collect()
}

/// What the other workflows of the project give to a workflow that they call: one of the values where several do.
fn given(context: &Context<'_>, source: &Source) -> Values {
    let (folder, own) = (files::parent(&source.path), base(&source.path));
    let mut calls = Vec::new();
    for name in context.files.list(folder).iter().filter(|name| is_yaml(name) && *name != own) {
        let Ok((other, text)) = context.load(&format!("{folder}/{name}")) else { continue };
        let Some(root) = text.contains(own).then(|| document(context, other)).flatten() else { continue };
        let jobs = root.get("jobs").into_iter().flat_map(Node::entries);
        let is_own = |job: &Node| {
            job.get("uses").and_then(Node::as_str).is_some_and(|uses| uses.starts_with("./") && base(uses) == own)
        };
        calls.extend(jobs.filter(|(_, job)| is_own(job)).map(|(_, job)| job.get("with").cloned()));
    }
    let names: BTreeSet<String> = calls
        .iter()
        .flatten()
        .flat_map(Node::entries)
        .filter_map(|(name, _)| Some(name.as_str()?.to_owned()))
        .collect();
    let one_of = |name: String| {
        let said = |call: &Option<Node>| call.as_ref()?.get(&name).cloned();
        let value = |node: Node| match node.as_str() {
            Some(text) if text.contains("${{") => {
                Attr::unknown(Why::new(WhyCode::NotEvaluated, text, node.content()), node.content())
            }
            _ => attr(&node, Schema::Core),
        };
        let at = calls.iter().find_map(said)?.content();
        let why = Why::new(WhyCode::UnknownCondition, format!("inputs.{name}"), at);
        // Where a caller leaves it out, the default holds.
        let all: Option<Vec<_>> = calls.iter().map(|call| Some(Some(value(said(call)?)))).collect();
        Some((format!("inputs.{name}"), Attr::new(Value::one_of(all?, why), at)))
    };
    names.into_iter().filter_map(one_of).collect()
}

/// What surrounds steps.
struct Outer<'a> {
    context: &'a Context<'a>,
    /// From the file to the job.
    nodes: Vec<&'a Node>,
    values: Values,
}

impl Outer<'_> {
    fn scripts(&self, steps: &[Node]) -> Vec<Script> {
        let mut set: Vec<View> = self.nodes.iter().flat_map(|node| self.environment(node)).collect();
        let mut found = Vec::new();
        for step in steps {
            set.extend(step.get("with").into_iter().flat_map(|with| self.region(with)));
            let script = SCRIPTS.iter().find_map(|key| step.get(key).or_else(|| step.get("with")?.get(key)));
            let Some(script) = script.and_then(|script| text(self.context, script)) else { continue };
            let shell = step.get("shell").or_else(|| self.default_shell()).and_then(Node::as_str);
            if shell.is_some_and(|shell| !shell.contains("sh") || shell.starts_with("pwsh")) {
                continue;
            }
            let texts = set.iter().cloned().chain(self.environment(step)).chain([script]);
            let mut script = Script {
                texts: Vec::new(),
                variables: Vec::new(),
                exists: unless(self.nodes.iter().copied().chain([step]).filter_map(condition)),
            };
            for text in texts {
                script.texts.push(expression::filled(self.context, &text, &self.values, &mut script.variables));
            }
            found.push(script);
        }
        found
    }

    fn default_shell(&self) -> Option<&Node> {
        self.nodes.iter().rev().find_map(|node| node.get("defaults")?.get("run")?.get("shell"))
    }

    fn environment(&self, node: &Node) -> Vec<View> {
        let variables = node.get("env").into_iter().flat_map(Node::entries);
        variables.filter_map(|(name, value)| Some(assignment(name.as_str()?, &text(self.context, value)?))).collect()
    }

    /// The region that a step sets up for those after it.
    fn region(&self, with: &Node) -> Vec<View> {
        let places = programs().iter().map(|program| &program.region);
        let set = places.filter_map(|place| {
            let value = place.inputs.iter().find_map(|input| with.get(input))?;
            Some(assignment(place.variables.first()?, &text(self.context, value)?))
        });
        set.collect()
    }
}

/// The condition of a job or step, unless it always holds.
fn condition(node: &Node) -> Option<&Node> {
    node.get("if").filter(|node| {
        let text = node.as_str().unwrap_or_default().trim_start_matches("${{").trim_end_matches("}}").trim();
        !matches!(text, "always()" | "success()" | "!cancelled()" | "true")
    })
}
