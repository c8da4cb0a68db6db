//! Prints what the readers make of a project, one resource a line of JSON, for the scripts beside it.
//!
//! `natives FOLDER [REGION]`. Every node is `{"at": [path, start, end], …}` with one of `text`, `list`, `map`, `pieces`
//! (of a text known in part, null where it is not), `one_of` (null for absent) and `unknown`.

#![allow(clippy::print_stdout, reason = "printing is all it does")]

use mlcost_lint::files::Disk;
use mlcost_lint::input::discover::{self, Project};
use mlcost_lint::input::{Context, FRONTENDS, Options};
use mlcost_lint::model::native::Exists;
use mlcost_lint::model::value::{Attr, Piece, Value};
use mlcost_lint::source::{SourceMap, Span};
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| ".".into()));
    let Ok(root) = folder.canonicalize() else { return };
    let project = Project { root: root.clone(), targets: vec![String::new()] };
    let (files, sources) = (Disk::new(&root), SourceMap::new());
    let options = Options { region: arguments.next(), each_variable_file: false, ..Options::default() };
    let found = discover::walk(&project, &[]).unwrap_or_default();
    let claims = discover::claim(&files, &sources, &options, &found, &|| ());
    let texts = claims.by_frontend.iter().flatten().map(|file| Arc::clone(&sources.get(file.source).text));
    let wanted: HashSet<Arc<str>> = texts.flat_map(|text| types(&text).collect::<Vec<_>>()).collect();
    let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    for (frontend, claimed) in FRONTENDS.iter().zip(&claims.by_frontend) {
        let reading = frontend.read(&context, claimed);
        for error in reading.errors {
            println!("{}", json!({"format": frontend.name(), "path": &*error.path, "error": error.message}));
        }
        for skipped in reading.skipped {
            println!("{}", json!({"format": frontend.name(), "path": &*skipped.path, "skipped": skipped.reason}));
        }
        for native in reading.groups.iter().flat_map(|group| &group.natives) {
            let unless = match &native.exists {
                Exists::Yes => None,
                Exists::Unless(why) => Some(&*why.what),
            };
            let (head, tree) = (place(&sources, native.head), node(&sources, &native.tree));
            let line = json!({"format": frontend.name(), "scope": &*native.scope, "type": &*native.native_type,
                "address": &*native.address, "instance": native.instance.as_deref(), "region": node(&sources, &native.region),
                "count": node(&sources, &native.count), "unless": unless, "head": head, "tree": tree});
            println!("{line}");
        }
    }
}

/// Words that look like a resource type.
fn types(text: &str) -> impl Iterator<Item = Arc<str>> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '{' | '}'));
    let is_type =
        |word: &&str| word.contains("::") || ["aws", "google_", "azurerm_"].iter().any(|one| word.starts_with(one));
    words.filter(is_type).map(Arc::from)
}

fn place(sources: &SourceMap, span: Span) -> Json {
    let span = sources.in_file(span);
    json!([&*sources.path(span), span.start, span.end])
}

fn node(sources: &SourceMap, attr: &Attr) -> Json {
    let node = |attr: &Attr| node(sources, attr);
    let mut json = match &attr.value {
        Value::Null => json!({"text": null}),
        Value::List(list) => {
            json!({"list": list.items.iter().map(node).collect::<Vec<_>>(), "open": list.open.is_some()})
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, attr)| (key.to_string(), node(attr)));
            json!({"map": entries.collect::<serde_json::Map<_, _>>(), "open": map.open.is_some()})
        }
        Value::Text(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => Some(&**text),
                Piece::Hole(_) => None,
            });
            json!({"pieces": pieces.collect::<Vec<_>>()})
        }
        Value::OneOf(choices) => {
            json!({"one_of": choices.iter().map(|choice| choice.as_ref().map(node)).collect::<Vec<_>>()})
        }
        Value::Unknown(unknown) => {
            let refers_to = unknown.refers_to.as_ref().map(|to| json!([&*to.address, to.instance.as_deref()]));
            let why = format!("{} {}", unknown.why.code.name(), unknown.why.what);
            json!({"unknown": why, "refers_to": refers_to})
        }
        scalar => json!({"text": scalar.scalar_text().as_deref()}),
    };
    json["at"] = place(sources, attr.at);
    json
}
