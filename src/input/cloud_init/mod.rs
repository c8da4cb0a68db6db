//! What machines are given to do at their start: scripts, `#cloud-config`, and several such parts in one message.
//!
//! ```text
//! text ── parts (of a MIME message) ── by the first line: shell | python | cloud-config ──► natives
//! ```
//!
//! Called through [`Frontend`], for what resources hold and for files of cloud-init. What the keys of a `#cloud-config`
//! hold is data (`rules/kinds/documents.yaml`). It must not know any command.

mod parts;

use super::held::{Found, Held};
use super::view::View;
use super::{Claim, ClaimedFile, Context, Frontend, Reading, document, python, request, shell, tree};
use crate::files;
use crate::model::native::{Exists, Group, Native};
use crate::model::value::Attr;
use parts::{Kind, Part};

/// The frontend of cloud-init.
pub struct CloudInit;

/// The native type of a `#cloud-config`.
const CONFIG: &str = "cloud-config";

impl Frontend for CloudInit {
    fn name(&self) -> &'static str {
        "cloud-init"
    }

    fn example_path(&self) -> &'static str {
        "user-data.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        matches!(files::extension(path).as_deref(), Some("yaml" | "yml"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && text.starts_with("#cloud-config") && shell::occurs_in(text) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        Reading::of_each(files, |file| group(context, file))
    }

    fn held(&self, context: &Context<'_>, held: &Held<'_>) -> Vec<Native> {
        let texts = held.texts(context.sources);
        texts.iter().flat_map(|(view, exists)| natives(context, held, view, exists)).collect()
    }
}

/// A file's document; what it holds is found as in any other.
fn group(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, String> {
    let roots =
        tree::parse_yaml(context.sources, file.source).map_err(|error| format!("does not parse: {}", error.message))?;
    let natives = roots.iter().map(|root| {
        let found = Found { name: files::stem(&file.path).into(), ..config(request::written(root)) };
        let region = context.region(found.head);
        found.native(&file.path, "", region)
    });
    Ok(Group::of_file(&file.path, files::stem(&file.path), natives.collect()))
}

fn natives(context: &Context<'_>, held: &Held<'_>, view: &View, exists: &Exists) -> Vec<Native> {
    let mut found = Vec::new();
    for Part { kind, range } in parts::of(&view.text) {
        let content = document::text::part(view, range);
        let part = held.part(&content);
        let inside = match kind {
            Kind::Shell => shell::Shell.held(context, &part),
            Kind::Python => python::Python.held(context, &part),
            Kind::Config => part.documents(context.sources).into_iter().map(|tree| part.native(config(tree))).collect(),
        };
        found.extend(inside.into_iter().map(|native| Native { exists: exists.and(native.exists.clone()), ..native }));
    }
    found
}

fn config(tree: Attr) -> Found {
    Found { native_type: CONFIG.into(), name: CONFIG.into(), head: tree.at, tree }
}
