//! Conversions of type, marks, and the functions that ask whether something can be evaluated.

use super::Param::Nullable;
use super::{Call, Function, INVALID, Outcome, lazy, partial};
use crate::input::terraform::eval::types::{self, Type};
use crate::input::terraform::eval::{Env, is_refused, is_unknown};
use crate::model::value::{Attr, Value, WhyCode};
use crate::source::Span;
use hcl_edit::expr::Expression;

pub(super) const FUNCTIONS: &[Function] = &[
    partial("tostring", &[Nullable], |call| to(call, &Type::String)),
    partial("tonumber", &[Nullable], |call| to(call, &Type::Number)),
    partial("tobool", &[Nullable], |call| to(call, &Type::Bool)),
    partial("tolist", &[Nullable], |call| to(call, &Type::List(Box::new(Type::Any)))),
    partial("tomap", &[Nullable], |call| to(call, &Type::Map(Box::new(Type::Any)))),
    partial("sensitive", &[Nullable], |call| Ok(Attr { sensitive: true, ..same(call)? })),
    partial("nonsensitive", &[Nullable], |call| Ok(Attr { sensitive: false, ..same(call)? })),
    partial("issensitive", &[Nullable], |call| {
        let arg = call.arg(0)?;
        Ok(Attr { value: Value::Bool(arg.sensitive), sensitive: false, ..same(call)? })
    }),
    // Ephemeral values travel as sensitive ones, which of the two is not known here.
    partial("ephemeralasnull", &[Nullable], |call| match same(call)? {
        Attr { sensitive: true, .. } => Err(WhyCode::NotEvaluated),
        plain => Ok(plain),
    }),
    lazy("try", attempt),
    lazy("can", |env, args, here| {
        let [only] = args else { return Err(INVALID) };
        let value = env.run.attempt(|| env.eval(only));
        let refused = is_refused(&value.value);
        if is_unknown(&value.value) && !refused {
            return Ok(Attr { at: here, value: env.unknown(WhyCode::UnknownCondition, here), ..value });
        }
        Ok(Attr { at: here, value: Value::Bool(!refused), ..value })
    }),
];

fn to(call: &Call<'_, '_, '_>, ty: &Type) -> Outcome<Attr> {
    Ok(Attr { at: call.here, ..types::convert(call.arg(0)?, ty).ok_or(INVALID)? })
}

fn same(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    Ok(Attr { at: call.here, ..call.arg(0)?.clone() })
}

/// The first argument that Terraform would not refuse.
fn attempt(env: &Env<'_, '_>, args: &[&Expression], here: Span) -> Outcome<Attr> {
    let mut values = args.iter().map(|arg| env.run.attempt(|| env.eval(arg)));
    let found = values.find(|value| !is_refused(&value.value)).ok_or(INVALID)?;
    Ok(Attr { at: here, ..found })
}
