//! The command line: what can be asked, and the way from an answer to an exit code.
//!
//! One file a subcommand below `cli/`. Called by `main`. It must not judge anything itself.

mod catalog;
mod check;
mod cost;
mod explain;
mod explain_value;
mod import;
mod kinds;
mod project;
mod reading;
mod rules;
mod schema;
mod stdout;
mod table;
mod test_rules;
mod values;

use self::values::ValueArgs;
use crate::config::FailOn;
use crate::report::terminal::ColourChoice;
use clap::{Args, Parser, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes, the same in every output format.
pub mod exit {
    /// Nothing at or above `--fail-on`.
    pub const CLEAN: u8 = 0;
    /// Findings.
    pub const FINDINGS: u8 = 1;
    /// The run could not be completed: usage, config or rule error, or an input that could not be read.
    pub const INCOMPLETE: u8 = 2;
}

/// What stands below `--help`.
const AFTER_HELP: &str = "\
Examples:
  mlcost-lint                                      judge the project around the working directory
  mlcost-lint infra --select spot,compute          two levers only, findings below infra/
  mlcost-lint --output sarif=out.sarif --output concise
  mlcost-lint explain training-without-spot        what a rule finds, why, and how to repair it

Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  the run could not be completed: usage, config or rule error, or an input that could not be read";

/// Finds machine-learning cost waste in infrastructure code before it is deployed.
#[derive(Parser, Debug)]
#[command(name = "mlcost-lint", version, args_conflicts_with_subcommands = true, max_term_width = 100, after_long_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Judge files and folders (the default)
    Check(Box<CheckArgs>),
    /// Print what a rule finds, why it matters and how to repair it
    Explain {
        /// Name of the rule, as findings print it
        rule: String,
    },
    /// Print how the values on a line were resolved, step by step
    ExplainValue {
        /// A line of a file: of a resource, a variable, an argument
        #[arg(value_name = "PATH:LINE")]
        place: String,
        #[command(flatten)]
        values: ValueArgs,
    },
    /// List the rules, those of the project's own included
    Rules {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the vocabulary of rules: kinds with their attributes and links, and functions
    Kinds {
        /// Only this kind, in full
        kind: Option<String>,
    },
    /// Price everything the project rents or stores, or what a change adds and saves
    Cost(Box<CostArgs>),
    /// Print what machines are and cost, at the prices the project pays
    Catalog(CatalogArgs),
    /// Print the JSON Schema of the config file, of rule files or of kind files
    Schema {
        /// What to describe
        #[arg(default_value = "config")]
        what: schema::What,
    },
    /// Check rules of your own and judge their examples
    TestRules {
        /// Folder with rule files
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// What is read, and how: options of everything that reads a project.
#[derive(Args, Debug, Default)]
pub struct ReadingArgs {
    /// Files and folders to report on; the project around them is read as a whole [default: .]
    pub paths: Vec<PathBuf>,

    /// Exit by the findings even if an input could not be read
    #[arg(long)]
    pub keep_going: bool,

    /// Region where the code states none
    #[arg(long)]
    pub region: Option<String>,

    /// Where values come from besides the code.
    #[command(flatten)]
    pub values: ValueArgs,

    /// File with measured use: CSV, JSON, or the output of `aws cloudwatch get-metric-data`
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,

    /// Glob of files and folders that are not read
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Skip files larger than this many MiB
    #[arg(long, value_name = "MIB")]
    pub max_file_size: Option<u64>,

    /// Config file instead of the project's
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Ignore the project's config file
    #[arg(long)]
    pub no_config: bool,
}

/// The order of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Sort {
    /// By path and line
    #[default]
    Path,
    /// What saves most comes first
    Saving,
}

/// Options of `check`.
#[derive(Args, Debug, Default)]
pub struct CheckArgs {
    /// What is read, and how
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Print as FORMAT, to FILE if given; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub output: Vec<String>,

    /// Judge only these rules or levers
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Leave out these rules or levers
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Also report findings of low confidence
    #[arg(long)]
    pub pedantic: bool,

    /// Print notes one by one
    #[arg(long)]
    pub notes: bool,

    /// Print what could not be decided, and why
    #[arg(long)]
    pub show_unknown: bool,

    /// Print which files were left out, and why
    #[arg(long)]
    pub show_files: bool,

    /// Fail from this severity on
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,

    /// Savings, a month or a run, below which a warning is only a note, in USD or the currency of the config
    #[arg(long, value_name = "AMOUNT")]
    pub min_saving: Option<f64>,

    /// The order of findings
    #[arg(long, value_name = "ORDER", default_value = "path")]
    pub sort: Sort,

    /// Read standard input as this file of the project
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,

    /// Judge one shell command in place of a project; `-` reads it from standard input
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["paths", "stdin_filename"])]
    pub command: Option<String>,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColourChoice,
}

/// Options of `cost`.
#[derive(Args, Debug)]
pub struct CostArgs {
    /// What is read, and how
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Print as FORMAT, to FILE if given; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "pretty")]
    pub output: Vec<String>,

    /// Print what has changed since this commit, branch or tag
    #[arg(long, value_name = "REV")]
    pub compare: Option<String>,

    /// Fail if the change adds more than this a month, or at worst a run, in USD or the currency of the config
    #[arg(long, value_name = "AMOUNT", requires = "compare")]
    pub max_increase: Option<f64>,
}

/// What else `catalog` does.
#[derive(Subcommand, Debug)]
pub enum CatalogCommand {
    /// Turn price lists of AWS, Azure or Google into one that the config can name under `prices.lists`
    Import {
        /// Offer files of AWS (JSON, CSV), retail prices of Azure, SKUs of Google (JSON)
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        /// Write to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Options of `catalog`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct CatalogArgs {
    #[command(subcommand)]
    pub(crate) command: Option<CatalogCommand>,

    /// Machine types, families or accelerators [default: all machines with accelerators]
    #[arg(value_name = "TYPE")]
    pub types: Vec<String>,

    /// Prices in this region instead of the provider's first
    #[arg(long)]
    pub region: Option<String>,

    /// Only machines of this provider: aws, azure or gcp
    #[arg(long)]
    pub provider: Option<String>,

    /// Only machines with this accelerator
    #[arg(long, value_name = "NAME")]
    pub accelerator: Option<String>,

    /// Only machines that cost this much an hour at most
    #[arg(long, value_name = "AMOUNT")]
    pub max_hourly: Option<f64>,

    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// Why a run could not start: usage, config or rule errors. Exit code 2.
#[derive(Debug)]
pub struct Failure(pub String);

/// Runs the command line and says how to exit. Standard output may close early; that is no error.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Explain { rule }) => explain::run(&rule),
        Some(Command::ExplainValue { place, values }) => explain_value::run(&place, &values),
        Some(Command::Rules { json }) => rules::run(json),
        Some(Command::Kinds { kind }) => kinds::run(kind.as_deref()),
        Some(Command::Cost(args)) => cost::run(&args),
        Some(Command::Catalog(args)) => catalog::run(&args),
        Some(Command::Schema { what }) => schema::run(what),
        Some(Command::TestRules { folder }) => test_rules::run(&folder),
        None => check::run(&cli.check),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(Failure(message)) => {
            // Nowhere left to report a failing standard error to.
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::from(exit::INCOMPLETE)
        }
    }
}
