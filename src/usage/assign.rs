//! Whose the measured figures are: by address, by name, by machine type, in this order.
//!
//! Called by `engine` once the resources are known. It must not know any kind; kinds say under which names monitoring
//! knows their resources.

use super::{Measured, Usage};
use crate::model::resource::{Inventory, Resource, ResourceId};
use crate::model::value::{Attr, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What was measured of each resource, and the names in the file that none has.
pub fn assign(usage: &Usage, inventory: &Inventory) -> (HashMap<ResourceId, Arc<Measured>>, Vec<String>) {
    let shared: HashMap<&str, Arc<Measured>> =
        usage.0.iter().map(|(name, measured)| (name.as_str(), Arc::new(measured.clone()))).collect();
    let mut found = HashMap::new();
    let mut unused: BTreeSet<&str> = shared.keys().copied().collect();
    if shared.is_empty() {
        return (found, Vec::new());
    }
    for (id, resource) in (0..).map(ResourceId).zip(&inventory.resources) {
        let names = names(inventory, resource);
        let mut known = names.iter().map(|name| name.to_ascii_lowercase());
        let Some((name, measured)) = known.find_map(|name| shared.get_key_value(name.as_str())) else { continue };
        unused.remove(name);
        found.insert(id, Arc::clone(measured));
    }
    (found, unused.into_iter().map(str::to_owned).collect())
}

/// The names that a resource goes by, the most exact first.
fn names(inventory: &Inventory, resource: &Resource) -> Vec<String> {
    let attribute = |name: &str| {
        let kind = inventory.kinds.get(resource.kind);
        let attr = kind.attribute(name).and_then(|at| resource.attributes.get(at)?.as_deref());
        attr.map(texts).unwrap_or_default()
    };
    let address = resource.native.display_address();
    let of_all_instances = resource.native.address.to_string();
    let mut names = vec![format!("{}: {address}", inventory.group_of(resource).name), address, of_all_instances];
    let own = [attribute("endpoint"), attribute("name")].concat();
    let variants = attribute("variant_name");
    names.extend(own.iter().flat_map(|name| variants.iter().map(move |variant| format!("{name}/{variant}"))));
    names.extend(own);
    names.extend(machine(inventory, resource));
    names
}

/// The machine type, where there is surely one.
fn machine(inventory: &Inventory, resource: &Resource) -> Option<String> {
    let at = inventory.kinds.get(resource.kind).attribute("instances")?;
    let Value::List(groups) = &resource.attributes.get(at)?.as_ref()?.value else { return None };
    let [Attr { value: Value::Map(group), .. }] = &groups.items[..] else { return None };
    group.get("type")?.value.as_str().map(str::to_owned)
}

/// The text of an attribute, or each that it may be.
fn texts(attr: &Attr) -> Vec<String> {
    match &attr.value {
        Value::String(text) => vec![text.to_string()],
        Value::OneOf(alternatives) => alternatives.iter().flatten().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
