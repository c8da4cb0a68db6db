//! The only file that calls the HCL parser: texts to syntax trees, and the way back from a node to its place.
//!
//! Called by `read` for every file and by `templatefile`. Everything else sees `hcl_edit`'s tree through [`Text`].
//! It must not know what any block means.

use super::assembled::Assembled;
use super::{json, repair};
use crate::input::{Context, InputError};
use crate::source::{SourceId, SourceMap, Span};
use hcl_edit::expr::Expression;
use hcl_edit::parser::Error;
use hcl_edit::structure::{Block, BlockLabel, Body};
use hcl_edit::template::Template;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// Longest source text kept in a reason, in bytes.
const MAX_WHAT: usize = 160;

/// A registered text whose syntax tree is in use: turns nodes into spans and source text.
pub struct Text {
    /// Project-relative path.
    pub path: Arc<str>,
    source: SourceId,
    text: Arc<str>,
    /// Bytes before the part the parser saw: it does not strip a byte-order mark.
    shift: usize,
    /// What the parser saw, where that is not the text itself.
    assembled: Option<Box<Assembly>>,
}

/// What the parser saw, put together from the text and perhaps others.
struct Assembly {
    made: Assembled,
    others: Vec<(SourceId, Arc<str>)>,
}

/// A parsed file.
pub struct File {
    /// Its text.
    pub text: Text,
    /// Its blocks and attributes.
    pub body: Body,
}

impl Text {
    fn new(path: Arc<str>, source: SourceId, text: Arc<str>) -> Text {
        let shift = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Text { path, source, text, shift, assembled: None }
    }

    /// What the parser sees.
    pub fn parsed_part(&self) -> &str {
        match &self.assembled {
            Some(assembly) => assembly.made.text(),
            None => self.text.get(self.shift..).unwrap_or_default(),
        }
    }

    fn at(&self, range: Range<usize>) -> Span {
        if let Some(assembly) = &self.assembled {
            return assembly.made.outer(range).unwrap_or(Span::new(self.source, 0..0));
        }
        let end = (range.end + self.shift).min(self.text.len());
        Span::new(self.source, (range.start + self.shift).min(end)..end)
    }

    /// What the parser saw between the braces of a block.
    pub fn inside(&self, block: &Block) -> Option<Range<usize>> {
        let label = block.labels.last().and_then(|label| match label {
            BlockLabel::Ident(ident) => hcl_edit::Span::span(ident),
            BlockLabel::String(string) => hcl_edit::Span::span(string),
        });
        let header = label.or_else(|| hcl_edit::Span::span(&block.ident))?.end;
        let brace = header + self.parsed_part().get(header..)?.find('{')?;
        Some(brace + 1..hcl_edit::Span::span(block)?.end.checked_sub(1)?)
    }

    /// Copies a part of what the parser saw.
    fn copy(&self, range: Range<usize>, out: &mut Assembled) {
        match &self.assembled {
            Some(assembly) => out.push_from(&assembly.made, range),
            None => {
                let part = self.parsed_part().get(range.clone()).unwrap_or_default();
                out.push_verbatim(part, self.at(range));
            }
        }
    }

    /// The same with something before and after a range of what the parser sees.
    pub fn wrapped(&self, range: Range<usize>, before: &str, after: &str) -> Text {
        let mut made = Assembled::default();
        self.copy(0..range.start, &mut made);
        made.push(before);
        self.copy(range.clone(), &mut made);
        made.push(after);
        self.copy(range.end..self.parsed_part().len(), &mut made);
        let others = self.assembled.as_ref().map(|assembly| assembly.others.clone()).unwrap_or_default();
        let text = Text::new(Arc::clone(&self.path), self.source, Arc::clone(&self.text));
        Text { assembled: Some(Box::new(Assembly { made, others })), ..text }
    }

    /// The text that a span of this file lies in.
    fn text_of(&self, span: Span) -> &str {
        let others = self.assembled.iter().flat_map(|assembly| &assembly.others);
        let other = others.filter(|_| span.source != self.source).find(|(source, _)| *source == span.source);
        other.map_or(&self.text, |(_, text)| text)
    }

    /// The place of a node; the start of the text for nodes without one.
    pub fn span(&self, node: &impl hcl_edit::Span) -> Span {
        self.at(node.span().unwrap_or_default())
    }

    /// The header of a block: its type and labels.
    pub fn head(&self, block: &Block) -> Span {
        let start = self.span(&block.ident);
        block.labels.last().map_or(start, |label| match label {
            BlockLabel::Ident(ident) => start.to(self.span(ident)),
            BlockLabel::String(string) => start.to(self.span(string)),
        })
    }

