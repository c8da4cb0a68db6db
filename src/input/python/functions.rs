//! Functions of the program, and names of other modules of the project.
//!
//! Part of the walk in `run`. Modules are read when one of their names is asked for.

use super::names::Names;
use super::run::{MAX_CALLS, Run, dotted};
use super::syntax::{Argument, Expr, Function};
use super::thing::{Import, Thing, either};
use crate::files;
use crate::input::calls::programs;
use crate::input::view::View;
use crate::model::value::{Attr, Map, Str, Value, Via, Why, WhyCode};
use std::rc::Rc;

impl Run<'_> {
    /// Does what functions do that nothing has called, with the defaults of their parameters.
    pub fn finish(&mut self) {
        let mut at = 0;
        while let Some(function) = self.functions.get(at).cloned() {
            let pointer = Rc::as_ptr(&function) as usize;
            if !self.called.contains(&pointer) {
                match self.owners.get(&pointer).cloned() {
                    Some(class) => self.uncalled(&class, &function),
                    None => {
                        let before = self.names.mark();
                        self.bind(&function, &[], None);
                        self.block(&function.body);
                        self.names.take_back(before);
                    }
                }
            }
            at += 1;
        }
    }

    /// Names what an import brings. A module of the project is not looked at before something asks for the name.
    pub(super) fn import(&mut self, module: &str, symbol: Option<&str>, name: &str) {
        let thing = match (self.module_file(&self.path, module, symbol), symbol) {
            (Some(_), symbol) => Thing::Import(Rc::new(Import {
                from: Str::clone(&self.path),
                module: module.to_owned(),
                symbol: symbol.map(str::to_owned),
            })),
            (None, Some(symbol)) => Thing::Path(format!("{module}.{symbol}")),
            (None, None) => Thing::Path(module.to_owned()),
        };
        self.names.set(name, thing);
    }

    /// What a name stands for.
    pub(super) fn lookup(&mut self, name: &str) -> Option<Thing> {
        let Thing::Import(import) = self.names.get(name)? else { return self.names.get(name).cloned() };
        let import = Rc::clone(import);
        let names = self.project_module(&import);
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
        self.names.set(name, thing.clone());
        Some(thing)
    }

    /// The file of a module of the project: beside the program, at the root, or in the folder above, which programs in a
    /// folder of their own put on their path. A library is not looked for there.
    fn module_file(&self, from: &str, module: &str, symbol: Option<&str>) -> Option<String> {
        let dots = module.bytes().take_while(|byte| *byte == b'.').count();
        let up = "../".repeat(dots.saturating_sub(1));
        let path = module.trim_start_matches('.').replace('.', "/");
        let path = if path.is_empty() { symbol?.to_owned() } else { path };
        let folder = files::parent(from);
        let library = programs().iter().any(|program| path.split('/').next() == Some(&program.program));
        let folders: &[&str] = match dots {
            0 if library => &[folder, ""],
            0 => &[folder, "", files::parent(folder)],
            _ => &[folder],
        };
        let files = folders.iter().filter_map(|folder| files::resolve(folder, &format!("{up}{path}.py")));
        files.into_iter().find(|file| self.context.files.exists(file))
    }

    /// The names of a module of the project.
    fn project_module(&mut self, import: &Import) -> Option<Rc<Names>> {
        let found = self.module_file(&import.from, &import.module, import.symbol.as_deref())?;
        if let Some(read) = self.modules.borrow().get(&found) {
            return read.clone();
        }
        if self.depth >= MAX_CALLS {
            return None;
        }
        self.modules.borrow_mut().insert(found.clone(), None);
        let (source, text) = self.context.load(&found).ok()?;
        let mut inner = Run::new(self.context, &found.as_str().into());
        inner.modules = Rc::clone(&self.modules);
        (inner.depth, inner.silent, inner.steps) = (self.depth + 1, true, self.steps);
        inner.block(&super::parse::parse(&View::overlaid(source, text.to_string())));
        self.steps = inner.steps;
        let names = Rc::new(inner.names);
        self.modules.borrow_mut().insert(found, Some(Rc::clone(&names)));
        Some(names)
    }

    /// Collections that a function has changed are changed for whoever gave them.
    pub(super) fn keep_changes(&mut self, function: &Function, arguments: &[Argument]) {
        let left = std::mem::take(&mut self.left);
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = match &argument.name {
                Some((name, _)) => Some(name),
                None => own_parameters(function).nth(at).map(|(name, _)| name),
            };
            let Some(given) = dotted(&argument.value) else { continue };
            if let (Some(Thing::Data(before)), Some(Thing::Data(after))) =
                (self.names.get(&given), parameter.and_then(|name| left.get(name.as_str())))
                && matches!(
                    (&before.value, &after.value),
                    (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_))
                )
            {
                let changed = Attr { value: after.value.clone(), ..before.clone() };
                self.names.set(&given, Thing::Data(changed));
            }
        }
    }

    /// Gives the parameters their values: those of a call, or the defaults where nothing calls the function.
    pub(super) fn bind(&mut self, function: &Function, positional: &[Attr], keywords: Option<&Attr>) {
        let none = Map::default();
        let given = match keywords {
            Some(Attr { value: Value::Map(given), .. }) => given,
            _ => &none,
        };
        for (at, (name, default)) in own_parameters(function).enumerate() {
            let thing = match (positional.get(at).or_else(|| given.get(name)), default) {
                (Some(attr), _) => Thing::Data(attr.clone()),
                (None, Some(default)) if given.open.is_none() => match self.eval(default) {
                    Thing::Data(attr) => Thing::Data(attr.passed(Via::VariableDefault, attr.at)),
                    other => other,
                },
                (None, _) => Thing::Unknown,
            };
            self.names.set(name, thing);
        }
        if let Some(name) = &function.others {
            let thing = keywords.map_or(Thing::Unknown, |all| {
                let is_other = |(key, _): &&(Str, Attr)| !own_parameters(function).any(|(own, _)| **own == **key);
                let entries = given.entries.iter().filter(is_other).cloned().collect();
                Thing::Data(Attr { value: Value::Map(Map { entries, ..given.clone() }), ..all.clone() })
            });
            self.names.set(name, thing);
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
        let outer_names = globals.map(|globals| std::mem::replace(&mut self.names, Names::above(globals)));
        let before = self.names.mark();
        let outer = std::mem::take(&mut self.returned);
        self.bind(function, positional, Some(keywords));
        self.block(&function.body);
        self.left = self.names.take_back(before);
        if let Some(outer) = outer_names {
            self.names = outer;
        }
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
