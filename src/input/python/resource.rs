//! From calls to the resources they make, by the tables of `rules/calls/`.
//!
//! Called by the frontend. It must not name any class, method or argument itself.

use super::run::{Called, Callee};
use super::thing::{Thing, set};
use crate::input::calls::{Callable, Program, programs};
use crate::model::native::{Arguments, Paths};
use crate::model::value::{Attr, Map, Str, Value};

/// What a call makes.
pub(super) struct Made {
    /// The table it stands in.
    pub program: &'static Program,
    /// The native type.
    pub native: &'static str,
    /// What is called, as people name it.
    pub name: String,
    /// The request, under the keys of the native.
    pub tree: Attr,
    /// How its arguments are called.
    pub arguments: Arguments,
    /// The region, where the client says one.
    pub region: Option<Attr>,
}

/// What a call makes, if anything.
pub(super) fn made(called: &Called) -> Option<Made> {
    request(called).or_else(|| callable(called))
}

/// An operation of an API: `client.create_training_job(**request)`.
fn request(called: &Called) -> Option<Made> {
    let Callee::Method(receiver, method) = &called.callee else { return None };
    let operation = method.replace('_', "-");
    let (service, region) = match receiver {
        Thing::Client(service, region) => (Some(service), region.clone()),
        Thing::Unknown if is_request(&called.keywords) => (None, None),
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
    Some(Made {
        program,
        native: &command.native,
        name: method.clone(),
        tree: called.keywords.clone(),
        arguments: Arguments::Keys,
        region,
    })
}

/// Whether arguments are members of a request rather than those of a function of the same name.
fn is_request(keywords: &Attr) -> bool {
    let Value::Map(map) = &keywords.value else { return false };
    !map.entries.is_empty()
        && map.entries.iter().all(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// A class or method of a package: `PyTorch(…)`, `model.deploy(…)`.
fn callable(called: &Called) -> Option<Made> {
    let (name, method, package) = match &called.callee {
        Callee::Path(path) => (path.rsplit('.').next()?, false, path.split('.').next()),
        Callee::Method(Thing::Made(path, _), name) => (name.as_str(), true, path.split('.').next()),
        Callee::Method(Thing::Unknown, name) => (name.as_str(), true, None),
        Callee::Method(..) => return None,
    };
    let fits = |call: &&Callable| call.method == method && call.names.iter().any(|own| own == name);
    let in_package = |program: &&Program| package.is_none_or(|package| package == program.program);
    // The last that fits: the more special stands behind.
    let found =
        programs().iter().filter(in_package).find_map(|program| Some((program, program.calls.iter().rfind(fits)?)));
    let (program, call) = found?;
    let Value::Map(given) = &called.keywords.value else { return None };
    let mut given = given.clone();
    let named =
        call.positional.iter().zip(&called.positional).map(|(name, attr)| (Str::from(name.as_str()), attr.clone()));
    given.entries =
        given.entries.iter().cloned().chain(named.filter(|(_, attr)| !matches!(attr.value, Value::Null))).collect();
    let is_local =
        |attr: &Attr| attr.value.as_str().is_some_and(|text| program.local.iter().any(|local| local == text));
    let may_be_local = |attr: &Attr| match &attr.value {
        Value::OneOf(all) => all.iter().flatten().any(is_local),
        _ => is_local(attr),
    };
    if given.entries.iter().any(|(_, attr)| may_be_local(attr)) {
        return None;
    }
    let mut tree = Attr::new(
        Value::Map(Map { entries: [].into(), open: given.open.clone(), ..Map::default() }),
        called.keywords.at,
    );
    let mut copy = |from: &Map, keywords: &Paths| {
        let found = keywords.iter().filter_map(|(source, target)| Some((target, look(from, source)?)));
        let found: Vec<_> = found.collect();
        for (target, attr) in &found {
            let keys: Vec<Str> = target.split('.').map(Str::from).collect();
            set(&mut tree, &keys, attr.clone());
        }
        !found.is_empty()
    };
    let any = copy(&given, &call.keywords);
    if let Callee::Method(Thing::Made(_, Attr { value: Value::Map(own), .. }), _) = &called.callee {
        copy(own, &call.of);
    }
    // Of something unknown, only arguments that say what they are for.
    let certain = package.is_some() || call.positional.iter().any(|name| called.keyword(name).is_some());
    (certain && (any || package.is_some())).then(|| Made {
        program,
        native: &call.native,
        name: name.to_owned(),
        tree,
        arguments: Arguments::Keywords(&call.keywords),
        region: None,
    })
}

/// The value under a keyword, or under keys inside it.
fn look(given: &Map, path: &str) -> Option<Attr> {
    let mut keys = path.split('.');
    let mut attr = given.get(keys.next()?)?;
    for key in keys {
        let Value::Map(map) = &attr.value else { return None };
        attr = map.get(key)?;
    }
    Some(attr.clone())
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
        plain.strip_suffix("name").is_some_and(|own| own == noun || own.is_empty()) || plain == noun
    };
    map.entries.iter().filter(|(key, _)| names(key)).find_map(|(_, attr)| attr.value.as_str().map(Str::from))
}
