//! Terraform and OpenTofu folders.
//!
//! `parse` reads files, `project` indexes folders, `run` holds the evaluation of one root, `module` one instance of
//! a module, `eval` and `functions` the language, `resource` and `block` turn blocks into natives, `provider` adds
//! regions and tags, `terragrunt` deploys modules. Called by `input`. It must not know any kind or rule.

mod assembled;
mod block;
mod calls;
mod eval;
mod functions;
mod installed;
mod instances;
mod json;
mod module;
mod overrides;
mod parse;
mod project;
mod provider;
mod repair;
mod resource;
mod run;
mod terragrunt;
#[cfg(test)]
pub(super) mod tests;
mod unread;
mod variables;
mod variants;

pub use self::provider::{cloud_of, stated_place};

use self::installed::Installed;
use self::module::Module;
use self::parse::File;
use self::project::Project;
use self::run::Run;
use self::terragrunt::Deployment;
use self::variants::Unit;
use super::{Claim, ClaimedFile, Context, Frontend, InputError, Reading, Skipped};
use crate::files;
use crate::model::native::Group;
use crate::model::value::{Why, WhyCode};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};

/// Stack of the threads that parse and evaluate: deep expressions are bounded by levels, not by luck.
const STACK: usize = 64 << 20;

/// The Terraform frontend.
pub struct Terraform;

impl Frontend for Terraform {
    fn name(&self) -> &'static str {
        "terraform"
    }

    fn example_path(&self) -> &'static str {
        "main.tf"
    }

    fn may_read(&self, path: &str) -> bool {
        (project::is_terraform(path) || terragrunt::is_unit(path)) && !path.split('/').any(|part| part == ".terraform")
    }

    fn claim(&self, path: &str, _text: &str) -> Claim {
        match self.may_read(path) {
            true if terragrunt::is_unit(path) || project::is_loaded(path) => Claim::Surely,
            // `template.tfvars` and its like: nothing reads it unless it is named.
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(rayon::current_num_threads()).build();
        match pool {
            Ok(pool) => pool.install(|| read(context, files)),
            Err(error) => Reading {
                errors: files.iter().map(|file| unreadable(file, &error.to_string())).collect(),
                ..Reading::default()
            },
        }
    }
}

fn unreadable(file: &ClaimedFile, reason: &str) -> InputError {
    InputError {
        path: file.path.clone(),
        span: None,
        code: "unreadable-input",
        message: format!("no thread to read it: {reason}"),
    }
}

fn read(context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
    let mut files: Vec<&ClaimedFile> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let (deploying, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| terragrunt::is_unit(&file.path));
    let results: Vec<Result<File, InputError>> =
        files.par_iter().map(|file| parse::parse_file(context.sources, file.path.clone(), file.source)).collect();
    let (mut parsed, mut errors) = sorted_out(results);
    let folders: BTreeSet<&str> = parsed.iter().map(|file| files::parent(&file.text.path)).collect();
    let installed = Installed::of(context, &folders);
    let (downloaded, unusable) = sorted_out(installed.files(context));
    parsed.extend(downloaded);
    let parsed = overrides::apply(without_shadowed(parsed));
    let unread = context.unread.iter().filter(|path| project::is_terraform(path));
    let failed = errors.iter().chain(&unusable).map(|error| &error.path).chain(unread);
    let broken = failed.map(|path| (path.to_string(), Why::new(WhyCode::SourceNotRead, &**path, None))).collect();
    let (further, further_errors) = sorted_out(variables::further_files(context, &files));
    errors.extend(further_errors);
    let of_path = |path: &String| parsed.iter().chain(&further).find(|file| *file.text.path == **path);
    let named = context.options.variable_files.iter().filter_map(of_path).collect();
    let project = Project { installed, ..Project::new(&parsed, named, broken) };
    let mut deployments = terragrunt::deployments(context, &project, &deploying);
    errors.append(&mut deployments.errors);
    let deployed: Vec<_> = deployments.all.iter().map(|one| (one, one.directory(&project))).collect();
    let units = variants::units(context.options, &project, &parsed, &deployed);
    let under = units.iter().filter_map(Unit::under).collect();
    let groups = units.par_iter().map(|unit| group(context, &project, unit)).collect();
    let is_named = |path: &str| context.options.variable_files.iter().any(|named| named == path);
    let (errors, unused): (Vec<InputError>, Vec<InputError>) =
        errors.into_iter().partition(|error| project::is_loaded(&error.path) || is_named(&error.path));
    let unused = unused.into_iter().chain(unusable).map(|error| Skipped { path: error.path, reason: error.message });
    let skipped = unused.chain(deployments.skipped).collect();
    // Syntax trees are many small allocations: giving them back takes a third of the time of making them.
    parsed.into_par_iter().for_each(drop);
    Reading { groups, errors, skipped, under, ..Reading::default() }
}

/// OpenTofu reads `main.tofu` in place of `main.tf`.
fn without_shadowed(mut files: Vec<File>) -> Vec<File> {
    let tofu: HashSet<String> =
        files.iter().map(|file| file.text.path.to_string()).filter(|path| path.contains(".tofu")).collect();
    files.retain(|file| !file.text.path.contains(".tf") || !tofu.contains(&file.text.path.replacen(".tf", ".tofu", 1)));
    files
}

fn sorted_out(results: Vec<Result<File, InputError>>) -> (Vec<File>, Vec<InputError>) {
    let mut parsed = Vec::with_capacity(results.len());
    let mut errors = Vec::new();
    for result in results {
        match result {
            Ok(file) => parsed.push(file),
            Err(error) => errors.push(error),
        }
    }
    (parsed, errors)
}

/// Evaluates a root with all it calls.
fn group(context: &Context<'_>, project: &Project<'_>, unit: &Unit<'_>) -> Group {
    let run = Run::new(project, context, unit);
    let folder = unit.folder();
    let mut group = Group {
        scope: run.unit.clone(),
        name: if folder.is_empty() { ".".into() } else { folder.into() },
        natives: Vec::new(),
        looked_up: Vec::new(),
        gaps: Vec::new(),
        signals: Vec::new(),
    };
    let calls = unit.deployment.map(Deployment::call).into_iter().collect();
    if let Some(module) = run.add(|id| Module::root(id, unit.root, calls)) {
        match unit.deployment.and_then(|deployment| Some((deployment, deployment.elsewhere()?))) {
            Some((deployment, source)) => group.natives.extend(unread::deployment(&run, &module, deployment, source)),
            None => resource::natives(&run, &module, &mut group),
        }
        group.signals = variables::signals(&run, &module, folder);
    }
    group.gaps = run.take_gaps();
    group
}
