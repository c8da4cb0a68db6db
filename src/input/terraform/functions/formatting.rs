//! `format` and `formatlist`.

use super::Param::{Nullable, Rest, Text};
use super::{Call, Function, INVALID, Outcome, json, list, partial, verb};
use crate::input::terraform::eval::template::pieces_of;
use crate::input::terraform::eval::{first_why, pick};
use crate::input::terraform::run::MAX_STRING;
use crate::model::value::{Attr, Piece, Value, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    partial("format", &[Text, Rest(&Nullable)], |call| {
        let args = call.args.get(1..).unwrap_or_default();
        let spec = match &call.arg(0)?.value {
            Value::String(spec) => spec,
            other => return Ok(call.made(Value::from_pieces(pieces_of(call.env, other, call.here)))),
        };
        Ok(call.made(Value::from_pieces(formatted(call, spec, args)?)))
    }),
    partial("formatlist", &[Text, Rest(&Nullable)], format_list),
];

/// One text for each position of the lists among the arguments.
fn format_list(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let Value::String(spec) = &call.arg(0)?.value else { return Err(WhyCode::UnknownCondition) };
    let args = call.args.get(1..).unwrap_or_default();
    let mut length = None;
    for arg in args {
        match &arg.value {
            Value::List(list) if list.open.is_none() => match length {
                Some(length) if length != list.items.len() => return Err(INVALID),
                _ => length = Some(list.items.len()),
            },
            Value::List(_) | Value::Unknown(_) => return Err(WhyCode::UnknownCondition),
            // The type of a plain null is not known.
            Value::Null => return Err(WhyCode::NotEvaluated),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    for at in 0..length.unwrap_or(1) {
        let element = |arg: &Attr| match &arg.value {
            Value::List(list) => list.items.get(at).map(|item| pick(arg, item, item.at)),
            _ => Some(arg.clone()),
        };
        let row: Vec<Attr> = args.iter().map(element).collect::<Option<_>>().ok_or(INVALID)?;
        if row.iter().any(|one| matches!(one.value, Value::Null)) {
            return Err(INVALID);
        }
        texts.push(call.part(Value::from_pieces(formatted(call, spec, &row)?)));
    }
    Ok(call.made(list(texts)))
}

/// The text of a format: verbs take the arguments in turn, or by number; all must be taken.
fn formatted(call: &Call<'_, '_, '_>, spec: &str, args: &[Attr]) -> Outcome<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut bytes = 0;
    let mut rest = spec;
    let (mut next, mut highest) = (0, 0);
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Known(before.into()));
        if let Some(after) = after.strip_prefix('%') {
            pieces.push(Piece::Known("%".into()));
            rest = after;
            continue;
        }
        let (verb, after) = verb::parse(after)?;
        rest = after;
        let at = verb.argument.unwrap_or(next);
        next = at + 1;
        highest = highest.max(next);
        let arg = args.get(at).ok_or(INVALID)?;
        match &arg.value {
            Value::Null => return Err(WhyCode::NotEvaluated),
            Value::Text(_) | Value::String(_) if verb.is_plain() => {
                pieces.extend(pieces_of(call.env, &arg.value, arg.at));
            }
            Value::List(_) | Value::Map(_) if verb.takes_any() && first_why(&arg.value).is_some() => {
                pieces.extend(json::pieces(&arg.value)?);
            }
            Value::Unknown(_) | Value::OneOf(_) if verb.is_plain() => {
                pieces.extend(pieces_of(call.env, &arg.value, arg.at));
            }
            partly if first_why(partly).is_some() => pieces.extend(first_why(partly).map(Piece::hole)),
            known => pieces.push(Piece::Known(verb.apply(known)?.into())),
        }
        bytes += match pieces.last() {
            Some(Piece::Known(text)) => text.len(),
            _ => 1,
        };
        if bytes > MAX_STRING {
            return Err(WhyCode::LimitReached);
        }
    }
    pieces.push(Piece::Known(rest.into()));
    if args.len() > highest { Err(INVALID) } else { Ok(pieces) }
}
