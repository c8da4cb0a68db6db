//! Trees and natives from JSON literals, for the tests of this folder.
//!
//! A string `?x` is unknown as `x`, `?x->address` refers to a resource of the same scope, `a${x}b` is known in part
//! (`${x->address}` with a reference), `{"|": [a, b, null]}` is one of several, a map with the key `..` or a list
//! with the element `".."` is open.

use super::KindSet;
use crate::model::native::{Arguments, Exists, Group, Native};
use crate::model::number::Number;
use crate::model::resource::{Inventory, Partner, Resource, ResourceId};
use crate::model::value::{Attr, List, Map, Piece, ResourceRef, Unknown, Value, Why, WhyCode};
use crate::source::{SourceMap, Span};
use serde_json::Value as Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const SCOPE: &str = "infra";

/// A place that no other value has.
pub fn span() -> Span {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let at = NEXT.fetch_add(1, Ordering::Relaxed);
    Span::new(SourceMap::new().add("x", "x"), at..at + 1)
}

pub fn why(what: &str) -> Why {
    Why::new(WhyCode::VariableWithoutDefault, what, span())
}

fn hole(text: &str) -> Unknown {
    let (what, target) = text.split_once("->").map_or((text, None), |(what, target)| (what, Some(target)));
    let refers_to = target.map(|target| {
        let (address, instance) = match target.split_once('#') {
            Some((address, instance)) => (address, Some(instance.into())),
            None => (target, None),
        };
        ResourceRef { scope: SCOPE.into(), address: address.into(), instance, attribute: "id".into() }.into()
    });
    Unknown { why: why(what), may_be_absent: target.is_none(), refers_to }
}

fn text(text: &str) -> Value {
    if let Some(unknown) = text.strip_prefix('?') {
        return Value::Unknown(hole(unknown));
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inside, after) = after.split_once('}').unwrap();
        pieces.push(Piece::Known(before.into()));
        pieces.push(Piece::Hole(Unknown { may_be_absent: false, ..hole(inside) }));
        rest = after;
    }
    pieces.push(Piece::Known(rest.into()));
    Value::from_pieces(pieces)
}

pub fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => Value::number(Number::parse(&number.to_string()).unwrap()),
        Json::String(string) => text(&string),
        Json::Array(mut items) => {
            let open = items.last().is_some_and(|last| last == "..").then(|| why("dynamic"));
            items.truncate(items.len() - usize::from(open.is_some()));
            Value::List(List { items: items.into_iter().map(attr).collect(), open, ..List::default() })
        }
        Json::Object(mut map) => {
            if let Some(Json::Array(alternatives)) = map.get("|") {
                let alternatives = alternatives.iter().map(|one| (!one.is_null()).then(|| attr(one.clone())));
                return Value::one_of(alternatives, why("alternatives"));
            }
            let open = map.remove("..").map(|_| why("dynamic"));
            let entries = map.into_iter().map(|(key, value)| (key.into(), attr(value))).collect();
            Value::Map(Map { entries, open, ..Map::default() })
        }
    }
}

pub fn attr(json: Json) -> Attr {
    Attr::new(value(json), span())
}

pub fn unknown(what: &str) -> Attr {
    Attr::unknown(why(what), span())
}

pub fn open_map(json: Json, what: &str) -> Attr {
    let Value::Map(map) = value(json) else { panic!("not a map") };
    Attr::new(Value::Map(Map { open: Some(why(what)), ..map }), span())
}

