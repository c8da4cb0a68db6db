//! What a script shows: what was seen of the modules and words of the table.
//!
//! Filled by `launch` and `follow`, asked by rule functions. It must not know what a fact is about.

use super::table::{Call, table};
use crate::model::value::{Why, WhyCode};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of arguments that are looked through.
const MAX_ARGUMENTS: usize = 4_000;
/// What is known of a script.
#[derive(Debug)]
pub struct Script {
    /// Project-relative path.
    pub path: String,
    sight: Sight,
}

/// Whether a fact shows.
#[derive(Clone, Debug)]
pub enum Shown<'s> {
    /// It does, first at this `path:line`.
    Yes(&'s str),
    /// All is read, and it does not.
    No,
    /// Not all is read or known.
    Unknown(Why),
}

impl Script {
    /// Whether a fact of the table shows; `None` where the table has none of this name.
    pub fn shows(&self, fact: &str) -> Option<Shown<'_>> {
        let table = table()?;
        let is_call = table.file.calls.contains_key(fact);
        if !is_call && !table.file.facts.contains_key(fact) {
            return None;
        }
        let sight = &self.sight;
        Some(match (sight.shown.get(fact), &sight.unknown) {
            _ if sight.refuted.contains(fact) => Shown::No,
            (Some(place), _) => Shown::Yes(place),
            (None, _) if fact == table.file.programs.on_one && sight.on_one().is_some() => {
                match (self.shows(&table.file.programs.unless)?, sight.on_one()) {
                    (Shown::No, Some(place)) => Shown::Yes(place),
                    (Shown::Unknown(why), _) => Shown::Unknown(why),
                    _ => Shown::No,
                }
            }
            (None, Some(what)) if !is_call => Shown::Unknown(Why::new(WhyCode::SourceNotRead, what.as_str(), None)),
            _ => Shown::No,
        })
    }
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Sight {
    /// Facts, and where they show first.
    shown: BTreeMap<String, String>,
    /// What each pattern was seen to say.
    said: BTreeMap<usize, String>,
    /// Facts whose patterns say different things in different places.
    refuted: BTreeSet<String>,
    unknown: Option<String>,
    /// Where programs are told to start one process each, and several.
    started: (Option<String>, Option<String>),
}

impl Sight {
    /// Everything that was seen, of the script at a path.
    pub fn script(self, path: &str) -> Script {
        Script { path: path.to_owned(), sight: self }
    }

    /// Notes that something may do anything unseen.
    pub fn unknown(&mut self, what: &str) {
        self.unknown.get_or_insert_with(|| what.to_owned());
    }

    /// Notes that a program is told at a `path:line` to start one process, or several.
    pub fn started(&mut self, on_one: bool, place: &str) {
        let known = if on_one { &mut self.started.0 } else { &mut self.started.1 };
        known.get_or_insert_with(|| place.to_owned());
        if let Some(table) = table().filter(|_| !on_one) {
            self.show(&table.file.programs.on_many, || place.to_owned());
        }
    }

    /// Where all programs that have a say in it start one process.
    fn on_one(&self) -> Option<&str> {
        self.started.0.as_deref().filter(|_| self.started.1.is_none())
    }

    fn show(&mut self, fact: &str, place: impl FnOnce() -> String) {
        self.shown.entry(fact.to_owned()).or_insert_with(place);
    }

    /// Takes in a module that is none of the script's own, with what is imported of it.
    pub fn import(&mut self, place: &str, module: &str, names: &[&str]) {
        let Some(table) = table() else { return };
        let whole = names.iter().map(|name| format!("{module}.{name}"));
        let paths: Vec<String> = std::iter::once(module.to_owned()).chain(whole).collect();
        let is_listed =
            |modules: &BTreeSet<String>| paths.iter().any(|path| prefixes(path).any(|one| modules.contains(one)));
        let mut known = is_listed(&table.file.modules.plain);
        for (fact, listed) in &table.file.facts {
            if is_listed(&listed.modules) {
                known = true;
                self.show(fact, || place.to_owned());
            }
        }
        if !known || is_listed(&table.file.modules.anything) {
            self.unknown(&format!("what {module} does"));
        }
    }

    /// Takes in the text of a module.
    pub fn text(&mut self, path: &str, text: &str) {
        let Some(table) = table() else { return };
        let text = &without_comments(text);
        for (fact, words) in &table.words {
            if let Some(found) = words.find(text) {
                self.show(fact, || place(path, text, found.start()));
            }
        }
        for (number, (fact, pattern)) in table.patterns.iter().enumerate() {
            for found in pattern.captures_iter(text) {
                let at = found.get(0).map_or(0, |whole| whole.start());
                self.show(fact, || place(path, text, at));
                let said = found.get(1).map_or("", |group| group.as_str());
                if self.said.entry(number).or_insert_with(|| said.to_owned()) != said {
                    self.refuted.insert(fact.clone());
                }
            }
        }
        for (fact, call) in &table.file.calls {
            for (at, is_said) in call.all_in(text) {
                match is_said {
                    // Who says it once knows of it, and has reasons elsewhere.
                    true => self.refuted.extend([fact.clone()]),
                    false => self.show(fact, || place(path, text, at)),
                }
            }
        }
    }
}

/// The text with lines that are comments blank.
fn without_comments(text: &str) -> String {
    let blank = |line: &str| line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    text.split_inclusive('\n').map(|line| if is_comment(line) { blank(line) } else { line.to_owned() }).collect()
}

/// `path:line`.
pub(super) fn place(path: &str, text: &str, at: usize) -> String {
    format!("{path}:{}", line_of(text, at))
}

/// The line of a text, from 1, that a byte stands on.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// `a`, `a.b`, `a.b.c`.
fn prefixes(module: &str) -> impl Iterator<Item = &str> {
    module.match_indices('.').filter_map(|(end, _)| module.get(..end)).chain([module])
}

impl Call {
    /// Where such calls stand, and whether the keyword is said there and is not 0. What is spread into the arguments may
    /// say it.
    fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, bool)> + 't {
        let opening = format!("{}(", self.call);
        let found: Vec<usize> = text.match_indices(&opening).map(|(at, _)| at).collect();
        found.into_iter().filter_map(move |at| {
            let line = text.get(..at)?.rsplit('\n').next()?;
            let name_goes_on = line.ends_with(|before: char| before.is_alphanumeric() || before == '_');
            if name_goes_on || line.contains('#') || line.trim_start().starts_with("class ") {
                return None;
            }
            let arguments = arguments(text.get(at + opening.len()..)?)?;
            let said = arguments
                .split_once(&self.keyword)
                .map(|(_, rest)| rest.trim_start().trim_start_matches('=').trim_start());
            let is_zero = |value: &str| value.split([',', ')', '\n', ' ']).next() == Some("0");
            Some((at, arguments.contains('*') || !said.is_none_or(is_zero)))
        })
    }
}

/// The text up to the parenthesis that closes the call.
fn arguments(text: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, byte) in text.bytes().take(MAX_ARGUMENTS).enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(..at);
        }
    }
    None
}
