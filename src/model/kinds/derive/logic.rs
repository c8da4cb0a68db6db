//! Derivations that decide: presence, equality, membership, and lists put together.
//!
//! Called through the table in `derive`. It must not know what the values stand for.

use crate::model::kinds::eval::{Scope, is_empty_list};
use crate::model::kinds::grammar::{joined, normalized, same_key};
use crate::model::kinds::keys::equal;
use crate::model::value::{Attr, List, Unknown, Value, Why, WhyCode};

/// `present(value)`: whether there is one; an empty list is none.
pub fn present(arguments: &[Option<Attr>], scope: &Scope<'_>) -> Option<Attr> {
    let [value] = arguments else { return None };
    let Some(attr) = value else { return Some(Attr::new(Value::Bool(false), scope.head())) };
    let truth = match &attr.value {
        Value::OneOf(all) => {
            return joined(all.iter().map(|one| present(std::slice::from_ref(one), scope)).collect(), attr);
        }
        Value::Unknown(unknown) if unknown.may_be_absent => attr.value.clone(),
        Value::List(List { items, open: Some(why), .. }) if items.is_empty() => Value::unknown(why.clone()),
        _ => Value::Bool(!is_empty_list(attr)),
    };
    Some(Attr { value: truth, ..attr.clone() })
}

/// `given(value, expected, result)`: the result where the value is the expected one, absent where it is not.
pub fn given(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [value, expected, result] = arguments else { return None };
    result_if_equal(value.as_ref()?, expected.as_ref(), result.as_ref())
}

fn result_if_equal(value: &Attr, expected: Option<&Attr>, result: Option<&Attr>) -> Option<Attr> {
    if let Value::OneOf(all) = &value.value {
        return joined(all.iter().map(|one| result_if_equal(one.as_ref()?, expected, result)).collect(), value);
    }
    match (equal(Some(value), expected), &value.value) {
        (Some(true), _) => result.cloned(),
        (Some(false), _) => None,
        (None, Value::Unknown(_)) => Some(value.clone()),
        (None, _) => {
            let why = Why::new(WhyCode::UnknownCondition, "a value known in part", value.at);
            Some(Attr { value: Value::unknown(why), ..value.clone() })
        }
    }
}

/// `concat(a, b, …)`: the elements of all, in order; a scalar counts as one. Absent where all are.
pub fn concat(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let first = arguments.iter().flatten().next()?;
    let mut items = Vec::new();
    let mut open = None;
    for attr in arguments.iter().flatten() {
        match &attr.value {
            Value::List(list) => {
                items.extend(list.items.iter().cloned());
                open = open.or_else(|| list.open.clone());
            }
            Value::Unknown(unknown) => open = open.or_else(|| Some(unknown.why.clone())),
            _ => items.push(attr.clone()),
        }
    }
    Some(Attr { value: Value::List(List { items: items.into(), open, ..List::default() }), ..first.clone() })
}

/// `contains(list, word)`: whether the word is among the elements, in any spelling; absent where the list is.
pub fn contains(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(list), Some(word)] = arguments else { return None };
    let word = normalized(&word.value.scalar_text()?);
    membership(list, &word)
}

fn membership(list: &Attr, word: &str) -> Option<Attr> {
    let mut doubt: Option<Why> = None;
    let mut found = false;
    let mut look = |attr: &Attr| match (attr.value.scalar_text(), &attr.value) {
        (Some(text), _) => found |= same_key(word, &text),
        (None, Value::Unknown(unknown)) => doubt = Some(unknown.why.clone()),
        _ => doubt = Some(Why::new(WhyCode::NotEvaluated, "an element known in part", attr.at)),
    };
    match &list.value {
        Value::OneOf(all) => return joined(all.iter().map(|one| membership(one.as_ref()?, word)).collect(), list),
        Value::List(known) => {
            known.items.iter().for_each(&mut look);
            doubt = doubt.or_else(|| known.open.clone());
        }
        _ => look(list),
    }
    let value = match doubt {
        Some(why) if !found => Value::Unknown(Unknown { why, may_be_absent: false, refers_to: None }),
        _ => Value::Bool(found),
    };
    Some(Attr { value, ..list.clone() })
}

/// `without(value, word, …)`: the value, absent where it is one of the words; a list without the elements that are.
pub fn without(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let (value, words) = arguments.split_first()?;
    let words: Vec<Option<&Attr>> = words.iter().map(Option::as_ref).collect();
    without_words(value.as_ref()?, &words)
}

fn without_words(value: &Attr, words: &[Option<&Attr>]) -> Option<Attr> {
    match &value.value {
        Value::OneOf(all) => joined(all.iter().map(|one| without_words(one.as_ref()?, words)).collect(), value),
        Value::List(list) => {
            let items = list.items.iter().filter_map(|item| without_words(item, words)).collect();
            Some(Attr { value: Value::List(List { items, ..list.clone() }), ..value.clone() })
        }
        _ if words.iter().any(|word| equal(Some(value), *word) == Some(true)) => None,
        _ => Some(value.clone()),
    }
}
