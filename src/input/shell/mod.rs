//! Shell scripts: the commands by which they make resources.
//!
//! ```text
//! parse ── script ── run (variables, branches, functions) ── text ── command + shorthand ──► natives
//! ```
//!
//! Called through [`Frontend`]. Nothing is executed, and nothing here is ever an error. Which commands make what
//! stands in `rules/calls/`; it must not know kinds.

mod command;
mod nested;
mod parse;
mod run;
mod script;
mod shorthand;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod words;

use super::calls::{any_called_in, programs};
use super::held::{Found, Held};
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading, document, python};
use crate::files;
use crate::model::native::{Arguments, Exists, Group, Native};
use crate::model::value::{Attr, List, Str, Value};
use crate::source::{SourceMap, Span};
use command::Made;
use rayon::prelude::*;
use run::{Expanded, Run};
use shorthand::Documents;
use std::sync::Arc;
use text::Text;

/// The frontend of shell scripts.
pub struct Shell;

impl Frontend for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn example_path(&self) -> &'static str {
        "launch.sh"
    }

    fn may_read(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').is_none_or(|(_, extension)| matches!(extension, "sh" | "bash" | "zsh" | "ksh"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        let script = path.rsplit('/').next().is_some_and(|name| name.contains('.')) || has_shebang(text);
        match self.may_read(path) && script && occurs_in(text) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read =
            |file: &ClaimedFile| group(context, &file.path, &[Script::of(View::of(context.sources, file.source))]);
        Reading { groups: files.par_iter().map(read).collect(), ..Reading::default() }
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let texts = held.texts(context.sources).into_iter().filter(|(view, _)| occurs_in(&view.text));
        let natives = texts.flat_map(|(view, exists)| {
            let script = Script { exists, ..Script::of(view) };
            natives(context, &held.path(context.sources), &[script])
        });
        natives.map(|native| held.made(native)).collect()
    }
}

/// Adds words as a command, each one word whatever it holds.
pub(super) fn command(sources: &SourceMap, words: &List, view: &mut View) {
    for word in words.items.iter() {
        let mut inner = view.emptied();
        document::text::write(sources, word, &mut inner);
        view.add("'");
        let mut kept = 0;
        for (quote, _) in inner.text.match_indices('\'') {
            view.copy(&inner, kept..quote);
            view.add("'\\''");
            kept = quote + 1;
        }
        view.copy(&inner, kept..inner.text.len());
        view.add("' ");
    }
    if words.open.is_some() {
        view.add("\"$@\"");
    }
}

/// Whether a text has the words of any command, or hands Python a program with any call.
pub(super) fn occurs_in(text: &str) -> bool {
    programs().iter().any(|program| program.occurs_in(text)) || (text.contains("python") && any_called_in(text))
}

fn has_shebang(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with("#!") && first.trim_end().ends_with("sh")
}

/// A script where it stands, with what its surroundings set for it.
pub(super) struct Script {
    /// Its texts in order, each seeing what those before it have set.
    pub texts: Vec<View>,
    /// Variables that are set outside.
    pub variables: Vec<(String, Attr)>,
    /// Whether it is certainly run.
    pub exists: Exists,
}

impl Script {
    /// A script that stands alone.
    pub fn of(text: View) -> Script {
        Script { texts: vec![text], variables: Vec::new(), exists: Exists::Yes }
    }
}

/// What the scripts of one file make.
pub(super) fn group(context: &Context<'_>, path: &Arc<str>, scripts: &[Script]) -> Group {
    Group::of_file(path, files::stem(path), natives(context, path, scripts))
}

/// What scripts make. What one of them deletes does not last, whichever has made it.
fn natives(context: &Context<'_>, path: &Arc<str>, scripts: &[Script]) -> Vec<Native> {
    let scripts = Followed::new(context, path, scripts);
    scripts.natives(&|undoing| scripts.undoes(undoing))
}

/// Scripts that have been gone through, with the programs that they hand to Python.
pub(super) struct Followed<'a> {
    path: Arc<str>,
    run: Run<'a>,
    programs: python::Followed<'a>,
}

