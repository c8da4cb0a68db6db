//! What to rent instead: cheaper machines at least as good, smaller hosts of the same accelerators.
//!
//! Called by rule functions through `catalog`. It must not know resources or rules.

use super::families::{is_replaced, replaced};
use super::machines::{self, Accelerator, Machine, accelerator, machine};
use super::prices::{attached, attached_spot, on_demand, spot as spot_price};
use super::regions::{home, region as region_named};
use super::table::Row;
use super::table::columns::attached as units;

/// Something to rent instead, and its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// A machine type, or a machine with what is attached to it.
    pub name: String,
    /// US dollars an hour in the same region and purchase mode.
    pub usd: f64,
}

/// What a set of accelerators has altogether.
#[derive(Clone, Copy)]
struct Power {
    vendor: &'static str,
    memory_gib: f64,
    fp16_tflops: Option<f64>,
}

/// The numbers of accelerators that may be attached to one machine.
const ATTACHABLE: [u32; 4] = [1, 2, 4, 8];

/// The cheapest current machine of the same provider and service whose accelerators are of the same vendor and have
/// together at least the memory and FP16 throughput (memory alone where a throughput is not known), cheaper in the
/// same purchase mode and sold in the region; `None` stands for the provider's reference region.
pub fn cheaper_equal(name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
    let machine = machine(name)?;
    let power = Power::of(&accelerator(machine.accelerator?)?, machine.accelerator_count)?;
    let now = cost(name, region, spot)?;
    cheapest(stronger(power, &machine), region_or_home(region, &machine)?, spot, now)
}

/// The cheapest alternative to accelerators attached to a machine: other current ones attached to the same machine,
/// or a machine at least as large that comes with them. The machine may be one the catalogue does not price; then only other attached
/// accelerators are compared, without it.
pub fn cheaper_attached(alias: &str, count: u32, host: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
    let current = accelerator(alias)?;
    let power = Power::of(&current, f64::from(count))?;
    let host_cost = cost(host, region, spot);
    let base = host_cost.unwrap_or_default();
    let now = base + f64::from(count) * unit_cost(&current, region, spot)?;
    let other = other_attached(power, region, spot).map(|(name, count, usd)| Offer {
        name: if count == 1 { format!("{host} with {name}") } else { format!("{host} with {count} {name}") },
        usd: base + usd,
    });
    let whole = || {
        let machine = machine(host)?;
        host_cost?;
        let as_large = |other: &Machine| other.vcpus >= machine.vcpus && other.memory_gib >= machine.memory_gib;
        let others = stronger(power, &machine).filter(as_large);
        cheapest(others, region_or_home(region, &machine)?, spot, now)
    };
    let offers = other.into_iter().chain(whole());
    offers.filter(|offer| offer.usd < now).min_by(|a, b| a.usd.total_cmp(&b.usd))
}

/// The cheapest machine of the same provider and service with the same accelerators, as many, cheaper on demand.
pub fn smaller_host(name: &str, region: Option<&str>) -> Option<Offer> {
    let machine = machine(name)?;
    machine.accelerator?;
    let now = cost(name, region, false)?;
    let equal = |other: &Machine| {
        (other.accelerator, other.accelerator_count) == (machine.accelerator, machine.accelerator_count)
    };
    cheapest(peers(&machine).filter(equal), region_or_home(region, &machine)?, false, now)
}

/// The machine with the fewest of an accelerator that a provider rents out, the one with the fewest CPUs of those.
pub fn smallest_with(name_or_alias: &str, provider: &str) -> Option<Machine> {
    let accelerator = accelerator(name_or_alias)?.name;
    machines::all()
        .filter(|machine| machine.provider == provider && machine.host.is_none())
        .filter(|machine| machine.accelerator == Some(accelerator) && machine.accelerator_count > 0.0)
        .min_by(|a, b| {
            let by_count = a.accelerator_count.total_cmp(&b.accelerator_count);
            by_count.then(a.vcpus.unwrap_or(f64::MAX).total_cmp(&b.vcpus.unwrap_or(f64::MAX)))
        })
}

