//! Operators over outcomes: Kleene logic, equality, order, arithmetic, membership.
//!
//! Called by `walk`. What is broken has been sorted out before; what is absent is equal to nothing, differs from
//! everything, and makes order and arithmetic absent.

use super::outcome::{Datum, Outcome, Sequence, Truth};
use super::text;
use crate::model::number::Number;
use crate::model::value::{Piece, Unknown, Value};
use crate::rules::expr::Op;
use std::cmp::Ordering;

/// Both hold. One that surely fails decides.
pub fn and(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Err(why), _) | (_, Err(why)) => Err(why),
        _ => Ok(true),
    }
}

/// One holds. One that surely holds decides.
pub fn or(a: Truth, b: Truth) -> Truth {
    not(and(not(a), not(b)))
}

/// The opposite; of the unknown, the unknown.
pub fn not(a: Truth) -> Truth {
    a.map(|truth| !truth)
}

/// Any operator of two operands except the logical ones and indexing.
pub fn binary(op: Op, a: &Outcome, b: &Outcome) -> Outcome {
    match op {
        Op::Equal => equal(a, b),
        Op::Unequal => match equal(a, b) {
            Outcome::Known(Datum::Bool(truth)) => (!truth).into(),
            other => other,
        },
        Op::In => member(a, b),
        _ => match (a, b) {
            (Outcome::Absent, _) | (_, Outcome::Absent) => Outcome::Absent,
            (Outcome::Unknown(why), _) | (_, Outcome::Unknown(why)) => Outcome::Unknown(why.clone()),
            (Outcome::Known(a), Outcome::Known(b)) => known(op, a, b),
            (Outcome::Broken(mistake), _) | (_, Outcome::Broken(mistake)) => Outcome::Broken(mistake.clone()),
        },
    }
}

fn known(op: Op, a: &Datum, b: &Datum) -> Outcome {
    let ordering = matches!(op, Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual);
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) if ordering => ordered(op, a.cmp(b)).into(),
        (Datum::AtLeast(least, why), Datum::Number(b)) if ordering => at_least(op, least, b, why).into(),
        (Datum::Number(a), Datum::AtLeast(least, why)) if ordering => at_least(mirrored(op), least, a, why).into(),
        (Datum::Number(a), Datum::Number(b)) => arithmetic(op, a, b),
        (Datum::AtLeast(_, why), Datum::Number(_) | Datum::AtLeast(..))
        | (Datum::Number(_), Datum::AtLeast(_, why)) => Outcome::Unknown(*why.clone()),
        _ => match (op, text::pieces(a), text::pieces(b)) {
            (Op::Add, Some(a), Some(b)) => concatenated(&a, &b),
            _ => Outcome::broken(format!("{} and {} do not go together here", a.noun(), b.noun())),
        },
    }
}

fn ordered(op: Op, ordering: Ordering) -> bool {
    match op {
        Op::Less => ordering.is_lt(),
        Op::LessEqual => ordering.is_le(),
        Op::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

fn mirrored(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::LessEqual => Op::GreaterEqual,
        Op::Greater => Op::Less,
        _ => Op::LessEqual,
    }
}

/// `least or more` against a number: what holds for the least and grows is true, what fails for it and grows false.
fn at_least(op: Op, least: &Number, other: &Number, why: &Unknown) -> Truth {
    let grows = matches!(op, Op::Greater | Op::GreaterEqual);
    let now = ordered(op, least.cmp(other));
    if now == grows { Ok(now) } else { Err(why.clone()) }
}

/// No number where the result has none: division by zero, or beyond the bounds of numbers.
fn arithmetic(op: Op, a: &Number, b: &Number) -> Outcome {
    let result = match op {
        Op::Add => a.add(b),
        Op::Subtract => a.sub(b),
        Op::Multiply => a.mul(b),
        Op::Divide => a.div(b),
        _ => a.rem(b),
    };
    result.map_or(Outcome::Absent, Outcome::from)
}

fn concatenated(a: &[text::Part<'_>], b: &[text::Part<'_>]) -> Outcome {
    let owned = |part: &text::Part<'_>| match part {
        text::Part::Known(text) => Piece::Known((*text).into()),
        text::Part::Hole(unknown) => Piece::Hole((*unknown).clone()),
    };
    match Value::from_pieces(a.iter().chain(b).map(owned)) {
        Value::String(text) => Outcome::Known(Datum::String(text)),
        Value::Text(pieces) => Outcome::Known(Datum::Text(pieces)),
        Value::Unknown(unknown) => Outcome::Unknown(unknown),
        _ => Outcome::Absent,
    }
}

