//! Terragrunt: modules deployed by a `terragrunt.hcl`, each under inputs of its own.
//!
//! `config` evaluates one file with what it includes, `merge` lays one over the other, `names` answers references,
//! `paths` tells absolute paths and sources, `generated` reads files that Terragrunt writes, `session` keeps what was
//! read. Called by `read`, which judges each deployment as a root. It must not evaluate anything of the module.

mod config;
mod generated;
mod merge;
mod names;
mod paths;
mod session;

pub use self::config::{Config, Place};
pub use self::merge::deep;
pub use self::names::reference;
pub use self::paths::{absolute, between, inside};
pub use self::session::Session;

use self::paths::Source;
use self::session::Shared;
use super::eval::first_why;
use super::parse::File;
use super::project::{Directory, Project};
use super::unread;
use crate::files;
use crate::input::{ClaimedFile, Context, InputError, Skipped};
use crate::model::native::Call;
use crate::model::value::{Attr, Map, Why, WhyCode};
use hcl_edit::structure::Block;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the files that deploy something.
pub const FILE: &str = "terragrunt.hcl";

/// Whether a file deploys a module, or is included by such.
pub fn is_unit(path: &str) -> bool {
    path.rsplit('/').next() == Some(FILE)
}

/// A module under the inputs of one `terragrunt.hcl`.
pub struct Deployment {
    /// The file.
    pub file: Arc<File>,
    /// The module.
    pub module: Module,
    /// Values of its variables.
    pub inputs: Map,
    /// Files that are written into its folder.
    generated: Vec<File>,
    /// Variables files named to Terraform, project-relative, weakest first.
    variable_files: Vec<String>,
}

/// What a unit deploys.
#[derive(Debug, PartialEq, Eq)]
pub enum Module {
    /// A folder of the project.
    Folder(String),
    /// A module that is not read, as a module call names it.
    Elsewhere(String),
}

/// All deployments of a project.
#[derive(Default)]
pub struct Deployments {
    /// In order of path.
    pub all: Vec<Deployment>,
    /// Files that do not parse.
    pub errors: Vec<InputError>,
    /// Units whose module is not known.
    pub skipped: Vec<Skipped>,
}

impl Deployment {
    /// The folder of the `terragrunt.hcl`.
    pub fn folder(&self) -> &str {
        files::parent(&self.file.text.path)
    }

    /// The source of a module that is not read.
    pub fn elsewhere(&self) -> Option<&str> {
        match &self.module {
            Module::Folder(_) => None,
            Module::Elsewhere(source) => Some(source),
        }
    }

    /// What it gives to a variable.
    pub fn input(&self, name: &str) -> Option<Attr> {
        let unknown = || Some(Attr::unknown(self.inputs.open.clone()?, self.file.text.start()));
        self.inputs.get(name).cloned().or_else(unknown)
    }

    /// How the module was reached.
    pub fn call(&self) -> Call {
        let at = self.block().map_or(self.file.text.start(), |block| self.file.text.head(block));
        Call { name: self.folder().into(), at }
    }

    /// The block that a reader takes for the deployment; none in a file without blocks.
    pub fn block(&self) -> Option<&Block> {
        let body = &self.file.body;
        let named = ["terraform", "include"].iter().find_map(|name| body.get_blocks(name).next());
        named.or_else(|| body.blocks().next())
    }

    /// The folder that Terraform runs in: the module's, with the files beside the `terragrunt.hcl` and those that
    /// are written.
    pub fn directory<'p>(&'p self, project: &Project<'p>) -> Directory<'p> {
        let path = match &self.module {
            Module::Folder(path) => path.as_str(),
            Module::Elsewhere(_) => self.folder(),
        };
        let name = |file: &File| file.text.path.rsplit('/').next().unwrap_or_default().to_owned();
        let of = |path: &str| project.directories.get(path).into_iter().flat_map(|folder| folder.files.iter().copied());
        let all = of(path).chain(of(self.folder())).chain(&self.generated);
        let by_name: BTreeMap<String, &File> = all.map(|file| (name(file), file)).collect();
        let mut directory = Directory::of(path, by_name.into_values());
        if let Some(module) = project.directories.get(path) {
            directory.broken.clone_from(&module.broken);
            directory.broken_variables.clone_from(&module.broken_variables);
        }
        directory.broken_variables.extend(self.variable_files(project).1);
        directory
    }

    /// The variables files named to Terraform, weakest first, and why others are not known.
    pub fn variable_files<'p>(&self, project: &Project<'p>) -> (Vec<&'p File>, Vec<Why>) {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for path in &self.variable_files {
            let folder = project.directories.get(files::parent(path));
            match folder.and_then(|folder| folder.files.iter().find(|file| *file.text.path == **path)) {
                Some(file) => found.push(*file),
                None => missing.push(Why::new(WhyCode::SourceNotRead, path.as_str(), self.file.text.start())),
            }
        }
        (found, missing)
    }
}

/// Evaluates all units.
pub fn deployments(context: &Context<'_>, project: &Project<'_>, units: &[&ClaimedFile]) -> Deployments {
    let shared = Shared::new(context, project);
    let found: Vec<Result<Option<Deployment>, Skipped>> =
        units.par_iter().map(|unit| deployment(&shared, unit)).collect();
    let (included, errors) = shared.done();
    let mut deployments = Deployments { errors, ..Deployments::default() };
    for one in found {
        match one {
            // What others include is theirs.
            Ok(Some(deployment)) if !included.contains(&*deployment.file.text.path) => deployments.all.push(deployment),
            Err(skipped) if !included.contains(&*skipped.path) => deployments.skipped.push(skipped),
            _ => {}
        }
    }
    deployments
}

/// What one unit deploys; nothing where it is left out, or is there to be included.
fn deployment(shared: &Shared<'_>, unit: &ClaimedFile) -> Result<Option<Deployment>, Skipped> {
    let session = shared.session(&unit.path);
    let Some(file) = shared.file(&unit.path) else { return Ok(None) };
    let Some(config) = session.config(&unit.path, None, 0).filter(|config| !config.skip) else { return Ok(None) };
    let folder = files::parent(&unit.path);
    let is_there = |path: &str| shared.project.directories.get(path).is_some_and(|found| found.has_configuration);
    let skipped = |reason: String| Skipped { path: Arc::clone(&unit.path), reason };
    let module = match &config.source {
        None if is_there(folder) => Module::Folder(folder.to_owned()),
        None => return Ok(None),
        Some(source) => match source.value.as_str().and_then(|text| paths::source(folder, text)) {
            Some(Source::Folder(path)) if is_there(&path) => Module::Folder(path),
            Some(Source::Folder(path)) => return Err(skipped(format!("no module in {path}"))),
            Some(Source::Elsewhere(source)) if unread::is_judged(shared.context, &source) => Module::Elsewhere(source),
            Some(Source::Elsewhere(source)) => return Err(skipped(format!("its module is not read: {source}"))),
            None => {
                let reason = first_why(&source.value).map_or("it leads out of the project".into(), |why| why.what);
                return Err(skipped(format!("where its module is cannot be told: {reason}")));
            }
        },
    };
    let base = if let Module::Folder(path) = &module { path } else { folder };
    let files = config.variable_files.iter().flat_map(|(_, files)| files).filter_map(|file| file.value.as_str());
    Ok(Some(Deployment {
        generated: generated::files(shared.context, base, &config.generate),
        variable_files: files.filter_map(|path| inside(base, path)).collect(),
        inputs: paths::leaving_map(&config.inputs),
        module,
        file,
    }))
}
