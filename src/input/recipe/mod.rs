//! Shell scripts that stand in other files: steps of pipelines, recipes of Makefiles, instructions of Dockerfiles.
//!
//! ```text
//! workflow | gitlab | buildspec | makefile | dockerfile ──► Script (texts with places, what is set outside) ── shell ──► natives
//! ```
//!
//! Each format here finds the scripts; `shell` reads them. It must not know what any command makes.

mod buildspec;
mod dockerfile;
mod expression;
mod gitlab;
mod makefile;
#[cfg(test)]
mod tests;
mod workflow;

use super::shell::{self, Script};
use super::tree::{self, Node};
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading};
use crate::model::native::Exists;
use crate::model::value::{Why, WhyCode};
use crate::source::{Source, SourceId};
use rayon::prelude::*;

/// A format whose files hold scripts.
pub struct Recipe {
    name: &'static str,
    example_path: &'static str,
    is_file: fn(&str) -> bool,
    scripts: fn(&Context<'_>, &Source) -> Vec<Script>,
}

/// Workflows and composite actions of GitHub.
pub const WORKFLOW: Recipe = Recipe {
    name: "workflow",
    example_path: ".github/workflows/train.yml",
    is_file: workflow::is_file,
    scripts: workflow::scripts,
};

/// Pipelines of GitLab.
pub const GITLAB: Recipe =
    Recipe { name: "gitlab", example_path: ".gitlab-ci.yml", is_file: gitlab::is_file, scripts: gitlab::scripts };

/// Build specifications of CodeBuild.
pub const BUILDSPEC: Recipe = Recipe {
    name: "buildspec",
    example_path: "buildspec.yml",
    is_file: buildspec::is_file,
    scripts: buildspec::scripts,
};

/// Makefiles.
pub const MAKEFILE: Recipe =
    Recipe { name: "makefile", example_path: "Makefile", is_file: makefile::is_file, scripts: makefile::scripts };

/// Dockerfiles.
pub const DOCKERFILE: Recipe = Recipe {
    name: "dockerfile",
    example_path: "Dockerfile",
    is_file: dockerfile::is_file,
    scripts: dockerfile::scripts,
};

impl Frontend for Recipe {
    fn name(&self) -> &'static str {
        self.name
    }

    fn example_path(&self) -> &'static str {
        self.example_path
    }

    fn may_read(&self, path: &str) -> bool {
        (self.is_file)(path)
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && shell::occurs_in(text) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read = |file: &ClaimedFile| {
            let scripts = (self.scripts)(context, &context.sources.get(file.source));
            shell::group(context, &file.path, &scripts)
        };
        Reading { groups: files.par_iter().map(read).collect(), ..Reading::default() }
    }
}

/// A file's name without its folders.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// The first document of a YAML file, where it can be read.
fn document(context: &Context<'_>, source: SourceId) -> Option<Node> {
    tree::parse_yaml(context.sources, source).ok()?.into_iter().next()
}

/// The text of a scalar with its places.
fn text(context: &Context<'_>, node: &Node) -> Option<View> {
    let scalar = node.scalar()?;
    Some(View::placed(node.content(), scalar.text.to_string(), node.pieces(context.sources)?))
}

/// `NAME="value"` for an entry of a mapping of variables.
fn assignment(name: &str, value: &View) -> View {
    let mut view = value.emptied();
    view.add(&format!("{name}=\""));
    let (mut kept, text) = (0, &value.text);
    for (at, _) in text.match_indices('"') {
        view.copy(value, kept..at);
        view.add("\\");
        kept = at;
    }
    view.copy(value, kept..text.len());
    view.add("\"");
    view
}

/// What is done only under conditions that are written somewhere.
fn unless<'n>(conditions: impl IntoIterator<Item = &'n Node>) -> Exists {
    let first = conditions.into_iter().next();
    first.map_or(Exists::Yes, |node| {
        let what = node.as_str().unwrap_or("rules");
        Exists::Unless(Why::new(WhyCode::UnknownCondition, what, node.content()))
    })
}
