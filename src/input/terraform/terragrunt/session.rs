//! What is shared while units are evaluated: parsed files among all of them, evaluated ones within each.
//!
//! Made by `mod`, asked for files by `config`, `names` and Terragrunt's functions.

use super::Config;
use crate::input::terraform::parse::{self, File};
use crate::input::terraform::project::Project;
use crate::input::{Context, InputError};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// What all units share.
pub struct Shared<'s> {
    /// Files, sources, options.
    pub context: &'s Context<'s>,
    /// The Terraform folders.
    pub project: &'s Project<'s>,
    parsed: Mutex<HashMap<String, Option<Arc<File>>>>,
    errors: Mutex<BTreeMap<String, InputError>>,
    included: Mutex<BTreeSet<String>>,
}

/// A file, and the one that includes it.
type Key = (String, Option<String>);

/// What all files of one unit share.
pub struct Session<'s> {
    /// Files, sources, options.
    pub context: &'s Context<'s>,
    /// The Terraform folders.
    pub project: &'s Project<'s>,
    /// The unit's file.
    pub unit: String,
    shared: &'s Shared<'s>,
    /// Files evaluated, by path and by the one that includes them; `None` while they are.
    configs: RefCell<HashMap<Key, Option<Rc<Config>>>>,
}

impl Session<'_> {
    /// What a file says, on its own or included by another one; `None` where it is not read, or asks for itself.
    pub fn config(&self, path: &str, includer: Option<&str>, depth: u32) -> Option<Rc<Config>> {
        let key = (path.to_owned(), includer.map(str::to_owned));
        if let Some(known) = self.configs.borrow().get(&key) {
            return known.clone();
        }
        self.configs.borrow_mut().insert(key.clone(), None);
        if includer.is_some() {
            self.shared.included.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
        let file = self.shared.file(path)?;
        let config = Config::of(self, path, includer, &file, depth).map(Rc::new);
        self.configs.borrow_mut().insert(key, config.clone());
        config
    }
}

impl<'s> Shared<'s> {
    /// Nothing is parsed yet.
    pub fn new(context: &'s Context<'s>, project: &'s Project<'s>) -> Shared<'s> {
        let (parsed, errors, included) = Default::default();
        Shared { context, project, parsed, errors, included }
    }

    /// A unit to evaluate.
    pub fn session(&'s self, unit: &str) -> Session<'s> {
        let Shared { context, project, .. } = self;
        Session { context, project, unit: unit.to_owned(), shared: self, configs: RefCell::default() }
    }

    /// The files that others include, and those that do not parse.
    pub fn done(self) -> (BTreeSet<String>, Vec<InputError>) {
        let included = self.included.into_inner().unwrap_or_else(PoisonError::into_inner);
        let errors = self.errors.into_inner().unwrap_or_else(PoisonError::into_inner);
        (included, errors.into_values().collect())
    }

    /// A file, parsed once.
    pub fn file(&self, path: &str) -> Option<Arc<File>> {
        let lock = || self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(path) {
            return known.clone();
        }
        let loaded = self.context.load(path).ok();
        let parsed = loaded.map(|(source, _)| parse::parse_file(self.context.sources, path.into(), source));
        let file = match parsed {
            Some(Ok(file)) => Some(Arc::new(file)),
            Some(Err(error)) => {
                let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
                errors.insert(path.to_owned(), error);
                None
            }
            None => None,
        };
        lock().entry(path.to_owned()).or_insert(file).clone()
    }
}
