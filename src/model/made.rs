//! What texts were made of: the value that was printed, or the parts that were put together. A value decoded from a
//! text keeps what the text was made of.
//!
//! Kept by frontends beside a text that may be a document of another format, so that the document is read with the
//! places and values of its parts. Read by `input::document`. It must not know any format.

use super::value::{Attr, Piece};
use crate::source::Span;
use std::sync::Arc;

/// How a text came about. It tells more than the text, and counts instead of it where the text is not known.
#[derive(Clone, Debug)]
pub enum Made {
    /// This value, printed as JSON or YAML.
    Printed(Attr),
    /// This text, written in base64.
    Encoded(Attr),
    /// Parts, one after the other.
    Joined(Arc<[Part]>),
}

/// A part of a text.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it adds.
    pub piece: Piece,
    /// Where it is written.
    pub at: Span,
    /// How it is written.
    pub how: Written,
}

/// How a part of a text is written.
#[derive(Clone, Debug)]
pub enum Written {
    /// As it reads, but for indentation and line breaks.
    Plain,
    /// As in double quotes: with backslash escapes.
    Escaped,
    /// As an expression with this value.
    Inserted(Attr),
}

impl Part {
    /// What a value of these pieces adds to a text.
    pub fn of(attr: &Attr, pieces: &[Piece]) -> Vec<Part> {
        let inserted = |piece: &Piece| Part { piece: piece.clone(), at: attr.at, how: Written::Inserted(attr.clone()) };
        match attr.made.as_deref() {
            Some(Made::Joined(parts)) => parts.to_vec(),
            // Whoever reads the text takes what was printed, which is one part, however much of it is known.
            Some(_) => pieces.first().map(inserted).into_iter().collect(),
            None => pieces.iter().map(inserted).collect(),
        }
    }

    /// A part that is written as it reads.
    pub fn plain(text: impl Into<super::value::Str>, at: Span) -> Part {
        Part { piece: Piece::Known(text.into()), at, how: Written::Plain }
    }
}

impl Made {
    /// A text in one part.
    pub fn of(part: Part) -> Option<Arc<Made>> {
        Some(Arc::new(Made::Joined(Arc::from([part]))))
    }
}