/// Other machines a workload could move to as it is: same provider, same service, same kind of processor.
fn peers(machine: &Machine) -> impl Iterator<Item = Machine> {
    let key = |machine: &Machine| (machine.provider, machine.host.is_some(), machine.arm);
    let same = key(machine);
    machines::all().filter(move |other| key(other) == same && !is_replaced(other))
}

fn stronger(power: Power, machine: &Machine) -> impl Iterator<Item = Machine> {
    peers(machine).filter(move |other| {
        let others = other.accelerator.and_then(accelerator);
        others.and_then(|one| Power::of(&one, other.accelerator_count)).is_some_and(|other| other.covers(power))
    })
}

/// The cheapest of some machines below a price; only what is priced for this very region counts as sold there.
fn cheapest(machines: impl Iterator<Item = Machine>, region: &'static str, spot: bool, below: f64) -> Option<Offer> {
    let sold = |machine: &Machine| on_demand(machine.name, Some(region)).is_some_and(|price| price.region == region);
    machines
        .filter(sold)
        .filter_map(|machine| Some((machine.name, cost(machine.name, Some(region), spot)?)))
        .filter(|(_, usd)| *usd < below)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, usd)| Offer { name: name.to_owned(), usd })
}

/// The cheapest set of attachable current accelerators that covers a need, in this very region.
fn other_attached(power: Power, region: Option<&str>, spot: bool) -> Option<(&'static str, u32, f64)> {
    let is_sold = |row: &Row| {
        let here = region.and_then(region_named);
        here.is_none() || row.text(units::REGION) == here
    };
    let sold = units::TABLE.all().filter(is_sold).filter_map(|row| accelerator(row.text(units::ACCELERATOR)?));
    sold.filter(|one| !replaced(one.name))
        .filter_map(|one| {
            let enough = |count: &u32| Power::of(&one, f64::from(*count)).is_some_and(|set| set.covers(power));
            let count = ATTACHABLE.into_iter().find(enough)?;
            let usd = f64::from(count) * unit_cost(&one, region, spot)?;
            Some((machines::attachable_name(one.name)?, count, usd))
        })
        .min_by(|a, b| a.2.total_cmp(&b.2))
}

fn cost(name: &str, region: Option<&str>, spot: bool) -> Option<f64> {
    if spot { spot_price(name, region).map(|spot| spot.usd) } else { on_demand(name, region).map(|price| price.usd) }
}

fn unit_cost(one: &Accelerator, region: Option<&str>, spot: bool) -> Option<f64> {
    if spot {
        attached_spot(one.name, region).map(|spot| spot.usd)
    } else {
        attached(one.name, region).map(|price| price.usd)
    }
}

fn region_or_home(region: Option<&str>, machine: &Machine) -> Option<&'static str> {
    region.and_then(region_named).or_else(|| home(machine.provider))
}

impl Power {
    /// `None` where the number or the memory is not known.
    fn of(one: &Accelerator, count: f64) -> Option<Power> {
        let memory_gib = one.memory_gib.filter(|_| count > 0.0)? * count;
        Some(Power { vendor: one.vendor, memory_gib, fp16_tflops: one.fp16_tflops.map(|tflops| tflops * count) })
    }

