//! One instance of a module: its variables, local values and outputs, evaluated when first asked for.
//!
//! Called by references (`eval::traversal`), by `calls` and by `resource`. A value that needs itself is unknown.

use super::eval::convert;
use super::eval::{Env, Frame};
use super::installed::Entrance;
use super::instances::Binding;
use super::parse::File;
use super::project::{Decl, Directory, attribute};
use super::run::{ModuleId, Run};
use super::{terragrunt, variables};
use crate::model::native::{Call, Exists};
use crate::model::value::{Attr, Str, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// A module instance.
pub struct Module<'p> {
    /// Its identity.
    pub id: ModuleId,
    /// Its folder.
    pub directory: &'p Directory<'p>,
    /// What addresses inside it start with: `module.a["x"].`; empty for the root.
    pub prefix: Str,
    /// The calls that led here, outermost first.
    pub calls: Arc<[Call]>,
    /// Whether it certainly exists.
    pub exists: Exists,
    /// How many equal instances it stands for; `None` for one.
    pub count: Option<Attr>,
    /// The call that made it; `None` for the root.
    pub caller: Option<Caller<'p>>,
    /// The call by which a downloaded module was entered, where it is one or inside one.
    pub entrance: Option<Entrance>,
    /// Values already evaluated, or being evaluated.
    pub memo: RefCell<HashMap<(What, Str), Memo>>,
    /// Module calls already expanded.
    pub children: RefCell<HashMap<Str, Rc<super::calls::Children>>>,
    /// `count` and `for_each` of resources already evaluated.
    pub instances: RefCell<HashMap<Str, Rc<super::instances::Instances>>>,
}

/// The call of a module instance.
pub struct Caller<'p> {
    /// The calling instance.
    pub module: ModuleId,
    /// The `module` block.
    pub decl: Decl<'p>,
    /// `each` or `count` of this instance.
    pub binding: Option<Binding>,
}

/// Kinds of memoized values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum What {
    /// `var.x`.
    Variable,
    /// `local.x`.
    Local,
    /// `module.m.x`, seen from inside.
    Output,
    /// An attribute of a resource.
    Attribute,
}

/// A memoized value.
pub enum Memo {
    /// Being evaluated: asking again is a circle.
    Busy,
    /// Evaluated; how it is passed on to whoever refers to it.
    Done(Via, Attr),
}

