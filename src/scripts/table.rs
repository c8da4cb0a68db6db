//! `rules/scripts.yaml`: the modules, words and programs that tell what a script does.
//!
//! Asked by `facts` and `programs`. It must not know what a fact is about.

use crate::builtin;
use regex::Regex;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The table, with its words as patterns.
pub(super) struct Table {
    pub file: File,
    /// A pattern of all words of each fact.
    pub words: Vec<(String, Regex)>,
    /// Each pattern of each fact.
    pub patterns: Vec<(String, Regex)>,
}

pub(super) fn table() -> Option<&'static Table> {
    // A test holds that it can be read.
    static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
        let file: File = serde_json::from_str(builtin::scripts()).ok()?;
        let words = |(name, fact): (&String, &Fact)| {
            let words: Vec<String> = fact.words.iter().map(|word| regex::escape(word)).collect();
            Some((name.clone(), Regex::new(&words.join("|")).ok()?))
        };
        let patterns = file.facts.iter().flat_map(|(name, fact)| fact.patterns.iter().map(move |one| (name, one)));
        Some(Table {
            words: file.facts.iter().filter(|(_, fact)| !fact.words.is_empty()).map(words).collect::<Option<_>>()?,
            patterns: patterns.map(|(name, one)| Some((name.clone(), Regex::new(one).ok()?))).collect::<Option<_>>()?,
            file,
        })
    });
    TABLE.as_ref()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub facts: BTreeMap<String, Fact>,
    pub calls: BTreeMap<String, Call>,
    pub modules: Modules,
    pub programs: Programs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fact {
    #[serde(default)]
    pub modules: BTreeSet<String>,
    #[serde(default)]
    pub words: Vec<String>,
    /// Regular expressions. Where the group of one says different things in different places, the fact does not show.
    #[serde(default)]
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Modules {
    pub anything: BTreeSet<String>,
    pub plain: BTreeSet<String>,
}

/// A call that does something where a keyword says so.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    pub call: String,
    pub keyword: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Programs {
    /// Programs and modules that start scripts.
    pub start: BTreeMap<String, Processes>,
    /// Programs that do nothing that a fact is about.
    pub plain: BTreeSet<String>,
    /// Options whose value is a script that is not started.
    pub take_scripts: BTreeSet<String>,
    /// The fact that programs are told to start one process each, the one that they are told to start several, and
    /// the one by which one process works on several accelerators all the same.
    pub on_one: String,
    pub on_many: String,
    pub unless: String,
    /// Folders of containers that hold what a job brings along.
    pub folders: Vec<String>,
}

/// How a program that starts others is told how many processes to start, one for each accelerator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Processes {
    #[serde(default)]
    pub options: BTreeSet<String>,
    #[serde(default)]
    pub unsaid: Unsaid,
}

/// What a program does where it is told no number.
#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unsaid {
    /// Starts one process.
    One,
    /// Starts as many as there are accelerators.
    All,
    /// Starts a script and has no say in this.
    #[default]
    Nothing,
}
