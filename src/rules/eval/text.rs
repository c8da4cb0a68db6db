//! Texts known in part, compared in three values.
//!
//! Called by `logic` and by the text functions. A hole may be any text, also an empty one.

use super::outcome::{Datum, Truth};
use crate::model::value::{Piece, Unknown};

/// A text as pieces, whether known in full or in part. `None` for what is no text.
pub fn pieces(datum: &Datum) -> Option<Vec<Part<'_>>> {
    match datum {
        Datum::String(text) => Some(vec![Part::Known(text)]),
        Datum::Text(pieces) => Some(
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Known(text) => Part::Known(text),
                    Piece::Hole(unknown) => Part::Hole(unknown),
                })
                .collect(),
        ),
        _ => None,
    }
}

/// A borrowed piece.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// Known text.
    Known(&'a str),
    /// Any text.
    Hole(&'a Unknown),
}

/// Whether two texts are equal.
pub fn equal(a: &[Part<'_>], b: &[Part<'_>]) -> Truth {
    match (a, b) {
        ([Part::Known(a)], [Part::Known(b)]) => Ok(a == b),
        ([Part::Known(whole)], parts) | (parts, [Part::Known(whole)]) => refuted_or(fits(parts, whole), parts),
        _ => {
            let starts_agree = prefix(a).starts_with(prefix(b)) || prefix(b).starts_with(prefix(a));
            let ends_agree = suffix(a).ends_with(suffix(b)) || suffix(b).ends_with(suffix(a));
            refuted_or(starts_agree && ends_agree, a)
        }
    }
}

/// Whether a text begins with a known one.
pub fn starts_with(parts: &[Part<'_>], wanted: &str) -> Truth {
    edge(parts, prefix(parts).starts_with(wanted), wanted.starts_with(prefix(parts)))
}

/// Whether a text ends with a known one.
pub fn ends_with(parts: &[Part<'_>], wanted: &str) -> Truth {
    edge(parts, suffix(parts).ends_with(wanted), wanted.ends_with(suffix(parts)))
}

/// Whether a text holds a known one.
pub fn contains(parts: &[Part<'_>], wanted: &str) -> Truth {
    let found = parts.iter().any(|part| matches!(part, Part::Known(text) if text.contains(wanted)));
    hole(parts).filter(|_| !found).map_or(Ok(found), |hole| Err(hole.clone()))
}

/// The known beginning.
pub fn prefix<'a>(parts: &[Part<'a>]) -> &'a str {
    parts.first().map_or("", |part| if let Part::Known(text) = part { text } else { "" })
}

fn suffix<'a>(parts: &[Part<'a>]) -> &'a str {
    parts.last().map_or("", |part| if let Part::Known(text) = part { text } else { "" })
}

/// The first hole.
pub fn hole<'a>(parts: &[Part<'a>]) -> Option<&'a Unknown> {
    parts.iter().find_map(|part| if let Part::Hole(unknown) = part { Some(*unknown) } else { None })
}

fn edge(parts: &[Part<'_>], holds: bool, possible: bool) -> Truth {
    match hole(parts) {
        Some(hole) if !holds && possible => Err(hole.clone()),
        _ => Ok(holds),
    }
}

fn refuted_or(possible: bool, parts: &[Part<'_>]) -> Truth {
    hole(parts).filter(|_| possible).map_or(Ok(false), |hole| Err(hole.clone()))
}

/// Whether a whole text can be made from the parts: known ones in order, both ends anchored unless a hole is there.
fn fits(parts: &[Part<'_>], whole: &str) -> bool {
    let (start, end) = (prefix(parts), suffix(parts));
    if whole.len() < start.len() + end.len() || !whole.starts_with(start) || !whole.ends_with(end) {
        return false;
    }
    let mut rest = &whole[start.len()..whole.len() - end.len()];
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    inner.iter().all(|part| match part {
        Part::Hole(_) => true,
        Part::Known(text) => rest.find(text).is_some_and(|at| {
            rest = &rest[at + text.len()..];
            true
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::{Why, WhyCode};

    #[test]
    fn known_pieces_refute_or_decide() {
        let any = Unknown {
            why: Why::new(WhyCode::VariableWithoutDefault, "var.x", None),
            may_be_absent: false,
            refers_to: None,
        };
        let uri = [Part::Known("s3://a-"), Part::Hole(&any), Part::Known("/models/"), Part::Hole(&any)];
        let truth = |truth: Truth| truth.ok();
        assert_eq!(truth(equal(&uri, &[Part::Known("s3://a-b/models/c")])), None);
        assert_eq!(truth(equal(&uri, &[Part::Known("s3://a-b/data/c")])), Some(false));
        assert_eq!(truth(equal(&uri, &[Part::Known("s3://b")])), Some(false));
        assert_eq!(truth(equal(&[Part::Known("gs://"), Part::Hole(&any)], &uri)), Some(false));
        assert_eq!(truth(starts_with(&uri, "s3://")), Some(true));
        assert_eq!(truth(starts_with(&uri, "s3://a-prod")), None);
        assert_eq!(truth(starts_with(&uri, "gs://")), Some(false));
        assert_eq!(truth(ends_with(&uri, "/")), None);
        assert_eq!(truth(contains(&uri, "/models/")), Some(true));
        assert_eq!(truth(contains(&uri, "/data/")), None);
        let short = [Part::Known("aba"), Part::Hole(&any), Part::Known("aba")];
        assert_eq!(truth(equal(&short, &[Part::Known("aba")])), Some(false), "pieces do not overlap");
    }
}
