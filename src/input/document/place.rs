//! From a parsed document to values where they are written: marks become what they stand for, spans lead outwards.
//!
//! Called by `read`. Recursion is bounded by the depth of documents.

use super::render::Rendered;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, List, Map, Piece, Str, Unknown, Value, Why, WhyCode};
use crate::source::Span;
use std::sync::Arc;

/// The value with the places and values of its parts. `whole` is the text it was read from.
pub(super) fn place(rendered: &Rendered<'_>, whole: &Attr, attr: Attr) -> Attr {
    Placer { rendered, whole }.attr(attr)
}

struct Placer<'a> {
    rendered: &'a Rendered<'a>,
    whole: &'a Attr,
}

impl Placer<'_> {
    fn attr(&self, attr: Attr) -> Attr {
        let here = attr.at;
        let mut placed = Attr::new(Value::Null, self.outward(here));
        placed.key = attr.key.map(|key| self.outward(key));
        placed.value = match &attr.value {
            Value::List(list) => Value::List(self.list(list, here)),
            Value::Map(map) => Value::Map(self.map(map)),
            scalar => {
                for part in self.rendered.parts_under(here) {
                    if let Written::Inserted(from) = &part.how {
                        placed.origin = placed.origin.join(&from.origin);
                        placed.sensitive |= from.sensitive;
                    }
                }
                return self.scalar(scalar, here, placed);
            }
        };
        placed
    }

    fn outward(&self, span: Span) -> Span {
        self.rendered.outward(span).unwrap_or_else(|| self.whole.decided_at())
    }

    fn list(&self, list: &List, here: Span) -> List {
        let mut open = list.open.clone();
        let is_flow = self.written(here).starts_with('[');
        let mut items = Vec::with_capacity(list.items.len());
        for item in list.items.iter() {
            match self.mark(item).filter(|part| is_flow && is_unknown(part)) {
                // What is spelled out here may be several items, or none.
                Some(part) => open = Some(why(part)),
                None => items.push(self.attr(item.clone())),
            }
        }
        List { items: items.into(), open, ..List::default() }
    }

    fn map(&self, map: &Map) -> Map {
        let mut open = map.open.clone();
        let mut entries: Vec<(Str, Attr)> = Vec::with_capacity(map.entries.len());
        for (key, value) in map.entries.iter() {
            let unknown = self.rendered.split(key).into_iter().find_map(Result::err);
            match unknown {
                Some(part) => open = Some(why(part)),
                None => entries.push((key.clone(), self.attr(value.clone()))),
            }
        }
        Map { entries: entries.into(), open, ..Map::default() }
    }

    /// The part that a scalar is as a whole, not in quotes.
    fn mark(&self, attr: &Attr) -> Option<&Part> {
        let text = attr.value.scalar_text()?;
        match self.rendered.split(&text).as_slice() {
            [Err(part)] if !self.written(attr.at).starts_with(['"', '\'']) => Some(part),
            _ => None,
        }
    }

    fn scalar(&self, value: &Value, here: Span, placed: Attr) -> Attr {
        let Some(text) = value.scalar_text() else { return Attr { value: value.clone(), ..placed } };
        let mut placed = placed;
        // It may be a document or a program of its own.
        if text.contains(char::is_whitespace) {
            placed.made = Some(Arc::new(Made::Joined(self.rendered.parts_of(&text, here).into())));
        }
        let parts = self.rendered.split(&text);
        if parts.iter().all(Result::is_ok) {
            return Attr { value: value.clone(), ..placed };
        }
        let is_quoted = self.written(here).starts_with(['"', '\'']);
        if let [Err(Part { how: Written::Inserted(inserted), piece, .. })] = parts.as_slice()
            && (!is_text(&inserted.value) || inserted.made.is_some())
        {
            placed.made = inserted.made.clone();
            return match (inserted.made.as_deref(), &inserted.value) {
                (Some(Made::Printed(structure)), _) if !is_quoted => {
                    Attr { key: placed.key, sensitive: structure.sensitive || inserted.sensitive, ..structure.clone() }
                }
                (Some(_), Value::Text(_)) => Attr { value: inserted.value.clone(), ..placed },
                (_, Value::Unknown(unknown)) => {
                    let unknown = Unknown { may_be_absent: !is_quoted, ..unknown.clone() };
                    Attr { value: Value::Unknown(unknown), ..placed }
                }
                (_, Value::OneOf(_)) => Attr { value: inserted.value.clone(), ..placed },
                _ => Attr { value: Value::from_pieces([piece.clone()]), ..placed },
            };
        }
        let pieces = parts.into_iter().map(|part| match part {
            Ok(text) => Piece::Known(text.into()),
            Err(part) => part.piece.clone(),
        });
        Attr { value: Value::from_pieces(pieces), ..placed }
    }

    /// How a node is written in the document.
    fn written(&self, span: Span) -> &str {
        self.rendered.text.get(span.range()).unwrap_or_default()
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Text(_))
}

fn is_unknown(part: &Part) -> bool {
    matches!(part.piece, Piece::Hole(_))
}

fn why(part: &Part) -> Why {
    match &part.piece {
        Piece::Hole(unknown) => unknown.why.clone(),
        Piece::Known(text) => Why::new(WhyCode::NotEvaluated, text.clone(), part.at),
    }
}
