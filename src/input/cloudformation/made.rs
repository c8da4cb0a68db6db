//! What texts of templates were made of, for those that may be documents of another format: state machines, pipelines.
//!
//! Called by `evaluate` for literals and by `intrinsic` for the functions that put texts together.

use super::text::{SubPart, split_sub};
use crate::input::tree::{Node, Style};
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value, Why, WhyCode};
use crate::source::{SourceMap, Span};
use std::sync::Arc;

/// Whether a text may be a document or a part of one, so that its making is worth remembering.
pub(super) fn may_be_document(text: &str) -> bool {
    text.contains(['\n', '{', '"'])
}

/// A literal.
pub(super) fn literal(sources: &SourceMap, node: &Node) -> Option<Arc<Made>> {
    let text = node.as_str().filter(|text| may_be_document(text))?;
    let (at, how) = written(sources, node)?;
    Made::of(Part { piece: Piece::Known(text.into()), at, how })
}

/// The text of `Fn::Sub` with what its names stand for, one value for each part of it in order; absent ones are empty.
pub(super) fn substituted(sources: &SourceMap, node: &Node, values: &[Option<Attr>]) -> Option<Arc<Made>> {
    let (inside, how) = written(sources, node)?;
    // A name is written as it reads, so that text and writing have the same parts.
    let raw = sources.text(inside);
    let split = split_sub(&raw);
    let mut start = inside.start;
    let mut parts = Vec::new();
    for (part, value) in split.iter().zip(values).filter(|_| split.len() == values.len()) {
        let at = Span { start, end: start + part.len() as u32, ..inside };
        start = at.end;
        match (part, value) {
            (SubPart::Name(_), Some(value)) => parts.extend(inserted(value, at)),
            (_, Some(Attr { value: Value::String(text), .. })) => {
                parts.push(Part { piece: Piece::Known(text.clone()), at, how: how.clone() });
            }
            _ => {}
        }
    }
    (!parts.is_empty()).then(|| Arc::new(Made::Joined(parts.into())))
}

/// The parts of `Fn::Join`, each with what it is made of.
pub(super) fn joined(parts: &[Attr]) -> Option<Arc<Made>> {
    let mut made = Vec::new();
    for part in parts {
        match part.made.as_deref() {
            Some(Made::Joined(inner)) => made.extend(inner.iter().cloned()),
            _ => made.extend(inserted(part, part.at)),
        }
    }
    (!made.is_empty()).then(|| Arc::new(Made::Joined(made.into())))
}

/// A value inside a text.
fn inserted(value: &Attr, at: Span) -> Vec<Part> {
    let pieces = match &value.value {
        Value::Text(pieces) => pieces.to_vec(),
        Value::Unknown(unknown) => vec![Piece::Hole(Unknown { may_be_absent: false, ..unknown.clone() })],
        other => vec![other.scalar_text().map_or_else(
            || {
                let why = Why::new(WhyCode::UnknownCondition, "one of several values", at);
                Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
            },
            Piece::Known,
        )],
    };
    pieces.into_iter().map(|piece| Part { piece, at, how: Written::Inserted(value.clone()) }).collect()
}

/// The text of a scalar as the file has it, without quotes.
fn written(sources: &SourceMap, node: &Node) -> Option<(Span, Written)> {
    let content = node.content();
    if node.scalar()?.style != Style::Quoted {
        return Some((content, Written::Plain));
    }
    let inside =
        Span { start: content.start + 1, end: content.end.saturating_sub(1).max(content.start + 1), ..content };
    let how = if sources.text(content).starts_with('"') { Written::Escaped } else { Written::Plain };
    Some((inside, how))
}
