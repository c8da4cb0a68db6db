//! `mlcost-lint rules`: the rules as an aligned table, or as JSON.

use super::{Failure, exit, project, stdout, table};
use crate::docs::facts;
use crate::finding::{Confidence, Severity};
use crate::report::terminal;
use crate::rules::set::Rule;
use serde_json::{Value, json};

/// Lists the rules.
pub fn run(as_json: bool) -> Result<u8, Failure> {
    let rules = project::rules()?;
    stdout::print(|out| match as_json {
        true => writeln!(out, "{:#}", Value::from(rules.rules.iter().map(object).collect::<Vec<_>>())),
        false => {
            let head = ["RULE", "LEVER", "SEVERITY", "CONFIDENCE", "WHY"].map(str::to_owned);
            let rows: Vec<[String; 5]> = std::iter::once(head).chain(rules.rules.iter().map(row)).collect();
            table::write(&rows, 0, terminal::width(), out)
        }
    })?;
    Ok(exit::CLEAN)
}

fn object(rule: &Rule) -> Value {
    let file = &rule.file;
    json!({
        "name": file.name,
        "lever": *rule.lever,
        "severity": file.severity.0.iter().map(|case| case.is.name()).collect::<Vec<_>>(),
        "confidence": file.confidence.0.iter().map(|case| case.is.name()).collect::<Vec<_>>(),
        "summary": facts::one_line(rule.summary()),
        "kinds": file.kinds,
        "formats": facts::formats(file),
        "params": file.params,
        "since": file.since,
        "url": rule.url(),
    })
}

fn row(rule: &Rule) -> [String; 5] {
    let severity = facts::names(&rule.file.severity, Severity::name);
    let confidence = facts::names(&rule.file.confidence, Confidence::name);
    [rule.file.name.clone(), rule.lever.to_string(), severity, confidence, rule.summary().to_owned()]
}
