//! Price lists that users download themselves, turned into an overlay of the catalogue.
//!
//! One file a format: `aws` (JSON and CSV offer files), `azure` (retail prices), `google` (SKUs). Files are read as
//! streams: the lists have gigabytes. Called by `cli::catalog`. It must not know where an overlay is used.

mod aws;
mod azure;
mod google;
mod stream;

use crate::catalog::{self, COLUMNS};
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

/// Bytes from which the format is told.
const HEAD: usize = 4096;

/// The prices of one list.
#[derive(Debug, Default)]
pub struct List {
    rows: BTreeMap<(String, String), Row>,
    /// Date of the list, as far as it says.
    as_of: String,
    /// Items that no price was taken from.
    pub ignored: usize,
}

#[derive(Debug, Default)]
struct Row {
    on_demand: Option<f64>,
    spot: Option<f64>,
}

/// How a machine is bought.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
enum Purchase {
    OnDemand,
    Spot,
}

impl List {
    /// Reads a price list of any known format. `Err` says where and what is wrong, for people: `3:14: message`.
    pub fn read(mut from: impl BufRead) -> Result<List, String> {
        let head = String::from_utf8_lossy(from.fill_buf().map_err(|error| error.to_string())?).into_owned();
        let head: String = head.chars().take(HEAD).collect();
        let is_json = head.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        let has = |key: &str| head.contains(&format!("\"{key}\""));
        let list = match is_json {
            true if has("offerCode") || has("formatVersion") => aws::json(from)?,
            true if has("Items") || has("BillingCurrency") => azure::json(from)?,
            true if has("skus") => google::json(from)?,
            false if head.contains("FormatVersion") => aws::csv(from)?,
            _ => return Err("1:1: not a price list: known are offer files of AWS (JSON, CSV), retail prices of Azure and SKUs of Google (JSON)".into()),
        };
        match list.rows.is_empty() {
            true => Err("1:1: the list has no price of a machine by the hour".into()),
            false => Ok(list),
        }
    }

    /// Writes the overlay. `source` names the list. Rows without an on-demand price are left out.
    pub fn write(&self, source: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        for ((name, region), row) in &self.rows {
            let Some(on_demand) = row.on_demand else { continue };
            let spot = row.spot.map_or(String::new(), |usd| usd.to_string());
            writer.write_record([name, region, &on_demand.to_string(), &spot, source, &self.as_of])?;
        }
        writer.flush()
    }

    /// How many prices there are.
    pub fn len(&self) -> usize {
        self.rows.values().filter(|row| row.on_demand.is_some()).count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in a price. Of several for one machine (a service that rents it for several purposes) the highest counts.
    fn add(&mut self, name: &str, region: &str, purchase: Purchase, usd: f64) {
        if !(usd.is_finite() && usd > 0.0 && catalog::is_region(region)) {
            self.ignored += 1;
            return;
        }
        let row = self.rows.entry((name.to_owned(), region.to_owned())).or_default();
        let price = match purchase {
            Purchase::OnDemand => &mut row.on_demand,
            Purchase::Spot => &mut row.spot,
        };
        *price = Some(price.map_or(usd, |have| have.max(usd)));
    }

    /// Remembers the newest date.
    fn dated(&mut self, date: &str) {
        let day = date.get(..10).unwrap_or(date);
        if day > self.as_of.as_str() {
            day.clone_into(&mut self.as_of);
        }
    }
}

/// The first line of an overlay file.
pub fn write_head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))
}

#[cfg(test)]
mod tests;
