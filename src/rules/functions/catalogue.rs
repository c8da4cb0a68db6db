//! What conditions ask of the catalogue: machines, prices, accelerators, regions.
//!
//! Called by `money` and `place`; implemented by [`Listed`] over the catalogue that comes with the program, and by a
//! handful of machines in tests, so that prices may change without a test of conditions.

use crate::catalog;

/// What conditions ask of the catalogue. Names are looked up as the services write them.
pub trait Catalogue: Send + Sync {
    /// A machine type.
    fn machine(&self, name: &str) -> Option<Machine>;
    /// USD an hour on demand; of the catalogue's first region where none is given.
    fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price>;
    /// USD an hour on spot.
    fn spot(&self, name: &str, region: Option<&str>) -> Option<Spot>;
    /// USD a GiB and month of a storage class, by the name that infrastructure code gives it.
    fn storage(&self, class: &str, region: Option<&str>) -> Option<Price>;
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

/// The catalogue that comes with the program, at the prices the project pays.
#[derive(Default)]
pub struct Listed(pub catalog::Prices);

impl Catalogue for Listed {
    fn machine(&self, name: &str) -> Option<Machine> {
        let machine = catalog::machine(name)?;
        Some(Machine {
            accelerator: machine.accelerator.map(str::to_owned),
            accelerator_count: machine.accelerator_count,
            nvme: machine.nvme,
        })
    }

    fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price> {
        self.0.on_demand(name, region).map(Price::from)
    }

    fn spot(&self, name: &str, region: Option<&str>) -> Option<Spot> {
        self.0.spot(name, region).map(Spot::from)
    }

    fn storage(&self, class: &str, region: Option<&str>) -> Option<Price> {
        self.0.storage_class(class, region).map(Price::from)
    }

    fn accelerator_name(&self, alias: &str) -> Option<String> {
        catalog::accelerator(alias).map(|accelerator| accelerator.name.to_owned())
    }

    fn attached(&self, accelerator: &str, region: Option<&str>) -> Option<Price> {
        self.0.attached(accelerator, region).map(Price::from)
    }

    fn attached_spot(&self, accelerator: &str, region: Option<&str>) -> Option<Spot> {
        self.0.attached_spot(accelerator, region).map(Spot::from)
    }

    fn cheaper_equal(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        self.0.cheaper_equal(name, region, spot).map(Offer::from)
    }

    fn cheaper_attached(
        &self,
        attached: (&str, u32),
        machine: &str,
        region: Option<&str>,
        spot: bool,
    ) -> Option<Offer> {
        self.0.cheaper_attached(attached.0, attached.1, machine, region, spot).map(Offer::from)
    }

    fn smaller_host(&self, name: &str, region: Option<&str>) -> Option<Offer> {
        self.0.smaller_host(name, region).map(Offer::from)
    }

    fn smallest_like(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        self.0.smallest_like(name, region, spot).map(Offer::from)
    }

    fn replaced(&self, name: &str) -> bool {
        catalog::replaced(name)
    }

    fn retired(&self, name: &str) -> bool {
        catalog::retired(name).is_some()
    }

    fn fewest_accelerators(&self, accelerator: &str, machine: &str) -> Option<f64> {
        Some(catalog::smallest_with(accelerator, catalog::machine(machine)?.provider)?.accelerator_count)
    }

    fn is_region(&self, text: &str) -> bool {
        catalog::is_region(text)
    }

    fn elsewhere(&self, place: &str, region: &str) -> bool {
        let Some(region) = catalog::region(region) else { return false };
        match catalog::region(place) {
            Some(place) => place != region,
            None => catalog::regions_inside(place).next().is_some() && !catalog::region_contains(place, region),
        }
    }

    fn algorithm_accelerators(&self, image: &str) -> Option<u8> {
        let algorithm = catalog::algorithm(image)?;
        match (algorithm.gpu?, algorithm.multi_gpu) {
            (false, _) => Some(0),
            (true, Some(false)) => Some(1),
            _ => None,
        }
    }

    fn checkpoints(&self, image: &str) -> bool {
        catalog::algorithm(image).and_then(|algorithm| algorithm.checkpoints).unwrap_or(false)
    }

    fn as_of(&self) -> String {
        catalog::as_of().to_owned()
    }
}

impl From<catalog::Price> for Price {
    fn from(price: catalog::Price) -> Price {
        let catalog::Price { usd, region, estimated, as_of, .. } = price;
        Price { usd, region: region.to_owned(), estimated, as_of: as_of.into_owned() }
    }
}

impl From<catalog::Spot> for Spot {
    fn from(spot: catalog::Spot) -> Spot {
        let catalog::Spot { usd, low, high, estimated, as_of, .. } = spot;
        Spot { usd, low, high, estimated, as_of: as_of.into_owned() }
    }
}

impl From<catalog::Offer> for Offer {
    fn from(offer: catalog::Offer) -> Offer {
        Offer { name: offer.name, usd: offer.usd }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_places_are_elsewhere() {
        assert!(Listed::default().elsewhere("us-east-1", "eu-west-1") && Listed::default().elsewhere("EU", "us-east1"));
        assert!(
            Listed::default().elsewhere("West Europe", "eastus")
                && !Listed::default().elsewhere("West Europe", "westeurope")
        );
        assert!(
            !Listed::default().elsewhere("EU", "europe-west4") && !Listed::default().elsewhere("moon", "eu-west-1")
        );
        assert!(!Listed::default().elsewhere("us-east-1", "moon"));
    }
}
