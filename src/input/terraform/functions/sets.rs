//! Functions over sets. A set is a list here, without elements that are known to be equal.

use super::{Call, Function, INVALID, Outcome, known, partial};
use crate::input::terraform::eval::{is_unknown, operators};
use crate::model::value::{Attr, List, Value, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    partial("toset", |call| {
        let mut set = distinct(call)?;
        if let Value::List(List { items, .. }) = &mut set.value {
            *items = sorted(items.to_vec()).into();
        }
        Ok(set)
    }),
    partial("distinct", distinct),
    known("setunion", |call| {
        let all = (0..call.args.len()).map(|at| call.list(at)).collect::<Outcome<Vec<_>>>()?;
        let items = all.iter().flat_map(|list| list.items.iter().cloned());
        let open = all.iter().find_map(|list| list.open.clone());
        Ok(Value::List(List { items: sorted(without_repetition(items)).into(), open, ..List::default() }))
    }),
    known("setintersection", |call| by_presence(call, true)),
    known("setsubtract", |call| by_presence(call, false)),
    known("setproduct", product),
];

/// Elements of a product.
const MAX_PRODUCT: usize = 10_000;

fn distinct(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let base = call.arg(0)?;
    if is_unknown(&base.value) {
        return Ok(call.made(base.value.clone()));
    }
    let list = call.list(0)?;
    let items = without_repetition(list.items.iter().cloned()).into();
    Ok(Attr { at: call.here, ..call.made(Value::List(List { items, open: list.open.clone(), kind: list.kind })) })
}

fn without_repetition(items: impl Iterator<Item = Attr>) -> Vec<Attr> {
    let mut texts = std::collections::HashSet::new();
    let mut kept: Vec<Attr> = Vec::new();
    for item in items {
        let is_new = match item.value.scalar_text() {
            Some(text) => texts.insert((std::mem::discriminant(&item.value), text)),
            None => true,
        };
        if is_new {
            kept.push(item);
        }
    }
    kept
}

/// Elements in the order in which Terraform visits a set, where all are known texts.
fn sorted(mut items: Vec<Attr>) -> Vec<Attr> {
    if items.iter().all(|item| item.value.as_str().is_some()) {
        items.sort_by(|a, b| a.value.as_str().cmp(&b.value.as_str()));
    }
    items
}

/// Elements of the first set that all others hold, or that none holds.
fn by_presence(call: &Call<'_, '_, '_>, present: bool) -> Outcome<Value> {
    let others = (1..call.args.len()).map(|at| call.closed(at)).collect::<Outcome<Vec<_>>>()?;
    let mut kept = Vec::new();
    for item in call.closed(0)?.items.iter() {
        let mut is_kept = true;
        for other in &others {
            let mut found = Some(false);
            for one in other.items.iter() {
                match operators::equal(&one.value, &item.value) {
                    Some(true) => {
                        found = Some(true);
                        break;
                    }
                    Some(false) => {}
                    None => found = None,
                }
            }
            is_kept &= found.ok_or(WhyCode::UnknownCondition)? == present;
        }
        if is_kept {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn product(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let mut rows: Vec<Vec<Attr>> = vec![Vec::new()];
    for at in 0..call.args.len() {
        let list = call.closed(at)?;
        if rows.len().saturating_mul(list.items.len()) > MAX_PRODUCT {
            return Err(WhyCode::LimitReached);
        }
        let longer = |row: &Vec<Attr>, item: &Attr| row.iter().chain([item]).cloned().collect::<Vec<Attr>>();
        rows = rows.iter().flat_map(|row| list.items.iter().map(move |item| longer(row, item))).collect();
    }
    if call.args.len() < 2 {
        return Err(INVALID);
    }
    Ok(call.list_of(rows.into_iter().map(Value::list)))
}
