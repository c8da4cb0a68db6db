//! Prices of storage, of data transfer, of what is paid for existing, and of reserved blocks of machines.
//!
//! Called by rule functions through `catalog`. It must not know rules.

use super::prices::{Price, Prices};
use super::regions::{area, provider, providers, region as region_named};
use super::table::Row;
use super::table::columns::{blocks, fees, storage as classes, transfer as routes};
use super::table::{Number, Text};

impl Prices {
    /// The price of a storage class whose provider the region tells; without a region, where only one has the class.
    pub fn storage_class(&self, class: &str, region: Option<&str>) -> Option<Price> {
        if let Some(provider) = region.and_then(region_named).and_then(provider) {
            return self.storage(provider, class, region);
        }
        let mut having = providers().filter_map(|provider| self.storage(provider, class, region));
        having.next().filter(|_| having.next().is_none())
    }

    /// The price of a GiB and month of a storage class as infrastructure code names it: `STANDARD_IA`, `gp3`,
    /// `pd-ssd`, `StandardSSD_LRS`; or of what has no class: `ecr`, `efs`, `cloudwatch-logs`, `sagemaker-notebook`,
    /// `blob-hot`. First tier; estimated where the region has no price of its own.
    pub fn storage(&self, provider: &str, class: &str, region: Option<&str>) -> Option<Price> {
        let rows = classes::TABLE.matching(&[provider, class]);
        let columns = (classes::REGION, classes::USD_PER_GB_MONTH, classes::AS_OF, classes::SOURCE);
        Some(self.discounted(listed(rows, columns, region)?, class, ""))
    }

    /// The price of an hour of what is paid for existing: `nat-gateway`, `interface-endpoint`, `private-endpoint`.
    /// Estimated where the region has no price of its own.
    pub fn fee(&self, item: &str, region: Option<&str>) -> Option<Price> {
        let columns = (fees::REGION, fees::USD_PER_HOUR, fees::AS_OF, fees::SOURCE);
        Some(self.discounted(listed(fees::TABLE.matching(&[item]), columns, region)?, item, ""))
    }
}

/// The price of the region, else of the first that has one.
fn listed(
    rows: impl Iterator<Item = Row> + Clone,
    (place, usd, as_of, source): (Text, Number, Text, Text),
    region: Option<&str>,
) -> Option<Price> {
    let wanted = region.and_then(region_named);
    let row = rows.clone().find(|row| row.text(place) == wanted).or_else(|| rows.clone().next())?;
    let priced = row.text(place)?;
    Some(Price {
        usd: row.number(usd)?,
        region: priced,
        estimated: region.is_some() && wanted != Some(priced),
        as_of: row.text(as_of)?.into(),
        source: row.text(source)?.into(),
    })
}

/// What an hour of a machine costs in a reserved block, and the date of the price; the source states no region.
pub fn in_a_block(machine: &str) -> Option<(f64, &'static str)> {
    let row = blocks::TABLE.find(&[machine])?;
    Some((row.number(blocks::USD_PER_HOUR)?, row.text(blocks::AS_OF)?))
}

/// The price of a GB that leaves a region for another, for another zone (`zone`), for the `internet`, or through a
/// NAT gateway (`nat`) or an interface endpoint (`interface-endpoint`). First tier. `None` where it is not known,
/// and within one region.
pub fn transfer(provider: &str, from: &str, to: &str) -> Option<Price> {
    let from = region_named(from)?;
    let destination = region_named(to);
    if destination == Some(from) {
        return None;
    }
    let find = |from: &str, to: &str| routes::TABLE.find(&[provider, from, to]);
    let between_regions = || {
        let near = area(from) == area(destination?);
        find(from, "*").or_else(|| near.then(|| find("*", "same-area")).flatten())
    };
    let row = find(from, destination.unwrap_or(to)).or_else(|| find("*", to)).or_else(between_regions)?;
    Some(Price {
        usd: row.number(routes::USD_PER_GB)?,
        region: from,
        estimated: false,
        as_of: row.text(routes::AS_OF)?.into(),
        source: row.text(routes::SOURCE)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_priced_by_class() {
        let price = |provider, class, region| Prices::default().storage(provider, class, region).unwrap();
        assert_eq!(price("aws", "STANDARD", Some("us-east-1")).usd, 0.023);
        assert_eq!(price("gcp", "STANDARD", None).usd, 0.02);
        assert_eq!(price("aws", "gp3", None).usd, 0.08);
        assert!(price("aws", "gp3", Some("eu-west-1")).estimated);
        assert_eq!(price("azure", "blob-hot", Some("westus")).usd, 0.0208);
        assert!(Prices::default().storage("aws", "no-such-class", None).is_none());
    }

    #[test]
    fn fees_and_blocks_are_priced_by_the_hour() {
        let fee = |item, region| Prices::default().fee(item, region).map(|price| (price.usd, price.estimated));
        assert_eq!(fee("nat-gateway", Some("us-east-1")), Some((0.045, false)));
        assert_eq!(fee("nat-gateway", Some("eu-west-1")), Some((0.045, true)));
        assert_eq!(fee("no-such-thing", None), None);
        assert_eq!(in_a_block("p5.48xlarge"), Some((31.44, "2026-03-23")));
        assert_eq!(in_a_block("g5.xlarge"), None);
    }

    #[test]
    fn transfer_is_priced_by_route() {
        let usd = |provider, from, to| transfer(provider, from, to).map(|price| price.usd);
        assert_eq!(usd("aws", "us-east-1", "eu-west-1"), Some(0.02));
        assert_eq!(usd("aws", "us-east-1", "us-east-2"), Some(0.01));
        assert_eq!(usd("aws", "sa-east-1", "us-east-1"), Some(0.138));
        assert_eq!(usd("aws", "us-east-1", "zone"), Some(0.01));
        assert_eq!(usd("aws", "eu-west-1", "nat"), Some(0.045));
        assert_eq!(usd("gcp", "us-central1", "us-east1"), Some(0.02));
        assert_eq!(usd("gcp", "us-central1", "europe-west4"), None, "not sourced");
        assert_eq!(usd("aws", "us-east-1", "us-east-1"), None);
        assert_eq!(usd("aws", "moon-1", "us-east-1"), None);
    }
}
