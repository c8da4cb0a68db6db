//! What the stacks of one root share: the project, what the user gave, and the bounds on work.
//!
//! Made by the frontend for each root template. It must not know what a template means.

use super::given::Given;
use super::templates::Templates;
use crate::files;
use crate::input::Context;
use crate::input::tree::{self, Node};
use crate::model::value::Str;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Nodes evaluated for one root; the largest template that CloudFormation accepts has fewer.
const MAX_STEPS: usize = 200_000;
/// Levels of evaluation, references followed.
const MAX_LEVELS: usize = 100;
/// Stacks nested in one root.
const MAX_STACKS: usize = 500;

/// The reading of one root template.
pub(super) struct Run<'a> {
    /// What the frontend may use.
    pub context: &'a Context<'a>,
    /// The templates of the project.
    pub templates: &'a Templates,
    /// Parameters from files.
    pub given: &'a Given,
    /// Path of the root template; the scope of all references.
    pub scope: Str,
    steps: Cell<usize>,
    level: Cell<usize>,
    stacks: Cell<usize>,
    fragments: RefCell<HashMap<String, Option<Node>>>,
}

impl<'a> Run<'a> {
    /// For one root template.
    pub fn new(context: &'a Context<'a>, templates: &'a Templates, given: &'a Given, scope: Str) -> Run<'a> {
        Run {
            context,
            templates,
            given,
            scope,
            steps: Cell::new(0),
            level: Cell::new(0),
            stacks: Cell::new(0),
            fragments: RefCell::default(),
        }
    }

    /// Runs one step of evaluation; `None` beyond the bounds.
    pub fn bounded<T>(&self, step: impl FnOnce() -> T) -> Option<T> {
        if self.level.get() >= MAX_LEVELS || self.is_spent() {
            return None;
        }
        self.step();
        self.level.set(self.level.get() + 1);
        let result = step();
        self.level.set(self.level.get() - 1);
        Some(result)
    }

    /// Counts one piece of work.
    pub fn step(&self) {
        self.steps.set(self.steps.get() + 1);
    }

    /// Counts work that grows with the length of a text or list.
    pub fn spend(&self, length: usize) {
        self.steps.set(self.steps.get() + length / 64);
    }

    /// Whether no more steps are left.
    pub fn is_spent(&self) -> bool {
        self.steps.get() >= MAX_STEPS
    }

    /// Whether one more stack may be nested.
    pub fn enter_stack(&self) -> bool {
        self.stacks.set(self.stacks.get() + 1);
        self.stacks.get() <= MAX_STACKS
    }

    /// The document in a file that a template names: relative to the template, inside the project. `None` where it is
    /// elsewhere, or does not parse.
    pub fn document(&self, template: &str, reference: &str) -> Option<Node> {
        let path = local_path(template, reference)?;
        if let Some(known) = self.fragments.borrow().get(&path) {
            return known.clone();
        }
        let parse = |path: &str| {
            let (source, _) = self.context.load(path).ok()?;
            tree::parse(self.context.sources, source).ok()?.into_iter().next()
        };
        let document = parse(&path);
        self.fragments.borrow_mut().insert(path, document.clone());
        document
    }
}

/// The path of a file of the project that a template names; `None` for what lies in a bucket or elsewhere.
pub(super) fn local_path(template: &str, reference: &str) -> Option<String> {
    let is_address = reference.contains("://") || reference.contains("${");
    files::resolve(files::parent(template), reference).filter(|path| !is_address && !path.is_empty())
}
