//! What all module instances of one root share: the instances themselves, memoized values, bounds on work, gaps.
//!
//! Made by `read` for each root and used by everything that evaluates. It must not know any expression.

use super::module::Module;
use super::parse::File;
use super::project::Project;
use super::terragrunt::{self, Deployment, Place};
use super::variants::Unit;
use crate::input::Context;
use crate::model::made::Made;
use crate::model::native::Gap;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Expressions and references that may be open at once. A level needs a few KiB of stack; see `STACK` in `mod.rs`.
const MAX_DEPTH: u32 = 400;
/// Expressions evaluated for one root before the rest is unknown.
const MAX_STEPS: u32 = 1_000_000;
/// Module instances of one root.
pub const MAX_MODULES: usize = 2_000;
/// Nodes a value may have before it is unknown: values share their parts, so a few lines can describe billions.
const MAX_NODES: u32 = 100_000;
/// Levels a value may nest: what goes over values, or drops them, goes down as far.
const MAX_LEVELS: u32 = 200;
/// Bytes a computed string may have.
pub const MAX_STRING: usize = 1 << 20;

/// Identity of a module instance in its [`Run`]; the root is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct ModuleId(pub usize);

/// The evaluation of one root.
pub struct Run<'p> {
    /// The folders of the project.
    pub project: &'p Project<'p>,
    /// Files, sources, options.
    pub context: &'p Context<'p>,
    /// Folder of the root: what paths are relative to.
    pub scope: Str,
    /// Identity of this evaluation: scope of all natives and references.
    pub unit: Str,
    /// Variables files that this evaluation is about, weakest first.
    pub variable_files: Vec<&'p File>,
    /// What Terragrunt deploys, where it does.
    pub deployment: Option<&'p Deployment>,
    /// Where a file of Terragrunt is evaluated, rather than one of Terraform.
    pub terragrunt: Option<&'p Place<'p>>,
    modules: RefCell<Vec<Rc<Module<'p>>>>,
    by_path: RefCell<HashMap<Str, ModuleId>>,
    gaps: RefCell<Vec<Gap>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
    attempts: Cell<u32>,
}

/// Leaves a level of evaluation when dropped.
pub struct Level<'r>(&'r Cell<u32>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl<'p> Run<'p> {
    /// An evaluation without any module yet.
    pub fn new(project: &'p Project<'p>, context: &'p Context<'p>, unit: &Unit<'p>) -> Run<'p> {
        Run {
            project,
            context,
            scope: unit.root.path.as_str().into(),
            unit: unit.scope(),
            variable_files: unit.variable_files.clone(),
            deployment: unit.deployment,
            terragrunt: None,
            modules: RefCell::default(),
            by_path: RefCell::default(),
            gaps: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            attempts: Cell::new(0),
        }
    }

    /// The evaluation of a file of Terragrunt in a folder of its own, already some levels deep.
    pub fn of_config(
        project: &'p Project<'p>,
        context: &'p Context<'p>,
        unit: &Unit<'p>,
        place: &'p Place<'p>,
        depth: u32,
    ) -> Run<'p> {
        Run { terragrunt: Some(place), depth: Cell::new(depth), ..Run::new(project, context, unit) }
    }

    /// The project-relative path that a text in the code means.
    pub fn path(&self, text: &str) -> Option<String> {
        terragrunt::inside(&self.scope, text)
    }

    /// Levels of evaluation that are open.
    pub fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Adds a module instance; `None` where there are too many.
    pub fn add(&self, build: impl FnOnce(ModuleId) -> Module<'p>) -> Option<Rc<Module<'p>>> {
        let id = ModuleId(self.modules.borrow().len());
        if id.0 >= MAX_MODULES {
            return None;
        }
        let module = Rc::new(build(id));
        self.by_path.borrow_mut().insert(Str::clone(&module.prefix), id);
        self.modules.borrow_mut().push(Rc::clone(&module));
        Some(module)
    }

    /// A module instance.
    pub fn module(&self, id: ModuleId) -> Option<Rc<Module<'p>>> {
        self.modules.borrow().get(id.0).map(Rc::clone)
    }

    /// The module instance whose addresses start with this prefix (`module.a.`; empty for the root).
    pub fn module_at(&self, prefix: &str) -> Option<Rc<Module<'p>>> {
        let id = self.by_path.borrow().get(prefix).copied()?;
        self.module(id)
    }

    /// Notes a part that could not be read.
    pub fn gap(&self, gap: Gap) {
        self.gaps.borrow_mut().push(gap);
    }

    /// The gaps noted so far.
    pub fn take_gaps(&self) -> Vec<Gap> {
        self.gaps.take()
    }

    /// Enters one level of evaluation; `None` where a bound is reached.
    pub fn enter(&self) -> Option<Level<'_>> {
        let (depth, steps) = (self.depth.get(), self.steps.get());
        if depth >= MAX_DEPTH || steps >= MAX_STEPS {
            return None;
        }
        self.depth.set(depth + 1);
        self.steps.set(steps + 1);
        Some(Level(&self.depth))
    }

    /// Counts work beyond the evaluation of an expression: elements made by a function, text by a template.
    pub fn charge(&self, work: usize) {
        let work = u32::try_from(work).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().saturating_add(work));
    }

    /// Forgets the steps made so far.
    #[cfg(test)]
    pub fn refresh(&self) {
        self.steps.set(0);
    }

    /// Evaluates inside `try` or `can`, where it matters that Terraform would refuse a part.
    pub fn attempt<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        self.attempts.set(self.attempts.get() + 1);
        let value = evaluate();
        self.attempts.set(self.attempts.get() - 1);
        value
    }

    /// Whether evaluation is inside `try` or `can`.
    pub fn is_attempt(&self) -> bool {
        self.attempts.get() > 0
    }

    /// The attribute itself, or unknown where its value has outgrown what is worth following.
    pub fn bounded(&self, attr: Attr, what: impl FnOnce() -> Str) -> Attr {
        let mut left = MAX_NODES;
        if fits(&attr, &mut left, MAX_LEVELS) {
            return attr;
        }
        let why = Why::new(WhyCode::LimitReached, what(), attr.at);
        Attr { value: Value::unknown(why), made: None, ..attr }
    }
}

fn fits(attr: &Attr, left: &mut u32, levels: u32) -> bool {
    let (Some(rest), Some(levels)) = (left.checked_sub(1), levels.checked_sub(1)) else { return false };
    *left = rest;
    let mut fits = |attr: &Attr| fits(attr, left, levels);
    let printed = match attr.made.as_deref() {
        Some(Made::Printed(value) | Made::Encoded(value)) => fits(value),
        _ => true,
    };
    printed
        && match &attr.value {
            Value::List(list) => list.items.iter().all(fits),
            Value::Map(map) => map.entries.iter().all(|(_, entry)| fits(entry)),
            Value::OneOf(all) => all.iter().flatten().all(fits),
            Value::String(text) => text.len() <= MAX_STRING,
            Value::Text(pieces) => pieces.len() <= MAX_NODES as usize,
            _ => true,
        }
}
