//! A request to an operation of a cloud's API, as people write it down: in a file of its own, as a step of a
//! pipeline, as a state of a state machine, as a resource of a controller.
//!
//! Built by the frontends of those formats, which share what every request has. It must not know what one means.

use super::held::{Found, Held};
use super::tree::{self, Node, Schema};
use super::{Context, placeholder};
use crate::model::native::{Exists, Group, Native};
use crate::model::value::{Attr, Map, Piece, Str, Unknown, Value, Why, WhyCode};
use crate::source::Span;

/// The key under which a request that is a step holds the step itself, its arguments included.
const STEP: &str = "$step";

/// A request where it stands.
pub struct Request {
    /// `service:Operation`.
    pub native_type: Str,
    /// What it is called among the requests of its document.
    pub address: Str,
    /// The key or entry that names it.
    pub head: Span,
    /// The whole of it.
    pub body: Span,
    /// Its members.
    pub tree: Attr,
    /// The region, where the document says one.
    pub region: Option<Attr>,
    /// Whether it is certainly made.
    pub exists: Exists,
}

impl Request {
    /// The request as a resource beside the one that holds its document; `None` where no kind asks for its type.
    pub fn held(self, context: &Context<'_>, held: &Held<'_>) -> Option<Native> {
        let Request { native_type, address, head, body, tree, region, exists } = self;
        context.wanted.contains(&native_type).then(|| {
            let native = held.native(Found { native_type, name: address, head, tree });
            let exists = if matches!(native.exists, Exists::Yes) { exists } else { native.exists.clone() };
            let region = region.unwrap_or_else(|| native.region.clone());
            Native { body, exists, region, provider: "aws".into(), ..native }
        })
    }

    /// The request as a resource of the deployable unit `scope`; `None` where no kind asks for its type.
    pub fn native(self, context: &Context<'_>, scope: &Str) -> Option<Native> {
        let Request { native_type, address, head, body, tree, region, exists } = self;
        context.wanted.contains(&native_type).then(|| {
            // A request goes to the region of whoever sends it.
            let region = region.unwrap_or_else(|| context.region(head));
            let found = Found { native_type, name: address, head, tree };
            Native { body, exists, ..found.native(scope, "aws", region) }
        })
    }
}

/// The members of a request that a step makes, with the step itself beside them.
pub fn of_step(arguments: Option<Attr>, step: Attr) -> Attr {
    let at = step.at;
    with(arguments.unwrap_or_else(|| Attr::new(Value::Map(Map::default()), at)), [(STEP, step)])
}

/// The same members with further ones, which come before them.
pub fn with<const N: usize>(members: Attr, further: [(&str, Attr); N]) -> Attr {
    let further = further.into_iter().map(|(name, attr)| (name.into(), attr));
    let map = match &members.value {
        Value::Map(map) => Map {
            entries: further.chain(map.entries.iter().cloned()).collect(),
            open: map.open.clone(),
            kind: map.kind,
        },
        Value::Unknown(unknown) => {
            Map { entries: further.collect(), open: Some(unknown.why.clone()), ..Map::default() }
        }
        _ => {
            let why = Why::new(WhyCode::NotEvaluated, "members of another form", members.at);
            Map { entries: further.collect(), open: Some(why), ..Map::default() }
        }
    };
    Attr { value: Value::Map(map), ..members }
}

/// One string from several values, each of which may be known in part.
pub fn concat(parts: &[Attr], at: Span) -> Attr {
    let mut pieces = Vec::new();
    let mut whole = Attr::new(Value::Null, at);
    for part in parts {
        whole.origin = whole.origin.join(&part.origin);
        match &part.value {
            Value::Text(inner) => pieces.extend(inner.iter().cloned()),
            Value::Unknown(unknown) => pieces.push(Piece::Hole(unknown.clone())),
            other => pieces.push(other.scalar_text().map_or_else(
                || Piece::Hole(Unknown { why: part.decided_by(), may_be_absent: false, refers_to: None }),
                Piece::Known,
            )),
        }
    }
    Attr { value: Value::from_pieces(pieces), ..whole }
}

/// The requests of one document as what is deployed together.
pub fn group(context: &Context<'_>, path: &Str, requests: Vec<Request>) -> Group {
    let natives = requests.into_iter().filter_map(|request| request.native(context, path)).collect();
    Group::of_file(path, stem(path), natives)
}

/// A file's name without folders and extensions.
pub fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    let end = file.get(1..).and_then(|rest| rest.find('.')).map_or(file.len(), |dot| dot + 1);
    file.get(..end).unwrap_or(file)
}

/// A document as people write it, with placeholders for a script to fill in.
pub fn written(node: &Node) -> Attr {
    tree::attr_with(node, Schema::Core, &placeholder::read)
}
