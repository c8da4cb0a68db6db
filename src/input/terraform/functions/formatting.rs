//! `format` and `formatlist`.

use super::{Call, Function, INVALID, Outcome, partial};
use crate::input::terraform::eval::convert;
use crate::input::terraform::eval::template::pieces_of;
use crate::model::value::{Attr, Piece, Value, WhyCode};

pub(super) const FUNCTIONS: &[Function] = &[partial("format", format), partial("formatlist", format_list)];

/// Widest padding and longest fraction that are written out.
const MAX_WIDTH: usize = 1_000;

fn format(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let spec = &call.arg(0)?.value;
    let Value::String(spec) = spec else {
        return Ok(call.made(Value::from_pieces(match spec {
            Value::Unknown(_) | Value::Text(_) => pieces_of(call.env, spec, call.here),
            _ => return Err(INVALID),
        })));
    };
    Ok(call.made(Value::from_pieces(formatted(call, spec, call.args.get(1..).unwrap_or_default())?)))
}

/// One text for each position of the lists among the arguments.
fn format_list(call: &Call<'_, '_, '_>) -> Outcome<Attr> {
    let Value::String(spec) = &call.arg(0)?.value else { return Err(WhyCode::UnknownCondition) };
    let args = call.args.get(1..).unwrap_or_default();
    let mut length = None;
    for arg in args {
        match &arg.value {
            Value::List(list) if list.open.is_none() => length = Some(length.unwrap_or(0).max(list.items.len())),
            Value::List(_) | Value::Unknown(_) => return Err(WhyCode::UnknownCondition),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    for at in 0..length.unwrap_or(1) {
        let row: Option<Vec<Attr>> = args
            .iter()
            .map(|arg| match &arg.value {
                Value::List(list) => list.items.get(at).cloned(),
                _ => Some(arg.clone()),
            })
            .collect();
        texts.push(Value::from_pieces(formatted(call, spec, &row.ok_or(INVALID)?)?));
    }
    Ok(call.made(call.list_of(texts)))
}

/// A verb: `%`, flags, width, precision, letter.
struct Verb {
    left: bool,
    zero: bool,
    plus: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

fn formatted(call: &Call<'_, '_, '_>, spec: &str, args: &[Attr]) -> Outcome<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = spec;
    let mut next = args.iter();
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Known(before.into()));
        let (verb, after) = verb(after)?;
        rest = after;
        if verb.letter == '%' {
            pieces.push(Piece::Known("%".into()));
            continue;
        }
        let arg = next.next().ok_or(INVALID)?;
        match &arg.value {
            Value::Unknown(_) | Value::Text(_) | Value::OneOf(_) => {
                pieces.extend(pieces_of(call.env, &arg.value, arg.at))
            }
            known => pieces.push(Piece::Known(verb.apply(known)?.into())),
        }
    }
    pieces.push(Piece::Known(rest.into()));
    Ok(pieces)
}

fn verb(text: &str) -> Outcome<(Verb, &str)> {
    let mut verb = Verb { left: false, zero: false, plus: false, width: 0, precision: None, letter: '%' };
    let mut chars = text.char_indices().peekable();
    while let Some((_, flag)) = chars.next_if(|(_, c)| matches!(c, '-' | '0' | '+' | ' ' | '#')) {
        match flag {
            '-' => verb.left = true,
            '0' => verb.zero = true,
            '+' => verb.plus = true,
            _ => {}
        }
    }
    let number = |chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>| {
        let mut number = 0usize;
        while let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_digit()) {
            number = number.saturating_mul(10).saturating_add(digit.to_digit(10).unwrap_or(0) as usize);
        }
        number.min(MAX_WIDTH)
    };
    verb.width = number(&mut chars);
    if chars.next_if(|(_, c)| *c == '.').is_some() {
        verb.precision = Some(number(&mut chars));
    }
    let (at, letter) = chars.next().ok_or(INVALID)?;
    // Explicit positions (`%[2]s`) are rare enough not to be worth a second way to count.
    if letter == '[' {
        return Err(WhyCode::NotEvaluated);
    }
    verb.letter = letter;
    Ok((verb, text.get(at + letter.len_utf8()..).unwrap_or_default()))
}

impl Verb {
    fn apply(&self, value: &Value) -> Outcome<String> {
        let whole = || convert::number(value).and_then(|number| number.to_i64()).ok_or(INVALID);
        let text = match self.letter {
            's' | 'v' => match value {
                Value::Null | Value::List(_) | Value::Map(_) if self.letter == 'v' => super::json::text(value)?,
                _ => value.scalar_text().ok_or(INVALID)?.to_string(),
            },
            'q' => super::json::quoted(&value.scalar_text().ok_or(INVALID)?),
            't' => value.scalar_text().filter(|text| matches!(&**text, "true" | "false")).ok_or(INVALID)?.to_string(),
            'd' => convert::number(value).ok_or(INVALID)?.floor().to_string(),
            'x' => format!("{:x}", whole()?),
            'X' => format!("{:X}", whole()?),
            'o' => format!("{:o}", whole()?),
            'b' => format!("{:b}", whole()?),
            'f' => format!("{:.*}", self.precision.unwrap_or(6), convert::number(value).ok_or(INVALID)?.to_f64()),
            'e' | 'g' => return Err(WhyCode::NotEvaluated),
            _ => return Err(INVALID),
        };
        let text = match (self.letter, self.precision) {
            ('s', Some(longest)) => text.chars().take(longest).collect(),
            ('d' | 'f', _) if self.plus && !text.starts_with('-') => format!("+{text}"),
            _ => text,
        };
        Ok(self.padded(text))
    }

    fn padded(&self, text: String) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
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
