//! What a resource says it runs: a file of its own, or the words of a command.
//!
//! Called by `scripts` for each resource. It must not know what is in the file, or what a command does.

use crate::files;
use crate::input::Context;
use crate::model::resource::{Inventory, Resource};
use crate::model::value::{Attr, Value};

/// The attribute of a kind that names the script, relative to the next or to where it is written.
const ENTRY_POINT: &str = "entry_point";
/// The attribute that names the folder of the script.
const FOLDER: &str = "source_dir";
/// The attribute with the command of a container: its words, or a line for the shell.
const COMMAND: &str = "command";

/// What is run, and where the files that it names may stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Named {
    pub what: What,
    /// The file that says so, and the line in it.
    pub written: String,
    pub line: usize,
    /// Folders that paths may start in, likeliest first.
    pub folders: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// The words of a command; `None` for one that is not known.
    Words(Vec<Option<String>>),
    /// A line for the shell.
    Line(String),
}

/// What a resource runs; `None` where it does not say, or says it of a folder that is not known.
pub(super) fn named(context: &Context<'_>, inventory: &Inventory, resource: &Resource) -> Option<Named> {
    let kind = inventory.kinds.get(resource.kind);
    let attribute = |name: &str| resource.attributes.get(kind.attribute(name)?)?.as_ref();
    let (attr, what) = match attribute(ENTRY_POINT).and_then(|entry| Some((entry, entry.value.as_str()?))) {
        // Requests put quotes around it.
        Some((entry, name)) => (&**entry, What::Words(vec![Some(name.trim_matches('"').to_owned())])),
        None => command(attribute(COMMAND)?)?,
    };
    let at = context.sources.in_file(attr.at);
    let source = context.sources.get(at.source);
    let (written, line) = (source.path.to_string(), source.line_of(at.start) + 1);
    let folder = match attribute(FOLDER).map(|folder| folder.value.as_str()) {
        Some(None) => return None,
        folder => folder.flatten().unwrap_or("."),
    };
    let folders = ancestors(&written).filter_map(|start| files::resolve(start, folder)).collect();
    Some(Named { what, written, line, folders })
}

fn command(attr: &Attr) -> Option<(&Attr, What)> {
    match &attr.value {
        Value::List(words) => {
            let first = words.items.first()?;
            let known = words.items.iter().map(|word| word.value.as_str().map(str::to_owned));
            let rest = words.open.iter().map(|_| None);
            Some((first, What::Words(known.chain(rest).collect())))
        }
        Value::String(line) => Some((attr, What::Line(line.to_string()))),
        _ => None,
    }
}

/// The folders above a file, nearest first: a program may be started from any of them.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(files::parent(path)), |folder| (!folder.is_empty()).then(|| files::parent(folder)))
}
