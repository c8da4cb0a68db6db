//! Module calls that are not followed: a native of their own where some kind has a row for the source, and a gap.
//!
//! Called by `resource`'s walk.

use super::block;
use super::eval::Env;
use super::instances;
use super::module::Module;
use super::project::Decl;
use super::provider::Configuration;
use super::resource::Found;
use super::run::Run;
use crate::model::native::{Gap, Native};
use crate::model::value::{Attr, ResourceRef, Str, Value, Why};
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::visit::{self, Visit};

/// Notes the gap that an unread module leaves, and yields its natives where they are wanted.
pub fn module<'p>(run: &Run<'p>, module: &Module<'p>, decl: &Decl<'p>, why: &Why, out: &mut Vec<Native>) {
    let outer = module.env(run, decl.file, None);
    let source = decl.expr("source").and_then(|source| source.as_str()).map(plain_source).unwrap_or_default();
    let native_type: Str = format!("module:{source}").into();
    let wanted = run.context.wanted.contains(&native_type);
    let mut receives = direct_references(&outer, decl);
    for instance in &instances::of(&outer, decl.block).all {
        let frame = instance.binding.as_ref().map(|(name, value)| outer.bind(name, value.clone()));
        let env = Env { frame: frame.as_ref(), ..outer };
        let tree = block::resource(&env, decl.block);
        tree.entries.iter().for_each(|(_, argument)| references(argument, &mut receives));
        if wanted {
            // `terraform-aws-modules/eks/aws`: the third part names the provider.
            let provider = source.split('/').nth(2).unwrap_or_default();
            let found = Found {
                native_type: Str::clone(&native_type),
                address: format!("{}module.{}", module.prefix, decl.label(0)).into(),
                configuration: Configuration::default_of(provider),
                tree,
            };
            out.push(found.native(&env, decl, instance));
        }
    }
    run.gap(Gap { why: why.clone(), receives: Some(receives) });
}

/// A module's source without the registry's host, version and ref.
fn plain_source(source: &str) -> &str {
    let source = source.split_once('?').map_or(source, |(source, _)| source);
    source.strip_prefix("registry.terraform.io/").unwrap_or(source)
}

fn push(reference: ResourceRef, found: &mut Vec<ResourceRef>) {
    if !found.contains(&reference) {
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
