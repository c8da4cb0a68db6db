//! Conversions of type, and the functions that ask whether something can be evaluated.

use super::{Call, Function, INVALID, Outcome, lazy, partial};
use crate::input::terraform::eval::{Env, convert, is_refused, is_unknown, operators};
use crate::model::value::{Attr, Value};
use crate::source::Span;
use hcl_edit::expr::Expression;

pub(super) const FUNCTIONS: &[Function] = &[
    partial("tostring", |call| scalar(call, |value| value.scalar_text().map(Value::String))),
    partial("tonumber", |call| scalar(call, |value| convert::number(value).map(Value::number))),
    partial("tobool", |call| scalar(call, |value| operators::truth(value).map(Value::Bool))),
    partial("tolist", same),
    partial("tomap", same),
    partial("sensitive", |call| Ok(Attr { sensitive: true, ..same(call)? })),
    partial("nonsensitive", |call| Ok(Attr { sensitive: false, ..same(call)? })),
    lazy("try", attempt),
    lazy("can", |env, args, here| {
        let value = {
            let first = args.first().ok_or(INVALID)?;
            env.run.attempt(|| env.eval(first))
        };
        let refused = is_refused(&value.value);
        if is_unknown(&value.value) && !refused {
            return Ok(Attr {
                at: here,
                value: env.unknown(crate::model::value::WhyCode::UnknownCondition, here),
                ..value
            });
        }
        Ok(Attr { at: here, value: Value::Bool(!refused), ..value })
    }),
];

/// A conversion of a scalar. Null stays null, and what is not known stays what it is.
fn scalar(call: &Call<'_, '_, '_>, convert: fn(&Value) -> Option<Value>) -> Outcome<Attr> {
    let arg = call.arg(0)?;
    match &arg.value {
        Value::Null | Value::Unknown(_) | Value::Text(_) => Ok(Attr { at: call.here, ..arg.clone() }),
        value => Ok(Attr { at: call.here, value: convert(value).ok_or(INVALID)?, ..arg.clone() }),
    }
}

/// A conversion that changes nothing here.
fn same(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    Ok(Attr { at: call.here, ..call.arg(0)?.clone() })
}

/// The first argument that Terraform would not refuse.
fn attempt(env: &Env<'_, '_>, args: &[&Expression], here: Span) -> Outcome<Attr> {
    let mut values = args.iter().map(|arg| env.run.attempt(|| env.eval(arg)));
    let found = values.find(|value| !is_refused(&value.value)).ok_or(INVALID)?;
    Ok(Attr { at: here, ..found })
}
