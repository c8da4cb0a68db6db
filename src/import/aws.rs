//! Offer files of the AWS price list, JSON and CSV, for AmazonEC2 and AmazonSageMaker.
//!
//! Counted are Linux machines on shared hardware without further software, on demand, by the hour. The products of a
//! JSON file come before the terms that price them.

use super::stream::{Each, Members, Object, document};
use super::{List, Purchase};
use serde::Deserialize;
use serde::de::MapAccess;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

/// Attributes of a product, as JSON names them.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Attributes {
    instance_name: Option<String>,
    instance_type: Option<String>,
    region_code: Option<String>,
    operating_system: Option<String>,
    tenancy: Option<String>,
    pre_installed_sw: Option<String>,
    capacitystatus: Option<String>,
    #[serde(alias = "marketoption")]
    market_option: Option<String>,
}

impl Attributes {
    /// Machine and region of what is counted.
    fn machine(&self) -> Option<(String, String)> {
        let is = |value: &Option<String>, wanted: &str| {
            value.as_deref().is_none_or(|value| value.is_empty() || value.eq_ignore_ascii_case(wanted))
        };
        let counted = is(&self.operating_system, "Linux")
            && is(&self.tenancy, "Shared")
            && is(&self.pre_installed_sw, "NA")
            && is(&self.capacitystatus, "Used")
            && is(&self.market_option, "OnDemand");
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let name = given(&self.instance_name).or_else(|| given(&self.instance_type))?;
        counted.then_some((without_use(&name).to_owned(), given(&self.region_code)?))
    }
}

/// `ml.p6-b200.48xlarge-Hosting`: the machine without what it is used for.
fn without_use(name: &str) -> &str {
    let size = name.rfind('.').unwrap_or_default();
    name.get(size..).and_then(|size_on| size_on.find('-')).and_then(|at| name.get(..size + at)).unwrap_or(name)
}

#[derive(Deserialize)]
struct Product {
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term {
    #[serde(default)]
    price_dimensions: BTreeMap<String, Dimension>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    price_per_unit: BTreeMap<String, String>,
}

/// What is known so far.
#[derive(Default)]
struct Offers {
    list: List,
    machines: HashMap<String, (String, String)>,
}

impl Offers {
    fn term(&mut self, sku: &str, terms: &BTreeMap<String, Term>) {
        let Some((name, region)) = self.machines.get(sku) else {
            self.list.ignored += 1;
            return;
        };
        for dimension in terms.values().flat_map(|term| term.price_dimensions.values()) {
            let usd = dimension.price_per_unit.get("USD").and_then(|usd| usd.parse().ok());
            if let Some(usd) = usd.filter(|_| is_hourly(&dimension.unit)) {
                self.list.add(name, region, Purchase::OnDemand, usd);
            }
        }
    }
}

fn is_hourly(unit: &str) -> bool {
    ["hrs", "hours", "hour", "hourly"].iter().any(|hour| unit.eq_ignore_ascii_case(hour))
}

/// Reads an offer file in JSON.
pub fn json(from: impl BufRead) -> Result<List, String> {
    let mut offers = Offers::default();
    document(from, Object(Document { offers: &mut offers, priced: false }))?;
    Ok(offers.list)
}

struct Document<'a> {
    offers: &'a mut Offers,
    priced: bool,
}

impl Members for Document<'_> {
    const WHAT: &'static str = "an offer file";

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error> {
        let offers = &mut *self.offers;
        match key {
            "publicationDate" => offers.list.dated(&entries.next_value::<String>()?),
            "products" => entries.next_value_seed(Each::new(|sku: &str, product: Product| {
                match product.attributes.machine() {
                    Some(machine) => drop(offers.machines.insert(sku.to_owned(), machine)),
                    None => offers.list.ignored += 1,
                }
                Ok(())
            }))?,
            "terms" => {
                self.priced = true;
                entries.next_value_seed(Object(Terms(offers)))?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn complete(&self) -> Result<(), &'static str> {
        if self.priced { Ok(()) } else { Err("the file has no `terms`: it ends too early") }
    }
}

struct Terms<'a>(&'a mut Offers);

impl Members for Terms<'_> {
    const WHAT: &'static str = "terms by their kind";

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, entries: &mut A) -> Result<bool, A::Error> {
        match key {
            "OnDemand" => entries.next_value_seed(Each::new(|sku: &str, terms: BTreeMap<String, Term>| {
                self.0.term(sku, &terms);
                Ok(())
            }))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Reads an offer file in CSV: a few lines about the file, then a heading, then a row for each price.
pub fn csv(from: impl BufRead) -> Result<List, String> {
    let mut list = List::default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(from);
    let mut record = csv::StringRecord::new();
    let mut columns: HashMap<String, usize> = HashMap::new();
    let place = |line: u64, message: String| format!("{line}:1: {message}");
    loop {
        let read = reader.read_record(&mut record);
        if !read.map_err(|error| place(reader.position().line(), error.to_string()))? {
            break;
        }
        let line = record.position().map_or(1, csv::Position::line);
        if columns.is_empty() {
            match record.get(0) {
                Some("SKU") => columns = record.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect(),
                Some("Publication Date") => list.dated(record.get(1).unwrap_or_default()),
                _ => {}
            }
            continue;
        }
        if record.len() != columns.len() {
            return Err(place(line, format!("{} cells, the heading has {}", record.len(), columns.len())));
        }
        let cell = |name: &str| columns.get(name).and_then(|at| record.get(*at)).map(str::to_owned);
        let attributes = Attributes {
            instance_name: cell("Instance Name").or_else(|| cell("instanceName")),
            instance_type: cell("Instance Type"),
            region_code: cell("Region Code"),
            operating_system: cell("Operating System"),
            tenancy: cell("Tenancy"),
            pre_installed_sw: cell("Pre Installed S/W"),
            capacitystatus: cell("CapacityStatus"),
            market_option: cell("MarketOption"),
        };
        let hourly = cell("Unit").is_some_and(|unit| is_hourly(&unit));
        let on_demand = cell("TermType").as_deref() == Some("OnDemand") && cell("Currency").as_deref() == Some("USD");
        let usd = cell("PricePerUnit").and_then(|usd| usd.parse().ok());
        match (attributes.machine().filter(|_| hourly && on_demand), usd) {
            (Some((name, region)), Some(usd)) => list.add(&name, &region, Purchase::OnDemand, usd),
            _ => list.ignored += 1,
        }
    }
    match columns.is_empty() {
        true => Err(place(1, "no heading that starts with `SKU`".into())),
        false => Ok(list),
    }
}
