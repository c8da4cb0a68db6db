//! Resource blocks: references to their attributes, and the walk that yields natives.
//!
//! Called by `read` for each root and by `eval::traversal`. Only types that some kind wants are evaluated.

use super::block;
use super::calls::{self, product};
use super::eval::traversal::instance_object;
use super::eval::{Env, Frame};
use super::functions;
use super::instances::{self, Instance, Instances, Shape};
use super::module::{Module, What};
use super::project::Decl;
use super::provider::{self, Configuration};
use super::run::Run;
use super::unread;
use crate::model::native::{Arguments, Exists, Gap, Group, Native};
use crate::model::value::{Attr, List, Map, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use hcl_edit::structure::Body;
use std::rc::Rc;
use std::sync::Arc;

/// Natives of one root before the rest is a gap.
const MAX_NATIVES: usize = 50_000;

/// Yields the natives of a module and of the modules it calls, in source order, and what they look up.
pub fn natives<'p>(run: &Run<'p>, module: &Rc<Module<'p>>, out: &mut Group) {
    for why in &module.directory.broken {
        run.gap(Gap { why: why.clone(), receives: None });
    }
    let wanted = |decl: &&Decl<'p>| run.context.wanted.contains(decl.label(0));
    for decl in module.directory.data.values().filter(wanted) {
        let instances = instances_of(run, module, decl);
        let room = MAX_NATIVES.saturating_sub(out.looked_up.len());
        out.looked_up.extend(instances.all.iter().take(room).map(|instance| native(run, module, decl, instance)));
    }
    for decl in &module.directory.contents {
        if out.natives.len() > MAX_NATIVES {
            let env = module.env(run, decl.file, None);
            let why = env.why(WhyCode::LimitReached, decl.file.text.head(decl.block));
            return run.gap(Gap { why, receives: None });
        }
        if decl.block.ident.as_str() == "module" {
            let children = calls::children(run, module, decl);
            match &children.unread {
                Some(why) => unread::module(run, module, decl, why, &mut out.natives),
                None => {
                    let made = children.modules.iter().filter_map(|(_, id)| run.module(*id));
                    made.for_each(|child| natives(run, &child, out));
                }
            }
        } else if wanted(&decl) {
            let instances = instances_of(run, module, decl);
            out.natives.extend(instances.all.iter().map(|instance| native(run, module, decl, instance)));
        }
    }
}

fn instances_of<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>) -> Rc<Instances> {
    let key: Str = format!("{}.{}.{}", decl.block.ident.as_str(), decl.label(0), decl.label(1)).into();
    if let Some(known) = module.instances.borrow().get(&key) {
        return Rc::clone(known);
    }
    // Until it is known, references from inside see a single object.
    module.instances.borrow_mut().insert(Str::clone(&key), Rc::new(Instances::single()));
    let made = Rc::new(instances::of(&module.env(run, decl.file, None), decl.block));
    module.instances.borrow_mut().insert(key, Rc::clone(&made));
    made
}

fn native<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>, instance: &Instance) -> Native {
    let outer = module.env(run, decl.file, None);
    let frame = instance.binding.as_ref().map(|(name, value)| outer.bind(name, value.clone()));
    let env = Env { frame: frame.as_ref(), ..outer };
    let native_type = decl.label(0);
    let configuration = Configuration::of(decl.expr("provider"), native_type);
    let found = Found {
        native_type: native_type.into(),
        address: format!("{}{}{native_type}.{}", module.prefix, mode(decl), decl.label(1)).into(),
        configuration,
        tree: block::resource(&env, decl.block),
    };
    found.native(&env, decl, instance)
}

