//! SKUs of Google's Cloud Billing Catalog, which price cores, memory and accelerators apart.
//!
//! Which descriptions make up which machines is data of the catalogue. A machine is priced where all its parts are.

use super::stream::{Each, Members, Object, document};
use super::{List, Purchase};
use crate::catalog::{self, Part};
use serde::Deserialize;
use serde::de::MapAccess;
use std::collections::BTreeMap;
use std::io::BufRead;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Sku {
    description: String,
    service_regions: Vec<String>,
    pricing_info: Vec<PricingInfo>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PricingInfo {
    effective_time: String,
    pricing_expression: Expression,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Expression {
    tiered_rates: Vec<Rate>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Rate {
    unit_price: UnitPrice,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct UnitPrice {
    currency_code: String,
    /// Whole units, as a text.
    units: String,
    nanos: f64,
}

/// Prices of parts an hour, by region and way of buying.
type Parts = BTreeMap<(Part, String, Purchase), f64>;

/// Reads SKUs.
pub fn json(from: impl BufRead) -> Result<List, String> {
    let mut list = List::default();
    let mut parts = Parts::new();
    document(from, Object(Document(&mut list, &mut parts)))?;
    compose(&mut list, &parts);
    Ok(list)
}

struct Document<'a>(&'a mut List, &'a mut Parts);

impl Members for Document<'_> {
    const WHAT: &'static str = "SKUs";

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error> {
        match key {
            "skus" => entries.next_value_seed(Each::new(|_: &str, sku: Sku| take(self.0, self.1, &sku)))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn take(list: &mut List, parts: &mut Parts, sku: &Sku) -> Result<(), String> {
    let (purchase, what) = match sku.description.strip_prefix("Spot Preemptible ") {
        Some(rest) => (Purchase::Spot, rest),
        None => (Purchase::OnDemand, sku.description.as_str()),
    };
    let part = what.split_once(" running in ").and_then(|(what, _)| catalog::part(what));
    let info = sku.pricing_info.first();
    let rate = info.and_then(|info| info.pricing_expression.tiered_rates.last());
    let (Some(part), Some(info), Some(rate)) = (part, info, rate) else {
        list.ignored += 1;
        return Ok(());
    };
    let price = &rate.unit_price;
    if price.currency_code != "USD" {
        return Err(format!("prices are in {}; ask the API for USD", price.currency_code));
    }
    let whole: f64 = price.units.parse().unwrap_or_default();
    list.dated(&info.effective_time);
    for region in &sku.service_regions {
        parts.insert((part, region.clone(), purchase), whole + price.nanos / 1e9);
    }
    Ok(())
}

fn compose(list: &mut List, parts: &Parts) {
    for ((part, region, purchase), usd) in parts {
        match part {
            Part::Accelerator(name) => list.add(name, region, *purchase, *usd),
            Part::Core(prefixes) => {
                let find = |part| parts.get(&(part, region.clone(), *purchase)).copied();
                for (machine, _) in catalog::composed().filter(|(_, of)| of == prefixes) {
                    let accelerators = match machine.accelerator {
                        Some(name) => find(Part::Accelerator(name)).map(|usd| usd * machine.accelerator_count),
                        None => Some(0.0),
                    };
                    let sum = || {
                        let memory = find(Part::Memory(prefixes))? * machine.memory_gib?;
                        Some(machine.vcpus? * usd + memory + accelerators?)
                    };
                    if let Some(usd) = sum() {
                        list.add(machine.name, region, *purchase, usd);
                    }
                }
            }
            Part::Memory(_) => {}
        }
    }
}
