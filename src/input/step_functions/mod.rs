//! State machines of AWS Step Functions (Amazon States Language), JSON and YAML: the requests that their tasks make.
//!
//! Called through [`Frontend`], for files and for definitions that resources hold. Nothing here is ever an error: what
//! is no state machine is skipped. It must not know what a request means.

mod integration;
mod states;
#[cfg(test)]
mod tests;

use super::held::Held;
use super::tree::{self, Node, Schema};
use super::{Claim, ClaimedFile, Context, Frontend, Reading, request};
use crate::files;
use crate::model::native::{Group, Native};
use std::collections::HashSet;

/// The frontend of state machines.
pub struct StepFunctions;

impl Frontend for StepFunctions {
    fn name(&self) -> &'static str {
        "step_functions"
    }

    fn example_path(&self) -> &'static str {
        "machine.asl.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml" | "json" | "asl"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        let machine = || text.contains("StartAt") && text.contains("States") && text.contains(integration::MARKER);
        match self.may_read(path) && machine() {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        Reading::of_each(files, |file| read_file(context, file))
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let documents = held.documents(context.sources);
        let requests = documents.iter().flat_map(states::requests);
        requests.filter_map(|request| request.held(context, held)).collect()
    }
}

fn read_file(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, String> {
    let roots =
        tree::parse(context.sources, file.source).map_err(|error| format!("does not parse: {}", error.message))?;
    let mut machines = Vec::new();
    let mut seen = HashSet::new();
    roots.iter().for_each(|root| find(root, &mut seen, &mut machines));
    if machines.is_empty() {
        return Err("no state machine".into());
    }
    let requests = machines.into_iter().flat_map(|machine| states::requests(&tree::attr(machine, Schema::Core)));
    Ok(request::group(context, &file.path, requests.collect()))
}

/// The outermost state machines of a document; what an alias stands for is found once.
fn find<'n>(node: &'n Node, seen: &mut HashSet<usize>, machines: &mut Vec<&'n Node>) {
    if !seen.insert(node.identity()) {
        return;
    }
    if node.get("StartAt").is_some() && node.get("States").is_some_and(Node::is_mapping) {
        return machines.push(node);
    }
    node.items().iter().for_each(|item| find(item, seen, machines));
    node.pairs().iter().for_each(|(_, value)| find(value, seen, machines));
}