/// What the address of a block has before its type.
fn mode(decl: &Decl<'_>) -> &'static str {
    if decl.block.ident.as_str() == "data" { "data." } else { "" }
}

/// A resource or unread module call that has been evaluated.
pub struct Found {
    /// Its type.
    pub native_type: Str,
    /// Its address.
    pub address: Str,
    /// Its provider.
    pub configuration: Configuration,
    /// Its attributes.
    pub tree: Map,
}

impl Found {
    /// The native for one of its instances.
    pub fn native(self, env: &Env<'_, '_>, decl: &Decl<'_>, instance: &Instance) -> Native {
        let (head, body) = (decl.file.text.head(decl.block), decl.file.text.span(decl.block));
        let module = env.module;
        let provided = provider::provide(env, &self.configuration, &self.tree, head);
        let one = || Attr::new(Value::number(1.into()), head);
        let native = Native {
            native_type: self.native_type,
            scope: Str::clone(&env.run.unit),
            address: self.address,
            instance: instance.key.clone(),
            head,
            body,
            tree: Attr { key: Some(head), ..Attr::new(Value::Map(self.tree), body) },
            provider: if provided.cloud.is_empty() { provided.own_name.into() } else { provided.cloud.into() },
            region: provided.region,
            default_tags: provided.default_tags,
            calls: module.calls.clone(),
            exists: module.exists.and(instance.exists.clone()),
            count: product(module.count.as_ref(), instance.count.clone()).unwrap_or_else(one),
            arguments: Arguments::Keys,
        };
        match &module.entrance {
            Some(entrance) => entrance.show(native, env, instance.binding.as_ref()),
            None => native,
        }
    }
}

/// `TYPE.NAME` or `data.TYPE.NAME` as a value: an object, or a list or map of its instances.
pub fn object(env: &Env<'_, '_>, (mode, ty, name): (&str, &str, &str), here: Span) -> Attr {
    let directory = env.module.directory;
    let (decl, code, prefix) = match mode {
        "data" => (directory.data.get(&(ty, name)), WhyCode::LookedUpAtDeployment, "data."),
        _ => (directory.resources.get(&(ty, name)), WhyCode::KnownAfterApply, ""),
    };
    let Some(decl) = decl else {
        return Attr::new(env.unknown(env.module.undeclared(), here), here);
    };
    let address = format!("{}{prefix}{ty}.{name}", env.module.prefix);
    let instances = instances_of(env.run, env.module, decl);
    let one = |key: Option<&str>| instance_object(env, &address, key, code, here);
    let known = |instance: &Instance| Some((Str::clone(instance.key.as_ref()?), one(instance.key.as_deref())));
    let value = match instances.shape {
        Shape::Single => return one(None),
        Shape::Unclear => {
            let may_be_absent = instances.all.iter().any(|one| matches!(one.exists, Exists::Unless(_)));
            let object = one(None);
            return match object.value {
                Value::Unknown(unknown) => {
                    Attr { value: Value::Unknown(Unknown { may_be_absent, ..unknown }), ..object }
                }
                _ => object,
            };
        }
        Shape::List => {
            Value::list(instances.all.iter().filter_map(known).map(|(_, object)| object).collect::<Vec<_>>())
        }
        Shape::Map => {
            let entries = instances.all.iter().filter_map(known).collect::<Vec<_>>().into();
            let rest = instances.all.iter().find(|one| one.key.is_none());
            let open = rest.map(|_| env.why(WhyCode::UnknownCondition, here));
            Value::Map(Map { entries, open, ..Map::default() })
        }
    };
    Attr::new(value, here)
}

/// An attribute of a referenced resource as seen at `here`: what is written there, else set at deployment.
pub fn attribute(env: &Env<'_, '_>, reference: &ResourceRef, name: &str, here: Span) -> Attr {
    let refers_to = Arc::new(ResourceRef { attribute: name.into(), ..reference.clone() });
    let computed = |code: WhyCode| {
        let unknown =
            Unknown { why: env.why(code, here), may_be_absent: false, refers_to: Some(Arc::clone(&refers_to)) };
        Attr::new(Value::Unknown(unknown), here)
    };
    let Some((module, decl, is_data)) = declared(env, &reference.address) else {
        return computed(WhyCode::KnownAfterApply);
    };
    let code = if is_data { WhyCode::LookedUpAtDeployment } else { WhyCode::KnownAfterApply };
    let body = &decl.block.body;
    // What `templatefile` was before: the one data source that looks nothing up.
    let is_template = is_data && decl.label(0) == "template_file" && name == "rendered";
    if !is_template && !body.has_attribute(name) && !body.has_blocks(name) && !block::has_dynamic(body, name) {
        return computed(code);
    }
    let instances = instances_of(env.run, &module, &decl);
    let instance = instances.get(reference.instance.as_deref());
    let key = format!("{}[{}].{name}", reference.address, reference.instance.as_deref().unwrap_or_default());
    let inside = Env { run: env.run, module: &module, text: env.text, frame: None };
    let found = module.memoized(&inside, (What::Attribute, &key), here, || {
        let outer = module.env(env.run, decl.file, None);
        let frame = frame_of(&outer, instance, &instances);
        let env = Env { frame: frame.as_ref(), ..outer };
        if is_template {
            return (Via::Resource, rendered(&env, body, here));
        }
        let written = block::entry(&env, body, name).unwrap_or_else(|| Attr::new(Value::Null, here));
        let is_attribute = body.has_attribute(name);
        (Via::Resource, if is_attribute { written } else { opened(written, &inside.why(code, here)) })
    });
    match &found.value {
        Value::Null => computed(code),
        // Which resource is meant says more than the known pieces of its name.
        Value::Text(_) => {
            let Value::Unknown(unknown) = computed(code).value else { return found };
            let why = super::eval::first_why(&found.value).unwrap_or(unknown.why);
            Attr { value: Value::Unknown(Unknown { why, ..unknown }), ..found }
        }
        Value::Unknown(unknown) if unknown.refers_to.is_none() => {
            let refers_to = Some(Arc::clone(&refers_to));
            Attr { value: Value::Unknown(Unknown { refers_to, may_be_absent: false, ..unknown.clone() }), ..found }
        }
        _ => found,
    }
}

/// The text of a template that is a data source.
fn rendered(env: &Env<'_, '_>, body: &Body, here: Span) -> Attr {
    let entry = |name| block::entry(env, body, name);
    let vars = entry("vars").unwrap_or_else(|| Attr::new(Value::map([]), here));
    let names = match &vars.value {
        Value::List(List { items, .. }) => items.first().unwrap_or(&vars),
        _ => &vars,
    };
    let text = entry("template").map(|template| functions::file::rendered(env, &template, names, template.at));
    text.and_then(Result::ok).unwrap_or_else(|| Attr::new(env.unknown(WhyCode::LookedUpAtDeployment, here), here))
}

/// Blocks as a reference sees them: besides what is written, the provider sets attributes of its own.
fn opened(blocks: Attr, why: &Why) -> Attr {
    let value = match &blocks.value {
        Value::List(list) => {
            let items = list.items.iter().map(|block| opened(block.clone(), why)).collect();
            Value::List(List { items, open: list.open.clone(), kind: list.kind })
        }
        Value::Map(map) => {
            let entry = |(key, value): &(Str, Attr)| (Str::clone(key), opened(value.clone(), why));
            let open = Some(map.open.clone().unwrap_or_else(|| why.clone()));
            Value::Map(Map { entries: map.entries.iter().map(entry).collect(), open, ..Map::default() })
        }
        _ => return blocks,
    };
    Attr { value, ..blocks }
}

/// `each` or `count` of the instance meant; not known where it is not.
fn frame_of<'f>(env: &Env<'f, '_>, instance: Option<&'f Instance>, instances: &Instances) -> Option<Frame<'f>> {
    if let Some(instance) = instance {
        return instance.binding.as_ref().map(|(name, value)| env.bind(name, value.clone()));
    }
    let (name, value) = instances.all.first()?.binding.as_ref()?;
    let unknown = Attr::new(env.unknown(WhyCode::UnknownCondition, value.at), value.at);
    Some(env.bind(name, unknown))
}

/// The block of an address, and whether it is a data source.
fn declared<'p>(env: &Env<'_, 'p>, address: &str) -> Option<(Rc<Module<'p>>, Decl<'p>, bool)> {
    let (rest, name) = address.rsplit_once('.')?;
    let (prefix, ty) = rest.rsplit_once('.').map_or(("", rest), |(prefix, ty)| (prefix, ty));
    let outer = if prefix == "data" { Some("") } else { prefix.strip_suffix(".data") };
    let (prefix, is_data) = outer.map_or((prefix, false), |outer| (outer, true));
    let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}.") };
    let module = env.run.module_at(&prefix)?;
    let declared = if is_data { &module.directory.data } else { &module.directory.resources };
    let decl = declared.get(&(ty, name)).copied()?;
    Some((module, decl, is_data))
}
