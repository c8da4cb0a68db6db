//! Azure's retail prices, as its price API answers them: one page, or pages joined into one list of `Items`.
//!
//! Counted are virtual machines without Windows, paid as used, by the hour.

use super::stream::{Each, Members, Object, document};
use super::{List, Purchase};
use serde::Deserialize;
use serde::de::MapAccess;
use std::io::BufRead;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Item {
    currency_code: String,
    retail_price: f64,
    arm_region_name: String,
    arm_sku_name: String,
    sku_name: String,
    product_name: String,
    service_name: String,
    unit_of_measure: String,
    effective_start_date: String,
    r#type: String,
}

/// Reads retail prices.
pub fn json(from: impl BufRead) -> Result<List, String> {
    let mut list = List::default();
    document(from, Object(Document(&mut list)))?;
    Ok(list)
}

struct Document<'a>(&'a mut List);

impl Members for Document<'_> {
    const WHAT: &'static str = "retail prices";

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error> {
        match key {
            "Items" => entries.next_value_seed(Each::new(|_: &str, item: Item| take(self.0, &item)))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn take(list: &mut List, item: &Item) -> Result<(), String> {
    let counted = item.service_name == "Virtual Machines"
        && item.r#type == "Consumption"
        && item.unit_of_measure == "1 Hour"
        && !item.product_name.contains("Windows")
        && !item.sku_name.contains("Low Priority")
        && !item.arm_sku_name.is_empty();
    if !counted {
        list.ignored += 1;
        return Ok(());
    }
    if item.currency_code != "USD" {
        return Err(format!("prices are in {}; ask the API for USD", item.currency_code));
    }
    let purchase = if item.sku_name.contains("Spot") { Purchase::Spot } else { Purchase::OnDemand };
    list.dated(&item.effective_start_date);
    list.add(&item.arm_sku_name, &item.arm_region_name, purchase, item.retail_price);
    Ok(())
}
