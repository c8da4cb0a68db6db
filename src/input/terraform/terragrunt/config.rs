//! One Terragrunt file, evaluated: its local values, and what it says about the module.
//!
//! Called by `mod` for each unit, by references to included files and by `read_terragrunt_config`. The language is
//! Terraform's; only names and functions differ (`names`, `functions::terragrunt`).

use super::{Session, merge};
use crate::files;
use crate::input::terraform::block;
use crate::input::terraform::eval::Env;
use crate::input::terraform::module::Module;
use crate::input::terraform::parse::File;
use crate::input::terraform::project::{Directory, LocalDecl, attribute};
use crate::input::terraform::run::Run;
use crate::input::terraform::variants::Unit;
use crate::model::value::{Attr, Map, Origin, Str, Value, Via, WhyCode};
use hcl_edit::structure::Block;
use std::cell::OnceCell;

/// Where a file is evaluated.
pub struct Place<'s> {
    /// What all files of the unit share.
    pub session: &'s Session<'s>,
    /// The configuration that paths are about: the file itself, or the one that includes it.
    pub config: String,
    /// The file itself, where another one includes it.
    pub included: Option<String>,
    /// The files that this one includes.
    pub includes: OnceCell<Vec<Include>>,
}

/// An `include` block.
pub struct Include {
    /// Its label; empty for the block of old.
    pub name: Str,
    /// The file, project-relative.
    pub path: String,
    merge: Merge,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Merge {
    No,
    Shallow,
    Deep,
}

/// What a file says, with what it includes.
#[derive(Clone)]
pub struct Config {
    /// Its local values.
    locals: Map,
    /// Values of the module's variables.
    pub inputs: Map,
    /// Where the module is.
    pub source: Option<Attr>,
    /// Files that are written into the module's folder, by name.
    pub generate: Map,
    /// Variables files named to Terraform, by the name of their block.
    pub variable_files: Vec<(Str, Vec<Attr>)>,
    /// Whether the unit is left out.
    pub skip: bool,
    /// The whole file, as the place that all of it comes from.
    at: crate::source::Span,
}

impl Config {
    /// What a file says, evaluated `depth` levels deep.
    pub fn of(session: &Session<'_>, path: &str, includer: Option<&str>, file: &File, depth: u32) -> Option<Config> {
        let directory = Directory::of(files::parent(path), [file]);
        let place = Place {
            session,
            config: includer.unwrap_or(path).to_owned(),
            included: includer.map(|_| path.to_owned()),
            includes: OnceCell::new(),
        };
        let run = Run::of_config(session.project, session.context, &Unit::of(&directory), &place, depth);
        let module = run.add(|id| Module::root(id, &directory, [].into()))?;
        let env = module.env(&run, file, None);
        // Files that are included include no others.
        let includes = if includer.is_none() { includes(&env, file) } else { Vec::new() };
        let includes = place.includes.get_or_init(|| includes);
        let mut whole = Config::read(&env, &module, file);
        // The first of them is the weakest.
        for include in includes.iter().rev().filter(|include| include.merge != Merge::No) {
            let Some(parent) = session.config(&include.path, Some(path), run.depth()) else {
                let why = env.why(WhyCode::SourceNotRead, file.text.start());
                whole.inputs.open = whole.inputs.open.or(Some(why));
                continue;
            };
            whole = whole.over(&parent, include.merge == Merge::Deep);
        }
        Some(whole)
    }

    fn read<'p>(env: &Env<'_, 'p>, module: &Module<'p>, file: &'p File) -> Config {
        let body = &file.body;
        let value = |name: &str| body.get_attribute(name).map(|attribute| env.eval(&attribute.value));
        let local = |(name, decl): (&&'p str, &LocalDecl<'p>)| {
            let here = env.span(&decl.attribute.value);
            ((*name).into(), module.local(env, name, here))
        };
        let mut locals: Vec<(Str, Attr)> = module.directory.locals.iter().map(local).collect();
        locals.sort_by(|a, b| a.0.cmp(&b.0));
        let terraform = body.get_blocks("terraform").next();
        let source = terraform.and_then(|block| attribute(block, "source")).map(|source| env.eval(source));
        let arguments = terraform.iter().flat_map(|block| block.body.get_blocks("extra_arguments"));
        Config {
            inputs: value("inputs").map(|inputs| map(env, inputs)).unwrap_or_default(),
            source: source.filter(|source| !matches!(source.value, Value::Null)),
            generate: generated(env, file, value("generate")),
            variable_files: arguments.map(|block| (label(block), variable_files(env, block))).collect(),
            skip: value("skip").is_some_and(|skip| matches!(skip.value, Value::Bool(true))),
            locals: Map { entries: locals.into(), ..Map::default() },
            at: file.text.whole(),
        }
    }

