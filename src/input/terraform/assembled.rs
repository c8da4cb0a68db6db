//! Texts put together from parts of other texts: JSON written as HCL, a file with its overrides laid over it.
//!
//! Built by `json` and `overrides`; `parse` asks where a place of the assembled text really stands. It must not know
//! what the parts mean.

use crate::source::Span;
use std::ops::Range;

/// A text and where its parts come from. Parts nest.
#[derive(Default)]
pub struct Assembled {
    text: String,
    /// In order of start, outer ones first.
    parts: Vec<Part>,
    open: Vec<usize>,
}

#[derive(Clone)]
struct Part {
    inner: Range<usize>,
    outer: Span,
    /// The text is the same byte for byte, so that any place in it can be found.
    verbatim: bool,
    up: Option<usize>,
}

impl Assembled {
    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds text that stands nowhere of its own.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text that stands at `outer` as it is.
    pub fn push_verbatim(&mut self, text: &str, outer: Span) {
        self.part(outer, true, |out| out.push(text));
    }

    /// Adds what `write` writes, as another way to write what stands at `outer`.
    pub fn push_part(&mut self, outer: Span, write: impl FnOnce(&mut Assembled)) {
        self.part(outer, false, write);
    }

    fn part(&mut self, outer: Span, verbatim: bool, write: impl FnOnce(&mut Assembled)) {
        let (at, start) = (self.parts.len(), self.text.len());
        self.parts.push(Part { inner: start..start, outer, verbatim, up: self.open.last().copied() });
        self.open.push(at);
        write(self);
        self.open.pop();
        let end = self.text.len();
        if let Some(part) = self.parts.get_mut(at) {
            part.inner.end = end;
        }
    }

    /// Adds a range of another assembled text with its parts.
    pub fn push_from(&mut self, other: &Assembled, range: Range<usize>) {
        let start = self.text.len();
        let Some(text) = other.text.get(range.clone()) else { return };
        self.text.push_str(text);
        let mut places = vec![None; other.parts.len()];
        for (at, part) in other.parts.iter().enumerate() {
            let kept = part.inner.start.max(range.start)..part.inner.end.min(range.end);
            // Of what is the same byte for byte, a part is too.
            if kept == part.inner || part.verbatim && kept.start < kept.end {
                let outer = part.outer_of(&kept);
                let inner = kept.start - range.start + start..kept.end - range.start + start;
                let up = part.up.and_then(|up| places.get(up).copied().flatten());
                if let Some(place) = places.get_mut(at) {
                    *place = Some(self.parts.len());
                }
                self.parts.push(Part { inner, outer, up, ..part.clone() });
            }
        }
    }

    /// Where a range of the text stands; `None` for what stands nowhere.
    pub fn outer(&self, range: Range<usize>) -> Option<Span> {
        if let Some(part) = self.smallest(&range) {
            return Some(part.outer_of(&range));
        }
        let last = range.end.saturating_sub(1).max(range.start);
        let first = self.parts.iter().find(|part| part.inner.end > range.start && part.inner.start < range.end)?;
        let from = first.outer_of(&(range.start.max(first.inner.start)..first.inner.end));
        let to = self.smallest(&(last..range.end)).map_or(from, |part| part.outer_of(&(last..range.end)));
        Some(from.to(to))
    }

    fn smallest(&self, range: &Range<usize>) -> Option<&Part> {
        let before = self.parts.partition_point(|part| part.inner.start <= range.start);
        let mut at = before.checked_sub(1);
        while let Some(part) = at.and_then(|at| self.parts.get(at)) {
            if part.inner.end >= range.end {
                return Some(part);
            }
            at = part.up;
        }
        None
    }
}

impl Part {
    fn outer_of(&self, range: &Range<usize>) -> Span {
        if !self.verbatim {
            return self.outer;
        }
        let start = self.outer.start as usize + (range.start - self.inner.start);
        Span::new(self.outer.source, start..start + range.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    #[test]
    fn places_lead_back_to_the_smallest_part() {
        let sources = SourceMap::new();
        let source = sources.add("a.json", "{\"key\": \"value\"}");
        let at = |range: Range<usize>| Span::new(source, range);
        let mut all = Assembled::default();
        all.push_part(at(0..16), |out| {
            out.push_part(at(1..6), |out| out.push("key"));
            out.push(" = ");
            out.push_verbatim("\"value\"", at(8..15));
        });
        assert_eq!(all.text(), "key = \"value\"");
        assert_eq!(all.outer(0..3), Some(at(1..6)));
        assert_eq!(all.outer(7..12), Some(at(9..14)));
        assert_eq!(all.outer(2..9), Some(at(0..16)));
        let mut copy = Assembled::default();
        copy.push_from(&all, 0..3);
        copy.push("\n");
        copy.push_from(&all, 6..13);
        assert_eq!(copy.outer(5..10), Some(at(9..14)));
        assert_eq!(copy.outer(0..11), Some(at(1..15)));
    }
}
