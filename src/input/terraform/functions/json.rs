//! JSON text from values and back, as Terraform writes it: no spaces, keys sorted, `<`, `>` and `&` escaped.

use super::Outcome;
use crate::input::terraform::eval::for_expr::by_key;
use crate::input::terraform::run::MAX_STRING;
use crate::model::value::{Piece, Unknown, Value, Why, WhyCode};

/// The pieces of a value's JSON text; unknown parts are holes.
pub(super) fn pieces(value: &Value) -> Outcome<Vec<Piece>> {
    let mut writer = Writer { pieces: Vec::new(), text: String::new(), bytes: 0 };
    writer.value(value)?;
    writer.flush();
    Ok(writer.pieces)
}

/// The JSON text of a value known in full.
pub(super) fn text(value: &Value) -> Outcome<String> {
    match Value::from_pieces(pieces(value)?) {
        Value::String(text) => Ok(text.to_string()),
        _ => Err(WhyCode::UnknownCondition),
    }
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    let plain = serde_json::Value::from(text).to_string();
    let plain = plain.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    plain.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

struct Writer {
    pieces: Vec<Piece>,
    text: String,
    bytes: usize,
}

impl Writer {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.bytes += self.text.len();
            self.pieces.push(Piece::Known(std::mem::take(&mut self.text).into()));
        }
    }

    fn hole(&mut self, unknown: Unknown) {
        self.flush();
        self.bytes += 1;
        self.pieces.push(Piece::Hole(Unknown { may_be_absent: false, ..unknown }));
    }

    /// What stands before an element: a comma, or others that are not known.
    fn between(&mut self, at: usize, open: Option<&Why>) {
        match open {
            Some(why) => self.further(why),
            None if at > 0 => self.text.push(','),
            None => {}
        }
    }

    /// Elements that are not known.
    fn further(&mut self, why: &Why) {
        self.hole(Unknown { why: why.clone(), may_be_absent: false, refers_to: None });
    }

    fn value(&mut self, value: &Value) -> Outcome<()> {
        if self.bytes + self.text.len() > MAX_STRING {
            return Err(WhyCode::LimitReached);
        }
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(_) | Value::Number(_) => self.text.push_str(&value.scalar_text().unwrap_or_default()),
            Value::String(text) => self.text.push_str(&quoted(text)),
            Value::Text(pieces) => {
                self.text.push('"');
                for piece in pieces.iter() {
                    match piece {
                        Piece::Known(text) => self.text.push_str(quoted(text).trim_matches('"')),
                        Piece::Hole(hole) => self.hole(hole.clone()),
                    }
                }
                self.text.push('"');
            }
            Value::Unknown(unknown) => self.hole(unknown.clone()),
            Value::OneOf(_) => return Err(WhyCode::UnknownCondition),
            Value::List(list) => {
                self.text.push('[');
                for (at, item) in list.items.iter().enumerate() {
                    self.between(at, list.open.as_ref());
                    self.value(&item.value)?;
                }
                list.open.iter().for_each(|why| self.further(why));
                self.text.push(']');
            }
            Value::Map(map) => {
                self.text.push('{');
                for (at, (key, entry)) in by_key(map).into_iter().enumerate() {
                    self.between(at, map.open.as_ref());
                    self.text.push_str(&quoted(key));
                    self.text.push(':');
                    self.value(&entry.value)?;
                }
                map.open.iter().for_each(|why| self.further(why));
                self.text.push('}');
            }
        }
        Ok(())
    }
}
