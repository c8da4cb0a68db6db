//! Types as kind files write them, and checks of written values against them.
//!
//! Part of `load`. It must not know where a declaration stands.

use super::Records;
use crate::model::kinds::Type;
use crate::model::kinds::file::Declared;
use crate::model::kinds::row::{Literal, Source, Spec};
use crate::model::value::Value;

/// Checks what a spec writes down itself against the declared type.
pub fn check_type(spec: &Spec, ty: &Type, mistakes: &mut Vec<String>) {
    let literals = spec.map.iter().map(|(_, literal)| literal).chain(&spec.absent);
    let constant = match &spec.source {
        Source::Const(literal) if spec.map.is_empty() => Some(literal),
        _ => None,
    };
    for literal in literals.chain(constant) {
        if let Some(message) = misfit(literal, ty) {
            mistakes.push(message);
        }
    }
    match (&spec.source, item(ty)) {
        (Source::Records { fields, .. }, Type::Record(name, declared)) => {
            for (field, spec) in fields {
                match declared.iter().find(|(name, _)| name == field) {
                    Some((_, ty)) => check_type(spec, ty, mistakes),
                    None => mistakes.push(format!("record `{name}` has no field `{field}`")),
                }
            }
        }
        (Source::Records { .. }, _) => mistakes.push("the attribute's type is not a record".into()),
        (Source::First(specs) | Source::OneOf(specs), _) => {
            specs.iter().for_each(|spec| check_type(spec, ty, mistakes))
        }
        (Source::Derive(derivation, of), _) => {
            let (least, most) = derivation.arity;
            if !(least..=most).contains(&of.len()) {
                mistakes.push(format!("`{}` takes {least} to {most} values in `of`", derivation.name));
            }
            for spec in of {
                // Records pass through a derivation as they are; of other values it makes something new.
                let ty = if matches!(spec.source, Source::Records { .. }) { ty } else { &Type::Any };
                check_type(spec, ty, mistakes);
            }
        }
        _ => {}
    }
}

fn item(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        ty => ty,
    }
}

fn misfit(literal: &Literal, ty: &Type) -> Option<String> {
    let fits = match (literal, item(ty)) {
        (Literal::Null, _) | (_, Type::Any) => true,
        (Literal::EmptyList, _) => matches!(ty, Type::List(_)),
        (Literal::Scalar(Value::Number(_)), Type::Number) => true,
        (Literal::Scalar(Value::Bool(_)), Type::Bool) => true,
        (Literal::Scalar(Value::String(_)), Type::String) => true,
        (Literal::Scalar(value), Type::Enum(words)) => value.scalar_text().is_some_and(|text| words.contains(&text)),
        _ => false,
    };
    let shown = match literal {
        Literal::Scalar(value) => value.scalar_text().unwrap_or_default(),
        _ => "[]".into(),
    };
    (!fits).then(|| format!("`{shown}` is not of the attribute's type"))
}

pub fn parse_type(declared: &Declared, records: &Records) -> Result<Type, String> {
    named_type(declared.ty.trim(), declared, records)
}

fn named_type(name: &str, declared: &Declared, records: &Records) -> Result<Type, String> {
    let inner = |prefix: &str| name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(item) = inner("list<") {
        return Ok(Type::List(Box::new(named_type(item, declared, records)?)));
    }
    if let Some(item) = inner("map<") {
        return Ok(Type::Map(Box::new(named_type(item, declared, records)?)));
    }
    match name {
        "any" => Ok(Type::Any),
        "string" => Ok(Type::String),
        "number" => Ok(Type::Number),
        "bool" => Ok(Type::Bool),
        "enum" if declared.values.is_empty() => Err("an `enum` lists its `values`".into()),
        "enum" => Ok(Type::Enum(declared.values.iter().map(|word| word.0.as_str().into()).collect())),
        _ => match records.iter().find(|(record, _)| **record == *name) {
            Some((record, fields)) => Ok(Type::Record(record.clone(), fields.clone())),
            None => Err(format!("there is no type `{name}`; records are declared in records.yaml")),
        },
    }
}
