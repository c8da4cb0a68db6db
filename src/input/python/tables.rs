//! What the tables of `rules/calls/` say of dotted names: packages, classes, values and members of enumerations.
//!
//! Used by the walk and by `resource`. It must not name any class itself.

use super::thing::{Object, set};
use crate::input::calls::{Callable, Program, Types, programs};
use crate::model::native::Paths;
use crate::model::spelling::normalized;
use crate::model::value::{Attr, Map, Piece, Str, Value};
use crate::source::Span;
use std::collections::HashSet;
use std::sync::Arc;

/// The package that a dotted name belongs to.
pub(super) fn package(path: &str) -> Option<&'static Program> {
    programs().iter().filter(|program| program.is_package()).find(|program| inside(program, path).is_some())
}

/// The name without the module of a package that it is in.
fn inside<'p>(program: &Program, path: &'p str) -> Option<&'p str> {
    let rest = |module: &str| path.strip_prefix(module).filter(|rest| rest.starts_with('.'));
    program.modules().find_map(rest).and_then(|rest| rest.strip_prefix('.'))
}

/// Whether a dotted name is or ends with another one.
fn ends_with(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The function or class of a package with a dotted name. Of several rows the last: the more special stands behind.
pub(super) fn callable(path: &str) -> Option<(&'static Program, &'static Callable)> {
    let program = package(path)?;
    let fits = |call: &&Callable| !call.method && call.names.iter().any(|name| ends_with(path, name));
    Some((program, program.calls.iter().rfind(fits)?))
}

/// The arguments of a call of a package by keyword, those without one under the keyword of their position.
pub(super) fn named(path: &str, positional: &[Attr], keywords: &Attr) -> Attr {
    match callable(path) {
        Some((_, call)) => with_names(call, positional, keywords),
        None => keywords.clone(),
    }
}

/// The same for a row.
pub(super) fn with_names(call: &Callable, positional: &[Attr], keywords: &Attr) -> Attr {
    let Value::Map(given) = &keywords.value else { return keywords.clone() };
    let named = call.positional.iter().zip(positional).map(|(name, attr)| (Str::from(name.as_str()), attr.clone()));
    let named = named.filter(|(_, attr)| !matches!(attr.value, Value::Null));
    let entries = given.entries.iter().cloned().chain(named).collect();
    Attr { value: Value::Map(Map { entries, open: given.open.clone(), ..Map::default() }), ..keywords.clone() }
}

/// What an object is as data: what the row of its class makes of its arguments, else these themselves.
pub(super) fn as_data(object: &Object) -> Attr {
    match (callable(&object.path), &object.arguments.value) {
        (Some((_, call)), Value::Map(given)) => tree(call, given, object.arguments.at),
        _ => object.arguments.clone(),
    }
}

/// What a row makes of arguments.
pub(super) fn tree(call: &Callable, given: &Map, at: Span) -> Attr {
    let empty = Map { entries: [].into(), open: given.open.clone(), ..Map::default() };
    let mut tree = Attr::new(Value::Map(empty), at);
    for (path, value) in &call.defaults {
        set(&mut tree, &keys(path), Attr::new(Value::string(value.as_str()), at));
    }
    copy(given, &call.keywords, &mut tree);
    tree
}

/// Puts what stands under keywords, or under keys inside them, under paths of keys.
pub(super) fn copy(given: &Map, keywords: &Paths, tree: &mut Attr) {
    for (source, target) in keywords {
        match (look(given, source), target.as_str()) {
            // All members of the value.
            (Some(Attr { value: Value::Map(map), .. }), ".") => {
                map.entries.iter().for_each(|(key, attr)| set(tree, std::slice::from_ref(key), attr.clone()));
            }
            (Some(attr), target) => set(tree, &keys(target), attr),
            (None, _) => {}
        }
    }
}

fn keys(path: &str) -> Vec<Str> {
    path.split('.').map(Str::from).collect()
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

/// The value that a call answers with.
pub(super) fn value(path: &str, positional: &[Attr], at: Span) -> Option<Attr> {
    let program = package(path)?;
    let (_, pattern) = program.values.iter().find(|(name, _)| ends_with(path, name))?;
    if let Some(only) = pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && let Ok(index) = only.parse::<usize>()
    {
        return positional.get(index).cloned();
    }
    let mut pieces = Vec::new();
    let mut rest = pattern.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (index, after) = after.split_once('}')?;
        pieces.push(Piece::Known(before.into()));
        pieces.extend(super::evaluate::into_pieces(positional.get(index.parse::<usize>().ok()?)?));
        rest = after;
    }
    pieces.push(Piece::Known(rest.into()));
    Some(Attr::new(Value::from_pieces(pieces), at))
}

/// The text that a member of an enumeration of a package stands for.
pub(super) fn member(path: &str) -> Option<Str> {
    let (class, name) = path.rsplit_once('.')?;
    let is_constant = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let of_class = class.rsplit('.').next()?.starts_with(|c: char| c.is_ascii_uppercase());
    let program = package(path).filter(|_| is_constant && of_class)?;
    let listed = program.members.iter().find(|(own, _)| ends_with(class, own));
    let text = listed.and_then(|(_, members)| members.get(name)).map_or(name, String::as_str);
    Some(text.into())
}

/// The name that a resource of a package's own has among its program's resources.
pub(super) fn resource_name(path: &str, positional: &[Attr]) -> Option<Str> {
    let program = package(path).filter(|program| !program.types.is_empty())?;
    positional.get(program.named_by)?.value.as_str().map(Str::from)
}

/// The native type that a class is, among those that some kind has a row for.
pub(super) fn native_of(path: &str, wanted: &HashSet<Arc<str>>) -> Option<(&'static Program, Str)> {
    let program = package(path).filter(|program| !program.types.is_empty())?;
    let class = inside(program, path)?;
    let names = program.types.iter().filter_map(|types| named_elsewhere(types, class));
    let found = names.into_iter().find_map(|name| wanted.iter().find(|native| *normalized(native) == *name));
    found.map(|native| (program, native.clone()))
}

/// The other name of a class, normalized.
fn named_elsewhere(types: &Types, class: &str) -> Option<Box<str>> {
    let mut words = Vec::new();
    let mut rest = class;
    let mut fixed = types.class.split("{}");
    rest = rest.strip_prefix(fixed.next()?)?;
    for part in fixed {
        let end = if part.is_empty() { rest.len() } else { rest.find(part)? };
        words.push(rest.get(..end)?);
        rest = rest.get(end + part.len()..)?;
    }
    if !rest.is_empty() || words.iter().any(|word| word.is_empty() || word.contains('.')) {
        return None;
    }
    let mut name = String::new();
    // What leaves out words leaves out the first of them.
    let mut words = words.into_iter().skip(words_left_out(types));
    for (at, part) in types.native.split("{}").enumerate() {
        if at > 0 {
            name.push_str(words.next()?);
        }
        name.push_str(part);
    }
    Some(normalized(&name))
}

fn words_left_out(types: &Types) -> usize {
    types.class.matches("{}").count().saturating_sub(types.native.matches("{}").count())
}
