//! All Terraform folders of the project, indexed: what each declares, and who calls whom.
//!
//! Called by `read`; every module instance looks declarations up here. It must not evaluate anything.

use super::installed::Installed;
use super::parse::File;
use crate::files;
use crate::model::value::Why;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Structure};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A block and the file it stands in.
#[derive(Clone, Copy)]
pub struct Decl<'p> {
    /// The file.
    pub file: &'p File,
    /// The block.
    pub block: &'p Block,
}

/// A local value and the file it stands in.
#[derive(Clone, Copy)]
pub struct LocalDecl<'p> {
    /// The file.
    pub file: &'p File,
    /// `name = expression`.
    pub attribute: &'p Attribute,
}

/// One folder: a module.
#[derive(Default)]
pub struct Directory<'p> {
    /// Project-relative path; empty for the project root.
    pub path: String,
    /// `variable` blocks by name.
    pub variables: HashMap<&'p str, Decl<'p>>,
    /// Local values by name.
    pub locals: HashMap<&'p str, LocalDecl<'p>>,
    /// `output` blocks by name, in order of name.
    pub outputs: BTreeMap<&'p str, Decl<'p>>,
    /// Managed resources by type and name.
    pub resources: HashMap<(&'p str, &'p str), Decl<'p>>,
    /// Data sources by type and name.
    pub data: HashMap<(&'p str, &'p str), Decl<'p>>,
    /// Module calls by name.
    pub modules: HashMap<&'p str, Decl<'p>>,
    /// `provider` blocks in source order.
    pub providers: Vec<Decl<'p>>,
    /// Resources and module calls in source order.
    pub contents: Vec<Decl<'p>>,
    /// All its files, in order of path.
    pub files: Vec<&'p File>,
    /// Files that Terraform loads variables from by itself, weakest first.
    pub auto_variables: Vec<&'p File>,
    /// Configuration files of the folder that could not be read: they may declare anything.
    pub broken: Vec<Why>,
    /// Variables files that Terraform loads by itself and that could not be read: they may set any variable.
    pub broken_variables: Vec<Why>,
    /// Whether it holds anything but variables files.
    pub has_configuration: bool,
}

/// The folders of a project.
pub struct Project<'p> {
    /// By path.
    pub directories: BTreeMap<String, Directory<'p>>,
    /// Variables files named on the command line, weakest first.
    pub variable_files: Vec<&'p File>,
    /// What `terraform init` has downloaded.
    pub installed: Installed,
}

impl<'p> Decl<'p> {
    /// The label at a position; empty where there is none.
    pub fn label(&self, at: usize) -> &'p str {
        self.block.labels.get(at).map_or("", |label| label.as_str())
    }

    /// The expression of an attribute.
    pub fn expr(&self, name: &str) -> Option<&'p Expression> {
        attribute(self.block, name)
    }
}

/// The expression of an attribute of a block.
pub fn attribute<'p>(block: &'p Block, name: &str) -> Option<&'p Expression> {
    block.body.get_attribute(name).map(|attribute| &attribute.value)
}

