//! Sources and places in them: every text the run has looked at, byte spans into it, and the way from a
//! span inside an embedded text (a heredoc, a JSON string) out to the file it stands in.
//!
//! Called by every frontend (to register texts), by reports (to show places) and by suppression.
//! The one place that knows about lines and columns. It must not know any file format.

mod excerpt;

pub use excerpt::Excerpt;

use excerpt::Gaps;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock, RwLock};

/// Identity of one text in a [`SourceMap`]. Numbers follow the order of registration; nothing is sorted by them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range in one source. `start..end` always lies on character boundaries of that source's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Span {
    /// The text the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from native offsets. Texts are bounded far below 4 GiB (see `files::MAX_FILE`), so nothing is cut.
    pub fn new(source: SourceId, range: Range<usize>) -> Span {
        Span { source, start: range.start as u32, end: range.end.max(range.start) as u32 }
    }

    /// The byte range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that covers both; `self` where they lie in different sources.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A line and a column, both starting at 1. Columns count Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// What an embedded text is, for people and for `embedded.kind` in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmbeddedKind {
    /// A document written as a string: JSON or YAML in a heredoc, a quoted string, a template.
    Document,
    /// A cell of a notebook, by its number from 1.
    NotebookCell(u32),
}

impl EmbeddedKind {
    /// The stable name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            EmbeddedKind::Document => "document",
            EmbeddedKind::NotebookCell(_) => "notebook_cell",
        }
    }

    /// The number of the cell, where it is one.
    pub fn cell(self) -> Option<u32> {
        match self {
            EmbeddedKind::Document => None,
            EmbeddedKind::NotebookCell(number) => Some(number),
        }
    }
}

/// How an embedded text lies in its parent.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// The whole expression in the parent that makes this text.
    pub parent: Span,
    /// What the text is.
    pub kind: EmbeddedKind,
    /// Inner byte range → byte range in the parent's source, sorted by inner start, not overlapping.
    /// What no piece covers (computed text) maps to `parent` as a whole.
    pieces: Vec<(Range<u32>, Range<u32>)>,
}

/// One text: a file, or a text embedded in another source.
#[derive(Debug)]
pub struct Source {
    /// Its identity.
    pub id: SourceId,
    /// Path relative to the project root with `/`; an embedded text carries its file's path.
    pub path: Arc<str>,
    /// The text exactly as read, byte-order mark included, so that offsets are those of the file.
    pub text: Arc<str>,
    /// Set for texts inside other texts.
    pub embedding: Option<Embedding>,
    /// Set for a file of which only parts are held.
    gaps: Option<Gaps>,
    lines: OnceLock<Vec<u32>>,
    /// Characters before each block of `BLOCK` bytes, for files that are one long line.
    blocks: OnceLock<Vec<u32>>,
}

/// Bytes counted at once to find a column.
const BLOCK: usize = 1 << 16;

