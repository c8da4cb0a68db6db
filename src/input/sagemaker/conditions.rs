//! The conditions of pipelines, three-valued: `None` is not known.
//!
//! Called by `pipeline`. It must not know what a condition decides about.

use crate::input::tree::{self, Dialect, Node};
use crate::model::value::{Attr, Value};
use std::cmp::Ordering;

/// Whether all conditions of a list hold.
pub(super) fn all(conditions: &[Node], values: &dyn Dialect) -> Option<bool> {
    fold(conditions.iter().map(|condition| holds(condition, values)), false)
}

fn holds(condition: &Node, values: &dyn Dialect) -> Option<bool> {
    let side = |keys: [&str; 2]| {
        let node = keys.iter().find_map(|key| condition.get(key))?;
        Some(tree::attr(node, values))
    };
    let order = || compare(&side(["LeftValue"; 2])?, &side(["RightValue"; 2])?);
    let equal = || same(&side(["LeftValue"; 2])?, &side(["RightValue"; 2])?);
    match condition.get("Type")?.as_str()? {
        "Equals" => equal(),
        "NotEquals" => equal().map(|truth| !truth),
        "GreaterThan" => order().map(Ordering::is_gt),
        "GreaterThanOrEqualTo" => order().map(Ordering::is_ge),
        "LessThan" => order().map(Ordering::is_lt),
        "LessThanOrEqualTo" => order().map(Ordering::is_le),
        "In" => {
            let value = side(["QueryValue", "Value"])?;
            let Value::List(list) = side(["Values", "In"])?.value else { return None };
            fold(list.items.iter().map(|item| same(&value, item)), true)
        }
        "Not" => holds(condition.get("Expression")?, values).map(|truth| !truth),
        "Or" => fold(condition.get("Conditions")?.items().iter().map(|one| holds(one, values)), true),
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
