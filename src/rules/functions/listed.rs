//! The catalogue that comes with the program, as conditions ask it.
//!
//! Made by `settings`; conditions know it as a `Catalogue`. It must not know rules.

use super::catalogue::{Catalogue, Machine, Offer, Price, Spot};
use crate::catalog::{self, Holding, Load, Weights};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The catalogue that comes with the program, at the prices the project pays.
#[derive(Default)]
pub struct Listed {
    prices: Arc<catalog::Prices>,
    machines: Memo<Machine>,
    on_demand: Memo<Price>,
    spot: Memo<Spot>,
    offers: Memo<Offer>,
    fewest: Memo<f64>,
}

/// What a question is about: the name of the function, a machine or what goes with it, a region, whether on spot.
type Question = (&'static str, Box<str>, Option<Box<str>>, bool);

/// Answers given before. A project has many resources of few types, and most answers look at every machine there is.
struct Memo<T>(RwLock<HashMap<Question, Option<T>>>);

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo(RwLock::default())
    }
}

impl<T: Clone> Memo<T> {
    fn get(
        &self,
        (function, about): (&'static str, &str),
        region: Option<&str>,
        spot: bool,
        find: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let question = (function, about.into(), region.map(Box::from), spot);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&question) {
            return known.clone();
        }
        let found = find();
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(question, found.clone());
        found
    }
}

impl From<Arc<catalog::Prices>> for Listed {
    fn from(prices: Arc<catalog::Prices>) -> Listed {
        Listed { prices, ..Listed::default() }
    }
}

impl Catalogue for Listed {
    fn machine(&self, name: &str) -> Option<Machine> {
        let found = || catalog::machine(name).map(Machine::from);
        self.machines.get(("machine", name), None, false, found)
    }

    fn family(&self, name: &str) -> Option<Option<String>> {
        catalog::accelerator_of_family(name).map(|accelerator| accelerator.map(str::to_owned))
    }

    fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price> {
        self.on_demand.get(("on_demand", name), region, false, || self.prices.on_demand(name, region).map(Price::from))
    }

    fn spot(&self, name: &str, region: Option<&str>) -> Option<Spot> {
        self.spot.get(("spot", name), region, true, || self.prices.spot(name, region).map(Spot::from))
    }

    fn storage(&self, class: &str, region: Option<&str>) -> Option<Price> {
        self.prices.storage_class(class, region).map(Price::from)
    }

    fn fee(&self, item: &str, region: Option<&str>) -> Option<Price> {
        self.prices.fee(item, region).map(Price::from)
    }

    fn in_a_block(&self, name: &str) -> Option<(f64, String)> {
        catalog::in_a_block(name).map(|(usd, as_of)| (usd, as_of.to_owned()))
    }

    fn accelerator_name(&self, alias: &str) -> Option<String> {
        catalog::accelerator(alias).map(|accelerator| accelerator.name.to_owned())
    }

    fn attached(&self, accelerator: &str, region: Option<&str>) -> Option<Price> {
        self.prices.attached(accelerator, region).map(Price::from)
    }

    fn attached_spot(&self, accelerator: &str, region: Option<&str>) -> Option<Spot> {
        self.prices.attached_spot(accelerator, region).map(Spot::from)
    }

    fn cheaper_equal(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        let find = || self.prices.cheaper_equal(name, region, spot).map(Offer::from);
        self.offers.get(("cheaper_equal", name), region, spot, find)
    }

    fn cheaper_attached(
        &self,
        attached: (&str, u32),
        machine: &str,
        region: Option<&str>,
        spot: bool,
    ) -> Option<Offer> {
        let find = || self.prices.cheaper_attached(attached.0, attached.1, machine, region, spot).map(Offer::from);
        let about = format!("{machine} with {} {}", attached.1, attached.0);
        self.offers.get(("cheaper_attached", &about), region, spot, find)
    }

    fn smaller_host(&self, name: &str, region: Option<&str>) -> Option<Offer> {
        let find = || self.prices.smaller_host(name, region).map(Offer::from);
        self.offers.get(("smaller_host", name), region, false, find)
    }

    fn smallest_like(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        let find = || self.prices.smallest_like(name, region, spot).map(Offer::from);
        self.offers.get(("smallest_like", name), region, spot, find)
    }

    fn holding(&self, name: &str, load: &Load, most: f64, region: Option<&str>, spot: bool) -> Option<Holding> {
        self.prices.holding(name, load, most, region, spot)
    }

    fn weights(&self, model: &str, precision: Option<&str>, image: Option<&str>) -> Option<Weights> {
        catalog::weights(model, precision, image)
    }

    fn accelerator_memory(&self, name: &str) -> Option<f64> {
        catalog::accelerator_memory(name)
    }

    fn memory_of(&self, accelerator: &str) -> Option<f64> {
        catalog::accelerator(accelerator)?.memory_gib
    }

    fn fitting(&self, name: &str, gib: f64, most: f64, region: Option<&str>, spot: bool) -> Option<Holding> {
        self.prices.fitting(name, gib, most, region, spot)
    }

    fn replaced(&self, name: &str) -> bool {
        catalog::replaced(name)
    }

    fn retired(&self, name: &str) -> bool {
        catalog::retired(name).is_some()
    }

    fn fewest_accelerators(&self, accelerator: &str, machine: &str) -> Option<f64> {
        let provider = catalog::machine(machine)?.provider;
        let find = || catalog::smallest_with(accelerator, provider).map(|machine| machine.accelerator_count);
        self.fewest.get((provider, accelerator), None, false, find)
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

impl From<catalog::Machine> for Machine {
    fn from(machine: catalog::Machine) -> Machine {
        let catalog::Machine { accelerator, accelerator_count, vcpus, nvme, .. } = machine;
        Machine { accelerator: accelerator.map(str::to_owned), accelerator_count, vcpus, nvme }
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
