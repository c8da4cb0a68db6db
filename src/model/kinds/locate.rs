//! Where in a kind file an entry stands, for errors that are found after reading.
//!
//! Called by `load` on the way to an error only. It must not know what the entries mean.

use std::ops::Range;

/// The place of the last of `trail` in a file: each word is searched for as a whole after the one before it.
pub fn find(text: &str, trail: &[&str]) -> Range<usize> {
    let mut place = 0..0;
    for word in trail {
        let from = place.end;
        let whole = |at: usize| {
            let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next())
        };
        let mut hits = text[from..].match_indices(word).map(|(at, _)| from + at);
        if let Some(at) = hits.find(|at| whole(*at)) {
            place = at..at + word.len();
        }
    }
    place
}

/// Byte offset of a line and column, both from 1.
pub fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
