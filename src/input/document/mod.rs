//! Documents written as strings, read with the place and the value of each of their parts.
//!
//! ```text
//! what a text was made of ── render (holes become marks) ── tree ── place (marks become values) ──► Attr
//! ```
//!
//! Texts of programs are read by `text`, which keeps the places without a tree.
//!
//! Called by `held` for attributes that hold documents, and by frontends whose language reads documents. It must not
//! know what a document means.

mod lines;
mod merge;
mod place;
mod render;
#[cfg(test)]
mod tests;
pub mod text;

use super::tree::{self, Schema};
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Value};
use crate::source::SourceMap;

pub use merge::merged;

/// The documents that a value is: as many as its text holds, one for a structure, none where it is not known or does
/// not parse. What is known only in part leaves holes. Of one of several texts, the documents in the same place
/// become one with alternatives inside.
pub fn read(sources: &SourceMap, attr: &Attr, schema: Schema) -> Vec<Attr> {
    let mut documents = match (attr.made.as_deref(), &attr.value) {
        (Some(Made::Printed(value)), _) => read(sources, value, schema),
        (Some(Made::Encoded(text)), _) => read(sources, text, schema),
        (Some(Made::Joined(parts)), _) => whole_text(sources, parts, attr, schema),
        (None, Value::Map(_) | Value::List(_)) => vec![attr.clone()],
        (None, Value::String(_) | Value::Text(_)) => whole_text(sources, &parts(attr), attr, schema),
        (None, Value::OneOf(all)) => {
            let read = |one: &Option<Attr>| one.as_ref().map(|one| read(sources, one, schema)).unwrap_or_default();
            merged(all.iter().map(read).collect(), attr)
        }
        _ => Vec::new(),
    };
    documents.iter_mut().for_each(|document| document.sensitive |= attr.sensitive);
    documents
}

/// A text of which only its characters are known, as parts that all stand where it stands.
fn parts(attr: &Attr) -> Vec<Part> {
    let inserted = |piece: &Piece| {
        let value = match piece {
            Piece::Known(text) => Value::String(text.clone()),
            Piece::Hole(unknown) => Value::Unknown(unknown.clone()),
        };
        let how = Written::Inserted(Attr { value, ..attr.clone() });
        Part { piece: piece.clone(), at: attr.decided_at(), how }
    };
    match &attr.value {
        Value::String(text) => vec![inserted(&Piece::Known(text.clone()))],
        Value::Text(pieces) => pieces.iter().map(inserted).collect(),
        _ => Vec::new(),
    }
}

fn whole_text(sources: &SourceMap, parts: &[Part], attr: &Attr, schema: Schema) -> Vec<Attr> {
    // A heredoc around a single `${jsonencode(…)}`.
    let visible = |part: &&Part| !matches!(&part.piece, Piece::Known(text) if text.trim().is_empty());
    let mut inserted = parts.iter().filter(visible);
    if let (Some(Part { how: Written::Inserted(only), .. }), None) = (inserted.next(), inserted.next())
        && only.made.is_some()
    {
        return read(sources, only, schema);
    }
    let Some(rendered) = render::render(sources, parts) else { return Vec::new() };
    // The text is looked at here only: places leave it before anyone else sees them.
    let scratch = SourceMap::new();
    let source = scratch.add("", rendered.text.as_str());
    let Ok(roots) = tree::parse(&scratch, source) else { return Vec::new() };
    roots.iter().map(|root| place::place(&rendered, attr, tree::attr(root, schema))).collect()
}
