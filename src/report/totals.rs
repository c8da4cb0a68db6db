//! The money of a whole run, counted so that nothing is promised twice.
//!
//! Called by the summary for people and by JSON, so that both give the same figures.

use super::Run;
use crate::finding::Saving;
use crate::source::Span;
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
    /// save the same money (turned off at night, or run on spot), so of each figure only the largest counts, under its
    /// lever: the savings of a resource never add up to more than it costs, a month or an hour.
    pub fn of(run: &'a Run) -> Totals<'a> {
        let mut totals = Totals::default();
        for finding in run.active() {
            totals.all.findings += 1;
            totals.by_lever.entry(&finding.lever).or_default().findings += 1;
        }
        for (saved, total) in FIGURES {
            for Share { usd, lever } in largest_by_resource(run, saved) {
                *total(&mut totals.all) += usd;
                *total(totals.by_lever.entry(lever).or_default()) += usd;
            }
        }
        totals
    }
}

/// What one resource has of a figure of a finding's saving.
struct Share<'a> {
    usd: f64,
    lever: &'a str,
}

/// The largest of a figure for each resource. Elements of one resource that each cost something (variants of an endpoint)
/// are told apart by the code they stand for, and count as one where one holds the other.
fn largest_by_resource(run: &Run, saved: fn(&Saving) -> Option<f64>) -> Vec<Share<'_>> {
    let mut by_address: BTreeMap<(&str, &str), Vec<(Span, Share<'_>)>> = BTreeMap::new();
    for finding in run.active().filter(|finding| finding.condition.is_none()) {
        let Some(usd) = finding.saving.as_ref().and_then(saved).filter(|usd| usd.is_finite()) else { continue };
        let subject = &finding.subject;
        let usd = usd / (subject.also.len() + 1) as f64;
        for address in std::iter::once(&subject.address).chain(&subject.also) {
            let shares = by_address.entry((&subject.group, address)).or_default();
            shares.push((subject.body, Share { usd, lever: &finding.lever }));
        }
    }
    by_address.into_values().flat_map(largest).collect()
}

/// The largest of those that overlap.
fn largest(mut shares: Vec<(Span, Share<'_>)>) -> Vec<Share<'_>> {
    // The outer of two comes first, so that what follows inside it is part of it.
    shares.sort_by_key(|(body, _)| (body.source, body.start, std::cmp::Reverse(body.end)));
    let mut best: Vec<(Span, Share<'_>)> = Vec::new();
    for (body, share) in shares {
        match best.last_mut() {
            Some((outer, have)) if outer.source == body.source && body.end <= outer.end => {
                if share.usd > have.usd {
                    *have = share;
                }
            }
            _ => best.push((body, share)),
        }
    }
    best.into_iter().map(|(_, share)| share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::report::fixture;

    fn monthly(finding: &Finding) -> f64 {
        let counts = finding.suppressed.is_none() && finding.condition.is_none();
        finding.saving.as_ref().and_then(|saving| saving.usd_per_month).filter(|_| counts).unwrap_or_default()
    }

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

        // Another finding on the same resource counts only where it says something new, or more.
        let mut more = run.findings.iter().find(|finding| monthly(finding) > 0.0).unwrap().clone();
        more.lever = "other".into();
        let by_month = monthly(&more);
        more.saving =
            Some(Saving { usd_per_month: Some(by_month / 2.0), usd_per_hour: Some(1.5), ..Saving::default() });
        let hours = Totals::of(&run).all.usd_per_hour;
        run.findings.push(more.clone());
        let all = Totals::of(&run).all;
        assert_eq!((all.usd_per_month, all.usd_per_hour), (once, hours + 1.5));
        more.saving = Some(Saving { usd_per_month: Some(by_month * 2.0), ..Saving::default() });
        run.findings.push(more);
        let totals = Totals::of(&run);
        assert_eq!(totals.all.usd_per_month, once + by_month);
        assert_eq!(totals.by_lever["other"].usd_per_month, by_month * 2.0);

        for finding in &mut run.findings {
            finding.condition = Some("var.enabled".into());
        }
        let none = Totals::of(&run).all;
        assert_eq!((none.usd_per_month, none.usd_per_hour, none.usd_worst_case), (0.0, 0.0, 0.0));
        assert!(none.findings > 0);
    }
}