    fn over(self, parent: &Config, deep: bool) -> Config {
        let merged = if deep { merge::deep } else { merge::shallow };
        let mut variable_files = parent.variable_files.clone();
        for (name, own) in self.variable_files {
            match variable_files.iter_mut().find(|(have, _)| *have == name) {
                Some((_, theirs)) => *theirs = own,
                None => variable_files.push((name, own)),
            }
        }
        Config {
            inputs: merged(&parent.inputs, &self.inputs),
            source: self.source.or_else(|| parent.source.clone()),
            generate: merge::shallow(&parent.generate, &self.generate),
            variable_files,
            ..self
        }
    }

    /// The configuration as `read_terragrunt_config` and `include` show it.
    pub fn value(&self, env: &Env<'_, '_>, here: crate::source::Span) -> Attr {
        let origin = Origin::default().then(Via::Local, self.at);
        let map = |map: &Map| Attr { origin: origin.clone(), ..Attr::new(Value::Map(map.clone()), self.at) };
        let entries = [("locals".into(), map(&self.locals)), ("inputs".into(), map(&self.inputs))];
        let open = Some(env.why(WhyCode::NotEvaluated, here));
        Attr { origin, ..Attr::new(Value::Map(Map { entries: entries.into(), open, ..Map::default() }), here) }
    }
}

/// A value as a map, open where it is not known to be one.
fn map(env: &Env<'_, '_>, attr: Attr) -> Map {
    let settled = block::settled(env, attr);
    match settled.value {
        Value::Map(map) => map,
        _ => Map { open: Some(env.why(WhyCode::UnknownCondition, settled.at)), ..Map::default() },
    }
}

fn label(block: &Block) -> Str {
    block.labels.first().map_or("", |label| label.as_str()).into()
}

fn includes(env: &Env<'_, '_>, file: &File) -> Vec<Include> {
    let include = |block: &Block| {
        let path = env.eval(attribute(block, "path")?);
        let merge = attribute(block, "merge_strategy").map(|strategy| env.eval(strategy));
        let merge = match merge.as_ref().and_then(|merge| merge.value.as_str()) {
            Some("no_merge") => Merge::No,
            Some("deep") => Merge::Deep,
            _ => Merge::Shallow,
        };
        let path = env.run.path(path.value.as_str().unwrap_or_default());
        Some(Include { name: label(block), path: path.unwrap_or_default(), merge })
    };
    file.body.get_blocks("include").filter_map(include).collect()
}

/// The files to write: blocks with a label, or a map of the same.
fn generated(env: &Env<'_, '_>, file: &File, attribute: Option<Attr>) -> Map {
    let mut all = attribute.map(|attribute| map(env, attribute)).unwrap_or_default();
    let block = |block: &Block| {
        let content = Attr::new(Value::Map(block::content(env, &block.body)), env.span(block));
        (label(block), content)
    };
    let blocks = Map { entries: file.body.get_blocks("generate").map(block).collect(), ..Map::default() };
    all = merge::shallow(&all, &blocks);
    all
}

/// The variables files that one block of arguments adds to what plans and applies.
fn variable_files(env: &Env<'_, '_>, block: &Block) -> Vec<Attr> {
    let list = |name: &str| match attribute(block, name).map(|files| env.eval(files).value) {
        Some(Value::List(list)) => list.items.to_vec(),
        _ => Vec::new(),
    };
    let commands = list("commands");
    if !commands.iter().any(|command| matches!(command.value.as_str(), None | Some("plan" | "apply"))) {
        return Vec::new();
    }
    let argument = |argument: Attr| {
        let path: Str = argument.value.as_str()?.strip_prefix("-var-file=")?.into();
        Some(Attr { value: Value::String(path), ..argument })
    };
    let named = list("arguments").into_iter().filter_map(argument);
    named.chain(list("required_var_files")).chain(list("optional_var_files")).collect()
}
