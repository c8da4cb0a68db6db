//! Findings that people have decided to live with, and decisions that no longer hold.
//!
//! Called by `engine` after findings are merged. Suppressions come from comments ([`scan_comments`]) and from
//! frontends whose format has a place for them; this module must not know which.

mod comments;
mod date;

pub use comments::scan_comments;
pub use date::Date;

use crate::finding::{Confidence, Finding, Label, Severity, Subject};
use crate::model::value::Str;
use crate::source::{SourceMap, Span};

const UNUSED: &str = "unused-suppression";
const EXPIRED: &str = "expired-suppression";
const FORM: &str = "mlcost-lint: ignore[rule-name] reason";

/// The decision to ignore some rules in one place.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rules ignored, by name.
    pub rules: Vec<Str>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds; `None`: it does not end.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Span,
    /// What it applies to.
    pub covers: Covers,
    /// Why it does not hold at all, for people.
    problem: Option<String>,
}

/// The place a suppression applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// Findings with a label on this line (from 0) of its file, or whose resource or module call starts there.
    Line(usize),
    /// Findings on resources inside this place: a resource's body, or a whole template.
    Within(Span),
}

impl Suppression {
    /// A suppression as written. One that names no rule, gives no reason or has no real date suppresses nothing and
    /// becomes a finding itself.
    pub fn new(
        rules: Vec<Str>,
        reason: impl Into<String>,
        until: Option<&str>,
        span: Span,
        covers: Covers,
    ) -> Suppression {
        let reason = reason.into();
        let date = until.and_then(Date::parse);
        let problem = match until {
            _ if rules.is_empty() => Some(format!("this suppression names no rule: write `{FORM}`")),
            _ if reason.trim().is_empty() => Some(format!("this suppression needs a reason: write `{FORM}`")),
            Some(text) if date.is_none() => Some(format!("`{text}` is no date: write `until=2027-01-31`")),
            _ => None,
        };
        Suppression { rules, reason, until: date, span, covers, problem }
    }

    fn applies_to(&self, sources: &SourceMap, finding: &Finding) -> bool {
        match self.covers {
            Covers::Line(line) => touched(finding).any(|span| is_on_line(sources, span, self.span, line)),
            Covers::Within(place) => {
                [finding.subject.body, finding.primary.span].iter().any(|span| is_within(sources, *span, place))
            }
        }
    }
}

/// Every place by which a finding can be suppressed; of the resource, only its first line.
fn touched(finding: &Finding) -> impl Iterator<Item = Span> {
    let head = Span { end: finding.subject.body.start, ..finding.subject.body };
    let labels = std::iter::once(&finding.primary).chain(&finding.labels).chain(&finding.subject.calls);
    labels.map(|label| label.span).chain([head])
}

fn is_on_line(sources: &SourceMap, span: Span, comment: Span, line: usize) -> bool {
    let span = sources.in_file(span);
    let source = sources.get(span.source);
    // By path: a file may have been registered more than once.
    let last = span.end.saturating_sub(1).max(span.start);
    source.path == sources.path(comment) && (source.line_of(span.start)..=source.line_of(last)).contains(&line)
}

fn is_within(sources: &SourceMap, span: Span, place: Span) -> bool {
    let (span, place) = (sources.in_file(span), sources.in_file(place));
    sources.path(span) == sources.path(place) && place.start <= span.start && span.end <= place.end
}

/// Marks findings that are suppressed, and returns findings about suppressions that match nothing, have expired or
/// were written wrongly. Those have no fingerprint yet.
pub fn apply(findings: &mut [Finding], sources: &SourceMap, suppressions: &[Suppression], today: Date) -> Vec<Finding> {
    let mut complaints = Vec::new();
    for suppression in suppressions {
        if let Some(problem) = &suppression.problem {
            complaints.push(complaint(sources, suppression, UNUSED, "", problem.clone()));
            continue;
        }
        if let Some(until) = suppression.until.filter(|until| *until < today) {
            let message = format!("this suppression ended on {until}");
            complaints.push(complaint(sources, suppression, EXPIRED, &suppression.rules.join(","), message));
            continue;
        }
        for rule in &suppression.rules {
            let mut used = false;
            for finding in findings.iter_mut().filter(|finding| finding.rule == *rule) {
                if suppression.applies_to(sources, finding) {
                    used = true;
                    finding.suppressed.get_or_insert_with(|| suppression.reason.clone());
                }
            }
            if !used {
                let message = format!("`{rule}` finds nothing here that could be ignored");
                complaints.push(complaint(sources, suppression, UNUSED, rule, message));
            }
        }
    }
    complaints
}

