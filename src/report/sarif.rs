//! `--output sarif`: SARIF 2.1.0 for code scanning: one run, all rules in force, suppressed findings included.
//!
//! Paths are relative to the project root, not to the working directory: that is what code scanning joins them to.

use super::{Emit, RuleInfo, Run, View};
use crate::finding::{Finding, Label, Severity};
use crate::input::InputError;
use crate::source::{SourceMap, Span};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The schema that the document names.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What all paths are relative to.
const ROOT: &str = "%SRCROOT%";
/// Names the meaning of our fingerprints; changes with it.
const FINGERPRINT: &str = "mlcostLint/v1";

/// The SARIF document.
pub struct Sarif;

impl Emit for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn emit(&self, run: &Run, sources: &SourceMap, _: &View, out: &mut dyn Write) -> io::Result<()> {
        let results: Vec<Value> = run.findings.iter().map(|finding| result(run, sources, finding)).collect();
        let document = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": env!("CARGO_PKG_NAME"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": run.rules.iter().map(rule).collect::<Vec<_>>(),
                }},
                "invocations": [{
                    "executionSuccessful": run.errors.is_empty(),
                    "toolExecutionNotifications":
                        run.errors.iter().map(|error| notification(sources, error)).collect::<Vec<_>>(),
                }],
                "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the project."}}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

fn level(severity: Severity) -> &'static str {
    // The names happen to be SARIF's own.
    severity.name()
}

fn rule(rule: &RuleInfo) -> Value {
    let mut object = json!({
        "id": &*rule.name,
        "shortDescription": {"text": rule.summary},
        // Code scanning requires it, and shows the help as text unless it is given as Markdown too.
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [&*rule.lever]},
    });
    if !rule.url.is_empty() {
        object["helpUri"] = json!(rule.url);
    }
    object
}

fn result(run: &Run, sources: &SourceMap, finding: &Finding) -> Value {
    let condition =
        finding.condition.as_ref().map_or(String::new(), |condition| format!(" (depending on `{condition}`)"));
    let mut object = json!({
        "ruleId": &*finding.rule,
        "level": level(finding.severity),
        "message": {"text": format!("{}{condition}", finding.message)},
        "locations": [{
            "physicalLocation": physical(sources, finding.primary.span),
            "logicalLocations": [{"fullyQualifiedName": finding.subject.address, "kind": "resource"}],
        }],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": properties(finding),
    });
    if let Some(index) = run.rule_index(&finding.rule) {
        object["ruleIndex"] = json!(index);
    }
    let ((labels, more_labels), (calls, more_calls)) = (finding.shown_labels(), finding.subject.shown_calls());
    let related: Vec<&Label> = labels.iter().chain(calls).collect();
    if !related.is_empty() {
        let location = |(index, label): (usize, &&Label)| {
            json!({
                "id": index,
                "physicalLocation": physical(sources, label.span),
                "message": {"text": label.text},
            })
        };
        object["relatedLocations"] = related.iter().enumerate().map(location).collect();
    }
    if more_labels + more_calls > 0 {
        object["properties"]["moreLocations"] = json!(more_labels + more_calls);
    }
    if let Some(reason) = &finding.suppressed {
        object["suppressions"] = json!([{"kind": "inSource", "status": "accepted", "justification": reason}]);
    }
    object
}

fn properties(finding: &Finding) -> Value {
    let mut object = json!({"confidence": finding.confidence, "lever": &*finding.lever});
    if let Some(saving) = &finding.saving {
        let figures = [
            ("savingUsdPerMonth", saving.usd_per_month),
            ("savingUsdPerHour", saving.usd_per_hour),
            ("savingUsdWorstCase", saving.usd_worst_case),
        ];
        for (name, amount) in figures {
            if let Some(amount) = amount {
                object[name] = json!(amount);
            }
        }
        object["savingBasis"] = json!(saving.basis);
        object["pricesAsOf"] = json!(saving.as_of);
    }
    object
}

fn notification(sources: &SourceMap, error: &InputError) -> Value {
    let place = match error.span {
        Some(span) => physical(sources, span),
        None => json!({"artifactLocation": artifact(&error.path)}),
    };
    json!({
        "level": "error",
        "descriptor": {"id": error.code},
        "message": {"text": error.message},
        "locations": [{"physicalLocation": place}],
    })
}

/// A place in the file on disk.
fn physical(sources: &SourceMap, span: Span) -> Value {
    let span = sources.in_file(span);
    let source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "artifactLocation": artifact(&source.path),
        "region": {
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        },
    })
}

fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": ROOT})
}

/// A relative path as a URI reference: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn document() -> (Run, Value) {
        let (run, sources) = fixture::run();
        let text = fixture::emitted(&Sarif, &run, &sources, &View::default());
        (run, serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn the_whole_document() {
        let (run, sources) = fixture::run();
        insta::assert_snapshot!(fixture::emitted(&Sarif, &run, &sources, &View::default()));
    }

    #[test]
    fn it_follows_the_schema() {
        let schema = serde_json::from_str(include_str!("sarif.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let (_, document) = document();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }

    #[test]
    fn results_point_at_their_rules() {
        let (run, document) = document();
        let rules = &document["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules.as_array().unwrap().len(), run.rules.len(), "rules that did not fire are listed too");
        let results = document["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), run.findings.len());
        for result in results {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        let suppressed = results.iter().filter(|result| result.get("suppressions").is_some());
        assert_eq!(suppressed.count(), 1);
    }

    #[test]
    fn paths_are_relative_and_encoded() {
        assert_eq!(uri("legacy/bröken file#1:%.tf"), "legacy/br%C3%B6ken%20file%231%3A%25.tf");
    }
}
