//! Functions that turn prices into what is paid: as bought, a month, at worst, for storage.
//!
//! Called through the table of functions by rules and by the costs of kinds. Prices of machines come from `money`.

use super::catalogue::{Price, SpotPrice};
use super::money::{field, hourly, hourly_reserved, hourly_spot, priced, region};
use super::purpose::environment_of;
use crate::model::kinds::Type;
use crate::model::number::Number;
use crate::model::resource::ResourceId;
use crate::rules::eval::outcome::{Datum, Outcome};
use crate::rules::eval::{Evaluator, logic};
use crate::rules::expr::Op;

/// Of a run limit in seconds.
const SECONDS_PER_HOUR: i64 = 3_600;

/// As the instances are bought: what is bought in part on spot costs the on-demand price at most.
pub(super) fn rate(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [Outcome::Known(Datum::Resource(handle))] = args else { return hourly(evaluator, args) };
    match evaluator.read_named(handle.id, "spot") {
        Outcome::Unknown(unknown) => Outcome::Unknown(unknown),
        how if how.as_str() == Some("on") => hourly_spot(evaluator, args),
        how if how.as_str() == Some("mixed") => {
            evaluator.note(|notes| notes.spot = true);
            let on_spot = evaluator.spot == SpotPrice::Low;
            if on_spot { hourly_spot(evaluator, args) } else { hourly(evaluator, args) }
        }
        how if how.as_str() == Some("reserved") => hourly_reserved(evaluator, args),
        _ => hourly(evaluator, args),
    }
}

pub(super) fn hours(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [Outcome::Known(Datum::Resource(handle))] = args else { return Outcome::Absent };
    let inventory = evaluator.world.inventory;
    let kind = inventory.kinds.get(inventory.resource(handle.id).kind);
    let settings = evaluator.world.settings;
    let measured = settings.usage.get(&handle.id).and_then(|measured| measured.hours);
    let hours = measured.unwrap_or_else(|| settings.hours.of(&kind.name, environment_of(evaluator)));
    let how = if measured.is_some() { "measured " } else { "" };
    evaluator.note(|notes| notes.add(format!("{hours} {how}hours a month"), false, ""));
    Number::from_f64(hours).map_or(Outcome::Absent, Outcome::from)
}

pub(super) fn monthly(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    times(hourly(evaluator, args), hours(evaluator, args))
}

pub(super) fn worst_case(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [Outcome::Known(Datum::Resource(handle))] = args else { return hourly(evaluator, args) };
    let seconds = evaluator.read_named(handle.id, "max_run");
    let trials = match evaluator.read_named(handle.id, "trials") {
        Outcome::Absent => Number::from(1).into(),
        other => other,
    };
    let hours = match seconds {
        Outcome::Known(Datum::Number(seconds)) => {
            seconds.div(&Number::from(SECONDS_PER_HOUR)).map_or(Outcome::Absent, Outcome::from)
        }
        other => other,
    };
    if let (Outcome::Known(Datum::Number(hours)), Outcome::Known(Datum::Number(trials))) = (&hours, &trials) {
        let runs = if *trials == Number::from(1) { String::new() } else { format!(" × {trials} trials") };
        evaluator.note(|notes| notes.add(format!("at worst {} hours{runs}", rounded(hours)), false, ""));
    }
    times(times(hourly(evaluator, args), hours), trials)
}

/// To two decimals, for people.
fn rounded(number: &Number) -> f64 {
    (number.to_f64() * 100.0).round() / 100.0
}

pub(super) fn storage_month(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [Outcome::Known(Datum::Resource(handle)), class, size] = args else { return Outcome::Absent };
    let Some(class) = class.as_str() else { return class.clone() };
    let Outcome::Known(Datum::Number(size)) = size else { return size.clone() };
    let price = |region: Option<&str>| evaluator.world.settings.catalogue.storage(class, region);
    let usd = listed(evaluator, handle.id, (class, "a GiB"), price);
    usd.and_then(|usd| usd.mul(size)).map_or(Outcome::Absent, Outcome::from)
}

/// A listed price in the region of a resource, by its name and what it is for; absent where there is none.
fn listed(
    evaluator: &Evaluator<'_>,
    id: ResourceId,
    (name, unit): (&str, &str),
    price: impl Fn(Option<&str>) -> Option<Price>,
) -> Option<Number> {
    let region = region(evaluator, id);
    let price = priced(evaluator, name, price(region.as_deref()))?;
    let assumed = if region.is_none() { ", region not stated" } else { "" };
    let text = format!("{name} {} {unit} in {}{assumed}", evaluator.amount(price.usd), price.region);
    evaluator.note(|notes| notes.add(text, price.estimated, &price.as_of));
    Number::from_f64(price.usd)
}

pub(super) fn fee(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [Outcome::Known(Datum::Resource(handle)), item] = args else { return Outcome::Absent };
    let Some(item) = item.as_str() else { return item.clone() };
    let price = |region: Option<&str>| evaluator.world.settings.catalogue.fee(item, region);
    listed(evaluator, handle.id, (item, "an hour"), price).map_or(Outcome::Absent, Outcome::from)
}

pub(super) fn volumes_month(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let [resource @ Outcome::Known(Datum::Resource(handle))] = args else { return Outcome::Absent };
    let list = match evaluator.read_named(handle.id, "volumes") {
        Outcome::Known(Datum::List(list)) => list,
        other => return other,
    };
    if let Some(unknown) = &list.open {
        return Outcome::Unknown(unknown.clone());
    }
    let each = list.items.iter().map(|item| {
        let (class, size) =
            (field(evaluator, item, "type", &Type::String), field(evaluator, item, "size", &Type::Number));
        storage_month(evaluator, &[resource.clone(), class, size])
    });
    each.fold(Number::from(0).into(), |sum, one| logic::binary(Op::Add, &sum, &one))
}

fn times(a: Outcome, b: Outcome) -> Outcome {
    logic::binary(Op::Multiply, &a, &b)
}
