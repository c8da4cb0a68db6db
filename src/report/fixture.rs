//! One run that every output prints in its tests: labels in other files, in embedded texts, on CRLF lines with
//! multibyte characters, secrets, conditions, notes, suppressions and module calls.

use super::money::Currency;
use super::{RuleInfo, Run, Undecided};
use crate::finding::{Confidence, Finding, Label, Saving, Severity, Subject};
use crate::input::{InputError, Skipped};
use crate::source::{EmbeddedKind, SourceId, SourceMap, Span};

const MAIN: &str = r#"module "train" {
  source        = "./modules/train"
  instance_type = var.big ? "ml.p4d.24xlarge" : null
}
"#;

const TRAIN: &str = r#"resource "aws_sagemaker_training_job" "bert" {
  training_job_name = "bert-large"
  role_arn          = var.role_arn

  resource_config {
    instance_type  = var.instance_type
    instance_count = 2
  }

  enable_managed_spot_training = false

  stopping_condition {
    max_runtime_in_seconds = 432000
  }
}
"#;

const VARIABLES: &str = r#"variable "instance_type" {
  type    = string
  default = "ml.p4d.24xlarge"
}
"#;

const PIPELINE: &str = r#"resource "aws_sagemaker_pipeline" "nightly" {
  pipeline_definition = <<-JSON
    {
      "Steps": [
        {"Type": "Training", "Arguments": {"EnableManagedSpotTraining": false}}
      ]
    }
  JSON
}
"#;

const NETWORK: &str =
    "# Größe: 🦀 klein\r\nresource \"aws_nat_gateway\" \"größe\" { # 🦀🦀\r\n\tsubnet_id = \"subnet-1\"\r\n}\r\n";

const NOTEBOOK: &str = r#"resource "aws_sagemaker_notebook_instance" "lab" {
  count         = var.lab ? 1 : 0
  instance_type = "ml.g5.12xlarge"
  tags          = { token = "s3cr3t-value" }
}
"#;

const STORAGE: &str = r#"resource "aws_s3_bucket" "checkpoints" {
  bucket = "bert-checkpoints"
}

# mlcost-lint: ignore[bucket-without-lifecycle] audit logs stay
resource "aws_s3_bucket" "audit" {
  bucket = "audit"
}
"#;

/// The span of the `nth` (from 0) occurrence of `needle`.
pub fn nth(sources: &SourceMap, id: SourceId, needle: &str, nth: usize) -> Span {
    let source = sources.get(id);
    let (start, found) = source.text.match_indices(needle).nth(nth).unwrap();
    Span::new(id, start..start + found.len())
}

/// A label at the first occurrence of `needle`.
pub fn label(sources: &SourceMap, id: SourceId, needle: &str, text: &str) -> Label {
    Label { span: nth(sources, id, needle, 0), text: text.into(), sensitive: false }
}

/// A warning of high confidence with nothing else set.
pub fn finding(sources: &SourceMap, rule: &str, lever: &str, message: &str, primary: Label, address: &str) -> Finding {
    let source = sources.get(sources.in_file(primary.span).source);
    let native_type = address.rsplit('.').nth(1).unwrap_or_default();
    Finding {
        rule: rule.into(),
        lever: lever.into(),
        severity: Severity::Warning,
        confidence: Confidence::High,
        message: message.into(),
        help: String::new(),
        subject: Subject {
            address: address.into(),
            kind: native_type.trim_start_matches("aws_").trim_start_matches("sagemaker_").into(),
            native_type: native_type.into(),
            provider: "aws".into(),
            region: Some("us-east-1".into()),
            environment: None,
            count: 1,
            also: Vec::new(),
            calls: vec![],
            depth: 0,
            body: Span::new(source.id, 0..source.text.len()),
            group: "".into(),
        },
        primary,
        labels: vec![],
        condition: None,
        under: Vec::new(),
        saving: None,
        label_path: "".into(),
        fingerprint: format!("v1:{:016x}", rule.len() * 7919 + address.len()),
        suppressed: None,
    }
}

