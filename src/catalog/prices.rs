//! Prices of machines and of attached accelerators, on demand and on spot capacity (`spot`), by region.
//!
//! Called by rule functions through `catalog` and by `offers`. Where a region or a managed type has no price of its
//! own, one is derived from the nearest listed price and marked as estimated. What the user pays instead of the list
//! price is in `terms`. It must not know rules.

use super::machines::{self, Machine, machine};
use super::overlay::{Overlay, Own};
use super::regions::{area, home, is_home, region as region_named};
use super::spot::{Shares, Spot, family_shares, usual_share};
use super::table::columns::{attached as units, markups, prices, region_multipliers};
use super::table::{Number, Row, Text};
use super::terms::Terms;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Prices as a project pays them: the lists of the catalogue, price lists of its own over them, and its terms.
/// The default is the plain list.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// What the project agreed on.
    pub terms: Terms,
    /// Price lists the user imported.
    pub overlay: Overlay,
}

/// A price, of a list or as agreed.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// US dollars an hour; a month and GiB for storage; a GB for transfer.
    pub usd: f64,
    /// The region whose price this is; another than asked for where nothing nearer is known.
    pub region: &'static str,
    /// Derived, or of another region than asked for, rather than listed.
    pub estimated: bool,
    /// The date of the list: an ISO date, or less where the source says less; empty for prices out of the config.
    pub as_of: Cow<'static, str>,
    /// Where the price comes from.
    pub source: Cow<'static, str>,
}

/// What renting a machine costs in one purchase mode.
#[derive(Clone, Copy)]
pub(super) struct Quote {
    /// US dollars an hour.
    pub usd: f64,
    /// The region whose price this is.
    pub region: &'static str,
    /// Rests on a price list or an observation, not on the general saving of spot capacity.
    pub observed: bool,
}

impl Prices {
    /// The price of an hour on demand. `region` may be a code, a display name or a zone; `None` stands for the region
    /// whose prices serve as the provider's reference (us-east-1, eastus, us-central1).
    pub fn on_demand(&self, name: &str, region: Option<&str>) -> Option<Price> {
        let Some(machine) = machine(name) else { return self.outside_the_catalogue(name, region) };
        self.price_of(&machine, region)
    }

    /// The typical price of an hour on spot capacity; where none is known, the general saving below the list price.
    /// Discounts on the list price do not lower it.
    pub fn spot(&self, name: &str, region: Option<&str>) -> Option<Spot> {
        let Some(machine) = machine(name) else {
            let own = self.overlay.find(name, region.and_then(region_named))?;
            return Some(self.own_spot(&own));
        };
        let price = self.list(&machine, region)?;
        if let Some(chips) = machine.chips() {
            return self.attached_spot(machine.accelerator?, region).map(|chip| chip.times(chips));
        }
        if let Some(own) = self.overlay.find(machine.name, Some(price.region)).filter(|own| own.spot.is_some()) {
            return Some(self.own_spot(&own));
        }
        let Some(usual) = usual_share(&machine, &price) else { return Some(self.general().of(price.usd, price.as_of)) };
        let shares = family_shares(&machine, usual.share);
        Some(Spot { estimated: usual.derived, ..shares.of(price.usd, usual.as_of.into()) })
    }

    /// What a machine costs on demand or on spot capacity, without the range.
    pub(super) fn quote(&self, machine: &Machine, region: Option<&str>, spot: bool) -> Option<Quote> {
        if !spot {
            let price = self.price_of(machine, region)?;
            return Some(Quote { usd: price.usd, region: price.region, observed: true });
        }
        let list = self.list(machine, region)?;
        let quote = Quote { usd: list.usd, region: list.region, observed: true };
        if let Some(chips) = machine.chips() {
            return self
                .attached_spot(machine.accelerator?, region)
                .map(|chip| Quote { usd: chip.usd * chips, ..quote });
        }
        if let Some(usd) = self.overlay.find(machine.name, Some(list.region)).and_then(|own| own.spot) {
            return Some(Quote { usd, ..quote });
        }
        let usual = usual_share(machine, &list);
        let share = usual.map_or(self.general().usual, |usual| usual.share);
        Some(Quote { usd: list.usd * share, observed: usual.is_some(), ..quote })
    }

