//! The conditions of pipelines, three-valued: `None` is not known.
//!
//! Called by `pipeline`. It must not know what a condition decides about.

use crate::input::language::{items, member, text};
use crate::model::value::Attr;
use std::cmp::Ordering;

/// Whether all conditions of a list hold.
pub(super) fn all(conditions: &[Attr]) -> Option<bool> {
    fold(conditions.iter().map(holds), false)
}

fn holds(condition: &Attr) -> Option<bool> {
    let side = |name: &str| member(condition, name);
    let order = || compare(side("LeftValue")?, side("RightValue")?);
    let equal = || same(side("LeftValue")?, side("RightValue")?);
    match text(condition, "Type")? {
        "Equals" => equal(),
        "NotEquals" => equal().map(|truth| !truth),
        "GreaterThan" => order().map(Ordering::is_gt),
        "GreaterThanOrEqualTo" => order().map(Ordering::is_ge),
        "LessThan" => order().map(Ordering::is_lt),
        "LessThanOrEqualTo" => order().map(Ordering::is_le),
        "In" => {
            let value = side("QueryValue").or_else(|| side("Value"))?;
            let values = side("Values").or_else(|| side("In"))?;
            fold(items(Some(values)).iter().map(|item| same(value, item)), true)
        }
        "Not" => holds(side("Expression")?).map(|truth| !truth),
        "Or" => fold(items(side("Conditions")).iter().map(holds), true),
        _ => None,
    }
}

/// One that is `decisive` decides; else one that is not known leaves all open.
fn fold(truths: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut open = false;
    for truth in truths {
        match truth {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => open = true,
        }
    }
    (!open).then_some(!decisive)
}

fn same(left: &Attr, right: &Attr) -> Option<bool> {
    match (left.value.as_number(), right.value.as_number()) {
        (Some(left), Some(right)) => Some(left == right),
        _ => Some(left.value.scalar_text()? == right.value.scalar_text()?),
    }
}

fn compare(left: &Attr, right: &Attr) -> Option<Ordering> {
    Some(left.value.as_number()?.cmp(right.value.as_number()?))
}
