//! From written values to declared types: words of enumerations, numbers in strings, units, single blocks as lists.
//!
//! Called by `eval` after a value has been found. What cannot be read as the declared type is unknown, never a
//! guess. It must not know where a value came from.

use super::Type;
use super::grammar::{joined, normalized, same_key};
use super::row::{Literal, Unit};
use crate::model::number::Number;
use crate::model::spelling::same_name;
use crate::model::value::{Attr, List, Map, Piece, Str, Value, Why, WhyCode};
use std::sync::Arc;

/// Applies `change` to a scalar, to each element of a list and to each alternative; unknown stays unknown.
pub fn each_scalar(attr: &Attr, change: &dyn Fn(&Attr) -> Option<Attr>) -> Option<Attr> {
    match &attr.value {
        Value::Null => None,
        Value::Unknown(_) => Some(attr.clone()),
        Value::OneOf(all) => {
            joined(all.iter().map(|one| one.as_ref().and_then(|attr| each_scalar(attr, change))).collect(), attr)
        }
        Value::List(list) => {
            let items = list.items.iter().filter_map(|item| each_scalar(item, change)).collect();
            Some(Attr { value: Value::List(List { items, open: list.open.clone(), kind: list.kind }), ..attr.clone() })
        }
        _ => change(attr),
    }
}

/// The value as the declared type.
pub fn coerce(attr: &Attr, ty: &Type) -> Option<Attr> {
    let with = |value| Some(Attr { value, ..attr.clone() });
    match (&attr.value, ty) {
        (Value::Null, _) => None,
        _ if has_type(&attr.value, ty) => Some(attr.clone()),
        (Value::OneOf(all), _) => {
            joined(all.iter().map(|one| one.as_ref().and_then(|attr| coerce(attr, ty))).collect(), attr)
        }
        (Value::List(list), Type::List(item)) => {
            let items = list.items.iter().filter_map(|one| coerce(one, item)).collect();
            with(Value::List(List { items, open: list.open.clone(), kind: list.kind }))
        }
        (_, Type::List(item)) => coerce(attr, item).and_then(|one| with(Value::list([one]))),
        (Value::Map(map), Type::Map(item)) => {
            let entries = map.entries.iter().filter_map(|(key, one)| Some((Arc::clone(key), coerce(one, item)?)));
            with(Value::Map(Map { entries: entries.collect(), open: map.open.clone(), kind: map.kind }))
        }
        (Value::Map(map), Type::Record(_, fields)) => {
            let ty_of = |key: &Str| fields.iter().find(|(name, _)| name == key).map_or(&Type::Any, |(_, ty)| ty);
            let entries = map.entries.iter().filter_map(|(key, one)| Some((Arc::clone(key), coerce(one, ty_of(key))?)));
            with(Value::Map(Map { entries: entries.collect(), open: map.open.clone(), kind: map.kind }))
        }
        (Value::List(list), Type::Map(_) | Type::Record(..)) => match &*list.items {
            [only] if list.open.is_none() => coerce(only, ty),
            _ => Some(not_read(attr)),
        },
        (Value::Text(pieces), Type::Number | Type::Bool | Type::Enum(_)) => Some(partly(attr, pieces)),
        (scalar, _) => match as_scalar(scalar, ty) {
            Some(value) => with(value),
            None => Some(not_read(attr)),
        },
    }
}

/// Whether a value is of a type as it is: then its parts are shared.
fn has_type(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Null, _) => false,
        (Value::Unknown(_), _) | (_, Type::Any | Type::Resource(_)) => true,
        (Value::String(_) | Value::Text(_), Type::String) => true,
        (Value::Number(_), Type::Number) | (Value::Bool(_), Type::Bool) => true,
        (Value::List(list), Type::List(item)) => list.items.iter().all(|one| has_type(&one.value, item)),
        (Value::Map(map), Type::Map(item)) => map.entries.iter().all(|(_, one)| has_type(&one.value, item)),
        _ => false,
    }
}

fn as_scalar(value: &Value, ty: &Type) -> Option<Value> {
    match (value, ty) {
        (_, Type::String) => value.scalar_text().map(Value::String),
        (Value::String(text), Type::Number) => Number::parse(text).map(Value::number),
        (Value::String(text), Type::Bool) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        (Value::String(text), Type::Bool) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        (_, Type::Enum(words)) => {
            let text = value.scalar_text()?;
            words.iter().find(|word| same_key(&normalized(word), &text)).map(|word| Value::String(Arc::clone(word)))
        }
        _ => None,
    }
}

/// Looks a value up in a `map:`. What the table does not list is not understood, hence unknown.
pub fn mapped(attr: &Attr, table: &[(Str, Literal)]) -> Option<Attr> {
    if let Value::Text(pieces) = &attr.value {
        return Some(partly(attr, pieces));
    }
    let text = attr.value.scalar_text();
    let found = text.and_then(|text| table.iter().find(|(word, _)| same_name(word, &text) && &**word != "_"));
    match found.or_else(|| table.iter().find(|(word, _)| &**word == "_")) {
        Some((_, Literal::Null)) => None,
        Some((_, literal)) => Some(Attr { value: literal.value(), ..attr.clone() }),
        None => Some(not_read(attr)),
    }
}

