//! What is evaluated: roots, those whose variables stand in files that nothing loads by itself once under each of
//! them, and what Terragrunt deploys.
//!
//! Called by `read`. It must not evaluate anything.

use super::parse::File;
use super::project::{Directory, Project, is_loaded, is_variables};
use super::terragrunt::Deployment;
use crate::files;
use crate::input::{Options, Under};
use crate::model::value::Str;
use std::collections::BTreeMap;

/// Variables files that a root is judged under; further ones are left out.
const MAX_FILES: usize = 32;
/// Folders between a root and a variables file of it: `environments/dev/terraform.tfvars`.
const MAX_FOLDERS: usize = 2;

/// What is evaluated: a root, under one of its variables files where there are such.
pub struct Unit<'p> {
    /// The root.
    pub root: &'p Directory<'p>,
    /// The file, of how many.
    pub file: Option<(&'p File, usize)>,
    /// What deploys it, where that is not Terraform itself.
    pub deployment: Option<&'p Deployment>,
    /// Variables files that it is read under, weakest first.
    pub variable_files: Vec<&'p File>,
}

/// Everything to evaluate, in order: roots, each once or once for each of its variables files.
pub fn units<'p>(
    options: &Options,
    project: &'p Project<'p>,
    parsed: &'p [File],
    deployed: &'p [(&'p Deployment, Directory<'p>)],
) -> Vec<Unit<'p>> {
    let roots = project.roots(deployed.iter().flat_map(|(deployment, root)| [deployment.folder(), &root.path]));
    let mut candidates: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    if options.each_variable_file && options.variable_files.is_empty() {
        for file in parsed.iter().filter(|file| is_variables(&file.text.path)) {
            if let Some(root) = root_of(project, file) {
                candidates.entry(&root.path).or_default().push(file);
            }
        }
    }
    let mut units = Vec::new();
    for root in roots {
        let files = candidates.get(root.path.as_str()).filter(|_| root.auto_variables.is_empty());
        let files = files.map(|files| files.get(..MAX_FILES).unwrap_or(files)).unwrap_or_default();
        if files.is_empty() {
            units.push(Unit::of(root));
        }
        let under =
            |file: &&'p File| Unit { file: Some((file, files.len())), variable_files: vec![file], ..Unit::of(root) };
        units.extend(files.iter().map(under));
    }
    let deployed = deployed.iter().map(|(deployment, root)| Unit {
        deployment: Some(deployment),
        variable_files: deployment.variable_files(project).0,
        ..Unit::of(root)
    });
    units.extend(deployed);
    units
}

/// The folder that a file holds variables for: its own, or the nearest above with code where most of what it sets is
/// declared there.
fn root_of<'p>(project: &'p Project<'p>, file: &File) -> Option<&'p Directory<'p>> {
    let set = file.body.attributes().count();
    let declared = |folder: &Directory<'_>| {
        file.body.attributes().filter(|attribute| folder.variables.contains_key(attribute.key.as_str())).count()
    };
    let mut path = files::parent(&file.text.path);
    for above in 0..=MAX_FOLDERS {
        match project.directories.get(path).filter(|folder| folder.has_configuration) {
            // What a folder loads by itself is no choice.
            Some(folder) if above == 0 => {
                return (!is_loaded(&file.text.path) && declared(folder) > 0).then_some(folder);
            }
            Some(folder) => return (declared(folder) > 0 && declared(folder) * 4 >= set * 3).then_some(folder),
            None if path.is_empty() => return None,
            None => path = files::parent(path),
        }
    }
    None
}

impl<'p> Unit<'p> {
    /// A root by itself.
    pub fn of(root: &'p Directory<'p>) -> Unit<'p> {
        Unit { root, file: None, deployment: None, variable_files: Vec::new() }
    }

    /// The folder of what is deployed together.
    pub fn folder(&self) -> &'p str {
        self.deployment.map_or(&self.root.path, |deployment| deployment.folder())
    }

    /// The group's scope with the file it is read under, where there is one.
    pub fn under(&self) -> Option<(Str, Under)> {
        let (file, of) = self.file?;
        let path = &*file.text.path;
        let below = path.strip_prefix(self.root.path.as_str()).unwrap_or(path).trim_start_matches('/');
        Some((self.scope(), Under { file: below.into(), of }))
    }

    /// The identity of the evaluation.
    pub fn scope(&self) -> Str {
        match (self.file, self.deployment) {
            (Some((file, _)), _) => format!("{}?{}", self.root.path, file.text.path).into(),
            (None, Some(deployment)) => Str::clone(&deployment.file.text.path),
            (None, None) => self.root.path.as_str().into(),
        }
    }
}
