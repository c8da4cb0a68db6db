//! Values as far as they are known, each with its place and origin.
//!
//! Built by frontends, lifted by [`crate::model::kinds`], read by conditions and messages. It must not know any
//! file format, cloud or rule.

use super::made::Made;
use super::number::Number;
pub use super::origin::{Origin, Step, Via};
pub use super::why::{ResourceRef, Unknown, Why, WhyCode};
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::Arc;

/// A shared immutable string.
pub type Str = Arc<str>;

/// Alternatives beyond which a value is simply unknown.
pub const MAX_ALTERNATIVES: usize = 8;

/// A value at a place. Every list element and map value is one too.
#[derive(Clone, Debug)]
pub struct Attr {
    /// What is known of the value.
    pub value: Value,
    /// The key or attribute name, or a block's header, where there is one.
    pub key: Option<Span>,
    /// The expression or block that gives the value to this attribute.
    pub at: Span,
    /// Where the value came from, if not from `at` itself.
    pub origin: Origin,
    /// Flows into conditions but is never printed, neither in messages nor in code frames.
    pub sensitive: bool,
    /// Of a text that may be a document: what it was made of.
    pub made: Option<Arc<Made>>,
}

/// What is known of a value. `null` and `AWS::NoValue` are absent and never get here from a frontend, except
/// inside collections where they hold a position.
#[derive(Clone, Debug)]
pub enum Value {
    /// An explicit null inside a collection.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number; `Scalar::raw` keeps the text of a literal.
    Number(Scalar),
    /// A string known in full.
    String(Str),
    /// An ordered collection.
    List(List),
    /// A map, an object or a block body.
    Map(Map),
    /// A string known in part. Never all known and never a single hole: see [`Value::from_pieces`].
    Text(Arc<[Piece]>),
    /// One of these, at most [`MAX_ALTERNATIVES`]; `None` stands for absent. See [`Value::one_of`].
    OneOf(Arc<Alternatives>),
    /// Not known.
    Unknown(Unknown),
}

/// What a value may be, and what decides which of them it is.
#[derive(Clone, Debug)]
pub struct Alternatives {
    all: Box<[Option<Attr>]>,
    /// What is not known.
    pub why: Why,
}

impl Deref for Alternatives {
    type Target = [Option<Attr>];

    fn deref(&self) -> &[Option<Attr>] {
        &self.all
    }
}

impl Alternatives {
    /// The same choice of each alternative changed.
    pub fn map(&self, mut f: impl FnMut(&Attr) -> Attr) -> Value {
        let all = self.all.iter().map(|one| one.as_ref().map(&mut f)).collect();
        Value::OneOf(Arc::new(Alternatives { all, why: self.why.clone() }))
    }
}

/// A number with the text it was written as: an account id `012345678901` prints as written.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The exact value.
    pub number: Number,
    /// The literal, where the number was written as one and prints differently.
    pub raw: Option<Str>,
}

impl From<Number> for Scalar {
    fn from(number: Number) -> Scalar {
        Scalar { number, raw: None }
    }
}

/// A list, possibly with more elements than are known.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The known elements in order.
    pub items: Arc<[Attr]>,
    /// Set if further elements may exist.
    pub open: Option<Why>,
    /// Its type, in languages that tell kinds of lists apart.
    pub kind: ListKind,
}

/// Types of lists: values of different types are never equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKind {
    /// Each element has a type of its own: what is written.
    #[default]
    Tuple,
    /// All elements have one type.
    List,
    /// All elements have one type, and none is there twice.
    Set,
}

/// A map, possibly with more keys than are known.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Known entries in source order, keys as written.
    pub entries: Arc<[(Str, Attr)]>,
    /// Set if further keys may exist: `merge(var.tags, …)`, a dynamic block over an unknown.
    pub open: Option<Why>,
    /// Its type, in languages that tell kinds of maps apart.
    pub kind: MapKind,
}

/// Types of maps: values of different types are never equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MapKind {
    /// Each entry has a type of its own: what is written, a block.
    #[default]
    Object,
    /// All entries have one type.
    Map,
}

impl Map {
    /// The entry with exactly this key.
    pub fn get(&self, key: &str) -> Option<&Attr> {
        self.entries.iter().find(|(name, _)| &**name == key).map(|(_, attr)| attr)
    }

