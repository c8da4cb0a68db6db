//! Prices of storage and of data transfer.
//!
//! Called by rule functions through `catalog`. It must not know rules.

use super::prices::{Price, Prices};
use super::regions::{area, provider, providers, region as region_named};
use super::table::Row;
use super::table::columns::{storage as classes, transfer as routes};

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
        let wanted = region.and_then(region_named);
        let rows = classes::TABLE.matching(&[provider, class]);
        let own = |row: &Row| row.text(classes::REGION) == wanted;
        let row = rows.clone().find(own).or_else(|| rows.clone().next())?;
        let priced = row.text(classes::REGION)?;
        let list = Price {
            usd: row.number(classes::USD_PER_GB_MONTH)?,
            region: priced,
            estimated: region.is_some() && wanted != Some(priced),
            as_of: row.text(classes::AS_OF)?.into(),
            source: row.text(classes::SOURCE)?.into(),
        };
        Some(self.discounted(list, class, ""))
    }
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
