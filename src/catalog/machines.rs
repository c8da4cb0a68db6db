//! Machine types and accelerators by name.
//!
//! Called by rule functions through `catalog` and by its other files. It must not know prices.

use super::table::Row;
use super::table::columns::{accelerators, machines, tpus};

/// A machine type: an instance type, VM size, SageMaker instance type or TPU slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// The name as its provider writes it; of a TPU slice only what precedes its size (`v5litepod`).
    pub name: &'static str,
    /// `aws`, `azure` or `gcp`.
    pub provider: &'static str,
    /// The family: `g5`, `NCads_A100_v4`, `a2-highgpu`, `v5litepod`.
    pub family: &'static str,
    /// The accelerator's name in the catalogue: `A10G`.
    pub accelerator: Option<&'static str>,
    /// Accelerators, where the type shares one a fraction; 0 where it has none or the number is not known.
    pub accelerator_count: f64,
    /// Virtual CPUs.
    pub vcpus: Option<f64>,
    /// Memory in GiB.
    pub memory_gib: Option<f64>,
    /// Whether it is known to have NVMe storage of its own.
    pub nvme: bool,
    /// The type of the same provider it runs on, where a managed service rents it out under a name of its own.
    pub(super) host: Option<&'static str>,
    /// Whether its processor is an Arm.
    pub(super) arm: bool,
    /// Of a TPU slice: what its size counts in one chip.
    pub(super) units_per_chip: Option<f64>,
    /// Whether the price of a chip is known to hold for a TPU slice of this size.
    pub(super) chip_price_holds: bool,
}

impl Machine {
    /// Of a TPU slice: its chips, which make its price.
    pub(super) fn chips(&self) -> Option<f64> {
        self.units_per_chip.map(|_| self.accelerator_count)
    }

    /// The name as one writes it, with the size of a TPU slice.
    pub fn full_name(&self) -> String {
        match self.units_per_chip {
            Some(per_chip) => format!("{}-{}", self.name, self.accelerator_count * per_chip),
            None => self.name.to_owned(),
        }
    }
}

/// An accelerator: a GPU, a TPU chip, a Trainium or Inferentia chip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accelerator {
    /// The catalogue's name: `V100`, `A100-40GB`, `TPU v5e`.
    pub name: &'static str,
    /// The maker: `NVIDIA`, `AMD`, `AWS`, `Google`, …
    pub vendor: &'static str,
    /// Memory of one in GiB.
    pub memory_gib: Option<f64>,
    /// Dense FP16 or BF16 throughput of one in TFLOPS.
    pub fp16_tflops: Option<f64>,
    /// Memory bandwidth in GB/s.
    pub bandwidth: Option<f64>,
    /// The year it came out.
    pub year: Option<u16>,
}

/// The machine type of this name, case ignored. `None`: not in the catalogue.
pub fn machine(name: &str) -> Option<Machine> {
    machines::TABLE.find(&[name]).and_then(from_row).or_else(|| slice(name))
}

/// All machine types but TPU slices, which have no list of sizes.
pub fn all() -> impl Iterator<Item = Machine> {
    machines::TABLE.all().filter_map(from_row)
}

/// The accelerator of this name or alias (`nvidia-tesla-t4`, `NVIDIA_TESLA_T4`, `tpu-v5-lite-podslice`), case ignored.
pub fn accelerator(name_or_alias: &str) -> Option<Accelerator> {
    let alias = name_or_alias.replace('_', "-");
    let is_it = |row: &Row| {
        let aliases = row.text(accelerators::ALIASES);
        aliases.is_some_and(|aliases| aliases.split(';').any(|one| one.eq_ignore_ascii_case(&alias)))
    };
    let row = accelerators::TABLE.find(&[name_or_alias]).or_else(|| accelerators::TABLE.all().find(is_it))?;
    Some(Accelerator {
        name: row.text(accelerators::NAME)?,
        vendor: row.text(accelerators::VENDOR)?,
        memory_gib: row.number(accelerators::MEMORY_GIB),
        fp16_tflops: row.number(accelerators::FP16_TFLOPS),
        bandwidth: row.number(accelerators::BANDWIDTH_GBS),
        year: row.number(accelerators::YEAR).map(|year| year as u16),
    })
}

/// The name by which an accelerator is attached to a machine: its first alias.
pub(super) fn attachable_name(accelerator: &str) -> Option<&'static str> {
    accelerators::TABLE.find(&[accelerator])?.text(accelerators::ALIASES)?.split(';').next()
}

