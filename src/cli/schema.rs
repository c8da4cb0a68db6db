//! `mlcost-lint schema [config]`: JSON Schema for editors.

use super::{Failure, exit, project, stdout};
use crate::docs;

/// What can be described.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum What {
    /// `mlcost-lint.toml`, with the names and parameters of the rules.
    Config,
}

/// Prints the schema.
pub fn run(what: What) -> Result<u8, Failure> {
    let text = match what {
        What::Config => docs::schema::text(&project::rules()?),
    };
    stdout::print(|out| out.write_all(text.as_bytes()))?;
    Ok(exit::CLEAN)
}
