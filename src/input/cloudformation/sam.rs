//! What the serverless transform makes of a resource: `Globals` laid below it, the type it is deployed as. And state
//! machines whose definition stands in a file beside the template, as packaging takes it.
//!
//! Called by `stack` for each resource that somebody asks for.

use super::evaluate::Evaluator;
use super::expand::Declared;
use super::text::{SubPart, concat, split_sub};
use crate::input::tree::{self, Node, Schema};
use crate::model::value::{Attr, List, Map, Str, Value};

/// Serverless types, and what they are deployed as; properties keep their names.
const DEPLOYED_AS: &[(&str, &str)] = &[
    ("AWS::Serverless::Function", "AWS::Lambda::Function"),
    ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"),
    ("AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"),
];
/// Properties that name the file with a state machine's definition.
const DEFINITION_FILES: &[&str] = &["DefinitionUri", "DefinitionS3Location"];

/// The type that a serverless type is deployed as.
pub(super) fn deployed_type(kind: &str) -> Option<&'static str> {
    DEPLOYED_AS.iter().find(|(serverless, _)| *serverless == kind).map(|(_, deployed)| *deployed)
}

/// The properties of a resource as they are deployed.
pub(super) fn finished(evaluator: &Evaluator<'_>, resource: &Declared, properties: Attr) -> Attr {
    let kind = resource.body.get("Type").and_then(Node::as_str).unwrap_or_default();
    let globals = kind.strip_prefix("AWS::Serverless::").and_then(|name| globals(evaluator, name));
    let properties = match globals {
        Some(globals) => merged(&globals, properties),
        None => properties,
    };
    match kind.rsplit("::").next() {
        Some("StateMachine") => with_definition(evaluator, properties),
        _ => properties,
    }
}

fn globals(evaluator: &Evaluator<'_>, name: &str) -> Option<Attr> {
    evaluator.template.sections("Globals").find_map(|globals| evaluator.value(globals.get(name)?))
}

/// A resource's own value over the global one: maps are merged, lists joined, anything else replaced.
fn merged(global: &Attr, own: Attr) -> Attr {
    let value = match (&global.value, &own.value) {
        (Value::Map(below), Value::Map(above)) => {
            let own_entry = |(key, attr): &(Str, Attr)| match below.get(key) {
                Some(global) => (key.clone(), merged(global, attr.clone())),
                None => (key.clone(), attr.clone()),
            };
            let inherited = below.entries.iter().filter(|(key, _)| above.get(key).is_none()).cloned();
            let entries = above.entries.iter().map(own_entry).chain(inherited).collect();
            Value::Map(Map { entries, open: above.open.clone().or_else(|| below.open.clone()), ..Map::default() })
        }
        (Value::List(below), Value::List(above)) => {
            let items = below.items.iter().chain(above.items.iter()).cloned().collect();
            Value::List(List { items, open: above.open.clone().or_else(|| below.open.clone()), ..List::default() })
        }
        _ => return own,
    };
    Attr { value, ..own }
}

/// A state machine with its definition as data, wherever it is written, and its substitutions filled in.
fn with_definition(evaluator: &Evaluator<'_>, properties: Attr) -> Attr {
    let Value::Map(map) = &properties.value else { return properties };
    let from_file = DEFINITION_FILES.iter().find_map(|name| {
        let path = map.get(name)?.value.scalar_text()?;
        let document = evaluator.run.document(&evaluator.template.path, &path)?;
        Some(tree::attr(&document, Schema::Core))
    });
    let Some(definition) = map.get("Definition").cloned().or(from_file) else { return properties };
    let definition = match map.get("DefinitionSubstitutions").map(|attr| &attr.value) {
        Some(Value::Map(names)) => substituted(&definition, names),
        _ => definition,
    };
    let others = map.entries.iter().filter(|(key, _)| &**key != "Definition").cloned();
    let entries = others.chain([("Definition".into(), definition)]).collect();
    Attr { value: Value::Map(Map { entries, open: map.open.clone(), kind: map.kind }), ..properties }
}

/// A definition with `${name}` replaced wherever it stands in a text.
fn substituted(attr: &Attr, names: &Map) -> Attr {
    let value = match &attr.value {
        Value::List(list) => {
            let items = list.items.iter().map(|item| substituted(item, names)).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, attr)| (key.clone(), substituted(attr, names))).collect();
            Value::Map(Map { entries, open: map.open.clone(), kind: map.kind })
        }
        Value::String(text) if text.contains("${") => {
            let literal = |text: String| Attr::new(Value::string(text), attr.at);
            let parts = split_sub(text).into_iter().map(|part| match part {
                SubPart::Text(text) => literal(text.to_owned()),
                SubPart::Literal(name) => literal(format!("${{!{name}}}")),
                SubPart::Name(name) => names.get(name).cloned().unwrap_or_else(|| literal(format!("${{{name}}}"))),
            });
            return Attr { key: attr.key, ..concat(parts, attr.at) };
        }
        _ => return attr.clone(),
    };
    Attr { value, ..attr.clone() }
}
