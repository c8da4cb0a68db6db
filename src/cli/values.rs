//! Options that say what values the code is read with.
//!
//! Used by `check` and `explain-value`. It must not know what is done with the values.

use super::Failure;
use crate::input::Options;
use crate::input::discover::{Project, relative};
use clap::Args;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where values come from besides the code.
#[derive(Args, Debug, Default)]
pub struct ValueArgs {
    /// Value of a Terraform variable or CloudFormation parameter; wins over every file
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,

    /// Terraform variables file, read after the automatic ones
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,

    /// Folder with the sources of a plan (`terraform show -json`), where they do not lie beside it
    #[arg(long, value_name = "DIR")]
    pub source: Option<PathBuf>,

    /// File with values of CloudFormation parameters: a map, the list the AWS CLI takes, or samconfig.toml
    #[arg(long = "parameters", value_name = "FILE")]
    pub parameter_files: Vec<PathBuf>,

    /// Take values from the environment too: TF_VAR_name, as Terraform does, and what Terragrunt's get_env asks for
    #[arg(long)]
    pub env_vars: bool,

    /// Terraform workspace; unknown unless given
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,

    /// Do not judge a root under each variables file beside it
    #[arg(long)]
    pub no_each_var_file: bool,
}

impl ValueArgs {
    /// Lays the options over how the project is read.
    pub fn apply(&self, options: &mut Options, project: &Project, here: &Path) -> Result<(), Failure> {
        for variable in &self.variables {
            let (name, value) =
                variable.split_once('=').ok_or_else(|| Failure(format!("--var {variable}: expected NAME=VALUE")))?;
            options.variables.insert(name.to_owned(), value.to_owned());
        }
        let named = |option: &str, file: &Path| {
            let failure = |reason: String| Failure(format!("{option} {}: {reason}", file.display()));
            let full = here.join(file).canonicalize().map_err(|error| failure(error.kind().to_string()))?;
            Ok(relative(&project.root, &full))
        };
        for file in &self.variable_files {
            options.variable_files.push(named("--var-file", file)?);
        }
        for file in &self.parameter_files {
            options.parameter_files.push(named("--parameters", file)?);
        }
        if let Some(folder) = &self.source {
            options.plan_source = Some(named("--source", folder)?);
        }
        if self.env_vars {
            let text =
                |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
            options.environment = std::env::vars_os().filter_map(text).collect();
        }
        options.workspace.clone_from(&self.workspace);
        options.each_variable_file = !self.no_each_var_file;
        Ok(())
    }
}
