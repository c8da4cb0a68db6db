//! The verbs of `format`: `%`, flags, width, precision, argument, letter.

use super::{INVALID, Outcome, json};
use crate::input::terraform::eval::{convert, float, operators};
use crate::model::number::Number;
use crate::model::value::Value;
use bigdecimal::{BigDecimal, RoundingMode, Zero};
use std::num::NonZeroU64;
use unicode_segmentation::UnicodeSegmentation;

/// Widest padding and longest fraction that are written out.
const MAX_WIDTH: usize = 1_000;

/// One verb.
#[derive(Default)]
pub(super) struct Verb {
    /// The argument it takes, if not the next one.
    pub argument: Option<usize>,
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

/// The verb after a `%`, and what follows it.
pub(super) fn parse(text: &str) -> Outcome<(Verb, &str)> {
    let mut verb = Verb::default();
    let mut chars = text.char_indices().peekable();
    while let Some((_, flag)) = chars.next_if(|(_, c)| matches!(c, '-' | '0' | '+' | ' ' | '#')) {
        match flag {
            '-' => verb.left = true,
            '0' => verb.zero = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            _ => verb.sharp = true,
        }
    }
    let number = |chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>| {
        let mut number = None;
        while let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
            let digit = digit.to_digit(10).unwrap_or(0) as usize;
            number = Some(number.unwrap_or(0usize).saturating_mul(10).saturating_add(digit).min(MAX_WIDTH));
        }
        number
    };
    verb.width = number(&mut chars).unwrap_or(0);
    if chars.next_if(|(_, c)| *c == '.').is_some() {
        verb.precision = Some(number(&mut chars).unwrap_or(0));
    }
    if chars.next_if(|(_, c)| *c == '[').is_some() {
        verb.argument = Some(number(&mut chars).and_then(|number| number.checked_sub(1)).ok_or(INVALID)?);
        chars.next_if(|(_, c)| *c == ']').ok_or(INVALID)?;
    }
    let (at, letter) = chars.next().ok_or(INVALID)?;
    if !"svqtdxXobfeEgG".contains(letter) {
        return Err(INVALID);
    }
    verb.letter = letter;
    Ok((verb, text.get(at + letter.len_utf8()..).unwrap_or_default()))
}

impl Verb {
    /// Whether a text goes through as it is.
    pub fn is_plain(&self) -> bool {
        matches!(self.letter, 's' | 'v') && !self.sharp && self.width == 0 && self.precision.is_none()
    }

    /// Whether collections are taken.
    pub fn takes_any(&self) -> bool {
        self.letter == 'v'
    }

    /// The text of a known value.
    pub fn apply(&self, value: &Value) -> Outcome<String> {
        let text = match self.letter {
            'v' if self.sharp || matches!(value, Value::List(_) | Value::Map(_)) => json::text(value)?,
            'v' if matches!(value, Value::Number(_)) => signed(self, general(&number(value)?, None)).to_string(),
            's' | 'v' => value.scalar_text().ok_or(INVALID)?.to_string(),
            'q' => json::quoted(&value.scalar_text().ok_or(INVALID)?)
                .replace("\\u003c", "<")
                .replace("\\u003e", ">")
                .replace("\\u0026", "&"),
            't' => operators::truth(value).filter(|_| !matches!(value, Value::Number(_))).ok_or(INVALID)?.to_string(),
            'd' | 'x' | 'X' | 'o' | 'b' => signed(self, self.whole(&number(value)?)?),
            'f' => signed(self, fixed(&number(value)?, self.precision.unwrap_or(6))),
            'e' | 'E' => signed(self, exponential(&float::exact(&number(value)?), self.precision.unwrap_or(6))),
            _ => signed(self, general(&number(value)?, self.precision)),
        };
        let text = if matches!(self.letter, 'E' | 'G') { text.to_uppercase() } else { text };
        Ok(self.padded(match (self.letter, self.precision) {
            ('s' | 'q' | 'v', Some(longest)) if !matches!(value, Value::Number(_)) => {
                text.graphemes(true).take(longest).collect()
            }
            _ => text,
        }))
    }

    fn whole(&self, number: &Number) -> Outcome<String> {
        let (whole, exponent) = number.decimal().with_scale(0).into_bigint_and_exponent();
        if !number.is_integer() || exponent != 0 {
            return Err(INVALID);
        }
        let (radix, prefix) = match self.letter {
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            'o' => (8, "0"),
            'b' => (2, "0b"),
            _ => (10, ""),
        };
        let digits = whole.magnitude().to_str_radix(radix);
        let digits = if self.letter == 'X' { digits.to_uppercase() } else { digits };
        let sign = if *number < Number::from(0) { "-" } else { "" };
        Ok(format!("{sign}{}{digits}", if self.sharp { prefix } else { "" }))
    }

    fn padded(&self, text: String) -> String {
        let missing = self.width.saturating_sub(text.graphemes(true).count());
        if missing == 0 {
            text
        } else if self.left {
            text + &" ".repeat(missing)
        } else if self.zero {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            " ".repeat(missing) + &text
        }
    }
}

fn number(value: &Value) -> Outcome<Number> {
    convert::number(value).ok_or(INVALID)
}

fn signed(verb: &Verb, text: String) -> String {
    match (text.starts_with('-'), verb.plus, verb.space) {
        (false, true, _) => format!("+{text}"),
        (false, false, true) => format!(" {text}"),
        _ => text,
    }
}

/// So many digits after the point.
fn fixed(number: &Number, digits: usize) -> String {
    float::exact(number).with_scale_round(digits as i64, RoundingMode::HalfEven).to_plain_string()
}

/// `1.234e+05` with so many digits after the point.
fn exponential(exact: &BigDecimal, digits: usize) -> String {
    let precision = NonZeroU64::MIN.saturating_add(digits as u64);
    let rounded = exact.with_precision_round(precision, RoundingMode::HalfEven);
    let (mantissa, scale) = rounded.as_bigint_and_exponent();
    let sign = if exact.sign() == bigdecimal::num_bigint::Sign::Minus { "-" } else { "" };
    let mut all = mantissa.magnitude().to_string();
    let exponent = if exact.is_zero() { 0 } else { all.len() as i64 - 1 - scale };
    all.push_str(&"0".repeat((digits + 1).saturating_sub(all.len())));
    let (first, rest) = all.split_at(1);
    let rest = rest.get(..digits).unwrap_or(rest);
    let point = if digits > 0 { "." } else { "" };
    format!("{sign}{first}{point}{rest}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// The shorter of both ways to write a number; all its digits where no precision is given.
fn general(number: &Number, precision: Option<usize>) -> String {
    let decimal = match precision.map(|digits| NonZeroU64::new(digits as u64).unwrap_or(NonZeroU64::MIN)) {
        Some(digits) => float::exact(number).with_precision_round(digits, RoundingMode::HalfEven).normalized(),
        None => number.decimal().normalized(),
    };
    let (mantissa, scale) = decimal.as_bigint_and_exponent();
    let digits = mantissa.magnitude().to_string().len();
    let exponent = if decimal.is_zero() { 0 } else { digits as i64 - 1 - scale };
    let widest = match precision {
        Some(precision) if precision as i64 > digits as i64 && digits as i64 > exponent => digits as i64,
        Some(precision) => (precision as i64).max(1),
        None => 21,
    };
    if exponent < -4 || exponent >= widest { exponential(&decimal, digits - 1) } else { decimal.to_plain_string() }
}
