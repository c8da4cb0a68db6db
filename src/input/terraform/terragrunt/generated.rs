//! Files that Terragrunt writes into the folder of a module before Terraform runs there.
//!
//! Called by `mod` for each unit. A provider's region often stands in such a file.

use crate::files;
use crate::input::Context;
use crate::input::terraform::parse::{self, File};
use crate::input::terraform::project;
use crate::model::value::{Attr, Map, Piece, Value};
use crate::source::EmbeddedKind;
use std::sync::Arc;

/// The files of all `generate` blocks that Terraform reads.
pub fn files(context: &Context<'_>, folder: &str, all: &Map) -> Vec<File> {
    all.entries.iter().filter_map(|(_, one)| file(context, folder, one)).collect()
}

fn file(context: &Context<'_>, folder: &str, generate: &Attr) -> Option<File> {
    let Value::Map(map) = &generate.value else { return None };
    let path = files::resolve(folder, map.get("path")?.value.as_str()?)?;
    let is_off = map.get("disable").is_some_and(|disable| matches!(disable.value, Value::Bool(true)));
    let gives_way = map.get("if_exists").is_some_and(|what| what.value.as_str() == Some("skip"));
    if is_off
        || files::parent(&path) != folder
        || !project::is_terraform(&path)
        || gives_way && context.files.exists(&path)
    {
        return None;
    }
    let contents = map.get("contents")?;
    let text = match &contents.value {
        Value::String(text) => Arc::clone(text),
        // What is not known there is not known in the file.
        Value::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text,
                Piece::Hole(_) => "${unknown}",
            })
            .collect::<String>()
            .into(),
        _ => return None,
    };
    let source = context.sources.embed(contents.at, EmbeddedKind::Document, text, Vec::new());
    parse::parse_file(context.sources, path.into(), source).ok()
}
