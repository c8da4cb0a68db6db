//! A scalar's text as a source of its own, each part of it knowing where it is written.
//!
//! Called by readers of documents inside documents: JSON in a YAML block, conditions in a rule file.

use super::Node;
use crate::source::{EmbeddedKind, SourceId, SourceMap};
use std::ops::Range;

/// Inner byte range → outer byte range.
pub type Pieces = Vec<(Range<u32>, Range<u32>)>;

impl Node {
    /// Registers a scalar's text as an embedded source; `None` for collections. Spans in it map outwards to the
    /// characters as written: escapes, quotes, folded lines and indentation are accounted for.
    pub fn embed(&self, sources: &SourceMap, kind: EmbeddedKind) -> Option<SourceId> {
        let pieces = self.pieces(sources)?;
        Some(sources.embed(self.content(), kind, self.scalar()?.text.clone(), pieces))
    }

    /// Where each part of a scalar's text is written, in bytes of its source; `None` for collections.
    pub fn pieces(&self, sources: &SourceMap) -> Option<Pieces> {
        let content = self.content();
        let source = sources.get(content.source);
        let raw = source.text.get(content.range()).unwrap_or_default();
        Some(align(&self.scalar()?.text, raw, content.start))
    }
}

/// Pairs the parts of a scalar's text with the parts of its writing, quotes included.
pub fn align(text: &str, raw: &str, start: u32) -> Pieces {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\'')).filter(|c| raw.len() > 1 && raw.ends_with(*c));
    let before = quote.map_or(0, char::len_utf8);
    let inside = raw.get(before..raw.len() - before).unwrap_or_default();
    pair(text, inside, start + before as u32, quote)
}

/// Pairs the parts of a text with the parts of its writing, which stands at `start` inside these quotes. Where they
/// stop to agree the pieces end.
pub fn pair(text: &str, raw: &str, start: u32, quote: Option<char>) -> Pieces {
    let mut pieces = Pieces::new();
    let (mut inner, mut outer) = (0, 0);
    while let (Some(text_left), Some(raw_left)) = (text.get(inner..), raw.get(outer..)) {
        let Some((took, wrote)) = step(text_left, raw_left, quote) else { break };
        let place = |at: usize| start + at as u32;
        let piece = (inner as u32..(inner + took) as u32, place(outer)..place(outer + wrote));
        match pieces.last_mut() {
            // Neighbours written as they read stay one piece.
            Some((text, raw)) if took == wrote && text.len() == raw.len() && raw.end == piece.1.start => {
                (text.end, raw.end) = (piece.0.end, piece.1.end);
            }
            _ if took > 0 => pieces.push(piece),
            _ => {}
        }
        (inner, outer) = (inner + took, outer + wrote);
    }
    pieces
}

/// Bytes of the text, and of its writing, that the next characters take.
fn step(text: &str, raw: &str, quote: Option<char>) -> Option<(usize, usize)> {
    let written = raw.chars().next()?;
    if written == '\\' && quote == Some('"') {
        let blank = |c: char| c.is_ascii_whitespace();
        let after = raw.get(1..)?;
        if after.starts_with(['\n', '\r']) {
            return Some((0, raw.len() - after.trim_start_matches(blank).len()));
        }
        return Some((text.chars().next()?.len_utf8(), escape_len(raw)));
    }
    let read = text.chars().next()?;
    // `$${` in a template of Terraform.
    if (raw.starts_with("$${") && text.starts_with("${")) || (raw.starts_with("%%{") && text.starts_with("%{")) {
        return Some((1, 2));
    }
    if read == '\'' && quote == Some('\'') {
        return raw.starts_with("''").then_some((1, 2));
    }
    let space = |text: &str| text.len() - text.trim_start_matches([' ', '\n', '\r', '\t']).len();
    match (space(text), space(raw)) {
        (0, 0) => (read == written).then_some((read.len_utf8(), read.len_utf8())),
        // Indentation, or space that the text does without.
        (0, written) if quote.is_none() => Some((0, written)),
        (0, _) | (_, 0) => None,
        // Next to a space in double quotes there may be an escaped one.
        (read, written) if quote == Some('"') => match raw.get(..written)?.matches('\n').count() {
            0 => Some((read.min(written), read.min(written))),
            breaks => Some((read.min((breaks - 1).max(1)), written)),
        },
        (read, written) => Some((read, written)),
    }
}

/// Bytes that an escape sequence takes.
fn escape_len(raw: &str) -> usize {
    let high = raw
        .get(2..4)
        .is_some_and(|digits| matches!(digits.as_bytes(), [b'd' | b'D', b'8' | b'9' | b'a'..=b'b' | b'A'..=b'B']));
    match raw.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') if high && raw.get(6..8) == Some("\\u") => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 1 + raw.chars().nth(1).map_or(0, char::len_utf8),
    }
    .min(raw.len())
}
