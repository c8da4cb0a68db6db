//! Derivations of text: parts of a composed id, options of a command, products of alternatives.
//!
//! Called through the table in `derive`. It must not know what a text stands for.

use crate::model::kinds::convert::not_read;
use crate::model::kinds::eval::Scope;
use crate::model::kinds::grammar::joined;
use crate::model::value::{Attr, List, MAX_ALTERNATIVES, Piece, Unknown, Value, Why, WhyCode};

/// `part(text, separator, position)`: what stands between two separators, also in a text known in part. Holes are
/// taken to hold no separator: they are names. Of a list, that of each element. Absent where there are fewer parts.
pub fn part(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(text), Some(separator), Some(position)] = arguments else { return None };
    let separator = separator.value.as_str()?;
    let position = usize::try_from(position.value.as_number()?.to_i64()?).ok()?;
    cut(text, separator, position)
}

fn cut(text: &Attr, separator: &str, position: usize) -> Option<Attr> {
    let value = match &text.value {
        Value::String(known) => Value::string(known.split(separator).nth(position)?),
        Value::Text(pieces) => {
            let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
            for piece in pieces.iter() {
                let Piece::Known(known) = piece else {
                    parts.last_mut()?.push(piece.clone());
                    continue;
                };
                for (n, bit) in known.split(separator).enumerate() {
                    if n > 0 {
                        parts.push(Vec::new());
                    }
                    parts.last_mut()?.push(Piece::Known(bit.into()));
                }
            }
            Value::from_pieces(parts.into_iter().nth(position)?)
        }
        Value::OneOf(all) => {
            return joined(all.iter().map(|one| cut(one.as_ref()?, separator, position)).collect(), text);
        }
        Value::List(list) => {
            let items = list.items.iter().filter_map(|item| cut(item, separator, position)).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        Value::Unknown(unknown) => Value::Unknown(Unknown { refers_to: None, ..unknown.clone() }),
        _ => return Some(not_read(text)),
    };
    Some(Attr { value, ..text.clone() })
}

/// `option(words, name, …)`: what follows an option among the words of a command, as the next word or behind `=`, also
/// within a word that is a line of the shell. Absent where none of the names stands there; unknown where one may, or
/// where it is said more than once.
pub fn option(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let (words, names) = arguments.split_first()?;
    let words = words.as_ref()?;
    let names: Vec<&str> = names.iter().flatten().filter_map(|name| name.value.as_str()).collect();
    let (items, open) = match &words.value {
        Value::List(list) => (&list.items[..], list.open.clone()),
        _ => (std::slice::from_ref(words), None),
    };
    let mut tokens: Vec<(&Attr, Option<String>)> = Vec::new();
    for item in items {
        match item.value.scalar_text() {
            Some(text) => {
                let parts = text.split_whitespace().map(|part| part.trim_matches(['"', '\'']).to_owned());
                tokens.extend(parts.filter(|part| part != "\\").map(|part| (item, Some(part))));
            }
            None => tokens.push((item, None)),
        }
    }
    let unknown = |why: Why| Some(Attr { value: Value::unknown(why), ..words.clone() });
    let said = tokens.iter().enumerate().filter_map(|(at, (item, token))| {
        let (name, value) = token.as_ref()?.split_once('=').map_or((token.as_deref()?, None), |(a, b)| (a, Some(b)));
        let text = |of: &Attr, text: &str| Attr { value: Value::string(text), ..of.clone() };
        let next = || tokens.get(at + 1).map(|(of, next)| next.as_ref().map_or((*of).clone(), |next| text(of, next)));
        names.contains(&name).then(|| value.map(|value| text(item, value)).or_else(next))
    });
    match said.flatten().collect::<Vec<_>>().as_slice() {
        [only] => Some(only.clone()),
        [] => match tokens.iter().find(|(_, token)| token.is_none()) {
            Some((item, _)) => Some(not_read(item)),
            None => open.and_then(unknown),
        },
        [first, ..] => unknown(Why::new(WhyCode::NotEvaluated, "an option that is given more than once", first.at)),
    }
}

/// `product(a, b, …)`: every concatenation of one alternative of each argument (a list's elements, or a scalar). An
/// argument that is absent is an unknown piece; absent as a whole where the first is.
pub fn product(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let first = arguments.first()?.as_ref()?;
    let mut all: Vec<Vec<Piece>> = vec![Vec::new()];
    for argument in arguments {
        let choices = choices(argument.as_ref());
        all = all.iter().flat_map(|head| choices.iter().map(|tail| [&head[..], tail].concat())).collect();
        if all.len() > MAX_ALTERNATIVES {
            let why = Why::new(WhyCode::LimitReached, "one of many combinations", first.at);
            return Some(Attr { value: Value::unknown(why), ..first.clone() });
        }
    }
    let texts = all.into_iter().map(|pieces| Some(Attr { value: Value::from_pieces(pieces), ..first.clone() }));
    joined(texts.collect(), first)
}

fn choices(argument: Option<&Attr>) -> Vec<Vec<Piece>> {
    let hole = |why: Why| vec![Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })];
    let Some(attr) = argument else { return vec![hole(Why::new(WhyCode::NotEvaluated, "*", None))] };
    match &attr.value {
        Value::List(list) => {
            let known = list.items.iter().flat_map(|item| choices(Some(item)));
            known.chain(list.open.clone().map(hole)).collect()
        }
        Value::OneOf(all) => all.iter().flat_map(|one| choices(one.as_ref())).collect(),
        Value::Text(pieces) => vec![pieces.to_vec()],
        Value::Unknown(unknown) => vec![hole(unknown.why.clone())],
        scalar => match scalar.scalar_text() {
            Some(text) => vec![vec![Piece::Known(text)]],
            None => vec![hole(Why::new(WhyCode::NotEvaluated, "a value of another type", attr.at))],
        },
    }
}
