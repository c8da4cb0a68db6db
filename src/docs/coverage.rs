//! The page of what is understood: every kind with the types of each format that become it, and the rules that judge it.
//!
//! Called by `docs::pages`. How the name of a type is spelled tells which format it is of; nothing else of a format is
//! known here.

use crate::model::kinds::{Kind, KindSet};
use crate::rules::set::RuleSet;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Whether the name of a type is one of a format.
type Marks = fn(&str) -> bool;

/// The formats in the order of the page, each with what marks a name as one of it; the last takes the rest.
const FORMATS: [(&str, Marks); 6] = [
    ("Terraform", |name| !name.contains([':', '/'])),
    ("Terraform modules", |name| name.starts_with("module:")),
    ("CloudFormation", |name| name.contains("::")),
    ("Requests: documents, command lines, SDKs", is_request),
    ("Command lines", |name| name.contains(':')),
    ("Kubernetes manifests", |_| true),
];

/// `service:Operation`
fn is_request(name: &str) -> bool {
    name.split_once(':').is_some_and(|(_, operation)| operation.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// The page.
pub fn coverage(rules: &RuleSet, kinds: &KindSet) -> String {
    let mut sorted: Vec<&Kind> = kinds.kinds.iter().collect();
    sorted.sort_by_key(|kind| &kind.name);
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut body = String::new();
    for kind in sorted {
        section(rules, kinds, kind, &mut totals, &mut body);
    }
    let counted: Vec<String> =
        FORMATS.iter().filter_map(|(format, _)| Some(format!("| {format} | {} |\n", totals.get(format)?))).collect();
    format!(
        "<!-- Made from the kinds and rules by `just docs`. -->\n# What is understood\n\n\
         {} kinds of things that cost money, or say how others are used. A rule speaks of kinds, so it judges every \
         type below them in every format. `mlcost-lint kinds KIND` prints a kind's attributes.\n\n\
         | Format | Types |\n|---|---|\n{}\n\
         Whatever else a project holds is left alone.\n{body}",
        kinds.kinds.len(),
        counted.concat(),
    )
}

fn section(rules: &RuleSet, kinds: &KindSet, kind: &Kind, totals: &mut BTreeMap<&str, usize>, body: &mut String) {
    let mut by_format: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in kinds.id(&kind.name).map(|id| kinds.natives_of(id)).unwrap_or_default() {
        if let Some(at) = FORMATS.iter().position(|(_, is)| is(name)) {
            by_format.entry(at).or_default().push(name);
        }
    }
    // Writing to a String cannot fail.
    let _ = write!(body, "\n## {}\n\n{}\n\n| | |\n|---|---|\n", kind.name, kind.doc);
    for (at, names) in by_format {
        let Some((format, _)) = FORMATS.get(at) else { continue };
        *totals.entry(format).or_default() += names.len();
        let _ = writeln!(body, "| {format} | {} |", ticked(&names));
    }
    let judging = rules.rules.iter().filter(|rule| rule.file.kinds.iter().any(|judged| **judged == *kind.name));
    let links: Vec<String> = judging.map(|rule| format!("[`{0}`](rules/{0}.md)", rule.file.name)).collect();
    let judged =
        if links.is_empty() { "none by itself: others are joined with it".to_owned() } else { links.join(", ") };
    let _ = writeln!(body, "| Rules | {judged} |");
}

fn ticked(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_their_format() {
        let format = |name: &str| FORMATS.iter().find(|(_, is)| is(name)).unwrap().0;
        assert_eq!(format("module:a/b/c//d"), "Terraform modules");
        assert_eq!(format("A::B::C"), "CloudFormation");
        assert_eq!(format("service:MakeThing"), "Requests: documents, command lines, SDKs");
        assert_eq!(format("tool:make.thing"), "Command lines");
        assert_eq!(format("group.io/Thing"), "Kubernetes manifests");
        assert_eq!(format("cloud_thing"), "Terraform");
    }
}