    /// The price of an hour of one accelerator attached to a machine, or of one TPU chip.
    pub fn attached(&self, name_or_alias: &str, region: Option<&str>) -> Option<Price> {
        let accelerator = machines::accelerator(name_or_alias)?.name;
        if let Some(usd) = self.terms.fixed(accelerator) {
            return Some(agreed(usd, region.and_then(region_named).or_else(|| home("gcp"))?));
        }
        Some(self.discounted(self.listed_unit(accelerator, region)?, accelerator, ""))
    }

    /// The typical price of an hour of one attached accelerator or TPU chip on spot capacity.
    pub fn attached_spot(&self, name_or_alias: &str, region: Option<&str>) -> Option<Spot> {
        let accelerator = machines::accelerator(name_or_alias)?.name;
        let price = self.listed_unit(accelerator, region)?;
        if let Some(own) = self.overlay.find(accelerator, Some(price.region)) {
            return Some(self.own_spot(&own));
        }
        let row = units::TABLE.find(&[accelerator, price.region])?;
        match row.number(units::SPOT) {
            Some(usd) => Some(Spot { usd, low: usd, high: usd, estimated: price.estimated, as_of: price.as_of }),
            None => Some(self.general().of(price.usd, price.as_of)),
        }
    }

    /// What a machine costs in one region over what it costs in another; `None` where either has no price.
    pub fn region_price_ratio(&self, name: &str, from: &str, to: &str) -> Option<f64> {
        Some(self.on_demand(name, Some(to))?.usd / self.on_demand(name, Some(from))?.usd)
    }

    fn listed_unit(&self, accelerator: &str, region: Option<&str>) -> Option<Price> {
        let wanted = region.and_then(region_named);
        if let Some(own) = self.overlay.find(accelerator, wanted) {
            return Some(own.price(region.is_some() && wanted != Some(own.region)));
        }
        let row = nearest(units::TABLE.matching(&[accelerator]), units::REGION, wanted)?;
        let own = row.text(units::REGION)?;
        let estimated = region.is_some() && wanted != Some(own);
        price(row, units::ON_DEMAND, own, estimated, (units::AS_OF, units::SOURCE))
    }

    /// What is paid: the price of the config, else the list price without the discount.
    fn price_of(&self, machine: &Machine, region: Option<&str>) -> Option<Price> {
        if let Some(usd) = self.terms.fixed(&machine.full_name()) {
            return Some(agreed(usd, region.and_then(region_named).or_else(|| home(machine.provider))?));
        }
        Some(self.discounted(self.list(machine, region)?, &machine.full_name(), machine.family))
    }

    /// A type that only the config or an imported list knows.
    fn outside_the_catalogue(&self, name: &str, region: Option<&str>) -> Option<Price> {
        let wanted = region.and_then(region_named);
        let listed = || self.overlay.find(name, wanted);
        if let Some(usd) = self.terms.fixed(name) {
            return Some(agreed(usd, wanted.unwrap_or_else(|| listed().map_or("every region", |own| own.region))));
        }
        let own = listed()?;
        Some(self.discounted(own.price(region.is_some() && wanted != Some(own.region)), name, ""))
    }

    pub(super) fn discounted(&self, price: Price, name: &str, family: &str) -> Price {
        match self.terms.discount(name, family, super::regions::provider(price.region).unwrap_or_default()) {
            Some(off) => Price { usd: price.usd * (1.0 - off), ..price },
            None => price,
        }
    }

    /// The list price of a machine, imported or the catalogue's own; else estimated from its host.
    fn list(&self, machine: &Machine, region: Option<&str>) -> Option<Price> {
        if let Some(chips) = machine.chips() {
            let chip = self.listed_unit(machine.accelerator?, region)?;
            let estimated = chip.estimated || !machine.chip_price_holds;
            return Some(Price { usd: chip.usd * chips, estimated, ..chip });
        }
        let wanted = region.and_then(region_named).or_else(|| home(machine.provider));
        let own = self.overlay.find(machine.name, wanted);
        if let Some(own) = own.as_ref().filter(|own| wanted == Some(own.region)) {
            return Some(own.price(region.is_some() && region.and_then(region_named).is_none()));
        }
        listed(machine, region).or_else(|| own.map(|own| own.price(true))).or_else(|| {
            let host = machines::machine(machine.host?)?;
            let of = |key: &str| markups::TABLE.find(&[key])?.number(markups::MARKUP);
            let markup = of(host.name).or_else(|| of(machine.family))?;
            let price = self.list(&host, region)?;
            Some(Price { usd: price.usd * markup, estimated: true, ..price })
        })
    }

