//! Terraform's functions: one table, a file for each group.
//!
//! Called by `eval::expr`. A function gets its arguments as far as they are known and says what that makes known; a
//! function that is not in the table is unknown by name. Functions whose result changes from run to run (`timestamp`,
//! `uuid`, `bcrypt`) are left out on purpose.

mod collection;
mod conversion;
mod encoding;
mod file;
mod formatting;
mod json;
mod lists;
mod numeric;
mod regular;
mod sets;
mod string;
mod yaml;

pub use self::collection::deduplicated;

use super::eval::convert;
use super::eval::{Env, built, first_why, is_refused, over_alternatives};
use crate::model::made::Made;
use crate::model::number::Number;
use crate::model::value::{Attr, List, Map, Piece, Str, Value, WhyCode};
use crate::source::Span;
use hcl_edit::expr::{Expression, FuncCall};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A result, or the code of why there is none.
pub type Outcome<T> = Result<T, WhyCode>;

/// What Terraform would refuse.
pub const INVALID: WhyCode = WhyCode::InvalidExpression;

/// One function.
pub struct Function {
    name: &'static str,
    how: How,
}

/// How a function treats arguments that are not known.
enum How {
    /// It needs all arguments known, though not what is inside collections; otherwise the result is unknown.
    Known(fn(&Call<'_, '_, '_>) -> Outcome<Value>),
    /// It makes the best of what is known.
    Partial(fn(&Call<'_, '_, '_>) -> Outcome<Attr>),
    /// It prints its argument, of which it knows the pieces.
    Prints(fn(&Value) -> Outcome<Vec<Piece>>),
    /// It needs the text of a document known; who reads the document itself may make more of it.
    Reads(fn(&Call<'_, '_, '_>) -> Outcome<Value>),
    /// It decides itself what it evaluates.
    Lazy(fn(&Env<'_, '_>, &[&Expression], Span) -> Outcome<Attr>),
}

/// A call with evaluated arguments.
pub struct Call<'c, 'e, 'p> {
    /// Where it is evaluated.
    pub env: &'c Env<'e, 'p>,
    /// The call.
    pub here: Span,
    /// Its arguments, `list...` expanded.
    pub args: &'c [Attr],
}

const fn known(name: &'static str, f: fn(&Call<'_, '_, '_>) -> Outcome<Value>) -> Function {
    Function { name, how: How::Known(f) }
}

const fn partial(name: &'static str, f: fn(&Call<'_, '_, '_>) -> Outcome<Attr>) -> Function {
    Function { name, how: How::Partial(f) }
}

const fn prints(name: &'static str, f: fn(&Value) -> Outcome<Vec<Piece>>) -> Function {
    Function { name, how: How::Prints(f) }
}

const fn reads(name: &'static str, f: fn(&Call<'_, '_, '_>) -> Outcome<Value>) -> Function {
    Function { name, how: How::Reads(f) }
}

const fn lazy(name: &'static str, f: fn(&Env<'_, '_>, &[&Expression], Span) -> Outcome<Attr>) -> Function {
    Function { name, how: How::Lazy(f) }
}

static TABLE: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let groups = [
        string::FUNCTIONS,
        formatting::FUNCTIONS,
        regular::FUNCTIONS,
        collection::FUNCTIONS,
        lists::FUNCTIONS,
        sets::FUNCTIONS,
        numeric::FUNCTIONS,
        encoding::FUNCTIONS,
        conversion::FUNCTIONS,
        file::FUNCTIONS,
    ];
    groups.into_iter().flatten().map(|function| (function.name, function)).collect()
});

