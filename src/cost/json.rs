//! Costs as JSON, a published contract: keys are added, never changed.
//!
//! Called by `cli::cost`. Money is US dollars; texts are in `currency`.

use super::{Change, Comparison, Inventory, Line, Sums};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The inventory as one document.
pub fn inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let errors: Vec<Value> =
        inventory.errors.iter().map(|error| json!({"path": *error.path, "message": error.message})).collect();
    let document = json!({
        "schema_version": 1,
        "catalog_as_of": inventory.as_of,
        "currency": inventory.currency,
        "resources": inventory.lines.iter().map(line).collect::<Vec<_>>(),
        "errors": errors,
        "summary": Sums::of(&inventory.lines),
    });
    writeln!(out, "{document:#}")
}

/// A comparison as one document.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let change = |change: &Change| match change {
        Change::Added(new) => json!({"change": "added", "before": null, "after": line(new)}),
        Change::Removed(old) => json!({"change": "removed", "before": line(old), "after": null}),
        Change::Changed(pair) => json!({"change": "changed", "before": line(&pair.0), "after": line(&pair.1)}),
        Change::Moved(pair) => json!({"change": "moved", "before": line(&pair.0), "after": line(&pair.1)}),
    };
    let document = json!({
        "schema_version": 1,
        "currency": comparison.currency,
        "changes": comparison.changes.iter().map(change).collect::<Vec<_>>(),
        "usd_per_month": comparison.per_month(),
        "usd_worst_case": comparison.worst_case(),
        "before": comparison.before.all,
        "after": comparison.after.all,
    });
    writeln!(out, "{document:#}")
}

fn line(line: &Line) -> Value {
    let subject = &line.subject;
    let (reason, basis) = if line.is_priced() { (None, Some(&line.basis)) } else { (Some(&line.basis), None) };
    json!({
        "address": subject.address,
        "group": subject.group,
        "variable_file": subject.variable_file,
        "module": subject.module,
        "kind": subject.kind,
        "type": subject.native_type,
        "provider": subject.provider,
        "region": subject.region,
        "environment": subject.environment,
        "count": subject.count,
        "condition": subject.condition,
        "place": subject.place,
        "for": line.what,
        "usd_per_month": line.per_month,
        "usd_per_hour": line.per_hour,
        "usd_worst_case": line.worst_case,
        "estimated": line.estimated,
        "basis": basis,
        "unknown": reason,
    })
}
