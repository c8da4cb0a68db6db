//! Which attributes hold documents of other formats: data of `rules/kinds/documents.yaml`.
//!
//! Asked by `input::held` for every native. It must not know any format.

use super::KindSet;
use super::eval::Scope;
use super::grammar::Path;
use crate::model::native::Native;
use crate::model::value::{Attr, Str, Value};

/// Attributes of some native types that hold documents.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// Where they are found.
    pub at: Vec<Path>,
    /// What they hold.
    pub holds: Holds,
}

/// What a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It is of this format, whose frontend finds the resources in it.
    Format(Str),
    /// It is one resource of this native type.
    Native(Str),
}

impl KindSet {
    /// The attributes of a native that hold documents, those of lists one by one.
    pub fn documents<'a>(&'a self, native: &Native) -> Vec<(&'a Holds, Attr)> {
        let scope = Scope::of(native);
        let mut found = Vec::new();
        for row in self.plan.documents.get(&native.native_type).into_iter().flatten() {
            for attr in row.at.iter().filter_map(|path| scope.look(path)) {
                flatten(attr, &mut |one| found.push((&row.holds, one)));
            }
        }
        found
    }

    /// The names of all formats that rows name.
    pub fn document_formats(&self) -> impl Iterator<Item = &Str> {
        self.plan.documents.values().flatten().filter_map(|row| match &row.holds {
            Holds::Format(format) => Some(format),
            Holds::Native(_) => None,
        })
    }
}

fn flatten(attr: Attr, found: &mut dyn FnMut(Attr)) {
    match &attr.value {
        Value::List(list) if attr.made.is_none() => list.items.iter().for_each(|item| flatten(item.clone(), found)),
        _ => found(attr),
    }
}
