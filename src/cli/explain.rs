//! `mlcost-lint explain RULE`: everything a rule file says, for a terminal.

use super::{Failure, exit, project, stdout};
use crate::docs::{ALWAYS_ON, facts};
use crate::report::terminal;
use crate::report::text::wrap;
use crate::rules::file::Example;
use crate::rules::set::{Rule, RuleSet};
use crate::suggest::closest;
use std::io::{self, Write};

/// Columns of text: as wide as the terminal, within what is pleasant to read.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=100;

/// Prints what a rule says about itself.
pub fn run(name: &str) -> Result<u8, Failure> {
    if let Some(always) = ALWAYS_ON.iter().find(|known| known.name == name) {
        stdout::print(|out| {
            writeln!(out, "{name}\n\n  severity    {}\n\n  {}", always.severity.name(), always.meaning)
        })?;
        return Ok(exit::CLEAN);
    }
    let rules = project::rules()?;
    let rule = rules.find(name).map(|id| rules.get(id)).ok_or_else(|| no_such(name, &rules))?;
    let width = match terminal::width() {
        0 => *COLUMNS.end(),
        width => width.clamp(*COLUMNS.start(), *COLUMNS.end()),
    };
    stdout::print(|out| explain(rule, width, out))?;
    Ok(exit::CLEAN)
}

fn no_such(name: &str, rules: &RuleSet) -> Failure {
    let known = rules.rules.iter().map(|rule| rule.file.name.as_str()).chain(ALWAYS_ON.map(|always| always.name));
    Failure(match closest(name, known) {
        Some(near) => format!("no rule `{name}`; did you mean `{near}`?"),
        None => format!("no rule `{name}`; `mlcost-lint rules` lists them"),
    })
}

fn explain(rule: &Rule, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let file = &rule.file;
    writeln!(out, "{}\n", file.name)?;
    let facts = [
        ("lever", rule.lever.to_string()),
        ("severity", facts::severity(file)),
        ("confidence", facts::confidence(file)),
        ("judges", file.kinds.join(", ")),
        ("formats", facts::formats(file).join(", ")),
        ("since", file.since.clone()),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let lines = wrap(value, width - 14);
        writeln!(out, "  {name:<10}  {}", lines.join("\n              "))?;
    }
    let params: String =
        file.params.iter().map(|(name, value)| format!("{name} = {}\n", facts::param(value))).collect();
    let sections = [
        ("Why it matters", file.why.clone()),
        ("What to do", file.fix.clone()),
        ("What it saves", facts::money(file).replace('\n', "\n\n")),
        ("Blind spots", file.blind_spots.clone()),
        ("Where others ask the opposite", facts::conflicts(file)),
        ("Parameters, with their defaults", in_config(&file.name, &params)),
    ];
    for (title, body) in sections.iter().filter(|(_, body)| !body.trim().is_empty()) {
        writeln!(out, "\n{title}")?;
        markdown(body, width, out)?;
    }
    if let Some(example) = file.examples.iter().find(|example| example.bad.is_some()) {
        write_example(example, out)?;
    }
    if !file.references.is_empty() {
        writeln!(out, "\nReferences")?;
        file.references.iter().try_for_each(|url| writeln!(out, "  {url}"))?;
    }
    Ok(())
}

fn in_config(rule: &str, params: &str) -> String {
    if params.is_empty() { String::new() } else { format!("```toml\n[rules.{rule}]\n{params}```") }
}

fn write_example(example: &Example, out: &mut dyn Write) -> io::Result<()> {
    for (title, code) in [("reported", &example.bad), ("not reported", &example.good)] {
        if let Some(code) = code {
            writeln!(out, "\nExample ({}), {title}", example.format)?;
            code.trim_end().lines().try_for_each(|line| write_code(line, out))?;
        }
    }
    Ok(())
}

fn write_code(line: &str, out: &mut dyn Write) -> io::Result<()> {
    let line = line.replace("# expect", "# reported here");
    writeln!(out, "{}", format!("    {line}").trim_end())
}

/// Markdown with its paragraphs filled and its code set off; fences go, emphasis stays as written.
fn markdown(text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut paragraph = String::new();
    let mut is_code = false;
    for line in text.trim().lines() {
        let is_fence = line.trim_start().starts_with("```");
        if is_code && !is_fence {
            write_code(line, out)?;
            continue;
        }
        let starts_item = line.trim_start().starts_with("- ");
        if is_fence || line.trim().is_empty() || starts_item {
            fill(&mut paragraph, width, out)?;
        }
        if is_fence {
            is_code = !is_code;
        } else if line.trim().is_empty() {
            writeln!(out)?;
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    fill(&mut paragraph, width, out)
}

fn fill(paragraph: &mut String, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = wrap(paragraph, width.saturating_sub(2));
    paragraph.clear();
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_filled_and_code_is_left_as_it_is() {
        let mut out = Vec::new();
        markdown("One two\nthree.\n\n```hcl\na   = 1\n```\n- x\n- y\n", 12, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "  One two\n  three.\n\n    a   = 1\n  - x\n  - y\n");
    }
}
