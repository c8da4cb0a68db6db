//! Functions over lists.

use super::Param::{Any, Bools, Items, Number as Num, Rest, Texts};
use super::{Call, Function, INVALID, Outcome, known, list, partial};
use crate::input::terraform::eval::types::{self, Type};
use crate::input::terraform::eval::{first_why, float, is_unknown, operators, pick};
use crate::model::number::Number;
use crate::model::value::{Attr, List, ListKind, Value, Why, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    partial("concat", &[Rest(&Any)], concat),
    partial("flatten", &[Any], flatten),
    partial("element", &[Any, Num], element),
    partial("coalescelist", &[Rest(&Any)], |call| {
        let is_list = |arg: &Attr| match &arg.value {
            Value::List(list) => list.kind != ListKind::Set,
            other => first_why(other).is_some(),
        };
        if !call.args.iter().all(is_list) {
            return Err(INVALID);
        }
        for arg in call.args {
            match &arg.value {
                Value::List(list) if list.items.is_empty() && list.open.is_none() => {}
                Value::List(list) if list.items.is_empty() => return Err(WhyCode::UnknownCondition),
                _ => return Ok(Attr { at: call.here, ..arg.clone() }),
            }
        }
        Err(INVALID)
    }),
    known("compact", &[Texts], |call| {
        let list = call.list(0)?;
        // One that is not known may be empty.
        let may_go = |item: &&Attr| matches!(&item.value, Value::Unknown(_) | Value::OneOf(_));
        let open = list.open.clone().or_else(|| list.items.iter().find(may_go).and_then(|item| first_why(&item.value)));
        let is_kept =
            |item: &&Attr| !matches!(&item.value, Value::Null) && item.value.as_str() != Some("") && !may_go(item);
        Ok(Value::List(List { items: list.items.iter().filter(is_kept).cloned().collect(), open, kind: list.kind }))
    }),
    known("reverse", &[Any], |call| {
        let list = call.closed(0)?;
        let kind = if list.kind == ListKind::Tuple { ListKind::Tuple } else { ListKind::List };
        Ok(Value::List(List { items: list.items.iter().rev().cloned().collect(), open: None, kind }))
    }),
    known("sort", &[Texts], |call| {
        let given = call.closed(0)?;
        call.texts(0)?;
        let mut items: Vec<Attr> = given.items.to_vec();
        items.sort_by_key(|item| item.value.scalar_text());
        Ok(list(items))
    }),
    partial("slice", &[Any, Num, Num], slice),
    known("chunklist", &[Items, Num], |call| {
        let (given, size) = (call.closed(0)?, usize::try_from(call.int(1)?).map_err(|_| INVALID)?);
        // A size of zero asks for one chunk of everything.
        let size = if size == 0 { given.items.len().max(1) } else { size };
        Ok(call.list_of(given.items.chunks(size).map(|chunk| list(chunk.to_vec()))))
    }),
    partial("matchkeys", &[Items, Items, Items], match_keys),
    known("index", &[Any, Any], |call| {
        let (list, wanted) = (call.closed(0)?, call.arg(1)?);
        if list.kind == ListKind::Set {
            return Err(INVALID);
        }
        for (at, item) in (0i64..).zip(list.items.iter()) {
            match operators::equal(&item.value, &wanted.value) {
                Some(true) => return Ok(Value::number(at.into())),
                Some(false) => {}
                None => return Err(WhyCode::UnknownCondition),
            }
        }
        Err(INVALID)
    }),
    known("range", &[Rest(&Num)], range),
    known("alltrue", &[Bools], |call| quantified(call, false)),
    known("anytrue", &[Bools], |call| quantified(call, true)),
];

/// Numbers that `range` may make, as in Terraform.
const MAX_RANGE: usize = 1_024;

/// Part of a list; of one that is not known, or not all of it, as many elements as the bounds say: it has them, or the
/// program refuses.
fn slice(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let of = call.arg(0)?;
    if call.args.iter().skip(1).any(|bound| is_unknown(&bound.value)) {
        return Err(WhyCode::UnknownCondition);
    }
    let bound = |at: usize| usize::try_from(call.int(at)?).map_err(|_| INVALID);
    let (from, to) = (bound(1)?, bound(2)?);
    let more = match &of.value {
        Value::Unknown(unknown) => Some(&unknown.why),
        Value::List(list) if list.kind != ListKind::Set => list.open.as_ref(),
        _ => return Err(INVALID),
    };
    let have: &[Attr] = if let Value::List(list) = &of.value { &list.items } else { &[] };
    let items: Option<Vec<Attr>> = match more {
        None => have.get(from..to).map(<[Attr]>::to_vec),
        Some(why) if from <= to && to - from <= MAX_RANGE => {
            // Where elements of an open list stand is not known.
            Some((from..to).map(|_| Attr::unknown(why.clone(), of.at)).collect())
        }
        Some(why) => return Err(why.code),
    };
    let kind = if let Value::List(list) = &of.value { list.kind } else { ListKind::List };
    Ok(call.made(Value::List(List { items: items.ok_or(INVALID)?.into(), open: None, kind })))
}

