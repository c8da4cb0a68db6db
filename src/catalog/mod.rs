//! The offline catalogue: what machines, accelerators, storage and transfer are and cost, from `rules/catalog/`.
//!
//! Called by the functions that rules use (`hourly`, `accelerator`, `cheaper_equal`, …) and by the `catalog` command.
//! All money is US dollars at list price without tax or discount. What the catalogue does not know is `None`; what
//! it derives from a neighbouring fact is marked as estimated. It must not know rules, resources or formats.

mod algorithms;
mod families;
mod holding;
#[cfg(test)]
mod integrity;
mod machines;
mod offers;
mod overlay;
mod prices;
mod regions;
mod services;
mod similar;
mod skus;
mod spot;
mod table;
mod terms;
mod weights;

pub use algorithms::{Algorithm, algorithm};
pub use families::{accelerator_of_family, is_family, replaced, retired};
pub use holding::{Holding, Load};
pub use machines::{Accelerator, Machine, accelerator, all as machines, machine};
pub use offers::{Offer, smallest_with};
pub use overlay::{COLUMNS, Overlay};
pub use prices::{Price, Prices, as_of};
pub use regions::{is_region, provider as provider_of, region, region_contains, regions_inside};
pub use services::{in_a_block, transfer};
pub use similar::similar;
pub use skus::{Part, composed, part};
pub use spot::Spot;
pub use terms::{SPOT_SAVING, Terms};
pub use weights::{Weights, accelerator_memory, weights};

/// Hours in a month, as the price calculators of all three clouds count them: 365 × 24 / 12.
pub const HOURS_PER_MONTH: f64 = 730.0;
