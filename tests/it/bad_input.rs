//! Input that is broken or hostile: a clear message or a skip with a reason, soon, and the rest still analysed.

use crate::support::{Ran, json};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A bucket that is always worth a note, to see that the rest is still analysed.
const HEALTHY: &str = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"training-dataset-models\"\n}\n";
/// A limit for hangs, far above what any machine needs.
const SOON: Duration = Duration::from_secs(60);

/// Runs over a folder with one healthy module beside the file under test.
fn run_beside_healthy(prepare: impl FnOnce(&Path)) -> (Ran, Value) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("healthy")).unwrap();
    fs::create_dir_all(folder.path().join("bad")).unwrap();
    fs::write(folder.path().join("healthy/main.tf"), HEALTHY).unwrap();
    prepare(&folder.path().join("bad"));
    let (ran, report) = json(folder.path(), &[]);
    assert!(ran.took < SOON, "took {:?}", ran.took);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let healthy = report["findings"].as_array().unwrap().iter().any(|found| found["path"] == "healthy/main.tf");
    assert!(healthy, "the rest was not analysed: {report:#}");
    (ran, report)
}

fn error_in<'a>(report: &'a Value, path: &str) -> &'a Value {
    report["errors"].as_array().unwrap().iter().find(|error| error["path"] == path).unwrap()
}

#[test]
fn broken_syntax_is_an_error_with_its_place() {
    let (ran, report) = run_beside_healthy(|bad| fs::write(bad.join("main.tf"), "resource {\n  a = = 1\n}\n").unwrap());
    assert_eq!(ran.code, Some(2));
    let error = error_in(&report, "bad/main.tf");
    assert_eq!(error["code"], "syntax-error");
    assert_eq!(error["range"]["start"]["line"], 2, "{error:#}");
}

#[test]
fn invalid_utf8_is_an_error_where_the_format_is_sure() {
    let (ran, report) = run_beside_healthy(|bad| {
        fs::write(bad.join("main.tf"), b"a = \"\xff\"\n").unwrap();
        fs::write(bad.join("data.json"), b"\xff\xfe{\x00}\x00").unwrap();
    });
    assert_eq!(ran.code, Some(2));
    assert_eq!(error_in(&report, "bad/main.tf")["code"], "unreadable-input");
    let skipped = report["skipped"].as_array().unwrap();
    assert!(skipped.iter().any(|file| file["path"] == "bad/data.json"), "{report:#}");
}

#[test]
fn an_empty_file_is_nothing() {
    let (ran, report) = run_beside_healthy(|bad| {
        for name in ["main.tf", "a.yaml", "a.json", "a.template"] {
            fs::write(bad.join(name), "").unwrap();
        }
    });
    assert_ne!(ran.code, Some(2), "{report:#}");
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_and_pipes_are_left_alone() {
    let (ran, _) = run_beside_healthy(|bad| {
        std::os::unix::fs::symlink(bad.join("loop"), bad.join("loop")).unwrap();
        std::os::unix::fs::symlink(bad, bad.join("again")).unwrap();
        std::os::unix::fs::symlink("nowhere.tf", bad.join("dangling.tf")).unwrap();
        assert!(Command::new("mkfifo").arg(bad.join("pipe.tf")).status().unwrap().success());
    });
    assert_ne!(ran.code, Some(2));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.tf");
    fs::write(&path, HEALTHY).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        eprintln!("SKIPPED an_unreadable_file_is_an_error: this user may read everything");
        return;
    }
    let (ran, report) = json(folder.path(), &[]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(error_in(&report, "main.tf")["code"], "unreadable-input");
}

#[test]
fn values_in_a_circle_are_unknown() {
    let (ran, _) = run_beside_healthy(|bad| {
        let text = "locals {\n  a = local.b\n  b = local.a\n}\n\
            resource \"aws_s3_bucket\" \"x\" {\n  bucket = local.a\n  tags = { a = local.b }\n}\n\
            module \"self\" {\n  source = \"./\"\n}\n";
        fs::write(bad.join("main.tf"), text).unwrap();
    });
    assert_ne!(ran.code, Some(2));
}

#[test]
fn an_alias_bomb_costs_nothing() {
    run_beside_healthy(|bad| {
        let mut text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n    Type: AWS::S3::Bucket\n\
            \x20   Properties:\n      Tags: &a0 [x, x, x, x, x, x, x, x, x, x]\nMetadata:\n"
            .to_owned();
        for level in 1..40 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            writeln!(text, "  L{level}: &a{level} [{inner}]").unwrap();
        }
        text.push_str("Outputs:\n  O:\n    Value: *a39\n");
        fs::write(bad.join("bomb.yaml"), text).unwrap();
    });
}

#[test]
fn five_thousand_levels_are_refused_not_climbed() {
    let (_, report) = run_beside_healthy(|bad| {
        let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
        let head = "{\"AWSTemplateFormatVersion\": \"2010-09-09\", \"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\", \"X\": ";
        fs::write(bad.join("deep.json"), format!("{head}{}}}}}}}", deep("[", "]"))).unwrap();
        let yaml = "- ".repeat(5_000);
        fs::write(bad.join("deep.yaml"), format!("AWSTemplateFormatVersion: '2010-09-09'\nX:\n  {yaml}1\n")).unwrap();
        fs::write(bad.join("deep.tf"), format!("locals {{ a = {} }}\n", deep("[", "]"))).unwrap();
        fs::write(bad.join("chain.tf"), format!("locals {{ a = 1{} }}\n", " + 1".repeat(5_000))).unwrap();
        fs::write(bad.join("not.tf"), format!("locals {{ a = {}true }}\n", "!".repeat(5_000))).unwrap();
    });
    for name in ["deep.json", "deep.yaml", "deep.tf"] {
        assert_eq!(error_in(&report, &format!("bad/{name}"))["code"], "syntax-error");
    }
}

#[test]
fn a_line_of_forty_megabytes_is_left_out_by_its_size() {
    let (ran, report) = run_beside_healthy(|bad| {
        let long = "x".repeat(40 << 20);
        fs::write(bad.join("main.tf"), format!("locals {{ a = \"{long}\" }}\n")).unwrap();
    });
    assert_ne!(ran.code, Some(2));
    let skipped = report["skipped"].as_array().unwrap();
    assert!(skipped.iter().any(|file| file["path"] == "bad/main.tf"), "{:#}", report["skipped"]);
}
