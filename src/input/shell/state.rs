//! What a script's variables hold at a point, and after one of several ways to it.
//!
//! Used by `run`. It must not know any command.

use super::script::Statement;
use super::text::Text;
use crate::model::value::{Attr, List, Value, Why, WhyCode};
use std::collections::BTreeMap;

/// What is known at a point of a script.
#[derive(Clone, Default)]
pub(super) struct State {
    /// Variables by name.
    pub variables: BTreeMap<String, Attr>,
}

/// A value with another one behind it.
pub(super) fn appended(before: &Attr, more: &Attr) -> Attr {
    match (&before.value, &more.value) {
        (Value::List(a), Value::List(b)) => {
            let items = a.items.iter().chain(b.items.iter()).cloned().collect();
            Attr::new(
                Value::List(List { items, open: a.open.clone().or_else(|| b.open.clone()), ..List::default() }),
                before.at,
            )
        }
        _ => {
            let mut text = Text::of(before, before.at);
            text.push_value(more, more.at);
            text.attr(0..text.text.len(), &[])
        }
    }
}

/// An element of an array by its number, or by its key, which stands before it: `[key]=value`.
pub(super) fn element(array: &Attr, key: &str) -> Option<Attr> {
    let Value::List(List { items, open: None, .. }) = &array.value else { return None };
    let key = key.trim_matches(['"', '\'']);
    let named = format!("[{key}]=");
    let mut texts = items.iter().map(|item| Text::of(item, item.at));
    match texts.clone().rfind(|text| text.text.starts_with(&named)) {
        Some(text) => Some(text.attr(named.len()..text.text.len(), &[])),
        None if texts.any(|text| text.text.starts_with('[')) => None,
        None => items.get(key.parse::<usize>().ok()?).cloned(),
    }
}

/// What variables may hold after one of several ways.
pub(super) fn merged(ways: &[State], why: &Why) -> State {
    let names: BTreeMap<&String, ()> =
        ways.iter().flat_map(|way| way.variables.keys()).map(|name| (name, ())).collect();
    let one = |name: &String| {
        let mut values: Vec<Option<Attr>> = ways.iter().map(|way| way.variables.get(name).cloned()).collect();
        let first = values.iter().flatten().next()?.clone();
        let unset = Why::new(WhyCode::VariableWithoutDefault, format!("${name}"), first.at);
        values.iter_mut().for_each(|value| {
            value.get_or_insert_with(|| Attr::unknown(unset.clone(), first.at));
        });
        let same = values.iter().flatten().all(|attr| attr.at == first.at);
        let joined = || Attr::new(Value::one_of(values.clone(), why.clone()), first.at);
        Some((name.clone(), if same { first.clone() } else { joined() }))
    };
    State { variables: names.into_keys().filter_map(one).collect() }
}

/// Variables that statements set.
pub(super) fn assigned(statements: &[Statement]) -> Vec<&str> {
    let mut names = Vec::new();
    for statement in statements {
        match statement {
            Statement::Assign(assignment) => names.push(assignment.name.as_str()),
            Statement::Branches { arms, .. } => arms.iter().for_each(|arm| names.extend(assigned(arm))),
            Statement::Loop { body, .. } => names.extend(assigned(body)),
            Statement::Command(_) | Statement::Function { .. } => {}
        }
    }
    names
}
