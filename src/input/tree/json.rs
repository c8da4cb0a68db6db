//! JSON text to a [`Node`] tree.
//!
//! Called by `tree`. Lenient where people and other readers are: raw control characters in strings are kept, a lone
//! surrogate becomes U+FFFD. Anything else that is not JSON is an error. It must not know how scalars are typed.

use super::{Kind, MAX_DEPTH, Node, Scalar, Style, TreeError, too_deep};
use crate::source::{SourceId, Span};
use std::borrow::Cow;

/// Reads one JSON text; a byte-order mark before it is skipped.
pub fn parse(source: SourceId, text: &str) -> Result<Node, TreeError> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader { source, text, at: start };
    let root = reader.value(0)?;
    match reader.peek() {
        None => Ok(root),
        Some(_) => Err(reader.error("expected the end of the document")),
    }
}

/// Reads the value that begins at a byte.
pub fn parse_at(source: SourceId, text: &str, start: usize) -> Result<Node, TreeError> {
    Reader { source, text, at: start }.value(0)
}

struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: u32) -> Result<Node, TreeError> {
        let start = self.skip_space();
        if depth >= MAX_DEPTH {
            return Err(too_deep(self.span(start)));
        }
        let kind = match self.peek() {
            Some(b'{') => Kind::Mapping(self.collection(b'}', |reader| reader.pair(depth))?),
            Some(b'[') => Kind::Sequence(self.collection(b']', |reader| reader.value(depth + 1))?),
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => self.word()?,
            _ => return Err(self.error("expected a value")),
        };
        Node::new(kind, self.span(start), None)
    }

    fn pair(&mut self, depth: u32) -> Result<(Node, Node), TreeError> {
        let start = self.skip_space();
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a key in double quotes"));
        }
        let name = self.string()?;
        let key = Node::new(name, self.span(start), None)?;
        self.skip_space();
        if !self.eat(b':') {
            return Err(self.error("expected `:` after the key"));
        }
        Ok((key, self.value(depth + 1)?))
    }

    fn collection<T>(
        &mut self,
        close: u8,
        mut element: impl FnMut(&mut Self) -> Result<T, TreeError>,
    ) -> Result<Vec<T>, TreeError> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip_space();
        if self.eat(close) {
            return Ok(elements);
        }
        loop {
            elements.push(element(self)?);
            self.skip_space();
            if self.eat(close) {
                return Ok(elements);
            }
            if !self.eat(b',') {
                let close = char::from(close);
                return Err(self.error(&format!("expected `,` or `{close}`")));
            }
        }
    }

    /// A string with its quotes; `at` stands on the opening one.
    fn string(&mut self) -> Result<Kind, TreeError> {
        let open = self.at;
        let body = self.text.get(open + 1..).unwrap_or_default();
        let mut escaped = false;
        let mut bytes = body.bytes().enumerate();
        let end = loop {
            match bytes.next() {
                None => return Err(self.error("a string that never ends")),
                Some((end, b'"')) => break end,
                Some((_, b'\\')) => {
                    escaped = true;
                    bytes.next();
                }
                Some(_) => {}
            }
        };
        let raw = body.get(..end).unwrap_or_default();
        let text = if escaped { Cow::Owned(self.unescape(raw, open + 1)?) } else { Cow::Borrowed(raw) };
        self.at = open + end + 2;
        Ok(Kind::Scalar(Scalar { text: text.into(), style: Style::Quoted }))
    }

    fn unescape(&mut self, raw: &str, start: usize) -> Result<String, TreeError> {
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            let (before, escape) = rest.split_at(at);
            text.push_str(before);
            let Some((character, len)) = unescape_one(escape) else {
                self.at = start + raw.len() - escape.len();
                return Err(self.error("not an escape sequence of JSON"));
            };
            text.push(character);
            rest = escape.get(len..).unwrap_or_default();
        }
        text.push_str(rest);
        Ok(text)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Kind, TreeError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        let word = rest.split(|c| !part(c)).next().unwrap_or_default();
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            return Err(self.error("expected a value"));
        }
        self.at += word.len();
        Ok(Kind::Scalar(Scalar { text: word.into(), style: Style::Plain }))
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(there);
        there
    }

    /// Goes to the next byte that means something, and says where it is.
    fn skip_space(&mut self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.at
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, start..self.at)
    }

    fn error(&self, message: &str) -> TreeError {
        let len = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        TreeError { message: message.into(), span: Span::new(self.source, self.at..self.at + len) }
    }
}

/// The character of the escape sequence a text begins with, and the bytes it takes.
fn unescape_one(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let simple = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = unit(2)?;
            let low = text.get(6..8).filter(|next| *next == "\\u").and_then(|_| unit(8));
            return match (high, low) {
                (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|c| (c, 12))
                }
                _ => Some((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6)),
            };
        }
        _ => return None,
    };
    Some((simple, 2))
}

fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
