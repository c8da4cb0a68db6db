//! What makes a document a manifest, and what every manifest says alike: type, name, place.
//!
//! Called by the frontend for whole documents, from files or held by resources. It must not know any kind but `List`.

use crate::input::held::Found;
use crate::model::value::{Attr, Map, Str, Value};
use crate::source::Span;

/// Lists inside lists that are followed.
const MAX_LISTS: usize = 4;

/// Endings of the API groups of the clouds' own kinds.
const CLOUDS: &[(&str, &str)] =
    &[("aws", "aws"), ("amazonaws.com", "aws"), ("eksctl.io", "aws"), ("azure.com", "azure"), ("google.com", "google")];

/// An object of Kubernetes.
pub(super) struct Manifest {
    /// API group and kind.
    pub native_type: Str,
    /// Its `kind`.
    pub head: Span,
    name: Str,
    tree: Attr,
}

/// The manifests of a document; none where it is something else.
pub(super) fn all(document: &Attr) -> Vec<Manifest> {
    let mut found = Vec::new();
    collect(document, 0, &mut found);
    found
}

fn collect(document: &Attr, level: usize, found: &mut Vec<Manifest>) {
    let items = match &document.value {
        Value::List(list) => Some(list),
        Value::Map(map) => {
            let Some(manifest) = Manifest::of(document, map) else { return };
            match map.get("items").map(|items| &items.value) {
                Some(Value::List(list)) if manifest.native_type.ends_with("List") => Some(list),
                _ => {
                    found.push(manifest);
                    None
                }
            }
        }
        _ => None,
    };
    let items = items.filter(|_| level < MAX_LISTS).into_iter().flat_map(|list| list.items.iter());
    items.for_each(|item| collect(item, level + 1, found));
}

/// The API group and kind of a native type that is an object of Kubernetes.
pub(super) fn group_and_kind(native_type: &str) -> Option<(&str, &str)> {
    native_type.split_once('/').filter(|(group, kind)| !group.contains(':') && !kind.contains('/'))
}

impl Manifest {
    fn of(document: &Attr, map: &Map) -> Option<Manifest> {
        let version = map.get("apiVersion")?.value.as_str()?;
        let kind = map.get("kind")?;
        let kind_name = kind.value.as_str()?;
        // Objects of the core have a version only.
        let group = version.split_once('/').map_or("core", |(group, _)| group);
        let name = metadata(map, "name").or_else(|| metadata(map, "generateName")).and_then(|name| name.value.as_str());
        let name = name.map_or(kind_name.into(), |name| format!("{kind_name}/{name}").into());
        let head = kind.key.map_or(kind.at, |key| key.to(kind.at));
        Some(Manifest { native_type: format!("{group}/{kind_name}").into(), head, name, tree: document.clone() })
    }

    /// The cloud of the API group, or of the node class the object refers to; `kubernetes` for any other.
    pub fn provider(&self) -> &'static str {
        let class = look(&self.tree, &["spec", "template", "spec", "nodeClassRef", "group"]);
        let class = class.and_then(|group| group.value.as_str()).unwrap_or_default();
        let own = self.native_type.split('/').next().unwrap_or_default();
        let of = |group: &str| {
            let within = |end: &str| group.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            CLOUDS.iter().find(|(end, _)| within(end)).map(|(_, cloud)| *cloud)
        };
        of(own).or_else(|| of(class)).unwrap_or("kubernetes")
    }

    /// The region, where the object states one: metadata of Kubernetes itself has none.
    pub fn region(&self) -> Option<Attr> {
        look(&self.tree, &["metadata", "region"]).cloned()
    }

    /// The object as a resource of its document.
    pub fn found(self) -> Found {
        Found { native_type: self.native_type, name: self.name, head: self.head, tree: self.tree }
    }
}

fn metadata<'a>(map: &'a Map, key: &str) -> Option<&'a Attr> {
    look(map.get("metadata")?, &[key])
}

fn look<'a>(attr: &'a Attr, path: &[&str]) -> Option<&'a Attr> {
    path.iter().try_fold(attr, |attr, key| match &attr.value {
        Value::Map(map) => map.get(key),
        _ => None,
    })
}
