//! Costs for a terminal.
//!
//! Called by `cli::cost`. Everything has been decided by then.

use super::{Amount, Change, Comparison, Inventory, Line, Subject, Sum, Sums};
use crate::report::money::Currency;
use crate::report::text::{clean, count};
use std::collections::BTreeMap;
use std::io::{self, Write};

type Belongs = fn(&Line) -> bool;
type Figure = fn(&Line) -> Option<Amount>;

/// Said where a root counts more than once.
pub(super) const EACH_FILE: &str = "A root counts once with each of its variables files, as they are deployed beside \
                                    each other; --var-file chooses one.";

/// The inventory: what always runs, what runs now and then, what has no price, and the sums.
pub fn inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let (lines, currency) = (&folded(&inventory.lines), &inventory.currency);
    let rows = |belongs: Belongs| -> Vec<[String; 3]> {
        lines.iter().filter(|line| belongs(line)).map(|line| row(line, currency)).collect()
    };
    let sections = [
        ("Always running or stored, a month", rows(|line| line.per_month.is_some())),
        ("Jobs and groups that scale, by the hour", rows(|line| line.is_priced() && line.per_month.is_none())),
        ("Not priced", bounded(rows(|line| !line.is_priced()))),
    ];
    for (title, rows) in sections.iter().filter(|(_, rows)| !rows.is_empty()) {
        writeln!(out, "{title}")?;
        aligned(rows, out)?;
        writeln!(out)?;
    }
    let sums = Sums::of(&inventory.lines);
    for (by, parts) in sums.parts() {
        writeln!(out, "By {by}")?;
        let rows: Vec<[String; 3]> =
            parts.iter().map(|(name, sum)| [clean(name).into_owned(), total(sum, currency), String::new()]).collect();
        aligned(&rows, out)?;
        writeln!(out)?;
    }
    let resources = lines.iter().map(|line| (line.subject.deployment(), &line.subject.address));
    let resources = resources.collect::<std::collections::BTreeSet<_>>().len();
    let unknown = if sums.all.unknown > 0 {
        format!("; {} without a price", count(sums.all.unknown, "item"))
    } else {
        String::new()
    };
    if lines.iter().any(|line| line.subject.variable_file.is_some()) {
        writeln!(out, "{EACH_FILE}")?;
    }
    let prices = currency.prices_of(&inventory.as_of);
    writeln!(out, "{}: {}{unknown}; {prices}", count(resources, "resource"), total(&sums.all, currency))
}

/// Rows of which few stand for each reason; the others are counted.
fn bounded(rows: Vec<[String; 3]>) -> Vec<[String; 3]> {
    const SHOWN: usize = 5;
    let mut by_reason: BTreeMap<String, Vec<[String; 3]>> = BTreeMap::new();
    for row in rows {
        by_reason.entry(row[2].clone()).or_default().push(row);
    }
    let shown = by_reason.into_values().flat_map(|mut rows| {
        let more = rows.len().saturating_sub(SHOWN);
        if let Some(last) = rows.get_mut(SHOWN).filter(|_| more > 1) {
            last[0] = format!("  and {more} more, --output json lists them");
            rows.truncate(SHOWN + 1);
        }
        rows
    });
    shown.collect()
}

/// Lines for the same thing that read the same as one that counts them: what a notebook makes twice.
fn folded(lines: &[Line]) -> Vec<Line> {
    let mut folded: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match folded.last_mut().filter(|last| last.key() == line.key() && last.basis == line.basis) {
            Some(last) => last.join(line),
            None => folded.push(line.clone()),
        }
    }
    folded
}

/// What a change adds and saves.
pub fn comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<[String; 3]> =
        comparison.changes.iter().map(|change| changed(change, &comparison.currency)).collect();
    aligned(&rows, out)?;
    if !rows.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", verdict(comparison))
}

/// The change in one sentence.
pub(super) fn verdict(comparison: &Comparison) -> String {
    let currency = &comparison.currency;
    let (month, run) = (comparison.per_month(), comparison.worst_case());
    let (before, after) = (comparison.before.all.usd_per_month.high, comparison.after.all.usd_per_month.high);
    let mut text = match month.abs() < 0.005 {
        true => format!("No change in what always runs: {} a month", currency.amount(after)),
        false => {
            let (before, after) = (currency.amount(before), currency.amount(after));
            format!("{} a month: from {before} to {after}", signed(month, currency))
        }
    };
    if run.abs() >= 0.005 {
        text += &format!("; {} at worst for one run of every job", signed(run, currency));
    }
    let unknown = comparison.after.all.unknown;
    if unknown > 0 {
        text += &format!("; {} without a price", count(unknown, "item"));
    }
    text
}

