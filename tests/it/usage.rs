//! Measured use: what it makes findings and costs say, and files that cannot be used.

use crate::support::run;
use std::fs;
use tempfile::TempDir;

const CODE: &str = r#"provider "aws" {
  region = "us-east-1"
}
resource "aws_sagemaker_endpoint_configuration" "ranking" {
  name = "ranking-7"
  production_variants {
    variant_name           = "main"
    model_name             = "m"
    instance_type          = "ml.g5.12xlarge"
    initial_instance_count = 2
  }
}
resource "aws_sagemaker_endpoint" "ranking" {
  name                 = "ranking"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.ranking.name
}
"#;

/// Two weeks of an endpoint with four GPUs: 80 of 400 percent.
const MEASURED: &str = r#"{"MetricDataResults": [
  {"Id": "m1", "Label": "ranking/main GPUUtilization", "StatusCode": "Complete", "Values": [80.0, 12.0],
   "Timestamps": ["2026-11-15T00:00:00+00:00", "2026-11-01T00:00:00+00:00"]},
  {"Id": "m2", "Label": "ranking/main GPUMemoryUtilization", "StatusCode": "Complete", "Values": [60.0, 60.0],
   "Timestamps": ["2026-11-15T00:00:00+00:00", "2026-11-01T00:00:00+00:00"]}
], "Messages": []}"#;

fn project(usage: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("main.tf"), CODE).unwrap();
    fs::write(folder.path().join("usage.txt"), usage).unwrap();
    folder
}

#[test]
fn a_measurement_names_the_type_that_holds_it() {
    let folder = project(MEASURED);
    let quiet = run(folder.path(), &["--select", "oversized-gpu-instance"]);
    assert!(quiet.stdout.contains("no findings"), "four are allowed where nothing is measured: {}", quiet.stdout);
    let ran = run(folder.path(), &["--select", "oversized-gpu-instance", "--usage", "usage.txt"]);
    let said = "measured 20 % GPU use, 15 % GPU memory over 14 days; ml.g5.4xlarge holds it at 80 % for $2.03 an hour";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    // Two instances, 7.09 against 2.03 an hour.
    assert!(ran.stdout.contains("saves: $7,388 a month"), "{}", ran.stdout);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
}

#[test]
fn hours_count_in_months_and_names_without_a_resource_are_said() {
    let folder = project("resource,hours_per_month\nml.g5.12xlarge,100\nranking/shadow,20\n");
    fs::write(folder.path().join("mlcost-lint.toml"), "usage.file = 'usage.txt'\n").unwrap();
    let ran = run(folder.path(), &["cost"]);
    assert!(ran.stdout.contains("1 resource: $1,418 a month"), "two at 7.09 for a hundred hours: {}", ran.stdout);
    assert!(
        ran.stderr.contains("warning: the usage file speaks of what is not there: `ranking/shadow`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("100 measured hours a month"), "{}", ran.stdout);
}

#[test]
fn a_broken_file_is_refused_with_the_place() {
    for (usage, place) in [
        ("resource,gpu_percent\nx,150\n", "usage.txt: line 2: gpu_percent: 150 is no percentage"),
        ("[{\"resource\": \"x\",\n \"gpu\": 1}]", "usage.txt: unknown key `gpu`"),
        (
            "{\"MetricDataResults\": [{\"Label\": \"GPUUtilization\"}]}",
            "usage.txt: series ``, `GPUUtilization`: the label",
        ),
    ] {
        let folder = project(usage);
        for command in ["check", "cost"] {
            let ran = run(folder.path(), &[command, "--usage", "usage.txt"]);
            assert!(ran.code == Some(2) && ran.stderr.contains(place), "{command}: {}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    }
    let missing = run(project("").path(), &["--usage", "none.csv"]);
    assert!(missing.code == Some(2) && missing.stderr.contains("none.csv: no such file"), "{}", missing.stderr);
}

#[test]
fn the_most_exact_name_counts() {
    let usage = "resource,hours_per_month\naws_instance.a,100\naws_instance.a[1],10\ng5.xlarge,1\n";
    let folder = project(usage);
    let code = "resource \"aws_instance\" \"a\" {\n  count = 3\n  instance_type = \"g5.xlarge\"\n}\n\
                resource \"aws_instance\" \"b\" {\n  instance_type = \"g5.xlarge\"\n}\n";
    fs::write(folder.path().join("main.tf"), code).unwrap();
    let text = run(folder.path(), &["cost", "--usage", "usage.txt"]).stdout;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // 1.006 an hour: twice a hundred hours, once ten, and one of the other machine.
    for part in
        ["a[0] $101 a month", "a[1] $10.06 a month", "aws_instance.b $1.01 a month", "4 resources: $212 a month"]
    {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}
