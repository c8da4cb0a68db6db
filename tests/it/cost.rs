//! The `cost` command: what things cost, and what a change adds.

use crate::support::run;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// An endpoint on so many machines, a bounded job on spot, a bucket, and a machine that may not exist.
fn code(machines: u32) -> String {
    format!(
        r#"provider "aws" {{
  region = "us-east-1"
}}
variable "lab" {{}}
resource "aws_sagemaker_endpoint_configuration" "e" {{
  tags = {{ Environment = "production" }}
  production_variants {{
    model_name             = "m"
    instance_type          = "ml.p4d.24xlarge"
    initial_instance_count = {machines}
  }}
  production_variants {{
    model_name             = "n"
    instance_type          = "ml.m5.large"
    initial_instance_count = 1
  }}
}}
resource "aws_sagemaker_training_job" "t" {{
  training_job_name = "t"
  resource_config {{
    instance_type  = "ml.g5.xlarge"
    instance_count = 2
  }}
  stopping_condition {{
    max_runtime_in_seconds = 7200
  }}
}}
resource "aws_s3_bucket" "b" {{}}
resource "aws_instance" "lab" {{
  count         = var.lab ? 1 : 0
  instance_type = "g5.xlarge"
}}
resource "aws_instance" "odd" {{
  instance_type = "p9.huge"
}}
"#
    )
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x"];
    let done = Command::new("git").arg("-C").arg(folder).args(identity).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn project(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    fs::write(folder.path().join("main.tf"), text).unwrap();
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "x"]);
    folder
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let ran = run(folder, &[&["cost", "--output", "json"], args].concat());
    assert_eq!(ran.stderr, "", "{args:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Prices of the lists, looked up by hand: ml.p4d.24xlarge 25.2513, ml.m5.large 0.115, ml.g5.xlarge 1.41.
#[test]
fn everything_is_priced_or_named_with_a_reason() {
    let folder = project(&code(1));
    let report = json(folder.path(), &[]);
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 0.01;
    let sums = &report["summary"]["all"];
    assert!(near(&sums["usd_per_month"]["typical"], 730.0 * (25.2513 + 0.115)), "{sums:#}");
    assert!(near(&sums["usd_per_hour"]["typical"], 2.82) && near(&sums["usd_worst_case"]["typical"], 5.64), "{sums:#}");
    assert_eq!(sums["unknown"], 2);
    assert!(near(&report["summary"]["by_environment"]["production"]["usd_per_month"]["high"], 730.0 * 25.3663));
    let reasons: Vec<&str> =
        report["resources"].as_array().unwrap().iter().filter_map(|line| line["unknown"].as_str()).collect();
    assert_eq!(reasons, ["no price is known for `p9.huge`", "how much it holds is not in the code"]);
    let lab = report["resources"].as_array().unwrap().iter().find(|line| !line["condition"].is_null()).unwrap();
    assert!(near(&lab["usd_per_month"]["typical"], 730.0 * 1.006), "{lab:#}");
    let text = run(folder.path(), &["cost"]).stdout;
    for part in ["$18,433 a month", "$2.82/h, up to $5.64 a run", "Not priced", "only where", "2 items without a price"]
    {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let markdown = run(folder.path(), &["cost", "--output", "markdown"]).stdout;
    assert!(markdown.contains("| `aws_s3_bucket.b` (main.tf:"), "{markdown}");
}

#[test]
fn a_change_is_compared_without_a_checkout_and_the_gate_holds() {
    let folder = project(&code(1).replace("ml.p4d.24xlarge", "ml.m5.large"));
    let cost = |args: &[&str]| run(folder.path(), &[&["cost", "--compare", "HEAD"], args].concat());
    assert!(cost(&[]).stdout.starts_with("No change in what always runs"), "{}", cost(&[]).stdout);
    fs::write(folder.path().join("main.tf"), code(1)).unwrap();
    let ran = cost(&[]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout.contains("~ aws_sagemaker_endpoint_configuration.e") && ran.stdout.contains("+$18,349 a month"),
        "{}",
        ran.stdout
    );
    assert_eq!(cost(&["--max-increase", "20000"]).code, Some(0));
    let stopped = cost(&["--max-increase", "500"]);
    assert_eq!(stopped.code, Some(1));
    assert!(stopped.stderr.contains("more than the 500 USD"), "{}", stopped.stderr);
    fs::write(folder.path().join("mlcost-lint.toml"), "cost.max-increase = 500\n").unwrap();
    assert_eq!(cost(&[]).code, Some(1));
    let change = json(folder.path(), &["--compare", "HEAD", "--max-increase", "20000"]);
    assert_eq!(change["changes"].as_array().unwrap().len(), 1);
    assert!((change["usd_per_month"].as_f64().unwrap() - 730.0 * (25.2513 - 0.115)).abs() < 0.01);
    fs::remove_file(folder.path().join("main.tf")).unwrap();
    let gone = cost(&[]);
    assert_eq!(gone.code, Some(0));
    assert!(gone.stdout.contains("- aws_instance.odd") && gone.stdout.contains("to $0"), "{}", gone.stdout);
    let wrong = cost(&["--compare", "nowhere"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
}

#[test]
fn hours_and_discounts_of_the_config_count() {
    let folder = project(&code(1));
    let config = "[prices]\nhours = {production = 100}\ndiscounts = {'ml.*' = 0.5}\nfixed = {'p9.huge' = 1.0}\n";
    fs::write(folder.path().join("mlcost-lint.toml"), config).unwrap();
    let sums = &json(folder.path(), &[])["summary"]["all"];
    let expected = 100.0 * (25.2513 + 0.115) / 2.0 + 730.0;
    assert!((sums["usd_per_month"]["typical"].as_f64().unwrap() - expected).abs() < 0.01, "{sums:#}");
    fs::write(folder.path().join("mlcost-lint.toml"), "[prices]\nhours = {producton = 100}\n").unwrap();
    let wrong = run(folder.path(), &["cost"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("did you mean `production`?"), "{}", wrong.stderr);
}

#[test]
fn another_currency_is_used_wherever_people_read_or_write_amounts() {
    let folder = project(&code(1));
    let config = |text: &str| fs::write(folder.path().join("mlcost-lint.toml"), text).unwrap();
    let before = json(folder.path(), &[]);
    config("prices = {currency = 'eur', rate = 0.5, fixed = {'ml.m5.large' = 2.0}}\ncost.max-increase = 1459\n");
    let text = run(folder.path(), &["cost"]).stdout;
    // 18,433.45 for the p4d at half, and two euros an hour for the other.
    assert!(text.contains("ml.m5.large €2 an hour") && text.contains("€10,677 a month"), "{text}");
    assert!(text.contains("0.5 EUR for a USD") && !text.contains('$'), "{text}");
    let after = json(folder.path(), &[]);
    assert_eq!((&after["currency"]["code"], &before["currency"]["per_usd"]), (&"EUR".into(), &1.0.into()));
    let spot = |document: &Value| document["summary"]["all"]["usd_per_hour"]["typical"].clone();
    assert_eq!(spot(&after), spot(&before));
    let checked = run(folder.path(), &["check", "--notes", "--min-saving", "1"]).stdout;
    assert!(checked.contains('€') && !checked.contains('$'), "{checked}");
    let listed = run(folder.path(), &["catalog", "ml.m5.large", "--max-hourly", "2"]).stdout;
    assert!(listed.contains("EUR/H") && listed.contains("€1,460"), "{listed}");
    let more = "resource \"aws_instance\" \"more\" {\n  instance_type = \"g5.48xlarge\"\n}\n";
    fs::write(folder.path().join("more.tf"), more).unwrap();
    let stopped = run(folder.path(), &["cost", "--compare", "HEAD"]);
    assert!(stopped.stderr.contains("more than the 1459 EUR"), "{}{}", stopped.stdout, stopped.stderr);
    for (wrong, part) in [
        ("currency = 'EUR'", "one USD is in EUR"),
        ("currency = 'Euro', rate = 0.5", "three letters"),
        ("rate = 0.5", "one USD is one USD"),
        ("currency = 'EUR', rate = -1.0", "-1 is no rate"),
    ] {
        config(&format!("prices = {{{wrong}}}\n"));
        for command in ["check", "cost", "catalog"] {
            let ran = run(folder.path(), &[command]);
            assert!(ran.code == Some(2) && ran.stderr.contains(part), "{command} {wrong}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_root_is_priced_with_each_of_its_variables_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    let code = "variable \"count\" {}\nvariable \"type\" {}\nresource \"aws_instance\" \"a\" {\n  count = var.count\n  \
                instance_type = var.type\n}\n";
    fs::write(folder.path().join("main.tf"), code).unwrap();
    fs::write(folder.path().join("dev.tfvars"), "count = 1\ntype = \"g5.xlarge\"\n").unwrap();
    fs::write(folder.path().join("prod.tfvars"), "count = 2\ntype = \"p4d.24xlarge\"\n").unwrap();
    let text = run(folder.path(), &["cost"]).stdout;
    for part in
        ["with dev.tfvars: aws_instance.a[0]", "$734 a month", "development", "production", "A root counts once"]
    {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let costs = json(folder.path(), &[]);
    let month = |sum: &Value| sum["usd_per_month"]["typical"].as_f64().unwrap();
    let (dev, prod) = (730.0 * 1.006, 730.0 * 2.0 * 21.957642);
    assert!((month(&costs["summary"]["all"]) - dev - prod).abs() < 0.01, "{costs:#}");
    assert!((month(&costs["summary"]["by_environment"]["development"]) - dev).abs() < 0.01);
    assert_eq!(costs["resources"][0]["variable_file"], "dev.tfvars");
    let one = json(folder.path(), &["--var-file", "dev.tfvars"]);
    assert!((month(&one["summary"]["all"]) - dev).abs() < 0.01);
}

#[test]
fn fees_and_reserved_blocks_are_priced() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    let code = r#"provider "aws" { region = "us-east-1" }
variable "subnets" { type = list(string) }
resource "aws_nat_gateway" "out" { subnet_id = "s" }
resource "aws_vpc_endpoint" "s3" { vpc_endpoint_type = "Gateway" }
resource "aws_vpc_endpoint" "api" {
  vpc_endpoint_type = "Interface"
  subnet_ids        = ["a", "b"]
}
resource "aws_vpc_endpoint" "open" {
  vpc_endpoint_type = "Interface"
  subnet_ids        = var.subnets
}
resource "aws_instance" "block" {
  instance_type = "p5.48xlarge"
  instance_market_options { market_type = "capacity-block" }
}
"#;
    fs::write(folder.path().join("main.tf"), code).unwrap();
    let text = run(folder.path(), &["cost"]).stdout;
    for part in ["$32.85 a month", "$14.60 a month", "gateway: var.subnets", "$22,951 a month", "in a capacity block"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    assert!(!text.contains("aws_vpc_endpoint.s3"), "gateway endpoints cost nothing: {text}");
}

#[test]
fn a_new_price_list_holds_for_both_sides_of_a_comparison() {
    let folder = project(&code(1));
    let list = "name,region,on_demand,spot,source,as_of\nml.p4d.24xlarge,us-east-1,10,,mine,2026-11-01\n";
    fs::write(folder.path().join("own.csv"), list).unwrap();
    fs::write(folder.path().join("mlcost-lint.toml"), "prices.lists = ['own.csv']\n").unwrap();
    let ran = run(folder.path(), &["cost", "--compare", "HEAD"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    // 730 hours at 10 and at 0.115; the price is not what the change changes.
    assert!(ran.stdout.starts_with("No change in what always runs: $7,384 a month"), "{}", ran.stdout);
}

#[test]
fn what_has_no_price_is_listed_by_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    let buckets = (0..20).map(|at| format!("resource \"aws_s3_bucket\" \"b{at}\" {{}}\n")).collect::<String>();
    fs::write(
        folder.path().join("main.tf"),
        buckets + "resource \"aws_instance\" \"odd\" { instance_type = \"p9.huge\" }\n",
    )
    .unwrap();
    let text = run(folder.path(), &["cost"]).stdout;
    for part in ["aws_s3_bucket.b0 ", "and 15 more, --output json lists them", "no price is known for `p9.huge`"] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    assert_eq!((text.matches("aws_s3_bucket").count(), text.contains("21 resources")), (5, true), "{text}");
    assert_eq!(json(folder.path(), &[])["resources"].as_array().unwrap().len(), 21);
}
