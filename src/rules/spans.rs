//! Where the texts of a rule file stand in it. Only asked once something is wrong.
//!
//! Called by `load` and `set` to point at the mistake itself, inside a block scalar too.

use super::expr::Place;
use crate::input::tree::{self, Node};
use crate::source::SourceMap;
use std::ops::Range;

/// The bytes of the value at a path of keys and positions, `severity.0.when`; where the path ends early, of the last
/// key that is there.
pub fn locate(file: &str, path: &str) -> Range<usize> {
    let alone = SourceMap::new();
    let source = alone.add("", file);
    let documents = tree::parse_yaml(&alone, source).unwrap_or_default();
    let Some(mut node) = documents.first() else { return 0..0 };
    let mut place = 0..0;
    for step in path.split('.') {
        if let Some((key, value)) = node.entry(step) {
            (place, node) = (key.span().range(), value);
        } else if let Some(item) = step.parse().ok().and_then(|at: usize| node.items().get(at)) {
            (place, node) = (item.span().range(), item);
        } else {
            return place;
        }
    }
    Node::content(node).range()
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

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "name: é\nseverity:\n  - when: r.x\n    is: note\nwhen: |\n  r.a == 1 &&\n    r.b\nwhy: 'x'\n";

    #[test]
    fn values_are_found_by_path() {
        assert_eq!(&FILE[locate(FILE, "severity.0.when")], "r.x");
        assert_eq!(&FILE[locate(FILE, "why")].trim_matches('\''), &"x");
        assert_eq!(&FILE[locate(FILE, "when.nothing")], "when", "the nearest that is there");
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
