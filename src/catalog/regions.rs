//! Regions: which names are one, and which multi-region locations contain them.
//!
//! Called by rule functions through `catalog` and by its price lookups. It must not know prices or machines.

use super::table::Row;
use super::table::columns::{locations, regions};

/// Whether a text is a region's code, case ignored.
pub fn is_region(text: &str) -> bool {
    regions::TABLE.find(&[text]).is_some()
}

/// The code of the region that a text names: a code (`us-east-1`), a display name (`West Europe`) or a zone of it
/// (`us-central1-a`, `us-east-1b`).
pub fn region(text: &str) -> Option<&'static str> {
    row(text)?.text(regions::CODE)
}

/// The regions a multi-region or dual-region location spans (`EU`, `NAM4`), none where it is not one.
pub fn regions_inside(location: &str) -> impl Iterator<Item = &'static str> + use<> {
    locations::TABLE.matching(&[location]).filter_map(|row| row.text(locations::REGION))
}

/// Whether a location is this region or spans it.
pub fn region_contains(location: &str, region: &str) -> bool {
    location.eq_ignore_ascii_case(region) || locations::TABLE.find(&[location, region]).is_some()
}

/// The region whose prices stand for a provider where the region is not known.
pub(super) fn home(provider: &str) -> Option<&'static str> {
    let is_home = |row: &Row| row.flag(regions::HOME) && row.text(regions::PROVIDER) == Some(provider);
    regions::TABLE.all().find(is_home)?.text(regions::CODE)
}

/// All providers.
pub(super) fn providers() -> impl Iterator<Item = &'static str> {
    regions::TABLE.all().filter(|row| row.flag(regions::HOME)).filter_map(|row| row.text(regions::PROVIDER))
}

/// Whether a region is the one whose prices stand for its provider.
pub(super) fn is_home(region: &str) -> bool {
    row(region).is_some_and(|row| row.flag(regions::HOME))
}

/// The provider a region belongs to.
pub fn provider(region: &str) -> Option<&'static str> {
    row(region)?.text(regions::PROVIDER)
}

/// The part of the world a region lies in.
pub(super) fn area(region: &str) -> Option<&'static str> {
    row(region)?.text(regions::AREA)
}

fn row(text: &str) -> Option<Row> {
    let find = |text: &str| regions::TABLE.find(&[text]);
    let zone = |text: &str| {
        let inner = text.strip_suffix(|last: char| last.is_ascii_lowercase())?;
        find(inner.strip_suffix('-').unwrap_or(inner))
    };
    find(text).or_else(|| zone(text)).or_else(|| find(&text.replace(' ', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_known_by_code_name_and_zone() {
        assert!(is_region("eu-west-1") && is_region("US-CENTRAL1") && !is_region("us-central1-a") && !is_region("EU"));
        assert_eq!(region("West Europe"), Some("westeurope"));
        assert_eq!(region("East US 2"), Some("eastus2"));
        assert_eq!(region("us-central1-a"), Some("us-central1"));
        assert_eq!(region("us-east-1b"), Some("us-east-1"));
        assert_eq!(region("moon-1"), None);
        assert_eq!(region(""), None);
    }

    #[test]
    fn multi_regions_contain_their_regions() {
        assert!(region_contains("EU", "europe-west4") && region_contains("eu", "europe-west4"));
        assert!(!region_contains("EU", "europe-west2") && !region_contains("EU", "us-east1"));
        assert!(region_contains("NAM4", "us-central1") && !region_contains("NAM4", "us-west1"));
        assert!(region_contains("us-east1", "US-EAST1"));
        assert_eq!(regions_inside("EUR4").collect::<Vec<_>>(), ["europe-north1", "europe-west4"]);
        assert_eq!(regions_inside("us-east1").count(), 0);
    }

    #[test]
    fn each_provider_has_one_home() {
        assert_eq!([home("aws"), home("azure"), home("gcp")], [Some("us-east-1"), Some("eastus"), Some("us-central1")]);
        assert_eq!(regions::TABLE.all().filter(|row| row.flag(regions::HOME)).count(), 3);
    }
}