    fn general(&self) -> Shares {
        Shares::general(self.terms.spot_saving)
    }

    fn own_spot(&self, own: &Own) -> Spot {
        match own.spot {
            Some(usd) => Spot { usd, low: usd, high: usd, estimated: false, as_of: own.as_of() },
            None => self.general().of(own.on_demand, own.as_of()),
        }
    }
}

/// A price out of the config.
fn agreed(usd: f64, region: &'static str) -> Price {
    Price { usd, region, estimated: false, as_of: "".into(), source: "the config".into() }
}

/// The newest date among the price lists, ISO.
pub fn as_of() -> &'static str {
    static NEWEST: LazyLock<&str> = LazyLock::new(|| {
        let is_date = |text: &&str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        prices::TABLE.all().filter_map(|row| row.text(prices::AS_OF)).filter(is_date).max().unwrap_or_default()
    });
    &NEWEST
}

/// The price of a machine that has one in some region.
fn listed(machine: &Machine, region: Option<&str>) -> Option<Price> {
    let wanted = region.and_then(region_named);
    let row = nearest(prices::TABLE.matching(&[machine.name]), prices::REGION, wanted)?;
    let base = row.text(prices::REGION)?;
    let provenance = (prices::AS_OF, prices::SOURCE);
    match wanted.filter(|wanted| *wanted != base) {
        None => price(row, prices::ON_DEMAND, base, region.is_some() && wanted.is_none(), provenance),
        Some(wanted) => {
            let Some(ratio) = ratio(machine, base, wanted) else {
                return price(row, prices::ON_DEMAND, base, true, provenance);
            };
            let there = price(row, prices::ON_DEMAND, wanted, true, provenance)?;
            Some(Price { usd: there.usd * ratio, ..there })
        }
    }
}

/// What a machine costs in one region over what it costs in another: as its host does, else as its family.
fn ratio(machine: &Machine, from: &str, to: &str) -> Option<f64> {
    let host = |region: &str| prices::TABLE.find(&[machine.host?, region])?.number(prices::ON_DEMAND);
    let family = |region: &str| match region_multipliers::TABLE.find(&[machine.family, region]) {
        Some(row) => row.number(region_multipliers::RATIO),
        None => is_home(region).then_some(1.0),
    };
    let of_host = || Some(host(to)? / host(from)?);
    of_host().or_else(|| Some(family(to)? / family(from)?))
}

/// The row of the wanted region; else of the provider's reference region, of the same part of the world, the first.
fn nearest(rows: impl Iterator<Item = Row> + Clone, region: Text, wanted: Option<&str>) -> Option<Row> {
    let named = |row: &Row| row.text(region);
    let at_home = |row: &Row| named(row).is_some_and(is_home);
    let is_near = |row: &Row| wanted.and_then(area).is_some_and(|near| named(row).and_then(area) == Some(near));
    rows.clone()
        .find(|row| named(row) == wanted)
        .or_else(|| rows.clone().find(at_home))
        .or_else(|| rows.clone().find(is_near))
        .or_else(|| rows.clone().next())
}