/// A value in one line: `5`, `absent`, `?var.x`, `a|b`, `[1, 2]`, `{a: 1}`.
pub fn shown(attr: Option<&Attr>) -> String {
    let Some(attr) = attr else { return "absent".into() };
    match &attr.value {
        Value::Null => "null".into(),
        Value::List(list) => {
            let mut items: Vec<String> = list.items.iter().map(|item| shown(Some(item))).collect();
            items.extend(list.open.as_ref().map(|_| "..".to_owned()));
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, attr)| format!("{key}: {}", shown(Some(attr))));
            let mut entries: Vec<String> = entries.collect();
            entries.extend(map.open.as_ref().map(|_| "..".to_owned()));
            format!("{{{}}}", entries.join(", "))
        }
        Value::Text(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Hole(unknown) => format!("${{{}}}", unknown.why.what),
            })
            .collect(),
        Value::OneOf(all) => all.iter().map(|one| shown(one.as_ref())).collect::<Vec<_>>().join("|"),
        Value::Unknown(unknown) => format!("?{}", unknown.why.what),
        scalar => scalar.scalar_text().unwrap().to_string(),
    }
}

pub fn native(native_type: &str, address: &str, tree: Json) -> Native {
    Native {
        native_type: native_type.into(),
        scope: SCOPE.into(),
        address: address.into(),
        instance: None,
        head: span(),
        body: span(),
        tree: attr(tree),
        provider: "aws".into(),
        region: attr("us-east-1".into()),
        default_tags: None,
        calls: Arc::from([]),
        exists: Exists::Yes,
        count: attr(1.into()),
        arguments: Arguments::Keys,
    }
}

pub fn group(natives: Vec<Native>) -> Group {
    Group {
        scope: SCOPE.into(),
        name: SCOPE.into(),
        natives,
        looked_up: Vec::new(),
        gaps: Vec::new(),
        signals: Vec::new(),
    }
}

/// The kinds of a few inline files.
pub fn kinds(files: &[(&str, &str)]) -> KindSet {
    let all = files.iter().map(|(name, text)| (format!("rules/kinds/{name}.yaml"), (*text).to_owned()));
    match KindSet::load(&SourceMap::new(), all) {
        Ok(kinds) => kinds,
        Err(errors) => panic!("{errors:#?}"),
    }
}

/// The kinds that are shipped.
pub fn shipped() -> Arc<KindSet> {
    static KINDS: std::sync::OnceLock<Arc<KindSet>> = std::sync::OnceLock::new();
    Arc::clone(KINDS.get_or_init(|| match KindSet::load(&SourceMap::new(), shipped_files()) {
        Ok(kinds) => Arc::new(kinds),
        Err(errors) => panic!("{errors:#?}"),
    }))
}

/// The texts of `rules/kinds`.
#[expect(clippy::disallowed_methods, reason = "tests read the repository's own files")]
pub fn shipped_files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/kinds");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    paths.iter().map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), text(path))).collect()
}

/// An inventory of one group.
pub fn inventory(kinds: Arc<KindSet>, natives: Vec<Native>) -> Inventory {
    Inventory::build(kinds, vec![group(natives)])
}

/// The only resource of a kind.
pub fn only<'a>(inventory: &'a Inventory, kind: &str) -> &'a Resource {
    let ids = of_kind(inventory, kind);
    assert_eq!(ids.len(), 1, "{kind}");
    inventory.resource(ids[0])
}

pub fn of_kind<'a>(inventory: &'a Inventory, kind: &str) -> &'a [ResourceId] {
    inventory.of_kind(inventory.kinds.id(kind).unwrap())
}

/// An attribute in one line.
pub fn read(inventory: &Inventory, resource: &Resource, attribute: &str) -> String {
    let kind = inventory.kinds.get(resource.kind);
    let at = kind.attribute(attribute).unwrap_or_else(|| panic!("{} has no {attribute}", kind.name));
    shown(resource.attributes[at].as_deref())
}

/// Partners by address in one line; `?` and the reason where there may be more.
pub fn partners(inventory: &Inventory, id: ResourceId, link: &str) -> String {
    let kind = inventory.kinds.get(inventory.resource(id).kind);
    let link = kind.link(link).unwrap_or_else(|| panic!("{} has no {link}", kind.name));
    let found = inventory.partners(id, link);
    let address = |partner: &Partner| inventory.resource(partner.resource).native.display_address();
    let mut all: Vec<String> = found.resources.iter().map(address).collect();
    all.extend(found.open.as_ref().map(|why| format!("?{}", why.what)));
    all.join(" ")
}
