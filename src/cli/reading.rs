//! From the options of reading to a project, its config and settings.
//!
//! Called by the subcommands that read a project. It must not judge anything.

use super::{Failure, ReadingArgs};
use crate::config::{self, Config};
use crate::engine::{self, Settings};
use crate::files::{Disk, Files};
use crate::input::discover::{BadPath, Project, relative};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The project around the paths.
pub fn project(args: &ReadingArgs, here: &Path) -> Result<Project, Failure> {
    let named = Project::around(&args.paths, here).map_err(bad_path)?;
    if args.values.source.is_none() {
        return Ok(named);
    }
    // The sources of a plan belong to the project, but are not what is reported.
    let paths: Vec<PathBuf> = args.paths.iter().chain(&args.values.source).cloned().collect();
    let project = Project::around(&paths, here).map_err(bad_path)?;
    let targets = named.targets_on_disk().iter().map(|path| relative(&project.root, path)).collect();
    Ok(Project { targets, ..project })
}

/// A path that cannot be used.
pub fn bad_path(bad: BadPath) -> Failure {
    Failure(format!("{}: {}", bad.path, bad.reason))
}

/// The project's config with the options of reading laid over it.
pub fn config(args: &ReadingArgs, files: &dyn Files, project: &Project, here: &Path) -> Result<Config, Failure> {
    let loaded = match &args.config {
        _ if args.no_config => Ok(Config::default()),
        Some(path) => {
            let full = here.join(path);
            let inside = Disk::new(full.parent().unwrap_or(&project.root));
            config::load_file(&inside, &full.file_name().unwrap_or_default().to_string_lossy())
        }
        None => config::load(files),
    };
    let mut config = loaded.map_err(|error| Failure(format!("{}: {}", error.place, error.message)))?;
    config.exclude.extend_from_slice(&args.exclude);
    config.region = args.region.clone().or(config.region);
    config.max_file_size = args.max_file_size.map(|mib| mib << 20).or(config.max_file_size);
    Ok(config)
}

/// What reading and pricing depend on besides the config.
pub fn settings(
    args: &ReadingArgs,
    mut config: Config,
    files: &dyn Files,
    project: &Project,
    here: &Path,
) -> Result<Settings, Failure> {
    let failure = |problems: Vec<String>| Failure(problems.join("\nerror: "));
    if args.usage.is_some() {
        config.usage.file = None;
    }
    let mut settings = Settings::new(config, files).map_err(failure)?;
    if let Some(path) = &args.usage {
        // It may lie outside the project.
        let full = here.join(path);
        let folder = Disk::new(full.parent().unwrap_or(&project.root));
        let name = full.file_name().unwrap_or_default().to_string_lossy();
        settings.usage = engine::usage_file(&folder, &name).map_err(failure)?;
    }
    args.values.apply(&mut settings.reading, project, here)?;
    Ok(settings)
}

/// Says what the usage file names and the project does not have.
pub fn report_unmeasured(names: &[String]) {
    const NAMED: usize = 5;
    if !names.is_empty() {
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        // Nowhere left to report a failing standard error to.
        let _ = writeln!(io::stderr(), "warning: the usage file speaks of what is not there: {named}{more}");
    }
}
