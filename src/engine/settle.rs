//! What happens to findings after the verdicts: loss of confidence in samples, severity by money, merging, order.
//!
//! Called by `engine`. It must not evaluate conditions.

use crate::catalog::HOURS_PER_MONTH;
use crate::config::Config;
use crate::finding::{Confidence, Finding, Label, Saving, Severity};
use crate::input::discover::{Project, is_sample};
use crate::source::SourceMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Settles confidence and severity and merges equal findings. The result is in order.
pub fn settle(
    findings: Vec<Finding>,
    config: &Config,
    sources: &SourceMap,
    variable_files: &BTreeMap<Arc<str>, usize>,
) -> Vec<Finding> {
    let mut settled: Vec<Finding> = findings.into_iter().map(|finding| adjust(finding, config, sources)).collect();
    sort(&mut settled, sources);
    let mut settled = one_branch(merge(merge(settled, same, absorb), same_elsewhere, absorb_alternative));
    settled.iter_mut().for_each(|finding| name_files(finding, variable_files));
    settled
}

/// Whether a finding is sure enough to be shown, and any of its places lies in what is reported, unless what it is
/// about was `named` in another way.
pub fn is_shown(finding: &Finding, pedantic: bool, project: &Project, sources: &SourceMap, named: bool) -> bool {
    let mut labels = std::iter::once(&finding.primary).chain(&finding.labels).chain(&finding.subject.calls);
    let is_reported = named || labels.any(|label| project.reports(&sources.path(label.span)));
    (pedantic || finding.confidence > Confidence::Low) && is_reported
}

/// The order of reports: by path, place, rule, address.
pub fn sort(findings: &mut [Finding], sources: &SourceMap) {
    findings.sort_by_cached_key(|finding| {
        let place = sources.in_file(finding.primary.span);
        let path = sources.path(place);
        (path, place.start, place.end, Arc::clone(&finding.rule), finding.subject.address.clone())
    });
}

fn adjust(mut finding: Finding, config: &Config, sources: &SourceMap) -> Finding {
    // What only a sample calls is part of it, wherever the module stands.
    let root = finding.subject.calls.first().unwrap_or(&finding.primary);
    if [root, &finding.primary].into_iter().any(|label| is_sample(&sources.path(label.span))) {
        finding.confidence = match finding.confidence {
            Confidence::High => Confidence::Medium,
            Confidence::Medium | Confidence::Low => Confidence::Low,
        };
    }
    let own = config.rules.get(&*finding.rule);
    if let Some(confidence) = own.and_then(|own| own.confidence) {
        finding.confidence = confidence;
    }
    match own.and_then(|own| own.severity) {
        Some(severity) => finding.severity = severity,
        None if finding.severity == Severity::Warning && is_small(finding.saving.as_ref(), config) => {
            finding.severity = Severity::Note;
        }
        None => {}
    }
    finding
}

/// Whether all that is known of the money lies below the configured minimum; an unknown saving is not small.
fn is_small(saving: Option<&Saving>, config: &Config) -> bool {
    let Some(saving) = saving else { return false };
    let currency = config.prices.currency();
    let (per_month, per_run) =
        (currency.in_usd(config.min_saving.per_month), currency.in_usd(config.min_saving.per_run));
    match (saving.usd_per_month, saving.usd_worst_case, saving.usd_per_hour) {
        (Some(month), ..) => month < per_month,
        (None, Some(run), _) => run < per_run,
        // How long it runs is not known, but no month has more hours.
        (None, None, Some(hour)) => hour * HOURS_PER_MONTH < per_month,
        (None, None, None) => false,
    }
}

/// Equal rule, place and message: one finding that counts several times. Expects findings in order.
fn merge(
    findings: Vec<Finding>,
    same: fn(&Finding, &Finding) -> bool,
    absorb: fn(&mut Finding, Finding),
) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        match merged
            .iter_mut()
            .rev()
            .take_while(|have| have.primary == finding.primary)
            .find(|have| same(have, &finding))
        {
            Some(have) => absorb(have, finding),
            None => merged.push(finding),
        }
    }
    merged
}

fn same(a: &Finding, b: &Finding) -> bool {
    a.under == b.under && same_elsewhere(a, b)
}

/// Whether two findings say the same, perhaps under different variables files.
fn same_elsewhere(a: &Finding, b: &Finding) -> bool {
    a.rule == b.rule && a.primary == b.primary && a.message == b.message && a.condition == b.condition
}

/// What each branch of a condition makes in its own way is one thing: the first branch stands for all.
fn one_branch(findings: Vec<Finding>) -> Vec<Finding> {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let Finding { rule, message, condition, subject, .. } = &finding;
        let key = (rule.clone(), message.clone(), condition.clone(), subject.group.clone(), subject.address.clone());
        match first.get(&key).and_then(|at| kept.get_mut(*at)).filter(|_| finding.condition.is_some()) {
            Some(have) => {
                let place = Label { text: "or here".to_owned(), ..finding.primary.clone() };
                absorb_alternative(have, Finding { labels: vec![place], under: Vec::new(), ..finding });
                have.condition = None;
            }
            None => {
                first.insert(key, kept.len());
                kept.push(finding);
            }
        }
    }
    kept
}

/// The same finding under another variables file: another way to deploy the root, so nothing adds up.
fn absorb_alternative(into: &mut Finding, other: Finding) {
    if other.saving.as_ref().map(dearness) > into.saving.as_ref().map(dearness) {
        into.saving = other.saving;
    }
    into.confidence = into.confidence.max(other.confidence);
    into.severity = into.severity.max(other.severity);
    into.subject.count = into.subject.count.max(other.subject.count);
    into.under.extend(other.under);
    for label in other.labels {
        if !into.labels.contains(&label) {
            into.labels.push(label);
        }
    }
}

fn dearness(saving: &Saving) -> f64 {
    saving.usd_per_month.or(saving.usd_worst_case).or(saving.usd_per_hour).unwrap_or_default()
}

/// Says which variables files a finding holds under; nothing where it holds under all.
fn name_files(finding: &mut Finding, totals: &BTreeMap<Arc<str>, usize>) {
    if totals.get(&finding.subject.group).is_some_and(|total| *total == finding.under.len()) {
        finding.under.clear();
    }
    if let Some(files) = finding.under_files() {
        finding.message.push_str(&format!(" ({files})"));
    }
}

fn absorb(into: &mut Finding, other: Finding) {
    into.confidence = into.confidence.max(other.confidence);
    into.subject.count += other.subject.count;
    into.subject.also.push(other.subject.address);
    into.subject.also.extend(other.subject.also);
    for call in other.subject.calls {
        // Instances of one call have names of their own.
        if into.subject.calls.iter().all(|have| have.span != call.span) {
            into.subject.calls.push(call);
        }
    }
    for label in other.labels {
        if !into.labels.contains(&label) {
            into.labels.push(label);
        }
    }
    if let (Some(have), Some(more)) = (&mut into.saving, other.saving) {
        add(have, &more);
    }
}

fn add(into: &mut Saving, more: &Saving) {
    let sum = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a + b);
    into.usd_per_month = sum(into.usd_per_month, more.usd_per_month);
    into.usd_per_hour = sum(into.usd_per_hour, more.usd_per_hour);
    into.usd_worst_case = sum(into.usd_worst_case, more.usd_worst_case);
    into.low = sum(into.low, more.low);
    into.high = sum(into.high, more.high);
    into.multiplier += more.multiplier;
    into.estimated |= more.estimated;
}
