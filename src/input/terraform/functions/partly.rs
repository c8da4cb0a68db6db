//! What functions over text make of a text that is known in part.
//!
//! Called where an argument is such a text; what cannot be said is unknown. It must not guess at what a hole holds.

use super::Call;
use crate::model::value::{Piece, Str, Value};
use unicode_segmentation::UnicodeSegmentation;

/// A text that maps letter by letter: the known pieces are mapped.
pub(super) fn mapped(pieces: &[Piece], map: impl Fn(&str) -> String) -> Value {
    let each = |piece: &Piece| match piece {
        Piece::Known(text) => Piece::Known(map(text).into()),
        Piece::Hole(hole) => Piece::Hole(hole.clone()),
    };
    Value::from_pieces(pieces.iter().map(each))
}

fn known(piece: Option<&Piece>) -> &str {
    match piece {
        Some(Piece::Known(text)) => text,
        _ => "",
    }
}

/// What is certain about the argument at 0, with the others known.
pub(super) fn answer(name: &str, call: &Call<'_, '_, '_>) -> Option<Value> {
    let Value::Text(pieces) = &call.arg(0).ok()?.value else { return None };
    let text = |at: usize| call.text(at).ok();
    let (first, last) = (known(pieces.first()), known(pieces.last()));
    match name {
        "upper" => Some(mapped(pieces, str::to_uppercase)),
        "lower" => Some(mapped(pieces, str::to_lowercase)),
        "startswith" => {
            let wanted = text(1)?;
            decided(first.starts_with(&*wanted), !wanted.starts_with(first))
        }
        "endswith" => {
            let wanted = text(1)?;
            decided(last.ends_with(&*wanted), !wanted.ends_with(last))
        }
        "strcontains" => {
            let wanted = text(1)?;
            let found = pieces.iter().any(|piece| known(Some(piece)).contains(&*wanted));
            decided(found, false)
        }
        "replace" => replaced(pieces, &text(1)?, &text(2)?),
        "trimprefix" => {
            let cut = text(1)?;
            let kept = match first.strip_prefix(&*cut) {
                Some(rest) => rest,
                None if !cut.starts_with(first) => first,
                None => return None,
            };
            let rest = pieces.get(1..)?.iter().cloned();
            Some(Value::from_pieces(std::iter::once(Piece::Known(kept.into())).chain(rest)))
        }
        "substr" => {
            let range = (usize::try_from(call.int(1).ok()?).ok()?, usize::try_from(call.int(2).ok()?).ok()?);
            // The last known character may go on in the hole.
            let all: Vec<&str> = first.graphemes(true).collect();
            let end = range.0.checked_add(range.1).filter(|end| *end < all.len())?;
            Some(Value::string(all.get(range.0..end)?.concat()))
        }
        _ => None,
    }
}

fn decided(yes: bool, no: bool) -> Option<Value> {
    (yes || no).then_some(Value::Bool(yes))
}

/// A single character is found in one piece or not at all; longer ones may lie across pieces.
fn replaced(pieces: &[Piece], wanted: &Str, with: &Str) -> Option<Value> {
    let is_single = wanted.chars().count() == 1;
    is_single.then(|| mapped(pieces, |text| text.replace(&**wanted, with)))
}
