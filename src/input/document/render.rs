//! The text of a document with marks where something is not known, and the way from its bytes to where they stand.
//!
//! Called by `read`. A mark is a number, so that it may stand wherever a value may.

use super::lines::{self, Form};
use crate::input::tree::{align, pair};
use crate::model::made::{Made, Part, Written};
use crate::model::value::Piece;
use crate::source::{SourceMap, Span};
use std::ops::Range;

/// What marks begin with; a text that has it already is not read.
const MARK: &str = "8273491650371826495";
/// Digits after it: the number of the part.
const DIGITS: usize = 6;
/// Parts beyond which a text is not read.
const MAX_PARTS: usize = 100_000;

/// A text ready to be parsed.
pub(super) struct Rendered<'p> {
    /// With marks.
    pub text: String,
    /// The parts that marks stand for.
    pub parts: &'p [Part],
    forms: Vec<Form>,
    runs: Vec<Run>,
}

/// Bytes of the text and where they are written.
struct Run {
    inner: Range<usize>,
    at: Span,
    part: usize,
}

/// Whether a part becomes a mark: it is not known, or its text says less than what it was made of.
fn is_marked(part: &Part) -> bool {
    let is_made = |part: &Part| match &part.how {
        Written::Inserted(attr) => matches!(attr.made.as_deref(), Some(Made::Printed(_) | Made::Encoded(_))),
        _ => false,
    };
    matches!(part.piece, Piece::Hole(_)) || is_made(part)
}

/// Renders the parts; `None` where they cannot be.
pub(super) fn render<'p>(sources: &SourceMap, parts: &'p [Part]) -> Option<Rendered<'p>> {
    let clashes = |part: &Part| matches!(&part.piece, Piece::Known(text) if text.contains(MARK));
    if parts.len() > MAX_PARTS || parts.iter().any(clashes) {
        return None;
    }
    let known = |part: &'p Part| match &part.piece {
        Piece::Known(text) if !is_marked(part) => Some(&**text),
        _ => None,
    };
    let forms = lines::forms(&parts.iter().map(known).collect::<Vec<_>>());
    let mut rendered = Rendered { text: String::new(), parts, forms, runs: Vec::new() };
    for (at, part) in parts.iter().enumerate() {
        match known(part) {
            Some(text) => rendered.known(sources, at, part, text),
            None => {
                let (before, after) = rendered.form(at).around();
                let start = rendered.text.len();
                if rendered.form(at) != Form::Nothing {
                    rendered.text.push_str(&format!("{before}{MARK}{at:0DIGITS$}{after}"));
                }
                rendered.runs.push(Run { inner: start..rendered.text.len(), at: part.at, part: at });
            }
        }
    }
    Some(rendered)
}

