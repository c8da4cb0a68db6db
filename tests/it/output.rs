//! What the page about output says, held against what is printed; and the progress bar, which only terminals see.

use crate::support::{json, repository, run, text};
use std::collections::BTreeSet;

const PAGE: &str = "docs/output.md";

/// What stands between backticks at the start of each row of the page's tables.
fn first_cells(page: &str) -> BTreeSet<&str> {
    page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn the_page_names_every_format_and_key() {
    let page = text(PAGE);
    let folder = repository().join("testdata/showcase");
    let refused = run(&folder, &["--output", "nope"]).stderr;
    let known = refused.rsplit("known: ").next().unwrap().trim();
    assert_eq!(first_cells(&page), known.split(", ").collect());

    let (ran, document) = json(&folder, &["jobs"]);
    let keys = page.split("Top-level keys: ").nth(1).unwrap().split('.').next().unwrap();
    let stated: BTreeSet<&str> = keys.split('`').skip(1).step_by(2).collect();
    assert_eq!(stated, document.as_object().unwrap().keys().map(String::as_str).collect());
    assert_eq!(document["schema_version"], 1);
    assert_eq!(ran.code, Some(1));

    let lines = run(&folder, &["--output", "jsonl", "."]).stdout;
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let kind = format!("`{}`", line["type"].as_str().unwrap());
        assert!(page.contains(&kind), "{PAGE} does not name {kind}");
    }
}

#[test]
fn docs_examples_are_what_is_printed() {
    let page = text(PAGE);
    let examples: Vec<&str> =
        page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(!examples.is_empty());
    let mut true_page = page.clone();
    for example in examples {
        let (prompt, shown) = example.split_once('\n').unwrap();
        let arguments: Vec<&str> = prompt.strip_prefix("$ mlcost-lint ").unwrap().split(' ').collect();
        let printed = run(&repository().join("testdata/showcase"), &arguments).stdout;
        true_page = true_page.replace(shown, &printed);
    }
    if std::env::var_os("MLCOST_LINT_BLESS").is_some() {
        std::fs::write(repository().join(PAGE), &true_page).unwrap();
    }
    assert_eq!(text(PAGE), true_page);
}

/// Through a pseudo-terminal, over a project that takes well over a second to read without optimization.
#[cfg(target_os = "linux")]
#[test]
fn a_bar_shows_on_a_terminal_and_goes_when_the_run_ends() {
    use std::fmt::Write as _;
    use std::process::Command;
    use std::time::{Duration, Instant};

    let folder = tempfile::tempdir().unwrap();
    for root in 0..150 {
        let mut code = String::new();
        for n in 0..60 {
            writeln!(code, "resource \"aws_s3_bucket\" \"b{n}\" {{\n  bucket = \"training-dataset-{root}-{n}\"\n}}")
                .unwrap();
        }
        let root = folder.path().join(root.to_string());
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("main.tf"), code).unwrap();
    }
    let in_terminal = |arguments: &str| {
        let started = Instant::now();
        let run = format!("{} --output json=/dev/null {arguments}", env!("CARGO_BIN_EXE_mlcost-lint"));
        let output = Command::new("script").args(["-qec", &run, "/dev/null"]).current_dir(&folder).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), started.elapsed())
    };
    let (seen, took) = in_terminal(".");
    // A machine that is faster than the bar's patience shows none.
    if took > Duration::from_secs(2) {
        assert!(seen.contains("/150 files"), "{seen:?} after {took:?}");
    }
    assert_eq!(seen.contains("/150 files"), !seen.is_empty(), "{seen:?}");
    assert!(seen.is_empty() || seen.ends_with("\r\u{1b}[K"), "the bar is wiped away: {seen:?}");
    let short = in_terminal("--exclude '*/'").0;
    assert!(!short.contains("files"), "a short run shows none: {short:?}");
}
