//! The stable JSON shapes, shared by `json` and `jsonl`. A published contract: fields are added, never changed.
//!
//! Called by those two outputs. It must not know how they are arranged on the page.

use super::money::Currency;
use super::totals::{Money, Totals};
use super::{Run, Undecided, View};
use crate::finding::{Confidence, Finding, Label, Saving, Severity};
use crate::input::{InputError, Skipped};
use crate::source::{Position, SourceMap, Span};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What all objects are made from.
#[derive(Clone, Copy)]
pub struct Shapes<'a> {
    /// What was found.
    pub run: &'a Run,
    /// The texts.
    pub sources: &'a SourceMap,
    /// How paths read.
    pub view: &'a View,
}

/// What every report starts with.
#[derive(Serialize)]
pub struct Head<'a> {
    schema_version: u32,
    tool: Value,
    catalog_as_of: &'a str,
    /// What texts speak of money in; figures are USD.
    currency: &'a Currency,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Embedded {
    kind: &'static str,
    /// The number of a notebook's cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Place<'a> {
    path: String,
    range: Range,
    text: &'a str,
    embedded: Option<Embedded>,
}

#[derive(Serialize)]
struct Resource<'a> {
    address: &'a str,
    kind: &'a str,
    r#type: &'a str,
    provider: &'a str,
    region: Option<&'a str>,
    environment: Option<&'static str>,
    count: u64,
    calls: Vec<Place<'a>>,
    /// Calls that are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    more_calls: usize,
}

#[derive(Serialize)]
struct SavingShape<'a> {
    usd_per_month: Option<f64>,
    usd_per_hour: Option<f64>,
    usd_worst_case: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    multiplier: u64,
    estimated: bool,
    basis: &'a str,
    as_of: &'a str,
}

/// One finding.
#[derive(Serialize)]
pub struct FindingShape<'a> {
    rule: &'a str,
    lever: &'a str,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    help: Option<&'a str>,
    url: Option<&'a str>,
    path: String,
    range: Range,
    embedded: Option<Embedded>,
    labels: Vec<Place<'a>>,
    /// Labels that are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    more_labels: usize,
    resource: Resource<'a>,
    condition: Option<&'a str>,
    /// Variables files it holds under, where it does not hold under all of a root's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variable_files: Vec<&'a str>,
    state: Option<()>,
    folded_into: Option<()>,
    saving: Option<SavingShape<'a>>,
    fixes: [(); 0],
    fingerprint: &'a str,
    suppressed: Option<&'a str>,
    baseline: bool,
}

/// One rule that could not decide.
#[derive(Serialize)]
pub struct UnknownShape<'a> {
    rule: &'a str,
    path: String,
    range: Range,
    resource: Value,
    why: &'a str,
    code: &'static str,
}

/// One input that should have been analysed.
#[derive(Serialize)]
pub struct ErrorShape<'a> {
    path: String,
    range: Option<Range>,
    code: &'static str,
    message: &'a str,
}

/// One file left out.
#[derive(Serialize)]
pub struct SkippedShape<'a> {
    path: String,
    reason: &'a str,
}

/// The figures at the end.
#[derive(Serialize)]
pub struct SummaryShape<'a> {
    files: usize,
    resources: usize,
    findings: Value,
    suppressed: usize,
    baselined: usize,
    usd_per_month: f64,
    usd_worst_case: f64,
    by_lever: BTreeMap<&'a str, Money>,
}

