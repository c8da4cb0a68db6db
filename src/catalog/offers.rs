//! What to rent instead: cheaper machines at least as good, smaller hosts of the same accelerators.
//!
//! Called by rule functions through `catalog`, and by `holding`. It must not know resources or rules.

use super::families::{is_current, replaced};
use super::machines::{self, Accelerator, Machine, accelerator, machine};
use super::prices::{Prices, Quote};
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

/// The numbers of chips in a TPU slice.
const SLICES: [u16; 12] = [1, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

impl Prices {
    /// The cheapest current machine of the same provider and service whose accelerators are of the same vendor and have
    /// together at least the memory and FP16 throughput (memory alone where a throughput is not known), cheaper in the
    /// same purchase mode and sold in the region; `None` stands for the provider's reference region.
    pub fn cheaper_equal(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        let machine = machine(name)?;
        let power = Power::of_machine(&machine)?;
        let now = self.quote(&machine, region, spot)?;
        let region = region_or_home(region, &machine)?;
        if machine.units_per_chip.is_some() {
            return self.cheapest(stronger_slices(power), region, spot, now);
        }
        self.cheapest(stronger(power, &machine), region, spot, now)
    }

    /// The cheapest alternative to accelerators attached to a machine: other current ones attached to the same machine,
    /// or a machine at least as large that comes with them. The machine may be one the catalogue does not price; then only other attached
    /// accelerators are compared, without it.
    pub fn cheaper_attached(
        &self,
        alias: &str,
        count: u32,
        host: &str,
        region: Option<&str>,
        spot: bool,
    ) -> Option<Offer> {
        let current = accelerator(alias)?;
        let power = Power::of(&current, f64::from(count))?;
        let units = f64::from(count) * self.unit_cost(&current, region, spot)?;
        let priced = machine(host).and_then(|machine| Some((machine, self.quote(&machine, region, spot)?)));
        let base = priced.map_or(0.0, |(_, quote)| quote.usd);
        let other = self.other_attached(power, region, spot).map(|(name, count, usd)| Offer {
            name: if count == 1 { format!("{host} with {name}") } else { format!("{host} with {count} {name}") },
            usd: base + usd,
        });
        let whole = || {
            let (machine, quote) = priced?;
            let as_large = |other: &Machine| other.vcpus >= machine.vcpus && other.memory_gib >= machine.memory_gib;
            let others = stronger(power, &machine).filter(as_large);
            self.cheapest(others, region_or_home(region, &machine)?, spot, Quote { usd: quote.usd + units, ..quote })
        };
        let offers = other.into_iter().chain(whole());
        offers.filter(|offer| offer.usd < base + units).min_by(|a, b| a.usd.total_cmp(&b.usd))
    }

    /// The cheapest machine of the same provider and service with the same accelerators, as many, cheaper on demand.
    pub fn smaller_host(&self, name: &str, region: Option<&str>) -> Option<Offer> {
        let machine = machine(name)?;
        machine.accelerator?;
        let now = self.quote(&machine, region, false)?;
        let equal = |other: &Machine| {
            (other.accelerator, other.accelerator_count) == (machine.accelerator, machine.accelerator_count)
        };
        self.cheapest(peers(&machine).filter(equal).filter(is_current), region_or_home(region, &machine)?, false, now)
    }

    /// The cheapest machine of the same provider and service with fewer of the same accelerators.
    pub fn smallest_like(&self, name: &str, region: Option<&str>, spot: bool) -> Option<Offer> {
        let machine = machine(name)?;
        machine.accelerator?;
        let now = self.quote(&machine, region, spot)?;
        let fewer = |other: &Machine| {
            other.accelerator == machine.accelerator && other.accelerator_count < machine.accelerator_count
        };
        self.cheapest(peers(&machine).filter(fewer).filter(is_current), region_or_home(region, &machine)?, spot, now)
    }

    /// The cheapest of some machines below a price. Only what is priced for this very region counts as sold there, and
    /// an observed spot price is not compared with the general estimate of another.
    pub(super) fn cheapest(
        &self,
        machines: impl Iterator<Item = Machine>,
        region: &str,
        spot: bool,
        now: Quote,
    ) -> Option<Offer> {
        let quotes = machines.filter_map(|machine| Some((machine, self.quote(&machine, Some(region), spot)?)));
        quotes
            .filter(|(_, quote)| quote.region == region && quote.observed == now.observed && quote.usd < now.usd)
            .min_by(|a, b| a.1.usd.total_cmp(&b.1.usd))
            .map(|(machine, quote)| Offer { name: machine.full_name(), usd: quote.usd })
    }

    /// The cheapest set of attachable current accelerators that covers a need, in this very region.
    fn other_attached(&self, power: Power, region: Option<&str>, spot: bool) -> Option<(&'static str, u32, f64)> {
        let is_sold = |row: &Row| {
            let here = region.and_then(region_named);
            here.is_none() || row.text(units::REGION) == here
        };
        let sold = units::TABLE.all().filter(is_sold).filter_map(|row| accelerator(row.text(units::ACCELERATOR)?));
        sold.filter(|one| !replaced(one.name))
            .filter_map(|one| {
                let enough = |count: &u32| Power::of(&one, f64::from(*count)).is_some_and(|set| set.covers(power));
                let count = ATTACHABLE.into_iter().find(enough)?;
                let usd = f64::from(count) * self.unit_cost(&one, region, spot)?;
                Some((machines::attachable_name(one.name)?, count, usd))
            })
            .min_by(|a, b| a.2.total_cmp(&b.2))
    }

    fn unit_cost(&self, one: &Accelerator, region: Option<&str>, spot: bool) -> Option<f64> {
        if spot {
            self.attached_spot(one.name, region).map(|spot| spot.usd)
        } else {
            self.attached(one.name, region).map(|price| price.usd)
        }
    }
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

/// All machines a workload could move to as it is: same provider, same service, same kind of processor.
pub(super) fn peers(machine: &Machine) -> impl Iterator<Item = Machine> {
    let key = |machine: &Machine| (machine.provider, machine.host.is_some(), machine.arm);
    let same = key(machine);
    machines::all().filter(move |other| key(other) == same)
}

fn stronger(power: Power, machine: &Machine) -> impl Iterator<Item = Machine> {
    peers(machine).filter(move |other| Power::of_machine(other).is_some_and(|own| own.covers(power))).filter(is_current)
}

/// Slices of current TPU versions that suffice.
fn stronger_slices(power: Power) -> impl Iterator<Item = Machine> {
    let enough = move |slice: &Machine| Power::of_machine(slice).is_some_and(|own| own.covers(power));
    SLICES.into_iter().flat_map(|chips| machines::slices(f64::from(chips))).filter(enough).filter(is_current)
}

pub(super) fn region_or_home(region: Option<&str>, machine: &Machine) -> Option<&'static str> {
    region.and_then(region_named).or_else(|| home(machine.provider))
}

impl Power {
    /// `None` where the number or the memory is not known.
    fn of(one: &Accelerator, count: f64) -> Option<Power> {
        let memory_gib = one.memory_gib.filter(|_| count > 0.0)? * count;
        Some(Power { vendor: one.vendor, memory_gib, fp16_tflops: one.fp16_tflops.map(|tflops| tflops * count) })
    }

    fn of_machine(machine: &Machine) -> Option<Power> {
        Power::of(&accelerator(machine.accelerator?)?, machine.accelerator_count)
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

    fn list() -> Prices {
        Prices::default()
    }

    fn equal(name: &str, region: &str) -> Option<String> {
        list().cheaper_equal(name, Some(region), false).map(|offer| offer.name)
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
                let Some(offer) = list().cheaper_equal(name, Some(region), false) else { continue };
                assert!(offer.usd < list().on_demand(name, Some(region)).unwrap().usd, "{name} {region} {offer:?}");
                assert!(!replaced(&offer.name) && offer.name.starts_with("ml.") == name.starts_with("ml."));
                assert_eq!(list().on_demand(&offer.name, Some(region)).unwrap().region, region);
            }
        }
        assert_eq!(equal("Standard_NC12s_v3", "eastus").as_deref(), Some("Standard_NC24ads_A100_v4"));
        assert_eq!(equal("Standard_NC6s_v3", "eastus"), None, "the same A100 costs more than one V100");
    }

    #[test]
    fn attached_accelerators_have_cheaper_equals() {
        let offer = |alias, count| list().cheaper_attached(alias, count, "n1-standard-8", Some("us-central1"), false);
        let instead_of_p100 = offer("nvidia-tesla-p100", 1).unwrap();
        assert_eq!(instead_of_p100.name, "n1-standard-8 with nvidia-tesla-t4");
        let instead_of_v100 = offer("nvidia-tesla-v100", 1).unwrap();
        assert_eq!(instead_of_v100.name, "n1-standard-8 with 2 nvidia-tesla-t4");
        assert!(offer("nvidia-tesla-k80", 1).is_none(), "it has no price to be cheaper than");
        assert!(offer("nvidia-tesla-t4", 1).is_none());
        assert!(offer("nvidia-tesla-p100", 0).is_none());
        let custom =
            list().cheaper_attached("nvidia-tesla-p100", 1, "custom-8-16384", Some("us-central1"), false).unwrap();
        assert!((custom.usd - 0.35).abs() < 1e-9);
    }

    #[test]
    fn smaller_hosts_hold_the_same_accelerators() {
        assert_eq!(list().smaller_host("g5.16xlarge", None).unwrap().name, "g5.xlarge");
        assert_eq!(list().smaller_host("ml.g5.16xlarge", None).unwrap().name, "ml.g5.xlarge");
        assert_eq!(list().smaller_host("g5.xlarge", None), None);
        assert_eq!(list().smaller_host("m5.large", None), None);
    }

    #[test]
    fn the_smallest_machine_with_an_accelerator_depends_on_the_provider() {
        assert_eq!(smallest_with("A100-40GB", "aws").unwrap().name, "p4d.24xlarge");
        assert_eq!(smallest_with("nvidia-tesla-a100", "gcp").unwrap().name, "a2-highgpu-1g");
        assert_eq!(smallest_with("H100", "aws").unwrap().name, "p5.4xlarge");
        assert_eq!(smallest_with("TPU v4", "aws"), None);
    }

    #[test]
    fn the_smallest_machine_like_one_is_of_the_same_service() {
        let name = |of: &str| list().smallest_like(of, None, false).map(|offer| offer.name);
        assert_eq!(name("ml.g5.12xlarge").as_deref(), Some("ml.g5.xlarge"));
        assert_eq!(name("g5.48xlarge").as_deref(), Some("g5.xlarge"));
        assert_eq!(name("g5.xlarge"), None);
        assert_eq!(name("m5.large"), None);
    }

    #[test]
    fn spot_offers_compare_spot_prices() {
        let usd = |name: &str, region| list().spot(name, Some(region)).unwrap().usd;
        let offer = list().cheaper_equal("p2.xlarge", Some("us-east-1"), true).unwrap();
        assert_eq!(offer.name, "g4dn.xlarge");
        assert!(
            (offer.usd - usd("g4dn.xlarge", "us-east-1")).abs() < 1e-9 && offer.usd < usd("p2.xlarge", "us-east-1")
        );
        assert_eq!(list().cheaper_equal("p3.2xlarge", Some("us-east-1"), true), None);
        // An A100's spot price is known in eastus, that of the older machine only in general.
        assert_eq!(list().cheaper_equal("Standard_NC12s_v2", Some("eastus"), true), None);
    }

    #[test]
    fn tpu_slices_are_offered_for_tpu_slices() {
        assert_eq!(list().cheaper_equal("v2-8", Some("us-central1"), false), None, "a v5e costs more on demand");
        let offer = list().cheaper_equal("v2-8", Some("us-central1"), true).unwrap();
        assert_eq!(offer.name, "v5litepod-4");
        assert!((offer.usd - 4.0 * 0.29771).abs() < 1e-9);
    }
}
