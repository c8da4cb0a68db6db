//! Documentation made from the rules and kinds: a page for each rule, their index, what is understood, the schemas of
//! the config file and of rule and kind files.
//!
//! Called by the `explain`, `rules` and `schema` commands and by the test that keeps `docs/` up to date. It must not
//! judge anything.

pub mod authoring;
mod coverage;
pub mod facts;
mod index;
mod page;
pub mod schema;

use crate::finding::Severity;
use crate::model::kinds::KindSet;
use crate::rules::set::RuleSet;
use serde_json::Value;

/// The folder of the pages of rules.
pub const RULE_PAGES: &str = "docs/rules";

/// A finding that no rule file stands behind.
#[derive(Clone, Copy)]
pub struct AlwaysOn {
    /// Its name, where a rule's stands.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means.
    pub meaning: &'static str,
}

/// What is reported without a rule file.
pub const ALWAYS_ON: [AlwaysOn; 3] = [
    AlwaysOn {
        name: "unused-suppression",
        severity: Severity::Warning,
        meaning: "A suppression gives no reason, names no rule, or ignores what is not reported there.",
    },
    AlwaysOn {
        name: "expired-suppression",
        severity: Severity::Warning,
        meaning: "The last day on which a suppression holds has passed.",
    },
    AlwaysOn {
        name: "unlisted-type",
        severity: Severity::Note,
        meaning: "A machine type or accelerator has no price in the catalogue, or is not in it, so that nothing is \
                  said about what it costs or could save. Each name is reported once.",
    },
];

/// Every generated file as (path in the repository, text), sorted by path.
pub fn pages(rules: &RuleSet, kinds: &KindSet) -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = rules
        .rules
        .iter()
        .map(|rule| (format!("{RULE_PAGES}/{}.md", rule.file.name), page::page(rule)))
        .chain([
            (format!("{RULE_PAGES}/README.md"), index::index(rules)),
            ("docs/coverage.md".to_owned(), coverage::coverage(rules, kinds)),
            ("docs/mlcost-lint.schema.json".to_owned(), text(&schema::schema(rules))),
            ("docs/schema/rule.schema.json".to_owned(), text(&authoring::rule(kinds))),
            ("docs/schema/kind.schema.json".to_owned(), text(&authoring::kind(kinds))),
        ])
        .collect();
    pages.sort();
    pages
}

/// A schema as it stands in a file.
pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}
