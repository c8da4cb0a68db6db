//! Values as the text of a program, each part at its place.
//!
//! Called by `held` for programs in attributes, and by frontends whose programs are given to others to run. It must
//! not know any language.

use crate::base64;
use crate::input::tree::{Pieces, align, pair};
use crate::input::view::View;
use crate::model::made::{Made, Part, Written};
use crate::model::native::Exists;
use crate::model::value::{Attr, Piece, Value};
use crate::source::{SourceMap, Span};
use std::ops::Range;
use std::sync::Arc;

/// The texts that a value is: one, or each of its alternatives, which is there only where it is meant. What is not
/// known of a text leaves holes; a value of which nothing is known is none. What is base64 is read as what it spells.
pub fn texts(sources: &SourceMap, attr: &Attr) -> Vec<(View, Exists)> {
    let mut view = View::within(attr.at);
    match (attr.made.as_deref(), &attr.value) {
        (Some(Made::Encoded(text)), _) => return texts(sources, text),
        (None, Value::OneOf(all)) => {
            let each = all.iter().flatten().flat_map(|one| texts(sources, one));
            return each.map(|(view, _)| (view, Exists::Unless(all.why.clone()))).collect();
        }
        (None, Value::String(text)) => match spelled(text) {
            Some(text) => view.keep(&text, attr.decided_at()),
            None => write(sources, attr, &mut view),
        },
        (Some(Made::Joined(_)), _) | (_, Value::String(_) | Value::Text(_)) => write(sources, attr, &mut view),
        _ => return Vec::new(),
    }
    vec![(view, Exists::Yes)]
}

/// What base64 spells, if it is text; a word that only looks like it is none.
fn spelled(text: &str) -> Option<String> {
    let bytes = base64::decode(&text.replace(['\n', '\r'], "")).filter(|bytes| bytes.len() > 8)?;
    String::from_utf8(bytes).ok().filter(|text| text.contains(char::is_whitespace))
}

/// Adds the text that a value is; what is not one text leaves a hole.
pub fn write(sources: &SourceMap, attr: &Attr, view: &mut View) {
    match (attr.made.as_deref(), &attr.value) {
        (Some(Made::Joined(parts)), _) => parts.iter().for_each(|part| write_part(sources, part, view)),
        (_, Value::String(text)) => literal(sources, text, attr.decided_at(), view),
        (_, Value::Text(pieces)) => {
            let written = sources.text(attr.at);
            let mut from = 0;
            for piece in pieces.iter() {
                let Piece::Known(text) = piece else {
                    view.fill(&of(piece, attr), attr.at);
                    continue;
                };
                let found = written.get(from..).and_then(|rest| rest.find(&**text)).map(|at| from + at);
                from = found.map_or(from, |at| at + text.len());
                let exact = |at: usize| {
                    let start = attr.at.start + at as u32;
                    Span { start, end: start + text.len() as u32, ..attr.at }
                };
                view.keep(text, found.map_or(attr.at, exact));
            }
        }
        _ => view.fill(attr, attr.at),
    }
}

/// A text of which only its characters are known, where they can be told from how it is written.
fn literal(sources: &SourceMap, text: &str, at: Span, view: &mut View) {
    let pieces = align(text, &sources.text(at), at.start);
    match pieces.last() {
        Some((last, _)) if last.end as usize == text.len() => pieces_of(text, pieces, at, view),
        _ => {
            let start = sources.text(at).find(text).map(|start| at.start + start as u32);
            let exact = |start| Span { start, end: start + text.len() as u32, ..at };
            view.keep(text, start.map_or(at, exact));
        }
    }
}

fn pieces_of(text: &str, pieces: Pieces, at: Span, view: &mut View) {
    let mut done = 0;
    for (inner, outer) in pieces {
        let part = text.get(inner.start as usize..inner.end as usize).unwrap_or_default();
        view.keep(part, Span { start: outer.start, end: outer.end, ..at });
        done = inner.end as usize;
    }
    view.keep(text.get(done..).unwrap_or_default(), at);
}

fn write_part(sources: &SourceMap, part: &Part, view: &mut View) {
    match (&part.how, &part.piece) {
        (Written::Inserted(from), Piece::Known(text)) => match from.value.scalar_text() {
            Some(whole) if whole == *text => view.fill(from, part.at),
            _ if from.sensitive => view.fill(from, part.at),
            _ => view.keep(text, part.at),
        },
        (Written::Inserted(from), piece) => match &from.value {
            Value::Text(_) => view.fill(&of(piece, from), part.at),
            _ => view.fill(from, part.at),
        },
        (how, Piece::Known(text)) => {
            let quote = matches!(how, Written::Escaped).then_some('"');
            let pieces = pair(text, &sources.text(part.at), part.at.start, quote);
            pieces_of(text, pieces, part.at, view);
        }
        (_, piece) => view.fill(&of(piece, &Attr::new(Value::Null, part.at)), part.at),
    }
}

/// A piece of a value as a value.
fn of(piece: &Piece, whole: &Attr) -> Attr {
    let value = Value::from_pieces([piece.clone()]);
    Attr { value, made: None, ..whole.clone() }
}

/// Part of a text as a value that is read as a document or a program of its own.
pub fn part(view: &View, range: Range<usize>) -> Attr {
    let at = view.span(range.clone());
    let parts = view.parts(range);
    let value = Value::from_pieces(parts.iter().map(|part| part.piece.clone()));
    Attr { made: Some(Arc::new(Made::Joined(parts.into()))), ..Attr::new(value, at) }
}
