//! Pipelines of GitLab: the scripts of their jobs, with variables, defaults and what jobs extend.
//!
//! Called by the frontend.

use super::{assignment, base, document, is_yaml, text, unless};
use crate::input::Context;
use crate::input::shell::Script;
use crate::input::tree::Node;
use crate::input::view::View;
use crate::model::native::Exists;
use crate::source::Source;

/// Jobs that extend jobs.
const MAX_EXTENDS: usize = 11;
/// Keys at the top that are no jobs.
const NO_JOBS: &[&str] = &["default", "include", "stages", "variables", "workflow", "spec", "pages"];
/// Keys of a job that hold scripts, in the order of their doing.
const SCRIPTS: &[&str] = &["before_script", "script", "after_script"];
/// Keys of a job that say when it is done.
const CONDITIONS: &[&str] = &["rules", "only"];

pub(super) fn is_file(path: &str) -> bool {
    is_yaml(path) && (base(path).contains(".gitlab-ci.") || path.starts_with(".gitlab/"))
}

pub(super) fn scripts(context: &Context<'_>, source: &Source) -> Vec<Script> {
    let Some(root) = document(context, source.id) else { return Vec::new() };
    let is_job = |name: &str| !name.starts_with('.') && !NO_JOBS.contains(&name);
    let jobs = root.entries().into_iter().filter(|(name, _)| name.as_str().is_some_and(is_job));
    jobs.map(|(_, job)| Pipeline { context, root: &root }.script(job)).collect()
}

struct Pipeline<'a> {
    context: &'a Context<'a>,
    root: &'a Node,
}

impl<'a> Pipeline<'a> {
    fn script(&self, job: &'a Node) -> Script {
        let jobs = self.with_extended(job);
        let own = |key: &str| jobs.iter().find_map(|job| job.get(key));
        let inherited = |key: &str| self.root.get("default").and_then(|default| default.get(key));
        let scripts =
            SCRIPTS.iter().filter_map(|key| own(key).or_else(|| inherited(key)).or_else(|| self.root.get(key)));
        let holders: Vec<&Node> = jobs.iter().copied().chain([self.root]).collect();
        let mut texts = self.variables(&holders);
        scripts.for_each(|script| self.lines(script, 0, &mut texts));
        let exists = match own("when").and_then(Node::as_str) {
            Some("manual") => unless(own("when")),
            _ => unless(CONDITIONS.iter().find_map(|key| own(key))),
        };
        Script { texts, variables: Vec::new(), exists: if job.is_mapping() { exists } else { Exists::Yes } }
    }

    /// A job and those it extends, the nearest first; of several the last counts most.
    fn with_extended(&self, job: &'a Node) -> Vec<&'a Node> {
        let mut all = vec![job];
        let mut at = 0;
        while let Some(job) = all.get(at).copied().filter(|_| all.len() <= MAX_EXTENDS) {
            let extended = job.get("extends");
            let names = extended.into_iter().chain(extended.map_or(&[][..], Node::items).iter().rev());
            all.extend(names.filter_map(|name| self.root.get(name.as_str()?)));
            at += 1;
        }
        all
    }

    /// The variables of several nodes, of which the first counts most.
    fn variables(&self, nodes: &[&Node]) -> Vec<View> {
        let mut all: Vec<(&str, &Node)> = Vec::new();
        for (name, value) in nodes.iter().rev().filter_map(|node| node.get("variables")).flat_map(Node::entries) {
            let Some(name) = name.as_str() else { continue };
            match all.iter_mut().find(|(have, _)| *have == name) {
                Some(have) => have.1 = value,
                None => all.push((name, value)),
            }
        }
        let value = |node: &Node| text(self.context, node.get("value").unwrap_or(node));
        all.into_iter().filter_map(|(name, node)| Some(assignment(name, &value(node)?))).collect()
    }

    /// The lines of a script, which may be lists of lines, or stand elsewhere in the file.
    fn lines(&self, node: &Node, depth: usize, texts: &mut Vec<View>) {
        if depth > MAX_EXTENDS {
            return;
        }
        if node.tag() == Some("!reference") {
            let mut path = node.items().iter().filter_map(Node::as_str);
            let found = path.try_fold(self.root.clone(), |node, key| node.get(key).cloned());
            found.iter().for_each(|found| self.lines(found, depth + 1, texts));
            return;
        }
        texts.extend(text(self.context, node));
        node.items().iter().for_each(|item| self.lines(item, depth + 1, texts));
    }
}
