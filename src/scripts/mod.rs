//! The scripts that jobs run, where they stand in the project, and what they show of the work they do.
//!
//! ```text
//! resources ── named ── launch (commands, scripts of the shell) ── follow (imports) ── facts ──► by resource
//! ```
//!
//! Called by `engine` once resources are lifted; asked by rule functions. Nothing is run. What modules and words tell is
//! data (`rules/scripts.yaml`); it must not know any library.

mod facts;
mod follow;
mod launch;
mod named;
mod programs;
mod table;
#[cfg(test)]
mod tests;
mod written;

use crate::input::Context;
use crate::model::resource::{Inventory, ResourceId};
use named::Named;
use std::collections::HashMap;
use std::sync::Arc;

pub use facts::{Script, Shown};

/// The scripts of all resources that name one which is in the project.
pub fn assign(context: &Context<'_>, inventory: &Inventory) -> HashMap<ResourceId, Arc<Script>> {
    let mut written: HashMap<String, HashMap<String, Arc<str>>> = HashMap::new();
    let mut known: HashMap<Named, Option<Arc<Script>>> = HashMap::new();
    let mut found = HashMap::new();
    for (resource, id) in inventory.resources.iter().zip((0..).map(ResourceId)) {
        let Some(named) = named::named(context, inventory, resource) else { continue };
        let by_notebook = written.entry(named.written.clone()).or_insert_with(|| {
            context.load(&named.written).map(|(_, text)| written::by(&named.written, &text)).unwrap_or_default()
        });
        let read = || launch::read(context, &named, by_notebook).map(Arc::new);
        let script = known.entry(named.clone()).or_insert_with(read).clone();
        found.extend(script.map(|script| (id, script)));
    }
    found
}
