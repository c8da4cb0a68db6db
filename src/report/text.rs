//! Words for people: counting, wrapping and making foreign text safe to print.
//!
//! Called by the outputs for people. It must not know findings.

use std::borrow::Cow;

/// `1 note`, `17 notes`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `it` or `them`.
pub fn them(number: usize) -> &'static str {
    if number == 1 { "it" } else { "them" }
}

/// Foreign text on one line: what moves the cursor, changes colours or reorders letters is replaced, so that a
/// file under review cannot make a report say something else.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) { text.chars().map(safe).collect::<String>().into() } else { text.into() }
}

/// One character of foreign text, as [`clean`] shows it.
pub fn safe(character: char) -> char {
    match character {
        '\n' | '\r' | '\t' => ' ',
        other if is_unsafe(other) => '\u{fffd}',
        other => other,
    }
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Breaks text between words into lines of at most `width` characters; longer words stand alone. Width 0: one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if width == 0 || length < room => {
                line.push(' ');
                line.push_str(word);
                room = room.saturating_sub(length + 1);
            }
            _ => {
                lines.push(word.to_owned());
                room = width.saturating_sub(length);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_to_the_width_and_loses_no_word() {
        assert_eq!(wrap("set a limit of one day", 11), ["set a limit", "of one day"]);
        assert_eq!(wrap("a-word-that-is-too-long b", 5), ["a-word-that-is-too-long", "b"]);
        assert_eq!(wrap("all  on\none line", 0), ["all on one line"]);
    }

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\r\nd"), "a\u{fffd}[31mb\u{fffd}c  d");
        assert!(matches!(clean("größe 🦀"), Cow::Borrowed(_)));
    }
}
