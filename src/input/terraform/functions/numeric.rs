//! Functions over numbers.

use super::{Call, Function, INVALID, Outcome, known};
use crate::input::terraform::eval::convert;
use crate::model::number::Number;
use crate::model::value::{Value, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[
    known("min", |call| Ok(Value::number(all(call)?.into_iter().min().ok_or(INVALID)?))),
    known("max", |call| Ok(Value::number(all(call)?.into_iter().max().ok_or(INVALID)?))),
    known("ceil", |call| Ok(Value::number(call.number(0)?.ceil()))),
    known("floor", |call| Ok(Value::number(call.number(0)?.floor()))),
    known("abs", |call| {
        let number = call.number(0)?;
        Ok(Value::number(if number < Number::from(0) { number.neg() } else { number }))
    }),
    known("signum", |call| {
        let number = call.number(0)?;
        Ok(Value::number(Number::from(match number.cmp(&Number::from(0)) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        })))
    }),
    known("sum", |call| {
        let number = |value: &Value| convert::number(value).ok_or(WhyCode::UnknownCondition);
        let mut sum = Number::from(0);
        for item in call.closed(0)?.items.iter() {
            sum = sum.add(&number(&item.value)?).ok_or(INVALID)?;
        }
        Ok(Value::number(sum))
    }),
    known("pow", pow),
    known("parseint", |call| {
        let base = u32::try_from(call.int(1)?).ok().filter(|base| (2..=36).contains(base)).ok_or(INVALID)?;
        let number = i64::from_str_radix(&call.text(0)?, base).map_err(|_| INVALID)?;
        Ok(Value::number(number.into()))
    }),
];

fn all(call: &Call<'_, '_, '_>) -> Outcome<Vec<Number>> {
    (0..call.args.len()).map(|at| call.number(at)).collect()
}

/// Whole exponents of a moderate size; others are left unknown.
fn pow(call: &Call<'_, '_, '_>) -> Outcome<Value> {
    let (base, exponent) = (call.number(0)?, call.number(1)?);
    let times = exponent.to_i64().filter(|times| (0..=512).contains(times)).ok_or(WhyCode::NotEvaluated)?;
    let mut power = Number::from(1);
    for _ in 0..times {
        power = power.mul(&base).ok_or(WhyCode::LimitReached)?;
    }
    Ok(Value::number(power))
}
