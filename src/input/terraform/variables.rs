//! Values of a root's variables that are given from outside: command line, variables files.
//!
//! Called by `module` for roots, and by `read` for the words about the environment they hold.

use super::eval::Env;
use super::module::Module;
use super::parse::{self, File};
use super::project::{Decl, Directory};
use super::run::Run;
use crate::input::{ClaimedFile, Context, InputError};
use crate::model::native::Signal;
use crate::model::value::{Attr, Value, Via};
use hcl_edit::expr::Expression;

/// Variables that usually name the environment.
const ENVIRONMENT_NAMES: &[&str] = &["environment", "env", "stage"];

/// The variables files named on the command line that are not among the claimed files.
pub fn further_files(context: &Context<'_>, claimed: &[&ClaimedFile]) -> Vec<Result<File, InputError>> {
    let is_further = |path: &&String| claimed.iter().all(|file| *file.path != ***path);
    context.options.variable_files.iter().filter(is_further).map(|path| parse::load_file(context, path)).collect()
}

/// What the command line, a variables file or the environment gives to a root's variable, the strongest first.
pub fn given(own: &Env<'_, '_>, name: &str, decl: &Decl<'_>) -> Option<(Via, Attr)> {
    let options = &own.run.context.options;
    let from_file = |file: &&File| {
        let value = &file.body.get_attribute(name)?.value;
        Some(Env { text: &file.text, frame: None, ..*own }.eval(value))
    };
    let from_text = |origin: &str, text: &str| from_text(own, origin, text, decl);
    let given = options.variables.get(name);
    // Of what the command line names the last counts.
    let place = |file: &File| options.variable_files.iter().rposition(|path| **path == *file.text.path);
    let after = given.map(|given| given.after_files);
    let is_stronger = |file: &&File| after.is_some() && place(file) >= after;
    let (stronger, weaker): (Vec<&File>, Vec<&File>) = files(own.run, own.module.directory).partition(is_stronger);
    let value = stronger
        .iter()
        .find_map(from_file)
        .or_else(|| given.map(|given| from_text("command line", &given.text)))
        .or_else(|| weaker.iter().find_map(from_file))
        .or_else(|| Some(from_text("environment", options.environment.get(&format!("TF_VAR_{name}"))?)))
        .or_else(|| own.run.deployment.and_then(|deployment| deployment.input(name)));
    value.map(|value| (Via::VariableFile, value))
}

/// The variables files in force for a root, the strongest first.
fn files<'p>(run: &Run<'p>, directory: &'p Directory<'p>) -> impl Iterator<Item = &'p File> {
    let named = run.project.variable_files.iter().rev().copied();
    named.chain(run.variable_files.iter().rev().copied()).chain(directory.auto_variables.iter().rev().copied())
}

/// A value given as text: itself for variables of a primitive type or none, an expression otherwise.
fn from_text(own: &Env<'_, '_>, origin: &str, text: &str, decl: &Decl<'_>) -> Attr {
    let at = decl.file.text.head(decl.block);
    let is_text = match decl.expr("type") {
        None | Some(Expression::String(_)) => true,
        Some(declared) => declared.as_variable().is_some_and(|name| name.as_str() != "any"),
    };
    if !is_text {
        let source = own.run.context.sources.add(origin, text);
        if let Ok((text, expr)) = parse::parse_expression(origin.into(), source, text.into()) {
            let value = Env { text: &text, frame: None, ..*own }.eval(&expr);
            return Attr { at, ..value };
        }
    }
    Attr::new(Value::string(text), at)
}

/// Words about the environment of what is deployed from a folder: its variables, its variables files, the folder.
pub fn signals<'p>(run: &Run<'p>, module: &Module<'p>, folder: &str) -> Vec<Signal> {
    let directory = module.directory;
    let mut signals = Vec::new();
    for name in ENVIRONMENT_NAMES {
        let Some(decl) = directory.variables.get(name) else { continue };
        let env = module.env(run, decl.file, None);
        let value = module.variable(&env, name, decl.file.text.head(decl.block));
        if let (Some(text), false) = (value.value.as_str(), value.sensitive) {
            let at = Some(value.decided_at());
            signals.push(Signal { source: format!("var.{name}").into(), text: text.into(), strong: true, at });
        }
    }
    if let Some(workspace) = &run.context.options.workspace {
        let text = workspace.as_str().into();
        signals.push(Signal { source: "terraform.workspace".into(), text, strong: true, at: None });
    }
    for file in files(run, directory) {
        let name = file.text.path.rsplit('/').next().unwrap_or_default();
        let stem = name.trim_end_matches(".json").trim_end_matches(".tfvars").trim_end_matches(".auto");
        if stem != "terraform" {
            let at = Some(file.text.start());
            signals.push(Signal { source: name.into(), text: stem.into(), strong: true, at });
        }
    }
    if !folder.is_empty() {
        signals.push(Signal { source: "folder".into(), text: folder.into(), strong: false, at: None });
    }
    signals
}
