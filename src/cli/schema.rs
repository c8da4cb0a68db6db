//! `mlcost-lint schema [config|rule|kind]`: JSON Schema for editors.

use super::{Failure, exit, project, stdout};
use crate::docs;
use crate::source::SourceMap;

/// What can be described.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum What {
    /// `mlcost-lint.toml`, with the names and parameters of the rules.
    Config,
    /// Files of rules, with the names of kinds and attributes.
    Rule,
    /// Files of kinds.
    Kind,
}

/// Prints the schema.
pub fn run(what: What) -> Result<u8, Failure> {
    let schema = match what {
        What::Config => docs::schema::schema(&project::rules()?),
        What::Rule => docs::authoring::rule(&project::kinds(&SourceMap::new())?),
        What::Kind => docs::authoring::kind(&project::kinds(&SourceMap::new())?),
    };
    stdout::print(|out| out.write_all(docs::text(&schema).as_bytes()))?;
    Ok(exit::CLEAN)
}
