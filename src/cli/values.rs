//! Options that say what values the code is read with.
//!
//! Used by `check` and `explain-value`. It must not know what is done with the values.

use super::Failure;
use crate::input::discover::{Project, relative};
use crate::input::{Given, Options};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where values come from besides the code.
#[derive(Args, Debug, Default)]
pub struct ValueArgs {
    #[command(flatten)]
    pub assignments: Assignments,

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

/// `--var` and `--var-file` in the order in which they stand: of one variable the last counts.
#[derive(Debug, Default)]
pub struct Assignments(Vec<Assignment>);

#[derive(Debug)]
enum Assignment {
    Value(String),
    File(PathBuf),
}

impl Args for Assignments {
    fn augment_args(command: Command) -> Command {
        let value =
            Arg::new("var").value_name("NAME=VALUE").help("Value of a Terraform variable or CloudFormation parameter");
        let file = Arg::new("var-file")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Terraform variables file, read after the automatic ones; of --var and --var-file the last counts");
        command.args([value.long("var"), file.long("var-file")].map(|arg| arg.action(ArgAction::Append)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Assignments::augment_args(command)
    }
}

impl FromArgMatches for Assignments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Assignments, clap::Error> {
        let places = |id: &str| matches.indices_of(id).into_iter().flatten();
        let values = matches.get_many::<String>("var").into_iter().flatten().cloned().map(Assignment::Value);
        let files = matches.get_many::<PathBuf>("var-file").into_iter().flatten().cloned().map(Assignment::File);
        let mut all: Vec<(usize, Assignment)> =
            places("var").zip(values).chain(places("var-file").zip(files)).collect();
        all.sort_by_key(|(place, _)| *place);
        Ok(Assignments(all.into_iter().map(|(_, assignment)| assignment).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Assignments::from_arg_matches(matches)?;
        Ok(())
    }
}

impl ValueArgs {
    /// Lays the options over how the project is read.
    pub fn apply(&self, options: &mut Options, project: &Project, here: &Path) -> Result<(), Failure> {
        let named = |option: &str, file: &Path| {
            let failure = |reason: String| Failure(format!("{option} {}: {reason}", file.display()));
            let full = here.join(file).canonicalize().map_err(|error| failure(error.kind().to_string()))?;
            Ok(relative(&project.root, &full))
        };
        for assignment in &self.assignments.0 {
            match assignment {
                Assignment::File(file) => options.variable_files.push(named("--var-file", file)?),
                Assignment::Value(value) => {
                    let (name, text) =
                        value.split_once('=').ok_or_else(|| Failure(format!("--var {value}: expected NAME=VALUE")))?;
                    let given = Given { text: text.to_owned(), after_files: options.variable_files.len() };
                    options.variables.insert(name.to_owned(), given);
                }
            }
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