/// Equality. Absent equals nothing, not even another absent: `has()` and `== null` ask for absence.
pub fn equal(a: &Outcome, b: &Outcome) -> Outcome {
    match (a, b) {
        (Outcome::Broken(mistake), _) | (_, Outcome::Broken(mistake)) => Outcome::Broken(mistake.clone()),
        (Outcome::Absent, _) | (_, Outcome::Absent) => false.into(),
        (Outcome::Unknown(why), _) | (_, Outcome::Unknown(why)) => Outcome::Unknown(why.clone()),
        (Outcome::Known(a), Outcome::Known(b)) => match (a, b) {
            (Datum::Bool(a), Datum::Bool(b)) => (a == b).into(),
            (Datum::Number(a), Datum::Number(b)) => (a == b).into(),
            (Datum::AtLeast(least, why), Datum::Number(b)) | (Datum::Number(b), Datum::AtLeast(least, why)) => {
                if b < least { false.into() } else { Outcome::Unknown(*why.clone()) }
            }
            (Datum::AtLeast(_, why), Datum::AtLeast(..)) => Outcome::Unknown(*why.clone()),
            (Datum::List(a), Datum::List(b)) => equal_lists(a, b),
            (Datum::Resource(a), Datum::Resource(b)) => (a.id == b.id).into(),
            (Datum::Map(_) | Datum::Record(_), Datum::Map(_) | Datum::Record(_)) => {
                Outcome::broken("maps cannot be compared")
            }
            _ => match (text::pieces(a), text::pieces(b)) {
                (Some(a), Some(b)) => text::equal(&a, &b).into(),
                _ => false.into(),
            },
        },
    }
}

fn equal_lists(a: &Sequence, b: &Sequence) -> Outcome {
    match (&a.open, &b.open) {
        (None, None) if a.items.len() != b.items.len() => return false.into(),
        (None, Some(_)) if b.items.len() > a.items.len() => return false.into(),
        (Some(_), None) if a.items.len() > b.items.len() => return false.into(),
        (Some(why), _) | (_, Some(why)) => return Outcome::Unknown(why.clone()),
        (None, None) => {}
    }
    let mut all: Truth = Ok(true);
    for (a, b) in a.items.iter().zip(&b.items) {
        match equal(a, b).truth() {
            Ok(truth) => all = and(all, truth),
            Err(mistake) => return Outcome::Broken(mistake),
        }
    }
    all.into()
}

/// `a in b`: an element of a list, a key of a map.
fn member(a: &Outcome, b: &Outcome) -> Outcome {
    let (items, open) = match b {
        Outcome::Absent => return false.into(),
        Outcome::Unknown(_) if matches!(a, Outcome::Absent) => return false.into(),
        Outcome::Unknown(_) | Outcome::Broken(_) => return b.clone(),
        Outcome::Known(datum) => match elements(datum) {
            Some(elements) => elements,
            None => return Outcome::broken(format!("{} has no elements", datum.noun())),
        },
    };
    let mut found: Truth = if matches!(a, Outcome::Absent) { Ok(false) } else { open.map_or(Ok(false), Err) };
    for item in &items {
        match equal(a, item).truth() {
            Ok(truth) => found = or(found, truth),
            Err(mistake) => return Outcome::Broken(mistake),
        }
    }
    found.into()
}

/// The elements of a list or the keys of a map, and whether there may be more. `None` for what has none.
pub fn elements(datum: &Datum) -> Option<(Vec<Outcome>, Option<Unknown>)> {
    match datum {
        Datum::List(list) => Some((list.items.clone(), list.open.clone())),
        Datum::Map(map) => {
            let keys = map.entries.iter().map(|(key, _)| Outcome::Known(Datum::String(key.clone()))).collect();
            let open = map.open.clone().map(|why| Unknown { why, may_be_absent: true, refers_to: None });
            Some((keys, open))
        }
        _ => None,
    }
}
