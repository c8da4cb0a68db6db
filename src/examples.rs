//! The examples of rule files, judged: each is a small project of its own, seen by its rule alone.
//!
//! Called by `test-rules` and by the tests of the built-in rules.

use crate::config::{Config, UsageConfig};
use crate::engine::{self, Settings};
use crate::files::{Nothing, Overlay};
use crate::input::FRONTENDS;
use crate::input::discover::{Found, Project};
use crate::rules::file::{Example, RuleFile};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// What marks a line that a finding must stand on.
const MARK: &str = "# expect";

/// The file of an example that says what was measured.
const USAGE: &str = "usage.csv";

/// Judges all examples of a rule; `others` are further rule files of the user's, by path. Returns what is wrong with
/// them, each in one paragraph; empty if all is as expected.
pub fn problems(rule: &RuleFile, own: &[(String, Arc<str>)]) -> Vec<String> {
    let cases = rule.examples.iter().zip(1..).flat_map(|(example, number)| cases(example, number));
    cases.filter_map(|case| case.problem(rule, own)).collect()
}

/// Whether some example leaves the rule undecided: what is not known there is not claimed.
pub fn leave_something_open(rule: &RuleFile) -> bool {
    let mut cases = rule.examples.iter().zip(1..).flat_map(|(example, number)| cases(example, number));
    cases.any(|case| case.judge(rule, &[]).is_ok_and(|judged| judged.undecided))
}

/// What a rule says of one project.
struct Judged {
    /// Path and line of each finding.
    found: BTreeSet<(String, u32)>,
    /// Whether something could not be decided.
    undecided: bool,
}

/// One project to judge.
struct Case {
    title: String,
    files: BTreeMap<String, String>,
    expected: BTreeSet<(String, u32)>,
    is_bad: bool,
}

fn cases(example: &Example, number: usize) -> Vec<Case> {
    let main =
        FRONTENDS.iter().find(|frontend| frontend.name() == example.format).map(|frontend| frontend.example_path());
    let main = main.unwrap_or("unknown format");
    let case = |text: Option<&String>, word: &str, is_bad: bool| {
        let mut files = example.files.clone();
        files.extend(text.map(|text| (main.to_owned(), text.clone())));
        let mut expected: BTreeSet<(String, u32)> = BTreeSet::new();
        if is_bad {
            let named = |file: &Option<String>| file.clone().unwrap_or_else(|| main.to_owned());
            expected.extend(example.expect.iter().map(|place| (named(&place.file), place.line)));
            expected.extend(files.iter().flat_map(|(path, text)| marked(path, text)));
        }
        Case { title: format!("example {number} ({}, {word})", example.format), files, expected, is_bad }
    };
    let mut cases = Vec::new();
    if example.bad.is_some() || example.good.is_none() {
        cases.push(case(example.bad.as_ref(), "bad", true));
    }
    if let Some(good) = &example.good {
        cases.push(case(Some(good), "good", false));
    }
    cases
}

fn marked<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = (String, u32)> + 'a {
    text.lines().zip(1..).filter(|(line, _)| line.trim_end().ends_with(MARK)).map(|(_, at)| (path.to_owned(), at))
}

impl Case {
    fn problem(&self, rule: &RuleFile, own: &[(String, Arc<str>)]) -> Option<String> {
        if self.is_bad && self.expected.is_empty() {
            return Some(format!("{}: no line is marked with `{MARK}` and `expect:` names none", self.title));
        }
        let found = match self.judge(rule, own) {
            Ok(judged) => judged.found,
            Err(problems) => return Some(format!("{}: {}", self.title, problems.join("; "))),
        };
        (found != self.expected)
            .then(|| format!("{}: expected findings at {}, found {}", self.title, list(&self.expected), list(&found)))
    }

    fn judge(&self, rule: &RuleFile, own: &[(String, Arc<str>)]) -> Result<Judged, Vec<String>> {
        let texts = self.files.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str())));
        let files = Overlay::new(Nothing, texts.chain(own.iter().cloned()));
        let found: Vec<Found> =
            self.files.keys().map(|path| Found { path: path.clone(), real: path.clone() }).collect();
        let folders: BTreeSet<&str> = own.iter().map(|(path, _)| crate::files::parent(path)).collect();
        let config = Config {
            select: vec![rule.name.clone()],
            rule_folders: folders.into_iter().map(str::to_owned).collect(),
            usage: UsageConfig { file: self.files.contains_key(USAGE).then(|| USAGE.to_owned()) },
            ..Config::default()
        };
        let settings = Settings { pedantic: true, ..Settings::new(config, &files)? };
        let project = Project { root: PathBuf::new(), targets: vec![String::new()] };
        let analysis = engine::analyse(&project, &files, &found, &settings, &|| ())?;
        if let Some(error) = analysis.run.errors.first() {
            return Err(vec![format!("{}: {}", error.path, error.message)]);
        }
        let place = |finding: &crate::finding::Finding| {
            let span = analysis.sources.in_file(finding.primary.span);
            let source = analysis.sources.get(span.source);
            (source.path.to_string(), source.position(span.start).line)
        };
        let undecided = analysis.run.unknown.iter().any(|one| *one.rule == *rule.name);
        Ok(Judged { found: analysis.run.findings.iter().map(place).collect(), undecided })
    }
}

fn list(places: &BTreeSet<(String, u32)>) -> String {
    match places.is_empty() {
        true => "none".to_owned(),
        false => places.iter().map(|(path, line)| format!("{path}:{line}")).collect::<Vec<_>>().join(", "),
    }
}
