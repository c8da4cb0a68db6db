//! JSON text from values and back, as Terraform writes it: no spaces, keys sorted, `<`, `>` and `&` escaped.

use super::{INVALID, Outcome};
use crate::input::terraform::run::MAX_STRING;
use crate::model::number::Number;
use crate::model::value::{Attr, Piece, Str, Unknown, Value, WhyCode};
use crate::source::Span;

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
                    if at > 0 {
                        self.text.push(',');
                    }
                    self.value(&item.value)?;
                }
                if let Some(why) = &list.open {
                    self.hole(Unknown { why: why.clone(), may_be_absent: false, refers_to: None });
                }
                self.text.push(']');
            }
            Value::Map(map) => {
                let mut entries: Vec<&(Str, Attr)> = map.entries.iter().collect();
                entries.sort_by_key(|(key, _)| Str::clone(key));
                self.text.push('{');
                for (at, (key, entry)) in entries.into_iter().enumerate() {
                    if at > 0 {
                        self.text.push(',');
                    }
                    self.text.push_str(&quoted(key));
                    self.text.push(':');
                    self.value(&entry.value)?;
                }
                if let Some(why) = &map.open {
                    self.hole(Unknown { why: why.clone(), may_be_absent: false, refers_to: None });
                }
                self.text.push('}');
            }
        }
        Ok(())
    }
}

/// A JSON document as a value whose parts all stand at `here`.
pub(super) fn parsed(text: &str, here: Span) -> Outcome<Value> {
    let document: serde_json::Value = serde_json::from_str(text).map_err(|_| INVALID)?;
    Ok(from_json(&document, here))
}

fn from_json(value: &serde_json::Value, here: Span) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => Number::parse(&number.to_string()).map_or(Value::Null, Value::number),
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => {
            Value::list(items.iter().map(|item| Attr::new(from_json(item, here), here)).collect::<Vec<_>>())
        }
        serde_json::Value::Object(entries) => {
            let entry = |(key, value): (&String, &serde_json::Value)| {
                (Str::from(key.as_str()), Attr::new(from_json(value, here), here))
            };
            Value::map(entries.iter().map(entry).collect::<Vec<_>>())
        }
    }
}