fn from_row(row: Row) -> Option<Machine> {
    Some(Machine {
        name: row.text(machines::NAME)?,
        provider: row.text(machines::PROVIDER)?,
        family: row.text(machines::FAMILY)?,
        accelerator: row.text(machines::ACCELERATOR),
        accelerator_count: row.number(machines::ACCELERATOR_COUNT).unwrap_or_default(),
        vcpus: row.number(machines::VCPUS),
        memory_gib: row.number(machines::MEMORY_GIB),
        nvme: row.flag(machines::NVME),
        host: row.text(machines::HOST),
        arm: row.flag(machines::ARM),
        units_per_chip: None,
        chip_price_holds: false,
    })
}

/// A TPU slice: `v5litepod-16`, `v3-8`, a node's `ct5lp-hightpu-4t`. Older versions count cores, two to a chip.
fn slice(name: &str) -> Option<Machine> {
    let (prefix, size) = name.rsplit_once('-')?;
    let row = tpus::TABLE.find(&[prefix])?;
    let units: u16 = size.strip_suffix(['t', 'T']).unwrap_or(size).parse().ok().filter(|units| *units > 0)?;
    sized(row, f64::from(units))
}

/// The TPU slices with a number of chips, one for each version that has slices as small.
pub(super) fn slices(chips: f64) -> impl Iterator<Item = Machine> {
    let has = move |row: &Row| row.number(tpus::SMALLEST).is_some_and(|smallest| smallest <= chips);
    tpus::TABLE.all().filter(has).filter_map(move |row| sized(row, chips * row.number(tpus::UNITS_PER_CHIP)?))
}

fn sized(row: Row, units: f64) -> Option<Machine> {
    let (prefix, per_chip) = (row.text(tpus::PREFIX)?, row.number(tpus::UNITS_PER_CHIP)?);
    Some(Machine {
        name: prefix,
        provider: row.text(tpus::PROVIDER)?,
        family: prefix,
        accelerator: row.text(tpus::ACCELERATOR),
        accelerator_count: units / per_chip,
        vcpus: None,
        memory_gib: None,
        nvme: false,
        host: None,
        arm: false,
        units_per_chip: Some(per_chip),
        chip_price_holds: row.number(tpus::PRICED_UP_TO).is_none_or(|most| units / per_chip <= most),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_found_whatever_their_case() {
        let machine = machine("standard_nc6").unwrap();
        assert_eq!((machine.name, machine.provider), ("Standard_NC6", "azure"));
        assert_eq!((machine.accelerator, machine.accelerator_count), (Some("K80"), 1.0));
        assert_eq!(super::machine("ml.unheard.of"), None);
        assert_eq!(super::machine(""), None);
    }

    #[test]
    fn a_managed_type_has_the_specs_of_its_host() {
        let (managed, host) = (machine("ml.g5.12xlarge").unwrap(), machine("g5.12xlarge").unwrap());
        assert_eq!((managed.accelerator, managed.accelerator_count), (Some("A10G"), 4.0));
        assert_eq!((managed.vcpus, managed.memory_gib, managed.nvme), (host.vcpus, host.memory_gib, true));
        assert_eq!(managed.host, Some(host.name));
    }

    #[test]
    fn tpu_slices_resolve_to_chips() {
        let chips = |name| machine(name).map(|m| (m.accelerator.unwrap(), m.accelerator_count));
        assert_eq!(chips("v2-8"), Some(("TPU v2", 4.0)));
        assert_eq!(chips("v5litepod-16"), Some(("TPU v5e", 16.0)));
        assert_eq!(chips("V5P-8"), Some(("TPU v5p", 4.0)));
        assert_eq!(chips("ct6e-standard-4t"), Some(("TPU v6e", 4.0)));
        assert_eq!(chips("v2-0"), None);
        assert_eq!(chips("v2-99999999999"), None);
        assert_eq!(chips("v2-x"), None);
        assert_eq!(chips("v9-8"), None);
    }

    #[test]
    fn accelerators_are_found_by_every_spelling() {
        for spelling in ["T4", "t4", "nvidia-tesla-t4", "NVIDIA_TESLA_T4"] {
            assert_eq!(accelerator(spelling).unwrap().name, "T4", "{spelling}");
        }
        let l4 = accelerator("nvidia-l4").unwrap();
        assert_eq!(
            (l4.vendor, l4.memory_gib, l4.fp16_tflops, l4.year),
            ("NVIDIA", Some(24.0), Some(121.0), Some(2023))
        );
        assert_eq!(accelerator("nvidia-a100-80gb").unwrap().name, "A100-80GB");
        assert!(accelerator("").is_none() && accelerator("nvidia").is_none());
    }
}
