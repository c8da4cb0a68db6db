//! Planned values with what is only known after apply, and what is sensitive.
//!
//! Called by the frontend. Recursion is bounded by the depth of documents.

use crate::input::tree::Node;
use crate::model::value::{Attr, List, Map, Str, Unknown, Value, Why, WhyCode};
use crate::source::Span;

/// `after` with the holes of `after_unknown` and the marks of `after_sensitive`, which have its shape: true, or
/// objects and lists down to a true. All of it stands at `head`: what is beside a value in the plan may be secret.
pub(super) fn planned(head: Span, after: &Attr, unknown: Option<&Node>, sensitive: Option<&Node>) -> Attr {
    let mut attr = Attr { sensitive: sensitive.is_some_and(is_true), ..Attr::new(after.value.clone(), head) };
    if unknown.is_some_and(is_true) {
        attr.value = after_apply(&attr);
        return attr;
    }
    attr.value = match &attr.value {
        Value::Map(map) => Value::Map(entries(head, map, unknown, sensitive)),
        Value::List(list) => {
            let nth = |node: Option<&Node>, at: usize| node.and_then(|node| node.items().get(at)).cloned();
            let item = |(at, item): (usize, &Attr)| {
                planned(head, item, nth(unknown, at).as_ref(), nth(sensitive, at).as_ref())
            };
            let items = list.items.iter().enumerate().map(item).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        other => other.clone(),
    };
    attr
}

fn entries(head: Span, map: &Map, unknown: Option<&Node>, sensitive: Option<&Node>) -> Map {
    let below = |node: Option<&Node>, key: &str| node.and_then(|node| node.get(key)).cloned();
    let known = map.entries.iter().map(|(key, attr)| {
        (key.clone(), planned(head, attr, below(unknown, key).as_ref(), below(sensitive, key).as_ref()))
    });
    let mut entries: Vec<(Str, Attr)> = known.collect();
    for (key, node) in unknown.map(Node::entries).unwrap_or_default() {
        if let Some(name) = key.as_str().filter(|name| is_true(node) && map.get(name).is_none()) {
            let attr = Attr::new(Value::Null, head);
            entries.push((name.into(), Attr { value: after_apply(&attr), ..attr }));
        }
    }
    Map { entries: entries.into(), ..Map::default() }
}

fn is_true(node: &Node) -> bool {
    node.as_str() == Some("true")
}

fn after_apply(attr: &Attr) -> Value {
    let why = Why::new(WhyCode::KnownAfterApply, "known after apply", attr.at);
    Value::Unknown(Unknown { why, may_be_absent: true, refers_to: None })
}
