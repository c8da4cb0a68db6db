//! Reads Python scripts and the modules of their own that they import.
//!
//! Called by `launch` for each script that a job starts. It must not know what any module does.

use super::facts::{Sight, place};
use crate::files;
use crate::input::Context;
use regex::Regex;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

/// Files that are followed from one script.
const MAX_FILES: usize = 60;

static IMPORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*|[^\n#;]*)|import[ \t]+([^\n#;]+))").ok()
});

/// Where an import stands.
struct Here<'a> {
    path: &'a str,
    /// With its line.
    place: String,
}

/// Reads Python files, each once.
pub(super) struct Reader<'a> {
    context: &'a Context<'a>,
    /// Files that are not in the project, but written by what names the script.
    written: &'a HashMap<String, Arc<str>>,
    /// Where imports begin.
    folder: String,
    seen: BTreeSet<String>,
    pending: Vec<(String, Arc<str>)>,
}

impl<'a> Reader<'a> {
    /// Nothing read yet.
    pub fn new(context: &'a Context<'a>, written: &'a HashMap<String, Arc<str>>) -> Reader<'a> {
        Reader { context, written, folder: String::new(), seen: BTreeSet::new(), pending: Vec::new() }
    }

    /// A file, where there is one.
    pub fn load(&self, path: &str) -> Option<Arc<str>> {
        let written = self.written.get(path).cloned();
        written.or_else(|| self.context.load(path).ok().map(|(_, text)| text))
    }

    /// Takes in the file at a path, where that is not done yet.
    pub fn follow(&mut self, path: &str, text: Arc<str>, folder: &str, sight: &mut Sight) {
        if self.seen.insert(path.to_owned()) {
            self.take_in(path, text, folder, sight);
        }
    }

    /// Takes in a program whose imports begin in a folder, and the modules of its own.
    pub fn take_in(&mut self, path: &str, text: Arc<str>, folder: &str, sight: &mut Sight) {
        self.folder = folder.to_owned();
        self.pending.push((path.to_owned(), text));
        while let Some((path, text)) = self.pending.pop() {
            sight.text(&path, &text);
            self.imports(&path, &text, sight);
            if self.seen.len() > MAX_FILES {
                return sight.unknown("more modules than are followed");
            }
        }
    }

    fn imports(&mut self, path: &str, text: &str, sight: &mut Sight) {
        let Some(import) = IMPORT.as_ref() else { return };
        for found in import.captures_iter(text) {
            let group = |at: usize| found.get(at).map(|group| group.as_str());
            let at = (1..4).find_map(|at| found.get(at)).map_or(0, |group| group.start());
            let here = Here { path, place: place(path, text, at) };
            match (group(1), group(2), group(3)) {
                (Some(module), Some(names), _) => {
                    let names: Vec<&str> = names.trim_start_matches('(').split(',').filter_map(first_word).collect();
                    self.import(&here, module, &names, sight);
                }
                (_, _, Some(modules)) => {
                    modules.split(',').filter_map(first_word).for_each(|module| self.import(&here, module, &[], sight));
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, here: &Here<'_>, module: &str, names: &[&str], sight: &mut Sight) {
        let dots = module.len() - module.trim_start_matches('.').len();
        let own = files::parent(here.path);
        let starts: Vec<String> = match dots {
            0 => vec![self.folder.clone(), own.to_owned()],
            dots => files::resolve(own, &"../".repeat(dots - 1)).into_iter().collect(),
        };
        let parts: Vec<&str> = module.split('.').filter(|part| !part.is_empty()).collect();
        if starts.iter().any(|start| self.local(start, &parts, names)) {
            return;
        }
        match dots {
            0 => sight.import(&here.place, module, names),
            _ => sight.unknown(module),
        }
    }

    /// Whether a module is one of the script's own; what is imported of it is read as well.
    fn local(&mut self, start: &str, parts: &[&str], names: &[&str]) -> bool {
        let mut found = false;
        let mut at = start.to_owned();
        let below = |at: &str, part: &str| if at.is_empty() { part.to_owned() } else { format!("{at}/{part}") };
        for part in parts {
            at = below(&at, part);
            found |= self.read(&format!("{at}.py")) | self.read(&format!("{at}/__init__.py"));
        }
        let of_folder = names.iter().filter(|name| **name != "*").map(|name| format!("{}.py", below(&at, name)));
        of_folder.fold(found, |found, path| self.read(&path) | found)
    }

    fn read(&mut self, path: &str) -> bool {
        if self.seen.contains(path) {
            return true;
        }
        let Some(text) = self.load(path) else { return false };
        self.seen.insert(path.to_owned());
        self.pending.push((path.to_owned(), text));
        true
    }
}

/// `torch.nn` of `torch.nn as nn`.
fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}
