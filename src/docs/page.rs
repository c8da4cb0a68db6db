//! The documentation page of a rule, Markdown.

use super::facts;
use crate::input::FRONTENDS;
use crate::rules::file::{Example, Param};
use crate::rules::set::Rule;
use std::fmt::Write;

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let file = &rule.file;
    let facts = [
        ("Lever", rule.lever.to_string()),
        ("Severity", facts::severity(file)),
        ("Confidence", facts::confidence(file)),
        ("Judges", file.kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ")),
        ("Formats", facts::formats(file).join(", ")),
        ("Since", file.since.clone()),
    ];
    let mut text = format!("<!-- Made from the rule's file by `just docs`. -->\n# {}\n\n| | |\n|---|---|\n", file.name);
    for (name, value) in facts {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {name} | {} |", value.replace('|', "\\|"));
    }
    section(&mut text, "Why it matters", &file.why);
    section(&mut text, "What to do", &file.fix);
    section(&mut text, "What it saves", &facts::money(file).replace('\n', "\n\n"));
    section(&mut text, "Blind spots", &file.blind_spots);
    section(&mut text, "Where others ask the opposite", &facts::conflicts(file));
    section(&mut text, "Parameters", &parameters(rule));
    let condition = format!("```cel\n{}\n```", file.when.trim_end());
    section(&mut text, "Condition", &condition);
    section(&mut text, "Examples", &file.examples.iter().map(example).collect::<String>());
    section(&mut text, "References", &file.references.iter().map(|url| format!("- <{url}>\n")).collect::<String>());
    text
}

fn section(text: &mut String, title: &str, body: &str) {
    if !body.trim().is_empty() {
        let _ = write!(text, "\n## {title}\n\n{}\n", body.trim());
    }
}

fn parameters(rule: &Rule) -> String {
    let params = &rule.file.params;
    if params.is_empty() {
        return String::new();
    }
    let lines: String = params.iter().map(|(name, value): (&String, &Param)| default_line(name, value)).collect();
    format!("With their defaults, in the config file:\n\n```toml\n[rules.{}]\n{lines}```", rule.file.name)
}

fn default_line(name: &str, value: &Param) -> String {
    format!("{name} = {}\n", facts::param(value))
}

fn example(example: &Example) -> String {
    let mut text = format!("\n### {}\n", example.format);
    let main = FRONTENDS.iter().find(|one| one.name() == example.format).map_or("", |one| one.example_path());
    let language = match main.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "tf" => "hcl",
        other => other,
    };
    for (path, code) in &example.files {
        let _ = write!(text, "\n`{path}`:\n\n```{language}\n{}\n```\n", code.trim_end());
    }
    for (title, code) in [("Reported", &example.bad), ("Not reported", &example.good)] {
        if let Some(code) = code {
            let _ = write!(text, "\n{title}:\n\n```{language}\n{}\n```\n", shown(code));
        }
    }
    text
}

/// Code with its marks in words.
fn shown(code: &str) -> String {
    code.trim_end().replace("# expect", "# reported here")
}
