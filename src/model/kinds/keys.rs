//! The keys of joins: what a value points at, and whether two values known in part may be equal.
//!
//! Called by `links`. It must not know kinds.

use crate::model::native::{Exists, Native};
use crate::model::value::{Attr, List, Piece, ResourceRef, Str, Unknown, Value, Why, WhyCode};
use std::sync::Arc;

/// What one value points at.
#[derive(Clone, Debug)]
pub enum Form {
    /// A resource of the project; with the text as written, as below.
    Reference(Arc<ResourceRef>, Str),
    /// Whatever has this name.
    Literal(Str),
    /// Not known; with the text as written, by which equal expressions are recognised.
    Loose(Why, Str),
}

/// A value that points, and whether it certainly is the value (false among alternatives).
#[derive(Clone, Debug)]
pub struct Key {
    /// The value.
    pub attr: Attr,
    /// What it points at.
    pub form: Form,
    /// It is the only alternative.
    pub certain: bool,
    /// Attributes of the edge.
    pub edge: Box<[Option<Attr>]>,
}

/// The keys in an attribute: one, or one per element of a list, in `field` where elements are records.
pub fn keys(attr: &Attr, field: Option<&Str>, edge: &[Str]) -> Vec<Key> {
    let mut all = Vec::new();
    collect(attr, field, edge, true, &mut all);
    all
}

fn collect(attr: &Attr, field: Option<&Str>, edge: &[Str], certain: bool, all: &mut Vec<Key>) {
    match &attr.value {
        Value::List(List { items, open, .. }) => {
            items.iter().for_each(|item| collect(item, field, edge, certain, all));
            all.extend(open.iter().map(|why| loose(attr, why, certain, edge.len())));
        }
        Value::OneOf(alternatives) => {
            alternatives.iter().flatten().for_each(|one| collect(one, field, edge, false, all));
        }
        Value::Map(map) => {
            let Some(key) = field.and_then(|field| map.get(field)) else { return };
            let first = all.len();
            collect(key, None, &[], certain, all);
            let attributes: Box<[_]> = edge.iter().map(|name| map.get(name).cloned()).collect();
            all.iter_mut().skip(first).for_each(|key| key.edge = attributes.clone());
        }
        _ => {
            let edge = vec![None; edge.len()].into();
            all.extend(form(&attr.value).map(|form| Key { attr: attr.clone(), form, certain, edge }));
        }
    }
}

fn loose(attr: &Attr, why: &Why, certain: bool, edges: usize) -> Key {
    let attr = Attr { value: Value::unknown(why.clone()), ..attr.clone() };
    Key { attr, form: Form::Loose(why.clone(), "".into()), certain, edge: vec![None; edges].into() }
}

/// What a scalar points at; `None` for what cannot point.
pub fn form(value: &Value) -> Option<Form> {
    match value {
        Value::Unknown(unknown) => {
            let shape = shape(&[Piece::Hole(unknown.clone())]);
            Some(match reference(unknown) {
                Some(target) => Form::Reference(Arc::clone(target), shape),
                None => Form::Loose(unknown.why.clone(), shape),
            })
        }
        Value::Text(pieces) => {
            let holes =
                || pieces.iter().filter_map(|piece| if let Piece::Hole(hole) = piece { Some(hole) } else { None });
            match holes().find_map(reference) {
                Some(target) => Some(Form::Reference(Arc::clone(target), shape(pieces))),
                None => Some(Form::Loose(holes().next()?.why.clone(), shape(pieces))),
            }
        }
        scalar => scalar.scalar_text().map(Form::Literal),
    }
}

/// The resource of the project that an unknown is an attribute of. What is looked up at deployment is none.
fn reference(unknown: &Unknown) -> Option<&Arc<ResourceRef>> {
    unknown.refers_to.as_ref().filter(|_| !is_looked_up(unknown))
}

fn is_looked_up(unknown: &Unknown) -> bool {
    let is_data = |target: &Arc<ResourceRef>| target.address.split('.').rev().nth(2) == Some("data");
    unknown.why.code == WhyCode::LookedUpAtDeployment || unknown.refers_to.as_ref().is_some_and(is_data)
}

/// The resource that is looked up and that a value names.
pub fn looked_up(value: &Value) -> Option<&ResourceRef> {
    let mut holes: Box<dyn Iterator<Item = &Unknown>> = match value {
        Value::Unknown(unknown) => Box::new(std::iter::once(unknown)),
        Value::Text(pieces) => Box::new(pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(unknown) => Some(unknown),
            Piece::Known(_) => None,
        })),
        _ => return None,
    };
    let found = holes.find(|hole| is_looked_up(hole))?.refers_to.as_deref()?;
    meaning(&found.attribute).is_empty().then_some(found)
}

/// A text known in part, as one key: equal expressions have equal shapes. Empty where two evaluations may differ.
fn shape(pieces: &[Piece]) -> Str {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Known(known) => text.push_str(known),
            Piece::Hole(unknown) => match (reference(unknown), &unknown.why) {
                (Some(target), _) => {
                    let ResourceRef { scope, address, instance, .. } = &**target;
                    let instance = instance.as_deref().unwrap_or_default();
                    text.push_str(&format!("\0{scope}\0{address}\0{instance}\0{}\0", meaning(&target.attribute)));
                }
                (None, why) if same_everywhere(why) => text.push_str(&format!("\0{}\0", why.what)),
                (None, _) => return "".into(),
            },
        }
    }
    text.into()
}

/// The attribute asked for; nothing for those that only say which resource is meant.
fn meaning(attribute: &str) -> &str {
    let lower = attribute.to_ascii_lowercase();
    let identifies = ["id", "name", "arn"].iter().any(|ending| lower.ends_with(ending));
    if identifies { "" } else { attribute }
}

