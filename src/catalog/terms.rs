//! What a project pays instead of the list price: agreed prices, discounts, and what it expects of spot capacity.
//!
//! Filled in from the config, asked by `prices`. It must not know any price list.

use std::collections::BTreeMap;

/// The share of the on-demand price that spot capacity saves where no spot price is known.
pub const SPOT_SAVING: f64 = 0.6;

/// The terms of a project. Names are compared without case.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The share that spot capacity saves where no spot price is known.
    pub spot_saving: f64,
    fixed: BTreeMap<String, f64>,
    discounts: BTreeMap<String, f64>,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { spot_saving: SPOT_SAVING, fixed: BTreeMap::new(), discounts: BTreeMap::new() }
    }
}

impl Terms {
    /// `fixed`: US dollars an hour by machine type or accelerator. `discounts`: shares off the list price by machine
    /// type, pattern (`ml.*`), family (`g5`) or provider.
    pub fn new(spot_saving: f64, fixed: &BTreeMap<String, f64>, discounts: &BTreeMap<String, f64>) -> Terms {
        let lower = |given: &BTreeMap<String, f64>| {
            given.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect()
        };
        Terms { spot_saving, fixed: lower(fixed), discounts: lower(discounts) }
    }

    /// The agreed price of an hour of a machine type or accelerator.
    pub(super) fn fixed(&self, name: &str) -> Option<f64> {
        if self.fixed.is_empty() { None } else { self.fixed.get(&name.to_ascii_lowercase()).copied() }
    }

    /// The share off the list price: by type, else by the longest pattern, else by family, else by provider.
    pub(super) fn discount(&self, name: &str, family: &str, provider: &str) -> Option<f64> {
        if self.discounts.is_empty() {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let exact = |key: &str| self.discounts.get(&key.to_ascii_lowercase()).copied();
        let patterns = self.discounts.iter().filter_map(|(key, off)| Some((key.strip_suffix('*')?, *off)));
        let by_pattern = || {
            let fitting = patterns.filter(|(prefix, _)| name.starts_with(prefix));
            fitting.max_by_key(|(prefix, _)| prefix.len()).map(|(_, off)| off)
        };
        exact(&name).or_else(by_pattern).or_else(|| exact(family)).or_else(|| exact(provider))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Prices;
    use super::*;

    fn prices(fixed: &[(&str, f64)], discounts: &[(&str, f64)]) -> Prices {
        let map = |given: &[(&str, f64)]| given.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        Prices { terms: Terms::new(SPOT_SAVING, &map(fixed), &map(discounts)), ..Prices::default() }
    }

    #[test]
    fn the_most_specific_discount_counts() {
        let own = prices(&[], &[("aws", 0.1), ("G5", 0.2), ("ml.*", 0.3), ("ml.g5*", 0.4), ("ml.g5.xlarge", 0.5)]);
        let kept = |name: &str| {
            let usd = |prices: &Prices| prices.on_demand(name, None).unwrap().usd;
            (usd(&own) / usd(&Prices::default()) * 100.0).round()
        };
        assert_eq!(
            ["m5.large", "g5.xlarge", "ml.m5.large", "ml.g5.2xlarge", "ml.g5.xlarge"].map(kept),
            [90.0, 80.0, 70.0, 60.0, 50.0]
        );
        assert_eq!(kept("a2-highgpu-1g"), 100.0);
    }

    #[test]
    fn agreed_prices_replace_the_list_everywhere_and_discounts_do_not_lower_spot() {
        let own = prices(&[("P3.2xlarge", 2.0), ("home-made", 1.5)], &[("aws", 0.5)]);
        let price = own.on_demand("p3.2xlarge", Some("eu-west-1")).unwrap();
        assert_eq!((price.usd, price.estimated, price.region), (2.0, false, "eu-west-1"));
        assert_eq!(own.on_demand("home-made", None).unwrap().usd, 1.5);
        assert_eq!(own.spot("g5.xlarge", None), Prices::default().spot("g5.xlarge", None));
        assert_eq!(own.cheaper_equal("p3.2xlarge", None, false).unwrap().name, "g6e.xlarge");
    }

    #[test]
    fn the_general_spot_saving_can_be_set() {
        let spot = |saving| {
            let terms = Terms { spot_saving: saving, ..Terms::default() };
            Prices { terms, ..Prices::default() }.spot("Standard_NC6s_v3", Some("westus2")).unwrap().usd
        };
        assert!((spot(0.2) / spot(0.6) - 2.0).abs() < 1e-9);
    }
}