    /// One map of several, one of which it is: under each key is one of what they have there.
    pub fn one_of(maps: &[&Map], why: &Why) -> Map {
        let index = |map: &'_ Map| -> HashMap<Str, Attr> { map.entries.iter().rev().cloned().collect() };
        let known: Vec<(HashMap<Str, Attr>, &Option<Why>)> = maps.iter().map(|map| (index(map), &map.open)).collect();
        let mut seen = HashSet::new();
        let all = maps.iter().flat_map(|map| map.entries.iter()).filter(|(key, _)| seen.insert(Arc::clone(key)));
        let entries = all.map(|(key, first)| {
            let choice = |(map, open): &(HashMap<Str, Attr>, &Option<Why>)| match (map.get(key), open) {
                (None, Some(why)) => Some(Attr::unknown(why.clone(), first.at)),
                (found, _) => found.cloned(),
            };
            let choices: Vec<Option<Attr>> = known.iter().map(choice).collect();
            let value = Value::merged(&choices, why).unwrap_or_else(|| Value::one_of(choices, why.clone()));
            (Arc::clone(key), Attr { value, ..first.clone() })
        });
        Map { entries: entries.collect(), open: maps.iter().find_map(|map| map.open.clone()), ..Map::default() }
    }
}

/// Part of a string.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known text.
    Known(Str),
    /// Unknown text, possibly empty.
    Hole(Unknown),
}

impl Piece {
    /// Text that is not known for a reason.
    pub fn hole(why: Why) -> Piece {
        Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
    }
}

impl Attr {
    /// A value written at a place.
    pub fn new(value: Value, at: Span) -> Attr {
        Attr { value, key: None, at, origin: Origin::default(), sensitive: false, made: None }
    }

    /// Something not known at a place.
    pub fn unknown(why: Why, at: Span) -> Attr {
        Attr::new(Value::unknown(why), at)
    }

    /// The same value seen from another place: `at` becomes the new place and the old one a step of the origin.
    pub fn passed(&self, via: Via, at: Span) -> Attr {
        let here = Origin { steps: Arc::from([Step { via, at: self.at }]) };
        Attr {
            value: self.value.clone(),
            key: self.key,
            at,
            origin: here.join(&self.origin),
            sensitive: self.sensitive,
            made: self.made.clone(),
        }
    }

    /// What decides which it is, where it is one of several.
    pub fn decided_by(&self) -> Why {
        match &self.value {
            Value::OneOf(all) => all.why.clone(),
            _ => Why::new(WhyCode::UnknownCondition, "one of several values", self.at),
        }
    }

    /// The literal places that made this value: the last step of its origin, or `at` itself.
    pub fn decided_at(&self) -> Span {
        self.origin.steps.last().map_or(self.at, |step| step.at)
    }
}

impl Value {
    /// A string known in full.
    pub fn string(text: impl Into<Str>) -> Value {
        Value::String(text.into())
    }

    /// A number.
    pub fn number(number: Number) -> Value {
        Value::Number(number.into())
    }

    /// Not known; may turn out absent.
    pub fn unknown(why: Why) -> Value {
        Value::Unknown(Unknown { why, may_be_absent: true, refers_to: None })
    }

    /// A list with all its elements.
    pub fn list(items: impl IntoIterator<Item = Attr>) -> Value {
        Value::List(List { items: items.into_iter().collect(), ..List::default() })
    }

    /// A map with all its entries.
    pub fn map(entries: impl IntoIterator<Item = (Str, Attr)>) -> Value {
        Value::Map(Map { entries: entries.into_iter().collect(), ..Map::default() })
    }

