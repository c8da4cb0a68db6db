//! `mlcost-lint [check] PATHS…`: lays the command line over the config, runs the engine, prints the reports.

use super::reading::{self, bad_path};
use super::{CheckArgs, Failure, Sort, exit, stdout};
use crate::config::{Config, MinSaving};
use crate::cost::text::figures;
use crate::engine::{self, Analysis, Settings};
use crate::files::{Disk, Files, Overlay};
use crate::input::discover::{Found, Project, relative, walk};
use crate::report::{EMITTERS, Emit, ProjectPaths, View, terminal};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs `check` and says how to exit.
pub fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let here = std::env::current_dir().map_err(|error| Failure(format!("no working directory: {error}")))?;
    let outputs = outputs(args)?;
    let stdin = match &args.command {
        Some(command) => Some(command_text(command)?),
        None => args.stdin_filename.as_deref().map(read_stdin).transpose()?,
    };
    let project = project(args, &here)?;
    let overlay = stdin.map(|(path, text)| (relative(&project.root, &here.join(path)), text));
    let files = Overlay::new(Disk::new(&project.root), overlay);
    let config = config(args, &files, &project, &here)?;
    let settings =
        Settings { pedantic: args.pedantic, ..reading::settings(&args.reading, config, &files, &project, &here)? };
    let found = found(args, &project, &files, &settings)?;
    let progress = terminal::Progress::start("files", found.len());
    let analysis = engine::analyse(&project, &files, &found, &settings, &|| progress.advance());
    drop(progress);
    let mut analysis = analysis.map_err(|problems| Failure(problems.join("\nerror: ")))?;
    reading::report_unmeasured(&analysis.unmeasured);
    if args.sort == Sort::Saving {
        analysis.run.sort_by_saving();
    }
    if args.command.is_some() && args.output.is_empty() {
        prices(&analysis)?;
    }
    let view = view(args, &project, &here);
    for output in &outputs {
        output.write(&analysis, &view)?;
    }
    let code = exit_code(&analysis, &settings, args.reading.keep_going);
    // The process ends: giving back each of its many small allocations would only take time.
    std::mem::forget(analysis);
    Ok(code)
}

/// The files of the project; standard input is one of them wherever it stands. A command needs no others.
fn found(
    args: &CheckArgs,
    project: &Project,
    files: &Overlay<Disk>,
    settings: &Settings,
) -> Result<Vec<Found>, Failure> {
    let mut found = match &args.command {
        Some(_) => Vec::new(),
        None => walk(project, &settings.config.exclude).map_err(bad_path)?,
    };
    found.extend(files.paths().map(|path| Found { path: path.to_owned(), real: path.to_owned() }));
    found.sort();
    found.dedup();
    Ok(found)
}

fn exit_code(analysis: &Analysis, settings: &Settings, keep_going: bool) -> u8 {
    let fails = analysis.run.active().any(|finding| settings.config.fail_on.fails(finding.severity));
    match (analysis.run.errors.is_empty() || keep_going, fails) {
        (false, _) => exit::INCOMPLETE,
        (true, true) => exit::FINDINGS,
        (true, false) => exit::CLEAN,
    }
}

/// One `--output FORMAT[=FILE]`.
struct Output {
    emit: &'static dyn Emit,
    file: Option<PathBuf>,
}

impl Output {
    fn write(&self, analysis: &Analysis, view: &View) -> Result<(), Failure> {
        let (run, sources) = (&analysis.run, &analysis.sources);
        let Some(file) = &self.file else {
            return stdout::print(|out| self.emit.emit(run, sources, view, out));
        };
        let plain = View { colour: false, width: 0, ..view.clone() };
        let written = std::fs::File::create(file).and_then(|created| {
            let mut out = BufWriter::new(created);
            self.emit.emit(run, sources, &plain, &mut out).and_then(|()| out.flush())
        });
        written.map_err(|error| Failure(format!("{}: {error}", file.display())))
    }
}

