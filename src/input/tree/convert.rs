//! A [`Node`] tree as model values.
//!
//! Called by frontends whose documents are plain data. It must not know what a document means.

use super::{Kind, Node, Schema};
use crate::model::value::{Attr, List, Map, Str, Value, Via};
use std::collections::HashMap;

/// How a format departs from plain data.
pub trait Dialect {
    /// How plain scalars are read.
    fn schema(&self) -> Schema;

    /// What a node means, where it is more than data.
    fn special(&self, _node: &Node) -> Option<Attr> {
        None
    }

    /// The name and value of an entry of a mapping, where they are not those that are written.
    fn entry(&self, _key: &Node, _value: &Node) -> Option<(Str, Attr)> {
        None
    }
}

impl Dialect for Schema {
    fn schema(&self) -> Schema {
        *self
    }
}

/// A document as values: keys as written, each attribute with its key's and its value's span. A null under a key is
/// absent; in a list it holds its position. An alias is shared, never copied out.
pub fn attr(node: &Node, dialect: &dyn Dialect) -> Attr {
    Converter { dialect, shared: HashMap::new() }.attr(node)
}

struct Converter<'a> {
    dialect: &'a dyn Dialect,
    /// Values of aliased nodes by identity.
    shared: HashMap<usize, Value>,
}

impl Converter<'_> {
    fn attr(&mut self, node: &Node) -> Attr {
        if let Some(attr) = self.dialect.special(node) {
            return attr;
        }
        if !node.is_alias() {
            return Attr::new(self.value(node), node.span());
        }
        let value = match self.shared.get(&node.identity()) {
            Some(value) => value.clone(),
            None => {
                let value = self.value(node);
                self.shared.insert(node.identity(), value.clone());
                value
            }
        };
        Attr::new(value, node.definition()).passed(Via::Local, node.span())
    }

    fn value(&mut self, node: &Node) -> Value {
        match node.kind() {
            Kind::Scalar(_) => self.dialect.schema().read(node).unwrap_or(Value::Null),
            Kind::Sequence(items) => {
                let items = items.iter().map(|item| self.attr(item)).collect();
                Value::List(List { items, open: None })
            }
            Kind::Mapping(_) => {
                let entries = node.entries().into_iter().filter_map(|(key, value)| {
                    let (name, attr) = match self.dialect.entry(key, value) {
                        Some(entry) => entry,
                        None => (key.scalar()?.text.clone(), self.attr(value)),
                    };
                    let present = !matches!(attr.value, Value::Null);
                    present.then(|| (name, Attr { key: Some(key.span()), ..attr }))
                });
                Value::Map(Map { entries: entries.collect(), open: None })
            }
        }
    }
}
