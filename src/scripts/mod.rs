//! The scripts that jobs run, where they stand in the project, and what they show of the work they do.
//!
//! ```text
//! resources with an entry point ── find ── follow (imports of the same folder) ── facts ──► by resource
//! ```
//!
//! Called by `engine` once resources are lifted; asked by rule functions. Nothing is run. What modules and words tell is
//! data (`rules/scripts.yaml`); it must not know any library.

mod facts;
mod follow;
#[cfg(test)]
mod tests;

use crate::files;
use crate::input::Context;
use crate::model::resource::{Inventory, Resource, ResourceId};
use crate::model::value::{Attr, Value};
use std::collections::HashMap;
use std::sync::Arc;

pub use facts::{Script, Shown};

/// The attribute of a kind that names the script, relative to the next or to where it is written.
const ENTRY_POINT: &str = "entry_point";
/// The attribute that names the folder of the script.
const FOLDER: &str = "source_dir";
/// The attribute with the command of a container, which may name a script.
const COMMAND: &str = "command";
/// How the name of a script ends.
const ENDING: &str = ".py";

/// The scripts of all resources that name one which is in the project.
pub fn assign(context: &Context<'_>, inventory: &Inventory) -> HashMap<ResourceId, Arc<Script>> {
    let mut known: HashMap<(String, String), Option<Arc<Script>>> = HashMap::new();
    let mut found = HashMap::new();
    for (resource, id) in inventory.resources.iter().zip((0..).map(ResourceId)) {
        let candidates = candidates(context, inventory, resource);
        let script = candidates.into_iter().find_map(|place| {
            let read = |place: &(String, String)| follow::read(context, &place.0, &place.1).map(Arc::new);
            known.entry(place.clone()).or_insert_with(|| read(&place)).clone()
        });
        found.extend(script.map(|script| (id, script)));
    }
    found
}

/// Where the script of a resource may stand, with the folder that its imports begin in.
fn candidates(context: &Context<'_>, inventory: &Inventory, resource: &Resource) -> Vec<(String, String)> {
    let kind = inventory.kinds.get(resource.kind);
    let attribute = |name: &str| resource.attributes.get(kind.attribute(name)?)?.as_ref();
    let Some((entry, name)) =
        attribute(ENTRY_POINT).and_then(|entry| named(entry)).or_else(|| in_command(attribute(COMMAND)?))
    else {
        return Vec::new();
    };
    let folder = match attribute(FOLDER).map(|folder| folder.value.as_str()) {
        Some(None) => return Vec::new(),
        folder => folder.flatten(),
    };
    let written = context.sources.path(entry.at);
    // A script is named from where the program stands, or from where it is started.
    let starts = [files::parent(&written), ""];
    let place = |start: &str| {
        let folder = match folder {
            Some(folder) => files::resolve(start, folder)?,
            None => start.to_owned(),
        };
        let path = files::resolve(&folder, name)?;
        let imports =
            if folder.is_empty() || is_below(&path, &folder) { folder } else { files::parent(&path).to_owned() };
        Some((path, imports))
    };
    starts.into_iter().filter_map(place).collect()
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The name of a script, without the quotes that requests put around it.
fn named(attr: &Attr) -> Option<(&Attr, &str)> {
    let name = attr.value.as_str()?.trim_matches('"');
    (name.ends_with(ENDING) && !name.contains("://")).then_some((attr, name))
}

fn in_command(command: &Attr) -> Option<(&Attr, &str)> {
    match &command.value {
        Value::List(words) => words.items.iter().find_map(named),
        _ => None,
    }
}
