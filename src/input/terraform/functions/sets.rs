//! Functions over sets: elements once, in the order in which Terraform visits them.

use super::Param::{Any, Items, Nullable, Rest, Set};
use super::{Call, Function, INVALID, Outcome, known, partial};
use crate::input::terraform::eval::types::{self, Type};
use crate::input::terraform::eval::{first_why, operators};
use crate::model::value::{Attr, List, ListKind, Value, Why, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    partial("toset", &[Nullable], |call| {
        let set = types::convert(call.arg(0)?, &Type::Set(Box::new(Type::Any)));
        Ok(Attr { at: call.here, ..set.ok_or(INVALID)? })
    }),
    known("distinct", &[Items], |call| {
        let list = call.list(0)?;
        let doubtful = list.items.iter().find_map(|item| first_why(&item.value)).filter(|_| list.items.len() > 1);
        let mut kept: Vec<Attr> = Vec::new();
        for item in list.items.iter() {
            if doubtful.is_some() && first_why(&item.value).is_some() {
                continue;
            }
            if !kept.iter().any(|have| operators::equal(&have.value, &item.value) == Some(true)) {
                kept.push(item.clone());
            }
            call.env.run.charge(kept.len() / 64);
        }
        Ok(Value::List(List { items: kept.into(), open: list.open.clone().or(doubtful), kind: list.kind }))
    }),
    known("setunion", &[Set, Rest(&Set)], |call| {
        let sets = of_one_type(call)?;
        let items = sets.iter().flat_map(|set| set.items.iter().cloned()).collect();
        let open: Option<Why> = sets.iter().find_map(|set| set.open.clone());
        Ok(Value::List(types::as_set(List { items, open, kind: ListKind::Set })))
    }),
    known("setintersection", &[Set, Rest(&Set)], |call| by_presence(call, true)),
    known("setsubtract", &[Set, Set], |call| by_presence(call, false)),
    known("setproduct", &[Rest(&Any)], product),
];

/// Elements of a product.
const MAX_PRODUCT: usize = 10_000;

/// The arguments as sets of the type that all elements have in common.
fn of_one_type(call: &Call<'_, '_, '_>) -> Outcome<Vec<List>> {
    let all: Vec<Type> = call.args.iter().map(|arg| types::type_of(&arg.value)).collect();
    let common = types::unify(&all).ok_or(INVALID)?;
    let converted = call.args.iter().map(|arg| match types::convert(arg, &common)?.value {
        Value::List(list) => Some(list),
        _ => None,
    });
    converted.collect::<Option<_>>().ok_or(INVALID)
}

/// Elements of the first set that all others hold, or that none holds.
fn by_presence(call: &Call<'_, '_, '_>, present: bool) -> Outcome<Value> {
    let sets = of_one_type(call)?;
    if sets.iter().any(|set| set.open.is_some()) {
        return Err(WhyCode::UnknownCondition);
    }
    let (first, others) = sets.split_first().ok_or(INVALID)?;
    let mut kept = Vec::new();
    for item in first.items.iter() {
        let mut is_kept = true;
        for other in others {
            let found: Vec<_> = other.items.iter().map(|one| operators::equal(&one.value, &item.value)).collect();
            call.env.run.charge(found.len() / 64);
            let is_there = found.contains(&Some(true));
            if !is_there && found.contains(&None) {
                return Err(WhyCode::UnknownCondition);
            }
            is_kept &= is_there == present;
        }
        if is_kept {
            kept.push(item.clone());
        }
    }
    Ok(Value::List(List { items: kept.into(), open: None, kind: ListKind::Set }))
}

/// Every combination of an element of each; a set where one of them is a set.
fn product(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    if call.args.len() < 2 {
        return Err(INVALID);
    }
    let mut rows: Vec<Vec<Attr>> = vec![Vec::new()];
    let mut kind = ListKind::List;
    for at in 0..call.args.len() {
        let own = call.closed(at)?.kind;
        let element = Box::new(Type::Any);
        if own == ListKind::Set {
            kind = ListKind::Set;
        }
        let list = types::convert(call.arg(at)?, &Type::List(element)).ok_or(INVALID)?;
        let Value::List(list) = &list.value else { return Err(INVALID) };
        if rows.len().saturating_mul(list.items.len()) > MAX_PRODUCT {
            return Err(WhyCode::LimitReached);
        }
        let longer = |row: &Vec<Attr>, item: &Attr| row.iter().chain([item]).cloned().collect::<Vec<Attr>>();
        rows = rows.iter().flat_map(|row| list.items.iter().map(move |item| longer(row, item))).collect();
    }
    let items = rows.into_iter().map(|row| call.part(Value::list(row))).collect();
    let product = List { items, open: None, kind };
    Ok(Value::List(if kind == ListKind::Set { types::as_set(product) } else { product }))
}