/// The asked outputs; `github` inside a workflow and `pretty` elsewhere if none is named.
fn outputs(args: &CheckArgs) -> Result<Vec<Output>, Failure> {
    if args.output.is_empty() {
        let in_workflow = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        return Ok(vec![Output { emit: emitter(if in_workflow { "github" } else { "pretty" })?, file: None }]);
    }
    let outputs: Result<Vec<Output>, Failure> = args.output.iter().map(|output| parse_output(output)).collect();
    let outputs = outputs?;
    match outputs.iter().filter(|output| output.file.is_none()).count() {
        0 | 1 => Ok(outputs),
        _ => {
            Err(Failure("only one output can go to standard output; give the others a file: `sarif=out.sarif`".into()))
        }
    }
}

fn parse_output(output: &str) -> Result<Output, Failure> {
    let (name, file) = match output.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (output, None),
    };
    Ok(Output { emit: emitter(name)?, file })
}

fn emitter(name: &str) -> Result<&'static dyn Emit, Failure> {
    let known: Vec<&str> = EMITTERS.iter().map(|emit| emit.name()).collect();
    EMITTERS
        .iter()
        .copied()
        .find(|emit| emit.name() == name)
        .ok_or_else(|| Failure(format!("unknown output `{name}`; known: {}", known.join(", "))))
}

fn read_stdin(path: &Path) -> Result<(&Path, Arc<str>), Failure> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(|error| Failure(format!("standard input: {error}")))?;
    Ok((path, text.into()))
}

/// A command as a script of the working directory.
fn command_text(command: &str) -> Result<(&'static Path, Arc<str>), Failure> {
    let name = Path::new("command.sh");
    match command {
        "-" => read_stdin(name),
        command => Ok((name, command.into())),
    }
}

/// What each thing costs that a command makes.
fn prices(analysis: &Analysis) -> Result<(), Failure> {
    let costs = analysis.costs().map_err(Failure)?;
    stdout::print(|out| {
        let mut lines = costs.lines.iter();
        lines.try_for_each(|line| {
            writeln!(out, "{}: {}; {}", line.subject.address, figures(line, &costs.currency), line.basis)
        })
    })
}

fn project(args: &CheckArgs, here: &Path) -> Result<Project, Failure> {
    let stdin = args.command.as_ref().map(|_| Path::new("command.sh")).or(args.stdin_filename.as_deref());
    let Some(stdin) = stdin else { return reading::project(&args.reading, here) };
    // The file itself may not exist yet: its folder tells the project.
    let folder = stdin.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut project = Project::around(&[folder.to_path_buf()], here).map_err(bad_path)?;
    // What a command makes may be written in a file that it names.
    let target = if args.command.is_some() { String::new() } else { relative(&project.root, &here.join(stdin)) };
    project.targets = vec![target];
    Ok(project)
}

fn config(args: &CheckArgs, files: &dyn Files, project: &Project, here: &Path) -> Result<Config, Failure> {
    let mut config = reading::config(&args.reading, files, project, here)?;
    if !args.select.is_empty() {
        config.select.clone_from(&args.select);
    }
    config.ignore.extend_from_slice(&args.ignore);
    config.fail_on = args.fail_on.unwrap_or(config.fail_on);
    if let Some(usd) = args.min_saving {
        config.min_saving = MinSaving { per_month: usd, per_run: usd };
    }
    Ok(config)
}

fn view(args: &CheckArgs, project: &Project, here: &Path) -> View {
    View {
        notes: args.notes,
        show_unknown: args.show_unknown,
        show_files: args.show_files,
        colour: args.color.for_stdout(),
        width: terminal::width(),
        project: project_paths(&project.root, here),
    }
}

fn project_paths(root: &Path, here: &Path) -> ProjectPaths {
    let here = here.canonicalize().unwrap_or_else(|_| here.to_path_buf());
    if here.starts_with(root) {
        return ProjectPaths { inside: relative(root, &here), prefix: String::new() };
    }
    let shared = here.ancestors().find(|above| root.starts_with(above)).unwrap_or(Path::new("/"));
    let up = here.strip_prefix(shared).map_or(0, |below| below.components().count());
    let down = relative(shared, root);
    let prefix = "../".repeat(up) + &down + if down.is_empty() { "" } else { "/" };
    ProjectPaths { inside: String::new(), prefix }
}