    fn covers(self, need: Power) -> bool {
        let fast = match (self.fp16_tflops, need.fp16_tflops) {
            (Some(own), Some(need)) => own >= need,
            _ => true,
        };
        self.vendor == need.vendor && self.memory_gib >= need.memory_gib && fast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(name: &str, region: &str) -> Option<String> {
        cheaper_equal(name, Some(region), false).map(|offer| offer.name)
    }

    #[test]
    fn a_replaced_machine_has_a_cheaper_current_equal() {
        // V100: 16 GiB, 125 TFLOPS at 3.06. L4 (121) and A10G (70) are slower; an L40S covers it for 1.861.
        assert_eq!(equal("p3.2xlarge", "us-east-1").as_deref(), Some("g6e.xlarge"));
        assert_eq!(equal("ml.p3.2xlarge", "us-east-1").as_deref(), Some("ml.g6e.xlarge"));
        // K80: 12 GiB, no FP16 figure: memory decides. The g5g is cheaper still, but its processor is an Arm.
        assert_eq!(equal("p2.xlarge", "us-east-1").as_deref(), Some("g4dn.xlarge"));
        assert!(equal("inf1.xlarge", "us-east-1").is_none(), "inf2.xlarge costs more");
        assert!(equal("m5.large", "us-east-1").is_none() && equal("no.such", "us-east-1").is_none());
    }

    #[test]
    fn an_offer_is_cheaper_stronger_current_and_sold_there() {
        for region in ["us-east-1", "eu-central-1", "ap-south-1"] {
            for name in ["p3.8xlarge", "p2.16xlarge", "ml.p3.16xlarge", "g3.4xlarge", "p3dn.24xlarge"] {
                let Some(offer) = cheaper_equal(name, Some(region), false) else { continue };
                assert!(offer.usd < on_demand(name, Some(region)).unwrap().usd, "{name} {region} {offer:?}");
                assert!(!replaced(&offer.name) && offer.name.starts_with("ml.") == name.starts_with("ml."));
                assert_eq!(on_demand(&offer.name, Some(region)).unwrap().region, region);
            }
        }
        assert_eq!(equal("Standard_NC12s_v3", "eastus").as_deref(), Some("Standard_NC24ads_A100_v4"));
        assert_eq!(equal("Standard_NC6s_v3", "eastus"), None, "the same A100 costs more than one V100");
    }

    #[test]
    fn attached_accelerators_have_cheaper_equals() {
        let offer = |alias, count| cheaper_attached(alias, count, "n1-standard-8", Some("us-central1"), false);
        let instead_of_p100 = offer("nvidia-tesla-p100", 1).unwrap();
        assert_eq!(instead_of_p100.name, "n1-standard-8 with nvidia-tesla-t4");
        let instead_of_v100 = offer("nvidia-tesla-v100", 1).unwrap();
        assert_eq!(instead_of_v100.name, "n1-standard-8 with 2 nvidia-tesla-t4");
        assert!(offer("nvidia-tesla-k80", 1).is_none(), "it has no price to be cheaper than");
        assert!(offer("nvidia-tesla-t4", 1).is_none());
        assert!(offer("nvidia-tesla-p100", 0).is_none());
        let custom = cheaper_attached("nvidia-tesla-p100", 1, "custom-8-16384", Some("us-central1"), false).unwrap();
        assert!((custom.usd - 0.35).abs() < 1e-9);
    }

    #[test]
    fn smaller_hosts_hold_the_same_accelerators() {
        assert_eq!(smaller_host("g5.16xlarge", None).unwrap().name, "g5.xlarge");
        assert_eq!(smaller_host("ml.g5.16xlarge", None).unwrap().name, "ml.g5.xlarge");
        assert_eq!(smaller_host("g5.xlarge", None), None);
        assert_eq!(smaller_host("m5.large", None), None);
    }

    #[test]
    fn the_smallest_machine_with_an_accelerator_depends_on_the_provider() {
        assert_eq!(smallest_with("A100-40GB", "aws").unwrap().name, "p4d.24xlarge");
        assert_eq!(smallest_with("nvidia-tesla-a100", "gcp").unwrap().name, "a2-highgpu-1g");
        assert_eq!(smallest_with("H100", "aws").unwrap().name, "p5.4xlarge");
        assert_eq!(smallest_with("TPU v4", "aws"), None);
    }

    #[test]
    fn spot_offers_compare_spot_prices() {
        let offer = cheaper_equal("p3.2xlarge", Some("us-east-1"), true);
        let now = spot_price("p3.2xlarge", Some("us-east-1")).unwrap().usd;
        assert!(offer.is_none_or(|offer| offer.usd < now));
    }
}
