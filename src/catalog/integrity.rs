//! Whether the facts of `rules/catalog/` can be true: tests only. What `build.rs` refuses (duplicate keys, numbers
//! that are none, rows without source or date) is not repeated here.

use std::collections::BTreeMap;

use super::machines::{self, Machine};
use super::table::Row;
use super::table::columns::{
    attached, blocks, families, fees, locations, markups, prices, region_multipliers, regions, storage, transfer,
};
use super::{Prices, accelerator, algorithm, is_region, machine, region, region_contains, replaced, retired, similar};

fn priced(row: Row) -> (Machine, &'static str, f64) {
    let name = row.text(prices::MACHINE).unwrap();
    let machine = machine(name).unwrap_or_else(|| panic!("a price of {name}, which is no machine"));
    (machine, row.text(prices::REGION).unwrap(), row.number(prices::ON_DEMAND).unwrap())
}

#[test]
fn every_price_is_of_a_machine_in_a_region_of_its_provider() {
    for row in prices::TABLE.all() {
        let (machine, region, usd) = priced(row);
        let provider = regions::TABLE.find(&[region]).unwrap().text(regions::PROVIDER);
        assert_eq!(provider, Some(machine.provider), "{} in {region}", machine.name);
        assert!(usd > 0.0, "{} in {region}", machine.name);
    }
}

/// An hour mistaken for a month, or cents for dollars, is a factor of 100 or more.
#[test]
fn an_accelerator_hour_costs_about_the_same_everywhere() {
    let mut hours: BTreeMap<&str, Vec<(f64, &str, &str)>> = BTreeMap::new();
    for row in prices::TABLE.all() {
        let (machine, region, usd) = priced(row);
        if let Some(accelerator) = machine.accelerator.filter(|_| machine.accelerator_count > 0.0) {
            hours.entry(accelerator).or_default().push((usd / machine.accelerator_count, machine.name, region));
        }
    }
    assert!(hours.len() > 20);
    for (accelerator, mut hours) in hours {
        hours.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (median, ..) = hours[hours.len() / 2];
        for (usd, name, region) in hours {
            assert!((0.1..10.0).contains(&(usd / median)), "{accelerator}: {usd} an hour as {name} in {region}");
            assert!((0.05..40.0).contains(&usd), "{accelerator}: {usd} an hour as {name} in {region}");
        }
    }
}

#[test]
fn a_cpu_hour_costs_cents() {
    for row in prices::TABLE.all() {
        let (machine, region, usd) = priced(row);
        let Some(vcpus) = machine.vcpus.filter(|_| machine.accelerator.is_none()) else { continue };
        assert!((0.002..1.0).contains(&(usd / vcpus)), "{} in {region}: {usd}", machine.name);
    }
}

#[test]
fn a_machine_costs_about_the_same_in_all_regions() {
    let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for row in prices::TABLE.all() {
        let (machine, _, usd) = priced(row);
        all.entry(machine.name).or_default().push(usd);
    }
    for (name, usd) in all {
        let (low, high) = usd.iter().fold((f64::MAX, 0.0_f64), |(low, high), usd| (low.min(*usd), high.max(*usd)));
        assert!(high / low < 3.5, "{name}: from {low} to {high}");
    }
}

#[test]
fn spot_is_cheaper_and_has_a_source_and_a_date() {
    let mut seen = 0;
    for row in prices::TABLE.all() {
        let (machine, region, usd) = priced(row);
        let Some(spot) = row.number(prices::SPOT) else { continue };
        seen += 1;
        assert!(spot < usd && spot > 0.04 * usd, "{} in {region}: {spot} of {usd}", machine.name);
        assert!(row.text(prices::SPOT_SOURCE).is_some() && row.text(prices::SPOT_AS_OF).is_some(), "{}", machine.name);
    }
    for row in attached::TABLE.all() {
        let (usd, spot) = (row.number(attached::ON_DEMAND).unwrap(), row.number(attached::SPOT));
        assert!(spot.is_none_or(|spot| spot < usd) && (0.1..20.0).contains(&usd));
    }
    assert!(seen > 2000, "{seen}");
}

#[test]
fn accelerators_and_families_are_known() {
    for machine in machines::all() {
        let Some(name) = machine.accelerator else { continue };
        assert!(accelerator(name).is_some(), "{}: {name}", machine.name);
        let family = families::TABLE.find(&[machine.family, machine.provider]);
        let family = family.unwrap_or_else(|| panic!("{}: no family {}", machine.name, machine.family));
        assert_eq!(family.text(families::ACCELERATOR), Some(name), "{}", machine.name);
    }
    for row in families::TABLE.all().map(|row| row.text(families::ACCELERATOR)) {
        assert!(accelerator(row.unwrap()).is_some());
    }
    for row in attached::TABLE.all().map(|row| row.text(attached::ACCELERATOR)) {
        assert!(accelerator(row.unwrap()).is_some());
    }
}

