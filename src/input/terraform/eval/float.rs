//! Arithmetic with 512 binary digits, which is what Terraform computes with: `1.1 * 1.1` is not quite 1.21 there.
//!
//! Called by `operators` and the functions over numbers. A number stays the shortest decimal that means the binary one.
//! It must not know expressions.

use crate::model::number::Number;
use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bigdecimal::{BigDecimal, RoundingMode, Zero};
use std::cmp::Ordering;
use std::num::NonZeroU64;

/// Binary digits kept.
const PRECISION: u64 = 512;
/// Decimal digits that 512 binary ones can always tell apart.
const SURE_DIGITS: u64 = 153;
/// Decimal digits that always suffice.
const MOST_DIGITS: u64 = 156;

/// `mantissa * 2^exponent`.
struct Binary {
    sign: Sign,
    mantissa: BigUint,
    exponent: i64,
}

/// Sum; `None` where it leaves the bounds of numbers.
pub fn add(a: &Number, b: &Number) -> Option<Number> {
    if a.is_integer() && b.is_integer() {
        return a.add(b).and_then(settled);
    }
    let (a, b) = (Binary::of(a), Binary::of(b));
    let exponent = a.exponent.min(b.exponent);
    let signed = |one: &Binary| BigInt::from_biguint(one.sign, &one.mantissa << (one.exponent - exponent) as u64);
    let (sign, mantissa) = (signed(&a) + signed(&b)).into_parts();
    Binary { sign, mantissa, exponent }.rounded(false).number()
}

/// Difference; `None` where it leaves the bounds of numbers.
pub fn sub(a: &Number, b: &Number) -> Option<Number> {
    add(a, &b.neg())
}

/// Product; `None` where it leaves the bounds of numbers.
pub fn mul(a: &Number, b: &Number) -> Option<Number> {
    if a.is_integer() && b.is_integer() {
        return a.mul(b).and_then(settled);
    }
    let (a, b) = (Binary::of(a), Binary::of(b));
    let product =
        Binary { sign: a.sign * b.sign, mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
    product.rounded(false).number()
}

/// Quotient; `None` for a division by zero and where it leaves the bounds of numbers.
pub fn div(a: &Number, b: &Number) -> Option<Number> {
    let (a, b) = (Binary::of(a), Binary::of(b));
    if b.mantissa.is_zero() {
        return None;
    }
    let shift = (PRECISION + 2 + b.mantissa.bits()).saturating_sub(a.mantissa.bits());
    let shifted = a.mantissa << shift;
    let mantissa = &shifted / &b.mantissa;
    let exact = &mantissa * &b.mantissa == shifted;
    let exponent = a.exponent - b.exponent - shift as i64;
    Binary { sign: a.sign * b.sign, mantissa, exponent }.rounded(!exact).number()
}

/// Remainder with the sign of the dividend. That of a division by zero is the dividend.
pub fn rem(a: &Number, b: &Number) -> Option<Number> {
    if *b == Number::from(0) {
        return Some(a.clone());
    }
    let quotient = div(a, b)?;
    let whole = if quotient < Number::from(0) { quotient.ceil() } else { quotient.floor() };
    sub(a, &mul(b, &whole)?)
}

/// The value that is computed with, with all its digits.
pub fn exact(number: &Number) -> BigDecimal {
    Binary::of(number).decimal().unwrap_or_else(|| number.decimal().clone())
}

/// An exact result, rounded where it has more digits than are kept.
fn settled(number: Number) -> Option<Number> {
    if number.decimal().digits() <= SURE_DIGITS { Some(number) } else { Binary::of(&number).number() }
}

impl Binary {
    fn of(number: &Number) -> Binary {
        Binary::of_decimal(number.decimal())
    }

    fn of_decimal(decimal: &BigDecimal) -> Binary {
        let (digits, scale) = decimal.as_bigint_and_exponent();
        let (sign, digits) = digits.into_parts();
        let ten = BigUint::from(10u32);
        if scale <= 0 {
            let mantissa = digits * ten.pow(scale.unsigned_abs() as u32);
            return Binary { sign, mantissa, exponent: 0 }.rounded(false);
        }
        let divisor = ten.pow(scale as u32);
        let shift = (PRECISION + 2 + divisor.bits()).saturating_sub(digits.bits());
        let shifted = digits << shift;
        let mantissa = &shifted / &divisor;
        let exact = &mantissa * &divisor == shifted;
        Binary { sign, mantissa, exponent: -(shift as i64) }.rounded(!exact)
    }

    /// At most 512 digits, half to even; `more` where digits were cut off already. No trailing zeros.
    fn rounded(self, more: bool) -> Binary {
        let Binary { sign, mut mantissa, mut exponent } = self;
        if let Some(shift) = mantissa.bits().checked_sub(PRECISION).filter(|shift| *shift > 0) {
            let half = BigUint::from(1u32) << (shift - 1);
            let kept: BigUint = &mantissa >> shift;
            let cut = &mantissa - (&kept << shift);
            let up = match cut.cmp(&half) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => more || kept.bit(0),
            };
            mantissa = if up { kept + 1u32 } else { kept };
            exponent += shift as i64;
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        Binary { sign, mantissa: mantissa >> zeros, exponent: exponent + zeros as i64 }
    }

    /// The exact value; `None` beyond any size that is meant.
    fn decimal(&self) -> Option<BigDecimal> {
        let magnitude = self.exponent.checked_add(self.mantissa.bits() as i64)?;
        if magnitude.abs() > 4_000 {
            return None;
        }
        let power = self.exponent.unsigned_abs();
        let mantissa = BigInt::from_biguint(self.sign, self.mantissa.clone());
        Some(match self.exponent {
            0.. => BigDecimal::new(mantissa << power, 0),
            _ => BigDecimal::new(mantissa * BigInt::from(5u32).pow(power as u32), power as i64),
        })
    }

    /// The shortest decimal that is nearer to this than to any other.
    fn number(&self) -> Option<Number> {
        let exact = self.decimal()?;
        if exact.digits() <= SURE_DIGITS {
            return Number::from_decimal(exact);
        }
        let to = |digits: u64| Some(exact.with_precision_round(NonZeroU64::new(digits)?, RoundingMode::HalfEven));
        let means_this = |decimal: &BigDecimal| {
            let other = Binary::of_decimal(decimal);
            other.mantissa == self.mantissa && other.exponent == self.exponent
        };
        let shortest = (SURE_DIGITS..=MOST_DIGITS).filter_map(to).find(means_this);
        Number::from_decimal(shortest.unwrap_or(exact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn results_are_those_of_512_binary_digits() {
        assert_eq!(mul(&number("1.1"), &number("1.1")).unwrap().to_string().len(), 156);
        assert_eq!(mul(&div(&number("1"), &number("3")).unwrap(), &number("3")).unwrap().to_string(), "1");
        assert_eq!(add(&number("0.1"), &number("0.2")).unwrap().to_string(), "0.3");
        assert_eq!(rem(&number("-7"), &number("3")).unwrap().to_string(), "-1");
        assert!(div(&number("1"), &number("0")).is_none());
    }
}
