//! Reading: from files to groups of natives.
//!
//! `discover` finds the project and walks it; each folder here is one format behind [`Frontend`]; [`FRONTENDS`] is
//! the only list of them. `held` and `document` read documents inside resources. Called by `engine`. It must not know kinds or rules beyond the names of wanted types.

pub mod calls;
pub mod cloud_init;
pub mod cloudformation;
pub mod discover;
pub mod document;
pub mod held;
mod installed;
pub mod kubernetes;
pub mod language;
pub mod notebook;
pub mod parallelcluster;
pub mod placeholder;
pub mod plan;
pub mod python;
pub mod recipe;
pub mod request;
pub mod sagemaker;
pub mod settings;
pub mod shell;
pub mod step_functions;
pub mod terraform;
#[cfg(test)]
mod testing;
pub mod tree;
pub mod view;

use self::held::Held;
use crate::files::{Files, ReadError};
use crate::model::native::{Group, Native};
use crate::model::value::{Attr, Value, Why, WhyCode};
use crate::source::{SourceId, SourceMap, Span};
use crate::suppress::Suppression;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Every format, in the order in which they may claim a file.
pub const FRONTENDS: &[&dyn Frontend] = &[
    &terraform::Terraform,
    &cloudformation::CloudFormation,
    &cloud_init::CloudInit,
    // Before the requests that its tasks hold.
    &step_functions::StepFunctions,
    &sagemaker::SageMaker,
    &kubernetes::Kubernetes,
    &parallelcluster::ParallelCluster,
    &shell::Shell,
    &plan::Plan,
    &python::Python,
    &notebook::Notebook,
    &recipe::WORKFLOW,
    &recipe::GITLAB,
    &recipe::BUILDSPEC,
    &recipe::MAKEFILE,
    &recipe::DOCKERFILE,
    &settings::Settings,
];

/// Whether a frontend reads a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Claim {
    /// Not this format.
    No,
    /// Looks like it; if it turns out not to be, it is skipped with a reason.
    Perhaps,
    /// Certainly this format: a file that does not parse is an error.
    Surely,
}

/// One format.
pub trait Frontend: Sync {
    /// Name in messages and rule examples: `terraform`, `cloudformation`, `sagemaker`.
    fn name(&self) -> &'static str;
    /// The path under which an example of this format stands in a project of its own.
    fn example_path(&self) -> &'static str;
    /// Whether the file's text is wanted at all, from its name alone. Cheap: called for every file of the project.
    fn may_read(&self, path: &str) -> bool;
    /// Whether this is the format, by name and text. Must be a byte search, not a parse.
    fn claim(&self, path: &str, text: &str) -> Claim;
    /// Reads all files it claimed, in parallel where it pays. Results are in order of path.
    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading;
    /// Whether a file that the user names may be larger than files are otherwise. Such a file is claimed by its first
    /// bytes, and its source is an excerpt of no more than those: the frontend reads it as a stream.
    fn reads_large(&self) -> bool {
        false
    }
    /// The resources in a document or program of this format that another resource holds; see [`held`].
    fn held(&self, _context: &Context<'_>, _held: &Held<'_>) -> Vec<Native> {
        Vec::new()
    }
}

/// A file that a frontend has claimed.
#[derive(Clone, Debug)]
pub struct ClaimedFile {
    /// Project-relative path.
    pub path: Arc<str>,
    /// Its text in the source map.
    pub source: SourceId,
    /// How sure the claim is; never `No`.
    pub claim: Claim,
}

/// What a frontend may use.
pub struct Context<'a> {
    /// The project's files.
    pub files: &'a dyn Files,
    /// Where texts are registered.
    pub sources: &'a SourceMap,
    /// Native types that some kind has a row for; other resources need not be evaluated.
    pub wanted: &'a HashSet<Arc<str>>,
    /// What the user set.
    pub options: &'a Options,
    /// Files of the project that could not be read: absence is not claimed where they belong.
    pub unread: &'a [Arc<str>],
}

