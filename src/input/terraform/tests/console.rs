//! Every recorded expression against what `terraform console` made of it; see `tests/terraform/record.py`.

use crate::files::{Disk, Files, Overlay};
use crate::input::terraform::eval::{Env, is_refused};
use crate::input::terraform::module::Module;
use crate::input::terraform::parse::File;
use crate::input::terraform::project::Project;
use crate::input::terraform::run::Run;
use crate::input::terraform::variants::Unit;
use crate::input::terraform::{STACK, parse};
use crate::input::{Context, Options};
use crate::model::value::{Attr, ListKind, MapKind, Value};
use crate::source::SourceMap;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform")
}

/// The lines of a file of JSON objects, as pairs of the expression and another member.
#[expect(clippy::disallowed_methods, reason = "recorded truth is not under analysis")]
pub(super) fn lines(name: &str, member: &str) -> Vec<(String, Option<String>)> {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    let parsed = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    parsed.map(|line| (line["x"].as_str().unwrap().to_owned(), line[member].as_str().map(str::to_owned))).collect()
}

/// Evaluates in the root module of `tests/terraform/project`.
pub(super) fn within<T: Send>(evaluate: impl FnOnce(&dyn Fn(&str) -> Option<Attr>) -> T + Send) -> T {
    let disk = Disk::new(folder().join("project").canonicalize().unwrap());
    let files = Overlay::new(disk, [("unknown.tofu".to_owned(), Arc::from("variable \"unknown\" {}\n"))]);
    let options = Options { workspace: Some("default".into()), ..Options::default() };
    within_files(&files, &["main.tf", "unknown.tofu"], &options, evaluate)
}

/// Evaluates in the root module that these files make, on a thread with the stack that evaluation needs.
pub(super) fn within_files<T: Send>(
    files: &dyn Files,
    paths: &[&str],
    options: &Options,
    evaluate: impl FnOnce(&dyn Fn(&str) -> Option<Attr>) -> T + Send,
) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build().unwrap();
    pool.install(|| {
        let (sources, wanted) = (SourceMap::new(), HashSet::new());
        let context = Context { files, sources: &sources, wanted: &wanted, options, unread: &[] };
        let parsed: Vec<File> = paths.iter().filter_map(|path| parse::load_file(&context, path).ok()).collect();
        let named = options.variable_files.iter();
        let named = named.filter_map(|path| parsed.iter().find(|file| *file.text.path == **path)).collect();
        let project = Project::new(&parsed, named, Default::default());
        let root = &project.directories[""];
        let run = Run::new(&project, &context, &Unit::of(root));
        let module = run.add(|id| Module::root(id, root, Arc::new([]))).unwrap();
        evaluate(&|expression| {
            let source = sources.add("console", expression);
            let (text, parsed) = parse::parse_expression("console".into(), source, expression.into()).ok()?;
            let env = Env { run: &run, module: &module, text: &text, frame: None };
            run.refresh();
            Some(run.attempt(|| env.eval(&parsed)))
        })
    })
}

/// What the console would print; `None` where the expression is refused.
pub(super) fn printed(attr: &Attr) -> Option<String> {
    let mut out = String::new();
    (!is_refused(&attr.value)).then(|| print(attr, 0, &mut out))?;
    Some(out)
}

fn print(attr: &Attr, indent: usize, out: &mut String) {
    if attr.sensitive {
        return out.push_str("(sensitive value)");
    }
    let pad = " ".repeat(indent);
    match &attr.value {
        Value::Null => out.push_str("null"),
        Value::String(text) if text.contains('\n') => {
            let lines: Vec<String> = text.split('\n').map(|line| format!("{pad}{line}")).collect();
            let dash = if indent > 0 { "-" } else { "" };
            out.push_str(&format!("<<{dash}EOT\n{}\n{pad}EOT", lines.join("\n")));
        }
        Value::String(text) => out.push_str(&quoted(text)),
        Value::Bool(_) | Value::Number(_) => out.push_str(&attr.value.scalar_text().unwrap()),
        Value::List(list) => {
            let (open, close) = match list.kind {
                ListKind::Tuple => ("[", "]"),
                ListKind::List => ("tolist([", "])"),
                ListKind::Set => ("toset([", "])"),
            };
            out.push_str(open);
            for item in list.items.iter() {
                out.push_str(&format!("\n{pad}  "));
                print(item, indent + 2, out);
                out.push(',');
            }
            list.open.iter().for_each(|_| out.push('…'));
            out.push_str(&if list.items.is_empty() { close.to_owned() } else { format!("\n{pad}{close}") });
        }
        Value::Map(map) => {
            let (open, close) = if map.kind == MapKind::Map { ("tomap({", "})") } else { ("{", "}") };
            out.push_str(open);
            let mut entries: Vec<_> = map.entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, entry) in &entries {
                out.push_str(&format!("\n{pad}  {} = ", quoted(key)));
                print(entry, indent + 2, out);
            }
            map.open.iter().for_each(|_| out.push('…'));
            out.push_str(&if entries.is_empty() { close.to_owned() } else { format!("\n{pad}{close}") });
        }
        Value::Unknown(_) | Value::Text(_) | Value::OneOf(_) => out.push_str("(known after apply)"),
    }
}

/// A string in quotes, as the console escapes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\u{2028}' | '\u{a0}' | '\u{200d}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out + "\""
}

/// A null prints with its type there, which is not kept here.
pub(super) fn untyped(printed: &str) -> String {
    let typed = regex::Regex::new(r"to\w+\(null\)( /\* of .*? \*/)?|null /\* .*? \*/").unwrap();
    typed.replace_all(printed, "null").into_owned()
}

#[test]
fn expressions_are_what_terraform_makes_of_them() {
    let exceptions: HashMap<String, Option<String>> = lines("exceptions.jsonl", "why").into_iter().collect();
    let truth = lines("console.jsonl", "v");
    assert!(truth.len() > 1_500);
    let mut wrong = Vec::new();
    within(|eval| {
        for (expression, wanted) in &truth {
            let found = eval(expression).as_ref().and_then(printed);
            let same = found == wanted.as_deref().map(untyped);
            if same == exceptions.contains_key(expression) {
                wrong.push(format!("{expression}\n  terraform: {wanted:?}\n  we:        {found:?}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), truth.len(), wrong.join("\n"));
}

/// What the program on PATH prints now; `None` where it refuses.
fn recorded_now(expression: &str) -> Option<String> {
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder().join("project/main.tf"), copy.path().join("main.tf")).unwrap();
    let mut console = Command::new("terraform")
        .args(["console", "-no-color"])
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .current_dir(copy.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    console.stdin.take().unwrap().write_all(format!("{expression}\n").as_bytes()).unwrap();
    let output = console.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    let is_refusal = complaint.contains("console-input");
    assert!(output.status.success() || is_refusal, "terraform could not run: {complaint}");
    output.status.success().then(|| printed.trim_end_matches('\n').to_owned())
}

#[test]
fn the_record_is_what_terraform_says_today() {
    let version = Command::new("terraform").arg("version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if !version.contains("v1.11.4") {
        return eprintln!("SKIPPED: no terraform 1.11.4 on PATH, the record is not compared with it");
    }
    let truth = lines("console.jsonl", "v");
    let single = truth.iter().filter(|(expression, _)| !expression.contains('\n') && !expression.contains("file"));
    for (expression, wanted) in single.step_by(157) {
        assert_eq!(recorded_now(expression), *wanted, "{expression}");
    }
}
