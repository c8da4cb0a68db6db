//! A finding as plain data: what the engine makes and every report prints.
//!
//! It must not know any renderer, and no rule.

use crate::catalog::HOURS_PER_MONTH;
use crate::model::value::Str;
use crate::source::Span;

/// Places shown of a finding besides the one it stands on: a value that many callers pass has many.
const MAX_LABELS: usize = 8;
/// Calls shown of a resource.
const MAX_CALLS: usize = 5;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; shown as a count unless asked for.
    Note,
    /// Money is wasted.
    Warning,
    /// Money is wasted, and a team has declared it unacceptable.
    Error,
}

impl Severity {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How sure it is. Low findings appear with `--pedantic` only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A heuristic.
    Low,
    /// Usually right.
    Medium,
    /// Follows from the code.
    High,
}

impl Confidence {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// A place with a short text.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place, possibly in an embedded source.
    pub span: Span,
    /// A few words; empty for the primary place of a finding whose message says it all.
    pub text: String,
    /// The text under the span is never printed.
    pub sensitive: bool,
}

/// The resource a finding is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Address with module path and instance key.
    pub address: String,
    /// Kind name.
    pub kind: Str,
    /// Native type.
    pub native_type: Str,
    /// `aws`, `google`, `azure`.
    pub provider: Str,
    /// Where it is known.
    pub region: Option<String>,
    /// `development` or `production`, where a signal says so.
    pub environment: Option<&'static str>,
    /// How many equal instances; 1 where it is not known.
    pub count: u64,
    /// Addresses of further resources that the same finding is about.
    pub also: Vec<String>,
    /// The module calls it was reached through, outermost first; then those of equal resources that are counted here.
    pub calls: Vec<Label>,
    /// How many of the calls lead to the resource itself.
    pub depth: usize,
    /// The resource's whole block, for suppression above it and for grouping.
    pub body: Span,
    /// The group's name and scope, for fingerprints.
    pub group: Str,
}

impl Subject {
    /// The calls that reports show, and how many they leave out.
    pub fn shown_calls(&self) -> (&[Label], usize) {
        first(&self.calls, MAX_CALLS)
    }
}

fn first(labels: &[Label], most: usize) -> (&[Label], usize) {
    let shown = labels.get(..most).unwrap_or(labels);
    (shown, labels.len() - shown.len())
}

/// Money at stake. `None` where the catalogue or the code does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saving {
    /// For what always runs: USD a month of 730 hours.
    pub usd_per_month: Option<f64>,
    /// For what runs now and then: USD for each hour it runs.
    pub usd_per_hour: Option<f64>,
    /// For bounded runs: USD if the run reaches its limit.
    pub usd_worst_case: Option<f64>,
    /// Range of the main figure where spot prices are involved.
    pub low: Option<f64>,
    /// Upper end of that range.
    pub high: Option<f64>,
    /// How many equal resources the figures stand for.
    pub multiplier: u64,
    /// Whether a price was estimated rather than listed.
    pub estimated: bool,
    /// Assumptions in words.
    pub basis: String,
    /// Date of the prices.
    pub as_of: String,
}

impl Saving {
    /// What tells the larger of two savings: US dollars a month, as if it always ran; else for the worst run.
    pub fn weight(&self) -> f64 {
        let always = self.usd_per_hour.map(|usd| usd * HOURS_PER_MONTH);
        self.usd_per_month.or(always).or(self.usd_worst_case).unwrap_or_default()
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Rule name.
    pub rule: Str,
    /// Lever name.
    pub lever: Str,
    /// After the config's overrides.
    pub severity: Severity,
    /// After loss in tests and examples.
    pub confidence: Confidence,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
    /// The main place.
    pub primary: Label,
    /// Further places in source order.
    pub labels: Vec<Label>,
    /// What it is about.
    pub subject: Subject,
    /// The condition under which it holds, as written, where the resource's existence is not certain.
    pub condition: Option<String>,
    /// The variables files it holds under, where its root is judged under several and it does not hold under all.
    pub under: Vec<Str>,
    /// The money.
    pub saving: Option<Saving>,
    /// Attribute path the label stands for; part of the fingerprint.
    pub label_path: Str,
    /// `v1:` and 16 hex digits.
    pub fingerprint: String,
    /// The reason given, where a comment or metadata ignores it.
    pub suppressed: Option<String>,
}

impl Finding {
    /// The further places that reports show, and how many they leave out. All of them count where findings are
    /// suppressed and secrets covered.
    pub fn shown_labels(&self) -> (&[Label], usize) {
        first(&self.labels, MAX_LABELS)
    }

    /// `with dev.tfvars, prod.tfvars and 2 more`: under which variables files it holds, where not under all.
    pub fn under_files(&self) -> Option<String> {
        const NAMED: usize = 4;
        let named = self.under.get(..self.under.len().min(NAMED))?;
        let more = match self.under.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!named.is_empty()).then(|| format!("with {}{more}", named.join(", ")))
    }
}
