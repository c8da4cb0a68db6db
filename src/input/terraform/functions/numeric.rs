//! Functions over numbers.

use super::Param::{Any, Number as Num, Rest};
use super::{Call, Function, INVALID, Outcome, known};
use crate::input::terraform::eval::{convert, first_why, float};
use crate::model::number::Number;
use crate::model::value::{Value, WhyCode};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: &[Function] = &[
    known("min", &[Rest(&Num)], |call| Ok(Value::number(all(call)?.into_iter().min().ok_or(INVALID)?))),
    known("max", &[Rest(&Num)], |call| Ok(Value::number(all(call)?.into_iter().max().ok_or(INVALID)?))),
    known("ceil", &[Num], |call| Ok(Value::number(call.number(0)?.ceil()))),
    known("floor", &[Num], |call| Ok(Value::number(call.number(0)?.floor()))),
    known("abs", &[Num], |call| {
        let number = call.number(0)?;
        Ok(Value::number(if number < Number::from(0) { number.neg() } else { number }))
    }),
    known("signum", &[Num], |call| {
        Ok(Value::number(Number::from(match call.int(0)?.cmp(&0) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        })))
    }),
    known("sum", &[Any], |call| {
        let list = call.closed(0)?;
        if list.items.is_empty() || list.items.iter().any(|item| matches!(item.value, Value::Null)) {
            return Err(INVALID);
        }
        let number = |value: &Value| {
            convert::number(value).ok_or(if first_why(value).is_some() { WhyCode::UnknownCondition } else { INVALID })
        };
        let mut sum = Number::from(0);
        for item in list.items.iter() {
            sum = float::add(&sum, &number(&item.value)?).ok_or(WhyCode::LimitReached)?;
        }
        Ok(Value::number(sum))
    }),
    known("pow", &[Num, Num], |call| double(call.number(0)?.to_f64().powf(call.number(1)?.to_f64()))),
    known("log", &[Num, Num], |call| double(call.number(0)?.to_f64().ln() / call.number(1)?.to_f64().ln())),
    known("parseint", &[Any, Num], |call| {
        let Value::String(text) = &call.arg(0)?.value else { return Err(INVALID) };
        let base = call.int(1)?;
        Ok(Value::number(parse_int(text, base).ok_or(INVALID)?))
    }),
];

fn all(call: &Call<'_, '_, '_>) -> Outcome<Vec<Number>> {
    (0..call.args.len()).map(|at| call.number(at)).collect()
}

/// A result computed with 64 bits.
fn double(value: f64) -> Outcome<Value> {
    if value.is_nan() {
        return Err(INVALID);
    }
    Number::parse(&value.to_string()).map(Value::number).ok_or(WhyCode::LimitReached)
}

/// A whole number in a base from 2 to 62, where capital letters are digits of their own above 36.
fn parse_int(text: &str, base: i64) -> Option<Number> {
    if !(2..=62).contains(&base) {
        return None;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digit = |c: char| {
        let value = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            'a'..='z' => u32::from(c) - u32::from('a') + 10,
            'A'..='Z' => u32::from(c) - u32::from('A') + if base > 36 { 36 } else { 10 },
            _ => return None,
        };
        Some(i64::from(value)).filter(|value| *value < base)
    };
    let base = Number::from(base);
    let mut number = (!digits.is_empty() && digits.len() <= 1_000).then(|| Number::from(0))?;
    for c in digits.chars() {
        number = number.mul(&base)?.add(&Number::from(digit(c)?))?;
    }
    Some(if text.starts_with('-') { number.neg() } else { number })
}
