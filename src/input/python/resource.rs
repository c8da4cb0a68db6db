//! From calls to the resources they make, by the tables of `rules/calls/`.
//!
//! Called by the frontend. It must not name any class, method or argument itself.

use super::run::{Called, Callee};
use super::tables;
use super::thing::{Thing, set};
use crate::input::Context;
use crate::input::calls::{Callable, Program, programs};
use crate::model::native::Arguments;
use crate::model::value::{Attr, List, Map, Str, Value, Why, WhyCode};
use crate::source::Span;

/// What a call makes.
pub(super) struct Made {
    /// The table it stands in.
    pub program: &'static Program,
    /// The native type.
    pub native: Str,
    /// What is called, as people name it.
    pub name: String,
    /// What it is named by among the resources of its program.
    pub address: Option<Str>,
    /// The request, under the keys of the native.
    pub tree: Attr,
    /// How its arguments are called.
    pub arguments: Arguments,
    /// The region, where the client says one.
    pub region: Option<Attr>,
    /// Where objects are made that become part of it.
    pub takes: Vec<Span>,
    /// Whether a method has started it.
    pub started: bool,
}

impl Made {
    fn new(program: &'static Program, native: &str, name: &str, tree: Attr) -> Made {
        Made {
            program,
            native: native.into(),
            name: name.to_owned(),
            address: None,
            tree,
            arguments: Arguments::Keys,
            region: None,
            takes: Vec::new(),
            started: false,
        }
    }
}

/// What a call makes, if anything; `calls` are all of the program.
pub(super) fn made(context: &Context<'_>, called: &Called, calls: &[Called]) -> Option<Made> {
    request(called).or_else(|| construct(context, called)).or_else(|| callable(called, calls))
}

/// An operation of an API: `client.create_training_job(**request)`.
fn request(called: &Called) -> Option<Made> {
    let Callee::Method(receiver, method) = &called.callee else { return None };
    let operation = method.replace('_', "-");
    let (service, region) = match receiver {
        Thing::Client(service, region) => (Some(service), region.clone()),
        other if other.is_unknown() && is_request(&called.keywords) => (None, None),
        _ => return None,
    };
    let fits = |words: &[String]| match words {
        [own, name] => *name == operation && service.is_none_or(|service| service == own),
        _ => false,
    };
    let services = |program: &'static Program| {
        program.commands.iter().filter(|command| program.requests.contains_key(&command.words[0]))
    };
    let found =
        programs().iter().find_map(|program| Some((program, services(program).find(|command| fits(&command.words))?)));
    let (program, command) = found?;
    Some(Made { region, ..Made::new(program, &command.native, method, called.keywords.clone()) })
}

