//! YAML text to a [`Node`] tree: the only file that knows the YAML parser.
//!
//! Called by `tree`. It must not know how scalars are typed.

use super::{Kind, MAX_DEPTH, Node, Scalar, Style, Tag, TreeError, too_deep};
use crate::source::{SourceId, Span};
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, options};
use std::borrow::Cow;
use std::collections::HashMap;

/// Reads every document of a stream.
pub fn parse(source: SourceId, text: &str) -> Result<Vec<Node>, TreeError> {
    let mut builder = Builder { source, text, open: Vec::new(), anchors: HashMap::new(), roots: Vec::new() };
    let options = options! { emit_comments: false, block_scalar_eof_without_line_feed: true };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                return Err(builder.error(error.kind().to_string(), at));
            }
        }
    }
    Ok(builder.roots)
}

/// A collection whose end has not come yet. A mapping's children are keys and values in turn.
struct Open {
    mapping: bool,
    flow: bool,
    anchor: usize,
    tag: Option<Tag>,
    start: usize,
    children: Vec<Node>,
}

struct Builder<'t> {
    source: SourceId,
    text: &'t str,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    roots: Vec<Node>,
}

type TagEvent<'t> = Option<Cow<'t, granit_parser::Tag>>;

impl<'t> Builder<'t> {
    fn take(&mut self, event: Event<'t>, place: granit_parser::Span) -> Result<(), TreeError> {
        let range = place.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let written = self.text.get(range.clone()).unwrap_or_default();
                let style = style_of(style);
                let block = matches!(style, Style::Literal | Style::Folded);
                let end = if block { range.start + written.trim_end().len() } else { range.end };
                // Where nothing is written the parser makes up a `~`.
                let text = if written.is_empty() && style == Style::Plain { "".into() } else { text };
                // Nothing stands behind the colon of its key, not before it.
                let colon = usize::from(written.is_empty() && self.text.as_bytes().get(range.start) == Some(&b':'));
                let kind = Kind::Scalar(Scalar { text: text.as_ref().into(), style });
                let node = Node::new(kind, self.span(range.start + colon, end + colon), self.tag(tag, place))?;
                self.place(node, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.begin(false, style, anchor, self.tag(tag, place), range.start)?
            }
            Event::MappingStart(style, anchor, tag) => {
                self.begin(true, style, anchor, self.tag(tag, place), range.start)?
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end)?,
            Event::Alias(id) => match self.anchors.get(&id) {
                Some(target) => {
                    let node = target.aliased(self.span(range.start, range.end));
                    self.place(node, 0);
                }
                None => return Err(self.error("an alias inside the very node it stands for".into(), range.start)),
            },
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
        Ok(())
    }

    fn begin(
        &mut self,
        mapping: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<Tag>,
        start: usize,
    ) -> Result<(), TreeError> {
        if self.open.len() >= MAX_DEPTH as usize {
            return Err(too_deep(self.span(start, start)));
        }
        self.open.push(Open { mapping, flow: style == StructureStyle::Flow, anchor, tag, start, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), TreeError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // A block collection's end event stands where the next thing begins.
        let last = open.children.last().map_or(open.start, |child| child.span().end as usize);
        let start = if open.mapping || open.flow { open.start } else { self.first_dash(&open) };
        let span = self.span(start, if open.flow { end } else { last });
        let kind = if open.mapping {
            let mut children = open.children.into_iter();
            Kind::Mapping(std::iter::from_fn(|| children.next().zip(children.next())).collect())
        } else {
            Kind::Sequence(open.children)
        };
        let node = Node::new(kind, span, open.tag)?;
        self.place(node, open.anchor);
        Ok(())
    }

    /// Where a block sequence begins: for the parser, one that is not indented begins with its first element.
    fn first_dash(&self, sequence: &Open) -> usize {
        let first = sequence.children.first().map_or(sequence.start, |child| child.span().start as usize);
        let before = self.text.get(..sequence.start).unwrap_or_default().trim_end();
        match self.text.as_bytes().get(sequence.start) {
            Some(b'-') if sequence.start < first => sequence.start,
            _ if before.ends_with('-') => before.len() - 1,
            _ => sequence.start,
        }
    }

    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.roots.push(node),
        }
    }

    fn tag(&self, tag: TagEvent<'t>, place: granit_parser::Span) -> Option<Tag> {
        let tag = tag?;
        let range = place.tag_span().and_then(|span| span.byte_range())?;
        let name = tag.core_suffix().map_or_else(|| tag.original(), |suffix| format!("!!{suffix}"));
        Some(Tag { name: name.into(), span: self.span(range.start, range.end) })
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start..end)
    }

    fn error(&self, message: String, at: usize) -> TreeError {
        let rest = self.text.get(at..).unwrap_or_default();
        let len = rest.chars().next().filter(|c| !c.is_control()).map_or(0, char::len_utf8);
        TreeError { message, span: self.span(at.min(self.text.len()), at.min(self.text.len()) + len) }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
