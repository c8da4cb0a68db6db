//! Where the texts of a rule file stand in it. Only asked once something is wrong.
//!
//! Called by `load` and `set` to point at the mistake itself, inside a block scalar too.

use super::expr::Place;
use granit_parser::{Event, Parser};
use std::ops::Range;

/// Nesting of a rule file that is followed.
const MAX_DEPTH: usize = 16;

/// The bytes of the value at a path of keys and positions, `severity.0.when`; of the nearest part of the path that
/// is there, otherwise.
pub fn locate(file: &str, path: &str) -> Range<usize> {
    let mut best = (0, 0..0);
    for (found, range) in values(file) {
        let is_part = path.strip_prefix(found.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if is_part && found.len() >= best.0 {
            best = (found.len(), range);
        }
    }
    best.1
}

/// A place inside the value at a path, whose text YAML has already unfolded.
pub fn inside(file: &str, path: &str, value: &str, place: &Place) -> Range<usize> {
    let whole = locate(file, path);
    let raw = file.get(whole.clone()).unwrap_or_default();
    let (mut inner, mut outer) = (0, 0);
    let mut start = None;
    for line in value.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let Some(found) = raw.get(outer..).and_then(|rest| rest.find(content)) else { return whole };
        let at = whole.start + outer + found;
        let at_byte = |offset: u32| at + (offset as usize).saturating_sub(inner).min(content.len());
        if start.is_none() && (place.start as usize) < inner + line.len() {
            start = Some(at_byte(place.start));
        }
        if let Some(start) = start.filter(|_| place.end as usize <= inner + line.len()) {
            return start..at_byte(place.end).max(start);
        }
        outer += found + content.len();
        inner += line.len();
    }
    start.map_or(whole.clone(), |start| start..whole.end)
}

/// Every scalar and the first entry of every collection, by path.
fn values(file: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut open: Vec<Level> = Vec::new();
    for (event, span) in Parser::new_from_str(file).flatten() {
        let start = span.start.byte_offset().unwrap_or(0);
        let range = start..span.end.byte_offset().unwrap_or(start).max(start);
        match event {
            Event::Scalar(text, ..) if open.last().is_some_and(Level::wants_key) => {
                if let Some(Level::Map { key }) = open.last_mut() {
                    *key = Some(text.into_owned());
                }
                found.push((path(&open), range));
            }
            Event::Scalar(..) | Event::Alias(_) => {
                found.push((path(&open), range));
                done(&mut open);
            }
            Event::MappingStart(..) => open.push(Level::Map { key: None }),
            Event::SequenceStart(..) => open.push(Level::List { at: 0 }),
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                done(&mut open);
            }
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            break;
        }
    }
    found
}

enum Level {
    Map { key: Option<String> },
    List { at: usize },
}

impl Level {
    fn wants_key(&self) -> bool {
        matches!(self, Level::Map { key: None })
    }
}

fn done(open: &mut [Level]) {
    match open.last_mut() {
        Some(Level::Map { key }) => *key = None,
        Some(Level::List { at }) => *at += 1,
        None => {}
    }
}

fn path(open: &[Level]) -> String {
    let parts = open.iter().map(|level| match level {
        Level::Map { key } => key.clone().unwrap_or_default(),
        Level::List { at } => at.to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "name: é\nseverity:\n  - when: r.x\n    is: note\nwhen: |\n  r.a == 1 &&\n    r.b\nwhy: 'x'\n";

    #[test]
    fn values_are_found_by_path() {
        assert_eq!(&FILE[locate(FILE, "severity.0.when")], "r.x");
        assert_eq!(&FILE[locate(FILE, "why")].trim_matches('\''), &"x");
        assert_eq!(&FILE[locate(FILE, "severity.0.nothing")], "severity", "the nearest that is there");
    }

    #[test]
    fn places_inside_block_scalars_are_exact() {
        let value = "r.a == 1 &&\n  r.b\n";
        let at = |place: Place| &FILE[inside(FILE, "when", value, &place)];
        assert_eq!(at(0..3), "r.a");
        assert_eq!(at(14..17), "r.b");
        assert_eq!(at(0..17), "r.a == 1 &&\n    r.b");
        assert_eq!(&FILE[inside(FILE, "severity.0.when", "r.x", &(2..3))], "x");
    }
}
