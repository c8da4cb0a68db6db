//! The built-in rules: every expression checks, every example is judged as it says.

use mlcost_lint::rules::set::RuleSet;
use mlcost_lint::{builtin, engine, examples, source::SourceMap};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rules that one format alone can express, each with the reason.
const ONE_FORMAT: &[(&str, &str)] = &[
    ("cross-region-replication", "a template is of one region, and so are both of its buckets"),
    ("ml-resource-without-cost-tags", "the tags of a stack are not in its template"),
];

#[test]
fn every_rule_checks_and_its_examples_hold() {
    let sources = SourceMap::new();
    let kinds = engine::kinds(&sources).unwrap();
    // From the files themselves, so that mistakes are shown where they stand.
    let files = builtin::rules().map(|(path, _)| (Arc::from(path), Arc::from(crate::support::text(path))));
    let (rules, errors) = RuleSet::load(&sources, &kinds, files);
    let mut problems: Vec<String> = rules
        .check_all(&kinds)
        .iter()
        .chain(&errors)
        .map(|error| format!("{}: {} {}", sources.get(error.span.source).path, error.message, error.help))
        .collect();
    for rule in &rules.rules {
        let name = &rule.file.name;
        if rule.file.examples.is_empty() {
            problems.push(format!("{name}: has no examples"));
        }
        let formats: BTreeSet<&str> = rule.file.examples.iter().map(|example| example.format.as_str()).collect();
        if (formats.len() < 2) != ONE_FORMAT.iter().any(|(one, _)| one == name) {
            problems.push(format!("{name}: has examples in {formats:?}"));
        }
        if !examples::leave_something_open(&rule.file) {
            problems.push(format!("{name}: no example leaves anything open"));
        }
        problems.extend(examples::problems(&rule.file, &[]).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