#[test]
fn managed_types_equal_their_hosts() {
    for managed in machines::all().filter(|machine| machine.host.is_some()) {
        let Some(host) = machine(managed.host.unwrap()) else { continue };
        assert_eq!((managed.accelerator, managed.accelerator_count), (host.accelerator, host.accelerator_count));
        assert_eq!((managed.vcpus, managed.memory_gib), (host.vcpus, host.memory_gib), "{}", managed.name);
    }
}

/// A month is 730 hours, not 1000 and not 720: the price lists of all three clouds reckon so.
#[test]
fn a_month_has_730_hours() {
    assert_eq!(super::HOURS_PER_MONTH, 365.0 * 24.0 / 12.0);
}

/// A managed type costs its host and a markup, so that a wrong digit in either shows.
#[test]
fn managed_types_cost_a_little_more_than_their_hosts() {
    let list = Prices::default();
    let mut compared = 0;
    for managed in machines::all().filter(|machine| machine.host.is_some()) {
        let usd = |name: &str| list.on_demand(name, Some("us-east-1")).map(|price| price.usd);
        let (Some(own), Some(host)) = (usd(managed.name), usd(managed.host.unwrap())) else { continue };
        // SageMaker's lists of p2 and p3 are older than the others; ml.t2 has no markup.
        let old = managed.family.starts_with("p2") || managed.family.starts_with("p3");
        assert!((0.99..if old { 1.6 } else { 1.45 }).contains(&(own / host)), "{}: {own} over {host}", managed.name);
        compared += 1;
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn ratios_and_rates_are_plausible() {
    let within = |value: Option<f64>, low: f64, high: f64| (low..=high).contains(&value.unwrap());
    assert!(region_multipliers::TABLE.all().all(|row| within(row.number(region_multipliers::RATIO), 0.8, 2.5)));
    assert!(markups::TABLE.all().all(|row| within(row.number(markups::MARKUP), 1.0, 1.5)));
    assert!(storage::TABLE.all().all(|row| within(row.number(storage::USD_PER_GB_MONTH), 0.0005, 0.4)));
    assert!(transfer::TABLE.all().all(|row| within(row.number(transfer::USD_PER_GB), 0.005, 0.2)));
    assert!(fees::TABLE.all().all(|row| within(row.number(fees::USD_PER_HOUR), 0.001, 0.5)));
    for row in blocks::TABLE.all() {
        let (name, usd) = (row.text(blocks::MACHINE).unwrap(), row.number(blocks::USD_PER_HOUR).unwrap());
        let list = Prices::default().on_demand(name, None);
        assert!(list.is_none_or(|list| (0.3..=1.1).contains(&(usd / list.usd))), "{name}");
    }
}

#[test]
fn regions_of_other_tables_exist() {
    let known = |region: Option<&str>| region.is_some_and(is_region);
    assert!(attached::TABLE.all().all(|row| known(row.text(attached::REGION))));
    assert!(locations::TABLE.all().all(|row| known(row.text(locations::REGION))));
    assert!(region_multipliers::TABLE.all().all(|row| known(row.text(region_multipliers::REGION))));
    assert!(
        transfer::TABLE.all().all(|row| row.text(transfer::FROM).is_some_and(|from| from == "*" || is_region(from)))
    );
}

proptest::proptest! {
    /// Names come from other people's files.
    #[test]
    fn no_text_is_too_strange_to_look_up(text in "(v2-|ml\\.|[0-9]+\\.dkr/)?\\PC{0,20}", count in 0..u32::MAX) {
        let here = Some(text.as_str());
        let list = Prices::default();
        let found = [machine(&text).is_some(), list.on_demand("p3.2xlarge", here).is_some(), list.spot(&text, here).is_some()];
        proptest::prop_assert!(found[1]);
        let _ = (list.attached_spot(&text, here), list.cheaper_attached("nvidia-tesla-v100", count, &text, here, true));
        let _ = (region(&text), region_contains(&text, &text), replaced(&text), retired(&text), similar(&text));
        let _ = (algorithm(&text), super::transfer("aws", &text, &text), list.storage(&text, &text, here));
    }
}
