//! Functions of the program, and names of other modules of the project.
//!
//! Part of the walk in `run`. Modules are read when one of their names is asked for.

use super::run::{MAX_CALLS, Run, dotted};
use super::syntax::{Argument, Expr, Function};
use super::thing::{Import, Names, Thing, either};
use crate::files;
use crate::input::view::View;
use crate::model::value::{Attr, Map, Value, Via, Why, WhyCode};
use std::rc::Rc;

impl Run<'_> {
    /// Does what functions do that nothing has called, with the defaults of their parameters.
    pub fn finish(&mut self) {
        let mut at = 0;
        while let Some(function) = self.functions.get(at).cloned() {
            if !self.called.contains(&(Rc::as_ptr(&function) as usize)) {
                let before = self.names.clone();
                self.bind(&function, &[], &Map::default());
                self.block(&function.body);
                // What methods keep in `self` is there for the others.
                let kept: Vec<_> = self
                    .names
                    .iter()
                    .filter(|(name, _)| name.starts_with("self."))
                    .map(|(name, thing)| (name.clone(), thing.clone()))
                    .collect();
                self.names = before;
                self.names.extend(kept);
            }
            at += 1;
        }
    }

    /// Names what an import brings. A module of the project is not looked at before something asks for the name.
    pub(super) fn import(&mut self, module: &str, symbol: Option<&str>, name: &str) {
        let thing = match (self.module_file(module, symbol), symbol) {
            (Some(_), symbol) => {
                Thing::Import(Rc::new(Import { module: module.to_owned(), symbol: symbol.map(str::to_owned) }))
            }
            (None, Some(symbol)) => Thing::Path(format!("{module}.{symbol}")),
            (None, None) => Thing::Path(module.to_owned()),
        };
        self.names.insert(name.to_owned(), thing);
    }

    /// What a name stands for.
    pub(super) fn lookup(&mut self, name: &str) -> Option<Thing> {
        let Thing::Import(import) = self.names.get(name)? else { return self.names.get(name).cloned() };
        let import = Rc::clone(import);
        let names = self.project_module(&import.module, import.symbol.as_deref());
        let thing = match (names, &import.symbol) {
            // `from . import module`
            (Some(names), Some(_)) if import.module.bytes().all(|byte| byte == b'.') => Thing::Module(names),
            (Some(names), Some(symbol)) => match names.get(symbol) {
                Some(Thing::Function(function, None)) => Thing::Function(Rc::clone(function), Some(names)),
                Some(thing) => thing.clone(),
                None => Thing::Unknown,
            },
            (Some(names), None) => Thing::Module(names),
            (None, _) => Thing::Unknown,
        };
        self.names.insert(name.to_owned(), thing.clone());
        Some(thing)
    }

    /// The file of a module of the project.
    fn module_file(&self, module: &str, symbol: Option<&str>) -> Option<String> {
        let dots = module.bytes().take_while(|byte| *byte == b'.').count();
        let up = "../".repeat(dots.saturating_sub(1));
        let path = module.trim_start_matches('.').replace('.', "/");
        let path = if path.is_empty() { symbol?.to_owned() } else { path };
        let folders: &[&str] = if dots > 0 { &[files::parent(&self.path)] } else { &[files::parent(&self.path), ""] };
        let files = folders.iter().filter_map(|folder| files::resolve(folder, &format!("{up}{path}.py")));
        files.into_iter().find(|file| self.context.files.exists(file))
    }

    /// The names of a module of the project.
    fn project_module(&mut self, module: &str, symbol: Option<&str>) -> Option<Rc<Names>> {
        let found = self.module_file(module, symbol)?;
        if self.depth >= MAX_CALLS {
            return None;
        }
        let (source, text) = self.context.load(&found).ok()?;
        let mut inner = Run::new(self.context, &found.as_str().into());
        (inner.depth, inner.silent, inner.steps) = (self.depth + 1, true, self.steps);
        inner.block(&super::parse::parse(&View::overlaid(source, text.to_string())));
        self.steps = inner.steps;
        Some(Rc::new(inner.names))
    }

    /// Collections that a function has changed are changed for whoever gave them.
    pub(super) fn keep_changes(&mut self, function: &Function, arguments: &[Argument]) {
        let left = std::mem::take(&mut self.left);
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = match &argument.name {
                Some((name, _)) => Some(name),
                None => own_parameters(function).nth(at).map(|(name, _)| name),
            };
            let given = dotted(&argument.value).and_then(|name| self.names.get_mut(&name));
            if let (Some(Thing::Data(before)), Some(Thing::Data(after))) =
                (given, parameter.and_then(|name| left.get(name)))
                && matches!(
                    (&before.value, &after.value),
                    (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_))
                )
            {
                before.value = after.value.clone();
            }
        }
    }

    fn bind(&mut self, function: &Function, positional: &[Attr], given: &Map) {
        for (at, (name, default)) in own_parameters(function).enumerate() {
            let thing = match (positional.get(at).or_else(|| given.get(name)), default) {
                (Some(attr), _) => Thing::Data(attr.clone()),
                (None, Some(default)) => match self.eval(default) {
                    Thing::Data(attr) => Thing::Data(attr.passed(Via::VariableDefault, attr.at)),
                    other => other,
                },
                (None, None) => Thing::Unknown,
            };
            self.names.insert(name.clone(), thing);
        }
    }

    /// Does a function of the program; what it returns, where that is one thing.
    pub(super) fn call(
        &mut self,
        function: &Rc<Function>,
        globals: Option<&Rc<Names>>,
        positional: &[Attr],
        keywords: &Attr,
    ) -> Thing {
        if self.depth >= MAX_CALLS {
            return Thing::Unknown;
        }
        self.called.insert(Rc::as_ptr(function) as usize);
        self.depth += 1;
        let before = match globals {
            Some(globals) => std::mem::replace(&mut self.names, Names::clone(globals)),
            None => self.names.clone(),
        };
        let outer = std::mem::take(&mut self.returned);
        let none = Map::default();
        self.bind(function, positional, if let Value::Map(given) = &keywords.value { given } else { &none });
        self.block(&function.body);
        self.left = std::mem::replace(&mut self.names, before);
        let returned = std::mem::replace(&mut self.returned, outer);
        self.depth -= 1;
        let things: Vec<Option<&Thing>> = returned.iter().map(Some).collect();
        either(&things, &Why::new(WhyCode::UnknownCondition, function.name.as_str(), None))
    }
}

/// Parameters that a caller gives.
fn own_parameters(function: &Function) -> impl Iterator<Item = &(String, Option<Expr>)> {
    function.parameters.iter().filter(|(name, _)| name != "self" && name != "cls")
}
