//! `mlcost-lint cost PATHS…`: what everything costs, and with `--compare REV` what a change adds and saves.

use super::reading::{self, bad_path};
use super::{CostArgs, Failure, exit, stdout};
use crate::cost::{self, Comparison, Inventory};
use crate::engine::{self, Settings};
use crate::files::{Disk, Files, GitTree};
use crate::input::discover::{Found, Project, among, walk};
use crate::report::terminal::Progress;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// A way to print an inventory and a comparison.
struct Format {
    name: &'static str,
    inventory: fn(&Inventory, &mut dyn Write) -> io::Result<()>,
    comparison: fn(&Comparison, &mut dyn Write) -> io::Result<()>,
}

const FORMATS: [Format; 3] = [
    Format { name: "pretty", inventory: cost::inventory_as_text, comparison: cost::comparison_as_text },
    Format { name: "json", inventory: cost::inventory_as_json, comparison: cost::comparison_as_json },
    Format { name: "markdown", inventory: cost::inventory_as_markdown, comparison: cost::comparison_as_markdown },
];

/// Prices and prints. A comparison that adds more than is allowed exits like findings do.
pub fn run(args: &CostArgs) -> Result<u8, Failure> {
    let outputs = outputs(args)?;
    let here = std::env::current_dir().map_err(|error| Failure(format!("no working directory: {error}")))?;
    let project = reading::project(&args.reading, &here)?;
    let disk = Disk::new(&project.root);
    let config = reading::config(&args.reading, &disk, &project, &here)?;
    let most = args.max_increase.or(config.cost.max_increase);
    let settings = reading::settings(&args.reading, config, &disk, &project, &here)?;
    let found = walk(&project, &settings.config.exclude).map_err(bad_path)?;
    let now = inventory(&project, &disk, &found, &settings)?;
    reading::report_unmeasured(&now.unmeasured);
    let mut complete = report_errors(&now, "");
    let mut exceeded = false;
    match &args.compare {
        None => print(&outputs, |format, out| (format.inventory)(&now, out))?,
        Some(revision) => {
            let tree = GitTree::open(&project.root, revision).map_err(|why| Failure(format!("--compare: {why}")))?;
            let found = among(tree.paths(), &project, &settings.config.exclude).map_err(bad_path)?;
            let before = inventory(&project, &tree, &found, &settings)?;
            complete &= report_errors(&before, &format!("{revision}:"));
            let comparison = Comparison::of(&before, &now);
            print(&outputs, |format, out| (format.comparison)(&comparison, out))?;
            exceeded = most.is_some_and(|most| comparison.exceeds(most));
            if let Some(most) = most.filter(|_| exceeded) {
                // Nowhere left to report a failing standard error to.
                let _ =
                    writeln!(io::stderr(), "error: more than the {most} {} that a change may add", now.currency.code);
            }
        }
    }
    Ok(match (complete || args.reading.keep_going, exceeded) {
        (false, _) => exit::INCOMPLETE,
        (true, true) => exit::FINDINGS,
        (true, false) => exit::CLEAN,
    })
}

fn inventory(project: &Project, files: &dyn Files, found: &[Found], settings: &Settings) -> Result<Inventory, Failure> {
    let progress = Progress::start("files", found.len());
    let inventory = engine::costs(project, files, found, settings, &|| progress.advance());
    inventory.map_err(|problems| Failure(problems.join("\nerror: ")))
}

/// Says what could not be read; whether there was nothing of the kind.
fn report_errors(inventory: &Inventory, before: &str) -> bool {
    for error in &inventory.errors {
        // Nowhere left to report a failing standard error to.
        let _ = writeln!(io::stderr(), "error: {before}{}: {}", error.path, error.message);
    }
    inventory.errors.is_empty()
}

type Outputs = Vec<(&'static Format, Option<PathBuf>)>;

fn outputs(args: &CostArgs) -> Result<Outputs, Failure> {
    let parse = |output: &String| {
        let (name, file) = output.split_once('=').map_or((output.as_str(), None), |(name, file)| (name, Some(file)));
        let known = FORMATS.iter().find(|format| format.name == name);
        let names = FORMATS.each_ref().map(|format| format.name).join(", ");
        let format = known.ok_or_else(|| Failure(format!("unknown output `{name}`; known: {names}")))?;
        Ok((format, file.map(PathBuf::from)))
    };
    args.output.iter().map(parse).collect()
}

fn print(outputs: &Outputs, write: impl Fn(&Format, &mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    for (format, file) in outputs {
        let Some(file) = file else {
            stdout::print(|out| write(format, out))?;
            continue;
        };
        let written = File::create(file).and_then(|created| {
            let mut out = BufWriter::new(created);
            write(format, &mut out).and_then(|()| out.flush())
        });
        written.map_err(|error| Failure(format!("{}: {error}", file.display())))?;
    }
    Ok(())
}
