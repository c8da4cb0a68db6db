//! `Metadata: {mlcost-lint: {ignore: [{rule, reason, until}]}}` of a template and of its resources.
//!
//! Called once a template has been recognised. It must not know what becomes of a suppression.

use super::templates::entries_in;
use crate::input::tree::Node;
use crate::source::Span;
use crate::suppress::{Covers, Suppression};

/// What a template says about findings to ignore: its own metadata cover all of it, a resource's only itself.
pub fn suppressions(root: &Node) -> Vec<Suppression> {
    let mut found = ignored(root, root.span());
    for (id, body) in root.get("Resources").map(entries_in).unwrap_or_default() {
        found.extend(ignored(body, id.span().to(body.span())));
    }
    found
}

fn ignored(holder: &Node, covered: Span) -> Vec<Suppression> {
    let list = holder.get("Metadata").and_then(|metadata| metadata.get("mlcost-lint")?.get("ignore"));
    let entries = list.map(|list| list.items()).unwrap_or_default();
    entries.iter().map(|entry| suppression(entry, covered)).collect()
}

fn suppression(entry: &Node, covered: Span) -> Suppression {
    let text = |key: &str| entry.get(key).and_then(Node::as_str);
    let rules = text("rule").map(Into::into).into_iter().collect();
    let reason = text("reason").unwrap_or_default();
    Suppression::new(rules, reason, text("until"), entry.span(), Covers::Within(covered))
}
