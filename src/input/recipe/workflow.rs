//! Workflows and composite actions of GitHub: the scripts of their steps, with `env`, inputs and the matrix.
//!
//! Called by the frontend. A script that no shell reads is left out.

use super::expression::{self, Values};
use super::{assignment, base, document, is_yaml, text, unless};
use crate::input::Context;
use crate::input::calls::programs;
use crate::input::shell::Script;
use crate::input::tree::{Node, Schema, attr};
use crate::input::view::View;
use crate::model::value::{Attr, Value, Why, WhyCode};
use crate::source::Source;

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

/// One of the values of each variable of a job's matrix.
fn matrix(job: &Node) -> Values {
    let Some(matrix) = job.get("strategy").and_then(|strategy| strategy.get("matrix")) else { return Values::new() };
    let variables = matrix.entries().into_iter().filter(|(_, values)| !values.items().is_empty());
    let one_of = |(name, values): (&Node, &Node)| {
        let name = format!("matrix.{}", name.as_str()?);
        let why = Why::new(WhyCode::UnknownCondition, name.as_str(), values.content());
        let all = values.items().iter().map(|value| Some(attr(value, Schema::Core)));
        Some((name, Attr::new(Value::one_of(all, why), values.content())))
    };
    variables.filter_map(one_of).collect()
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
