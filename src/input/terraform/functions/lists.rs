//! Functions over lists.

use super::{Call, Function, INVALID, Outcome, known, partial};
use crate::input::terraform::eval::{is_unknown, operators, pick};
use crate::model::number::Number;
use crate::model::value::{Attr, List, Value, Why, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    partial("concat", concat),
    partial("flatten", flatten),
    partial("element", element),
    partial("coalescelist", |call| {
        for arg in call.args {
            match &arg.value {
                Value::Null => {}
                Value::List(list) if list.items.is_empty() && list.open.is_none() => {}
                Value::List(list) if list.items.is_empty() => return Err(WhyCode::UnknownCondition),
                _ => return Ok(Attr { at: call.here, ..arg.clone() }),
            }
        }
        Err(INVALID)
    }),
    known("compact", |call| {
        let list = call.list(0)?;
        let is_kept = |item: &&Attr| !matches!(&item.value, Value::Null) && item.value.as_str() != Some("");
        Ok(Value::List(List {
            items: list.items.iter().filter(is_kept).cloned().collect(),
            open: list.open.clone(),
            kind: list.kind,
        }))
    }),
    known("reverse", |call| {
        let list = call.closed(0)?;
        Ok(Value::list(list.items.iter().rev().cloned().collect::<Vec<_>>()))
    }),
    known("sort", |call| {
        let list = call.closed(0)?;
        call.texts(0)?;
        let mut items: Vec<Attr> = list.items.to_vec();
        items.sort_by_key(|item| item.value.scalar_text());
        Ok(Value::list(items))
    }),
    known("slice", |call| {
        let list = call.closed(0)?;
        let bound = |at: usize| usize::try_from(call.int(at)?).map_err(|_| INVALID);
        let items = list.items.get(bound(1)?..bound(2)?).ok_or(INVALID)?;
        Ok(Value::list(items.to_vec()))
    }),
    known("chunklist", |call| {
        let size = usize::try_from(call.int(1)?).ok().filter(|size| *size > 0).ok_or(INVALID)?;
        Ok(call.list_of(call.closed(0)?.items.chunks(size).map(|chunk| Value::list(chunk.to_vec()))))
    }),
    known("index", |call| {
        let (list, wanted) = (call.closed(0)?, call.arg(1)?);
        for (at, item) in (0i64..).zip(list.items.iter()) {
            match operators::equal(&item.value, &wanted.value) {
                Some(true) => return Ok(Value::number(at.into())),
                Some(false) => {}
                None => return Err(WhyCode::UnknownCondition),
            }
        }
        Err(INVALID)
    }),
    known("range", range),
    known("alltrue", |call| quantified(call, false)),
    known("anytrue", |call| quantified(call, true)),
];

/// Numbers that `range` may make, as in Terraform.
const MAX_RANGE: usize = 1_024;

/// Lists of which some may be unknown: what follows an unknown one has no certain place, but is in it.
fn concat(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let mut items = Vec::new();
    let mut open: Option<Why> = None;
    for arg in call.args {
        match &arg.value {
            Value::List(list) => {
                items.extend(list.items.iter().map(|item| pick(arg, item, item.at)));
                open = open.or_else(|| list.open.clone());
            }
            Value::Unknown(unknown) => open = Some(unknown.why.clone()),
            _ => return Err(INVALID),
        }
    }
    Ok(call.made(Value::List(List { items: items.into(), open, ..List::default() })))
}

fn flatten(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let base = call.arg(0)?;
    if is_unknown(&base.value) {
        return Ok(call.made(base.value.clone()));
    }
    let mut flat = List::default();
    let mut items = Vec::new();
    let list = call.list(0)?;
    // Nesting inside values is bounded by what can be written, so this ends.
    let mut open: Vec<(Attr, usize)> = vec![(call.part(Value::List(list.clone())), 0)];
    while let Some((current, at)) = open.pop() {
        let Value::List(inner) = &current.value else { continue };
        match inner.items.get(at) {
            None => flat.open = flat.open.or_else(|| inner.open.clone()),
            Some(item) => {
                let item = pick(&current, item, item.at);
                open.push((current, at + 1));
                match &item.value {
                    Value::List(_) => open.push((item, 0)),
                    // It may be a list with any number of elements.
                    Value::Unknown(unknown) if unknown.refers_to.is_none() => flat.open = Some(unknown.why.clone()),
                    _ => items.push(item),
                }
            }
        }
    }
    flat.items = items.into();
    Ok(call.made(Value::List(flat)))
}

/// The element at a position that wraps around.
fn element(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let base = call.arg(0)?;
    match &base.value {
        Value::List(list) if list.open.is_none() && !list.items.is_empty() && !is_unknown(&call.arg(1)?.value) => {
            let at = call.int(1)?.rem_euclid(list.items.len() as i64);
            let item = usize::try_from(at).ok().and_then(|at| list.items.get(at)).ok_or(INVALID)?;
            Ok(pick(base, item, call.here))
        }
        Value::List(list) if list.items.is_empty() && list.open.is_none() => Err(INVALID),
        Value::List(_) => Err(WhyCode::UnknownCondition),
        Value::Unknown(_) => Ok(call.made(base.value.clone())),
        _ => Err(INVALID),
    }
}

fn range(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let zero = Number::from(0);
    let (start, limit) = match call.args.len() {
        1 => (zero.clone(), call.number(0)?),
        _ => (call.number(0)?, call.number(1)?),
    };
    let down = limit < start;
    let step = match call.args.len() {
        3 => call.number(2)?,
        _ => Number::from(if down { -1 } else { 1 }),
    };
    if step == zero || (step < zero) != down {
        return if start == limit { Ok(Value::list([])) } else { Err(INVALID) };
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > limit } else { next < limit } {
        if numbers.len() >= MAX_RANGE {
            return Err(WhyCode::LimitReached);
        }
        numbers.push(Value::number(next.clone()));
        next = next.add(&step).ok_or(INVALID)?;
    }
    Ok(call.list_of(numbers))
}

/// `anytrue` looks for true, `alltrue` for false; what they look for decides.
fn quantified(call: &Call<'_, '_, '_>, decisive: bool) -> Outcome<Value> {
    let list = call.list(0)?;
    let mut undecided = list.open.is_some();
    for item in list.items.iter() {
        match operators::truth(&item.value) {
            Some(truth) if truth == decisive => return Ok(Value::Bool(decisive)),
            Some(_) => {}
            None => undecided = true,
        }
    }
    if undecided { Err(WhyCode::UnknownCondition) } else { Ok(Value::Bool(!decisive)) }
}
