//! What conditions ask of the catalogue: machines, prices, accelerators, regions.
//!
//! Called by `money` and `place`; implemented by `listed` over the catalogue that comes with the program, and by a
//! handful of machines in tests, so that prices may change without a test of conditions.

use crate::catalog::{Holding, Load, Weights};

/// What conditions ask of the catalogue. Names are looked up as the services write them.
pub trait Catalogue: Send + Sync {
    /// A machine type.
    fn machine(&self, name: &str) -> Option<Machine>;
    /// The accelerator of a family of machines, or none; `None` where this is no family.
    fn family(&self, name: &str) -> Option<Option<String>>;
    /// USD an hour on demand; of the catalogue's first region where none is given.
    fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price>;
    /// USD an hour on spot.
    fn spot(&self, name: &str, region: Option<&str>) -> Option<Spot>;
    /// USD a GiB and month of a storage class, by the name that infrastructure code gives it.
    fn storage(&self, class: &str, region: Option<&str>) -> Option<Price>;
    /// USD an hour of something that is paid for existing.
    fn fee(&self, item: &str, region: Option<&str>) -> Option<Price>;
    /// USD an hour of a machine in a reserved block, and the date of the price.
    fn in_a_block(&self, name: &str) -> Option<(f64, String)>;
    /// The proper name of an accelerator by any of its names.
    fn accelerator_name(&self, alias: &str) -> Option<String>;
    /// USD an hour for one accelerator that is attached to a machine.
    fn attached(&self, accelerator: &str, region: Option<&str>) -> Option<Price>;
    /// The cheapest current machine with at least this one's accelerator memory and throughput.
    fn cheaper_equal(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer>;
    /// The smallest machine with the same accelerators.
    fn smaller_host(&self, name: &str, region: Option<&str>) -> Option<Offer>;
    /// The cheapest machine of the same service with fewer of the same accelerators.
    fn smallest_like(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer>;
    /// The cheapest machine that a measured load fills to a share at most.
    fn holding(&self, name: &str, load: &Load, most: f64, region: Option<&str>, spot: bool) -> Option<Holding>;
    /// What the weights of a model take, by its name, the precision where it is stated, and the image that serves it.
    fn weights(&self, model: &str, precision: Option<&str>, image: Option<&str>) -> Option<Weights>;
    /// GiB of accelerator memory of one machine of a type.
    fn accelerator_memory(&self, name: &str) -> Option<f64>;
    /// GiB of memory of one accelerator, by any of its names.
    fn memory_of(&self, accelerator: &str) -> Option<f64>;
    /// The cheapest machine that weights of this many GiB fill to a share at most.
    fn fitting(&self, name: &str, gib: f64, most: f64, region: Option<&str>, spot: bool) -> Option<Holding>;
    /// USD an hour on spot for one accelerator that is attached to a machine.
    fn attached_spot(&self, accelerator: &str, region: Option<&str>) -> Option<Spot>;
    /// The cheapest alternative to this many accelerators attached to a machine.
    fn cheaper_attached(&self, attached: (&str, u32), machine: &str, region: Option<&str>, spot: bool)
    -> Option<Offer>;
    /// Whether newer families replace this machine, family or accelerator.
    fn replaced(&self, name: &str) -> bool;
    /// Whether the provider no longer offers this machine, family or accelerator.
    fn retired(&self, name: &str) -> bool;
    /// How many of an accelerator the smallest machine of a machine's provider has.
    fn fewest_accelerators(&self, accelerator: &str, machine: &str) -> Option<f64>;
    /// Whether this is the name of a region.
    fn is_region(&self, text: &str) -> bool;
    /// Whether two places are both known and the first, a region or a multi-region location, has no part in the
    /// second, a region.
    fn elsewhere(&self, place: &str, region: &str) -> bool;
    /// How many accelerators of one machine a built-in algorithm can use: none or one; `None` where it can use all, or
    /// is not known.
    fn algorithm_accelerators(&self, image: &str) -> Option<u8>;
    /// Whether an image is of a built-in algorithm that writes checkpoints by itself.
    fn checkpoints(&self, image: &str) -> bool;
    /// Date of the newest price.
    fn as_of(&self) -> String;
}

/// A machine type.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Proper name of its accelerator.
    pub accelerator: Option<String>,
    /// How many; a chip that counts a quarter of a GPU makes fractions.
    pub accelerator_count: f64,
    /// Virtual CPUs.
    pub vcpus: Option<f64>,
    /// Local NVMe storage.
    pub nvme: bool,
}

/// A listed or estimated price.
#[derive(Clone, Debug)]
pub struct Price {
    /// USD an hour.
    pub usd: f64,
    /// The region it is listed for.
    pub region: String,
    /// Estimated from other prices.
    pub estimated: bool,
    /// Date of the data.
    pub as_of: String,
}

/// A spot price with its range.
#[derive(Clone, Debug)]
pub struct Spot {
    /// Typical USD an hour.
    pub usd: f64,
    /// Lowest.
    pub low: f64,
    /// Highest.
    pub high: f64,
    /// Estimated from other prices.
    pub estimated: bool,
    /// Date of the data.
    pub as_of: String,
}

/// A machine to rent instead.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its type.
    pub name: String,
    /// USD an hour.
    pub usd: f64,
}

/// Which of the spot prices an evaluation takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SpotPrice {
    /// What is usual.
    #[default]
    Typical,
    /// The lowest seen.
    Low,
    /// The highest seen.
    High,
}
