//! `mlcost-lint rules`: the rules as an aligned table, or as JSON.

use super::{Failure, exit, project, stdout};
use crate::docs::facts;
use crate::finding::{Confidence, Severity};
use crate::report::terminal;
use crate::report::text::wrap;
use crate::rules::set::{Rule, RuleSet};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Columns of the last cell below which it is not broken any further.
const NARROWEST: usize = 30;

/// Lists the rules.
pub fn run(as_json: bool) -> Result<u8, Failure> {
    let rules = project::rules()?;
    stdout::print(|out| match as_json {
        true => writeln!(out, "{:#}", Value::from(rules.rules.iter().map(object).collect::<Vec<_>>())),
        false => table(&rules, terminal::width(), out),
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

/// `width` 0: no terminal, one line a rule.
fn table(rules: &RuleSet, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[String; 4]> = rules
        .rules
        .iter()
        .map(|rule| {
            let severity = facts::names(&rule.file.severity, Severity::name);
            let confidence = facts::names(&rule.file.confidence, Confidence::name);
            [rule.file.name.clone(), rule.lever.to_string(), severity, confidence]
        })
        .collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let indent: usize = widths.iter().map(|width| width + 2).sum();
    let room = if width == 0 { 0 } else { width.saturating_sub(indent + 1).max(NARROWEST) };
    write_row(out, HEAD, widths)?;
    writeln!(out, "WHY")?;
    for (row, rule) in rows.iter().zip(&rules.rules) {
        write_row(out, row.each_ref().map(String::as_str), widths)?;
        let lines = wrap(rule.summary(), room);
        writeln!(out, "{}", lines.join(&format!("\n{:indent$}", "")))?;
    }
    Ok(())
}

const HEAD: [&str; 4] = ["RULE", "LEVER", "SEVERITY", "CONFIDENCE"];

fn write_row(out: &mut dyn Write, cells: [&str; 4], widths: [usize; 4]) -> io::Result<()> {
    cells.iter().zip(widths).try_for_each(|(cell, width)| write!(out, "{cell:width$}  "))
}
