//! The documentation is true: generated pages are those on disk, and what pages show works as shown.

use crate::support::{json, run};
use mlcost_lint::{config::Config, docs, engine, files::Nothing, rules::set::RuleSet, source::SourceMap};

use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "the repository's own pages")]
fn page(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_default()
}

fn rules() -> RuleSet {
    let sources = SourceMap::new();
    let kinds = engine::kinds(&sources).unwrap();
    engine::whole_rules(&sources, &kinds, &Nothing, &Config::default()).unwrap()
}

/// The fenced blocks of a page whose info string is `info`.
fn blocks(page: &str, info: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(found) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if found == info {
                blocks.push(block.join("\n") + "\n");
            }
        }
    }
    blocks
}

#[test]
#[expect(clippy::disallowed_methods, reason = "pages of rules that are gone")]
fn generated_pages_are_up_to_date() {
    let pages = docs::pages(&rules(), &engine::kinds(&SourceMap::new()).unwrap());
    let bless = std::env::var_os("MLCOST_LINT_BLESS").is_some();
    let known: BTreeSet<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
    let mut stale: Vec<String> = Vec::new();
    for entry in fs::read_dir(repository().join(docs::RULE_PAGES)).into_iter().flatten().flatten() {
        let path = format!("{}/{}", docs::RULE_PAGES, entry.file_name().to_string_lossy());
        if !known.contains(path.as_str()) {
            if bless {
                fs::remove_file(entry.path()).unwrap();
            } else {
                stale.push(path);
            }
        }
    }
    for (path, text) in &pages {
        if page(path) == *text {
            continue;
        }
        if bless {
            let full = repository().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        } else {
            stale.push(path.clone());
        }
    }
    assert!(stale.is_empty(), "stale, `just docs` renews them:\n{}", stale.join("\n"));
}

