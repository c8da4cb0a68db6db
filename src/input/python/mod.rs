//! Python programs: the calls by which they make resources.
//!
//! ```text
//! parse ── syntax ── run + evaluate + call + functions ── thing ── resource + tables ──► natives
//! ```
//!
//! Called through [`Frontend`], and by `notebook` cell by cell. Nothing is executed, and nothing here is ever an
//! error. Which calls make what stands in `rules/calls/`; it must not know kinds.

mod call;
mod classes;
mod commands;
mod evaluate;
mod functions;
mod names;
mod parse;
mod resource;
mod run;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod thing;

use super::calls::any_called_in;
use super::held::{Found, Held};
use super::shell::{self, Script};
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading};
use crate::files;
use crate::model::native::{Exists, Group, Native};
use crate::source::Span;
use rayon::prelude::*;
use resource::Made;
use run::{Called, Run};
use std::collections::HashSet;
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
        match self.may_read(path) && !is_test(path) && occurs_in(text) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read = |file: &ClaimedFile| group(context, &file.path, &[View::of(context.sources, file.source)]);
        let mut groups: Vec<Group> = files.par_iter().map(read).collect();
        keep_called(context, &mut groups);
        Reading { groups, ..Reading::default() }
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let texts = held.texts(context.sources).into_iter().filter(|(view, _)| occurs_in(&view.text));
        let natives = texts.flat_map(|(view, exists)| {
            let natives = natives(context, &held.path(context.sources), &[view]).into_iter();
            natives.map(move |native| Native { exists: exists.and(native.exists.clone()), ..native })
        });
        natives.map(|native| held.made(native)).collect()
    }
}

/// Whether a text has the words of any call or of any command that it runs.
fn occurs_in(text: &str) -> bool {
    any_called_in(text) || (commands::occur_in(text) && shell::occurs_in(text))
}

/// What a function of another file makes is known best from where it is called, and is not there a second time.
fn keep_called(context: &Context<'_>, groups: &mut [Group]) {
    let is_own = |scope: &Arc<str>, native: &Native| *context.sources.path(native.head) == **scope;
    let natives = groups.iter().flat_map(|group| group.natives.iter().map(|native| (&group.scope, native)));
    let called: HashSet<Span> =
        natives.filter(|(scope, native)| !is_own(scope, native)).map(|(_, native)| native.head).collect();
    for group in groups.iter_mut().filter(|_| !called.is_empty()) {
        let scope = Arc::clone(&group.scope);
        group.natives.retain(|native| !is_own(&scope, native) || !called.contains(&native.head));
    }
}

/// Tests call services that they stand in for themselves: nothing is made.
fn is_test(path: &str) -> bool {
    let stem = files::stem(path);
    stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest"
}

/// What the texts of one program make, each seeing what those before it have set.
pub(super) fn group(context: &Context<'_>, path: &Arc<str>, texts: &[View]) -> Group {
    Group::of_file(path, files::stem(path), natives(context, path, texts))
}

fn natives(context: &Context<'_>, path: &Arc<str>, texts: &[View]) -> Vec<Native> {
    let program = Followed::new(context, path, texts);
    let scripts = program.scripts();
    let is_undone = |undoing: &[String]| program.undoes(undoing) || scripts.undoes(undoing);
    let mut natives = program.natives(&is_undone);
    natives.append(&mut scripts.natives(&is_undone));
    natives
}

/// A program that has been gone through.
pub(super) struct Followed<'a> {
    context: &'a Context<'a>,
    path: Arc<str>,
    calls: Vec<Called>,
}

impl<'a> Followed<'a> {
    /// Goes through the texts of one program.
    pub fn new(context: &'a Context<'a>, path: &Arc<str>, texts: &[View]) -> Followed<'a> {
        let mut run = Run::new(context, path);
        texts.iter().for_each(|text| run.block(&parse::parse(text)));
        run.finish();
        Followed { context, path: Arc::clone(path), calls: run.found }
    }

    /// The commands that it runs.
    pub fn commands(&self) -> impl Iterator<Item = View> {
        self.calls.iter().filter_map(|called| commands::command(self.context.sources, called))
    }

    /// The commands that it runs, gone through as one script.
    fn scripts(&self) -> shell::Followed<'a> {
        let script = Script { texts: self.commands().collect(), variables: Vec::new(), exists: Exists::Yes };
        shell::Followed::new(self.context, &self.path, &[script])
    }

    /// Whether it also stops or deletes such things, by one of these commands.
    pub fn undoes(&self, undoing: &[String]) -> bool {
        let names = undoing.iter().filter_map(|command| command.rsplit(' ').next());
        let names: Vec<String> = names.map(|operation| operation.replace('-', "_")).collect();
        self.calls.iter().any(|called| names.iter().any(|name| called.name() == name))
    }

    /// What it makes that none of the commands that undo it is known to be done for.
    pub fn natives(&self, is_undone: &dyn Fn(&[String]) -> bool) -> Vec<Native> {
        let calls = self.calls.iter();
        let made: Vec<(&Called, Made)> =
            calls.filter_map(|called| Some((called, resource::made(self.context, called, &self.calls)?))).collect();
        let taken: HashSet<Span> = made.iter().flat_map(|(_, made)| made.takes.iter().copied()).collect();
        let lasting = made.into_iter().filter(|(called, made)| {
            let undoing = made.program.undone.get(&*made.native);
            self.context.wanted.contains(&made.native)
                && (made.started || !taken.contains(&called.keywords.at))
                && !undoing.is_some_and(|undoing| is_undone(undoing))
        });
        lasting.map(|(called, made)| native(self.context, &self.path, called, made)).collect()
    }
}

fn native(context: &Context<'_>, path: &Arc<str>, called: &Called, made: Made) -> Native {
    let at = called.head;
    let unnamed = || format!("{}.{}", files::stem(path), made.name).into();
    let address = made.address.clone().or_else(|| resource::name(&made)).unwrap_or_else(unnamed);
    let region = made.region.clone().unwrap_or_else(|| context.region(at));
    let found = Found { native_type: made.native, name: address, head: at, tree: made.tree };
    let native = found.native(path, &made.program.provider, region);
    Native { exists: called.exists.clone(), arguments: made.arguments, ..native }
}
