//! What the texts of a template were made of, for those that may be documents of another format.
//!
//! Called by `evaluate` for literals and by `intrinsic` for `Fn::Sub`. It must not know what the documents are.

use super::evaluate::Evaluator;
use super::text::{SubPart, split_sub};
use crate::input::tree::{Node, Style};
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value, Why, WhyCode};
use crate::source::Span;
use std::sync::Arc;

/// Where a scalar's text is written, without quotes, and how.
fn inside(node: &Node) -> Option<(Span, Written)> {
    let (scalar, content) = (node.scalar()?, node.content());
    Some(match scalar.style {
        Style::Quoted => {
            let inner = Span { start: content.start + 1, end: (content.end.max(content.start + 2)) - 1, ..content };
            (inner, Written::Escaped)
        }
        _ => (content, Written::Plain),
    })
}

/// Whether a text may be a document: it has a structure, or several lines.
fn may_be_document(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) || text.trim_end().contains('\n')
}

impl Evaluator<'_> {
    /// How a literal came about.
    pub fn made_of_literal(&self, node: &Node) -> Option<Arc<Made>> {
        let text = node.scalar().map(|scalar| &scalar.text).filter(|text| may_be_document(text))?;
        let (at, how) = inside(node)?;
        Made::of(Part { piece: Piece::Known(text.clone()), at, how })
    }

    /// How the text of `Fn::Sub` came about, given the value of each of its parts.
    pub fn made_of_sub(&self, node: &Node, values: &[Option<Attr>]) -> Option<Arc<Made>> {
        let text = node.as_str().filter(|text| may_be_document(text))?;
        let (outer, how) = inside(node)?;
        let source = self.run.context.sources.get(outer.source);
        // What is written splits where what is meant does.
        let written = split_sub(source.text.get(outer.range())?);
        let meant = split_sub(text);
        if written.len() != meant.len() || meant.len() != values.len() {
            return None;
        }
        let mut start = outer.start;
        let mut parts = Vec::new();
        for ((raw, meant), value) in written.iter().zip(&meant).zip(values) {
            let length = match raw {
                SubPart::Text(text) => text.len(),
                SubPart::Name(name) => name.len() + "${}".len(),
                SubPart::Literal(name) => name.len() + "${!}".len(),
            };
            let at = Span { start, end: start + length as u32, ..outer };
            start = at.end;
            parts.extend(match meant {
                SubPart::Text("") => None,
                SubPart::Text(text) => Some(Part { piece: Piece::Known((*text).into()), at, how: how.clone() }),
                SubPart::Name(_) | SubPart::Literal(_) => value.as_ref().map(|value| inserted(value, at)),
            });
        }
        Some(Arc::new(Made::Joined(parts.into())))
    }
}

fn inserted(value: &Attr, at: Span) -> Part {
    let piece = match (&value.value, value.value.scalar_text()) {
        (_, Some(text)) => Piece::Known(text),
        (Value::Unknown(unknown), _) => Piece::Hole(unknown.clone()),
        _ => {
            let why = Why::new(WhyCode::UnknownCondition, "alternatives", at);
            Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
        }
    };
    Part { piece, at, how: Written::Inserted(value.clone()) }
}