/// The value of a call at `here`.
pub fn call(env: &Env<'_, '_>, call: &FuncCall, here: Span) -> Attr {
    let name = call.name.name.as_str();
    let is_core = call.name.namespace.first().is_none_or(|namespace| namespace.as_str() == "core");
    let function = TABLE.get(name).filter(|_| is_core);
    let Some(function) = function else {
        return Attr::new(env.unknown(WhyCode::NotEvaluated, here), here);
    };
    let exprs: Vec<&Expression> = call.args.iter().collect();
    if let How::Lazy(f) = function.how {
        return f(env, &exprs, here).unwrap_or_else(|code| Attr::new(env.unknown(code, here), here));
    }
    let mut args: Vec<Attr> = exprs.iter().map(|expr| env.eval(expr)).collect();
    if call.args.expand_final() {
        expand(&mut args);
    }
    if env.run.is_attempt() && args.iter().any(|arg| is_refused(&arg.value)) {
        return built(here, env.unknown(INVALID, here), &args);
    }
    let mut result = apply(env, function, &args, here);
    match (&function.how, args.into_iter().next()) {
        (How::Prints(_), Some(printed)) => {
            let printed = env.run.bounded(printed, || env.text.what(here));
            result.made = Some(Arc::new(Made::Printed(printed)));
        }
        (How::Reads(_), Some(document)) => result.made = document.made,
        _ => {}
    }
    env.run.charge(match &result.value {
        Value::List(list) => list.items.len(),
        Value::Map(map) => map.entries.len(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    });
    result
}

/// Replaces the last argument by its elements; one that is not known stays as one unknown argument.
fn expand(args: &mut Vec<Attr>) {
    let Some(last) = args.pop() else { return };
    match &last.value {
        Value::List(list) => {
            args.extend(list.items.iter().map(|item| super::eval::pick(&last, item, item.at)));
            if let Some(why) = &list.open {
                args.push(Attr::unknown(why.clone(), last.at));
            }
        }
        _ => args.push(last),
    }
}

fn apply(env: &Env<'_, '_>, function: &Function, args: &[Attr], here: Span) -> Attr {
    let has_choice = args.iter().any(|arg| matches!(arg.value, Value::OneOf(_)));
    let once = |args: &[Attr]| {
        let call = Call { env, here, args };
        let outcome = match function.how {
            How::Known(f) | How::Reads(f) => match args.iter().find_map(unknown_as_a_whole) {
                Some(unknown) => Ok(built(here, unknown, args)),
                None => f(&call).map(|value| built(here, value, args)),
            },
            How::Partial(f) => f(&call),
            How::Prints(f) => {
                let printed = call.arg(0).and_then(|arg| f(&arg.value));
                printed.map(|pieces| call.made(Value::from_pieces(pieces)))
            }
            How::Lazy(_) => Err(INVALID),
        };
        outcome.unwrap_or_else(|code| built(here, env.unknown(code, here), args))
    };
    if !has_choice {
        return once(args);
    }
    let why = env.why(WhyCode::UnknownCondition, here);
    let value = over_alternatives(args, here, &why, &mut |args| once(args).value);
    built(here, value, args)
}

/// The unknown that an argument makes of a result that needs it known.
fn unknown_as_a_whole(arg: &Attr) -> Option<Value> {
    match &arg.value {
        Value::Unknown(unknown) => {
            Some(Value::Unknown(crate::model::value::Unknown { refers_to: None, ..unknown.clone() }))
        }
        Value::Text(_) => first_why(&arg.value).map(Value::unknown),
        _ => None,
    }
}

impl Call<'_, '_, '_> {
    /// A value computed from all arguments.
    pub fn made(&self, value: Value) -> Attr {
        built(self.here, value, self.args)
    }

    /// A part of the result that stands nowhere in the source.
    pub fn part(&self, value: Value) -> Attr {
        Attr::new(value, self.here)
    }

    /// A list of parts.
    pub fn list_of(&self, values: impl IntoIterator<Item = Value>) -> Value {
        Value::list(values.into_iter().map(|value| self.part(value)).collect::<Vec<_>>())
    }

    /// An argument.
    pub fn arg(&self, at: usize) -> Outcome<&Attr> {
        self.args.get(at).ok_or(INVALID)
    }

    /// An argument as text.
    pub fn text(&self, at: usize) -> Outcome<Str> {
        self.arg(at)?.value.scalar_text().ok_or(INVALID)
    }

    /// An argument as a number.
    pub fn number(&self, at: usize) -> Outcome<Number> {
        convert::number(&self.arg(at)?.value).ok_or(INVALID)
    }

    /// An argument as a whole number.
    pub fn int(&self, at: usize) -> Outcome<i64> {
        self.number(at)?.to_i64().ok_or(INVALID)
    }

    /// An argument as a list.
    pub fn list(&self, at: usize) -> Outcome<&List> {
        match &self.arg(at)?.value {
            Value::List(list) => Ok(list),
            _ => Err(INVALID),
        }
    }

    /// An argument as a map.
    pub fn map(&self, at: usize) -> Outcome<&Map> {
        match &self.arg(at)?.value {
            Value::Map(map) => Ok(map),
            _ => Err(INVALID),
        }
    }

    /// A list whose elements are all there.
    pub fn closed(&self, at: usize) -> Outcome<&List> {
        let list = self.list(at)?;
        if list.open.is_some() { Err(WhyCode::UnknownCondition) } else { Ok(list) }
    }

    /// The texts of a list whose elements are all known.
    pub fn texts(&self, at: usize) -> Outcome<Vec<Str>> {
        let text = |item: &Attr| item.value.scalar_text().ok_or(WhyCode::UnknownCondition);
        self.closed(at)?.items.iter().map(text).collect()
    }
}
