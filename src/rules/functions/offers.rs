//! Functions that ask the catalogue what could be rented instead of a resource's machines, and what that saves.
//!
//! They speak of the group with most accelerators, as it is bought. Which machines there are is behind `catalogue`.

use super::catalogue::Offer;
use super::money::{Group, largest, price, region, spot_price};
use crate::model::number::Number;
use crate::model::resource::ResourceId;
use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::{Datum, Outcome};
use std::sync::Arc;

pub(super) fn cheaper_equal(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    offer(evaluator, args, |id, group, region| {
        let spot = on_spot(evaluator, id);
        let catalogue = &evaluator.world.settings.catalogue;
        match &group.attached {
            Some((accelerator, count)) => {
                let count = u32::try_from(count.to_i64()?).ok()?;
                catalogue.cheaper_attached((accelerator, count), &group.machine, region, spot)
            }
            None => catalogue.cheaper_equal(&group.machine, region, spot),
        }
    })
}

/// For all instances of the largest group, as they are bought; absent without an offer or a price.
pub(super) fn cheaper_saving(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    saving(evaluator, args, &cheaper_equal(evaluator, args))
}

pub(super) fn smallest_saving(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    saving(evaluator, args, &smallest_like(evaluator, args))
}

pub(super) fn saving(evaluator: &Evaluator<'_>, args: &[Outcome], offer: &Outcome) -> Outcome {
    let Outcome::Known(Datum::Record(fields)) = offer else { return Outcome::Absent };
    let offered = fields.iter().find(|(name, _)| *name == super::HOURLY_FIELD).map(|(_, hourly)| hourly.clone());
    let (Some(Outcome::Known(Datum::Number(offered))), Ok((group, id, _))) = (offered, largest(evaluator, args)) else {
        return Outcome::Absent;
    };
    let region = region(evaluator, id);
    let now = if on_spot(evaluator, id) { spot_price } else { price }(evaluator, &group, region.as_deref());
    let saved = now.and_then(Number::from_f64).and_then(|now| now.sub(&offered)?.mul(&group.count));
    saved.map_or(Outcome::Absent, Outcome::from)
}

pub(super) fn on_spot(evaluator: &Evaluator<'_>, id: ResourceId) -> bool {
    evaluator.read_named(id, "spot").as_str() == Some("on")
}

pub(super) fn smallest_like(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    offer(evaluator, args, |id, group, region| {
        let spot = on_spot(evaluator, id);
        let catalogue = &evaluator.world.settings.catalogue;
        if group.attached.is_some() { None } else { catalogue.smallest_like(&group.machine, region, spot) }
    })
}

pub(super) fn smaller_host(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    offer(evaluator, args, |_, group, region| {
        let attached = group.attached.is_some();
        if attached { None } else { evaluator.world.settings.catalogue.smaller_host(&group.machine, region) }
    })
}

/// An offer for one instance of the largest group.
fn offer(
    evaluator: &Evaluator<'_>,
    args: &[Outcome],
    find: impl Fn(ResourceId, &Group, Option<&str>) -> Option<Offer>,
) -> Outcome {
    let (group, id, _) = match largest(evaluator, args) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let found = find(id, &group, region(evaluator, id).as_deref());
    let priced = found.and_then(|offer| Some((offer.name, Number::from_f64(offer.usd)?)));
    priced.map_or(Outcome::Absent, |(name, hourly)| {
        let fields = [("type", name.as_str().into()), (super::HOURLY_FIELD, hourly.into())];
        Outcome::Known(Datum::Record(Arc::new(fields)))
    })
}
