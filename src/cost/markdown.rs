//! Costs as Markdown, for a comment on a pull request or a job summary.
//!
//! Called by `cli::cost`. Everything has been decided by then.

use super::text::{EACH_FILE, difference, figures, total, verdict};
use super::{Change, Comparison, Inventory, Line, Sums};
use crate::report::text::clean;
use std::io::{self, Write};

/// The inventory: the sums, then every line.
pub fn inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let sums = Sums::of(&inventory.lines);
    let currency = &inventory.currency;
    writeln!(out, "**{}** ({})\n", total(&sums.all, currency), currency.prices_of(&inventory.as_of))?;
    if inventory.lines.iter().any(|line| line.subject.variable_file.is_some()) {
        writeln!(out, "{EACH_FILE}\n")?;
    }
    for (by, parts) in sums.parts() {
        writeln!(out, "| {by} | cost | without a price |\n|---|---|---|")?;
        for (name, sum) in parts {
            writeln!(out, "| {} | {} | {} |", cell(name), total(sum, currency), sum.unknown)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "| resource | for | cost | because |\n|---|---|---|---|")?;
    inventory.lines.iter().try_for_each(|line| {
        writeln!(out, "| {} | {} | {} | {} |", name(line), cell(&line.what), figures(line, currency), cell(&line.basis))
    })
}

/// What a change adds and saves: the sum, then every line that differs.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**", verdict(comparison))?;
    if comparison.changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| | resource | for | change | because |\n|---|---|---|---|---|")?;
    for change in &comparison.changes {
        let mark = match change {
            Change::Added(_) => "new",
            Change::Removed(_) => "gone",
            Change::Changed(_) => "changed",
            Change::Moved(_) => "moved",
        };
        let line = change.line();
        let (basis, difference) = (cell(&line.basis), difference(change, &comparison.currency));
        writeln!(out, "| {mark} | {} | {} | {difference} | {basis} |", name(line), cell(&line.what))?;
    }
    Ok(())
}

fn name(line: &Line) -> String {
    let subject = &line.subject;
    let times = if subject.count > 1 { format!("{} × ", subject.count) } else { String::new() };
    let with = subject.variable_file.as_ref().map_or(String::new(), |file| format!(" with {}", cell(file)));
    let condition = subject.condition.as_ref().map(|text| format!(", only where {} holds", cell(text)));
    format!(
        "{times}`{}` ({}{with}){}",
        cell(&subject.address).replace('`', "'"),
        cell(&subject.place),
        condition.unwrap_or_default()
    )
}

/// Text that cannot break out of a cell, nor be taken for markup.
fn cell(text: &str) -> String {
    clean(text).replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}
