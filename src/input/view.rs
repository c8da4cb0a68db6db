//! The text of a program as its parser sees it, and where each byte of it stands.
//!
//! Programs stand in files of their own, but also in steps of pipelines, recipes, cells and the words of commands,
//! indented, quoted or filled in from outside. Built by whoever finds a program, used by `shell` and `python`. It must
//! not know any language.

use super::tree::Pieces;
use crate::source::{SourceId, SourceMap, Span};
use std::ops::Range;

/// A text put together from parts of one source.
#[derive(Clone)]
pub struct View {
    /// What is parsed.
    pub text: String,
    /// Bytes of the text and where they stand, in order; what none covers stands at `around`.
    pieces: Pieces,
    around: Span,
}

impl View {
    /// A whole source as it is.
    pub fn of(sources: &SourceMap, source: SourceId) -> View {
        View::overlaid(source, sources.get(source).text.to_string())
    }

    /// A whole source of which some bytes read differently, but none stands elsewhere.
    pub fn overlaid(source: SourceId, text: String) -> View {
        let whole = 0..text.len() as u32;
        View { pieces: vec![(whole.clone(), whole)], around: Span::new(source, 0..text.len()), text }
    }

    /// Nothing yet, from within a span.
    pub fn within(around: Span) -> View {
        View { text: String::new(), pieces: Pieces::new(), around }
    }

    /// A text with the places of its parts.
    pub fn placed(around: Span, text: String, pieces: Pieces) -> View {
        View { text, pieces, around }
    }

    /// The source that its parts stand in.
    pub fn source(&self) -> SourceId {
        self.around.source
    }

    /// Nothing yet, from where another view is from.
    pub fn emptied(&self) -> View {
        View::within(self.around)
    }

    /// Adds text that stands at a place of the source.
    pub fn keep(&mut self, text: &str, place: Range<u32>) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.pieces.push((start..self.text.len() as u32, place));
    }

    /// Adds text that stands nowhere.
    pub fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds part of another view of the same source.
    pub fn copy(&mut self, other: &View, range: Range<usize>) {
        let shift = |at: usize| (self.text.len() + at - range.start) as u32;
        for (inner, outer) in &other.pieces {
            let start = range.start.max(inner.start as usize);
            let end = range.end.min(inner.end as usize);
            if start < end {
                let part = other.outer(inner, outer, start..end);
                self.pieces.push((shift(start)..shift(end), part));
            }
        }
        self.text.push_str(other.text.get(range).unwrap_or_default());
    }

    fn outer(&self, inner: &Range<u32>, outer: &Range<u32>, range: Range<usize>) -> Range<u32> {
        if inner.len() != outer.len() {
            return outer.clone();
        }
        let at = |byte: usize| outer.start + byte as u32 - inner.start;
        at(range.start)..at(range.end)
    }

    /// The piece that a byte lies in.
    fn piece(&self, byte: usize) -> Option<&(Range<u32>, Range<u32>)> {
        let next = self.pieces.partition_point(|(inner, _)| inner.start as usize <= byte);
        self.pieces.get(next.checked_sub(1)?).filter(|(inner, _)| byte < inner.end as usize)
    }

    /// Where bytes of the text stand.
    pub fn span(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        let ends = self.piece(range.start).zip(self.piece(last));
        let Some(((first_in, first_out), (last_in, last_out))) = ends else {
            // The end of the text, and what was put in between.
            let before = range.start.checked_sub(1).and_then(|byte| self.piece(byte)).filter(|_| range.is_empty());
            return before.map_or(self.around, |(_, outer)| Span { start: outer.end, end: outer.end, ..self.around });
        };
        let start = self.outer(first_in, first_out, range.start..range.start).start;
        let end = match range.is_empty() {
            true => start,
            false => self.outer(last_in, last_out, range.end..range.end).end,
        };
        // What was taken from further up goes back in the source.
        let end = if start <= end { end } else { first_out.end };
        Span { start, end, ..self.around }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_through_copies_and_additions() {
        let sources = SourceMap::new();
        let source = sources.add("a", "one two\n  three");
        let mut lines = View::within(Span::new(source, 0..15));
        lines.keep("one two\n", 0..8);
        lines.keep("three", 10..15);
        let mut view = View::within(Span::new(source, 0..15));
        view.add("X=");
        view.copy(&lines, 4..11);
        assert_eq!(view.text, "X=two\nthr");
        assert_eq!(sources.text(view.span(2..5)), "two");
        assert_eq!(sources.text(view.span(2..9)), "two\n  thr");
        assert_eq!(sources.text(view.span(6..9)), "thr");
        assert_eq!(view.span(0..2), Span::new(source, 0..15));
        assert_eq!(view.span(9..9), Span::new(source, 13..13));
    }
}