fn price(row: Row, usd: Number, region: &'static str, estimated: bool, provenance: (Text, Text)) -> Option<Price> {
    let (as_of, source) = (row.text(provenance.0)?, row.text(provenance.1)?);
    Some(Price { usd: row.number(usd)?, region, estimated, as_of: as_of.into(), source: source.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_demand(name: &str, region: Option<&str>) -> Option<Price> {
        Prices::default().on_demand(name, region)
    }

    fn spot(name: &str, region: Option<&str>) -> Option<Spot> {
        Prices::default().spot(name, region)
    }

    fn usd(name: &str, region: &str) -> f64 {
        on_demand(name, Some(region)).unwrap().usd
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.0005
    }

    /// Read off the vendors' price pages' public extracts by hand.
    #[test]
    fn listed_prices_are_those_of_the_lists() {
        let known = [
            ("p3.16xlarge", "us-east-1", 24.48),
            ("p4d.24xlarge", "us-east-1", 21.957642),
            ("p5.48xlarge", "us-east-1", 55.04),
            ("g4dn.xlarge", "us-east-1", 0.526),
            ("ml.g5.xlarge", "us-east-1", 1.41),
            ("ml.p5.48xlarge", "us-east-1", 63.296),
            ("Standard_NC24ads_A100_v4", "eastus", 3.673),
            ("a2-highgpu-1g", "us-central1", 3.673385),
        ];
        for (name, region, expected) in known {
            let price = on_demand(name, Some(region)).unwrap();
            assert!(near(price.usd, expected) && !price.estimated, "{name}: {price:?}");
            assert_eq!(price.region, region);
        }
    }

    #[test]
    fn no_region_means_the_reference_region() {
        let price = on_demand("p3.2xlarge", None).unwrap();
        assert_eq!((price.usd, price.region, price.estimated), (3.06, "us-east-1", false));
        let elsewhere = on_demand("ml.g7e.2xlarge", None).unwrap();
        assert_eq!((elsewhere.usd, elsewhere.region), (4.2039, "us-west-2"));
    }

    #[test]
    fn managed_prices_follow_their_hosts_into_other_regions() {
        let price = on_demand("ml.g5.2xlarge", Some("eu-central-1")).unwrap();
        let ratio = usd("g5.2xlarge", "eu-central-1") / usd("g5.2xlarge", "us-east-1");
        assert!(price.estimated && near(price.usd, usd("ml.g5.2xlarge", "us-east-1") * ratio));
        assert_eq!(price.region, "eu-central-1");
    }

    #[test]
    fn unlisted_managed_types_cost_their_host_and_a_markup() {
        let price = on_demand("ml.p5en.48xlarge", Some("us-east-1")).unwrap();
        assert!(price.estimated && near(price.usd, usd("p5en.48xlarge", "us-east-1") * 1.15));
        assert!(on_demand("ml.trn2.48xlarge", None).is_none(), "its host has no list price");
    }

    #[test]
    fn an_unknown_or_unpriced_region_falls_back_visibly() {
        let moon = on_demand("p3.2xlarge", Some("moon-1")).unwrap();
        assert_eq!((moon.usd, moon.region, moon.estimated), (3.06, "us-east-1", true));
        let cpu = on_demand("m5.large", Some("eu-west-1")).unwrap();
        assert_eq!((cpu.region, cpu.estimated), ("us-east-1", true));
    }

    #[test]
    fn spot_is_typical_and_says_when_it_is_derived() {
        let known = spot("g5.xlarge", Some("us-east-1")).unwrap();
        assert!(!known.estimated && known.low <= known.usd && known.usd <= known.high && known.high < 1.006);
        assert!(near(known.usd, 0.4125) && known.as_of == "2025-06");
        let managed = spot("ml.g5.xlarge", None).unwrap();
        assert!(managed.estimated && near(managed.usd, 1.41 * 0.4125 / 1.006));
        let general = spot("Standard_NC6s_v3", Some("westus2")).unwrap();
        let full = usd("Standard_NC6s_v3", "westus2");
        assert!(general.estimated && near(general.usd, full * 0.4) && near(general.low, full * 0.3));
    }

    #[test]
    fn units_are_priced_alone_and_in_slices() {
        let t4 = Prices::default().attached("NVIDIA_TESLA_T4", Some("us-central1")).unwrap();
        assert_eq!((t4.usd, t4.estimated), (0.35, false));
        assert!(Prices::default().attached_spot("nvidia-tesla-t4", Some("us-central1")).unwrap().usd < t4.usd);
        assert_eq!(on_demand("v5litepod-16", Some("us-central1")).unwrap().usd, 16.0 * 1.2);
        let v2 = |name| on_demand(name, None).map(|price| (price.usd, price.estimated));
        assert_eq!(v2("v2-8"), Some((4.5, false)));
        assert_eq!(v2("v2-32"), Some((18.0, true)), "larger slices cost more a chip");
        assert!(spot("v5litepod-16", Some("us-central1")).unwrap().usd < 16.0 * 1.2);
        assert!(
            Prices::default().attached("nvidia-tesla-k80", None).is_none()
                && Prices::default().attached("nvidia-l4", None).is_none()
        );
    }

    #[test]
    fn the_date_is_iso() {
        assert_eq!(as_of(), "2026-09-27");
    }
}