    /// A string from pieces in its simplest form: neighbours joined, a `String` where all is known, the hole itself
    /// where it is alone.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Value {
        let mut merged: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (merged.last_mut(), piece) {
                (_, Piece::Known(text)) if text.is_empty() => {}
                (Some(Piece::Known(before)), Piece::Known(text)) => *before = format!("{before}{text}").into(),
                (_, piece) => merged.push(piece),
            }
        }
        match merged.as_slice() {
            [] => Value::string(""),
            [Piece::Known(text)] => Value::String(Arc::clone(text)),
            [Piece::Hole(unknown)] => Value::Unknown(unknown.clone()),
            _ => Value::Text(merged.into()),
        }
    }

    /// One of several attributes in the simplest form: nested alternatives flattened, equal scalars once, a single
    /// one as itself, too many as unknown for `why`.
    pub fn one_of(alternatives: impl IntoIterator<Item = Option<Attr>>, why: Why) -> Value {
        let mut flat: Vec<Option<Attr>> = Vec::new();
        for alternative in alternatives {
            match alternative {
                Some(Attr { value: Value::OneOf(inner), .. }) => {
                    inner.iter().for_each(|one| push_distinct(&mut flat, one.clone()));
                }
                other => push_distinct(&mut flat, other),
            }
        }
        match flat.as_slice() {
            [Some(only)] => only.value.clone(),
            [] => Value::unknown(why),
            all if all.len() > MAX_ALTERNATIVES => Value::unknown(why),
            _ => Value::OneOf(Arc::new(Alternatives { all: flat.into(), why })),
        }
    }

    /// One map of alternatives that are all maps.
    pub fn merged(alternatives: &[Option<Attr>], why: &Why) -> Option<Value> {
        let map = |attr: &'_ Option<Attr>| match attr.as_ref().map(|attr| &attr.value) {
            Some(Value::Map(map)) => Some(map.clone()),
            _ => None,
        };
        let maps: Vec<Map> = alternatives.iter().map(map).collect::<Option<_>>()?;
        Some(Value::Map(Map::one_of(&maps.iter().collect::<Vec<_>>(), why)))
    }

    /// The string, where it is one and known in full.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is known.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(scalar) => Some(&scalar.number),
            _ => None,
        }
    }

    /// The text of a scalar as a template would print it; a number prints as it was written.
    pub fn scalar_text(&self) -> Option<Str> {
        match self {
            Value::String(text) => Some(Arc::clone(text)),
            Value::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
            Value::Number(scalar) => Some(match &scalar.raw {
                Some(raw) => Arc::clone(raw),
                None => scalar.number.to_string().into(),
            }),
            _ => None,
        }
    }

    /// Whether two scalars are known and equal, numbers by value.
    pub fn same_scalar(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.number == b.number,
            (Value::String(a), Value::String(b)) => a == b,
            _ => false,
        }
    }
}

fn push_distinct(flat: &mut Vec<Option<Attr>>, one: Option<Attr>) {
    let seen = flat.iter().any(|have| match (have, &one) {
        (None, None) => true,
        (Some(a), Some(b)) => a.value.same_scalar(&b.value),
        _ => false,
    });
    if !seen {
        flat.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn at() -> Span {
        Span::new(SourceMap::new().add("x", "x"), 0..1)
    }

    fn hole() -> Piece {
        let why = Why::new(WhyCode::VariableWithoutDefault, "var.x", None);
        Piece::Hole(Unknown { why, may_be_absent: false, refers_to: None })
    }

    #[test]
    fn pieces_take_their_simplest_form() {
        let known = |text: &str| Piece::Known(text.into());
        assert_eq!(Value::from_pieces([known("a"), known(""), known("b")]).as_str(), Some("ab"));
        assert!(matches!(Value::from_pieces([hole()]), Value::Unknown(_)));
        let Value::Text(pieces) = Value::from_pieces([known("a"), hole(), known("b"), known("c")]) else { panic!() };
        assert_eq!(pieces.len(), 3);
    }

    #[test]
    fn alternatives_are_flat_distinct_and_bounded() {
        let why = || Why::new(WhyCode::UnknownCondition, "c", None);
        let text = |text: &str| Some(Attr::new(Value::string(text), at()));
        assert_eq!(Value::one_of([text("a"), text("a")], why()).as_str(), Some("a"));
        let pair = Value::one_of([text("a"), None], why());
        let Value::OneOf(nested) = Value::one_of([Some(Attr::new(pair, at())), text("b")], why()) else { panic!() };
        assert_eq!(nested.len(), 3);
        let many = (0..9).map(|n| text(&n.to_string()));
        assert!(matches!(Value::one_of(many, why()), Value::Unknown(_)));
    }

    #[test]
    fn raw_text_of_numbers_survives() {
        let account = Scalar { number: Number::from(12_345_678_901), raw: Some("012345678901".into()) };
        assert_eq!(Value::Number(account).scalar_text().unwrap().as_ref(), "012345678901");
    }
}
