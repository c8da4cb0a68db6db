//! The behaviour of the command: exit codes, outputs, paths, settings.

use crate::support::{Ran, command, json, run};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

/// A job that is always worth a warning, for one reason.
const JOB: &str = r#"resource "aws_sagemaker_training_job" "bert" {
  training_job_name = "bert"
  resource_config {
    instance_type  = "ml.p4d.24xlarge"
    instance_count = 2
  }
  stopping_condition {
    max_runtime_in_seconds = 3600
  }
}
"#;
/// Nothing to say about it.
const QUIET: &str = "variable \"x\" {}\n";
const BROKEN: &str = "resource {\n  a = = 1\n}\n";
const RULE: &str = "training-without-spot";

/// A project of these files, with a root of its own.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, text) in files {
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    folder
}

fn concise(folder: &Path, args: &[&str]) -> Ran {
    let args: Vec<&str> = ["--output", "concise"].into_iter().chain(args.iter().copied()).collect();
    run(folder, &args)
}

fn with_env(folder: &Path, variables: &[(&str, &str)]) -> String {
    let output = command(folder).envs(variables.iter().copied()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// (path, rule, severity) of what counts, for the rule in question and for suppressions.
fn found(report: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let active = report["findings"].as_array().unwrap().iter().filter(|finding| finding["suppressed"].is_null());
    let active = active.filter(|one| one["rule"] == RULE || one["lever"] == "suppressions");
    active.map(|one| (text(one, "path"), text(one, "rule"), text(one, "severity"))).collect()
}

#[test]
fn exit_codes_say_how_it_ended() {
    let clean = project(&[("main.tf", QUIET)]);
    assert_eq!(run(clean.path(), &[]).code, Some(0));
    let wasteful = project(&[("main.tf", JOB)]);
    assert_eq!(run(wasteful.path(), &[]).code, Some(1));
    assert_eq!(run(wasteful.path(), &["check", "."]).code, Some(1));
    assert_eq!(run(wasteful.path(), &["--fail-on", "error"]).code, Some(0));
    let broken = project(&[("a/main.tf", JOB), ("b/main.tf", BROKEN)]);
    let ran = concise(broken.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stdout.contains(RULE) && ran.stdout.contains("b/main.tf:2"), "{}", ran.stdout);
    assert_eq!(run(broken.path(), &["--keep-going"]).code, Some(1));
    assert_eq!(run(broken.path(), &["--keep-going", "b"]).code, Some(0));
}

#[test]
fn mistakes_on_the_command_line_are_named_and_exit_2() {
    let folder = project(&[("main.tf", JOB)]);
    let complains = |args: &[&str], about: &str| {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.stderr.contains(about), "{args:?}: {}", ran.stderr);
    };
    complains(&["--select", "trainig-without-spot"], "did you mean `training-without-spot`?");
    complains(&["nowhere"], "nowhere: ");
    complains(&["--output", "xml"], "unknown output `xml`; known: pretty, concise, json, jsonl, sarif, github");
    complains(&["--output", "json", "--output", "concise"], "only one output");
    complains(&["--nothing"], "--nothing");
    complains(&["explain", "trainig-without-spot"], "did you mean `training-without-spot`?");
    complains(&["kinds", "buckt"], "did you mean `bucket`?");
    complains(&["test-rules", "."], "no rule files");
}

#[test]
fn several_outputs_go_to_several_places() {
    let folder = project(&[("main.tf", JOB)]);
    let ran = concise(folder.path(), &["--output", "sarif=out.sarif"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains(&format!("main.tf:1:1: warning[{RULE}]")), "{}", ran.stdout);
    let sarif = fs::File::open(folder.path().join("out.sarif")).unwrap();
    let sarif: Value = serde_json::from_reader(sarif).unwrap();
    assert!(sarif["runs"][0]["results"].as_array().unwrap().iter().any(|result| result["ruleId"] == RULE));
}

#[test]
fn standard_input_is_judged_inside_its_project() {
    let variables = "variable \"type\" {\n  default = \"ml.p4d.24xlarge\"\n}\n";
    let folder = project(&[("job/variables.tf", variables), ("job/main.tf", QUIET)]);
    let mut child = command(folder.path())
        .args(["--output", "concise", "--stdin-filename", "job/main.tf"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = JOB.replace("\"ml.p4d.24xlarge\"", "var.type");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains(&format!("job/main.tf:1:1: warning[{RULE}] 2 × ml.p4d.24xlarge")), "{printed}");
}

#[test]
fn a_named_file_limits_what_is_reported_not_what_is_read() {
    let variables = "variable \"type\" {\n  default = \"ml.p4d.24xlarge\"\n}\n";
    let job = JOB.replace("\"ml.p4d.24xlarge\"", "var.type");
    let folder = project(&[("a/main.tf", &job), ("a/variables.tf", variables), ("b/main.tf", JOB)]);
    let (_, whole) = json(folder.path(), &[]);
    assert_eq!(found(&whole).len(), 2);
    let (_, one) = json(folder.path(), &["a/main.tf"]);
    assert_eq!(found(&one), [("a/main.tf".to_owned(), RULE.to_owned(), "warning".to_owned())]);
    assert!(one["findings"][0]["message"].as_str().unwrap().contains("ml.p4d.24xlarge"), "the variable is not read");
}

#[test]
fn the_environment_decides_on_colour_and_on_github() {
    let folder = project(&[("main.tf", JOB)]);
    let is_coloured = |variables: &[(&str, &str)]| with_env(folder.path(), variables).contains('\u{1b}');
    assert!(!is_coloured(&[]), "standard output is no terminal");
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_coloured(&[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")]));
    assert!(with_env(folder.path(), &[("GITHUB_ACTIONS", "true")]).starts_with("::warning "));
    assert!(!with_env(folder.path(), &[("GITHUB_ACTIONS", "false")]).contains("::warning"));
}

#[test]
fn the_config_leaves_out_rules_and_sets_severities() {
    let severity = format!("[rules.{RULE}]\nseverity = 'error'\n");
    let folder = project(&[("main.tf", JOB), ("mlcost-lint.toml", &severity)]);
    let (_, report) = json(folder.path(), &[]);
    assert_eq!(found(&report), [("main.tf".to_owned(), RULE.to_owned(), "error".to_owned())]);
    let (_, plain) = json(folder.path(), &["--no-config"]);
    assert_eq!(found(&plain)[0].2, "warning");
    let ignoring = project(&[("main.tf", JOB), ("pyproject.toml", "[tool.mlcost-lint]\nignore = ['spot']\n")]);
    assert_eq!(run(ignoring.path(), &[]).code, Some(0));
    let wrong = project(&[("main.tf", JOB), ("mlcost-lint.toml", "\nignroe = []\n")]);
    let ran = run(wrong.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("mlcost-lint.toml:2: unknown key `ignroe`; did you mean `ignore`?"), "{}", ran.stderr);
}

#[test]
fn comments_ignore_findings_with_a_reason_and_unused_ones_are_reported() {
    let above = |comment: &str| project(&[("main.tf", &format!("{comment}\n{JOB}"))]);
    let ignored = above(&format!("# mlcost-lint: ignore[{RULE}] ends with a deadline"));
    let (ran, report) = json(ignored.path(), &[]);
    assert_eq!((ran.code, found(&report)), (Some(0), Vec::new()));
    assert_eq!(report["findings"][0]["suppressed"], "ends with a deadline");
    let without_reason = above(&format!("# mlcost-lint: ignore[{RULE}]"));
    assert_eq!(run(without_reason.path(), &[]).code, Some(1));
    let unused = project(&[("main.tf", &format!("# mlcost-lint: ignore[{RULE}] was here once\n{QUIET}"))]);
    let (ran, report) = json(unused.path(), &[]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(found(&report)[0].1, "unused-suppression");
}

#[test]
fn rules_of_the_project_are_listed_and_a_closed_pipe_is_no_error() {
    let folder = project(&[]);
    let table = run(folder.path(), &["rules"]);
    assert!(table.stdout.lines().any(|line| line.starts_with(RULE)), "{}", table.stdout);
    let listed: Value = serde_json::from_str(&run(folder.path(), &["rules", "--json"]).stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), table.stdout.lines().count() - 1);
    let mut child =
        command(folder.path()).args(["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn an_explanation_says_what_the_rule_file_says() {
    let folder = project(&[]);
    let ran = run(folder.path(), &["explain", RULE]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for part in ["lever       spot", "What to do", "USD for each hour it runs.", "Blind spots", "min_hourly_usd = 1"] {
        assert!(ran.stdout.contains(part), "no `{part}` in\n{}", ran.stdout);
    }
    assert!(run(folder.path(), &["explain", "unused-suppression"]).stdout.contains("ignores what is not reported"));
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 130), "{}", ran.stdout);
}

#[test]
fn metadata_of_a_template_ignores_findings_on_its_resource_only() {
    let template = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n    Type: AWS::SageMaker::TrainingJob\n    \
        Metadata:\n      mlcost-lint:\n        ignore:\n          - {rule: training-without-spot, reason: short trial}\n    \
        Properties: {ResourceConfig: {InstanceType: ml.p4d.24xlarge, InstanceCount: 1}}\n  \
        B:\n    Type: AWS::SageMaker::TrainingJob\n    \
        Properties: {ResourceConfig: {InstanceType: ml.p4d.24xlarge, InstanceCount: 1}}\n";
    let folder = project(&[("template.yaml", template)]);
    let (_, report) = json(folder.path(), &[]);
    let spot = report["findings"].as_array().unwrap().iter().filter(|found| found["rule"] == "training-without-spot");
    let reasons: Vec<&Value> = spot.map(|found| &found["suppressed"]).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons[0].to_string().contains("short trial") && reasons[1].is_null(), "{reasons:?}");
    assert!(!report.to_string().contains("unused-suppression"));
}

#[test]
fn formats_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "launch.sh",
        "aws sagemaker create-notebook-instance --notebook-instance-name a --instance-type ml.p3.2xlarge\n",
    );
    assert_eq!(run(folder.path(), &["check"]).code, Some(1));
    write("mlcost-lint.toml", "skip-formats = [\"shell\"]\n");
    assert_eq!(run(folder.path(), &["check"]).code, Some(0));
    write("mlcost-lint.toml", "skip-formats = [\"shel\"]\n");
    let wrong = run(folder.path(), &["check"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("did you mean `shell`?"), "{}", wrong.stderr);
}
