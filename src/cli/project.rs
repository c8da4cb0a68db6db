//! The project around the working directory, for the subcommands that judge nothing.

use super::Failure;
use crate::catalog::Prices;
use crate::config::{self, Config};
use crate::engine;
use crate::files::Disk;
use crate::input::discover::Project;
use crate::model::kinds::KindSet;
use crate::report::money::Currency;
use crate::rules::set::RuleSet;
use crate::source::SourceMap;

/// Every rule the project could use: built in and its own, whether its config selects them or not.
pub fn rules() -> Result<RuleSet, Failure> {
    let (files, config) = config()?;
    let all = Config { select: Vec::new(), ignore: Vec::new(), ..config };
    let sources = SourceMap::new();
    let kinds = kinds(&sources)?;
    engine::whole_rules(&sources, &kinds, &files, &all).map_err(|problems| Failure(problems.join("\nerror: ")))
}

/// The prices the project pays, and the currency it speaks of them in.
pub fn prices() -> Result<(Prices, Currency), Failure> {
    let (files, config) = config()?;
    let prices = engine::prices(&files, &config).map_err(|problems| Failure(problems.join("\nerror: ")))?;
    Ok((prices, config.prices.currency()))
}

/// The project's files and its config.
fn config() -> Result<(Disk, Config), Failure> {
    let here = std::env::current_dir().map_err(|error| Failure(format!("no working directory: {error}")))?;
    let project = Project::around(&[], &here).map_err(|bad| Failure(format!("{}: {}", bad.path, bad.reason)))?;
    let files = Disk::new(&project.root);
    let config = config::load(&files).map_err(|error| Failure(format!("{}: {}", error.place, error.message)))?;
    Ok((files, config))
}

/// The built-in kinds.
pub fn kinds(sources: &SourceMap) -> Result<KindSet, Failure> {
    engine::kinds(sources).map_err(|problems| Failure(problems.join("\nerror: ")))
}
