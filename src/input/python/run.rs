//! Goes through a program in the order it would be done in, and keeps what names stand for.
//!
//! Called by the frontend; every call that something is known of is handed to `resource`. Branches are all gone
//! through; after them a name is one of what they left. Nothing is executed or imported.

use super::classes::Class;
use super::names::{Changes, Names};
use super::syntax::{Argument, Expr, Function, Kind, Statement};
use super::thing::{Thing, open_inside, set};
use crate::input::Context;
use crate::model::native::Exists;
use crate::model::value::{Attr, Map, Str, Value, Why, WhyCode};
use crate::source::Span;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Calls and imports inside each other.
pub(super) const MAX_CALLS: u32 = 6;
/// Statements a program may come to, calls counted each time.
const MAX_STEPS: u32 = 50_000;

/// What is called.
pub(super) enum Callee {
    /// A function or class of a library, by its dotted name.
    Path(String),
    /// A method of something.
    Method(Thing, String),
}

/// A call with its arguments.
pub(super) struct Called {
    /// What is called.
    pub callee: Callee,
    /// Arguments without a keyword.
    pub positional: Vec<Attr>,
    /// Arguments by keyword, as a map; open where others may be given.
    pub keywords: Attr,
    /// The function as written.
    pub head: Span,
    /// Whether it is certainly done.
    pub exists: Exists,
}

/// Modules of the project by path; `None` while one is being read.
type Modules = Rc<RefCell<BTreeMap<String, Option<Rc<Names>>>>>;

/// A walk over one program.
pub(super) struct Run<'a> {
    pub(super) context: &'a Context<'a>,
    /// The program's path.
    pub(super) path: Str,
    pub(super) names: Names,
    /// What names stood for at the end of the function done last.
    pub(super) left: Changes,
    pub(super) functions: Vec<Rc<Function>>,
    pub(super) called: BTreeSet<usize>,
    pub(super) classes: BTreeMap<String, Class>,
    /// The classes that functions are methods of.
    pub(super) owners: BTreeMap<usize, String>,
    pub(super) returned: Vec<Thing>,
    pub(super) modules: Modules,
    /// Defaults of the command line's options.
    pub(super) options: BTreeMap<String, Attr>,
    exists: Exists,
    pub(super) depth: u32,
    pub(super) steps: u32,
    pub(super) silent: bool,
    /// The calls, in order.
    pub found: Vec<Called>,
}