/// Lists of which some may be unknown: what follows an unknown one has no certain place, but is in it.
fn concat(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let mut items = Vec::new();
    let mut open: Option<Why> = None;
    call.arg(0)?;
    for arg in call.args {
        match &arg.value {
            Value::List(list) if list.kind != ListKind::Set => {
                items.extend(list.items.iter().map(|item| pick(arg, item, item.at)));
                open = open.or_else(|| list.open.clone());
            }
            Value::Unknown(unknown) => open = Some(unknown.why.clone()),
            _ => return Err(INVALID),
        }
    }
    let lists = call.args.iter().filter_map(|arg| if let Value::List(list) = &arg.value { Some(list) } else { None });
    let whole = List { items: items.into(), open, kind: ListKind::Tuple };
    // Lists of types that can be one type give a list, all else a tuple.
    if !lists.clone().all(|list| list.kind == ListKind::List) || lists.count() == 0 {
        return Ok(call.made(Value::List(whole)));
    }
    let whole = call.made(Value::List(whole));
    Ok(types::convert(&whole, &Type::List(Box::new(Type::Any))).unwrap_or(whole))
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
        Value::List(list) if list.kind == ListKind::Set => Err(INVALID),
        Value::List(list) if list.open.is_none() && !list.items.is_empty() && !is_unknown(&call.arg(1)?.value) => {
            let at = call.int(1)?;
            let at = if at < 0 { at } else { at % list.items.len() as i64 };
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
        0 | 4.. => return Err(INVALID),
        1 => (zero.clone(), call.number(0)?),
        _ => (call.number(0)?, call.number(1)?),
    };
    let down = limit < start;
    let step = match call.args.len() {
        3 => call.number(2)?,
        _ => Number::from(if down { -1 } else { 1 }),
    };
    if step == zero || (step < zero) != down {
        return if start == limit { Ok(list(Vec::new())) } else { Err(INVALID) };
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > limit } else { next < limit } {
        if numbers.len() >= MAX_RANGE {
            return Err(INVALID);
        }
        numbers.push(Value::number(next.clone()));
        next = float::add(&next, &step).ok_or(INVALID)?;
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
            // Null is neither, and counts as false.
            None if matches!(item.value, Value::Null) && !decisive => return Ok(Value::Bool(false)),
            None if matches!(item.value, Value::Null) => {}
            None => undecided = true,
        }
    }
    if undecided { Err(WhyCode::UnknownCondition) } else { Ok(Value::Bool(!decisive)) }
}

/// The values at the positions of those keys that are searched for.
fn match_keys(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let (values, keys) = (call.closed(0)?, call.closed(1)?);
    call.closed(2)?;
    if values.items.len() != keys.items.len() {
        return Err(INVALID);
    }
    let both =
        types::unify([&types::type_of(&call.arg(1)?.value), &types::type_of(&call.arg(2)?.value)]).ok_or(INVALID)?;
    let same_type = |at: usize| types::convert(call.arg(at)?, &both).ok_or(INVALID);
    let (keys, wanted_of_type) = (same_type(1)?, same_type(2)?);
    let (Value::List(keys), Value::List(searched)) = (&keys.value, &wanted_of_type.value) else { return Err(INVALID) };
    let mut found = Vec::new();
    for (value, key) in values.items.iter().zip(keys.items.iter()) {
        let matches = searched.items.iter().map(|one| operators::equal(&one.value, &key.value));
        let matches: Vec<Option<bool>> = matches.collect();
        match (matches.contains(&Some(true)), matches.contains(&None)) {
            (true, _) => found.push(pick(call.arg(0)?, value, value.at)),
            (false, true) => return Err(WhyCode::UnknownCondition),
            (false, false) => {}
        }
    }
    Ok(call.made(list(found)))
}