impl<'a> Followed<'a> {
    /// Goes through the scripts of one file.
    pub fn new(context: &'a Context<'a>, path: &Arc<str>, scripts: &[Script]) -> Followed<'a> {
        let mut run = Run::new(context, files::parent(path));
        scripts.iter().for_each(|script| run.script(script));
        let programs = python::Followed::new(context, path, &run.programs);
        Followed { path: Arc::clone(path), run, programs }
    }

    /// Whether they also stop or delete such things, by one of these commands.
    pub fn undoes(&self, undoing: &[String]) -> bool {
        let is_done = |undo: &String| self.run.found.iter().any(|one| command::is(one, undo));
        undoing.iter().any(is_done) || self.programs.undoes(undoing)
    }

    /// What they make that none of the commands that undo it is known to be done for.
    pub fn natives(&self, is_undone: &dyn Fn(&[String]) -> bool) -> Vec<Native> {
        let context = self.run.context;
        let documents = Documents { context, folder: files::parent(&self.path), written: &self.run.written };
        let mut natives = self.programs.natives(is_undone);
        for expanded in &self.run.found {
            let made = command::made(programs(), expanded, &documents).into_iter();
            let lasting = made.filter(|one| {
                let undoing = one.program.undone.get(&one.command.native);
                context.wanted.contains(one.command.native.as_str())
                    && !undoing.is_some_and(|undoing| is_undone(undoing))
            });
            natives.extend(lasting.map(|one| native(context, &self.path, expanded, one)));
        }
        natives
    }
}

/// What a script starts, whatever it makes of it.
pub struct Started {
    /// Commands in order: the byte that each begins at, and its words; `None` for those that are not known.
    pub commands: Vec<(usize, Vec<Option<String>>)>,
    /// Python programs that commands are given, each behind as many line ends as stand before it in the script.
    pub programs: Vec<String>,
}

/// What the script at a path, with this text, starts.
pub fn started(context: &Context<'_>, path: &str, text: &str) -> Started {
    let sources = SourceMap::new();
    let source = sources.add(path, text);
    let context = Context { sources: &sources, ..*context };
    let mut run = Run::new(&context, files::parent(path));
    run.script(&Script::of(View::of(&sources, source)));
    let known = |word: &Option<Text>| word.as_ref().and_then(Text::known).map(str::to_owned);
    let words = |one: &Expanded| one.words.iter().map(known).collect();
    let program = |view: View| {
        let before = text.get(..view.span(0..0).start as usize).unwrap_or_default();
        "\n".repeat(before.matches('\n').count()) + &view.text
    };
    Started {
        commands: run.found.iter().map(|one| (one.span.start as usize, words(one))).collect(),
        programs: run.programs.into_iter().map(program).collect(),
    }
}

fn native(context: &Context<'_>, path: &Arc<str>, expanded: &Expanded, made: Made<'static>) -> Native {
    let head = head(expanded, &made);
    let operation = || format!("{}.{}", files::stem(path), made.command.words.join("-")).into();
    let region = region(context, expanded, &made);
    let name = command::name(&made).unwrap_or_else(operation);
    let found = Found { native_type: made.command.native.as_str().into(), name, head, tree: made.tree };
    Native {
        body: expanded.span,
        exists: expanded.exists.clone(),
        arguments: Arguments::Options(&made.command.options),
        ..found.native(path, &made.program.provider, region)
    }
}

/// From the program to the last word that names the command, where they are written in one piece.
fn head(expanded: &Expanded, made: &Made<'_>) -> Span {
    let mut words = expanded.words.iter().flatten();
    let first = words.next().map_or(expanded.span, |word| word.span);
    let last = made.command.words.last().and_then(|last| words.find(|word| word.text == *last));
    last.map_or(first, |last| first.to(last.span))
}

/// What the command says, then the environment that the script sets up, then the user's setting.
fn region(context: &Context<'_>, expanded: &Expanded, made: &Made<'_>) -> Attr {
    let said = made.region.clone().or_else(|| expanded.region.clone());
    said.map(of_zone).unwrap_or_else(|| context.region(made.tree.at))
}

/// A zone (`us-central1-a`) as its region.
fn of_zone(place: Attr) -> Attr {
    let region = place.value.as_str().and_then(|zone| {
        let (region, letter) = zone.rsplit_once('-')?;
        let is_zone = letter.len() == 1 && region.contains('-') && letter.bytes().all(|byte| byte.is_ascii_lowercase());
        is_zone.then(|| Str::from(region))
    });
    match region {
        Some(region) => Attr { value: Value::String(region), ..place },
        None => place,
    }
}
