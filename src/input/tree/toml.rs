//! TOML text to a [`Node`] tree: the only file of the tree that knows the TOML parser.
//!
//! Called by `tree`. Entries are in the order of the file. It must not know how scalars are typed.

use super::{Kind, MAX_DEPTH, Node, Scalar, Style, TreeError, too_deep};
use crate::source::{SourceId, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads one TOML document.
pub fn parse(source: SourceId, text: &str) -> Result<Node, TreeError> {
    // The parser would take a byte-order mark as well, but then its offsets are those after it.
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let reader = Reader { source, start };
    let table = DeTable::parse(text.get(start..).unwrap_or_default()).map_err(|error| TreeError {
        message: error.message().to_owned(),
        span: reader.span(error.span().unwrap_or_default()),
    })?;
    reader.mapping(table.get_ref(), table.span(), 0)
}

struct Reader {
    source: SourceId,
    start: usize,
}

impl Reader {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range.start + self.start..range.end + self.start)
    }

    fn mapping(&self, table: &DeTable<'_>, range: std::ops::Range<usize>, depth: u32) -> Result<Node, TreeError> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = key.get_ref();
            let name = Kind::Scalar(Scalar { text: name.as_ref().into(), style: Style::Plain });
            Ok((Node::new(name, self.span(key.span()), None)?, self.value(value, depth + 1)?))
        };
        let pairs = entries.into_iter().map(pair).collect::<Result<_, TreeError>>()?;
        Node::new(Kind::Mapping(pairs), self.span(range), None)
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, depth: u32) -> Result<Node, TreeError> {
        let span = self.span(value.span());
        if depth >= MAX_DEPTH {
            return Err(too_deep(Span { end: span.start, ..span }));
        }
        let plain = |text: String| Kind::Scalar(Scalar { text: text.into(), style: Style::Plain });
        let kind = match value.get_ref() {
            DeValue::Table(table) => return self.mapping(table, value.span(), depth),
            DeValue::Array(items) => {
                Kind::Sequence(items.iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            DeValue::String(text) => Kind::Scalar(Scalar { text: text.as_ref().into(), style: Style::Quoted }),
            DeValue::Integer(number) => plain(number.to_string()),
            DeValue::Float(number) => plain(number.to_string()),
            DeValue::Boolean(truth) => plain(truth.to_string()),
            DeValue::Datetime(time) => plain(time.to_string()),
        };
        Node::new(kind, span, None)
    }
}