fn saving(basis: &str) -> Saving {
    Saving { multiplier: 1, basis: basis.into(), as_of: "2026-09-27".into(), ..Saving::default() }
}

fn training(sources: &SourceMap) -> Vec<Finding> {
    let main = sources.add("main.tf", MAIN);
    let train = sources.add("modules/train/main.tf", TRAIN);
    let variables = sources.add("modules/train/variables.tf", VARIABLES);
    let address = "module.train.aws_sagemaker_training_job.bert";
    let call = label(sources, main, r#"module "train""#, "module.train");

    let at = label(sources, train, "enable_managed_spot_training = false", "turned off here");
    let message = "2 × ml.p4d.24xlarge train on demand for $75.38 an hour";
    let mut spot = finding(sources, "training-without-spot", "spot", message, at, address);
    spot.help =
        "Set enable_managed_spot_training = true, a max_wait_time_in_seconds and a checkpoint_config, so that an \
                 interrupted job goes on where it stopped."
            .into();
    spot.labels = vec![
        label(sources, train, "var.instance_type", "the instance type"),
        label(sources, variables, r#""ml.p4d.24xlarge""#, "default of variable"),
    ];
    (spot.subject.calls, spot.subject.depth) = (vec![call.clone()], 1);
    let money = saving("spot at 31–62 % below on demand in us-east-1");
    spot.saving = Some(Saving { usd_per_hour: Some(36.5), low: Some(23.4), high: Some(46.7), ..money });

    let at = label(sources, train, "432000", "5 days");
    let message = "a stuck run costs up to $9,045 before it is stopped";
    let mut limit = finding(sources, "training-limit-too-long", "compute", message, at, address);
    limit.help = "Set max_runtime_in_seconds to twice the usual duration.".into();
    (limit.subject.calls, limit.subject.depth) = (vec![call], 1);
    limit.saving = Some(Saving { usd_worst_case: Some(7236.48), estimated: true, ..saving("limit of 24 h") });
    vec![spot, limit]
}

fn embedded(sources: &SourceMap) -> Finding {
    let outer = sources.add("pipeline.tf", PIPELINE);
    let start = PIPELINE.find("    {\n").unwrap();
    let end = PIPELINE.find("  JSON\n}").unwrap();
    // The heredoc is written with `<<-`: four columns of each line are indentation.
    let (mut text, mut pieces, mut at) = (String::new(), vec![], start as u32);
    for line in PIPELINE[start..end].split_inclusive('\n') {
        let inner = text.len() as u32;
        text.push_str(&line[4..]);
        pieces.push((inner..text.len() as u32, at + 4..at + line.len() as u32));
        at += line.len() as u32;
    }
    let parent = Span::new(outer, PIPELINE.find("<<-JSON").unwrap()..end + 6);
    let inner = sources.embed(parent, EmbeddedKind::Document, text, pieces);
    let at = label(sources, inner, r#""EnableManagedSpotTraining": false"#, "turned off here");
    let address = "aws_sagemaker_pipeline.nightly";
    finding(sources, "training-without-spot", "spot", "step 0 trains on demand", at, address)
}

fn network(sources: &SourceMap) -> Finding {
    let id = sources.add("network.tf", NETWORK);
    let at = label(sources, id, r#"resource "aws_nat_gateway" "größe""#, "");
    let message = "training data passes a NAT gateway";
    let mut nat = finding(sources, "nat-without-s3-endpoint", "transfer", message, at, "aws_nat_gateway.größe");
    nat.help = "Add a gateway endpoint for S3; it costs nothing.".into();
    nat.labels = vec![label(sources, id, r#""subnet-1""#, "the subnet")];
    nat.severity = Severity::Error;
    nat.saving = Some(Saving { usd_per_month: Some(1234.5), ..saving("27 TB a month at $0.045/GB") });
    nat
}

fn notebook(sources: &SourceMap) -> Finding {
    let id = sources.add("notebook.tf", NOTEBOOK);
    let at = label(sources, id, r#""ml.g5.12xlarge""#, "runs until someone stops it");
    let message = "ml.g5.12xlarge runs around the clock";
    let address = "aws_sagemaker_notebook_instance.lab[0]";
    let mut lab = finding(sources, "notebook-without-idle-stop", "autoscaling", message, at, address);
    lab.confidence = Confidence::Medium;
    lab.help = "Add a lifecycle configuration that stops it when idle.".into();
    lab.labels = vec![Label { sensitive: true, ..label(sources, id, "s3cr3t-value", "value of var.token") }];
    lab.condition = Some("var.lab".into());
    lab.saving = Some(Saving { usd_per_month: Some(3725.0), ..saving("used 40 h a week") });
    lab
}

fn storage(sources: &SourceMap) -> Vec<Finding> {
    let id = sources.add("storage.tf", STORAGE);
    let bucket = |name: &str| {
        let at = label(sources, id, &format!(r#"resource "aws_s3_bucket" "{name}""#), "");
        let message = "checkpoints are kept for ever";
        let address = format!("aws_s3_bucket.{name}");
        let mut bucket = finding(sources, "bucket-without-lifecycle", "storage", message, at, &address);
        bucket.severity = Severity::Note;
        bucket
    };
    let audit = Finding { suppressed: Some("audit logs stay".into()), ..bucket("audit") };
    vec![bucket("checkpoints"), audit]
}

fn rules() -> Vec<RuleInfo> {
    let rule = |name: &str, lever: &str, severity| RuleInfo {
        name: name.into(),
        lever: lever.into(),
        severity,
        summary: format!("Summary of {name}."),
        help: format!("Why and how to fix {name}."),
        url: format!("https://example.org/rules/{name}"),
    };
    vec![
        rule("bucket-without-lifecycle", "storage", Severity::Note),
        rule("nat-without-s3-endpoint", "transfer", Severity::Error),
        rule("notebook-without-idle-stop", "autoscaling", Severity::Warning),
        rule("training-limit-too-long", "compute", Severity::Warning),
        rule("training-without-early-stopping", "experiments", Severity::Warning),
        rule("training-without-spot", "spot", Severity::Warning),
    ]
}

/// The run and its texts.
pub fn run() -> (Run, SourceMap) {
    let sources = SourceMap::new();
    let mut findings = training(&sources);
    findings.push(network(&sources));
    findings.push(notebook(&sources));
    findings.push(embedded(&sources));
    findings.extend(storage(&sources));
    let broken = sources.add("legacy/bröken file.tf", "resource \"a\" {\n  x = [1,\n}\n");
    let undecided = Undecided {
        rule: "training-without-spot".into(),
        span: nth(&sources, findings[0].primary.span.source, "var.role_arn", 0),
        address: "module.train.aws_sagemaker_training_job.bert".into(),
        why: "`var.role_arn` has no default".into(),
        code: "variable_without_default",
    };
    let error = InputError {
        path: "legacy/bröken file.tf".into(),
        span: Some(nth(&sources, broken, "}", 0)),
        code: "syntax-error",
        message: "expected an expression".into(),
    };
    let run = Run {
        findings,
        rules: rules(),
        unknown: vec![undecided],
        errors: vec![error],
        skipped: vec![Skipped { path: "data/big.yaml".into(), reason: "larger than 8 MiB".into() }],
        files: 7,
        resources: 6,
        currency: Currency::default(),
        catalog_as_of: "2026-09-27".into(),
    };
    (run, sources)
}

/// What an output writes for a run.
pub fn emitted(emit: &dyn super::Emit, run: &Run, sources: &SourceMap, view: &super::View) -> String {
    let mut out = Vec::new();
    emit.emit(run, sources, view, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
