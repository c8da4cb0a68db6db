//! YAML text from values and back, in the block style that Terraform writes.

use super::{INVALID, Outcome, json};
use crate::input::terraform::eval::for_expr::by_key;
use crate::input::terraform::run::MAX_STRING;
use crate::model::number::Number;
use crate::model::value::{Attr, Piece, Unknown, Value, WhyCode};
use crate::source::Span;

/// The pieces of a value's YAML text; unknown parts are holes.
pub(super) fn pieces(value: &Value) -> Outcome<Vec<Piece>> {
    let mut out = Vec::new();
    write(value, 0, &mut out)?;
    Ok(out)
}

fn push(out: &mut Vec<Piece>, text: &str) -> Outcome<()> {
    // Each part is short, so counting parts bounds the whole.
    if out.len() > MAX_STRING / 16 {
        return Err(WhyCode::LimitReached);
    }
    out.push(Piece::Known(text.into()));
    Ok(())
}

/// Writes a value whose first line continues the current one.
fn write(value: &Value, indent: usize, out: &mut Vec<Piece>) -> Outcome<()> {
    let pad = " ".repeat(indent);
    match value {
        Value::List(list) if !list.items.is_empty() || list.open.is_some() => {
            for (at, item) in list.items.iter().enumerate() {
                push(out, &format!("{}- ", if at > 0 { pad.as_str() } else { "" }))?;
                write(&item.value, indent + 2, out)?;
            }
            list.open.iter().for_each(|why| out.push(hole(why.clone())));
            Ok(())
        }
        Value::Map(map) if !map.entries.is_empty() || map.open.is_some() => {
            for (at, (key, entry)) in by_key(map).into_iter().enumerate() {
                push(out, &format!("{}{}:", if at > 0 { pad.as_str() } else { "" }, json::quoted(key)))?;
                match &entry.value {
                    Value::Map(inner) if !inner.entries.is_empty() => {
                        push(out, &format!("\n{pad}  "))?;
                        write(&entry.value, indent + 2, out)?;
                    }
                    Value::List(inner) if !inner.items.is_empty() => {
                        push(out, &format!("\n{pad}"))?;
                        write(&entry.value, indent, out)?;
                    }
                    other => {
                        push(out, " ")?;
                        write(other, indent + 2, out)?;
                    }
                }
            }
            map.open.iter().for_each(|why| out.push(hole(why.clone())));
            Ok(())
        }
        scalar => {
            out.extend(json::pieces(scalar)?);
            push(out, "\n")
        }
    }
}

fn hole(why: crate::model::value::Why) -> Piece {
    Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
}

/// A YAML document as a value whose parts all stand at `here`.
pub(super) fn parsed(text: &str, here: Span) -> Outcome<Value> {
    let document: serde_yaml::Value = serde_yaml::from_str(text).map_err(|_| INVALID)?;
    from_yaml(&document, here)
}

fn from_yaml(value: &serde_yaml::Value, here: Span) -> Outcome<Value> {
    Ok(match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(truth) => Value::Bool(*truth),
        serde_yaml::Value::Number(number) => Number::parse(&number.to_string()).map_or(Value::Null, Value::number),
        serde_yaml::Value::String(text) => Value::string(text.as_str()),
        serde_yaml::Value::Sequence(items) => {
            let item = |item| Ok(Attr::new(from_yaml(item, here)?, here));
            Value::list(items.iter().map(item).collect::<Outcome<Vec<_>>>()?)
        }
        serde_yaml::Value::Mapping(entries) => {
            let entry = |(key, value): (&serde_yaml::Value, &serde_yaml::Value)| {
                let key = from_yaml(key, here)?.scalar_text().ok_or(INVALID)?;
                Ok((key, Attr::new(from_yaml(value, here)?, here)))
            };
            Value::map(entries.iter().map(entry).collect::<Outcome<Vec<_>>>()?)
        }
        serde_yaml::Value::Tagged(_) => return Err(INVALID),
    })
}