impl<'p> Directory<'p> {
    /// A folder with these files, which come in order of path.
    pub fn of(path: &str, files: impl IntoIterator<Item = &'p File>) -> Directory<'p> {
        let mut directory = Directory { path: path.to_owned(), ..Directory::default() };
        files.into_iter().for_each(|file| directory.add(file));
        // `terraform.tfvars` is the weakest of them, whatever its place in the alphabet, then the same in JSON.
        let weakest = ["terraform.tfvars", "terraform.tfvars.json"];
        let rank = |file: &&File| weakest.iter().position(|name| *name == file_name(&file.text.path));
        directory.auto_variables.sort_by_key(|file| rank(file).unwrap_or(weakest.len()));
        directory
    }

    fn add(&mut self, file: &'p File) {
        self.files.push(file);
        if is_variables(&file.text.path) {
            if is_auto_loaded(&file.text.path) {
                self.auto_variables.push(file);
            }
            return;
        }
        self.has_configuration = true;
        for structure in file.body.iter() {
            if let Structure::Block(block) = structure {
                self.declare(Decl { file, block });
            }
        }
    }

    fn declare(&mut self, decl: Decl<'p>) {
        let (first, second) = (decl.label(0), decl.label(1));
        match decl.block.ident.as_str() {
            "variable" => drop(self.variables.entry(first).or_insert(decl)),
            "output" => drop(self.outputs.entry(first).or_insert(decl)),
            "data" => drop(self.data.entry((first, second)).or_insert(decl)),
            "provider" => self.providers.push(decl),
            "locals" => {
                for attribute in decl.block.body.attributes() {
                    self.locals.entry(attribute.key.as_str()).or_insert(LocalDecl { file: decl.file, attribute });
                }
            }
            "resource" if !self.resources.contains_key(&(first, second)) => {
                self.resources.insert((first, second), decl);
                self.contents.push(decl);
            }
            "module" if !self.modules.contains_key(first) => {
                self.modules.insert(first, decl);
                self.contents.push(decl);
            }
            _ => {}
        }
    }

    /// The folders that the module calls written here lead to.
    fn callees(&self) -> impl Iterator<Item = String> {
        self.modules.values().filter_map(|call| local_source(&self.path, call))
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A path without the suffix of the JSON syntax.
fn plain(path: &str) -> &str {
    path.strip_suffix(".json").unwrap_or(path)
}

/// Whether a file has one of the names that Terraform reads.
pub fn is_terraform(path: &str) -> bool {
    [".tf", ".tofu", ".tfvars"].iter().any(|suffix| plain(path).ends_with(suffix))
}

/// Whether a file sets variables and declares nothing.
pub fn is_variables(path: &str) -> bool {
    plain(path).ends_with(".tfvars")
}

/// Whether Terraform loads a variables file without being told.
fn is_auto_loaded(path: &str) -> bool {
    plain(path).ends_with(".auto.tfvars") || plain(file_name(path)) == "terraform.tfvars"
}

/// Whether Terraform reads a file of a folder without being told.
pub fn is_loaded(path: &str) -> bool {
    !is_variables(path) || is_auto_loaded(path)
}

/// The project-relative folder that a module call names, where its source is a literal path inside the project.
pub fn local_source(folder: &str, call: &Decl<'_>) -> Option<String> {
    let source = call.expr("source")?.as_str()?;
    let is_local = source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
    is_local.then(|| files::resolve(folder, source)).flatten()
}

impl<'p> Project<'p> {
    /// Indexes parsed files, which come in order of path, and the paths of files that did not parse.
    pub fn new(parsed: &'p [File], variable_files: Vec<&'p File>, broken: Vec<(String, Why)>) -> Project<'p> {
        let mut by_folder: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
        for file in parsed {
            by_folder.entry(files::parent(&file.text.path)).or_default().push(file);
        }
        let directory = |(path, files): (&str, Vec<&'p File>)| (path.to_owned(), Directory::of(path, files));
        let mut directories: BTreeMap<String, Directory<'p>> = by_folder.into_iter().map(directory).collect();
        // A variables file that Terraform does not load by itself says nothing about its folder.
        for (path, why) in broken.into_iter().filter(|(path, _)| is_loaded(path)) {
            let parent = files::parent(&path);
            let directory = directories.entry(parent.to_owned()).or_insert_with(|| Directory::of(parent, []));
            if is_variables(&path) {
                directory.broken_variables.push(why);
            } else {
                directory.has_configuration = true;
                directory.broken.push(why);
            }
        }
        Project { directories, variable_files, installed: Installed::default() }
    }

    /// The folders to judge by themselves, in order: those that no module call of the project reaches, nor anything
    /// that is `deployed` otherwise. Of folders that only call each other, the first counts as one.
    pub fn roots<'d>(&self, deployed: impl Iterator<Item = &'d str>) -> Vec<&Directory<'p>> {
        let is_module =
            |directory: &&Directory<'p>| directory.has_configuration && !self.installed.contains(&directory.path);
        let called: BTreeSet<String> = self
            .directories
            .values()
            .flat_map(|caller| caller.callees().filter(|callee| *callee != caller.path))
            .collect();
        let mut reached: BTreeSet<String> = BTreeSet::new();
        deployed.for_each(|path| self.reach(path, &mut reached));
        let mut roots: Vec<&Directory<'p>> = Vec::new();
        let certain = self.directories.values().filter(|directory| !called.contains(&directory.path));
        for directory in certain.chain(self.directories.values()).filter(is_module) {
            if !reached.contains(&directory.path) {
                roots.push(directory);
                self.reach(&directory.path, &mut reached);
            }
        }
        roots.sort_by(|a, b| a.path.cmp(&b.path));
        roots
    }

    fn reach(&self, from: &str, reached: &mut BTreeSet<String>) {
        let mut open = vec![from.to_owned()];
        while let Some(path) = open.pop() {
            if let Some(directory) = self.directories.get(&path) {
                open.extend(directory.callees().filter(|callee| !reached.contains(callee)));
            }
            reached.insert(path);
        }
    }
}
