//! Terraform's functions: one table, a file for each group.
//!
//! Called by `eval::expr`. A function gets its arguments as far as they are known and says what that makes known; a
//! function that is not in the table is unknown by name. Functions whose result changes from run to run (`timestamp`,
//! `uuid`, `bcrypt`) are left out on purpose.

mod collection;
mod conversion;
mod dates;
mod encoding;
pub mod file;
mod formatting;
mod glob;
mod hashes;
mod json;
mod lists;
mod networks;
mod numeric;
mod partly;
mod pattern;
mod regular;
mod sets;
mod string;
mod terragrunt;
mod verb;
mod yaml;

pub use self::collection::deduplicated;

use super::eval::convert;
use super::eval::types::{self, Type};
use super::eval::{Env, built, first_why, is_refused, over_alternatives};
use crate::model::made::Made;
use crate::model::number::Number;
use crate::model::value::{Attr, List, ListKind, Map, Piece, Str, Value, Why, WhyCode};
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
    params: &'static [Param],
    how: How,
}

/// What a parameter takes. An argument is converted, or refused.
#[derive(Clone, Copy)]
enum Param {
    /// Anything but null.
    Any,
    /// Anything.
    Nullable,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A list of texts.
    Texts,
    /// A list of truth values.
    Bools,
    /// A list of one type.
    Items,
    /// A set of one type.
    Set,
    /// A map of lists of texts.
    Lists,
    /// Any number of arguments of one kind, at the end.
    Rest(&'static Param),
}

/// How a function treats arguments that are not known.
enum How {
    /// It needs all arguments known, though not what is inside collections; otherwise the result is unknown.
    Known(fn(&Call<'_, '_, '_>) -> Outcome<Value>),
    /// It makes the best of what is known.
    Partial(fn(&Call<'_, '_, '_>) -> Outcome<Attr>),
    /// It prints its argument, of which it knows the pieces.
    Prints(fn(&Value) -> Outcome<Vec<Piece>>),
    /// It writes its text in base64.
    Encodes(fn(&Call<'_, '_, '_>) -> Outcome<Value>),
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

type Params = &'static [Param];

const fn known(name: &'static str, params: Params, f: fn(&Call<'_, '_, '_>) -> Outcome<Value>) -> Function {
    Function { name, params, how: How::Known(f) }
}

const fn partial(name: &'static str, params: Params, f: fn(&Call<'_, '_, '_>) -> Outcome<Attr>) -> Function {
    Function { name, params, how: How::Partial(f) }
}

/// A function whose result another run would not give, or that this version does not compute.
const fn unknown(name: &'static str, params: Params) -> Function {
    partial(name, params, |_| Err(WhyCode::NotEvaluated))
}

const fn prints(name: &'static str, f: fn(&Value) -> Outcome<Vec<Piece>>) -> Function {
    Function { name, params: &[Param::Nullable], how: How::Prints(f) }
}

const fn encodes(name: &'static str, f: fn(&Call<'_, '_, '_>) -> Outcome<Value>) -> Function {
    Function { name, params: &[Param::Text], how: How::Encodes(f) }
}

const fn reads(name: &'static str, params: Params, f: fn(&Call<'_, '_, '_>) -> Outcome<Value>) -> Function {
    Function { name, params, how: How::Reads(f) }
}

const fn lazy(name: &'static str, f: fn(&Env<'_, '_>, &[&Expression], Span) -> Outcome<Attr>) -> Function {
    Function { name, params: &[], how: How::Lazy(f) }
}

static TABLE: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let groups = [
        dates::FUNCTIONS,
        hashes::FUNCTIONS,
        networks::FUNCTIONS,
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
        terragrunt::FUNCTIONS,
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
    let is_whole = !call.args.expand_final() || expand(&mut args);
    if env.run.is_attempt() && args.iter().any(|arg| is_refused(&arg.value)) || is_whole && !fits(function, args.len())
    {
        return built(here, env.unknown(INVALID, here), &args);
    }
    let mut result = apply(env, function, &args, here);
    match (&function.how, args.into_iter().next()) {
        (How::Prints(_), Some(printed)) => {
            let printed = env.run.bounded(printed, || env.text.what(here));
            result.made = Some(Arc::new(Made::Printed(printed)));
        }
        (How::Encodes(_), Some(text)) => result.made = Some(Arc::new(Made::Encoded(text))),
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

/// Whether a function takes this many arguments.
fn fits(function: &Function, count: usize) -> bool {
    match function.params.split_last() {
        Some((Param::Rest(_), fixed)) => count >= fixed.len(),
        _ => count == function.params.len(),
    }
}

/// Replaces the last argument by its elements, and says whether these are all; what may follow stays as one unknown
/// argument.
fn expand(args: &mut Vec<Attr>) -> bool {
    let Some(last) = args.pop() else { return true };
    match &last.value {
        Value::List(list) => {
            args.extend(list.items.iter().map(|item| super::eval::pick(&last, item, item.at)));
            list.open.iter().for_each(|why| args.push(Attr::unknown(why.clone(), last.at)));
            list.open.is_none()
        }
        Value::Unknown(_) | Value::OneOf(_) => {
            args.push(last);
            false
        }
        _ => {
            args.clear();
            args.push(Attr::unknown(Why::new(INVALID, "", last.at), last.at));
            false
        }
    }
}

fn apply(env: &Env<'_, '_>, function: &Function, args: &[Attr], here: Span) -> Attr {
    let has_choice = args.iter().any(|arg| matches!(arg.value, Value::OneOf(_)));
    let once = |args: &[Attr]| {
        let outcome = converted(function, args).and_then(|args| {
            let call = Call { env, here, args: &args };
            match function.how {
                How::Known(f) | How::Encodes(f) | How::Reads(f) => match args.iter().find_map(unknown_as_a_whole) {
                    Some(unknown) => Ok(built(here, partly::answer(function.name, &call).unwrap_or(unknown), &args)),
                    None => f(&call).map(|value| built(here, value, &args)),
                },
                How::Partial(f) => f(&call),
                How::Prints(f) => {
                    let printed = call.arg(0).and_then(|arg| f(&arg.value));
                    printed.map(|pieces| call.made(Value::from_pieces(pieces)))
                }
                How::Lazy(_) => Err(INVALID),
            }
        });
        outcome.unwrap_or_else(|code| {
            let why = (code == WhyCode::UnknownCondition).then(|| args.iter().find_map(|arg| first_why(&arg.value)));
            let value = why.flatten().map_or_else(|| env.unknown(code, here), Value::unknown);
            built(here, value, args)
        })
    };
    if !has_choice {
        return once(args);
    }
    let why = env.why(WhyCode::UnknownCondition, here);
    let value = over_alternatives(args, here, &why, &mut |args| once(args).value);
    built(here, value, args)
}

/// The arguments as the function's parameters take them.
fn converted(function: &Function, args: &[Attr]) -> Outcome<Vec<Attr>> {
    let param = |at: usize| match function.params.get(at).or(function.params.last()) {
        Some(Param::Rest(each)) => **each,
        Some(param) => *param,
        None => Param::Nullable,
    };
    args.iter().enumerate().map(|(at, arg)| param(at).take(arg).ok_or(INVALID)).collect()
}

impl Param {
    fn take(self, arg: &Attr) -> Option<Attr> {
        let list_of = |element| Type::List(Box::new(element));
        let ty = match self {
            Param::Nullable => return Some(arg.clone()),
            _ if matches!(arg.value, Value::Null) => return None,
            Param::Any | Param::Rest(_) => return Some(arg.clone()),
            Param::Text => Type::String,
            Param::Number => Type::Number,
            Param::Texts => list_of(Type::String),
            Param::Bools => list_of(Type::Bool),
            Param::Items => list_of(Type::Any),
            Param::Set => Type::Set(Box::new(Type::Any)),
            Param::Lists => Type::Map(Box::new(list_of(Type::String))),
        };
        types::convert(arg, &ty)
    }
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

/// A list of elements of one type, all of them known to be there.
fn list(items: Vec<Attr>) -> Value {
    Value::List(List { items: items.into(), kind: ListKind::List, open: None })
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

    /// A list of parts of one type.
    pub fn list_of(&self, values: impl IntoIterator<Item = Value>) -> Value {
        list(values.into_iter().map(|value| self.part(value)).collect())
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
        let missing = |item: &Attr| if matches!(item.value, Value::Null) { INVALID } else { WhyCode::UnknownCondition };
        let text = |item: &Attr| item.value.scalar_text().ok_or_else(|| missing(item));
        self.closed(at)?.items.iter().map(text).collect()
    }
}
