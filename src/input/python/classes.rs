//! Classes of the program: what they define, and what their objects are made with.
//!
//! Part of the walk in `run`. While a method is gone through, the attributes of an object are those of `self`: one of
//! what the objects that were made so far have there.

use super::evaluate::with_all;
use super::names::Changes;
use super::run::Run;
use super::syntax::{Argument, Expr, Function, Kind, Statement};
use super::tables;
use super::thing::{Thing, either, set};
use crate::model::value::{Attr, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::rc::Rc;

/// The method that makes an object what it is.
const CONSTRUCTOR: &str = "__init__";
/// Classes above each other.
const MAX_BASES: usize = 20;

/// A class.
#[derive(Default)]
pub(super) struct Class {
    /// The class of the program that it derives from.
    base: Option<String>,
    methods: Vec<Rc<Function>>,
    /// What its body sets, under the names that it has below `self`.
    constants: Vec<(String, Thing)>,
    /// Attributes of its objects, likewise.
    attributes: Changes,
}

impl Run<'_> {
    /// Notes a class. What derives from a class that makes something makes the same.
    pub(super) fn class(&mut self, name: &str, bases: &[Expr], body: &[Statement]) {
        let bases: Vec<Thing> = bases.iter().map(|base| self.eval(base)).collect();
        let maker = |base: &&Thing| matches!(base, Thing::Path(path) if tables::callable(path).is_some());
        let thing = bases.iter().find(maker).cloned().unwrap_or_else(|| Thing::Own(name.to_owned()));
        self.names.set(name, thing);
        let base = bases.iter().find_map(|base| match base {
            Thing::Own(base) => Some(base.clone()),
            _ => None,
        });
        let mut class = Class { base, ..Class::default() };
        for statement in body {
            match statement {
                Statement::Function(function) => {
                    self.owners.insert(Rc::as_ptr(function) as usize, name.to_owned());
                    self.functions.push(Rc::clone(function));
                    class.methods.push(Rc::clone(function));
                }
                Statement::Assign(targets, value) => {
                    let thing = self.eval(value);
                    for target in targets {
                        if let Kind::Name(own) = &target.kind {
                            self.names.set(&format!("{name}.{own}"), thing.clone());
                            class.constants.push((format!("self.{own}"), thing.clone()));
                        }
                    }
                }
                _ => {}
            }
        }
        self.classes.insert(name.to_owned(), class);
    }

    /// Makes an object of a class.
    pub(super) fn object(&mut self, class: &str, arguments: &[Argument], at: Span) -> Thing {
        let (positional, keywords) = self.arguments(arguments, at);
        match self.method_of(class, CONSTRUCTOR) {
            Some(constructor) => {
                self.method(class, &constructor, &positional, &keywords);
                Thing::Own(class.to_owned())
            }
            None => self.record(class, &positional, &keywords).unwrap_or_else(|| Thing::Own(class.to_owned())),
        }
    }

    /// An object of a class without a constructor is what its fields are set to.
    fn record(&self, class: &str, positional: &[Attr], keywords: &Attr) -> Option<Thing> {
        let class = self.classes.get(class).filter(|class| class.base.is_none())?;
        let Value::Map(given) = &keywords.value else { return None };
        if given.entries.is_empty() || !positional.is_empty() {
            return None;
        }
        let mut fields = Attr::new(Value::map([]), keywords.at);
        for (name, thing) in &class.constants {
            if let (Some(name), Thing::Data(attr)) = (name.strip_prefix("self."), thing) {
                set(&mut fields, &[name.into()], attr.passed(Via::VariableDefault, attr.at));
            }
        }
        let why = Why::new(WhyCode::NotEvaluated, "an object", keywords.at);
        Some(Thing::Data(with_all(fields, keywords, &why)))
    }

    /// A method of a class or of those it derives from.
    pub(super) fn method_of(&self, class: &str, name: &str) -> Option<Rc<Function>> {
        let mut next = Some(class);
        for _ in 0..MAX_BASES {
            let class = self.classes.get(next?)?;
            if let Some(method) = class.methods.iter().find(|method| method.name == name) {
                return Some(Rc::clone(method));
            }
            next = class.base.as_deref();
        }
        None
    }

    /// Does a method; what it returns.
    pub(super) fn method(&mut self, class: &str, method: &Rc<Function>, positional: &[Attr], keywords: &Attr) -> Thing {
        let before = self.names.mark();
        self.enter(class);
        self.left = Changes::new();
        let answer = self.call(method, None, positional, keywords);
        let left = std::mem::take(&mut self.left);
        self.names.take_back(before);
        self.keep(class, left, method.name == CONSTRUCTOR);
        answer
    }

    /// Does a method that nothing has called, with the defaults of its parameters.
    pub(super) fn uncalled(&mut self, class: &str, method: &Function) {
        let outside = self.names.mark();
        self.enter(class);
        let before = self.names.mark();
        self.bind(method, &[], None);
        self.block(&method.body);
        let left = self.names.take_back(before);
        self.names.take_back(outside);
        self.keep(class, left, false);
    }

    /// Makes `self` stand for an object.
    fn enter(&mut self, class: &str) {
        self.names.set("self", Thing::Own(class.to_owned()));
        let mut chain = Vec::new();
        let mut next = Some(class);
        while let Some(class) = next.and_then(|name| self.classes.get(name)).filter(|_| chain.len() < MAX_BASES) {
            chain.push(class);
            next = class.base.as_deref();
        }
        let mut given = 0;
        for class in chain.iter().rev() {
            class.constants.iter().for_each(|(name, thing)| self.names.set(name, thing.clone()));
            class.attributes.iter().for_each(|(name, thing)| self.names.set(name, thing.clone()));
            given += class.constants.len() + class.attributes.len();
        }
        // Many attributes are work like statements.
        self.steps = self.steps.saturating_add(u32::try_from(given / 16).unwrap_or(u32::MAX));
    }

    /// What a method keeps in `self` is there for the others; of a further object it may be this or what was there.
    fn keep(&mut self, class: &str, left: Changes, constructed: bool) {
        let is_inside = matches!(self.names.get("self"), Some(Thing::Own(own)) if own == class);
        let why = Why::new(WhyCode::UnknownCondition, "self", None);
        for (name, thing) in left.into_iter().filter(|(name, _)| name.starts_with("self.")) {
            if is_inside {
                self.names.set(&name, thing.clone());
            }
            let Some(class) = self.classes.get_mut(class) else { return };
            let thing = match class.attributes.get(&name).filter(|_| constructed) {
                Some(have) => either(&[Some(have), Some(&thing)], &why),
                None => thing,
            };
            class.attributes.insert(name, thing);
        }
    }
}
