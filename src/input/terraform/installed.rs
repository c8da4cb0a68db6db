//! Modules that `terraform init` has put into a root's `.terraform` folder: read as called modules, never as roots.
//!
//! Called by `read` (to load them), `calls` (to find them) and `resource`. What stands inside them is shown at the
//! call that leads there: nobody edits a downloaded module. It must not evaluate anything.

use super::eval::Env;
use super::instances::Binding;
use super::parse::{self, File};
use super::project::{is_terraform, is_variables};
use crate::files;
use crate::input::{Context, InputError};
use crate::model::made::{Made, Part, Written};
use crate::model::native::{Call, Native};
use crate::model::value::{Attr, List, Map, Origin, Piece, Str, Value, Via};
use crate::source::{SourceMap, Span};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The manifest that `terraform init` writes, below a root.
const MANIFEST: &str = ".terraform/modules/modules.json";

/// The modules installed for the roots of a project.
#[derive(Default)]
pub struct Installed {
    /// Source and folder by root and by the names of the calls that lead there: `network.subnets`.
    entries: HashMap<(String, String), (String, String)>,
    /// Folders that are read for no other reason.
    folders: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source")]
    source: String,
    #[serde(rename = "Dir")]
    dir: String,
}

impl Installed {
    /// What the manifests in these folders name and their files are not among those read otherwise.
    pub fn of(context: &Context<'_>, folders: &BTreeSet<&str>) -> Installed {
        let mut installed = Installed::default();
        for root in folders {
            let Some(manifest) = manifest(context, root) else { continue };
            for Entry { key, source, dir } in manifest.modules {
                let Some(folder) = files::resolve(root, &dir) else { continue };
                if !folders.contains(folder.as_str()) {
                    installed.folders.insert(folder.clone());
                }
                installed.entries.insert(((*root).to_owned(), key), (source, folder));
            }
        }
        installed
    }

    /// The files of the folders, parsed.
    pub fn files(&self, context: &Context<'_>) -> Vec<Result<File, InputError>> {
        let of_folder = |folder: &String| {
            let names = context.files.list(folder).into_iter();
            let wanted = names.filter(|name| is_terraform(name) && !is_variables(name));
            let path = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
            wanted.map(path).collect::<Vec<String>>()
        };
        let paths: Vec<String> = self.folders.iter().flat_map(of_folder).collect();
        paths.par_iter().map(|path| parse::load_file(context, path)).collect()
    }

    /// The folder of the module that a root calls by these names, if what is installed is what the call names.
    pub fn folder(&self, root: &str, key: String, source: &str) -> Option<&str> {
        let (have, folder) = self.entries.get(&(root.to_owned(), key))?;
        (plain(have) == plain(source)).then_some(folder)
    }

    /// Whether a folder is read only because it is installed.
    pub fn contains(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }
}

fn manifest(context: &Context<'_>, root: &str) -> Option<Manifest> {
    let path = files::resolve(root, MANIFEST)?;
    // Most folders have none: asking is cheaper than failing to read.
    context
        .files
        .exists(&path)
        .then(|| context.files.read(&path, context.options.max_file_size).ok())
        .flatten()
        .and_then(|text| serde_json::from_str(&text).ok())
}

/// A source without what `terraform init` adds to it: the registry's host, how it is fetched.
fn plain(source: &str) -> String {
    let source = source.strip_prefix("git::").unwrap_or(source);
    let source = source.split_once("://").map_or(source, |(_, rest)| rest);
    let source = source.strip_prefix("git@").unwrap_or(source);
    let source = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    source.replacen(".git", "", 1).replacen(':', "/", 1)
}

/// The call by which a downloaded module was entered.
#[derive(Clone)]
pub struct Entrance {
    /// Its header.
    pub head: Span,
    /// The whole block.
    pub body: Span,
    /// The calls that led to it.
    pub calls: Arc<[Call]>,
}

