//! Roots whose variables stand in files that nothing loads by itself: each file is one way to deploy the root.
//!
//! Called by `read`. It must not evaluate anything.

use super::parse::File;
use super::project::{Directory, Project, is_loaded, is_variables};
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
}

/// Everything to evaluate, in order: roots, each once or once for each of its variables files.
pub fn units<'p>(options: &Options, project: &'p Project<'p>, parsed: &'p [File]) -> Vec<Unit<'p>> {
    let roots = project.roots();
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
            units.push(Unit { root, file: None });
        }
        units.extend(files.iter().map(|file| Unit { root, file: Some((file, files.len())) }));
    }
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

impl Unit<'_> {
    /// The group's scope with the file it is read under, where there is one.
    pub fn under(&self) -> Option<(Str, Under)> {
        let (file, of) = self.file?;
        let path = &*file.text.path;
        let below = path.strip_prefix(self.root.path.as_str()).unwrap_or(path).trim_start_matches('/');
        Some((self.scope(), Under { file: below.into(), of }))
    }

    /// The identity of the evaluation.
    pub fn scope(&self) -> Str {
        match self.file {
            Some((file, _)) => format!("{}?{}", self.root.path, file.text.path).into(),
            None => self.root.path.as_str().into(),
        }
    }
}
