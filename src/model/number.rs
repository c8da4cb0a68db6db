//! Exact numbers: integers and decimals of any size, printed as Terraform prints them.
//!
//! Used by every evaluator and by conditions, so that 1 and 1.0 are one number and 0.1 + 0.2 is 0.3.
//! It must not know where a number came from, nor any unit.

use bigdecimal::{BigDecimal, Context, RoundingMode, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

/// Significant decimal digits kept where a result has no finite expansion; Terraform keeps 512 binary digits.
const DIGITS: u64 = 155;
/// Largest power of ten a number may reach; beyond it arithmetic would need unbounded memory.
const MAX_MAGNITUDE: i64 = 1_000;

/// An exact number. Equality and order are by value.
#[derive(Clone, Debug)]
pub struct Number(BigDecimal);

impl Number {
    /// Reads `12`, `-0.5`, `1e3`. `None` for anything else, and for magnitudes beyond 10^±1000.
    pub fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
        if !plain || !text.bytes().any(|b| b.is_ascii_digit()) || text.len() > 4_096 {
            return None;
        }
        Number::bounded(BigDecimal::from_str(text).ok()?)
    }

    fn bounded(value: BigDecimal) -> Option<Number> {
        let exponent = -value.fractional_digit_count();
        let fits = exponent.abs() <= MAX_MAGNITUDE * 2 && value.order_of_magnitude().abs() <= MAX_MAGNITUDE;
        (value.is_zero() || fits).then(|| Number(value.normalized()))
    }

    /// The number as a decimal, for arithmetic of a language's own.
    pub fn decimal(&self) -> &BigDecimal {
        &self.0
    }

    /// A decimal as a number; `None` for magnitudes beyond 10^±1000.
    pub fn from_decimal(decimal: BigDecimal) -> Option<Number> {
        Number::bounded(decimal)
    }

    /// The nearest number of at most 15 significant digits, so that a price like 0.3 stays 0.3. `None` for NaN and
    /// infinities.
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            return Some(Number::from(value as i64));
        }
        value.is_finite().then(|| Number::parse(&format!("{value:.14e}"))).flatten()
    }

    /// For catalogue arithmetic and display; may round.
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().unwrap_or(f64::NAN)
    }

    /// The whole number, where it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// Whether there is no fraction.
    pub fn is_integer(&self) -> bool {
        self.0.is_integer()
    }

    /// Sum; `None` where the result leaves the bounds.
    pub fn add(&self, other: &Number) -> Option<Number> {
        Number::bounded(&self.0 + &other.0)
    }

    /// Difference; `None` where the result leaves the bounds.
    pub fn sub(&self, other: &Number) -> Option<Number> {
        Number::bounded(&self.0 - &other.0)
    }

    /// Product; `None` where the result leaves the bounds.
    pub fn mul(&self, other: &Number) -> Option<Number> {
        Number::bounded(&self.0 * &other.0)
    }

    /// Quotient to 155 significant digits; `None` for division by zero.
    pub fn div(&self, other: &Number) -> Option<Number> {
        if other.0.is_zero() {
            return None;
        }
        let context = Context::new(NonZeroU64::new(DIGITS)?, RoundingMode::HalfEven);
        let quotient = &self.0 / &other.0;
        Number::bounded(quotient.with_precision_round(context.precision(), context.rounding_mode()))
    }

    /// Remainder with the sign of the dividend, as Terraform's `%`; `None` for division by zero.
    pub fn rem(&self, other: &Number) -> Option<Number> {
        (!other.0.is_zero()).then(|| Number::bounded(&self.0 % &other.0)).flatten()
    }

    /// The negated number.
    pub fn neg(&self) -> Number {
        Number(-self.0.clone())
    }

    /// Largest whole number not above this one.
    pub fn floor(&self) -> Number {
        Number(self.0.with_scale_round(0, RoundingMode::Floor).normalized())
    }

    /// Smallest whole number not below this one.
    pub fn ceil(&self) -> Number {
        Number(self.0.with_scale_round(0, RoundingMode::Ceiling).normalized())
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(BigDecimal::from(value))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.0 == other.0
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_plain_string(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn arithmetic_is_exact_and_prints_plainly() {
        assert_eq!(number("0.1").add(&number("0.2")).unwrap().to_string(), "0.3");
        assert_eq!(number("1.0"), number("1"));
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(number("-7").rem(&number("3")).unwrap().to_string(), "-1");
        assert_eq!(number("10").div(&number("4")).unwrap().to_string(), "2.5");
        assert_eq!(Number::from_f64(32.7726).unwrap().to_string(), "32.7726");
    }

    #[test]
    fn hostile_numbers_are_refused() {
        assert!(Number::parse("1e1000000000").is_none());
        assert!(Number::parse("1e-1000000000").is_none());
        assert!(Number::parse("0x10").is_none() && Number::parse("").is_none() && Number::parse("-").is_none());
        assert!(number("1").div(&number("0")).is_none());
    }
}