impl Entrance {
    /// A resource inside a downloaded module as it is shown: at the arguments of the call that decide, else at the
    /// call. `binding` is the `each` or `count` of the resource.
    pub fn show(&self, native: Native, env: &Env<'_, '_>, binding: Option<&Binding>) -> Native {
        let run = env.run;
        let (installed, sources) = (&run.project.installed, run.context.sources);
        let shown = Shown { head: self.head, installed, sources };
        let head = shown.element(env, binding).unwrap_or(self.head);
        let shown = Shown { head, installed, sources };
        let Native { tree, region, default_tags, count, .. } = &native;
        let tree = Attr { key: Some(head), at: self.body, ..shown.attr(tree) };
        let (region, count) = (shown.attr(region), shown.attr(count));
        let default_tags = default_tags.as_ref().map(|tags| shown.attr(tags));
        let calls = Arc::clone(&self.calls);
        Native { head, body: self.body, calls, tree, region, default_tags, count, ..native }
    }
}

struct Shown<'a> {
    /// Where the resource is shown.
    head: Span,
    installed: &'a Installed,
    sources: &'a SourceMap,
}

impl Shown<'_> {
    /// The element of an argument that a resource, or the innermost module around it, is made for.
    fn element(&self, env: &Env<'_, '_>, binding: Option<&Binding>) -> Option<Span> {
        let of_binding = |(_, each): &Binding| match &each.value {
            Value::Map(each) => {
                let element = self.attr(each.get("value")?);
                Some(element.key.unwrap_or(element.at))
            }
            _ => None,
        };
        let mut found = binding.and_then(of_binding);
        let mut inside = env.run.module(env.module.id);
        while let (None, Some(module)) = (found, &inside) {
            let caller = module.caller.as_ref().filter(|_| module.entrance.is_some())?;
            found = caller.binding.as_ref().and_then(of_binding);
            inside = env.run.module(caller.module);
        }
        found
    }

    fn is_outside(&self, at: Span) -> bool {
        let path = self.sources.path(at);
        let mut folder = files::parent(&path);
        while !folder.is_empty() {
            if self.installed.contains(folder) {
                return false;
            }
            folder = files::parent(folder);
        }
        true
    }

    fn attr(&self, attr: &Attr) -> Attr {
        let steps = attr.origin.steps.iter().filter(|step| self.is_outside(step.at));
        let mut steps = steps.copied().peekable();
        let at = match self.is_outside(attr.at) {
            true => attr.at,
            // The first step outside is the argument that was passed in.
            false => match steps.peek().filter(|step| step.via == Via::ModuleArgument).map(|step| step.at) {
                Some(at) => {
                    steps.next();
                    at
                }
                None => self.head,
            },
        };
        let made = attr.made.as_ref().map(|made| Arc::new(self.made(made)));
        let key = attr.key.filter(|key| self.is_outside(*key));
        let origin = Origin { steps: steps.collect() };
        Attr { value: self.value(&attr.value), key, at, origin, sensitive: attr.sensitive, made }
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::List(list) => {
                let items = list.items.iter().map(|item| self.attr(item)).collect();
                Value::List(List { items, ..list.clone() })
            }
            Value::Map(map) => {
                let entry = |(key, attr): &(Str, Attr)| (Str::clone(key), self.attr(attr));
                Value::Map(Map { entries: map.entries.iter().map(entry).collect(), ..map.clone() })
            }
            Value::OneOf(all) => all.map(|one| self.attr(one)),
            other => other.clone(),
        }
    }

    fn made(&self, made: &Made) -> Made {
        let part = |part: &Part| match (&part.how, &part.piece) {
            (Written::Inserted(attr), piece) => {
                let attr = self.attr(attr);
                Part { piece: piece.clone(), at: attr.at, how: Written::Inserted(attr) }
            }
            (_, Piece::Known(text)) if !self.is_outside(part.at) => {
                let at = self.head;
                let how = Written::Inserted(Attr::new(Value::String(Str::clone(text)), at));
                Part { piece: part.piece.clone(), at, how }
            }
            _ => part.clone(),
        };
        match made {
            Made::Printed(attr) => Made::Printed(self.attr(attr)),
            Made::Encoded(attr) => Made::Encoded(self.attr(attr)),
            Made::Joined(parts) => Made::Joined(parts.iter().map(part).collect()),
        }
    }
}