    /// The source text under a span, shortened for messages.
    pub fn what(&self, span: Span) -> Arc<str> {
        let text = self.slice(span);
        if text.len() <= MAX_WHAT {
            return text.into();
        }
        let cut = (0..=MAX_WHAT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        format!("{}…", text.get(..cut).unwrap_or_default()).into()
    }

    /// The source text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text_of(span).get(span.range()).unwrap_or_default()
    }

    /// The whole text.
    pub fn whole(&self) -> Span {
        Span::new(self.source, 0..self.text.len())
    }

    /// The place right at the start of the text.
    pub fn start(&self) -> Span {
        self.at(0..0)
    }
}

/// Parses a file, HCL or JSON by its name. A syntax error becomes an [`InputError`] at its place.
pub fn parse_file(sources: &SourceMap, path: Arc<str>, source: SourceId) -> Result<File, InputError> {
    let mut text = Text::new(path, source, Arc::clone(&sources.get(source).text));
    if text.path.ends_with(".json") {
        let made = json::to_hcl(sources, source, &text.path)?;
        text.assembled = Some(Box::new(Assembly { made, others: Vec::new() }));
    }
    parse(text)
}

/// Reads and parses a file that is not among the claimed ones.
pub fn load_file(context: &Context<'_>, path: &str) -> Result<File, InputError> {
    match context.load(path) {
        Ok((source, _)) => parse_file(context.sources, path.into(), source),
        Err(error) => Err(InputError {
            path: path.into(),
            span: None,
            code: "unreadable-input",
            message: format!("cannot be read: {error}"),
        }),
    }
}

/// A change to what the parser saw of one file.
pub struct Edit {
    /// What goes; empty for what comes in addition.
    pub at: Range<usize>,
    /// What comes, in what the parser saw of another file.
    pub with: Option<Range<usize>>,
}

/// A file with parts of another one in place of its own.
pub fn edited(base: &File, other: &File, mut edits: Vec<Edit>) -> Result<File, InputError> {
    edits.sort_by_key(|edit| edit.at.start);
    let mut made = Assembled::default();
    let mut done = 0;
    for edit in edits {
        base.text.copy(done..edit.at.start, &mut made);
        let apart = if edit.at.is_empty() { "\n" } else { "" };
        made.push(apart);
        edit.with.into_iter().for_each(|range| other.text.copy(range, &mut made));
        made.push(apart);
        done = edit.at.end.max(done);
    }
    base.text.copy(done..base.text.parsed_part().len(), &mut made);
    let own = |text: &Text| (text.source, Arc::clone(&text.text));
    let inner = |text: &Text| text.assembled.as_ref().map(|assembly| assembly.others.clone()).unwrap_or_default();
    let others = inner(&base.text).into_iter().chain([own(&other.text)]).chain(inner(&other.text)).collect();
    let text = Text::new(Arc::clone(&base.text.path), base.text.source, Arc::clone(&base.text.text));
    parse(Text { assembled: Some(Box::new(Assembly { made, others })), ..text })
}

fn parse(text: Text) -> Result<File, InputError> {
    parsed(text).map(|(text, body)| File { text, body })
}

/// Parses a text as a template, as `templatefile` does.
pub fn parse_template(path: Arc<str>, source: SourceId, text: Arc<str>) -> Result<(Text, Template), InputError> {
    parsed(Text::new(path, source, text))
}

/// Parses a text as an expression, as a value on the command line is.
pub fn parse_expression(path: Arc<str>, source: SourceId, text: Arc<str>) -> Result<(Text, Expression), InputError> {
    parsed(Text::new(path, source, text))
}

fn parsed<T: FromStr<Err = Error>>(text: Text) -> Result<(Text, T), InputError> {
    let part = text.parsed_part();
    // An expression of its own may not end in the spaces that are put there.
    let outcome = repair::without_empty_heredocs(part).parse().or_else(|_| part.parse());
    match outcome {
        Ok(parsed) => Ok((text, parsed)),
        Err(error) => {
            let refused = refused(&text, &error);
            repair::parse(text).ok_or(refused)
        }
    }
}

fn refused(text: &Text, error: &Error) -> InputError {
    let part = text.parsed_part();
    let offset = error.location().offset().min(part.len());
    let start = (0..=offset).rev().find(|at| part.is_char_boundary(*at)).unwrap_or_default();
    let end = part.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
    InputError {
        path: Arc::clone(&text.path),
        span: Some(text.at(start..end)),
        code: "syntax-error",
        message: format!("not valid HCL: {}", error.message()),
    }
}
