//! `mlcost-lint explain-value PATH:LINE`: the values that a line takes part in, and how each was resolved.
//!
//! Prints what reading left with each value: its place and the places it was passed through. It must not evaluate
//! anything.

use super::values::ValueArgs;
use super::{Failure, exit, stdout};
use crate::config;
use crate::engine::{self, Resolved, Settings};
use crate::files::{Disk, Files};
use crate::input::Under;
use crate::input::discover::{BadPath, Project, relative, walk};
use crate::model::value::{Attr, Piece, Value, Via, Why, WhyCode};
use crate::source::{SourceMap, Span};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Characters of source text shown for a step.
const LONGEST: usize = 72;

/// A line of a file of the project, from 1.
struct Line {
    path: String,
    number: usize,
}

/// Explains the values on a line.
pub fn run(place: &str, values: &ValueArgs) -> Result<u8, Failure> {
    let usage = || Failure(format!("{place}: expected PATH:LINE"));
    let (path, number) = place.rsplit_once(':').ok_or_else(usage)?;
    let number = number.parse().ok().filter(|number| *number > 0).ok_or_else(usage)?;
    let here = std::env::current_dir().map_err(|error| Failure(format!("no working directory: {error}")))?;
    let bad = |bad: BadPath| Failure(format!("{}: {}", bad.path, bad.reason));
    let project = project(path, &here).map_err(bad)?;
    let files = Disk::new(&project.root);
    let config = config::load(&files).map_err(|error| Failure(format!("{}: {}", error.place, error.message)))?;
    let mut settings = Settings::from(config);
    values.apply(&mut settings.reading, &project, &here)?;
    let found = walk(&project, &settings.config.exclude).map_err(bad)?;
    let line = Line { path: project.targets.first().cloned().unwrap_or_default(), number };
    let text = files.read(&line.path, settings.reading.max_file_size);
    let text = text.map_err(|error| Failure(format!("{path}: {error}")))?;
    let resolved = engine::resolve(&files, &found, &settings, words(&text));
    let resolved = resolved.map_err(|problems| Failure(problems.join("\nerror: ")))?;
    stdout::print(|out| explain(&resolved, &line, out))?;
    Ok(exit::CLEAN)
}

/// The project around a file; of the working directory's, if the file lies there.
fn project(path: &str, here: &Path) -> Result<Project, BadPath> {
    let (own, wider) = (Project::around(&[PathBuf::from(path)], here)?, Project::around(&[], here)?);
    if !own.root.starts_with(&wider.root) {
        return Ok(own);
    }
    let targets = own.targets_on_disk().iter().map(|target| relative(&wider.root, target)).collect();
    Ok(Project { targets, ..wider })
}

/// Whatever may name a type of resource in the file: the types that no rule judges are read for it too.
fn words(text: &str) -> BTreeSet<Arc<str>> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')).map(Arc::from).collect()
}

/// An explanation, and the variables files it holds under.
struct Explanation<'r> {
    header: String,
    steps: Vec<u8>,
    /// What is deployed together.
    group: &'r str,
    under: Vec<&'r Under>,
}

fn explain(resolved: &Resolved, line: &Line, out: &mut dyn Write) -> io::Result<()> {
    let mut all: Vec<Explanation<'_>> = Vec::new();
    for (group, native) in resolved.groups.iter().flat_map(|group| group.natives.iter().map(move |one| (group, one))) {
        let mut found = Vec::new();
        let whole = line.is_start_of(&resolved.sources, native.head);
        collect(&resolved.sources, line, &native.tree, "", whole, &mut found);
        for (path, attr) in found {
            let header = format!("{} {path} = {}", native.display_address(), shown(attr));
            let mut steps = Vec::new();
            describe(&resolved.sources, attr, &mut steps)?;
            let under = resolved.under.get(&group.scope);
            let group = &*group.name;
            match all.iter_mut().find(|one| one.header == header && one.steps == steps && one.group == group) {
                Some(same) => same.under.extend(under),
                None => all.push(Explanation { header, steps, group, under: under.into_iter().collect() }),
            }
        }
    }
    let is_one = all.iter().all(|one| all.first().is_some_and(|first| first.group == one.group));
    for Explanation { header, steps, group, under } in &all {
        write!(out, "{header}")?;
        if !is_one {
            write!(out, " (in {group})")?;
        }
        let files: Vec<&str> = under.iter().map(|under| &*under.file).collect();
        if under.first().is_some_and(|first| first.of != files.len()) {
            write!(out, " (with {})", files.join(", "))?;
        }
        writeln!(out)?;
        out.write_all(steps)?;
        writeln!(out)?;
    }
    if all.is_empty() {
        let Line { path, number } = line;
        writeln!(
            out,
            "no value of a resource is written on {path}:{number} or passed through it; try a line that uses it"
        )?;
    }
    Ok(())
}

/// The scalar values that the line takes part in, with their paths; all of them below a block that starts there.
fn collect<'a>(
    sources: &SourceMap,
    line: &Line,
    attr: &'a Attr,
    path: &str,
    all: bool,
    found: &mut Vec<(String, &'a Attr)>,
) {
    let key = attr.key.is_some_and(|key| line.is_start_of(sources, key)) && !path.is_empty();
    let all = all || key;
    match &attr.value {
        Value::List(list) if !list.items.is_empty() => {
            for (at, item) in list.items.iter().enumerate() {
                collect(sources, line, item, &format!("{path}[{at}]"), all, found);
            }
        }
        Value::Map(map) if !map.entries.is_empty() => {
            for (name, entry) in map.entries.iter() {
                let below = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                collect(sources, line, entry, &below, all, found);
            }
        }
        _ => {
            let mut steps = attr.origin.steps.iter().map(|step| step.at);
            if all || line.crosses(sources, attr.at) || steps.any(|at| line.is_start_of(sources, at)) {
                found.push((path.to_owned(), attr));
            }
        }
    }
}

