//! Prints how much is known of what rules ask for, one attribute of one resource a line, for `values.py`.
//!
//! `values FOLDER`. Tab-separated: path, kind and attribute, state (`known`, `one of`, `in part`, `unknown`, `absent`),
//! reason, the expression that is not known, its place.

#![allow(clippy::print_stdout, reason = "printing is all it does")]

use mlcost_lint::engine::{self, Settings};
use mlcost_lint::files::Disk;
use mlcost_lint::input::discover::{self, Project};
use mlcost_lint::model::resource::Inventory;
use mlcost_lint::model::value::{Attr, Piece, Value, Why};
use mlcost_lint::source::{SourceMap, Span};
use std::path::PathBuf;
use std::sync::Arc;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let Ok(root) = folder.canonicalize() else { return };
    let project = Project { root: root.clone(), targets: vec![String::new()] };
    let found = discover::walk(&project, &[]).unwrap_or_default();
    let resolved = engine::resolve(&Disk::new(&root), &found, &Settings::default(), []);
    let (Ok(resolved), Ok(kinds)) = (resolved, engine::kinds(&SourceMap::new())) else { return };
    let (sources, kinds) = (resolved.sources, Arc::new(kinds));
    let place = |at: Span| {
        let at = sources.in_file(at);
        format!("{}:{}", sources.path(at), sources.get(at.source).line_of(at.start) + 1)
    };
    let inventory = Inventory::build(Arc::clone(&kinds), resolved.groups);
    for resource in &inventory.resources {
        let kind = kinds.get(resource.kind);
        let path = sources.path(sources.in_file(resource.head));
        for (attribute, value) in kind.attributes.iter().zip(&resource.attributes) {
            let (state, why) = state(value.as_deref());
            let (code, what) = why.map_or(("", ""), |why| (why.code.name(), &*why.what));
            let at = why.and_then(|why| why.at).map(&place).unwrap_or_default();
            let what = what.replace(char::is_whitespace, " ");
            println!("{path}\t{}.{}\t{state}\t{code}\t{what}\t{at}", kind.name, attribute.name);
        }
    }
}

/// What is known of a value, and why the rest is not.
fn state(attr: Option<&Attr>) -> (&'static str, Option<&Why>) {
    let Some(attr) = attr else { return ("absent", None) };
    let inside = |attr: &Attr| matches!(state(Some(attr)).0, "in part" | "unknown");
    match &attr.value {
        Value::Null => ("absent", None),
        Value::Unknown(unknown) => ("unknown", Some(&unknown.why)),
        Value::OneOf(_) => ("one of", None),
        Value::Text(pieces) => {
            let hole =
                pieces.iter().find_map(|piece| if let Piece::Hole(hole) = piece { Some(&hole.why) } else { None });
            ("in part", hole)
        }
        Value::List(list) if list.open.is_some() || list.items.iter().any(inside) => ("in part", list.open.as_ref()),
        Value::Map(map) if map.open.is_some() || map.entries.iter().any(|(_, one)| inside(one)) => {
            ("in part", map.open.as_ref())
        }
        _ => ("known", None),
    }
}
