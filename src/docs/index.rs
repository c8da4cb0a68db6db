//! The index of the rules by lever, Markdown.

use super::{ALWAYS_ON, facts};
use crate::finding::Severity;
use crate::rules::set::{Rule, RuleSet};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The index page.
pub fn index(rules: &RuleSet) -> String {
    let mut levers: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &rules.rules {
        levers.entry(&rule.lever).or_default().push(rule);
    }
    let mut text = format!(
        "<!-- Made from the rules by `just docs`. -->\n# Rules\n\n{} rules by the lever they pull. \
         `mlcost-lint explain RULE` prints the same in a terminal.\n",
        rules.rules.len()
    );
    for (lever, rules) in levers {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n## {lever}\n\n| Rule | Severity | Why |\n|---|---|---|\n");
        for rule in rules {
            let name = &rule.file.name;
            let severity = facts::names(&rule.file.severity, Severity::name);
            let summary = facts::one_line(rule.summary()).replace('|', "\\|");
            let _ = writeln!(text, "| [`{name}`]({name}.md) | {severity} | {summary} |");
        }
    }
    text.push_str("\n## Always on\n\n| Rule | Severity | What |\n|---|---|---|\n");
    text.extend(ALWAYS_ON.map(|one| format!("| `{}` | {} | {} |\n", one.name, one.severity.name(), one.meaning)));
    text
}