/// A number or duration in the unit of the vocabulary: GiB, seconds.
pub fn in_unit(attr: &Attr, unit: Unit) -> Attr {
    if let Value::Text(pieces) = &attr.value {
        return partly(attr, pieces);
    }
    let number = attr.value.scalar_text().and_then(|text| match unit {
        Unit::Duration => duration(&text),
        _ => Number::parse(&text),
    });
    let scaled = number.and_then(|number| match unit {
        Unit::Gib | Unit::Seconds | Unit::Duration => Some(number),
        Unit::Mib => number.div(&Number::from(1_024)),
        Unit::Minutes => number.mul(&Number::from(60)),
        Unit::Hours => number.mul(&Number::from(3_600)),
        Unit::Days => number.mul(&Number::from(86_400)),
    });
    match scaled {
        Some(number) => Attr { value: Value::number(number), ..attr.clone() },
        None => not_read(attr),
    }
}

/// Seconds of `PT1H30M`, `P1D`, `1h30m`, `3600s` or `3600`. Months and years have no fixed length and are not read.
fn duration(text: &str) -> Option<Number> {
    if let Some(seconds) = Number::parse(text) {
        return Some(seconds);
    }
    let iso = text.strip_prefix('P');
    let mut in_time = iso.is_none();
    let mut total = Number::from(0);
    let mut digits = String::new();
    for c in iso.unwrap_or(text).chars() {
        let c = if iso.is_none() && c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c };
        let factor = match c {
            'T' if digits.is_empty() && iso.is_some() => {
                in_time = true;
                continue;
            }
            '0'..='9' | '.' => {
                digits.push(c);
                continue;
            }
            'W' if !in_time => 604_800,
            'D' if !in_time => 86_400,
            'H' if in_time => 3_600,
            'M' if in_time => 60,
            'S' if in_time => 1,
            _ => return None,
        };
        let amount = Number::parse(&std::mem::take(&mut digits))?;
        total = total.add(&amount.mul(&Number::from(factor))?)?;
    }
    digits.is_empty().then_some(total)
}

/// A value that is not what was expected: unknown, named by its text.
pub fn not_read(attr: &Attr) -> Attr {
    let text = attr.value.scalar_text().filter(|_| !attr.sensitive);
    let what = text.unwrap_or_else(|| "a value of another type".into());
    Attr { value: Value::unknown(Why::new(WhyCode::NotEvaluated, what, attr.at)), ..attr.clone() }
}

/// A value that needs all its text but is known only in part.
fn partly(attr: &Attr, pieces: &[Piece]) -> Attr {
    let hole = pieces.iter().find_map(|piece| match piece {
        Piece::Hole(unknown) => Some(unknown.clone()),
        Piece::Known(_) => None,
    });
    match hole {
        Some(unknown) => Attr { value: Value::Unknown(unknown), ..attr.clone() },
        None => not_read(attr),
    }
}

impl Literal {
    /// The value it stands for.
    pub fn value(&self) -> Value {
        match self {
            Literal::Null => Value::Null,
            Literal::Scalar(value) => value.clone(),
            Literal::EmptyList => Value::list([]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{attr, shown};
    use super::*;
    use serde_json::json;

    fn seconds(text: &str) -> String {
        shown(Some(&in_unit(&attr(json!(text)), Unit::Duration)))
    }

    #[test]
    fn durations_are_read_as_seconds() {
        assert_eq!(seconds("PT15M"), "900");
        assert_eq!(seconds("P1DT1H"), "90000");
        assert_eq!(seconds("3600s"), "3600");
        assert_eq!(seconds("1h30m"), "5400");
        assert_eq!(seconds("Never"), "?Never");
        assert_eq!(seconds("P1M"), "?P1M");
        assert_eq!(seconds("PT5"), "?PT5");
        assert_eq!(shown(Some(&in_unit(&attr(json!(512)), Unit::Mib))), "0.5");
    }

    #[test]
    fn declared_types_are_met_or_the_value_is_unknown() {
        let as_type = |value, ty: &Type| shown(coerce(&attr(value), ty).as_ref());
        let words = Type::Enum(vec!["on".into(), "capacity_block".into()]);
        assert_eq!(as_type(json!("Capacity-Block"), &words), "capacity_block");
        assert_eq!(as_type(json!("half"), &words), "?half");
        assert_eq!(as_type(json!("2"), &Type::Number), "2");
        assert_eq!(as_type(json!("${var.n}0"), &Type::Number), "?var.n");
        assert_eq!(as_type(json!("TRUE"), &Type::Bool), "true");
        assert_eq!(as_type(json!({"|": ["1", null, "x"]}), &Type::Number), "1|absent|?x");
        assert_eq!(as_type(json!("a"), &Type::List(Box::new(Type::String))), "[a]");
        assert_eq!(as_type(json!(["a", null, ".."]), &Type::List(Box::new(Type::String))), "[a, ..]");
    }
}