/// A finding about a suppression. `about` tells several of one file apart in their fingerprints.
fn complaint(sources: &SourceMap, suppression: &Suppression, rule: &str, about: &str, message: String) -> Finding {
    let path = sources.path(suppression.span);
    let help = match rule {
        EXPIRED => "Fix what it hides, or give it a new date and reason.",
        _ if suppression.problem.is_some() => "",
        _ => "Remove it, or correct the rule's name or the place.",
    };
    Finding {
        rule: rule.into(),
        lever: "suppressions".into(),
        severity: Severity::Warning,
        confidence: Confidence::High,
        message,
        help: help.into(),
        primary: Label { span: suppression.span, text: String::new(), sensitive: false },
        labels: Vec::new(),
        subject: Subject {
            address: path.to_string(),
            kind: "suppression".into(),
            native_type: "suppression".into(),
            provider: "".into(),
            region: None,
            environment: None,
            count: 1,
            also: Vec::new(),
            calls: Vec::new(),
            depth: 0,
            body: suppression.span,
            group: path,
        },
        condition: None,
        under: Vec::new(),
        saving: None,
        label_path: about.into(),
        fingerprint: String::new(),
        suppressed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    const TEXT: &str = "# mlcost-lint: ignore[on-resource] r1\nresource \"x\" \"a\" {\n  # mlcost-lint: ignore[on-label, other] r2\n  \
                        b = [\n    1, # mlcost-lint: ignore[on-related] r3\n  ]\n}\n";

    fn setup(comment: &str) -> (SourceMap, Vec<Finding>, Vec<Suppression>) {
        let sources = SourceMap::new();
        let id = sources.add("a.tf", format!("{TEXT}{comment}"));
        let again = sources.add("a.tf", sources.get(id).text.clone());
        let at = fixture::label(&sources, id, "[\n    1", "");
        let mut findings: Vec<Finding> = ["on-resource", "on-label", "on-related", "nowhere"]
            .map(|rule| fixture::finding(&sources, rule, "spot", "m", at.clone(), "x.a"))
            .into();
        for finding in &mut findings {
            finding.subject.body = fixture::nth(&sources, again, "resource \"x\"", 0);
        }
        findings[2].labels = vec![fixture::label(&sources, again, "1,", "")];
        let suppressions = scan_comments(&sources.get(id));
        (sources, findings, suppressions)
    }

    fn today() -> Date {
        Date::parse("2027-01-31").unwrap()
    }

    #[test]
    fn comments_suppress_what_touches_their_line_and_nothing_else() {
        let (sources, mut findings, suppressions) = setup("");
        let complaints = apply(&mut findings, &sources, &suppressions, today());
        let reasons: Vec<Option<&str>> = findings.iter().map(|finding| finding.suppressed.as_deref()).collect();
        assert_eq!(reasons, [Some("r1"), Some("r2"), Some("r3"), None]);
        let messages: Vec<&str> = complaints.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["`other` finds nothing here that could be ignored"]);
        assert_eq!(sources.text(complaints[0].primary.span), "# mlcost-lint: ignore[on-label, other] r2");
    }

    #[test]
    fn without_reason_or_in_time_nothing_is_suppressed() {
        for (comment, expected) in [
            ("nowhere]", "this suppression needs a reason: write `mlcost-lint: ignore[rule-name] reason`"),
            ("nowhere] r until=soon", "`soon` is no date: write `until=2027-01-31`"),
            ("nowhere] r until=2027-01-30", "this suppression ended on 2027-01-30"),
            ("] r", "this suppression names no rule: write `mlcost-lint: ignore[rule-name] reason`"),
        ] {
            let (sources, mut findings, _) = setup(&format!("# mlcost-lint: ignore[{comment}\nx = 1\n"));
            findings[3].primary = fixture::label(&sources, findings[3].primary.span.source, "x = 1", "");
            let source = sources.get(findings[3].primary.span.source);
            let complaints = apply(&mut findings, &sources, &scan_comments(&source), today());
            assert_eq!(complaints.last().unwrap().message, expected);
            assert_eq!(findings[3].suppressed, None);
        }
    }

    #[test]
    fn the_last_day_still_counts() {
        let (sources, mut findings, _) = setup("# mlcost-lint: ignore[nowhere] r until=2027-01-31\nx = 1\n");
        findings[3].primary = fixture::label(&sources, findings[3].primary.span.source, "x = 1", "");
        let source = sources.get(findings[3].primary.span.source);
        apply(&mut findings, &sources, &scan_comments(&source), today());
        assert_eq!(findings[3].suppressed.as_deref(), Some("r"));
    }

    #[test]
    fn a_resource_suppresses_what_is_inside_it() {
        let (sources, mut findings, _) = setup("");
        let body = findings[0].subject.body;
        let whole = Span { start: 0, end: sources.get(body.source).text.len() as u32, ..body };
        let rules = vec!["nowhere".into()];
        let inside = Suppression::new(rules.clone(), "legacy", None, body, Covers::Within(whole));
        apply(&mut findings, &sources, &[inside], today());
        assert_eq!(findings[3].suppressed.as_deref(), Some("legacy"));
        findings[3].suppressed = None;
        let elsewhere = Span { start: whole.end, ..whole };
        let outside = Suppression::new(rules, "legacy", None, body, Covers::Within(elsewhere));
        assert_eq!(apply(&mut findings, &sources, &[outside], today()).len(), 1);
        assert_eq!(findings[3].suppressed, None);
    }
}