impl Source {
    /// Byte offsets at which lines start. `\n` ends a line; a `\r` before it belongs to the line.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect()
        })
    }

    /// Line (from 0) that holds the byte at `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Bytes of a line (from 0) without its line break.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let starts = self.line_starts();
        let start = starts.get(line).map_or(self.text.len(), |start| *start as usize);
        let end = starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        let content = self.text[start..end].trim_end_matches('\n');
        start..start + content.strip_suffix('\r').unwrap_or(content).len()
    }

    /// Whether only parts of the file are held.
    pub fn is_excerpt(&self) -> bool {
        self.gaps.is_some()
    }

    /// The byte of the file that stands at a byte of the text.
    pub fn file_offset(&self, offset: u32) -> u32 {
        offset + self.gaps.as_ref().map_or(0, |gaps| gaps.bytes_before(offset))
    }

    /// Line and column of a byte offset, in the file; a byte-order mark has no column.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts()[line] as usize;
        let marked = self.text.get(start..).is_some_and(|text| text.starts_with('\u{feff}'));
        let mark = u32::from(marked && offset as usize > start);
        let left_out = self.gaps.as_ref().map_or(0, |gaps| gaps.columns_between(start as u32, offset));
        let column = self.characters_before(offset as usize) - self.characters_before(start) - mark + left_out;
        Position { line: line as u32 + 1, column: column + 1 }
    }

    fn characters_before(&self, offset: usize) -> u32 {
        // Bytes that go on with a character do not count.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u32;
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let counts = bytes.chunks(BLOCK).scan(0, |before, block| {
                let here = *before;
                *before += count(block);
                Some(here)
            });
            counts.collect()
        });
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        blocks.get(block).unwrap_or(&0) + count(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// All texts of a run. Append-only, shared between threads.
#[derive(Default, Debug)]
pub struct SourceMap {
    sources: RwLock<Vec<Arc<Source>>>,
    /// Files by path, the first of each.
    files: RwLock<HashMap<Arc<str>, SourceId>>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    fn push(&self, path: Arc<str>, text: Arc<str>, embedding: Option<Embedding>, gaps: Option<Gaps>) -> SourceId {
        let mut sources = self.sources.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let id = SourceId(sources.len() as u32);
        let (lines, blocks) = (OnceLock::new(), OnceLock::new());
        sources.push(Arc::new(Source { id, path, text, embedding, gaps, lines, blocks }));
        id
    }

    /// Registers a file's text under its project-relative path.
    pub fn add(&self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let path = path.into();
        let id = self.push(Arc::clone(&path), text.into(), None, None);
        self.files.write().unwrap_or_else(|poisoned| poisoned.into_inner()).entry(path).or_insert(id);
        id
    }

    /// Registers the start of a file that is too large to be held.
    pub fn add_start(&self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        self.push(path.into(), text.into(), None, Some(Gaps::default()))
    }

    /// Registers what is held of a file. Whoever asks for the file by its path does not get it: it is not all there.
    /// `Err` is the first byte of the file that is not UTF-8.
    pub fn add_excerpt(&self, path: impl Into<Arc<str>>, excerpt: Excerpt) -> Result<SourceId, usize> {
        let (text, gaps) = excerpt.into_parts()?;
        Ok(self.push(path.into(), text.into(), None, Some(gaps)))
    }

    /// The file with this path, where it has been registered.
    pub fn file(&self, path: &str) -> Option<Arc<Source>> {
        let id = self.files.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(path).copied();
        id.map(|id| self.get(id))
    }

    /// Registers a text that stands inside another one. `pieces` pairs byte ranges of `text` with byte ranges of
    /// the parent's source; they need not cover everything.
    pub fn embed(
        &self,
        parent: Span,
        kind: EmbeddedKind,
        text: impl Into<Arc<str>>,
        mut pieces: Vec<(Range<u32>, Range<u32>)>,
    ) -> SourceId {
        pieces.sort_by_key(|(inner, _)| inner.start);
        let path = Arc::clone(&self.get(parent.source).path);
        self.push(path, text.into(), Some(Embedding { parent, kind, pieces }), None)
    }

    /// The source with this identity.
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let sources = self.sources.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        Arc::clone(&sources[id.0 as usize])
    }

    /// The text under a span.
    pub fn text(&self, span: Span) -> String {
        self.get(span.source).text.get(span.range()).unwrap_or_default().to_owned()
    }

    /// The same place in the source around this one; `None` if the source is a file.
    pub fn outward(&self, span: Span) -> Option<Span> {
        let source = self.get(span.source);
        let embedding = source.embedding.as_ref()?;
        let outer = |range: Range<u32>| Span { source: embedding.parent.source, start: range.start, end: range.end };
        let at = |offset: u32, end: bool| {
            let next = embedding
                .pieces
                .partition_point(|(inner, _)| if end { inner.start < offset } else { inner.start <= offset });
            let (inner, out) = embedding.pieces.get(next.checked_sub(1)?)?;
            (offset <= inner.end).then(|| {
                // A piece whose two sides differ in length (an escape sequence) is entered as a whole.
                let same_length = inner.len() == out.len();
                let inside = offset - inner.start;
                match (same_length, end) {
                    (true, _) => out.start + inside,
                    (false, true) if inside > 0 => out.end,
                    (false, _) => out.start,
                }
            })
        };
        let mapped = at(span.start, false).zip(at(span.end.max(span.start), true));
        match mapped {
            Some((start, end)) if start <= end => Some(outer(start..end)),
            _ => Some(embedding.parent),
        }
    }

    /// The same place in the file on disk.
    pub fn in_file(&self, mut span: Span) -> Span {
        while let Some(outer) = self.outward(span) {
            span = outer;
        }
        span
    }

    /// Project-relative path of the file a span lies in.
    pub fn path(&self, span: Span) -> Arc<str> {
        Arc::clone(&self.get(span.source).path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_scalar_values_through_bom_crlf_and_tabs() {
        let map = SourceMap::new();
        let id = map.add("a.tf", "\u{feff}aé\t=1\r\nzwei🦀 = x\r\n");
        let source = map.get(id);
        assert_eq!(source.position(3), Position { line: 1, column: 1 });
        assert_eq!(source.position(3 + 3), Position { line: 1, column: 3 });
        let crab_end = source.text.find(" = x").unwrap() as u32;
        assert_eq!(source.position(crab_end), Position { line: 2, column: 6 });
        assert_eq!(&source.text[source.line_range(0)], "\u{feff}aé\t=1");
        assert_eq!(source.line_range(2), source.text.len()..source.text.len());
    }

    #[test]
    fn columns_of_a_long_line_count_from_blocks() {
        let map = SourceMap::new();
        let id = map.add("a.json", format!("\n{}x", "é".repeat(BLOCK)));
        let source = map.get(id);
        assert_eq!(source.position(source.text.len() as u32 - 1), Position { line: 2, column: BLOCK as u32 + 1 });
        assert_eq!(source.position(1), Position { line: 2, column: 1 });
    }

    #[test]
    fn embedded_spans_map_outwards_piece_by_piece() {
        let map = SourceMap::new();
        let outer = map.add("a.tf", r#"x = "{\"a\": 1}""#);
        // {  \"  a  \"  : 1}   inner: {"a": 1}
        let parent = Span::new(outer, 4..16);
        let pieces = vec![(0..1, 5..6), (1..2, 6..8), (2..3, 8..9), (3..4, 9..11), (4..8, 11..15)];
        let inner = map.embed(parent, EmbeddedKind::Document, r#"{"a": 1}"#, pieces);
        let key = map.in_file(Span::new(inner, 1..4));
        assert_eq!(map.text(key), r#"\"a\""#);
        let one = map.in_file(Span::new(inner, 6..7));
        assert_eq!(map.text(one), "1");
    }

    #[test]
    fn computed_text_maps_to_the_whole_expression() {
        let map = SourceMap::new();
        let outer = map.add("a.tf", "x = jsonencode(v)");
        let parent = Span::new(outer, 4..17);
        let inner = map.embed(parent, EmbeddedKind::Document, "{}", vec![]);
        assert_eq!(map.in_file(Span::new(inner, 0..1)), parent);
    }
}