impl<'p> Module<'p> {
    /// The module that is deployed itself; `calls` say by what, if not by itself.
    pub fn root(id: ModuleId, directory: &'p Directory<'p>, calls: Arc<[Call]>) -> Module<'p> {
        Module {
            id,
            directory,
            prefix: "".into(),
            calls,
            exists: Exists::Yes,
            count: None,
            caller: None,
            entrance: None,
            memo: Default::default(),
            children: Default::default(),
            instances: Default::default(),
        }
    }

    /// An environment for expressions of one of this module's files.
    pub fn env<'e>(&'e self, run: &'e Run<'p>, file: &'e File, frame: Option<&'e Frame<'e>>) -> Env<'e, 'p> {
        Env { run, module: self, text: &file.text, frame }
    }

    /// `path.module`: this module's folder as seen from the root's.
    pub fn path_from(&self, root: &str) -> String {
        terragrunt::between(root, &self.directory.path)
    }

    /// The value of a memoized thing, passed on to `here`. `compute` runs at most once.
    pub fn memoized(
        &self,
        env: &Env<'_, 'p>,
        key: (What, &str),
        here: Span,
        compute: impl FnOnce() -> (Via, Attr),
    ) -> Attr {
        let key = (key.0, Str::from(key.1));
        match self.memo.borrow().get(&key) {
            Some(Memo::Done(via, attr)) => return attr.passed(*via, here),
            Some(Memo::Busy) => return Attr::new(env.unknown(WhyCode::ReferenceCycle, here), here),
            None => {}
        }
        let Some(_level) = env.run.enter() else {
            return Attr::new(env.unknown(WhyCode::LimitReached, here), here);
        };
        self.memo.borrow_mut().insert(key.clone(), Memo::Busy);
        let (via, attr) = compute();
        let attr = env.run.bounded(attr, || env.text.what(here));
        let passed = attr.passed(via, here);
        self.memo.borrow_mut().insert(key, Memo::Done(via, attr));
        passed
    }

    /// Why a name is not declared here: nothing declares it, or a file that did not parse may.
    pub fn undeclared(&self) -> WhyCode {
        if self.directory.broken.is_empty() { WhyCode::UnknownName } else { WhyCode::SourceNotRead }
    }

    /// `local.NAME` as seen at `here`.
    pub fn local(&self, env: &Env<'_, 'p>, name: &str, here: Span) -> Attr {
        let Some(decl) = self.directory.locals.get(name) else {
            return Attr::new(env.unknown(self.undeclared(), here), here);
        };
        self.memoized(env, (What::Local, name), here, || {
            (Via::Local, self.env(env.run, decl.file, None).eval(&decl.attribute.value))
        })
    }

    /// `module.M.NAME` of this instance as seen at `here` in the caller.
    pub fn output(&self, env: &Env<'_, 'p>, name: &str, here: Span) -> Attr {
        let Some(decl) = self.directory.outputs.get(name) else {
            return Attr::new(env.unknown(self.undeclared(), here), here);
        };
        self.memoized(env, (What::Output, name), here, || {
            let own = self.env(env.run, decl.file, None);
            let value = decl.expr("value").map(|value| own.eval(value));
            let mut value = value.unwrap_or_else(|| Attr::new(Value::Null, decl.file.text.head(decl.block)));
            value.sensitive |= is_sensitive(decl);
            (Via::ModuleOutput, value)
        })
    }

    /// `var.NAME` as seen at `here`.
    pub fn variable(&self, env: &Env<'_, 'p>, name: &str, here: Span) -> Attr {
        let Some(decl) = self.directory.variables.get(name) else {
            return Attr::new(env.unknown(self.undeclared(), here), here);
        };
        self.memoized(env, (What::Variable, name), here, || {
            let own = self.env(env.run, decl.file, None);
            let (via, value) = self.given(&own, name, decl).unwrap_or_else(|| self.default(&own, name, decl));
            let typed = match decl.expr("type") {
                Some(declared) => convert::to_type(&own, value, declared),
                None => value,
            };
            let sensitive = typed.sensitive || is_sensitive(decl);
            (via, Attr { sensitive, ..typed })
        })
    }

    /// What the caller or the user gave; null means the default where the variable is not nullable.
    fn given(&self, own: &Env<'_, 'p>, name: &str, decl: &Decl<'p>) -> Option<(Via, Attr)> {
        let given = match &self.caller {
            None => variables::given(own, name, decl)?,
            Some(caller) => (Via::ModuleArgument, caller.argument(own.run, name)?),
        };
        let not_nullable = attribute(decl.block, "nullable").and_then(|nullable| nullable.as_bool()) == Some(false);
        (!(not_nullable && matches!(given.1.value, Value::Null))).then_some(given)
    }

    fn default(&self, own: &Env<'_, 'p>, name: &str, decl: &Decl<'p>) -> (Via, Attr) {
        // Only a root loads variables files; one that could not be read may hold another value.
        if let Some(why) = self.directory.broken_variables.first().filter(|_| self.caller.is_none()) {
            return (Via::VariableFile, Attr::unknown(why.clone(), decl.file.text.head(decl.block)));
        }
        let value = match decl.expr("default") {
            Some(default) => own.eval(default),
            None => {
                let head = decl.file.text.head(decl.block);
                let why = Why::new(WhyCode::VariableWithoutDefault, format!("var.{name}"), head);
                Attr::unknown(why, head)
            }
        };
        (Via::VariableDefault, value)
    }
}

fn is_sensitive(decl: &Decl<'_>) -> bool {
    ["sensitive", "ephemeral"].iter().any(|name| decl.expr(name).and_then(|expr| expr.as_bool()) == Some(true))
}

impl<'p> Caller<'p> {
    /// An argument of the call, evaluated in the calling module.
    fn argument(&self, run: &Run<'p>, name: &str) -> Option<Attr> {
        let expr = self.decl.expr(name)?;
        let module = run.module(self.module)?;
        Some(self.within(&module, run, |env| env.eval(expr)))
    }

    /// Evaluates something in the calling module, with this instance's `each` or `count` bound.
    pub fn within<T>(&self, module: &Module<'p>, run: &Run<'p>, f: impl FnOnce(&Env<'_, 'p>) -> T) -> T {
        let env = module.env(run, self.decl.file, None);
        match &self.binding {
            Some((name, value)) => f(&env.with(&env.bind(name, value.clone()))),
            None => f(&env),
        }
    }
}