/// Settings of reading.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes above which a file is skipped.
    pub max_file_size: u64,
    /// The region where the code states none.
    pub region: Option<String>,
    /// Formats that are not read, by the names of their frontends.
    pub skip_formats: Vec<String>,
    /// Variables and parameters given on the command line, by name.
    pub variables: BTreeMap<String, Given>,
    /// Variables files given on the command line, project-relative, in order.
    pub variable_files: Vec<String>,
    /// Files with parameters of templates given on the command line, project-relative, in order.
    pub parameter_files: Vec<String>,
    /// Variables of the environment by name; empty unless the user wants them.
    pub environment: BTreeMap<String, String>,
    /// The Terraform workspace, where the user names one.
    pub workspace: Option<String>,
    /// Whether a root whose variables files are not loaded by themselves is judged under each of them.
    pub each_variable_file: bool,
    /// Project-relative paths that the user names.
    pub named: Vec<String>,
    /// The folder with the sources of a plan, project-relative, where it is not the plan's own.
    pub plan_source: Option<String>,
}

/// A value given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The value as text.
    pub text: String,
    /// How many of the variables files stand before it on the command line; the others are stronger.
    pub after_files: usize,
}

impl From<&str> for Given {
    fn from(text: &str) -> Given {
        Given { text: text.to_owned(), after_files: usize::MAX }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            max_file_size: 8 << 20,
            skip_formats: Vec::new(),
            region: None,
            variables: BTreeMap::new(),
            variable_files: Vec::new(),
            parameter_files: Vec::new(),
            environment: BTreeMap::new(),
            workspace: None,
            each_variable_file: true,
            named: Vec::new(),
            plan_source: None,
        }
    }
}

/// What a frontend returns.
#[derive(Default)]
pub struct Reading {
    /// Groups in order of scope.
    pub groups: Vec<Group>,
    /// Surely claimed files that could not be read or parsed.
    pub errors: Vec<InputError>,
    /// Files left out for a reason that is no error.
    pub skipped: Vec<Skipped>,
    /// Parts left out of files that are read otherwise.
    pub skipped_parts: Vec<Skipped>,
    /// The variables file that a group was read under, by scope, where each of several was tried.
    pub under: BTreeMap<Arc<str>, Under>,
    /// Findings to ignore, where the format has a place of its own to say so.
    pub suppressions: Vec<Suppression>,
}

impl Reading {
    /// Files that are read one by one; `Err` of `read` says why one is left out.
    fn of_each(files: &[ClaimedFile], read: impl Fn(&ClaimedFile) -> Result<Group, String> + Sync) -> Reading {
        let outcome =
            |file: &ClaimedFile| read(file).map_err(|reason| Skipped { path: Arc::clone(&file.path), reason });
        Reading::of(files.par_iter().map(outcome).collect())
    }

    /// The outcomes of files each of which is a group or is left out.
    fn of(outcomes: Vec<Result<Group, Skipped>>) -> Reading {
        let mut reading = Reading::default();
        for outcome in outcomes {
            match outcome {
                Ok(group) => reading.groups.push(group),
                Err(skipped) => reading.skipped.push(skipped),
            }
        }
        reading
    }
}

/// One of several variables files that a unit was read under, each in a group of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// Its path, relative to the unit's folder.
    pub file: Arc<str>,
    /// How many there are.
    pub of: usize,
}

/// A file that should have been analysed and could not be: exit code 2.
#[derive(Clone, Debug)]
pub struct InputError {
    /// Project-relative path.
    pub path: Arc<str>,
    /// The place, if it is known.
    pub span: Option<Span>,
    /// `syntax-error` or `unreadable-input`.
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
}

/// A file that was left out, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Project-relative path.
    pub path: Arc<str>,
    /// One clause for people.
    pub reason: String,
}

impl Context<'_> {
    /// The region of what states none: the user's setting, else unknown.
    pub fn region(&self, at: Span) -> Attr {
        match &self.options.region {
            Some(region) => Attr::new(Value::string(region.as_str()), at),
            None => Attr::unknown(Why::new(WhyCode::RegionNotStated, "region", at), at),
        }
    }

    /// Reads and registers a file that another one names. One that is read already is not read again.
    pub fn load(&self, path: &str) -> Result<(SourceId, Arc<str>), ReadError> {
        if let Some(source) = self.sources.file(path) {
            return Ok((source.id, Arc::clone(&source.text)));
        }
        let text = self.files.read(path, self.options.max_file_size)?;
        Ok((self.sources.add(path, Arc::clone(&text)), text))
    }
}
