//! The words, numbers, texts and signs of an expression, with their places.
//!
//! Called by `parse`. It must not know how they are put together.

use super::{Mistake, Place};
use std::str::Chars;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name or a word of the language.
    Word(&'t str),
    /// A number as written.
    Number(&'t str),
    /// What a text in quotes says.
    Text(String),
    /// An operator, a bracket, a dot, a comma.
    Sign(&'t str),
    /// Nothing is left.
    End,
}

/// The longer ones first.
const SIGNS: [&str; 22] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]",
];
/// The longer ones first; texts in those may have several lines.
const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];

/// The token that begins at or after a byte.
pub(super) fn next(text: &str, from: usize) -> Result<(Token<'_>, Place), Mistake> {
    let start = from + space(text.get(from..).unwrap_or_default());
    let rest = text.get(start..).unwrap_or_default();
    let place = |length: usize| start as u32..(start + length) as u32;
    let Some(first) = rest.chars().next() else { return Ok((Token::End, place(0))) };
    let (prefix, quoted) = match rest.strip_prefix(['r', 'R']) {
        Some(quoted) if quoted.starts_with(['"', '\'']) => (1, quoted),
        _ => (0, rest),
    };
    if let Some(quote) = QUOTES.into_iter().find(|quote| quoted.starts_with(quote)) {
        let (said, length) = text_of(quoted, quote, prefix == 1).ok_or_else(|| {
            Mistake::new(place(prefix + quote.len()), "a text that does not end, or with an unknown escape")
        })?;
        return Ok((Token::Text(said), place(prefix + length)));
    }
    let is_number = first.is_ascii_digit() || first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    let (token, length) = if is_number {
        let length = number(rest);
        (Token::Number(&rest[..length]), length)
    } else if first.is_ascii_alphabetic() || first == '_' {
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        (Token::Word(&rest[..length]), length)
    } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        (Token::Sign(sign), sign.len())
    } else {
        let mistake = Mistake::new(place(first.len_utf8()), format!("unexpected `{first}`"));
        return Err(match first {
            '=' => mistake.help("`==` compares"),
            '{' => Mistake::new(mistake.at, "maps cannot be written in conditions"),
            _ => mistake,
        });
    };
    Ok((token, place(length)))
}

/// The length of spaces and comments.
fn space(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        match rest.strip_prefix("//") {
            Some(comment) => rest = comment.find('\n').map_or("", |end| &comment[end..]),
            None => return text.len() - rest.len(),
        }
    }
}

/// The length of the number that a text begins with, a sign of its type included.
fn number(text: &str) -> usize {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    if text[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    // What is glued to it is part of it: `0x1f`, `1u`.
    length + text[length..].bytes().take_while(u8::is_ascii_alphanumeric).count()
}

/// What a text in quotes says, and its length with both quotes.
fn text_of(text: &str, quote: &str, is_raw: bool) -> Option<(String, usize)> {
    let mut said = String::new();
    let mut rest = text.get(quote.len()..)?;
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            return Some((said, text.len() - after.len()));
        }
        let mut chars = rest.chars();
        match chars.next()? {
            '\n' | '\r' if quote.len() == 1 => return None,
            '\\' if !is_raw => said.push(escaped(&mut chars)?),
            other => said.push(other),
        }
        rest = chars.as_str();
    }
}

/// The character that an escape stands for, after the backslash.
fn escaped(chars: &mut Chars<'_>) -> Option<char> {
    let first = chars.next()?;
    let (digits, base, start) = match first {
        'x' | 'X' => (2, 16, 0),
        'u' => (4, 16, 0),
        'U' => (8, 16, 0),
        '0'..='3' => (2, 8, first.to_digit(8)?),
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        'f' => return Some('\u{c}'),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'v' => return Some('\u{b}'),
        same => return Some(same).filter(|same| r#"\?"'`"#.contains(*same)),
    };
    char::from_u32((0..digits).try_fold(start, |sum, _| Some(sum * base + chars.next()?.to_digit(base)?))?)
}
