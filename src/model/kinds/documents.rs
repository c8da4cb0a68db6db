//! Which attributes hold documents and programs of other formats: data of `rules/kinds/documents.yaml`.
//!
//! Asked by `input::held` for every native. It must not know any format.

use super::KindSet;
use super::eval::Scope;
use super::grammar::Path;
use crate::model::native::Native;
use crate::model::value::{Attr, List, Piece, Str, Value};

/// Attributes of some native types that hold documents.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// The elements that have the attributes; the native itself where empty.
    pub each: Vec<Path>,
    /// The attributes.
    pub at: Vec<Path>,
    /// How their values are texts.
    pub shape: Shape,
    /// What they hold.
    pub holds: Holds,
}

/// How the value of an attribute is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Each value is one, those of lists one by one.
    Each,
    /// The values of a list are the lines of one.
    Lines,
    /// The values of all attributes together are the words of one command.
    Words,
}

/// What a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum Holds {
    /// It is of this format, whose frontend finds the resources in it.
    Format(Str),
    /// It is one resource of this native type.
    Native(Str),
    /// It is of the format that a file of the name in this attribute is of.
    File(Box<Path>),
}

/// A document as an attribute holds it.
pub struct Document<'a> {
    /// What it is; a `File` by `file`.
    pub holds: &'a Holds,
    /// The value.
    pub content: Attr,
    /// How it is a text.
    pub shape: Shape,
    /// The end of the name of the file that it is written to.
    pub file: Option<Str>,
}

impl KindSet {
    /// The documents that a native holds.
    pub fn documents<'a>(&'a self, native: &Native) -> Vec<Document<'a>> {
        let mut found = Vec::new();
        for row in self.plan.documents.get(&native.native_type).into_iter().flatten() {
            let whole = Scope::of(native);
            if row.each.is_empty() {
                row.documents(&whole, &mut found);
                continue;
            }
            whole.elements(&row.each, &mut |element| {
                row.documents(&element, &mut found);
                None
            });
        }
        found
    }

    /// The names of all formats that rows name.
    pub fn document_formats(&self) -> impl Iterator<Item = &Str> {
        self.plan.documents.values().flatten().filter_map(|row| match &row.holds {
            Holds::Format(format) => Some(format),
            Holds::Native(_) | Holds::File(_) => None,
        })
    }
}

impl DocumentRow {
    fn documents<'a>(&'a self, scope: &Scope<'_>, found: &mut Vec<Document<'a>>) {
        let file = match &self.holds {
            Holds::File(path) => scope.look(path).and_then(|name| tail(&name.value)),
            _ => None,
        };
        let mut add =
            |content| found.push(Document { holds: &self.holds, content, shape: self.shape, file: file.clone() });
        let values = self.at.iter().filter_map(|path| scope.look(path));
        match self.shape {
            Shape::Each => values.for_each(|value| one_by_one(value, &mut add)),
            Shape::Lines => values.for_each(add),
            Shape::Words => values.reduce(joined).into_iter().for_each(add),
        }
    }
}

fn one_by_one(attr: Attr, add: &mut dyn FnMut(Attr)) {
    match &attr.value {
        Value::List(list) if attr.made.is_none() => list.items.iter().for_each(|item| one_by_one(item.clone(), add)),
        _ => add(attr),
    }
}

/// Two lists of words as one.
fn joined(first: Attr, second: Attr) -> Attr {
    let items = |attr: &Attr| match &attr.value {
        Value::List(list) => (list.items.to_vec(), list.open.clone()),
        _ => (vec![attr.clone()], None),
    };
    let ((mut words, open), (more, rest)) = (items(&first), items(&second));
    words.extend(more);
    let list = List { items: words.into(), open: open.or(rest), ..List::default() };
    Attr { value: Value::List(list), made: None, ..first }
}

/// What is known of the end of a text.
fn tail(value: &Value) -> Option<Str> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Text(pieces) => match pieces.last() {
            Some(Piece::Known(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