impl<'a> Shapes<'a> {
    /// Versions and the date of the prices.
    pub fn head(self) -> Head<'a> {
        Head {
            schema_version: 1,
            tool: json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")}),
            catalog_as_of: &self.run.catalog_as_of,
            currency: &self.run.currency,
        }
    }

    /// All findings, suppressed ones included.
    pub fn findings(self) -> impl Iterator<Item = FindingShape<'a>> {
        self.run.findings.iter().map(move |finding| self.finding(finding))
    }

    /// All undecided verdicts.
    pub fn unknown(self) -> impl Iterator<Item = UnknownShape<'a>> {
        self.run.unknown.iter().map(move |undecided| self.undecided(undecided))
    }

    /// All inputs that failed.
    pub fn errors(self) -> impl Iterator<Item = ErrorShape<'a>> {
        let shape = move |error: &'a InputError| ErrorShape {
            path: self.view.path(&error.path),
            range: error.span.map(|span| self.range(self.sources.in_file(span))),
            code: error.code,
            message: &error.message,
        };
        self.run.errors.iter().map(shape)
    }

    /// All files left out.
    pub fn skipped(self) -> impl Iterator<Item = SkippedShape<'a>> {
        let shape =
            move |skipped: &'a Skipped| SkippedShape { path: self.view.path(&skipped.path), reason: &skipped.reason };
        self.run.skipped.iter().map(shape)
    }

    /// Counts and money.
    pub fn summary(self) -> SummaryShape<'a> {
        let totals = Totals::of(self.run);
        let count = |severity| self.run.count(severity);
        SummaryShape {
            files: self.run.files,
            resources: self.run.resources,
            findings: json!({
                "error": count(Severity::Error), "warning": count(Severity::Warning), "note": count(Severity::Note),
            }),
            suppressed: self.run.findings.len() - totals.all.findings,
            baselined: 0,
            usd_per_month: totals.all.usd_per_month,
            usd_worst_case: totals.all.usd_worst_case,
            by_lever: totals.by_lever,
        }
    }

    fn finding(self, finding: &'a Finding) -> FindingShape<'a> {
        let place = self.place(&finding.primary);
        let (labels, more_labels) = finding.shown_labels();
        FindingShape {
            rule: &finding.rule,
            lever: &finding.lever,
            severity: finding.severity,
            confidence: finding.confidence,
            message: &finding.message,
            help: Some(finding.help.as_str()).filter(|help| !help.is_empty()),
            url: self.url(&finding.rule),
            path: place.path,
            range: place.range,
            embedded: place.embedded,
            labels: labels.iter().map(|label| self.place(label)).collect(),
            more_labels,
            resource: self.resource(finding),
            condition: finding.condition.as_deref(),
            variable_files: finding.under.iter().map(|file| &**file).collect(),
            state: None,
            folded_into: None,
            saving: finding.saving.as_ref().map(saving),
            fixes: [],
            fingerprint: &finding.fingerprint,
            suppressed: finding.suppressed.as_deref(),
            baseline: false,
        }
    }

    fn url(self, rule: &str) -> Option<&'a str> {
        let rule = self.run.rules.get(self.run.rule_index(rule)?)?;
        Some(rule.url.as_str()).filter(|url| !url.is_empty())
    }

    fn resource(self, finding: &'a Finding) -> Resource<'a> {
        let subject = &finding.subject;
        let (calls, more_calls) = subject.shown_calls();
        Resource {
            address: &subject.address,
            kind: &subject.kind,
            r#type: &subject.native_type,
            provider: &subject.provider,
            region: subject.region.as_deref(),
            environment: subject.environment,
            count: subject.count,
            calls: calls.iter().map(|call| self.place(call)).collect(),
            more_calls,
        }
    }

    fn undecided(self, undecided: &'a Undecided) -> UnknownShape<'a> {
        let span = self.sources.in_file(undecided.span);
        UnknownShape {
            rule: &undecided.rule,
            path: self.view.path(&self.sources.path(span)),
            range: self.range(span),
            resource: json!({"address": undecided.address}),
            why: &undecided.why,
            code: undecided.code,
        }
    }

    fn place(self, label: &'a Label) -> Place<'a> {
        let outer = self.sources.in_file(label.span);
        let source = self.sources.get(label.span.source);
        let embedded = source.embedding.as_ref().map(|embedding| {
            let Position { line, column } = source.position(label.span.start);
            Embedded { kind: embedding.kind.name(), index: embedding.kind.cell(), line, column }
        });
        Place { path: self.view.path(&source.path), range: self.range(outer), text: &label.text, embedded }
    }

    fn range(self, span: Span) -> Range {
        let source = self.sources.get(span.source);
        let point = |offset| {
            let Position { line, column } = source.position(offset);
            Point { line, column, offset: source.file_offset(offset) }
        };
        Range { start: point(span.start), end: point(span.end) }
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn saving(saving: &Saving) -> SavingShape<'_> {
    SavingShape {
        usd_per_month: saving.usd_per_month,
        usd_per_hour: saving.usd_per_hour,
        usd_worst_case: saving.usd_worst_case,
        low: saving.low,
        high: saving.high,
        multiplier: saving.multiplier,
        estimated: saving.estimated,
        basis: &saving.basis,
        as_of: &saving.as_of,
    }
}
