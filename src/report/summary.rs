//! How a run is summed up in words: counts, money by lever, and what was left undecided or unread.
//!
//! Called by `pretty` and `concise`, so that both say the same. It must not know how either prints findings.

use super::money::Currency;
use super::text::{clean, count, them};
use super::totals::{Money, Totals};
use super::{Run, View};
use crate::finding::Severity;
use crate::source::SourceMap;

/// `1 error, 3 warnings, 17 notes (--notes shows them), 1 suppressed`; or that there is nothing.
pub fn counts(run: &Run, view: &View) -> String {
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let number = run.count(severity);
        if number > 0 {
            let hidden = severity == Severity::Note && !view.notes;
            let hint = if hidden { format!(" (--notes shows {})", them(number)) } else { String::new() };
            parts.push(count(number, severity.name()) + &hint);
        }
    }
    if parts.is_empty() {
        parts.push("no findings".into());
    }
    let suppressed = run.findings.len() - run.active().count();
    if suppressed > 0 {
        parts.push(format!("{suppressed} suppressed"));
    }
    parts.join(", ")
}

/// `7 files, 6 resources, prices of 2026-09-27`.
pub fn extent(run: &Run) -> String {
    let mut text = format!("{}, {}", count(run.files, "file"), count(run.resources, "resource"));
    if !run.catalog_as_of.is_empty() {
        text.push_str(&format!(", {}", run.currency.prices_of(&run.catalog_as_of)));
    }
    text
}

/// All money on one line: `$1,234 a month, $36.50/h, up to $7,236 a run`. `None` where there is none.
pub fn money(totals: &Totals, currency: &Currency) -> Option<String> {
    let Money { usd_per_month, usd_per_hour, usd_worst_case, .. } = totals.all;
    let figures = [(usd_per_month, "", " a month"), (usd_per_hour, "", "/h"), (usd_worst_case, "up to ", " a run")];
    let known: Vec<String> = figures
        .iter()
        .filter(|(amount, ..)| *amount > 0.0)
        .map(|(amount, before, after)| format!("{before}{}{after}", currency.amount(*amount)))
        .collect();
    (!known.is_empty()).then(|| known.join(", "))
}

type Figure = fn(&Money) -> f64;

/// A table of the money by lever, heading first. Columns and rows without a figure are left out; empty where there
/// is no money at all.
pub fn table(totals: &Totals, currency: &Currency) -> Vec<String> {
    let columns: [(&str, Figure); 3] = [
        ("saves a month", |money| money.usd_per_month),
        ("per hour it runs", |money| money.usd_per_hour),
        ("per run at worst", |money| money.usd_worst_case),
    ];
    let columns: Vec<_> = columns.into_iter().filter(|(_, figure)| figure(&totals.all) > 0.0).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let row = |name: &str, money: &Money| {
        let mut cells = vec![name.to_owned(), money.findings.to_string()];
        cells.extend(columns.iter().map(|(_, figure)| match figure(money) {
            amount if amount > 0.0 => currency.amount(amount),
            _ => "–".into(),
        }));
        cells
    };
    let mut heading = vec!["lever".to_owned(), "findings".to_owned()];
    heading.extend(columns.iter().map(|(title, _)| (*title).to_owned()));
    let mut rows = vec![heading];
    rows.extend(totals.by_lever.iter().map(|(lever, money)| row(lever, money)));
    if totals.by_lever.len() > 1 {
        rows.push(row("total", &totals.all));
    }
    aligned(&rows)
}

/// First column to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("   ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// What the run did not decide or read, one sentence each.
pub fn hints(run: &Run, view: &View) -> Vec<String> {
    let mut hints = Vec::new();
    let (errors, unknown, skipped) = (run.errors.len(), run.unknown.len(), run.skipped.len());
    if errors > 0 {
        hints.push(format!(
            "{} could not be analysed; what depends on {} was not judged.",
            count(errors, "file"),
            them(errors)
        ));
    }
    if unknown > 0 && !view.show_unknown {
        hints.push(format!(
            "{} could not be decided, --show-unknown lists {}.",
            count(unknown, "check"),
            them(unknown)
        ));
    }
    if skipped > 0 && !view.show_files {
        hints.push(format!("{} left out, --show-files lists {}.", count(skipped, "file"), them(skipped)));
    }
    hints
}

/// Inputs that failed, one line each: `path:line:column: error[syntax-error] message`.
pub fn errors(run: &Run, sources: &SourceMap, view: &View) -> Vec<String> {
    let line = |error: &crate::input::InputError| {
        let place = match error.span {
            Some(span) => view.place(sources, span),
            None => clean(&view.path(&error.path)).into_owned(),
        };
        format!("{place}: error[{}] {}", error.code, clean(&error.message))
    };
    run.errors.iter().map(line).collect()
}

/// The lists asked for with `--show-unknown` and `--show-files`.
pub fn sections(run: &Run, sources: &SourceMap, view: &View) -> Vec<String> {
    let mut lines = Vec::new();
    if view.show_unknown && !run.unknown.is_empty() {
        lines.push(format!("{} could not be decided:", count(run.unknown.len(), "check")));
        lines.extend(run.unknown.iter().map(|undecided| {
            let place = view.place(sources, undecided.span);
            format!("  {place}: {} on {}: {}", undecided.rule, clean(&undecided.address), clean(&undecided.why))
        }));
    }
    if view.show_files && !run.skipped.is_empty() {
        lines.push(format!("{} left out:", count(run.skipped.len(), "file")));
        lines.extend(
            run.skipped.iter().map(|file| format!("  {}: {}", clean(&view.path(&file.path)), clean(&file.reason))),
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn counts_and_hints_tell_how_to_see_the_rest() {
        let (run, _) = fixture::run();
        let quiet = View::default();
        assert_eq!(counts(&run, &quiet), "1 error, 4 warnings, 1 note (--notes shows it), 1 suppressed");
        assert_eq!(
            hints(&run, &quiet),
            [
                "1 file could not be analysed; what depends on it was not judged.",
                "1 check could not be decided, --show-unknown lists it.",
                "1 file left out, --show-files lists it."
            ]
        );
        assert_eq!(counts(&Run::default(), &quiet), "no findings");
    }

    #[test]
    fn the_table_has_only_columns_with_money() {
        let (run, _) = fixture::run();
        insta::assert_snapshot!(table(&Totals::of(&run), &run.currency).join("\n"));
        assert!(table(&Totals::of(&Run::default()), &Currency::default()).is_empty());
    }
}