fn changed(change: &Change, currency: &Currency) -> [String; 3] {
    let [address, _, basis] = row(change.line(), currency);
    let (mark, basis) = match change {
        Change::Added(_) => ("+", basis),
        Change::Removed(_) => ("-", basis),
        Change::Changed(_) => ("~", basis),
        Change::Moved(pair) => ("=", format!("was {}; {basis}", name(&pair.0.subject))),
    };
    [format!("{mark} {}", address.trim_start()), difference(change, currency), basis]
}

/// `+$18,438 a month`; that no price is known where it is not.
pub(super) fn difference(change: &Change, currency: &Currency) -> String {
    let figures: [(Figure, &str); 3] = [
        (|line| line.per_month, " a month"),
        (|line| line.per_hour, "/h"),
        (|line| line.worst_case, " a run at worst"),
    ];
    let parts = figures.iter().filter_map(|(of, unit)| {
        let (before, after) = change.figure(*of);
        ((after - before).abs() >= 0.005).then(|| format!("{}{unit}", signed(after - before, currency)))
    });
    let parts: Vec<String> = parts.collect();
    match parts.is_empty() {
        true if !change.line().is_priced() => "no price".to_owned(),
        true => format!("±{}", currency.amount(0.0)),
        false => parts.join(", "),
    }
}

fn signed(usd: f64, currency: &Currency) -> String {
    let amount = currency.amount(usd);
    if usd < 0.0 { amount } else { format!("+{amount}") }
}

/// Address with what is paid for, figures, basis.
fn row(line: &Line, currency: &Currency) -> [String; 3] {
    let subject = &line.subject;
    let mut because = vec![format!("{}: {}", line.what, clean(&line.basis))];
    because.extend(
        subject.condition.as_ref().map(|condition| format!("only where {} holds, not summed", clean(condition))),
    );
    [format!("  {}", name(subject)), figures(line, currency), because.join("; ")]
}

/// `live with prod.tfvars: 2 × aws_instance.a`.
fn name(subject: &Subject) -> String {
    let mut name = clean(&subject.address).into_owned();
    if subject.count > 1 {
        name = format!("{} × {name}", subject.count);
    }
    let deployment = subject.deployment();
    if deployment == "." { name } else { format!("{}: {name}", clean(&deployment)) }
}

/// `$2,234 a month`, `$28/h, up to $678 a run`.
pub fn figures(line: &Line, currency: &Currency) -> String {
    let about = if line.estimated { "about " } else { "" };
    let mut parts = Vec::new();
    parts.extend(line.per_month.map(|amount| format!("{about}{} a month", shown(amount, currency))));
    parts.extend(line.per_hour.map(|amount| format!("{about}{}/h", shown(amount, currency))));
    parts.extend(line.worst_case.map(|amount| format!("up to {about}{} a run", shown(amount, currency))));
    if parts.is_empty() { "–".to_owned() } else { parts.join(", ") }
}

/// A sum, figures that are 0 left out.
pub(super) fn total(sum: &Sum, currency: &Currency) -> String {
    let figures = [
        (sum.usd_per_month, "", " a month"),
        (sum.usd_per_hour, "", "/h of jobs"),
        (sum.usd_worst_case, "up to ", " a run of each"),
    ];
    let parts: Vec<String> = figures
        .iter()
        .filter(|(amount, ..)| amount.high > 0.0)
        .map(|(amount, before, after)| format!("{before}{}{after}", shown(*amount, currency)))
        .collect();
    if parts.is_empty() { format!("{} a month", currency.amount(0.0)) } else { parts.join(", ") }
}

/// An amount, as a range where it is one.
fn shown(amount: Amount, currency: &Currency) -> String {
    let varies = amount.high - amount.low >= 0.01 * amount.high;
    if varies { currency.range(amount.low, amount.high) } else { currency.amount(amount.typical) }
}

fn aligned(rows: &[[String; 3]], out: &mut dyn Write) -> io::Result<()> {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    for [name, figures, basis] in rows {
        writeln!(out, "{}", format!("{name:<first$}  {figures:>second$}  {basis}").trim_end())?;
    }
    Ok(())
}
