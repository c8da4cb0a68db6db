//! The GitHub action as a runner executes it: the steps of `action.yml` under bash, with the runner's files.
//!
//! `cargo` and `curl` are stand-ins: what is tried is the action, not a build or a download.

mod job;

use job::{CURL_FAILS, Job};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const RULE: &str = "[bucket-without-lifecycle]";
const WASTE: &str = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"acme-training-dataset\"\n}\n";
/// Answers with an archive that holds the built command.
const CURL_WORKS: &str = "#!/bin/bash\necho \"curl $*\" >>\"$LOG\"\n\
                          exec tar -czf - -C \"$(dirname \"$BUILT\")\" mlcost-lint\n";
/// Answers with an archive whose command does not run on this machine.
const CURL_FOREIGN: &str = "#!/bin/bash\necho \"curl $*\" >>\"$LOG\"\ncd \"$(mktemp -d)\"\nprintf '#!/bin/false\\n' \
                            >mlcost-lint && chmod +x mlcost-lint && exec tar -czf - mlcost-lint\n";

fn results(sarif: &Value) -> Vec<&str> {
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    results
        .map(|found| found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect()
}

#[test]
fn findings_annotate_are_reported_and_fail_the_job_last() {
    let mut job = Job::new(&[]).file("infra/main.tf", WASTE);
    let done = job.run();
    assert!(done.stdout.contains("::warning file=infra/main.tf,line=2,"), "{}", done.stdout);
    assert_eq!(job.output("exit-code"), "1");
    assert_eq!((done.steps["Lint"], done.steps["Fail on findings"]), (0, 1));
    assert_eq!(results(&job.sarif()), ["infra/main.tf"]);
    assert!(done.summary.starts_with("### mlcost-lint\n"), "{}", done.summary);
    assert!(done.summary.contains(&format!("infra/main.tf:2:12: warning{RULE}")), "{}", done.summary);
}

#[test]
fn a_clean_project_passes() {
    let mut job = Job::new(&[]).file("infra/main.tf", "variable \"region\" {}\n");
    let done = job.run();
    assert_eq!(job.output("exit-code"), "0", "{}", done.stdout);
    assert!(!done.steps.contains_key("Fail on findings") && !done.stdout.contains("::"), "{}", done.stdout);
    assert!(results(&job.sarif()).is_empty());
}

#[test]
fn paths_are_separated_by_spaces_or_lines() {
    for (paths, expected) in [
        ("one two", vec!["one/main.tf", "two/main.tf"]),
        ("my infra\n", vec!["my%20infra/main.tf"]),
        ("\nmy infra\n\none\n", vec!["my%20infra/main.tf", "one/main.tf"]),
        ("*", vec![]),
        (" ", vec!["my%20infra/main.tf", "one/main.tf", "two/main.tf"]),
    ] {
        let mut job = Job::new(&[("paths", paths)]);
        for folder in ["one", "two", "my infra"] {
            job = job.file(&format!("{folder}/main.tf"), WASTE);
        }
        let done = job.run();
        if expected.is_empty() {
            assert_eq!(job.output("exit-code"), "2", "{paths:?} is a path, not a pattern: {}", done.stdout);
        } else {
            assert_eq!(results(&job.sarif()), expected, "{paths:?}: {}", done.stdout);
        }
    }
}

#[test]
fn further_arguments_stand_one_a_line() {
    let mut job = Job::new(&[("args", "--exclude\nmy infra/**\n--ignore\nspot")]);
    job = job.file("my infra/main.tf", WASTE).file("main.tf", WASTE);
    let done = job.run();
    assert_eq!(results(&job.sarif()), ["main.tf"], "{}", done.stdout);
}

#[test]
fn the_config_says_what_fails_unless_the_input_does() {
    let config = "fail-on = \"error\"\n";
    for (fail_on, code) in [("", "0"), ("warning", "1"), ("never", "0")] {
        let mut job = Job::new(&[("fail-on", fail_on), ("config", "ci/my config.toml")]);
        job = job.file("main.tf", WASTE).file("ci/my config.toml", config);
        let done = job.run();
        assert_eq!(job.output("exit-code"), code, "{fail_on:?}: {}", done.stdout);
    }
}

#[test]
fn a_broken_config_fails_the_job_with_2_and_uploads_nothing() {
    let mut job = Job::new(&[("upload-sarif", "true")]).file("main.tf", WASTE);
    job.run();
    assert!(job.uploads());
    // The same job lints again: the first report must not be taken for the second's.
    job.context.retain(|name, _| !name.starts_with("steps."));
    job = job.file("mlcost-lint.toml", "fail-on = [\n");
    let done = job.run();
    assert_eq!((job.output("exit-code").as_str(), done.steps["Fail on findings"]), ("2", 2), "{}", done.stdout);
    assert_eq!(job.output("sarif"), "");
    assert!(!job.uploads());
    assert!(done.summary.contains("could not be started"), "{}", done.summary);
}

#[test]
fn a_fork_uploads_nothing() {
    let head = "github.event.pull_request.head.repo.full_name";
    let mut job = Job::new(&[("upload-sarif", "true")]).file("main.tf", WASTE);
    job.run();
    assert!(job.uploads());
    job.set("github.event_name", "pull_request");
    for (repository, uploads) in [("acme/models", true), ("stranger/models", false), ("", false)] {
        job.set(head, repository);
        assert_eq!(job.uploads(), uploads, "{repository:?}");
    }
    job.set(head, "acme/models");
    job.set("inputs.upload-sarif", "false");
    assert!(!job.uploads());
}

#[test]
fn a_version_takes_its_release_binary() {
    let mut job = Job::new(&[]).file("main.tf", WASTE);
    job.set("github.action_ref", "v1.2.3");
    job.tool("curl", CURL_WORKS);
    let done = job.run();
    let log = job.runner_file("log");
    let url =
        "https://github.com/acme/mlcost-lint/releases/download/v1.2.3/mlcost-lint-x86_64-unknown-linux-musl.tar.gz";
    assert!(log.contains(url) && !log.contains("cargo"), "{log}");
    assert_eq!(job.output("exit-code"), "1", "{}", done.stdout);
}

#[test]
fn without_a_release_binary_it_is_built() {
    for (version, repository, curl, asked) in [
        ("main", "acme/mlcost-lint", CURL_WORKS, false),
        ("v1", "", CURL_WORKS, false),
        ("v1", "acme/mlcost-lint", CURL_FAILS, true),
        ("v1", "acme/mlcost-lint", CURL_FOREIGN, true),
    ] {
        let mut job = Job::new(&[]).file("main.tf", WASTE);
        job.set("github.action_ref", version);
        job.set("github.action_repository", repository);
        job.tool("curl", curl);
        let done = job.run();
        let log = job.runner_file("log");
        assert_eq!(log.contains("curl"), asked, "{log}");
        assert!(log.contains(&format!("--path {}", env!("CARGO_MANIFEST_DIR"))), "{log}");
        assert_eq!(job.output("exit-code"), "1", "{}", done.stdout);
    }
}

#[test]
fn where_nothing_can_be_installed_the_job_fails_once() {
    let mut job = Job::new(&[]).file("main.tf", WASTE);
    job.tool("cargo", "#!/bin/bash\nexit 101\n");
    let done = job.run();
    assert_eq!(done.steps, BTreeMap::from([("Get the binary".to_owned(), 101)]), "{}", done.stdout);
}

/// Binaries are fetched under the names under which they are published.
#[test]
fn every_platform_that_is_asked_for_is_released() {
    let targets = |file: &str, marker: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let named = text.lines().filter_map(|line| line.split_once(marker));
        named.map(|(_, rest)| rest.split([',', ' ']).next().unwrap().to_owned()).collect()
    };
    let asked = targets("action/install.sh", "target=");
    assert!(asked.len() > 3, "{asked:?}");
    assert_eq!(asked, targets(".github/workflows/release.yml", "{ target: "));
}
