//! The built-in rules: every expression checks, every example is judged as it says.

use mlcost_lint::rules::set::RuleSet;
use mlcost_lint::{builtin, engine, examples, source::SourceMap};
use std::sync::Arc;

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
        problems.extend(examples::problems(&rule.file, &[]).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
