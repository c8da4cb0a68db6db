//! Module calls: the instances behind a `module` block, and references to their outputs.
//!
//! Called by `eval::traversal` for references and by `resource` to walk the tree of modules. Local folders are
//! followed; anything else is a module that is not read.

use super::eval::Env;
use super::eval::traversal::split_name;
use super::installed::Entrance;
use super::instances::{self, Shape};
use super::module::{Caller, Module};
use super::project::{Decl, local_source};
use super::run::{ModuleId, Run};
use super::unread;
use crate::model::native::Call;
use crate::model::value::{Attr, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use hcl_edit::Decorated;
use hcl_edit::expr::TraversalOperator;
use std::rc::Rc;
use std::sync::Arc;

type Operator = Decorated<TraversalOperator>;

/// Module calls one inside the other.
const MAX_NESTING: usize = 32;

/// What a `module` block leads to.
pub struct Children {
    /// How references to the call see it.
    pub shape: Shape,
    /// Instances with their keys.
    pub modules: Vec<(Option<Str>, ModuleId)>,
    /// Why it is not followed, if it is not.
    pub unread: Option<Why>,
}

/// The instances of a module call, made once.
pub fn children<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>) -> Rc<Children> {
    let name: Str = decl.label(0).into();
    if let Some(known) = module.children.borrow().get(&name) {
        return Rc::clone(known);
    }
    let why = |code| Why::new(code, format!("module.{name}"), decl.file.text.head(decl.block));
    let unread = |why| Rc::new(Children { shape: Shape::Unclear, modules: Vec::new(), unread: Some(why) });
    // Until it is made, whoever asks for it goes in a circle.
    module.children.borrow_mut().insert(Str::clone(&name), unread(why(WhyCode::ReferenceCycle)));
    let made = match follow(run, module, decl) {
        Ok(folder) => make(run, module, decl, &folder).map_or_else(|| unread(why(WhyCode::LimitReached)), Rc::new),
        Err(code) => unread(why(code)),
    };
    module.children.borrow_mut().insert(name, Rc::clone(&made));
    made
}

/// The folder a call leads to.
fn follow<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>) -> Result<String, WhyCode> {
    let folder = local_source(&module.directory.path, decl);
    let folder = folder.or_else(|| installed(run, module, decl)).ok_or(WhyCode::SourceNotRead)?;
    if !run.project.directories.contains_key(&folder) {
        return Err(WhyCode::SourceNotRead);
    }
    if module.calls.len() >= MAX_NESTING {
        return Err(WhyCode::LimitReached);
    }
    if module.directory.path == folder {
        return Err(WhyCode::ReferenceCycle);
    }
    let mut caller = module.caller.as_ref().map(|caller| caller.module);
    while let Some(above) = caller.and_then(|id| run.module(id)) {
        if above.directory.path == folder {
            return Err(WhyCode::ReferenceCycle);
        }
        caller = above.caller.as_ref().map(|caller| caller.module);
    }
    Ok(folder)
}

/// The folder that a call's module has been downloaded to.
fn installed<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>) -> Option<String> {
    let source = decl.expr("source")?.as_str()?;
    let mut key = decl.label(0).to_owned();
    let mut caller = module.caller.as_ref();
    let mut above;
    while let Some(call) = caller {
        key = format!("{}.{key}", call.decl.label(0));
        above = run.module(call.module)?;
        caller = above.caller.as_ref();
    }
    run.project.installed.folder(&run.scope, key, source).map(str::to_owned)
}

fn make<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>, folder: &str) -> Option<Children> {
    let directory = run.project.directories.get(folder)?;
    let env = module.env(run, decl.file, None);
    let instances = instances::of(&env, decl.block);
    let mut modules = Vec::with_capacity(instances.all.len());
    for instance in instances.all {
        let name = match (&instance.key, instances.shape) {
            (Some(key), Shape::List) => format!("module.{}[{key}]", decl.label(0)),
            (Some(key), _) => format!("module.{}[\"{key}\"]", decl.label(0)),
            (None, _) => format!("module.{}", decl.label(0)),
        };
        let call = Call { name: name.as_str().into(), at: decl.file.text.head(decl.block) };
        let entrance =
            || Entrance { head: call.at, body: decl.file.text.span(decl.block), calls: Arc::clone(&module.calls) };
        let is_installed = run.project.installed.contains(folder);
        let entrance = module.entrance.clone().or_else(|| is_installed.then(entrance));
        let made = run.add(|id| Module {
            id,
            directory,
            prefix: format!("{}{name}.", module.prefix).into(),
            calls: module.calls.iter().cloned().chain([call]).collect(),
            exists: module.exists.and(instance.exists),
            count: product(module.count.as_ref(), instance.count),
            entrance,
            caller: Some(Caller { module: module.id, decl: *decl, binding: instance.binding }),
            memo: Default::default(),
            children: Default::default(),
            instances: Default::default(),
        })?;
        modules.push((instance.key, made.id));
    }
    Some(Children { shape: instances.shape, modules, unread: None })
}

