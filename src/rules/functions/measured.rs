//! Functions about measured use: what it is, and which machine would hold it.
//!
//! What was measured is behind `usage`, the machines behind `catalogue`. Without a measurement all of them are absent.

use super::money::{Group, largest, region};
use super::offers::on_spot;
use crate::catalog::{Holding, Load};
use crate::model::number::Number;
use crate::model::resource::ResourceId;
use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::{Datum, Outcome};
use crate::usage::{Measured, Use};
use std::sync::Arc;

/// One of the measured shares.
type Part = fn(&Load) -> Option<f64>;

/// The measures that are shares, by their names in conditions and in words.
const SHARES: [(&str, &str, Part); 4] = [
    ("gpu", "GPU use", |load| load.gpu),
    ("gpu_memory", "GPU memory", |load| load.gpu_memory),
    ("cpu", "CPU use", |load| load.cpu),
    ("memory", "memory", |load| load.memory),
];

/// Something measured, and on which machine.
struct Case<'a> {
    id: ResourceId,
    group: Group,
    measured: &'a Measured,
    load: Load,
}

/// `None` where nothing was measured, or it is not known on what.
fn case<'a>(evaluator: &Evaluator<'a>, args: &[Outcome]) -> Option<Case<'a>> {
    let resource @ Outcome::Known(Datum::Resource(handle)) = args.first()? else { return None };
    let measured = evaluator.world.settings.usage.get(&handle.id)?;
    let (group, id, accelerators) = largest(evaluator, std::slice::from_ref(resource)).ok()?;
    let gpus = accelerators.map(|(_, count)| count.to_f64());
    let cpus = evaluator.world.settings.catalogue.machine(&group.machine).and_then(|machine| machine.vcpus);
    let share = |used: Option<Use>, units: Option<f64>| match used? {
        Use::Share(share) => Some(share),
        used => Some(used.of(units?)),
    };
    let load = Load {
        gpu: share(measured.gpu, gpus),
        gpu_memory: share(measured.gpu_memory, gpus),
        cpu: share(measured.cpu, cpus),
        memory: share(measured.memory, Some(1.0)),
    };
    Some(Case { id, group, measured, load })
}

/// In percent, or in hours or days.
pub(super) fn usage(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let Some(measure) = args.get(1).and_then(Outcome::as_str) else { return Outcome::Absent };
    let share = SHARES.iter().find(|(name, ..)| *name == measure);
    if share.is_none() && !["hours", "days"].contains(&measure) {
        let known = SHARES.map(|(name, ..)| name).join(", ");
        return Outcome::broken(format!("nothing measures `{measure}`; {known}, hours and days are"));
    }
    let found = case(evaluator, args).and_then(|case| match (share, measure) {
        (Some((.., of)), _) => of(&case.load).map(percent),
        (None, "hours") => case.measured.hours,
        (None, _) => case.measured.days,
    });
    found.and_then(Number::from_f64).map_or(Outcome::Absent, Outcome::from)
}

/// `22 % GPU use, 31 % GPU memory over 14 days`.
pub(super) fn measured(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let Some(Case { measured, load, .. }) = case(evaluator, args) else { return Outcome::Absent };
    let part = |(_, words, of): &(_, &str, Part)| Some(format!("{} % {words}", percent(of(&load)?)));
    let parts: Vec<String> = SHARES.iter().filter_map(part).collect();
    if parts.is_empty() {
        return Outcome::Absent;
    }
    let over = match measured.days {
        Some(1.0) => " over a day".to_owned(),
        Some(days) => format!(" over {days} days"),
        None => String::new(),
    };
    Outcome::from(format!("{}{over}", parts.join(", ")).as_str())
}

/// A share as people read it.
fn percent(share: f64) -> f64 {
    (share * 100.0).round()
}

fn found(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Option<Holding> {
    let Case { id, group, load, .. } = case(evaluator, args)?;
    let Some(Outcome::Known(Datum::Number(most))) = args.get(1) else { return None };
    if group.attached.is_some() {
        return None;
    }
    let (region, spot) = (region(evaluator, id), on_spot(evaluator, id));
    let catalogue = &evaluator.world.settings.catalogue;
    catalogue.holding(&group.machine, &load, most.to_f64() / 100.0, region.as_deref(), spot)
}

pub(super) fn holding(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    found(evaluator, args).map_or(Outcome::Absent, record)
}

/// As a value of conditions and messages.
pub(super) fn record(found: Holding) -> Outcome {
    let number = |value: f64| Number::from_f64(value).map_or(Outcome::Absent, Outcome::from);
    Outcome::Known(Datum::Record(Arc::new([
        ("type", found.name.as_str().into()),
        (super::HOURLY_FIELD, number(found.usd)),
        ("accelerator", found.accelerator.into()),
        ("accelerators", number(found.accelerators)),
        ("percent", number(percent(found.full))),
    ])))
}

/// For all instances of the largest group, as they are bought.
pub(super) fn holding_saving(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    super::offers::saving(evaluator, args.get(..1).unwrap_or_default(), &holding(evaluator, args))
}
