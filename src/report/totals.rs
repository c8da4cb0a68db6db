//! The money of a whole run, counted so that nothing is promised twice.
//!
//! Called by the summary for people and by JSON, so that both give the same figures.

use super::Run;
use crate::finding::{Finding, Saving};
use std::collections::BTreeMap;

/// Findings and the money behind them.
#[derive(Clone, Copy, Default, Debug, PartialEq, serde::Serialize)]
pub struct Money {
    /// Active findings, conditional ones included.
    pub findings: usize,
    /// USD a month of 730 hours.
    pub usd_per_month: f64,
    /// USD for each hour that all of them run.
    pub usd_per_hour: f64,
    /// USD if every bounded run reaches its limit once.
    pub usd_worst_case: f64,
}

/// Money of all active findings, and by lever.
#[derive(Default, Debug)]
pub struct Totals<'a> {
    /// Over all levers.
    pub all: Money,
    /// By lever name.
    pub by_lever: BTreeMap<&'a str, Money>,
}

/// One of the three figures, in a saving and in a total.
type Figure = (fn(&Saving) -> Option<f64>, fn(&mut Money) -> &mut f64);

const FIGURES: [Figure; 3] = [
    (|saving| saving.usd_per_month, |money| &mut money.usd_per_month),
    (|saving| saving.usd_per_hour, |money| &mut money.usd_per_hour),
    (|saving| saving.usd_worst_case, |money| &mut money.usd_worst_case),
];

impl<'a> Totals<'a> {
    /// Adds up a run. A resource that exists only under a condition counts 0. Two findings on one resource often
    /// save the same money (turned off at night, or run on spot), so only the largest figure of each resource
    /// counts, under the lever of the finding that gives it.
    pub fn of(run: &'a Run) -> Totals<'a> {
        let mut totals = Totals::default();
        for finding in run.active() {
            totals.all.findings += 1;
            totals.by_lever.entry(&finding.lever).or_default().findings += 1;
        }
        for (saved, total) in FIGURES {
            for (amount, lever) in largest_by_resource(run, saved) {
                *total(&mut totals.all) += amount;
                *total(totals.by_lever.entry(lever).or_default()) += amount;
            }
        }
        totals
    }
}

fn largest_by_resource(run: &Run, saved: fn(&Saving) -> Option<f64>) -> Vec<(f64, &str)> {
    let mut largest: BTreeMap<(&str, &str), (f64, &Finding)> = BTreeMap::new();
    for finding in run.active().filter(|finding| finding.condition.is_none()) {
        let Some(amount) = finding.saving.as_ref().and_then(saved).filter(|amount| amount.is_finite()) else {
            continue;
        };
        let best = largest.entry((&finding.subject.group, &finding.subject.address)).or_insert((amount, finding));
        if amount > best.0 {
            *best = (amount, finding);
        }
    }
    largest.into_values().map(|(amount, finding)| (amount, &*finding.lever)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn overlap_counts_once_and_conditions_count_nothing() {
        let (mut run, _) = fixture::run();
        let totals = Totals::of(&run);
        let by_lever: f64 = totals.by_lever.values().map(|money| money.usd_per_month).sum();
        let once = totals.all.usd_per_month;
        assert_eq!(once, by_lever);

        let mut twice = run.findings.clone();
        run.findings.append(&mut twice);
        assert_eq!(Totals::of(&run).all.usd_per_month, once);

        for finding in &mut run.findings {
            finding.condition = Some("var.enabled".into());
        }
        let none = Totals::of(&run).all;
        assert_eq!((none.usd_per_month, none.usd_per_hour, none.usd_worst_case), (0.0, 0.0, 0.0));
        assert!(none.findings > 0);
    }
}