/// How many of what there are how many of; `None` is one.
pub fn product(outer: Option<&Attr>, inner: Option<Attr>) -> Option<Attr> {
    let (Some(outer), Some(inner)) = (outer, &inner) else { return inner.or_else(|| outer.cloned()) };
    let known = outer.value.as_number().zip(inner.value.as_number()).and_then(|(a, b)| a.mul(b));
    Some(match known {
        Some(number) => Attr { value: Value::number(number), ..inner.clone() },
        None if inner.value.as_number().is_some() => outer.clone(),
        None => inner.clone(),
    })
}

/// `module.NAME…` at `here`: the value of the part that names an output, and the operators left to apply.
pub fn reference<'o>(env: &Env<'_, '_>, name: &str, operators: &'o [Operator], here: Span) -> (Attr, &'o [Operator]) {
    let Some(decl) = env.module.directory.modules.get(name) else {
        return (Attr::new(env.unknown(env.module.undeclared(), here), here), &[]);
    };
    let children = children(env.run, env.module, decl);
    if let Some(unread) = &children.unread {
        let judged = decl.expr("source").and_then(|source| source.as_str());
        let is_judged = judged.is_some_and(|source| unread::is_judged(env.run.context, source));
        return match output_named(env, operators).filter(|_| is_judged) {
            Some((instance, output, rest)) => {
                let address = format!("{}module.{name}", env.module.prefix).into();
                let scope = Str::clone(&env.run.unit);
                let refers_to = Some(Arc::new(ResourceRef { scope, address, instance, attribute: output.into() }));
                let unknown = Unknown { why: env.why(unread.code, here), may_be_absent: true, refers_to };
                (Attr::new(Value::Unknown(unknown), here), rest)
            }
            None => (Attr::new(env.unknown(unread.code, here), here), &[]),
        };
    }
    let single = matches!(children.shape, Shape::Single | Shape::Unclear);
    if let (true, Some((output, rest)), [(_, id)]) = (single, split_name(operators), children.modules.as_slice()) {
        return (output_of(env, *id, output, here), rest);
    }
    if let Some((first, rest)) = operators.split_first()
        && let (TraversalOperator::Index(key), Some((output, rest))) = (first.value(), split_name(rest))
    {
        let key = env.eval(key).value.scalar_text();
        let meant = children.modules.iter().find(|(own, _)| children.shape == Shape::Unclear || *own == key);
        let value = match meant {
            Some((_, id)) => output_of(env, *id, output, here),
            None if key.is_none() => Attr::new(env.unknown(WhyCode::UnknownCondition, here), here),
            None => Attr::new(env.unknown(WhyCode::InvalidExpression, here), here),
        };
        return (value, rest);
    }
    let only = operators.get(1..).and_then(split_name).map(|(output, _)| output);
    (objects(env, &children, only, here), operators)
}

/// The output that a reference to a call names, of which of its instances, and what follows.
fn output_named<'o>(env: &Env<'_, '_>, operators: &'o [Operator]) -> Option<(Option<Str>, &'o str, &'o [Operator])> {
    let (instance, operators) = match operators.split_first().map(|(first, rest)| (first.value(), rest)) {
        Some((TraversalOperator::Index(key), rest)) => (env.eval(key).value.scalar_text(), rest),
        _ => (None, operators),
    };
    split_name(operators).map(|(output, rest)| (instance, output, rest))
}

fn output_of(env: &Env<'_, '_>, id: ModuleId, output: &str, here: Span) -> Attr {
    match env.run.module(id) {
        Some(module) => module.output(env, output, here),
        None => Attr::new(env.unknown(WhyCode::LimitReached, here), here),
    }
}

/// Module instances as objects of their outputs, or of the one that is asked for.
fn objects(env: &Env<'_, '_>, children: &Children, only: Option<&str>, here: Span) -> Attr {
    let object = |id: &ModuleId| {
        let module = env.run.module(*id);
        let names: Vec<&str> = match (&module, only) {
            (_, Some(only)) => vec![only],
            (Some(module), None) => module.directory.outputs.keys().copied().collect(),
            (None, None) => Vec::new(),
        };
        let entries = names.iter().map(|name| ((*name).into(), output_of(env, *id, name, here)));
        Attr::new(Value::map(entries.collect::<Vec<(Str, Attr)>>()), here)
    };
    let value = match (children.shape, children.modules.as_slice()) {
        (Shape::Single, [(_, id)]) => return object(id),
        (Shape::List, all) => Value::list(all.iter().map(|(_, id)| object(id)).collect::<Vec<_>>()),
        (Shape::Map, all) if all.iter().all(|(key, _)| key.is_some()) => Value::map(
            all.iter().filter_map(|(key, id)| Some((key.clone()?, object(id)))).collect::<Vec<(Str, Attr)>>(),
        ),
        _ => env.unknown(WhyCode::UnknownCondition, here),
    };
    Attr::new(value, here).passed(Via::ModuleOutput, here)
}
