//! The text of a program as its parser sees it, and where each byte of it stands.
//!
//! Programs stand in files of their own, but also in steps of pipelines, recipes, cells and the words of commands,
//! indented, quoted or filled in from outside. Built by whoever finds a program, used by `shell` and `python`. It must
//! not know any language.

use super::tree::Pieces;
use crate::model::made::{Part, Written};
use crate::model::value::{Attr, Piece, Value};
use crate::source::{SourceId, SourceMap, Span};
use std::ops::Range;

/// Stands in the text for a value that is not known, or not as one text. No program uses it.
pub const HOLE: char = '\u{10fffd}';

/// A text put together from parts that stand somewhere.
#[derive(Clone)]
pub struct View {
    /// What is parsed.
    pub text: String,
    /// Parts of the text in order; what none covers stands at `around`.
    runs: Vec<Run>,
    around: Span,
}

/// A part of the text.
#[derive(Clone)]
struct Run {
    inner: Range<usize>,
    /// Where it stands.
    at: Span,
    /// What it was filled in from.
    value: Option<Attr>,
}

impl Run {
    /// Where bytes of it stand: all of it where it does not read as it is written.
    fn outer(&self, range: Range<usize>) -> Span {
        if self.inner.len() != self.at.range().len() || self.value.is_some() {
            return self.at;
        }
        let at = |byte: usize| self.at.start + (byte - self.inner.start) as u32;
        Span { start: at(range.start), end: at(range.end), ..self.at }
    }

    fn part(&self, text: &str) -> Part {
        let piece = match self.value.as_ref().map(|attr| (attr, &attr.value)) {
            Some((_, Value::Unknown(unknown))) => Piece::Hole(unknown.clone()),
            Some((attr, _)) if text.starts_with(HOLE) => Piece::hole(attr.decided_by()),
            _ => Piece::Known(text.into()),
        };
        let how = match &self.value {
            Some(value) => Written::Inserted(value.clone()),
            None if self.inner.len() == self.at.range().len() => Written::Plain,
            None => Written::Escaped,
        };
        Part { piece, at: self.at, how }
    }
}

impl View {
    /// A whole source as it is.
    pub fn of(sources: &SourceMap, source: SourceId) -> View {
        View::overlaid(source, sources.get(source).text.to_string())
    }

    /// A whole source of which some bytes read differently, but none stands elsewhere.
    pub fn overlaid(source: SourceId, text: String) -> View {
        let around = Span::new(source, 0..text.len());
        View { runs: vec![Run { inner: 0..text.len(), at: around, value: None }], around, text }
    }

    /// Nothing yet, from within a span.
    pub fn within(around: Span) -> View {
        View { text: String::new(), runs: Vec::new(), around }
    }

    /// A text with the places of its parts.
    pub fn placed(around: Span, text: String, pieces: Pieces) -> View {
        let run = |(inner, outer): (Range<u32>, Range<u32>)| Run {
            inner: inner.start as usize..inner.end as usize,
            at: Span { start: outer.start, end: outer.end, ..around },
            value: None,
        };
        View { text, runs: pieces.into_iter().map(run).collect(), around }
    }

    /// Nothing yet, from where another view is from.
    pub fn emptied(&self) -> View {
        View::within(self.around)
    }

    /// Adds text that stands at a place.
    pub fn keep(&mut self, text: &str, at: Span) {
        self.push(text, at, None);
    }

    /// Adds a value that was filled in at a place; what is not one known text, or must not be seen, leaves a hole.
    pub fn fill(&mut self, value: &Attr, at: Span) {
        let known = value.value.scalar_text().filter(|_| !value.sensitive);
        self.push(known.as_deref().unwrap_or(HOLE.encode_utf8(&mut [0; 4])), at, Some(value.clone()));
    }

    fn push(&mut self, text: &str, at: Span, value: Option<Attr>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.runs.push(Run { inner: start..self.text.len(), at, value });
    }

    /// Adds text that stands nowhere.
    pub fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds part of another view.
    pub fn copy(&mut self, other: &View, range: Range<usize>) {
        let start = self.text.len();
        for run in other.runs_in(&range) {
            let (from, to) = (range.start.max(run.inner.start), range.end.min(run.inner.end));
            let is_whole = (from..to) == run.inner;
            let inner = start + from - range.start..start + to - range.start;
            let value = run.value.clone().filter(|_| is_whole);
            self.runs.push(Run { inner, at: run.outer(from..to), value });
        }
        self.text.push_str(other.text.get(range).unwrap_or_default());
    }

    /// The runs that lie in a range, or partly.
    fn runs_in<'v>(&'v self, range: &Range<usize>) -> impl Iterator<Item = &'v Run> + use<'v> {
        let (start, end) = (range.start, range.end);
        let first = self.runs.partition_point(|run| run.inner.end <= start);
        self.runs.iter().skip(first).take_while(move |run| run.inner.start < end)
    }

    /// What a range of the text was put together from.
    pub fn parts(&self, range: Range<usize>) -> Vec<Part> {
        let mut own = self.emptied();
        own.copy(self, range);
        let mut parts = Vec::new();
        let mut done = 0;
        for run in &own.runs {
            parts.push(Part::plain(own.text.get(done..run.inner.start).unwrap_or_default(), self.around));
            parts.push(run.part(own.text.get(run.inner.clone()).unwrap_or_default()));
            done = run.inner.end;
        }
        parts.push(Part::plain(own.text.get(done..).unwrap_or_default(), self.around));
        parts.retain(|part| !matches!(&part.piece, Piece::Known(text) if text.is_empty()));
        parts
    }

    /// The values filled in whole within a range, each with its bytes.
    pub fn filled(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &Attr)> {
        let runs = self.runs_in(&range);
        let runs = runs.filter(move |run| range.start <= run.inner.start && run.inner.end <= range.end);
        runs.filter_map(|run| Some((run.inner.clone(), run.value.as_ref()?)))
    }

    /// The run that a byte lies in.
    fn at(&self, byte: usize) -> Option<&Run> {
        let next = self.runs.partition_point(|run| run.inner.start <= byte);
        self.runs.get(next.checked_sub(1)?).filter(|run| byte < run.inner.end)
    }

    /// Where bytes of the text stand.
    pub fn span(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        let Some((first, last)) = self.at(range.start).zip(self.at(last)) else {
            // The end of the text, and what was put in between.
            let before = range.start.checked_sub(1).and_then(|byte| self.at(byte)).filter(|_| range.is_empty());
            return before.map_or(self.around, |run| Span { start: run.at.end, ..run.at });
        };
        let start = first.outer(range.start..range.start);
        if range.is_empty() {
            return Span { end: start.start, ..start };
        }
        let end = last.outer(range.end..range.end);
        // What was taken from further up goes back in the source, or stands in another one.
        match start.source == end.source && start.start <= end.end {
            true => Span { end: end.end, ..start },
            false => Span { end: first.at.end, ..start },
        }
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
        lines.keep("one two\n", Span::new(source, 0..8));
        lines.keep("three", Span::new(source, 10..15));
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
