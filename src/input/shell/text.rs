//! A word after expansion: its text, and where each part of it stands or came from.
//!
//! Made by `run`, taken apart by `command` and `shorthand`. What is not known holds its place in the text as one
//! character that no program uses, so that texts known in part can be split and parsed like any other.

use crate::input::view::View;
use crate::model::made::{Made, Part, Written};
use crate::model::value::{Attr, Origin, Piece, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::{EmbeddedKind, SourceId, SourceMap, Span};
use std::ops::Range;
use std::sync::Arc;

/// The first of the characters that stand for values: a plane for private use.
const FIRST_HOLE: u32 = 0xF_0000;
/// Values one text may hold.
const MAX_HOLES: usize = 1000;

/// An expanded word or document.
#[derive(Clone)]
pub(super) struct Text {
    /// The text; values that are not plainly known stand in it as one character each.
    pub text: String,
    /// The word as written.
    pub span: Span,
    /// Where each run of it stands, and the value it was taken from, if it was.
    runs: Vec<Run>,
    holes: Vec<Attr>,
}

#[derive(Clone)]
struct Run {
    inner: Range<usize>,
    outer: Span,
    from: Option<Attr>,
}

impl Text {
    /// An empty text for a word.
    pub fn new(span: Span) -> Text {
        Text { text: String::new(), span, runs: Vec::new(), holes: Vec::new() }
    }

    /// A text that is one value.
    pub fn of(attr: &Attr, span: Span) -> Text {
        let mut text = Text::new(span);
        text.push_value(attr, span);
        text
    }

    /// Adds text as written at a place.
    pub fn push(&mut self, text: &str, at: Span) {
        let start = self.text.len();
        self.text.extend(text.chars().filter(|c| (*c as u32) < FIRST_HOLE));
        self.runs.push(Run { inner: start..self.text.len(), outer: at, from: None });
    }

    /// Adds a value that an expression at a place stands for.
    pub fn push_value(&mut self, attr: &Attr, at: Span) {
        let start = self.text.len();
        match attr.value.scalar_text().filter(|_| !attr.sensitive) {
            Some(text) => self.text.push_str(&text),
            None => {
                self.text.extend(hole_mark(self.holes.len()));
                self.holes.push(attr.clone());
            }
        }
        self.runs.push(Run { inner: start..self.text.len(), outer: at, from: Some(attr.clone()) });
    }

    /// Whether every character of it is known.
    pub fn known(&self) -> Option<&str> {
        self.holes.is_empty().then_some(&*self.text)
    }

    /// Part of it as a text of its own.
    pub fn part(&self, range: Range<usize>) -> Text {
        let attr = self.attr(range, &[]);
        Text::of(&attr, attr.at)
    }

    /// The value of a part of it, without the bytes in `dropped`.
    pub fn attr(&self, range: Range<usize>, dropped: &[Range<usize>]) -> Attr {
        let at = self.place(range.clone());
        let inside = |run: &&Run| run.inner.start < range.end && range.start < run.inner.end;
        let mut touched = self.runs.iter().filter(inside);
        if let (Some(Run { inner, from: Some(from), .. }), None) = (touched.next(), touched.next())
            && *inner == range
        {
            return if from.at == at { from.clone() } else { from.passed(Via::Local, at) };
        }
        let mut pieces = Vec::new();
        let mut start = range.start;
        for gap in dropped.iter().chain(std::iter::once(&(range.end..range.end))) {
            self.pieces(start..gap.start, &mut pieces);
            start = gap.end;
        }
        let origins = self.runs.iter().filter(inside).filter_map(|run| Some((run.outer, run.from.as_ref()?)));
        let origin =
            origins.fold(Origin::default(), |origin, (_, from)| origin.join(&from.passed(Via::Local, at).origin));
        Attr { origin, ..Attr::new(Value::from_pieces(pieces), at) }
    }

    fn pieces(&self, range: Range<usize>, pieces: &mut Vec<Piece>) {
        let mut known = String::new();
        for c in self.text.get(range).unwrap_or_default().chars() {
            match self.hole(c) {
                Some(attr) => {
                    pieces.push(Piece::Known(std::mem::take(&mut known).into()));
                    pieces.push(Piece::Hole(hole(attr)));
                }
                None => known.push(c),
            }
        }
        pieces.push(Piece::Known(known.into()));
    }

    /// The value that a character stands for.
    fn hole(&self, c: char) -> Option<&Attr> {
        self.holes.get(usize::try_from((c as u32).checked_sub(FIRST_HOLE)?).ok()?)
    }

    /// All of it as a document, each part with its place.
    pub fn whole_document(&self) -> Attr {
        let part = |run: &Run| {
            let text = self.text.get(run.inner.clone()).unwrap_or_default();
            let Some(from) = &run.from else { return Part::plain(text, run.outer) };
            let piece = match text.chars().any(|c| self.hole(c).is_some()) {
                true => Piece::Hole(hole(from)),
                false => Piece::Known(text.into()),
            };
            Part { piece, at: run.outer, how: Written::Inserted(from.clone()) }
        };
        let parts = self.runs.iter().map(part).collect();
        Attr { made: Some(Arc::new(Made::Joined(parts))), ..self.attr(0..self.text.len(), &[]) }
    }

    /// Where a part of it stands.
    pub fn place(&self, range: Range<usize>) -> Span {
        let mut found: Option<Span> = None;
        for run in self.runs.iter().filter(|run| run.inner.start < range.end && range.start < run.inner.end) {
            let start = range.start.max(run.inner.start) - run.inner.start;
            let end = range.end.min(run.inner.end) - run.inner.start;
            let same = run.from.is_none() && run.outer.range().len() == run.inner.len();
            let outer = match same {
                true => Span { start: run.outer.start + start as u32, end: run.outer.start + end as u32, ..run.outer },
                false => run.outer,
            };
            found = Some(found.map_or(outer, |have| have.to(outer)));
        }
        found.unwrap_or(self.span)
    }

    /// It and another one behind it, a space between them.
    pub fn joined(mut self, other: &Text) -> Text {
        let start = self.text.len() + 1;
        self.span = self.span.to(other.span);
        let gap = Span { start: other.span.start, end: other.span.start, ..other.span };
        self.push(" ", gap);
        for c in other.text.chars() {
            match other.hole(c) {
                Some(attr) => {
                    self.text.extend(hole_mark(self.holes.len()));
                    self.holes.push(attr.clone());
                }
                None => self.text.push(c),
            }
        }
        let moved = |run: &Run| Run { inner: run.inner.start + start..run.inner.end + start, ..run.clone() };
        self.runs.extend(other.runs.iter().map(moved));
        self
    }

    /// It as a script. What is not known is written as the variable that it was, or as something not evaluated.
    pub fn script(&self, sources: &SourceMap) -> View {
        let mut view = View::within(self.span);
        for run in &self.runs {
            let text = self.text.get(run.inner.clone()).unwrap_or_default();
            let written = match text.chars().any(|c| self.hole(c).is_some()) {
                true => Some(sources.text(run.outer)).filter(|text| is_variable(text)).unwrap_or("$((0))".into()),
                false => text.to_owned(),
            };
            view.keep(&written, run.outer);
        }
        view
    }

    /// Registers it as a document of its own.
    pub fn embed(&self, sources: &SourceMap) -> SourceId {
        let in_word = self.runs.iter().filter(|run| run.outer.source == self.span.source);
        let narrow = |range: &Range<usize>| range.start as u32..range.end as u32;
        let pieces = in_word.map(|run| (narrow(&run.inner), run.outer.start..run.outer.end)).collect();
        sources.embed(self.span, EmbeddedKind::Document, self.text.as_str(), pieces)
    }

    /// The value of a scalar in the document it was registered as, if any of it is not plainly known.
    pub fn restore(&self, text: &str) -> Option<Value> {
        let only = text.chars().next().filter(|c| c.len_utf8() == text.len()).and_then(|c| self.hole(c));
        if let Some(attr) = only {
            return Some(if attr.sensitive { Value::Unknown(hole(attr)) } else { attr.value.clone() });
        }
        text.chars().any(|c| self.hole(c).is_some()).then(|| {
            let pieces = text.chars().map(|c| match self.hole(c) {
                Some(attr) => Piece::Hole(hole(attr)),
                None => Piece::Known(Str::from(c.encode_utf8(&mut [0; 4]) as &str)),
            });
            Value::from_pieces(pieces)
        })
    }
}

/// The character for the value with a number.
fn hole_mark(number: usize) -> Option<char> {
    u32::try_from(number.min(MAX_HOLES)).ok().and_then(|number| char::from_u32(FIRST_HOLE + number))
}

/// `$NAME`
fn is_variable(text: &str) -> bool {
    let name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    text.strip_prefix('$').is_some_and(name)
}

fn hole(attr: &Attr) -> Unknown {
    match &attr.value {
        Value::Unknown(unknown) => Unknown { may_be_absent: false, ..unknown.clone() },
        _ if attr.sensitive => {
            let why = Why::new(WhyCode::NotEvaluated, "a sensitive value", attr.at);
            Unknown { why, may_be_absent: false, refers_to: None }
        }
        _ => Unknown { why: attr.decided_by(), may_be_absent: false, refers_to: None },
    }
}