fn same_everywhere(why: &Why) -> bool {
    matches!(why.code, WhyCode::VariableWithoutDefault | WhyCode::LookedUpAtDeployment) && !why.what.is_empty()
}

/// Whether two values may turn out equal: `Some` where that is certain.
pub fn equal(a: Option<&Attr>, b: Option<&Attr>) -> Option<bool> {
    match (&a?.value, &b?.value) {
        (Value::Text(pieces), other) | (other, Value::Text(pieces)) => match other.scalar_text() {
            Some(text) if !may_be(pieces, &text) => Some(false),
            _ => None,
        },
        (a, b) => match (a.scalar_text(), b.scalar_text()) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        },
    }
}

/// Whether a text known in part may be this text.
pub fn may_be(pieces: &[Piece], text: &str) -> bool {
    let mut rest = text;
    let last = pieces.len().saturating_sub(1);
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Known(known) = piece else { continue };
        if at == 0 {
            let Some(after) = rest.strip_prefix(&**known) else { return false };
            rest = after;
        } else if at == last {
            return rest.ends_with(&**known);
        } else {
            let Some((_, after)) = rest.split_once(&**known) else { return false };
            rest = after;
        }
    }
    true
}

/// Whether two texts known in part may be equal where equal expressions have equal values: what they begin and end with
/// alike is left aside, and the rest must not differ in what is known.
pub fn may_agree(a: &[Piece], b: &[Piece]) -> bool {
    let (a, b) = (parts(a), parts(b));
    let alike = a.iter().zip(&b).take_while(|(a, b)| a.is_same(b)).count();
    let (a, b) = (a.get(alike..).unwrap_or_default(), b.get(alike..).unwrap_or_default());
    let alike = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a.is_same(b)).count();
    let (a, b) = (a.get(..a.len() - alike).unwrap_or_default(), b.get(..b.len() - alike).unwrap_or_default());
    let differ = |a: Option<&Part>, b: Option<&Part>| matches!((a, b), (Some(Part::Known(_)), Some(Part::Known(_))));
    let has_known = |rest: &[Part]| rest.iter().any(|part| matches!(part, Part::Known(_)));
    match (a, b) {
        ([], rest) | (rest, []) => !has_known(rest),
        _ => !differ(a.first(), b.first()) && !differ(a.last(), b.last()),
    }
}

/// A character of a text, or a hole by its shape; empty where two evaluations may differ.
enum Part {
    Known(char),
    Hole(Str),
}

impl Part {
    fn is_same(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Known(a), Part::Known(b)) => a == b,
            (Part::Hole(a), Part::Hole(b)) => a == b && !a.is_empty(),
            _ => false,
        }
    }
}

fn parts(pieces: &[Piece]) -> Vec<Part> {
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Known(text) => text.chars().map(Part::Known).collect(),
        Piece::Hole(_) => vec![Part::Hole(shape(std::slice::from_ref(piece)))],
    });
    parts.collect::<Vec<Vec<Part>>>().into_iter().flatten().collect()
}

/// The reason why `partner` may not be there although `judged` is: its condition, unless both have the same one.
pub fn doubt<'a>(judged: &Native, partner: &'a Native) -> Option<&'a Why> {
    let Exists::Unless(theirs) = &partner.exists else { return None };
    match &judged.exists {
        Exists::Unless(own) if own.what == theirs.what && same_call(judged, partner) => None,
        _ => Some(theirs),
    }
}

/// Whether two natives were reached through the same calls, so that their variables are the same.
pub fn same_call(a: &Native, b: &Native) -> bool {
    a.scope == b.scope && a.calls.iter().map(|call| &call.name).eq(b.calls.iter().map(|call| &call.name))
}

#[cfg(test)]
mod tests {
    use super::super::testing::attr;
    use super::*;
    use serde_json::json;

    #[test]
    fn known_pieces_refute() {
        let pieces = |text: &str| match attr(json!(text)).value {
            Value::Text(pieces) => pieces,
            other => panic!("{other:?}"),
        };
        assert!(may_be(&pieces("${x}-data"), "my-data"));
        assert!(!may_be(&pieces("${x}-data"), "my-logs"));
        assert!(!may_be(&pieces("a-${x}-a"), "a-"));
        assert!(may_be(&pieces("a${x}b${y}"), "a12b"));
        assert!(!may_be(&pieces("a${x}b${y}c"), "abd"));
    }

    #[test]
    fn equal_variables_leave_the_rest_to_differ() {
        let pieces = |text: &str| match attr(json!(text)).value {
            Value::Text(pieces) => pieces,
            other => panic!("{other:?}"),
        };
        let may = |a: &str, b: &str| may_agree(&pieces(a), &pieces(b));
        assert!(!may("${p}-data", "${p}-logs"));
        assert!(!may("${p}-data", "${p}-data-2"));
        assert!(!may("x-${p}", "y-${p}"));
        assert!(may("${p}-data", "${q}-data"));
        assert!(may("${p}-${q}", "${p}-data"));
        assert!(!may("${p}-${q}-x", "${p}-${q}-y"));
    }

    #[test]
    fn what_is_looked_up_is_no_resource_of_the_project() {
        let form = |text: &str| form(&attr(json!(text)).value).unwrap();
        assert!(matches!(form("?b->aws_s3_bucket.b"), Form::Reference(..)));
        assert!(matches!(form("?b->module.m.data.aws_s3_bucket.b"), Form::Loose(..)));
        assert!(matches!(form("arn:${b->aws_s3_bucket.b}"), Form::Reference(..)));
        assert!(matches!(form("name"), Form::Literal(_)));
    }
}
