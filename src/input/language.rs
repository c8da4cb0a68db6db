//! Documents whose language is more than data: `{"Get": "…"}` in a pipeline, `"name.$": "…"` in a state machine.
//!
//! Called by the frontends of such languages, for documents of files and for those that resources hold. It must not
//! know any of the languages.

use super::placeholder;
use crate::model::value::{Attr, List, Map, Str, Value, Why, WhyCode};
use std::cell::Cell;

/// Values read in one document; an alias counts as often as it is used.
const MAX_VALUES: usize = 50_000;

/// What a language makes of the values of its documents.
pub trait Language {
    /// What a value means, where it is more than data.
    fn special(&self, attr: &Attr) -> Option<Attr>;

    /// The name and the value of a member, where they are not those that are written.
    fn member(&self, _name: &Str, _attr: &Attr) -> Option<(Str, Attr)> {
        None
    }

    /// What is left to be spent on the document.
    fn budget(&self) -> &Budget;
}

/// Values that may still be read in a document.
pub struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Cell::new(MAX_VALUES))
    }
}

impl Budget {
    /// Takes one value; false where none is left.
    pub fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

/// A value as the language means it. Placeholders in its texts are not known.
pub fn read(attr: &Attr, language: &dyn Language) -> Attr {
    if !language.budget().take() {
        return Attr { value: Value::unknown(Why::new(WhyCode::LimitReached, "document", attr.at)), ..attr.clone() };
    }
    if let Some(special) = language.special(attr) {
        return Attr { key: attr.key, ..special };
    }
    let value = match &attr.value {
        Value::String(text) => match placeholder::in_text(text, attr.at) {
            Some(value) => value,
            None => return attr.clone(),
        },
        Value::List(list) => {
            let items = list.items.iter().map(|item| read(item, language)).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        Value::Map(map) => {
            let entry = |(name, attr): &(Str, Attr)| {
                language.member(name, attr).unwrap_or_else(|| (name.clone(), read(attr, language)))
            };
            Value::Map(Map { entries: map.entries.iter().map(entry).collect(), open: map.open.clone(), kind: map.kind })
        }
        Value::OneOf(all) => all.map(|one| read(one, language)),
        _ => return attr.clone(),
    };
    Attr { value, ..attr.clone() }
}

/// A member of a map, by its exact name.
pub fn member<'a>(attr: &'a Attr, name: &str) -> Option<&'a Attr> {
    match &attr.value {
        Value::Map(map) => map.get(name),
        _ => None,
    }
}

/// A member of a map that is a text known in full.
pub fn text<'a>(attr: &'a Attr, name: &str) -> Option<&'a str> {
    member(attr, name)?.value.as_str()
}

/// The members of a map in order.
pub fn members(attr: Option<&Attr>) -> &[(Str, Attr)] {
    match attr.map(|attr| &attr.value) {
        Some(Value::Map(map)) => &map.entries,
        _ => &[],
    }
}

/// The elements of a list.
pub fn items(attr: Option<&Attr>) -> &[Attr] {
    match attr.map(|attr| &attr.value) {
        Some(Value::List(list)) => &list.items,
        _ => &[],
    }
}
