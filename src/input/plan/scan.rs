//! JSON without a tree: the ranges of members and elements, so that of a large file only what is wanted is read.
//!
//! Called by the frontend. No recursion, no allocation but for the ranges asked for. What is no JSON ends the scan;
//! brackets are counted, not paired.

use std::ops::Range;

/// A member of an object: its name as written between the quotes, and the bytes of its value.
pub(super) type Member<'t> = (&'t str, Range<usize>);

/// The members of the object that begins at a byte; those before it stops to be one.
pub(super) fn members(text: &str, object: usize) -> impl Iterator<Item = Member<'_>> {
    let mut at = open(text, object, b'{');
    std::iter::from_fn(move || {
        let name = string(text, space(text, at?))?;
        let colon = space(text, name.end + 1);
        let value = value(text, space(text, byte_is(text, colon, b':')? + 1))?;
        at = next(text, value.end);
        Some((text.get(name)?, value))
    })
}

/// The elements of the array that begins at a byte; those before it stops to be one.
pub(super) fn elements(text: &str, array: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = open(text, array, b'[');
    std::iter::from_fn(move || {
        let value = value(text, space(text, at?))?;
        at = next(text, value.end);
        Some(value)
    })
}

/// The value of a member of the object that begins at a byte.
pub(super) fn member(text: &str, object: usize, name: &str) -> Option<Range<usize>> {
    members(text, object).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The first byte that is no space.
pub(super) fn space(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count()
}

fn byte_is(text: &str, at: usize, byte: u8) -> Option<usize> {
    (text.as_bytes().get(at) == Some(&byte)).then_some(at)
}

fn open(text: &str, at: usize, bracket: u8) -> Option<usize> {
    byte_is(text, space(text, at), bracket).map(|at| at + 1)
}

/// After the comma behind a value.
fn next(text: &str, at: usize) -> Option<usize> {
    byte_is(text, space(text, at), b',').map(|at| at + 1)
}

/// What stands between the quotes that open at a byte.
fn string(text: &str, at: usize) -> Option<Range<usize>> {
    let start = byte_is(text, at, b'"')? + 1;
    let mut bytes = text.as_bytes().get(start..)?.iter().enumerate();
    while let Some((length, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(start..start + length),
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    None
}

/// The value that begins at a byte.
fn value(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = string(text, at)?.end + 1,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth.checked_sub(1)?),
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth > 0 => at += 1,
            _ => {
                let word = bytes.get(at..)?.iter();
                let length = word.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
                at += length.checked_sub(1)? + 1;
            }
        }
        if depth == 0 {
            return Some(start..at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_values() {
        let text = r#" {"a": [1, {"b": "]}\""}, -2.5e3], "c\"d" : {"e": {}} , "f": null}"#;
        let found: Vec<_> = members(text, 0).map(|(name, value)| (name, &text[value])).collect();
        assert_eq!(found, [("a", r#"[1, {"b": "]}\""}, -2.5e3]"#), (r#"c\"d"#, r#"{"e": {}}"#), ("f", "null")]);
        let array = member(text, 0, "a").unwrap();
        let found: Vec<_> = elements(text, array.start).map(|value| &text[value]).collect();
        assert_eq!(found, ["1", r#"{"b": "]}\""}"#, "-2.5e3"]);
    }

    #[test]
    fn what_is_no_json_ends_the_scan() {
        for text in ["", "{", "{\"a\"", "[", "{\"a\" 1}", "{\"a\": \"x", "{\"a\": }", "{\"é\": é}"] {
            assert_eq!(members(text, 0).count() + elements(text, 0).count(), 0, "{text}");
        }
        assert_eq!(members("{\"a\": 1, \"b\"}", 0).count(), 1);
        let deep = "[".repeat(100_000);
        assert_eq!(elements(&deep, 0).count(), 0);
    }
}
