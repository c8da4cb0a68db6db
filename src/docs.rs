//! Documentation made from the rules: a page for each, their index, the schema of the config file.
//!
//! Called by the `explain`, `rules` and `schema` commands and by the test that keeps `docs/` up to date. It must not
//! judge anything.

pub mod facts;
mod index;
mod page;
pub mod schema;

use crate::rules::set::RuleSet;

/// The folder of the pages of rules.
pub const RULE_PAGES: &str = "docs/rules";

/// What is reported without a rule file, always as a warning, with what it means.
pub const ALWAYS_ON: [(&str, &str); 2] = [
    ("unused-suppression", "A suppression gives no reason, names no rule, or ignores what is not reported there."),
    ("expired-suppression", "The last day on which a suppression holds has passed."),
];

/// Every generated file as (path in the repository, text), sorted by path.
pub fn pages(rules: &RuleSet) -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = rules
        .rules
        .iter()
        .map(|rule| (format!("{RULE_PAGES}/{}.md", rule.file.name), page::page(rule)))
        .chain([
            (format!("{RULE_PAGES}/README.md"), index::index(rules)),
            ("docs/mlcost-lint.schema.json".to_owned(), schema::text(rules)),
        ])
        .collect();
    pages.sort();
    pages
}
