//! The offline catalogue: what machines, accelerators, storage and transfer are and cost, from `rules/catalog/`.
//!
//! Called by the functions that rules use (`hourly`, `accelerator`, `cheaper_equal`, …) and by the `catalog` command.
//! All money is US dollars at list price without tax or discount. What the catalogue does not know is `None`; what
//! it derives from a neighbouring fact is marked as estimated. It must not know rules, resources or formats.

mod algorithms;
mod families;
#[cfg(test)]
mod integrity;
mod machines;
mod offers;
mod prices;
mod regions;
mod services;
mod similar;
mod table;

pub use algorithms::{Algorithm, algorithm};
pub use families::{replaced, retired};
pub use machines::{Accelerator, Machine, accelerator, machine};
pub use offers::{Offer, cheaper_attached, cheaper_equal, smaller_host, smallest_with};
pub use prices::{Price, Spot, as_of, attached, attached_spot, on_demand, spot};
pub use regions::{is_region, region, region_contains, regions_inside};
pub use services::{storage, transfer};
pub use similar::similar;

/// Hours in a month, as the price calculators of all three clouds count them: 365 × 24 / 12.
pub const HOURS_PER_MONTH: f64 = 730.0;
