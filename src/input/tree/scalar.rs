//! What a scalar's text means: null, truth, number or string, by two readings of YAML.
//!
//! Called by `convert` and by frontends. JSON's scalars mean the same under both readings.

use super::{Node, Style};
use crate::model::number::Number;
use crate::model::value::{Scalar, Value};

/// How plain scalars are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schema {
    /// YAML 1.1, as CloudFormation reads: `yes` and `off` are booleans, `0123` is octal. Base 60 is left as text.
    Yaml11,
    /// The core schema of YAML 1.2: only `true` and `false` are booleans, `0123` is decimal.
    Core,
}

impl Schema {
    /// The value of a scalar node; `None` for collections. Custom tags are ignored, `!!str` and its like are not.
    pub fn read(self, node: &Node) -> Option<Value> {
        let scalar = node.scalar()?;
        let text = &scalar.text;
        let value = match node.tag() {
            Some("!!str" | "!!binary" | "!!timestamp" | "!") => None,
            Some("!!int" | "!!float" | "!!bool" | "!!null") => self.resolve(text),
            _ if scalar.style == Style::Plain => self.resolve(text),
            _ => None,
        };
        Some(value.unwrap_or_else(|| Value::String(text.clone())))
    }

    /// The meaning of a plain text, if it is not just a string.
    fn resolve(self, text: &str) -> Option<Value> {
        if is_null(text) {
            return Some(Value::Null);
        }
        if let Some(truth) = self.truth(text) {
            return Some(Value::Bool(truth));
        }
        let number = self.number(text)?;
        let raw = (number.to_string() != text).then(|| text.into());
        Some(Value::Number(Scalar { number, raw }))
    }

    fn truth(self, text: &str) -> Option<bool> {
        match text {
            "true" | "True" | "TRUE" => return Some(true),
            "false" | "False" | "FALSE" => return Some(false),
            _ => {}
        }
        match (self, text) {
            (Schema::Yaml11, "yes" | "Yes" | "YES" | "on" | "On" | "ON") => Some(true),
            (Schema::Yaml11, "no" | "No" | "NO" | "off" | "Off" | "OFF") => Some(false),
            _ => None,
        }
    }

    fn number(self, text: &str) -> Option<Number> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            b'.' | b'0'..=b'9' => (false, text),
            _ => return None,
        };
        let plain = match self {
            Schema::Yaml11 => digits.replace('_', ""),
            Schema::Core => digits.to_owned(),
        };
        let number = match (self, plain.as_bytes()) {
            (_, [b'0', b'x', ..]) => radix(plain.get(2..)?, 16),
            (Schema::Core, [b'0', b'o', ..]) => radix(plain.get(2..)?, 8),
            (Schema::Yaml11, [b'0', b'b', ..]) => radix(plain.get(2..)?, 2),
            (Schema::Yaml11, [b'0', b'0'..=b'9', ..]) if !plain.contains(['.', 'e', 'E']) => radix(plain.get(1..)?, 8),
            _ => decimal(&plain),
        }?;
        Some(if negative { number.neg() } else { number })
    }
}

/// Whether a plain scalar of this text is null.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    let valid = digits.chars().all(|digit| digit.is_digit(radix));
    let number = valid.then(|| u128::from_str_radix(digits, radix).ok()).flatten()?;
    Number::parse(&number.to_string())
}

/// `12`, `12.`, `.5`, `1.5e-3`; no sign.
fn decimal(text: &str) -> Option<Number> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let scale = exponent.map_or(Some("0"), |exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        (!unsigned.is_empty() && digits(unsigned)).then_some(exponent)
    })?;
    let valid = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    valid.then(|| Number::parse(&format!("0{whole}.{fraction}0e{scale}"))).flatten()
}
