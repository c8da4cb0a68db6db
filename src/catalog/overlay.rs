//! Price lists that a user imported (`mlcost-lint catalog import`), laid over those of the catalogue.
//!
//! Made from the files that the config names, asked by `prices`. It must not know how lists are imported.

use super::prices::Price;
use super::regions::{home, provider, region as region_named};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns of an overlay file; `name` is a machine type or an accelerator, prices are US dollars an hour.
pub const COLUMNS: [&str; 6] = ["name", "region", "on_demand", "spot", "source", "as_of"];

/// Imported prices by lower-case name and region.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    rows: BTreeMap<(String, &'static str), Own>,
}

/// An imported price.
#[derive(Clone, Debug)]
pub(super) struct Own {
    /// The region it holds in.
    pub region: &'static str,
    /// US dollars an hour on demand.
    pub on_demand: f64,
    /// The same on spot capacity, where the list has it.
    pub spot: Option<f64>,
    source: Arc<str>,
    as_of: Arc<str>,
}

impl Own {
    /// As a price.
    pub fn price(&self, estimated: bool) -> Price {
        let source = Cow::Owned(self.source.to_string());
        Price { usd: self.on_demand, region: self.region, estimated, as_of: self.as_of(), source }
    }

    /// The date of the list.
    pub fn as_of(&self) -> Cow<'static, str> {
        Cow::Owned(self.as_of.to_string())
    }
}

impl Overlay {
    /// Takes in the text of an overlay file; later files win. Rows of regions the catalogue does not know are left
    /// out. `Err` says where and what, for people.
    pub fn read(&mut self, text: &str) -> Result<(), String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().map_err(|error| error.to_string())?.clone();
        if columns.iter().ne(COLUMNS) {
            return Err(format!(
                "the first line must be `{}`; `mlcost-lint catalog import` writes it",
                COLUMNS.join(",")
            ));
        }
        let mut last: Option<(Arc<str>, Arc<str>)> = None;
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            let line = row.position().map_or(0, csv::Position::line);
            let [name, region, on_demand, spot, source, as_of] = [0, 1, 2, 3, 4, 5].map(|at| &row[at]);
            let number = |text: &str| {
                let usd = text.parse().ok().filter(|usd: &f64| usd.is_finite() && *usd >= 0.0);
                usd.ok_or_else(|| format!("line {line}: `{text}` is not a price"))
            };
            let on_demand = number(on_demand)?;
            let spot = if spot.is_empty() { None } else { Some(number(spot)?) };
            let Some(region) = region_named(region) else { continue };
            // Rows of one list share their texts.
            let texts = last.take().filter(|(a, b)| **a == *source && **b == *as_of);
            let (source, as_of) = texts.unwrap_or_else(|| (source.into(), as_of.into()));
            last = Some((Arc::clone(&source), Arc::clone(&as_of)));
            self.rows.insert((name.to_ascii_lowercase(), region), Own { region, on_demand, spot, source, as_of });
        }
        Ok(())
    }

    /// The price of a name in a region; else in its provider's reference region, else in any. `None` for the wanted
    /// region stands for the reference region.
    pub(super) fn find(&self, name: &str, wanted: Option<&'static str>) -> Option<Own> {
        if self.rows.is_empty() {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let exact = |region: &'static str| self.rows.get(&(name.clone(), region));
        let mut all = self.rows.range((name.clone(), "")..).take_while(|((other, _), _)| *other == name);
        let found = wanted.and_then(exact).or_else(|| {
            let first = all.next().map(|(_, own)| own)?;
            provider(first.region).and_then(home).and_then(exact).or(Some(first))
        });
        found.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Prices;
    use super::*;

    fn prices(rows: &str) -> Prices {
        let mut overlay = Overlay::default();
        overlay.read(&format!("{}\n{rows}", COLUMNS.join(","))).unwrap();
        Prices { overlay, ..Prices::default() }
    }

    #[test]
    fn imported_prices_win_where_they_are_and_nowhere_else() {
        let own = prices("G5.xlarge,eu-west-1,0.9,0.2,mine,2026-11-01\nx9.huge,us-east-1,7,,mine,2026-11-01\n");
        let list = Prices::default();
        let price = own.on_demand("g5.xlarge", Some("eu-west-1")).unwrap();
        assert_eq!((price.usd, price.estimated, &*price.as_of), (0.9, false, "2026-11-01"));
        assert_eq!(own.spot("g5.xlarge", Some("eu-west-1")).unwrap().usd, 0.2);
        assert_eq!(own.on_demand("g5.xlarge", None), list.on_demand("g5.xlarge", None));
        let unheard = own.on_demand("x9.huge", Some("eu-west-1")).unwrap();
        assert_eq!((unheard.usd, unheard.region, unheard.estimated), (7.0, "us-east-1", true));
        assert!((own.spot("x9.huge", None).unwrap().usd - 2.8).abs() < 1e-9);
        // The managed type of a machine with an imported price is still the list's own where that has one.
        assert_eq!(own.on_demand("ml.g5.xlarge", None), list.on_demand("ml.g5.xlarge", None));
    }

    #[test]
    fn a_wrong_file_is_refused_with_the_place() {
        let read = |text: &str| Overlay::default().read(text).unwrap_err();
        assert!(read("a,b\n").contains("name,region,on_demand"));
        let wrong = format!("{}\ng5.xlarge,us-east-1,cheap,,mine,2026\n", COLUMNS.join(","));
        assert_eq!(read(&wrong), "line 2: `cheap` is not a price");
        assert!(read(&format!("{}\ng5.xlarge,us-east-1\n", COLUMNS.join(","))).contains("line: 2"));
    }
}
