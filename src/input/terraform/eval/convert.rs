//! Conversions between types: those that operators make, and the declared types of variables.

use super::Env;
use super::types::{self, Type};
use crate::model::number::Number;
use crate::model::value::{Attr, List, ListKind, Map, MapKind, Str, Value, Via, Why, WhyCode};
use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};

/// The number a value is or spells.
pub fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(scalar) => Some(scalar.number.clone()),
        Value::String(text) if !text.contains(char::is_whitespace) => Number::parse(text),
        _ => None,
    }
}

/// Why one of several values is taken as not known.
pub fn ambiguous(attr: &Attr) -> Why {
    Why::new(WhyCode::UnknownCondition, "", attr.at)
}

/// The value converted to a declared type as far as that is certain; what does not fit stays as it is.
pub fn to_type(env: &Env<'_, '_>, attr: Attr, declared: &Expression) -> Attr {
    if let Value::OneOf(all) = &attr.value {
        return Attr { value: all.map(|one| to_type(env, one.clone(), declared)), ..attr };
    }
    match declared {
        Expression::Variable(name) => to_word(attr, name.as_str()),
        // The types of old: `type = "string"`.
        Expression::String(name) => to_word(attr, name.value()),
        Expression::FuncCall(call) => to_collection(env, attr, call),
        Expression::Parenthesis(inner) => to_type(env, attr, inner.inner()),
        _ => attr,
    }
}

/// A type that is a word; collections without a type for their elements are those of old.
fn to_word(attr: Attr, name: &str) -> Attr {
    let any = || Box::new(Type::Any);
    let ty = match name {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(any()),
        "set" => Type::Set(any()),
        "map" => Type::Map(any()),
        _ => return attr,
    };
    types::convert(&attr, &ty).unwrap_or(attr)
}

fn to_collection(env: &Env<'_, '_>, attr: Attr, call: &FuncCall) -> Attr {
    let name = call.name.name.as_str();
    let element = call.args.iter().next();
    let value = match (name, attr.value, element) {
        ("list" | "set", Value::List(list), Some(element)) => {
            let items = list.items.iter().map(|item| to_type(env, item.clone(), element)).collect();
            to_word(Attr::new(Value::List(List { items, ..list }), attr.at), name).value
        }
        ("map", Value::Map(map), Some(element)) => {
            let entry = |(key, value): &(Str, Attr)| (Str::clone(key), to_type(env, value.clone(), element));
            let map = Value::Map(Map { entries: map.entries.iter().map(entry).collect(), ..map });
            to_word(Attr::new(map, attr.at), name).value
        }
        ("tuple", Value::List(list), Some(Expression::Array(declared))) if list.items.len() == declared.len() => {
            let items = list.items.iter().zip(declared.iter());
            let items = items.map(|(item, declared)| to_type(env, item.clone(), declared)).collect();
            Value::List(List { items, open: list.open, kind: ListKind::Tuple })
        }
        ("object", Value::Map(map), Some(Expression::Object(object))) => Value::Map(to_object(env, &map, object)),
        ("optional", value, Some(element)) => {
            return to_type(env, Attr { value, ..attr }, element);
        }
        (_, value, _) => value,
    };
    Attr { value, ..attr }
}

/// An object keeps the declared attributes only; optional ones that are absent take their default, else null.
fn to_object(env: &Env<'_, '_>, map: &Map, object: &Object) -> Map {
    let mut entries: Vec<(Str, Attr)> = Vec::with_capacity(object.len());
    for (key, declared) in object.iter() {
        let name = match key {
            ObjectKey::Ident(ident) => ident.as_str(),
            ObjectKey::Expression(expr) => expr.as_str().unwrap_or_default(),
        };
        let default = || optional_default(env, declared.expr());
        match map.get(name) {
            Some(given) if matches!(given.value, Value::Null) => {
                entries.push((name.into(), default().unwrap_or_else(|| given.clone())));
            }
            Some(given) => entries.push((name.into(), to_type(env, given.clone(), declared.expr()))),
            None if map.open.is_some() => {}
            None => {
                let absent = || Attr::new(Value::Null, env.span(declared.expr()));
                entries.push((name.into(), default().unwrap_or_else(absent)));
            }
        }
    }
    Map { entries: entries.into(), open: map.open.clone(), kind: MapKind::Object }
}

fn optional_default(env: &Env<'_, '_>, declared: &Expression) -> Option<Attr> {
    let call = declared.as_func_call().filter(|call| call.name.name.as_str() == "optional")?;
    let mut args = call.args.iter();
    let (declared, default) = (args.next()?, args.next()?);
    let default = to_type(env, env.eval(default), declared);
    Some(default.passed(Via::VariableDefault, default.at))
}
