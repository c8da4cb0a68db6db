//! The built-in rules: every expression checks, every example is judged as it says.

use mlcost_lint::{builtin, config::Config, engine, examples, files::Nothing, source::SourceMap};

#[test]
fn every_rule_checks_and_its_examples_hold() {
    let sources = SourceMap::new();
    let kinds = engine::kinds(&sources).unwrap();
    let rules = engine::rules(&sources, &kinds, &Nothing, &Config::default()).unwrap();
    assert_eq!(rules.rules.len(), builtin::rules().len(), "a rule file was not read");
    let mut problems: Vec<String> = rules
        .check_all(&kinds)
        .iter()
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
