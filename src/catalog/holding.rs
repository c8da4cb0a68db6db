//! What would hold the work that was measured: cheaper machines with what is used of one, and some to spare.
//!
//! Called by rule functions through `catalog`. It must not know resources or where figures come from.

use super::families::is_current;
use super::machines::{Accelerator, Machine, accelerator, machine};
use super::offers::{peers, region_or_home};
use super::prices::Prices;

/// What is in use of a machine when it is busy, as shares from 0 to 1; `None` where it was not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Of the computing time of its accelerators.
    pub gpu: Option<f64>,
    /// Of their memory.
    pub gpu_memory: Option<f64>,
    /// Of its virtual CPUs.
    pub cpu: Option<f64>,
    /// Of its memory.
    pub memory: Option<f64>,
}

/// A cheaper machine, and how full it would be.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// The machine type.
    pub name: String,
    /// US dollars an hour in the same region and purchase mode.
    pub usd: f64,
    /// Its accelerator.
    pub accelerator: &'static str,
    /// How many of them it has.
    pub accelerators: f64,
    /// The fullest of what was measured, as a share.
    pub full: f64,
}

impl Prices {
    /// The cheapest current machine of the same provider and service that a load fills up to a share at most, cheaper
    /// than the one it was measured on. What was not measured stays: accelerator memory and throughput as a whole, CPUs
    /// and memory for each accelerator.
    pub fn holding(&self, name: &str, load: &Load, most: f64, region: Option<&str>, spot: bool) -> Option<Holding> {
        self.holding_among(name, load, most, region, spot, |_| true)
    }

    /// The same of those machines that something else is asked of as well.
    pub(super) fn holding_among(
        &self,
        name: &str,
        load: &Load,
        most: f64,
        region: Option<&str>,
        spot: bool,
        counts: impl Fn(&Machine) -> bool,
    ) -> Option<Holding> {
        let now = machine(name)?;
        let quote = self.quote(&now, region, spot)?;
        let region = region_or_home(region, &now)?;
        let holds = |other: &Machine| counts(other) && load.fills(&now, other, most).is_some();
        let offer = self.cheapest(peers(&now).filter(is_current).filter(holds), region, spot, quote)?;
        let found = machine(&offer.name)?;
        Some(Holding {
            name: offer.name,
            usd: offer.usd,
            accelerator: found.accelerator?,
            accelerators: found.accelerator_count,
            full: load.fills(&now, &found, most)?,
        })
    }
}

impl Load {
    /// How full another machine would be; `None` if it is too small, or not enough is known or measured.
    fn fills(&self, now: &Machine, other: &Machine, most: f64) -> Option<f64> {
        let (own, offered) = (accelerator(now.accelerator?)?, accelerator(other.accelerator?)?);
        let fewer = now.accelerator_count / other.accelerator_count;
        if own.vendor != offered.vendor || !fewer.is_finite() || fewer == 0.0 {
            return None;
        }
        let each = |of: fn(&Accelerator) -> Option<f64>| match own.name == offered.name {
            true => Some(1.0),
            false => Some(of(&own)? / of(&offered)?),
        };
        // What keeps an accelerator busy may be computing or waiting for its memory: both are counted.
        let gpu = each(|one| one.fp16_tflops)?.max(each(|one| one.bandwidth)?);
        let gpu_memory = each(|one| one.memory_gib)?;
        // The work may be spread as it is over accelerators as strong as these; one that is weaker has to do it alone.
        let crowds = |used: Option<f64>, each: f64| used.unwrap_or(1.0) * each * now.accelerator_count > most;
        let is_weaker = gpu > 1.0 || gpu_memory > 1.0;
        if is_weaker && (crowds(self.gpu, gpu) || crowds(self.gpu_memory, gpu_memory)) {
            return None;
        }
        // What is measured, how much more there is now, and how much more there may be where it is not measured.
        let parts = [
            (self.gpu, gpu * fewer, 1.0),
            (self.gpu_memory, gpu_memory * fewer, 1.0),
            (self.cpu, now.vcpus? / other.vcpus?, fewer),
            (self.memory, now.memory_gib? / other.memory_gib?, fewer),
        ];
        let mut fullest: Option<f64> = None;
        for (used, larger, allowed) in parts {
            match used.map(|used| used * larger) {
                Some(full) if full > most => return None,
                Some(full) => fullest = Some(fullest.map_or(full, |have| have.max(full))),
                None if larger > allowed => return None,
                None => {}
            }
        }
        fullest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(name: &str, load: Load) -> Option<(String, f64)> {
        let found = Prices::default().holding(name, &load, 0.8, Some("us-east-1"), false)?;
        Some((found.name, (found.full * 100.0).round()))
    }

    #[test]
    fn the_cheapest_machine_holds_what_is_used() {
        // 12xlarge: four A10G of 24 GiB, 48 CPUs, 192 GiB. A fifth of one GPU each: 88 GiB of 96 would not fit.
        let quarter = Load { gpu: Some(0.18), gpu_memory: Some(0.15), ..Load::default() };
        assert_eq!(holding("ml.g5.12xlarge", quarter), Some(("ml.g5.4xlarge".into(), 72.0)), "CPUs for each GPU stay");
        let host = Load { cpu: Some(0.1), memory: Some(0.05), ..quarter };
        assert_eq!(holding("ml.g5.12xlarge", host), Some(("ml.g5.2xlarge".into(), 72.0)));
        let full = Load { gpu: Some(0.18), gpu_memory: Some(0.9), ..Load::default() };
        assert_eq!(holding("ml.g5.12xlarge", full), None);
        assert_eq!(holding("ml.g5.12xlarge", Load { gpu: Some(0.7), ..quarter }), None);
    }

    #[test]
    fn a_large_host_shrinks_with_what_its_cpus_do() {
        let idle = Load { cpu: Some(0.05), memory: Some(0.04), ..Load::default() };
        assert_eq!(holding("ml.g5.16xlarge", idle), Some(("ml.g5.xlarge".into(), 80.0)));
        let busy = Load { cpu: Some(0.3), memory: Some(0.1), ..Load::default() };
        assert_eq!(holding("ml.g5.16xlarge", busy).unwrap().0, "ml.g5.8xlarge");
    }

    #[test]
    fn nothing_is_claimed_without_a_measurement_or_a_known_machine() {
        assert_eq!(holding("ml.g5.12xlarge", Load::default()), None);
        assert_eq!(holding("m5.large", Load { gpu: Some(0.1), ..Load::default() }), None);
        assert_eq!(holding("v5litepod-16", Load { gpu: Some(0.1), ..Load::default() }), None);
    }
}