impl<'a> Run<'a> {
    /// A walk over the program with this path.
    pub fn new(context: &'a Context<'a>, path: &Str) -> Run<'a> {
        Run {
            context,
            path: Str::clone(path),
            names: Names::default(),
            left: Changes::new(),
            functions: Vec::new(),
            called: BTreeSet::new(),
            classes: BTreeMap::new(),
            owners: BTreeMap::new(),
            returned: Vec::new(),
            modules: Modules::default(),
            options: BTreeMap::new(),
            exists: Exists::Yes,
            depth: 0,
            steps: 0,
            silent: false,
            found: Vec::new(),
        }
    }

    /// Does statements in order.
    pub fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return;
            }
            match statement {
                Statement::Expr(expr) => {
                    self.eval(expr);
                }
                Statement::Assign(targets, value) => {
                    let thing = self.eval(value);
                    targets.iter().for_each(|target| self.assign(target, value, &thing));
                }
                Statement::Change(target, value) => self.change(target, value),
                Statement::Branches { condition, arms, exhaustive } => self.branches(condition, arms, *exhaustive),
                Statement::Loop(target, body) => self.repeat(target.as_ref(), body),
                Statement::Function(function) => {
                    self.functions.push(Rc::clone(function));
                    self.names.set(&function.name, Thing::Function(Rc::clone(function), None));
                }
                Statement::Class(name, bases, body) => self.class(name, bases, body),
                Statement::Import { module, symbol, name } => self.import(module, symbol.as_deref(), name),
                Statement::Return(value) => {
                    let thing = self.eval(value);
                    self.returned.push(thing);
                }
            }
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr, thing: &Thing) {
        match &target.kind {
            Kind::List(targets) => match (&value.kind, thing) {
                (Kind::List(values), _) if values.len() == targets.len() => {
                    for (target, value) in targets.iter().zip(values) {
                        let thing = self.eval(value);
                        self.assign(target, value, &thing);
                    }
                }
                // `args, rest = parser.parse_known_args()`
                (_, Thing::Arguments) => targets.iter().take(1).for_each(|first| self.assign(first, value, thing)),
                _ => targets.iter().for_each(|target| self.assign(target, value, &Thing::Unknown)),
            },
            Kind::Index(..) => {
                let Some(Place { root, keys, whole }) = place(target) else { return };
                let attr = thing.data(value.span, || self.written(value.span));
                self.update(&root, |have, why| match whole {
                    true => set(have, &keys, attr),
                    false => open_inside(have, &keys, why),
                });
            }
            _ => {
                if let Some(name) = dotted(target) {
                    self.names.set(&name, thing.clone());
                }
            }
        }
    }

    fn change(&mut self, target: &Expr, value: &Expr) {
        self.eval(value);
        if let Some(Place { root, keys, .. }) = place(target) {
            self.update(&root, |have, why| open_inside(have, &keys, why));
        }
    }

    /// Changes the data that a name stands for.
    fn update(&mut self, name: &str, change: impl FnOnce(&mut Attr, &Why)) {
        if let Some(Thing::Data(attr)) = self.names.get(name) {
            let why = Why::new(WhyCode::NotEvaluated, name, attr.at);
            let mut attr = attr.clone();
            change(&mut attr, &why);
            self.names.set(name, Thing::Data(attr));
        }
    }

    fn branches(&mut self, condition: &Expr, arms: &[Vec<Statement>], exhaustive: bool) {
        let decided = self.truth(condition);
        match (decided, arms) {
            (Some(true), [then, ..]) => return self.block(then),
            (Some(false), [_, other]) if exhaustive => return self.block(other),
            (Some(false), [_]) => return,
            _ => {}
        }
        let why = Why::new(WhyCode::UnknownCondition, self.written(condition.span), condition.span);
        // The usual guard of a program is no condition.
        let outside = match self.written(condition.span).contains("__name__") {
            true => self.exists.clone(),
            false => std::mem::replace(&mut self.exists, Exists::Unless(why.clone())),
        };
        let mut ways = Vec::new();
        for arm in arms {
            let before = self.names.mark();
            self.block(arm);
            ways.push(self.names.take_back(before));
        }
        self.exists = outside;
        self.names.merge(&ways, exhaustive, &why);
    }

    fn truth(&mut self, condition: &Expr) -> Option<bool> {
        match &condition.kind {
            Kind::Not(inner) => self.truth(inner).map(|truth| !truth),
            _ => match self.eval(condition) {
                Thing::Data(Attr { value: Value::Bool(truth), .. }) => Some(truth),
                _ => None,
            },
        }
    }

    fn repeat(&mut self, target: Option<&(Expr, Expr)>, body: &[Statement]) {
        let before = self.names.mark();
        for name in assigned(body) {
            if self.names.get(&name).is_some() {
                self.names.set(&name, Thing::Unknown);
            }
        }
        if let Some((target, over)) = target {
            let thing = match self.eval(over) {
                Thing::Data(Attr { value: Value::List(list), .. }) if list.open.is_none() => {
                    let why = Why::new(WhyCode::NotEvaluated, self.written(target.span), target.span);
                    Thing::Data(Attr::new(Value::one_of(list.items.iter().cloned().map(Some), why), over.span))
                }
                _ => Thing::Unknown,
            };
            self.assign(target, over, &thing);
        }
        self.block(body);
        let once = self.names.take_back(before);
        self.names.merge(&[once], false, &Why::new(WhyCode::UnknownCondition, "a loop", None));
    }

    /// Notes a call.
    pub(super) fn note(&mut self, callee: Callee, positional: Vec<Attr>, keywords: Attr, head: Span) {
        if !self.silent {
            self.found.push(Called { callee, positional, keywords, head, exists: self.exists.clone() });
        }
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, arguments: &[Argument], call: Span) -> (Vec<Attr>, Attr) {
        let mut positional = Vec::new();
        let mut entries: Vec<(Str, Attr)> = Vec::new();
        let mut open = None;
        for argument in arguments {
            let thing = self.eval(&argument.value);
            let attr = thing.data(argument.value.span, || self.written(argument.value.span));
            match (&argument.name, argument.splat, &attr.value) {
                (Some((name, span)), ..) => entries.push((name.as_str().into(), Attr { key: Some(*span), ..attr })),
                (None, true, Value::Map(map)) => {
                    entries.extend(map.entries.iter().cloned());
                    open = open.or_else(|| map.open.clone());
                }
                (None, true, _) => {
                    open =
                        Some(Why::new(WhyCode::NotEvaluated, self.written(argument.value.span), argument.value.span));
                }
                (None, false, _) => positional.push(attr),
            }
        }
        entries.retain(|(_, attr)| !matches!(attr.value, Value::Null));
        (positional, Attr::new(Value::Map(Map { entries: entries.into(), open, ..Map::default() }), call))
    }

    pub(super) fn written(&self, span: Span) -> String {
        self.context.sources.text(span).lines().next().unwrap_or_default().to_owned()
    }
}

/// A name or a chain of attributes as written: `self.client`.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    match &expr.kind {
        Kind::Name(name) => Some(name.clone()),
        Kind::Attribute(object, name) => Some(format!("{}.{name}", dotted(object)?)),
        _ => None,
    }
}

/// Where something is put: a name, and keys inside what it stands for.
struct Place {
    root: String,
    /// The literal keys, up to the first that is none.
    keys: Vec<Str>,
    /// Whether these are all.
    whole: bool,
}

/// The place that an index or a name is.
fn place(expr: &Expr) -> Option<Place> {
    let Kind::Index(object, key) = &expr.kind else {
        return Some(Place { root: dotted(expr)?, keys: Vec::new(), whole: true });
    };
    let mut place = place(object)?;
    let key = match &key.kind {
        Kind::Text(parts) => match parts.as_slice() {
            [super::syntax::Part::Text(text)] => Some(Str::from(text.as_str())),
            _ => None,
        },
        _ => None,
    };
    place.whole &= key.is_some();
    if place.whole {
        place.keys.extend(key);
    }
    Some(place)
}

/// Names that statements set.
fn assigned(statements: &[Statement]) -> Vec<String> {
    let mut names = Vec::new();
    for statement in statements {
        match statement {
            Statement::Assign(targets, _) => {
                let flat = targets.iter().flat_map(|target| match &target.kind {
                    Kind::List(inner) => inner.iter().collect(),
                    _ => vec![target],
                });
                names.extend(flat.filter_map(|target| Some(place(target)?.root)));
            }
            Statement::Change(target, _) => names.extend(place(target).map(|place| place.root)),
            Statement::Branches { arms, .. } => arms.iter().for_each(|arm| names.extend(assigned(arm))),
            Statement::Loop(_, body) => names.extend(assigned(body)),
            _ => {}
        }
    }
    names
}
