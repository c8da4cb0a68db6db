//! Variables and repetition against what Terraform made of them; see `tests/terraform/record_roots.py`.

use super::console::{folder, printed, untyped, within_files};
use crate::files::{Nothing, Overlay};
use crate::input::{Given, Options};
use serde_json::Value as Json;
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
