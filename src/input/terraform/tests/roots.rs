//! Variables and repetition against what Terraform made of them; see `tests/terraform/record_roots.py`.

use super::console::{folder, printed, untyped, within_files};
use super::read_with;
use crate::files::{Nothing, Overlay};
use crate::input::{Given, Options};
use crate::model::value::{Attr, Value};
use serde_json::Value as Json;
use std::path::Path;
use std::sync::Arc;

#[expect(clippy::disallowed_methods, reason = "recorded truth is not under analysis")]
fn lines(name: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The options that a command line and an environment make.
fn options(case: &Json) -> Options {
    let mut options = Options::default();
    for argument in case["args"].as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()) {
        if let Some(path) = argument.strip_prefix("-var-file=") {
            options.variable_files.push(path.to_owned());
        } else if let Some((name, text)) = argument.strip_prefix("-var=").and_then(|given| given.split_once('=')) {
            let given = Given { text: text.to_owned(), after_files: options.variable_files.len() };
            options.variables.insert(name.to_owned(), given);
        }
    }
    for (name, text) in case["env"].as_object().unwrap() {
        options.environment.insert(name.clone(), text.as_str().unwrap().to_owned());
    }
    options
}

#[test]
fn variables_are_what_terraform_makes_of_them() {
    let cases = lines("variables.jsonl");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in &cases {
        // What Terraform refuses is not deployed.
        let Some(wanted) = case["v"].as_str() else { continue };
        let files = case["files"].as_object().unwrap();
        let paths: Vec<&str> = files.keys().map(String::as_str).collect();
        let texts = files.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str().unwrap())));
        let overlay = Overlay::new(Nothing, texts.collect::<Vec<_>>());
        let found = within_files(&overlay, &paths, &options(case), |eval| eval("var.x").as_ref().and_then(printed));
        compared += 1;
        if found.as_deref() != Some(&*untyped(wanted)) {
            wrong.push(format!("{case}\n  we: {found:?}"));
        }
    }
    assert!(compared > 450, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The files of a folder and of those below, by their paths.
#[expect(clippy::disallowed_methods, reason = "recorded truth is not under analysis")]
fn files_of(folder: &Path, below: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().into_string().unwrap());
        match entry.path().is_dir() {
            true => files_of(&entry.path(), &format!("{name}/"), found),
            false => found.push((name, std::fs::read_to_string(entry.path()).unwrap())),
        }
    }
}

/// Whether a value is what Terraform plans, as JSON; what is not known is null there.
fn is_planned(attr: &Attr, planned: &Json) -> bool {
    match (&attr.value, planned) {
        (Value::Unknown(_) | Value::Text(_) | Value::Null, Json::Null) => true,
        (Value::Bool(truth), Json::Bool(planned)) => truth == planned,
        (Value::Number(_), Json::Number(planned)) => attr.value.scalar_text().as_deref() == Some(&*planned.to_string()),
        (Value::String(text), Json::String(planned)) => **text == *planned,
        (Value::List(list), Json::Array(planned)) => {
            let same = list.items.iter().zip(planned).all(|(item, planned)| is_planned(item, planned));
            same && list.open.is_none() && list.items.len() == planned.len()
        }
        (Value::Map(map), Json::Object(planned)) => {
            let same = |(name, planned): (&String, &Json)| map.get(name).is_some_and(|one| is_planned(one, planned));
            planned.iter().all(same) && map.open.is_none() && map.entries.len() == planned.len()
        }
        _ => false,
    }
}

#[test]
fn roots_are_what_terraform_plans() {
    let mut wrong = Vec::new();
    for case in lines("plans.jsonl") {
        let root = case["root"].as_str().unwrap();
        let mut files = Vec::new();
        files_of(&folder().join("roots").join(root), "", &mut files);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let read = read_with(&files, Options { workspace: Some("default".into()), ..Options::default() });
        assert!(read.reading.errors.is_empty(), "{root}: {:?}", read.reading.errors);
        let mut planned = case["v"].as_object().unwrap().clone();
        for native in read.natives() {
            let address = native.display_address();
            let Value::Map(tree) = &native.tree.value else { panic!("{address}") };
            match planned.remove(&address) {
                Some(plan) if tree.get("input").is_some_and(|input| is_planned(input, &plan)) => {}
                Some(plan) => wrong.push(format!("{root} {address}: {}\n  {plan}", super::show(&native.tree.value))),
                None => wrong.push(format!("{root} {address} is not planned")),
            }
        }
        wrong.extend(planned.keys().map(|address| format!("{root} {address} is not found")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