impl Line {
    fn lines(&self, sources: &SourceMap, span: Span) -> Option<(usize, usize)> {
        let span = sources.in_file(span);
        let source = sources.get(span.source);
        (*source.path == *self.path)
            .then(|| (source.line_of(span.start) + 1, source.line_of(span.end.saturating_sub(1).max(span.start)) + 1))
    }

    fn is_start_of(&self, sources: &SourceMap, span: Span) -> bool {
        self.lines(sources, span).is_some_and(|(start, _)| start == self.number)
    }

    fn crosses(&self, sources: &SourceMap, span: Span) -> bool {
        self.lines(sources, span).is_some_and(|(start, end)| (start..=end).contains(&self.number))
    }
}

fn describe(sources: &SourceMap, attr: &Attr, out: &mut dyn Write) -> io::Result<()> {
    step(sources, attr.at, "written here", attr.sensitive, out)?;
    let mut reasons = Vec::new();
    unknowns(attr, &mut reasons);
    let is_undefined = |at| reasons.iter().any(|why| why.at == Some(at) && why.code == WhyCode::VariableWithoutDefault);
    for passed in attr.origin.steps.iter() {
        let how = if is_undefined(passed.at) { "variable without value" } else { how(passed.via) };
        step(sources, passed.at, how, attr.sensitive, out)?;
    }
    for why in &reasons {
        let place = why.at.map(|at| format!(" ({})", position(sources, at))).unwrap_or_default();
        writeln!(out, "  not known: {}{place}: {}", first_line(&why.what), remedy(why.code))?;
    }
    Ok(())
}

fn step(sources: &SourceMap, at: Span, how: &str, sensitive: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = if sensitive { "(sensitive)".to_owned() } else { first_line(&sources.text(at)) };
    writeln!(out, "  {:<24} {how:<22} {text}", position(sources, at))
}

fn position(sources: &SourceMap, at: Span) -> String {
    let at = sources.in_file(at);
    let place = sources.get(at.source).position(at.start);
    format!("{}:{}:{}", sources.path(at), place.line, place.column)
}

fn first_line(text: &str) -> String {
    let mut lines = text.lines();
    let first: String = lines.next().unwrap_or_default().chars().take(LONGEST).collect();
    if lines.next().is_some() || first.len() < text.lines().next().unwrap_or_default().len() {
        return format!("{first} …");
    }
    first
}

fn how(via: Via) -> &'static str {
    match via {
        Via::VariableDefault => "default of a variable",
        Via::VariableFile => "given to a variable",
        Via::Local => "local value",
        Via::ModuleArgument => "argument of a module",
        Via::ModuleOutput => "output of a module",
        Via::Resource => "of another resource",
        Via::ServiceDefault => "default of the service",
    }
}

/// A value on one line.
fn shown(attr: &Attr) -> String {
    if attr.sensitive {
        return "(sensitive)".to_owned();
    }
    match &attr.value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("{:?}", first_line(text)),
        Value::List(list) => if list.open.is_some() { "[ … ]" } else { "[]" }.to_owned(),
        Value::Map(map) => if map.open.is_some() { "{ … }" } else { "{}" }.to_owned(),
        Value::Text(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Hole(hole) => format!("${{{}}}", hole.why.what),
            });
            format!("\"{}\"", pieces.collect::<String>())
        }
        Value::OneOf(all) => {
            let all = all.iter().map(|one| one.as_ref().map_or("absent".to_owned(), shown));
            all.collect::<Vec<_>>().join(" or ")
        }
        Value::Unknown(_) => "unknown".to_owned(),
        scalar => scalar.scalar_text().unwrap_or_default().to_string(),
    }
}

fn unknowns<'a>(attr: &'a Attr, found: &mut Vec<&'a Why>) {
    match &attr.value {
        Value::Unknown(unknown) => found.push(&unknown.why),
        Value::Text(pieces) => found.extend(pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(unknown) => Some(&unknown.why),
            Piece::Known(_) => None,
        })),
        Value::OneOf(all) => all.iter().flatten().for_each(|one| unknowns(one, found)),
        Value::List(list) => found.extend(&list.open),
        Value::Map(map) => found.extend(&map.open),
        _ => {}
    }
}

/// What would make it known.
fn remedy(code: WhyCode) -> &'static str {
    match code {
        WhyCode::VariableWithoutDefault => {
            "a default, a variables file, --env-vars, --var-file or --var would resolve it"
        }
        WhyCode::KnownAfterApply => "the provider sets it when the resource is made; nothing resolves it before",
        WhyCode::LookedUpAtDeployment => "looked up when deployed; a variable in its place could be given",
        WhyCode::UnknownName => "nothing declares this name; declaring it would resolve it",
        WhyCode::NotEvaluated => "not evaluated here (--workspace names the workspace); a literal would resolve it",
        WhyCode::InvalidExpression => "the tool would refuse this expression; correcting it would resolve it",
        WhyCode::SourceNotRead => "a module or file that was not read; having it in the project would resolve it",
        WhyCode::ReferenceCycle => "it depends on itself; breaking the circle would resolve it",
        WhyCode::LimitReached => "larger or deeper than is followed",
        WhyCode::UnknownCondition => "the condition or collection that decides is not known; explain that one",
        WhyCode::RegionNotStated => "a region in the code, or --region, would resolve it",
        WhyCode::UndecidedJoin => "what it points to was not found with certainty",
    }
}