#[test]
fn the_rule_of_the_guide_works_as_shown() {
    let guide = page("docs/write-a-rule.md");
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    };
    let rule = &blocks(&guide, "yaml")[0];
    write("policies/compute/notebook-above-house-limit.yaml", rule);
    let tested = run(folder.path(), &["test-rules", "policies"]);
    assert_eq!((tested.code, tested.stderr.as_str()), (Some(0), ""));
    let console = &blocks(&guide, "console")[0];
    assert_eq!(tested.stdout, console.split_once('\n').unwrap().1, "the guide shows something else");
    write("mlcost-lint.toml", &blocks(&guide, "toml")[0]);
    write(
        "main.tf",
        "resource \"aws_sagemaker_notebook_instance\" \"lab\" {\n  name = \"lab\"\n  instance_type = \"ml.p3.8xlarge\"\n}\n",
    );
    let (ran, report) = json(folder.path(), &["--select", "notebook-above-house-limit"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let finding = &report["findings"][0];
    assert_eq!((&finding["lever"], &finding["range"]["start"]["line"]), (&"compute".into(), &1.into()));
    assert!(finding["saving"]["usd_per_month"].as_f64().is_some_and(|usd| usd > 0.0), "{finding:#}");
    let explained = run(folder.path(), &["explain", "notebook-above-house-limit"]);
    assert!(explained.stdout.contains("Notebooks idle most of the day."), "{}", explained.stderr);
    write("policies/compute/notebook-above-house-limit.yaml", &rule.replace("hourly(r) >", "hourley(r) >"));
    let mistaken = run(folder.path(), &["test-rules", "policies"]);
    assert_eq!(mistaken.code, Some(1));
    let place = "policies/compute/notebook-above-house-limit.yaml:7:7: ";
    assert!(
        mistaken.stdout.contains(place) && mistaken.stdout.contains("did you mean `hourly`?"),
        "{}",
        mistaken.stdout
    );
}

#[test]
fn the_configuration_page_has_every_key_and_parses() {
    let shown = &blocks(&page("docs/configuration.md"), "toml")[0];
    let config: Config = toml::from_str(shown).unwrap();
    let set = engine::rules(
        &SourceMap::new(),
        &engine::kinds(&SourceMap::new()).unwrap(),
        &Nothing,
        &Config { ignore: Vec::new(), ..config },
    );
    assert!(set.is_ok(), "{:?}", set.err());
    let value: Value = toml::from_str(shown).unwrap();
    let schema = docs::schema::schema(&rules());
    jsonschema::validate(&schema, &value).unwrap();
    for (key, _) in schema["properties"].as_object().unwrap() {
        assert!(value.get(key).is_some(), "`{key}` is not shown");
    }
    for (list, _) in schema["properties"]["words"]["properties"].as_object().unwrap() {
        assert!(value["words"].get(list).is_some(), "the list `{list}` is not shown");
    }
    let wrong: Value = toml::from_str("[rules.training-without-spot]\nmin_hourly_usd = 'two'").unwrap();
    assert!(!jsonschema::is_valid(&schema, &wrong));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the repository's own rules")]
fn the_schemas_hold_for_every_rule_and_kind() {
    let kinds = engine::kinds(&SourceMap::new()).unwrap();
    let (rule, kind) = (docs::authoring::rule(&kinds), docs::authoring::kind(&kinds));
    let read = |path: PathBuf| serde_yaml::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap();
    let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut seen = [0, 0];
    for file in
        below(repository().join("rules")).flat_map(below).filter(|path| path.extension() == Some("yaml".as_ref()))
    {
        let folder = file.parent().and_then(|folder| folder.file_name()).unwrap().to_str().unwrap();
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let (schema, at) = match folder {
            "calls" => continue,
            "kinds" if ["records", "documents"].contains(&stem) => continue,
            "kinds" => (&kind, 0),
            _ => (&rule, 1),
        };
        jsonschema::validate(schema, &read(file.clone())).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        seen[at] += 1;
    }
    assert!(seen[0] > 40 && seen[1] > 40, "{seen:?}");
    let mut guide: Value = serde_yaml::from_str(&blocks(&page("docs/write-a-rule.md"), "yaml")[0]).unwrap();
    jsonschema::validate(&rule, &guide).unwrap();
    guide["kinds"] = serde_json::json!(["notebok"]);
    assert!(!jsonschema::is_valid(&rule, &guide));
}

/// What an editor makes of a line of `concise`.
#[derive(PartialEq, Eq, Debug)]
struct Problem {
    file: String,
    line: u64,
    column: u64,
    severity: String,
    code: String,
    message: String,
}

/// The findings of the showcase as JSON has them, and as `concise` prints them.
fn showcase() -> (Vec<Problem>, String) {
    let (_, report) = json(&repository(), &["--notes", "testdata/showcase"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problem = |finding: &Value| Problem {
        file: text(&finding["path"]),
        line: finding["range"]["start"]["line"].as_u64().unwrap(),
        column: finding["range"]["start"]["column"].as_u64().unwrap(),
        severity: text(&finding["severity"]),
        code: text(&finding["rule"]),
        message: text(&finding["message"]),
    };
    let active = report["findings"].as_array().unwrap().iter().filter(|finding| finding["suppressed"].is_null());
    let problems: Vec<Problem> = active.map(problem).collect();
    assert!(problems.len() > 2, "the showcase shows little");
    (problems, run(&repository(), &["--output", "concise", "--notes", "testdata/showcase"]).stdout)
}

#[test]
fn the_problem_matcher_for_vs_code_reads_concise_output() {
    let tasks: Value = serde_json::from_str(&blocks(&page("docs/editors.md"), "json")[0]).unwrap();
    let pattern = &tasks["tasks"][0]["problemMatcher"]["pattern"];
    let regex = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
    let (expected, printed) = showcase();
    let read = |line: &str| {
        let found = regex.captures(line)?;
        let group = |name: &str| found[pattern[name].as_u64().unwrap() as usize].to_owned();
        Some(Problem {
            file: group("file"),
            line: group("line").parse().unwrap(),
            column: group("column").parse().unwrap(),
            severity: group("severity"),
            code: group("code"),
            message: group("message"),
        })
    };
    assert_eq!(printed.lines().filter_map(read).collect::<Vec<_>>(), expected);
}

#[test]
fn the_errorformat_for_vim_reads_concise_output() {
    let shown = &blocks(&page("docs/editors.md"), "vim")[0];
    let (_, rest) = shown.split_once("errorformat = '").unwrap();
    let (format, other) = rest.split_once(',').unwrap();
    assert!(other.starts_with("%-G%.%#'"), "other lines must be left out");
    // The items of `:help errorformat` that are used, as a regular expression.
    let items = [
        ("%f", r"(?<file>.+?)"),
        ("%l", r"(?<line>\d+)"),
        ("%c", r"(?<column>\d+)"),
        ("%t", "(?<kind>.)"),
        (r"%\*\[a\-z\]", "[a-z]+"),
        ("%m", "(?<message>.+)"),
    ];
    let pattern = items.iter().fold(regex::escape(format), |text, (item, regex)| text.replace(item, regex));
    assert!(!pattern.contains('%'), "{pattern}");
    let regex = Regex::new(&format!("^{pattern}$")).unwrap();
    let (expected, printed) = showcase();
    let read = |line: &str| {
        let found = regex.captures(line)?;
        Some(["file", "line", "column", "kind", "message"].map(|name| found[name].to_owned()))
    };
    let expected: Vec<[String; 5]> = expected
        .into_iter()
        .map(|one| {
            let message = format!("[{}] {}", one.code, one.message);
            [one.file, one.line.to_string(), one.column.to_string(), one.severity[..1].to_owned(), message]
        })
        .collect();
    assert_eq!(printed.lines().filter_map(read).collect::<Vec<_>>(), expected);
}