/// Whether arguments are members of a request rather than those of a function of the same name.
fn is_request(keywords: &Attr) -> bool {
    let Value::Map(map) = &keywords.value else { return false };
    !map.entries.is_empty()
        && map.entries.iter().all(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// A class that is a resource under its own name: `CfnEndpointConfig(self, "Config", …)`.
fn construct(context: &Context<'_>, called: &Called) -> Option<Made> {
    let Callee::Path(path) = &called.callee else { return None };
    let (program, native) = tables::native_of(path, context.wanted)?;
    let mut tree = called.keywords.clone();
    if program.plurals {
        tree = with_singulars(&tree);
    }
    let address = tables::resource_name(path, &called.positional);
    Some(Made { address, ..Made::new(program, &native, called.name(), tree) })
}

/// Lists under the singular of their key as well.
fn with_singulars(attr: &Attr) -> Attr {
    let value = match &attr.value {
        Value::Map(map) => {
            let mut entries: Vec<(Str, Attr)> = Vec::new();
            for (key, inner) in map.entries.iter() {
                let inner = with_singulars(inner);
                let singular = key.strip_suffix('s').filter(|_| matches!(inner.value, Value::List(_)));
                entries.extend(singular.map(|singular| (Str::from(singular), inner.clone())));
                entries.push((key.clone(), inner));
            }
            Value::Map(Map { entries: entries.into(), open: map.open.clone(), kind: map.kind })
        }
        Value::List(list) => {
            let items = list.items.iter().map(with_singulars).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        other => other.clone(),
    };
    Attr { value, ..attr.clone() }
}

/// The row of a call, and whether it is certain that this is what is called.
fn row(called: &Called) -> Option<(&'static Program, &'static Callable, bool)> {
    let (name, package) = match &called.callee {
        Callee::Path(path) => return tables::callable(path).map(|(program, call)| (program, call, true)),
        Callee::Method(Thing::Made(object), name) => (name, Some(tables::package(&object.path)?)),
        Callee::Method(Thing::Answer(path), name) => (name, Some(tables::package(path)?)),
        Callee::Method(other, name) if other.is_unknown() => (name, None),
        Callee::Method(..) => return None,
    };
    let fits = |call: &&Callable| call.method && call.names.iter().any(|own| own == name);
    let rows = |program: &'static Program| program.calls.iter().filter(fits).map(move |call| (program, call));
    match package {
        Some(program) => rows(program).next_back().map(|(program, call)| (program, call, true)),
        // Of something unknown, only arguments that say what they are for.
        None => {
            let mut all = programs().iter().flat_map(rows);
            let tells = |call: &Callable| {
                let telling = if call.telling.is_empty() { &call.positional } else { &call.telling };
                telling.iter().any(|name| called.keyword(name).is_some())
            };
            all.find(|(_, call)| tells(call)).map(|(program, call)| (program, call, false))
        }
    }
}

/// A class or method of a package: `PyTorch(…)`, `model.deploy(…)`.
fn callable(called: &Called, calls: &[Called]) -> Option<Made> {
    let (program, call, certain) = row(called)?;
    let native = call.native.as_ref()?;
    let mut arguments = tables::with_names(call, &called.positional, &called.keywords);
    let starting: Vec<&Attr> =
        calls.iter().filter(|start| starts(start, call, called)).map(|start| &start.keywords).collect();
    let started = !starting.is_empty();
    for start in &starting {
        let all = starting.iter().fold((*start).clone(), |all, other| either(&all, other));
        arguments = with_all(&arguments, &all);
    }
    let Value::Map(given) = &arguments.value else { return None };
    if given.entries.iter().any(|(_, attr)| may_be_local(program, attr)) {
        return None;
    }
    let mut tree = tables::tree(call, given, arguments.at);
    let any = matches!(&tree.value, Value::Map(map) if !map.entries.is_empty());
    if let Callee::Method(Thing::Made(object), _) = &called.callee
        && let Value::Map(own) = &object.arguments.value
    {
        // What the method is told as well is not the object's to say.
        let unsaid = own.entries.iter().filter(|(name, _)| given.get(name).is_none()).cloned().collect();
        tables::copy(&Map { entries: unsaid, ..Map::default() }, &call.of, &mut tree);
    }
    let takes = call.takes.iter().filter_map(|name| given.get(name)).map(Attr::decided_at).collect();
    let arguments = Arguments::Keywords(&call.keywords);
    let address = match &called.callee {
        Callee::Path(path) => tables::resource_name(path, &called.positional),
        Callee::Method(..) => None,
    };
    let made = Made { address, arguments, takes, started, ..Made::new(program, native, called.name(), tree) };
    (certain || any).then_some(made)
}

/// Whether a call starts the object that another one has made.
fn starts(start: &Called, call: &Callable, made: &Called) -> bool {
    match &start.callee {
        Callee::Method(Thing::Made(object), name) => {
            object.arguments.at == made.keywords.at && call.starts.iter().any(|own| own == name)
        }
        _ => false,
    }
}

fn with_all(arguments: &Attr, more: &Attr) -> Attr {
    let (Value::Map(own), Value::Map(more)) = (&arguments.value, &more.value) else { return arguments.clone() };
    let mut all = arguments.clone();
    for (key, attr) in more.entries.iter() {
        set(&mut all, std::slice::from_ref(key), attr.clone());
    }
    if let Value::Map(map) = &mut all.value {
        map.open = own.open.clone().or_else(|| more.open.clone());
    }
    all
}

/// Each keyword as what either of two calls says.
fn either(one: &Attr, other: &Attr) -> Attr {
    let (Value::Map(map), Value::Map(more)) = (&one.value, &other.value) else { return one.clone() };
    let both = |(key, attr): &(Str, Attr)| {
        let why = Why::new(WhyCode::NotEvaluated, "several calls", attr.at);
        let value = Value::one_of([Some(attr.clone()), more.get(key).cloned()], why);
        (key.clone(), Attr { value, ..attr.clone() })
    };
    let entries = map.entries.iter().map(both).collect();
    Attr { value: Value::Map(Map { entries, open: map.open.clone(), ..Map::default() }), ..one.clone() }
}

/// Whether nothing may be rented at all.
fn may_be_local(program: &Program, attr: &Attr) -> bool {
    let is_local =
        |attr: &Attr| attr.value.as_str().is_some_and(|text| program.local.iter().any(|local| local == text));
    match &attr.value {
        Value::OneOf(all) => all.iter().flatten().any(is_local),
        Value::Map(map) => map.entries.iter().any(|(_, attr)| is_local(attr)),
        _ => is_local(attr),
    }
}

impl Called {
    fn keyword(&self, name: &str) -> Option<&Attr> {
        match &self.keywords.value {
            Value::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The name of what is called.
    pub fn name(&self) -> &str {
        match &self.callee {
            Callee::Path(path) => path.rsplit('.').next().unwrap_or(path),
            Callee::Method(_, name) => name,
        }
    }
}

/// The name of what is made: the value of a member that names it.
pub(super) fn name(made: &Made) -> Option<Str> {
    let Value::Map(map) = &made.tree.value else { return None };
    let noun: String = made.native.rsplit(':').next()?.trim_start_matches("Create").to_ascii_lowercase();
    let names = |key: &str| {
        let plain = key.replace('_', "").to_ascii_lowercase();
        plain.strip_suffix("name").is_some_and(|own| own == noun || own == "display" || own.is_empty()) || plain == noun
    };
    let mut named = map.entries.iter().filter(|(key, attr)| names(key) && !attr.sensitive);
    named.find_map(|(_, attr)| attr.value.as_str().map(Str::from))
}
