//! Python programs: the calls by which they make resources.
//!
//! ```text
//! parse ── syntax ── run + evaluate (names, branches, functions, imports) ── thing ── resource ──► natives
//! ```
//!
//! Called through [`Frontend`], and by `notebook` cell by cell. Nothing is executed, and nothing here is ever an
//! error. Which calls make what stands in `rules/calls/`; it must not know kinds.

mod evaluate;
mod names;
mod parse;
mod resource;
mod run;
mod syntax;
#[cfg(test)]
mod tests;
mod thing;

use super::calls::any_called_in;
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading};
use crate::files;
use crate::model::native::{Group, Native};
use crate::model::number::Number;
use crate::model::value::{Attr, Value};
use rayon::prelude::*;
use resource::Made;
use run::{Called, Run};
use std::sync::Arc;

/// The frontend of Python programs.
pub struct Python;

impl Frontend for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn example_path(&self) -> &'static str {
        "train.py"
    }

    fn may_read(&self, path: &str) -> bool {
        path.ends_with(".py")
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && !is_test(path) && any_called_in(text) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read = |file: &ClaimedFile| group(context, &file.path, &[View::of(context.sources, file.source)]);
        Reading { groups: files.par_iter().map(read).collect(), ..Reading::default() }
    }
}

/// Tests call services that they stand in for themselves: nothing is made.
fn is_test(path: &str) -> bool {
    let stem = files::stem(path);
    stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest"
}

/// What the texts of one program make, each seeing what those before it have set.
pub(super) fn group(context: &Context<'_>, path: &Arc<str>, texts: &[View]) -> Group {
    let mut run = Run::new(context, files::parent(path));
    texts.iter().for_each(|text| run.block(&parse::parse(text)));
    run.finish();
    let made = run.found.iter().filter_map(|called| Some((called, resource::made(called)?)));
    let wanted = made.filter(|(_, made)| context.wanted.contains(made.native));
    let lasting = wanted.filter(|(_, made)| !is_undone(made, &run.found));
    let natives = lasting.map(|(called, made)| native(context, path, called, made)).collect();
    Group::of_file(path, files::stem(path), natives)
}

/// Whether the same program also stops or deletes such things.
fn is_undone(made: &Made, calls: &[Called]) -> bool {
    let undoing = made.program.undone.get(made.native).into_iter().flatten();
    let names = undoing.filter_map(|command| command.rsplit(' ').next()).map(|operation| operation.replace('-', "_"));
    names.into_iter().any(|name| calls.iter().any(|called| called.name() == name))
}

fn native(context: &Context<'_>, path: &Arc<str>, called: &Called, made: Made) -> Native {
    let at = called.head;
    let region = made.region.clone().unwrap_or_else(|| context.region(at));
    Native {
        native_type: made.native.into(),
        scope: Arc::clone(path),
        address: resource::name(&made).unwrap_or_else(|| format!("{}.{}", files::stem(path), made.name).into()),
        instance: None,
        head: at,
        body: made.tree.at,
        provider: made.program.provider.as_str().into(),
        region,
        tree: made.tree,
        default_tags: None,
        calls: Arc::from([]),
        exists: called.exists.clone(),
        count: Attr::new(Value::number(Number::from(1)), at),
        arguments: made.arguments,
    }
}
