//! What Terraform accepts and the parser refuses: a key twice in one object, of which the last counts, and line
//! breaks in a `for` between braces; and what the parser misreads, heredocs without a line. The text is changed so that
//! the parser takes it and means the same.
//!
//! Called by `parse`, mostly for what was refused. It must not know what anything means.

use super::parse::Text;
use hcl_edit::parser::Error;
use std::borrow::Cow;
use std::ops::Range;
use std::str::FromStr;

/// Keys that are there twice in one file before it stays refused.
const MAX_KEYS: usize = 64;

/// What a text is, where it parses once repaired.
pub fn parse<T: FromStr<Err = Error>>(mut text: Text) -> Option<(Text, T)> {
    for _ in 0..=MAX_KEYS {
        // Nothing is moved, so that all places stay as they are.
        let joined = joined(&without_empty_heredocs(text.parsed_part()));
        match joined.parse() {
            Ok(parsed) => return Some((text, parsed)),
            Err(error) if error.message().contains("redefined object key") => {
                let key = key_at(text.parsed_part(), error.location().offset())?;
                // A string in parentheses is a key that the parser does not compare with others.
                let quote = if text.parsed_part().get(key.clone())?.starts_with(['"', '(']) { "" } else { "\"" };
                text = text.wrapped(key, &format!("({quote}"), &format!("{quote})"));
            }
            Err(_) => return None,
        }
    }
    None
}

/// The text with an empty string in place of each heredoc without a line: the parser takes what follows for its lines,
/// up to the next end of that name. Nothing is moved.
pub fn without_empty_heredocs(text: &str) -> Cow<'_, str> {
    let is_empty = |heredoc: &str| heredoc.starts_with("<<") && heredoc.lines().count() == 2;
    let seems_empty = |(at, _): (usize, &str)| {
        text.get(at..).is_some_and(|rest| heredoc(rest).and_then(|length| rest.get(..length)).is_some_and(is_empty))
    };
    if !text.match_indices("<<").any(seems_empty) {
        return Cow::Borrowed(text);
    }
    let (mut scan, mut out) = (Scan::new(text), String::with_capacity(text.len()));
    while let Some(part) = scan.step() {
        let written = text.get(part.clone()).unwrap_or_default();
        match is_empty(written) {
            true => out.push_str(&format!("{:width$}", "\"\"", width = part.len())),
            false => out.push_str(written),
        }
    }
    Cow::Owned(out)
}

/// The key that begins at a byte: a word, a string, or what is in parentheses already.
fn key_at(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    if rest.starts_with(['"', '(']) {
        let mut scan = Scan::new(rest);
        loop {
            scan.step()?;
            if scan.open.is_empty() {
                return Some(start..start + scan.at);
            }
        }
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    (end > 0).then_some(start..start + end)
}

/// The text with spaces for the line breaks, and for the comments that end in them, directly between the braces of a
/// `for`.
fn joined(text: &str) -> String {
    let mut scan = Scan::new(text);
    let mut blank: Vec<Range<usize>> = Vec::new();
    while let Some(part) = scan.step() {
        let is_break = matches!(text.as_bytes().get(part.start), Some(b'\n' | b'\r' | b'#' | b'/'));
        if is_break && scan.open.last() == Some(&Open::For) {
            blank.push(part);
        }
    }
    let mut out = String::with_capacity(text.len());
    for part in blank {
        out.push_str(text.get(out.len()..part.start).unwrap_or_default());
        out.extend(std::iter::repeat_n(' ', part.len()));
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

/// What is open around a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `{ for … }`.
    For,
    /// Braces, brackets, parentheses, or an interpolation.
    Other,
    /// A string.
    Quote,
}

/// Goes over a text, minding what is open.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Open>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Scan<'t> {
        Scan { text, at: 0, open: Vec::new() }
    }

    /// Goes over one character, comment, heredoc or escape, and answers its bytes.
    fn step(&mut self) -> Option<Range<usize>> {
        let (start, rest) = (self.at, self.text.get(self.at..)?);
        let first = rest.chars().next()?;
        let length = match self.open.last() {
            Some(Open::Quote) => self.in_string(rest),
            _ => self.in_code(rest),
        };
        self.at = start + length.max(first.len_utf8());
        Some(start..self.at)
    }

    fn in_string(&mut self, rest: &str) -> usize {
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            return 3;
        }
        if rest.starts_with("${") || rest.starts_with("%{") {
            self.open.push(Open::Other);
            return 2;
        }
        match rest.as_bytes() {
            [b'"', ..] => drop(self.open.pop()),
            [b'\\', next, ..] if next.is_ascii() => return 2,
            _ => {}
        }
        1
    }

    fn in_code(&mut self, rest: &str) -> usize {
        let line = rest.find('\n').unwrap_or(rest.len());
        match rest.as_bytes() {
            [b'"', ..] => self.open.push(Open::Quote),
            [b'{', ..] => self.open.push(if begins_for(rest) { Open::For } else { Open::Other }),
            [b'(' | b'[', ..] => self.open.push(Open::Other),
            [b'}' | b')' | b']', ..] => drop(self.open.pop()),
            [b'#', ..] | [b'/', b'/', ..] => return line,
            [b'/', b'*', ..] => return rest.find("*/").map_or(rest.len(), |end| end + 2),
            [b'<', b'<', ..] => return heredoc(rest).unwrap_or(1),
            _ => {}
        }
        1
    }
}

/// Whether braces hold a `for`.
fn begins_for(rest: &str) -> bool {
    let inside = rest.trim_start_matches('{').trim_start();
    inside.strip_prefix("for").is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

/// The length of a heredoc up to the line break after it.
fn heredoc(rest: &str) -> Option<usize> {
    let (first, _) = rest.split_once('\n')?;
    let name = first.trim_start_matches('<').trim_start_matches('-').trim();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        return None;
    }
    let mut at = first.len() + 1;
    for line in rest.get(at..)?.split_inclusive('\n') {
        if line.trim() == name {
            return Some(at + line.trim_end_matches(['\n', '\r']).len());
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_breaks_of_a_for_between_braces_are_joined() {
        let text = "x = { for k in y : # c\n  k => z ?\n  1 : {\n a = \"\n\" }\n}\nb = [\n1]\n";
        let same = joined(text);
        assert_eq!(same, "x = { for k in y :       k => z ?   1 : {\n a = \"\n\" } }\nb = [\n1]\n");
        assert_eq!(same.len(), text.len());
    }

    #[test]
    fn heredocs_without_a_line_are_empty_strings() {
        let text = "a = <<X\n  X\nb = <<X\nX\nc = <<Y\n<<X\nX\nY\n# <<X\n# X\n";
        let same = without_empty_heredocs(text);
        assert_eq!(same, "a = \"\"     \nb = \"\"   \nc = <<Y\n<<X\nX\nY\n# <<X\n# X\n");
        assert_eq!(same.len(), text.len());
        assert!(matches!(without_empty_heredocs("a = <<X\n1\nX\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn keys_end_where_they_end() {
        let key = |text: &str| key_at(text, 0).map(|range| text[range].to_owned());
        assert_eq!(key("name-1 = 2").as_deref(), Some("name-1"));
        assert_eq!(key("\"a${f(\"}\")}b\" = 2").as_deref(), Some("\"a${f(\"}\")}b\""));
        assert_eq!(key("((\"a\")) = 2").as_deref(), Some("((\"a\"))"));
        assert_eq!(key("\"a"), None);
    }
}
