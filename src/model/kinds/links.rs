//! Joins between resources, three-valued: partners, none, or not decidable.

use super::LinkId;
use crate::model::resource::{Inventory, Partners, ResourceId};
use std::sync::Arc;

/// The joins of an inventory, computed on demand.
#[derive(Default)]
pub struct Joins {}

impl Joins {
    /// Partners of a resource over a link.
    pub fn partners(&self, _inventory: &Inventory, _id: ResourceId, _link: LinkId) -> Arc<Partners> {
        Arc::default()
    }
}
