//! Derivations over structures, also where they are written as the text of a JSON document.
//!
//! Called through the table in `derive`. It must not know what a document describes. Everything inside a text has the
//! place of the text.

use crate::model::kinds::eval::Scope;
use crate::model::kinds::grammar::{Step, Trail, joined, normalized, same_key, walk};
use crate::model::number::Number;
use crate::model::value::{Attr, Piece, Unknown, Value, Why, WhyCode};
use serde_json::Value as Json;

/// Stands before and after the number of a hole in the text of a document.
const MARK: char = '\u{1}';

/// `member(structure or JSON text, key)`: what stands under the key, in any spelling. Unknown where the text cannot be
/// read.
pub fn member(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(of), Some(key)] = arguments else { return None };
    under(of, &Step::Key(normalized(key.value.as_str()?)))
}

fn under(of: &Attr, key: &Step) -> Option<Attr> {
    let structure = match &of.value {
        Value::OneOf(all) => return joined(all.iter().map(|one| under(one.as_ref()?, key)).collect(), of),
        Value::String(text) => parsed(of, &[Piece::Known(text.clone())]),
        Value::Text(pieces) => parsed(of, pieces),
        _ => of.clone(),
    };
    walk(std::slice::from_ref(key), &structure, &mut Trail::default(), &mut |attr, _| Some(attr.clone()))
}

/// The document that a text spells. A hole inside a string makes a text known in part, any other an unknown value.
fn parsed(of: &Attr, pieces: &[Piece]) -> Attr {
    let mut text = String::new();
    let mut holes = Vec::new();
    let mut quoted = false;
    for piece in pieces {
        match piece {
            Piece::Known(known) => {
                let mut escaped = false;
                for c in known.chars() {
                    quoted ^= c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                }
                text.push_str(known);
            }
            Piece::Hole(unknown) => {
                let quote = if quoted { "" } else { "\"" };
                // As an escape: a JSON string holds no control character itself.
                text.push_str(&format!("{quote}\\u0001{}\\u0001{quote}", holes.len()));
                holes.push(unknown);
            }
        }
    }
    let value = match serde_json::from_str(&text) {
        Ok(json) => valued(&json, of, &holes),
        Err(_) => Value::unknown(Why::new(WhyCode::NotEvaluated, "a text that is not JSON", of.at)),
    };
    Attr { value, ..of.clone() }
}

fn valued(json: &Json, of: &Attr, holes: &[&Unknown]) -> Value {
    let inner = |json: &Json| Attr { value: valued(json, of, holes), key: None, ..of.clone() };
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => Number::parse(&number.to_string()).map_or(Value::Null, Value::number),
        Json::String(text) => {
            let pieces = text.split(MARK).enumerate().filter_map(|(at, part)| match at % 2 {
                0 => (!part.is_empty()).then(|| Piece::Known(part.into())),
                _ => part.parse().ok().and_then(|hole: usize| Some(Piece::Hole((*holes.get(hole)?).clone()))),
            });
            Value::from_pieces(pieces)
        }
        Json::Array(items) => Value::list(items.iter().map(inner)),
        Json::Object(entries) => Value::map(entries.iter().map(|(key, json)| (key.as_str().into(), inner(json)))),
    }
}

/// `pick(list, field, word, result)`: the result field of the first element whose field is the word.
pub fn pick(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(list), Some(field), Some(word), Some(result)] = arguments else { return None };
    let Value::List(all) = &list.value else {
        return matches!(list.value, Value::Unknown(_)).then(|| list.clone());
    };
    let word = normalized(word.value.as_str()?);
    for item in all.items.iter() {
        let found = under(item, &Step::Key(normalized(field.value.as_str()?)));
        match found.as_ref().map(|attr| (attr.value.scalar_text(), attr)) {
            Some((Some(text), _)) if same_key(&word, &text) => {
                return under(item, &Step::Key(normalized(result.value.as_str()?)));
            }
            Some((None, unknown)) => {
                let why = Why::new(WhyCode::NotEvaluated, "an element known in part", unknown.at);
                return Some(Attr { value: Value::unknown(why), ..unknown.clone() });
            }
            _ => {}
        }
    }
    let why = all.open.clone()?;
    Some(Attr { value: Value::unknown(why), ..list.clone() })
}
