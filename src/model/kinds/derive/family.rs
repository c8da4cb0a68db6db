//! Machine types that a family stands for.
//!
//! Of the catalogue it asks names only.

use super::super::grammar::joined;
use crate::catalog;
use crate::model::kinds::eval::Scope;
use crate::model::value::{Attr, MAX_ALTERNATIVES, Value};

/// `members(families)`: one of the machine types of these families (a list or a scalar), named `family.size`. Absent
/// where one of them is not known or not listed, or where there are too many to tell apart.
pub fn members(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let families = arguments.first()?.as_ref()?;
    let named = match &families.value {
        Value::List(list) if list.open.is_none() => list.items.iter().collect(),
        Value::String(_) => vec![families],
        _ => return None,
    };
    let mut all = Vec::new();
    for family in named {
        let of_family = of(family)?;
        all.extend(of_family.into_iter().map(Some));
    }
    (all.len() <= MAX_ALTERNATIVES).then(|| joined(all, families)).flatten()
}

/// The machine types of a family; `None` where there are none.
fn of(family: &Attr) -> Option<Vec<Attr>> {
    let prefix = format!("{}.", family.value.as_str()?);
    let names = catalog::machines().map(|machine| machine.name).filter(|name| name.starts_with(&prefix));
    let all: Vec<Attr> = names.map(|name| Attr { value: Value::string(name), ..family.clone() }).collect();
    (!all.is_empty()).then_some(all)
}
