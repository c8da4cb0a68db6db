//! Build specifications of CodeBuild: the commands of their phases, with their variables, as one script.
//!
//! Called by the frontend. Those that projects hold are read by rows of `rules/kinds/documents.yaml`.

use super::{assignment, base, document, is_yaml, text};
use crate::input::Context;
use crate::input::shell::Script;
use crate::input::tree::Node;
use crate::model::native::Exists;
use crate::source::Source;

/// Phases in the order of their doing.
const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];

pub(super) fn is_file(path: &str) -> bool {
    is_yaml(path) && base(path).to_ascii_lowercase().contains("buildspec")
}

pub(super) fn scripts(context: &Context<'_>, source: &Source) -> Vec<Script> {
    let Some(root) = document(context, source.id) else { return Vec::new() };
    let variables = root.get("env").and_then(|env| env.get("variables")).map(Node::entries).unwrap_or_default();
    let set =
        variables.into_iter().filter_map(|(name, value)| Some(assignment(name.as_str()?, &text(context, value)?)));
    let phases = PHASES.iter().filter_map(|phase| root.get("phases")?.get(phase));
    let lists = phases.flat_map(|phase| [phase.get("commands"), phase.get("finally")]).flatten();
    let commands = lists.flat_map(Node::items).filter_map(|command| text(context, command));
    vec![Script { texts: set.chain(commands).collect(), variables: Vec::new(), exists: Exists::Yes }]
}
