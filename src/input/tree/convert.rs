//! A [`Node`] tree as model values.
//!
//! Called by frontends whose documents are plain data. It must not know what a document means.

use super::{Kind, Node, Schema};
use crate::model::value::{Attr, List, Map, Str, Value, Via};
use std::collections::HashMap;

/// A document as values: keys as written, each attribute with its key's and its value's span. A null under a key is
/// absent; in a list it holds its position. An alias is shared, never copied out.
pub fn attr(node: &Node, schema: Schema) -> Attr {
    attr_with(node, schema, &|_| None)
}

/// Like [`attr`], where `special` may decide what a node means.
pub fn attr_with(node: &Node, schema: Schema, special: &dyn Fn(&Node) -> Option<Value>) -> Attr {
    Converter { schema, special, shared: HashMap::new() }.attr(node)
}

struct Converter<'a> {
    schema: Schema,
    special: &'a dyn Fn(&Node) -> Option<Value>,
    /// Values of aliased nodes by identity.
    shared: HashMap<usize, Value>,
}

impl Converter<'_> {
    fn attr(&mut self, node: &Node) -> Attr {
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
        if let Some(value) = (self.special)(node) {
            return value;
        }
        match node.kind() {
            Kind::Scalar(_) => self.schema.read(node).unwrap_or(Value::Null),
            Kind::Sequence(items) => {
                let items = items.iter().map(|item| self.attr(item)).collect();
                Value::List(List { items, ..List::default() })
            }
            Kind::Mapping(_) => {
                let entries = node.entries().into_iter().filter_map(|(key, value)| {
                    let name: Str = key.scalar()?.text.clone();
                    let attr = self.attr(value);
                    let present = !matches!(attr.value, Value::Null);
                    present.then(|| (name, Attr { key: Some(key.span()), ..attr }))
                });
                Value::Map(Map { entries: entries.collect(), ..Map::default() })
            }
        }
    }
}
