//! Functions over texts and collections, three-valued where a text is known in part.

use crate::base64;
use crate::model::number::Number;
use crate::model::value::{Piece, Unknown};
use crate::rules::eval::outcome::{Datum, Outcome, Sequence, Truth};
use crate::rules::eval::text::{self, Part};
use crate::rules::eval::{Evaluator, open};
use std::sync::Arc;

/// Pieces a text is split into at most.
const MAX_SPLIT: usize = 10_000;

pub(super) fn size(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let counted = |count: usize, more: Option<Unknown>| {
        let count = Number::from(count as i64);
        Outcome::Known(match more {
            Some(unknown) => Datum::AtLeast(count, Box::new(unknown)),
            None => Datum::Number(count),
        })
    };
    match args {
        [Outcome::Known(Datum::List(list))] => counted(list.items.len(), list.open.clone()),
        [Outcome::Known(Datum::Map(map))] => counted(map.entries.len(), map.open.clone().map(open)),
        [Outcome::Known(datum)] => match text::pieces(datum) {
            Some(parts) => {
                let known = |part: &Part<'_>| if let Part::Known(text) = part { text.chars().count() } else { 0 };
                counted(parts.iter().map(known).sum(), text::hole(&parts).cloned())
            }
            None => Outcome::broken(format!("{} has no size", datum.noun())),
        },
        [other] => other.clone(),
        _ => Outcome::Absent,
    }
}

/// A text function of a known second argument; what is absent or unknown stays so.
fn compared(args: &[Outcome], compare: fn(&[Part<'_>], &str) -> Truth) -> Outcome {
    match args {
        [Outcome::Absent, _] | [_, Outcome::Absent] => Outcome::Absent,
        [unknown @ Outcome::Unknown(_), _] | [_, unknown @ Outcome::Unknown(_)] => unknown.clone(),
        [Outcome::Known(a), Outcome::Known(b)] => match (text::pieces(a), text::pieces(b).as_deref()) {
            (Some(a), Some([Part::Known(wanted)])) => compare(&a, wanted).into(),
            (Some(_), Some(parts)) => text::hole(parts).cloned().map_or(Outcome::Absent, Outcome::Unknown),
            _ => Outcome::broken("a text is wanted here"),
        },
        _ => Outcome::Absent,
    }
}

pub(super) fn starts_with(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    compared(args, text::starts_with)
}

pub(super) fn ends_with(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    compared(args, text::ends_with)
}

pub(super) fn contains(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    compared(args, text::contains)
}

pub(super) fn lower(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match args {
        [Outcome::Known(Datum::String(text))] => text.to_ascii_lowercase().as_str().into(),
        [Outcome::Known(Datum::Text(pieces))] => {
            let lowered = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => Piece::Known(text.to_ascii_lowercase().into()),
                hole @ Piece::Hole(_) => hole.clone(),
            });
            Outcome::Known(Datum::Text(lowered.collect()))
        }
        [Outcome::Known(_)] => Outcome::broken("a text is wanted here"),
        [other] => other.clone(),
        _ => Outcome::Absent,
    }
}

pub(super) fn decoded(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let plain = |text: &str| String::from_utf8(base64::decode(text.trim())?).ok();
    match args {
        [Outcome::Known(Datum::String(text))] => {
            plain(text).map_or_else(|| text.as_ref().into(), |plain| plain.as_str().into())
        }
        [other] => other.clone(),
        _ => Outcome::Absent,
    }
}

/// What a line is made with says no word that the line does not say; a line that is not known may say any.
pub(super) fn mentions(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [program, Outcome::Known(Datum::List(wanted))] = args else { return Outcome::Absent };
    let program = lower(evaluator, &[decoded(evaluator, std::slice::from_ref(program))]);
    let Outcome::Known(datum) = &program else { return program };
    let Some(parts) = text::pieces(datum) else { return Outcome::broken("a text is wanted here") };
    let words: Vec<String> = wanted.items.iter().filter_map(|word| word.as_str().map(str::to_lowercase)).collect();
    let said = |part: &Part<'_>| matches!(part, Part::Known(text) if words.iter().any(|word| text.contains(word)));
    let unread = parts.iter().enumerate().find_map(|(at, part)| match part {
        Part::Hole(hole) if is_whole_line(&parts, at) => Some(Unknown::clone(hole)),
        _ => None,
    });
    match unread {
        _ if parts.iter().any(said) => true.into(),
        Some(unknown) => Outcome::Unknown(unknown),
        None => false.into(),
    }
}

/// Whether nothing but space stands beside a part in its line.
fn is_whole_line(parts: &[Part<'_>], at: usize) -> bool {
    let before = match at.checked_sub(1).and_then(|before| parts.get(before)) {
        Some(Part::Known(text)) => text.rsplit('\n').next().unwrap_or_default(),
        _ => "",
    };
    let after = match parts.get(at + 1) {
        Some(Part::Known(text)) => text.split('\n').next().unwrap_or_default(),
        _ => "",
    };
    before.trim().is_empty() && after.trim().is_empty()
}

pub(super) fn split(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match args {
        [Outcome::Known(Datum::String(text)), Outcome::Known(Datum::String(separator))] => {
            let items = text.splitn(MAX_SPLIT, &**separator).map(Outcome::from).collect();
            Outcome::Known(Datum::List(Arc::new(Sequence { items, open: None })))
        }
        _ => compared(args, |parts, _| text::hole(parts).map_or(Ok(false), |hole| Err(hole.clone()))),
    }
}

pub(super) fn number(_: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match args {
        [Outcome::Known(Datum::String(text))] => Number::parse(text).map_or(Outcome::Absent, Outcome::from),
        [Outcome::Known(Datum::Text(pieces))] => {
            let hole = pieces.iter().find_map(|piece| match piece {
                Piece::Hole(unknown) => Some(unknown.clone()),
                Piece::Known(_) => None,
            });
            hole.map_or(Outcome::Absent, Outcome::Unknown)
        }
        [Outcome::Known(Datum::Number(_) | Datum::AtLeast(..))] => args.first().cloned().unwrap_or(Outcome::Absent),
        [Outcome::Known(other)] => Outcome::broken(format!("{} is not a number", other.noun())),
        [other] => other.clone(),
        _ => Outcome::Absent,
    }
}

pub(super) fn int(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match number(evaluator, args) {
        Outcome::Known(Datum::Number(number)) if number < Number::from(0) => number.ceil().into(),
        Outcome::Known(Datum::Number(number)) => number.floor().into(),
        other => other,
    }
}
