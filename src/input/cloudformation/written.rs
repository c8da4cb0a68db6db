//! What literal text, `Fn::Sub` and `Fn::Join` are made of, for whoever reads the documents in them with their places.
//!
//! Called by `evaluate`, `intrinsic` and `lists`.

use super::text::SubPart;
use crate::input::tree::Node;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Piece, Unknown, Value};
use crate::source::{SourceMap, Span};
use std::ops::Range;
use std::sync::Arc;

/// What a literal text is made of, if it may be a document.
pub(super) fn literal(sources: &SourceMap, node: &Node) -> Option<Arc<Made>> {
    let text = node.as_str().filter(|text| may_be_document(text))?;
    let mut parts = Vec::new();
    Writing::of(sources, node)?.cut(0..text.len(), &mut parts);
    Some(Arc::new(Made::Joined(parts.into())))
}

/// What the text of `Fn::Sub` is made of, if it may be a document. Each part comes with what its name stands for.
pub(super) fn sub(sources: &SourceMap, node: &Node, parts: &[(SubPart<'_>, Option<Attr>)]) -> Option<Arc<Made>> {
    let text = node.as_str().filter(|text| may_be_document(text))?;
    let writing = Writing::of(sources, node)?;
    let mut made = Vec::new();
    for (part, value) in parts {
        let (SubPart::Text(slice) | SubPart::Name(slice) | SubPart::Literal(slice)) = part;
        let range = place_in(text, slice);
        match (part, value) {
            (SubPart::Text(_), _) => writing.cut(range, &mut made),
            (_, Some(value)) => {
                let at = writing.place(range);
                let inserted = |piece| Part { piece, at, how: Written::Inserted(value.clone()) };
                made.extend(pieces(value).into_iter().map(inserted));
            }
            (_, None) => {}
        }
    }
    Some(Arc::new(Made::Joined(made.into())))
}

/// What `Fn::Join` is made of: its parts one after the other, each with what it is made of itself.
pub(super) fn joined(parts: &[Attr]) -> Option<Arc<Made>> {
    Some(Arc::new(Made::Joined(parts.iter().flat_map(|part| Part::of(part, &pieces(part))).collect())))
}

/// Whether a text may be a document, or a part of one.
fn may_be_document(text: &str) -> bool {
    text.contains(['\n', '"']) || text.trim_start().starts_with(['{', '['])
}

/// The bytes of a slice in the text it was taken from.
fn place_in(text: &str, slice: &str) -> Range<usize> {
    let start = (slice.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + slice.len()
}

fn pieces(value: &Attr) -> Vec<Piece> {
    let hole = |unknown: &Unknown| Piece::Hole(Unknown { may_be_absent: false, ..unknown.clone() });
    match &value.value {
        Value::Text(pieces) => pieces.to_vec(),
        Value::Unknown(unknown) => vec![hole(unknown)],
        other => vec![other.scalar_text().map_or_else(
            || hole(&Unknown { why: value.decided_by(), may_be_absent: false, refers_to: None }),
            Piece::Known,
        )],
    }
}

/// A scalar's text and where each part of it is written.
struct Writing<'n> {
    text: &'n str,
    content: Span,
    pieces: Vec<(Range<u32>, Range<u32>)>,
}

impl<'n> Writing<'n> {
    fn of(sources: &SourceMap, node: &'n Node) -> Option<Writing<'n>> {
        Some(Writing { text: node.as_str()?, content: node.content(), pieces: node.pieces(sources)? })
    }

    /// The parts of the text in a range.
    fn cut(&self, range: Range<usize>, parts: &mut Vec<Part>) {
        let mut at = range.start;
        for (inner, outer) in &self.pieces {
            let (start, end) = (at.max(inner.start as usize), range.end.min(inner.end as usize));
            if start >= end {
                continue;
            }
            let is_exact = inner.len() == outer.len();
            let from = outer.start + if is_exact { start as u32 - inner.start } else { 0 };
            let to = if is_exact { from + (end - start) as u32 } else { outer.end };
            let how = if is_exact { Written::Plain } else { Written::Escaped };
            let span = Span { start: from, end: to, ..self.content };
            let text = self.text.get(start..end).unwrap_or_default();
            parts.push(Part { how, ..Part::plain(text, span) });
            at = end;
        }
        if let Some(rest) = self.text.get(at..range.end).filter(|rest| !rest.is_empty()) {
            parts.push(Part::plain(rest, self.content));
        }
    }

    /// Where a range is written.
    fn place(&self, range: Range<usize>) -> Span {
        let mut parts = Vec::new();
        self.cut(range, &mut parts);
        let spans = parts.iter().map(|part| part.at);
        spans.reduce(Span::to).unwrap_or(self.content)
    }
}