impl Rendered<'_> {
    fn form(&self, part: usize) -> Form {
        self.forms.get(part).copied().unwrap_or(Form::Value)
    }

    fn known(&mut self, sources: &SourceMap, number: usize, part: &Part, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        let quote = match part.how {
            Written::Plain => None,
            Written::Escaped => Some('"'),
            Written::Inserted(_) => {
                self.runs.push(Run { inner: start..self.text.len(), at: part.at, part: number });
                return;
            }
        };
        for (inner, outer) in pair(text, &sources.text(part.at), part.at.start, quote) {
            let inner = start + inner.start as usize..start + inner.end as usize;
            let at = Span { start: outer.start, end: outer.end, ..part.at };
            self.runs.push(Run { inner, at, part: number });
        }
    }

    /// The run that a byte lies in.
    fn run(&self, byte: usize) -> Option<&Run> {
        let next = self.runs.partition_point(|run| run.inner.start <= byte);
        self.runs.get(next.checked_sub(1)?).filter(|run| byte < run.inner.end)
    }

    /// Where bytes of the text are written; `None` where they stand nowhere.
    pub fn outward(&self, span: Span) -> Option<Span> {
        let (start, end) = (span.start as usize, span.end as usize);
        let first = self.run(start)?;
        let last = self.run(end.saturating_sub(1).max(start))?;
        let within = |run: &Run, byte: usize| {
            let exact = run.inner.len() == run.at.range().len();
            exact.then_some(run.at.start + (byte - run.inner.start) as u32)
        };
        let from = Span { start: within(first, start).unwrap_or(first.at.start), ..first.at };
        let to = Span { end: within(last, end).unwrap_or(last.at.end), ..last.at };
        // A template stands in a file of its own; a loop goes back in its file.
        Some(if from.source == to.source && from.start <= to.end { Span { end: to.end, ..from } } else { first.at })
    }

    /// The parts of a scalar that is written in these bytes and reads as `text`, marks as what they stand for.
    pub fn parts_of(&self, text: &str, span: Span) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut done = 0;
        for (inner, outer) in align(text, self.text.get(span.range()).unwrap_or_default(), span.start) {
            let part = text.get(inner.start as usize..inner.end as usize).unwrap_or_default();
            done = inner.end as usize;
            match inner.len() == outer.len() {
                true => self.cut(outer.start as usize..outer.end as usize, &mut parts),
                false => {
                    let at = self.outward(Span { start: outer.start, end: outer.end, ..span });
                    parts.extend(at.map(|at| Part { how: Written::Escaped, ..Part::plain(part, at) }));
                }
            }
        }
        let rest = self.outward(span).map(|at| Part::plain(text.get(done..).unwrap_or_default(), at));
        parts.extend(rest.filter(|part| !matches!(&part.piece, Piece::Known(text) if text.is_empty())));
        parts
    }

    /// The parts that lie in bytes of the text.
    fn cut(&self, range: Range<usize>, parts: &mut Vec<Part>) {
        let first = self.runs.partition_point(|run| run.inner.end <= range.start);
        for run in self.runs.iter().skip(first).take_while(|run| run.inner.start < range.end) {
            let Some(part) = self.parts.get(run.part) else { continue };
            let inner = range.start.max(run.inner.start)..range.end.min(run.inner.end);
            let is_whole = inner == run.inner;
            if matches!(&part.how, Written::Inserted(from) if is_whole || from.sensitive) {
                parts.push(part.clone());
                continue;
            }
            let exact = run.inner.len() == run.at.range().len() && !matches!(part.how, Written::Inserted(_));
            let start = run.at.start + (inner.start - run.inner.start) as u32;
            let at = if exact { Span { start, end: start + inner.len() as u32, ..run.at } } else { run.at };
            let how = if exact { Written::Plain } else { Written::Escaped };
            parts.push(Part { how, ..Part::plain(self.text.get(inner).unwrap_or_default(), at) });
        }
    }

    /// The parts that bytes of the text come from.
    pub fn parts_under(&self, span: Span) -> impl Iterator<Item = &Part> {
        let first = self.runs.partition_point(|run| run.inner.end <= span.start as usize);
        let runs = self.runs.iter().skip(first).take_while(move |run| run.inner.start < span.end as usize);
        runs.filter_map(|run| self.parts.get(run.part))
    }

    /// Splits a text of the document at its marks: known text, or the part a mark stands for.
    pub fn split<'t>(&self, mut text: &'t str) -> Vec<Result<&'t str, &Part>> {
        let mut found = Vec::new();
        while let Some(at) = text.find(MARK) {
            let end = at + MARK.len() + DIGITS;
            let digits = text.get(at + MARK.len()..end).and_then(|digits| digits.parse::<usize>().ok());
            let Some((number, part)) = digits.and_then(|number| Some((number, self.parts.get(number)?))) else { break };
            let (before, after) = self.form(number).around();
            let known = text.get(..at).unwrap_or_default();
            found.push(Ok(known.strip_suffix(before).unwrap_or(known)));
            found.push(Err(part));
            text = text.get(end..).unwrap_or_default();
            text = text.strip_prefix(after).unwrap_or(text);
        }
        found.push(Ok(text));
        found.retain(|piece| !matches!(piece, Ok("")));
        found
    }
}
