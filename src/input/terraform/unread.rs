//! Module calls that are not followed: a native of their own where some kind has a row for the source, and a gap.
//!
//! Called by `resource`'s walk, and by `read` for what Terragrunt deploys.

use super::block;
use super::eval::Env;
use super::instances::{self, Instances};
use super::module::Module;
use super::project::Decl;
use super::provider::Configuration;
use super::resource::Found;
use super::run::Run;
use super::terragrunt::Deployment;
use crate::input::Context;
use crate::model::native::{Gap, Native};
use crate::model::value::{Attr, Map, ResourceRef, Str, Value, Why};
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::visit::{self, Visit};

/// Notes the gap that an unread module leaves, and yields its natives where they are wanted.
pub fn module<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>, why: &Why, out: &mut Vec<Native>) {
    let outer = module.env(run, decl.file, None);
    let source = decl.expr("source").and_then(|source| source.as_str()).map(registry_name).unwrap_or_default();
    let mut receives = direct_references(&outer, decl);
    for instance in &instances::of(&outer, decl.block).all {
        let frame = instance.binding.as_ref().map(|(name, value)| outer.bind(name, value.clone()));
        let env = Env { frame: frame.as_ref(), ..outer };
        let tree = block::resource(&env, decl.block);
        tree.entries.iter().for_each(|(_, argument)| references(argument, &mut receives));
        let address = format!("{}module.{}", module.prefix, decl.label(0)).into();
        out.extend(found(run, decl, &source, address, tree).map(|found| found.native(&env, decl, instance)));
    }
    run.gap(Gap { why: why.clone(), receives: Some(receives) });
}

/// Yields the native of an unread module that Terragrunt deploys, where it is wanted.
pub fn deployment<'p>(run: &Run<'p>, module: &Module<'p>, deployment: &'p Deployment, source: &str) -> Option<Native> {
    let decl = Decl { file: &deployment.file, block: deployment.block()? };
    let env = module.env(run, decl.file, None);
    let address = deployment.folder().rsplit('/').next().unwrap_or_default().into();
    let found = found(run, &decl, &registry_name(source), address, deployment.inputs.clone())?;
    Some(found.native(&env, &decl, Instances::single().get(None)?))
}

/// Whether a module from elsewhere is judged by what it is given.
pub fn is_judged(context: &Context<'_>, source: &str) -> bool {
    context.wanted.contains(&*format!("module:{}", registry_name(source)))
}

fn found(run: &Run<'_>, call: &Decl<'_>, source: &str, address: Str, tree: Map) -> Option<Found> {
    let native_type: Str = format!("module:{source}").into();
    // `terraform-aws-modules/eks/aws`: the third part names the provider.
    let configuration = Configuration::passed_by(call, source.split('/').nth(2).unwrap_or_default());
    run.context.wanted.contains(&native_type).then_some(Found { native_type, address, configuration, tree })
}

/// The name of a module in the public registry, without version and ref; any other source as it is. The registry
/// names what stands in `github.com/ORGANIZATION/terraform-PROVIDER-NAME`.
fn registry_name(source: &str) -> String {
    let source = source.split_once('?').map_or(source, |(source, _)| source);
    let repository = || {
        let (_, path) = source.split_once("github.com")?;
        let path = path.strip_prefix(['/', ':'])?;
        let (path, below) =
            path.split_once("//").map_or((path, String::new()), |(path, below)| (path, format!("//{below}")));
        let (organization, repository) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
        let (provider, name) = repository.strip_prefix("terraform-")?.split_once('-')?;
        Some(format!("{organization}/{name}/{provider}{below}"))
    };
    let registry = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    repository().unwrap_or_else(|| registry.to_owned())
}

/// Notes a resource. What a module makes that is known by its arguments is settled by these: no other adds to it.
fn push(reference: ResourceRef, found: &mut Vec<ResourceRef>) {
    let is_module = reference.address.rsplit('.').nth(1) == Some("module");
    if !is_module && !found.contains(&reference) {
        found.push(reference);
    }
}

/// The resources that a value refers to.
fn references(attr: &Attr, found: &mut Vec<ResourceRef>) {
    match &attr.value {
        Value::Unknown(unknown) => unknown.refers_to.iter().for_each(|one| push(ResourceRef::clone(one), found)),
        Value::List(list) => list.items.iter().for_each(|item| references(item, found)),
        Value::Map(map) => map.entries.iter().for_each(|(_, entry)| references(entry, found)),
        Value::OneOf(all) => all.iter().flatten().for_each(|one| references(one, found)),
        Value::Text(pieces) => pieces.iter().for_each(|piece| {
            if let crate::model::value::Piece::Hole(hole) = piece {
                hole.refers_to.iter().for_each(|one| push(ResourceRef::clone(one), found));
            }
        }),
        _ => {}
    }
}

/// The resources named in the arguments themselves, also where the attribute's value is known.
fn direct_references(env: &Env<'_, '_>, decl: &Decl<'_>) -> Vec<ResourceRef> {
    let mut search = Search { env, found: Vec::new() };
    search.visit_body(&decl.block.body);
    search.found
}

struct Search<'e, 'p> {
    env: &'e Env<'e, 'p>,
    found: Vec<ResourceRef>,
}

impl Visit for Search<'_, '_> {
    fn visit_traversal(&mut self, node: &Traversal) {
        let names = node.operators.iter().map(|operator| match operator.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str()),
            _ => None,
        });
        let names: Vec<Option<&str>> = names.take(3).collect();
        if let (Expression::Variable(ty), Some(Some(name))) = (&node.expr, names.first())
            && self.env.module.directory.resources.contains_key(&(ty.as_str(), *name))
        {
            let reference = ResourceRef {
                scope: Str::clone(&self.env.run.unit),
                address: format!("{}{}.{name}", self.env.module.prefix, ty.as_str()).into(),
                instance: None,
                attribute: names.get(1).copied().flatten().unwrap_or_default().into(),
            };
            push(reference, &mut self.found);
        }
        visit::visit_traversal(self, node);
    }
}
