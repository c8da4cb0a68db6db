//! Reports: one file an output behind [`Emit`], all from the same plain [`Run`].
//!
//! Called by `cli`. It must not evaluate anything; what is printed has been decided by `engine`.
//! Adding an output: one file with an [`Emit`], one line in [`EMITTERS`].

mod blocks;
mod concise;
mod data;
mod excerpt;
#[cfg(test)]
pub(crate) mod fixture;
mod github;
mod json;
mod jsonl;
pub mod money;
mod paint;
mod pretty;
mod sarif;
mod summary;
pub mod terminal;
pub(crate) mod text;
mod totals;

use crate::finding::{Finding, Saving, Severity};
use crate::input::{InputError, Skipped};
use crate::model::value::Str;
use crate::source::{Position, SourceMap, Span};
use money::Currency;
use std::io::{self, Write};

/// Every output format, in the order in which help lists them.
pub const EMITTERS: &[&dyn Emit] =
    &[&pretty::Pretty, &concise::Concise, &json::Json, &jsonl::JsonLines, &sarif::Sarif, &github::GitHub];

/// Everything a run has found out.
#[derive(Default)]
pub struct Run {
    /// Sorted by path, start, rule, address; suppressed ones included.
    pub findings: Vec<Finding>,
    /// The rules that were in force, in a stable order: code scanning refers to them by position.
    pub rules: Vec<RuleInfo>,
    /// Verdicts that could not be reached, for `--show-unknown`.
    pub unknown: Vec<Undecided>,
    /// Inputs that should have been analysed and could not be.
    pub errors: Vec<InputError>,
    /// Files left out, with reasons.
    pub skipped: Vec<Skipped>,
    /// Files that were analysed.
    pub files: usize,
    /// Resources that were judged.
    pub resources: usize,
    /// Date of the newest price in the catalogue.
    pub catalog_as_of: String,
    /// What texts speak of money in.
    pub currency: Currency,
}

/// What reports say about a rule, whether it fired or not.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// Rule name.
    pub name: Str,
    /// Lever name.
    pub lever: Str,
    /// Severity where the rule and the config leave no choice, else the highest possible one.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: String,
    /// Why it matters and what to do, in a few sentences.
    pub help: String,
    /// Its documentation page; empty for rules that have none.
    pub url: String,
}

/// A rule that could not decide about a resource.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// Rule name.
    pub rule: Str,
    /// The place that is not known.
    pub span: Span,
    /// Address of the resource.
    pub address: String,
    /// The expression and why it is not known, for people.
    pub why: String,
    /// Stable reason code.
    pub code: &'static str,
}

/// What the person asked to see.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Print notes one by one instead of counting them.
    pub notes: bool,
    /// Print what could not be decided.
    pub show_unknown: bool,
    /// Print files left out, with reasons.
    pub show_files: bool,
    /// Use colour.
    pub colour: bool,
    /// Columns of the terminal; 0 if there is none.
    pub width: usize,
    /// What a path relative to the project root needs in front to be relative to the working directory
    /// (`../` repeated), or what it loses (`sub/`); see [`View::path`].
    pub project: ProjectPaths,
}

/// How project-relative paths read from the working directory.
#[derive(Clone, Debug, Default)]
pub struct ProjectPaths {
    /// Folders of the working directory below the project root, `a/b`; empty at the root.
    pub inside: String,
    /// Folders of the project root below the working directory, `../` or `sub/`; empty at the root.
    pub prefix: String,
}

impl View {
    /// A project-relative path as seen from the working directory, with `/`.
    pub fn path(&self, path: &str) -> String {
        let inside = &self.project.inside;
        if inside.is_empty() {
            return format!("{}{path}", self.project.prefix);
        }
        let own: Vec<&str> = inside.split('/').collect();
        let parts: Vec<&str> = path.split('/').collect();
        let shared = own.iter().zip(&parts).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("..", own.len() - shared);
        up.chain(parts[shared..].iter().copied()).collect::<Vec<_>>().join("/")
    }

    /// `path:line:column` of a place in the file on disk, safe to print.
    pub fn place(&self, sources: &SourceMap, span: Span) -> String {
        let span = sources.in_file(span);
        let source = sources.get(span.source);
        let Position { line, column } = source.position(span.start);
        format!("{}:{line}:{column}", text::clean(&self.path(&source.path)))
    }
}

/// One output format.
pub trait Emit: Sync {
    /// Its name for `--output`.
    fn name(&self) -> &'static str;
    /// Writes the whole report.
    fn emit(&self, run: &Run, sources: &SourceMap, view: &View, out: &mut dyn Write) -> io::Result<()>;
}

impl Run {
    /// Findings that count: not suppressed.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    /// Puts what saves most first; what saves nothing known keeps its order at the end.
    pub fn sort_by_saving(&mut self) {
        let saved = |finding: &Finding| finding.saving.as_ref().map_or(0.0, Saving::weight);
        self.findings.sort_by(|a, b| saved(b).total_cmp(&saved(a)));
    }

    /// Where a rule stands in [`Run::rules`].
    pub fn rule_index(&self, name: &str) -> Option<usize> {
        self.rules.iter().position(|rule| &*rule.name == name)
    }

    /// How many active findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.active().filter(|finding| finding.severity == severity).count()
    }
}
