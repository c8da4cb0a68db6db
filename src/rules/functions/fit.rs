//! Functions about how a model fits the memory of the accelerators that it is served on.
//!
//! They read the attributes `model_id`, `precision` and `image`. What the weights take, and which machines there are, is
//! behind `catalogue`.

use super::measured::record;
use super::money::{largest, region};
use super::offers::{on_spot, saving};
use crate::catalog::{Holding, Weights};
use crate::model::number::Number;
use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::{Datum, Outcome};

/// The weights of the resource's model, or what stands in the way of knowing them.
fn weights(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Result<Weights, Outcome> {
    let [Outcome::Known(Datum::Resource(handle)), ..] = args else { return Err(Outcome::Absent) };
    let text = |name: &str| match evaluator.read_named(handle.id, name) {
        Outcome::Unknown(unknown) => Err(Outcome::Unknown(unknown)),
        outcome => Ok(outcome.as_str().map(str::to_owned)),
    };
    let Some(model) = text("model_id")? else { return Err(Outcome::Absent) };
    let precision = text("precision")?;
    // Of an image that is not known, nothing is taken for granted.
    let image = text("image").unwrap_or_default();
    let found = evaluator.world.settings.catalogue.weights(&model, precision.as_deref(), image.as_deref());
    found.ok_or(Outcome::Absent)
}

fn gib(gib: Result<f64, Outcome>) -> Outcome {
    match gib {
        Ok(gib) => Number::from_f64((gib * 10.0).round() / 10.0).map_or(Outcome::Absent, Outcome::from),
        Err(outcome) => outcome,
    }
}

pub(super) fn most(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    gib(weights(evaluator, args).map(|weights| weights.most))
}

pub(super) fn least(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    gib(weights(evaluator, args).map(|weights| weights.least))
}

pub(super) fn accelerator_memory(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let catalogue = &evaluator.world.settings.catalogue;
    let memory = largest(evaluator, args).and_then(|(group, ..)| {
        let memory = match &group.attached {
            Some((accelerator, count)) => catalogue.memory_of(accelerator).map(|each| each * count.to_f64()),
            None => catalogue.accelerator_memory(&group.machine),
        };
        memory.ok_or(Outcome::Absent)
    });
    gib(memory)
}

fn found(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Option<Holding> {
    let [resource, Outcome::Known(Datum::Number(most))] = args else { return None };
    let weights = weights(evaluator, args).ok()?;
    let (group, id, _) = largest(evaluator, std::slice::from_ref(resource)).ok()?;
    let (region, spot) = (region(evaluator, id), on_spot(evaluator, id));
    let catalogue = &evaluator.world.settings.catalogue;
    catalogue.fitting(&group.machine, weights.most, most.to_f64() / 100.0, region.as_deref(), spot)
}

pub(super) fn fitting(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    found(evaluator, args).map_or(Outcome::Absent, record)
}

/// For all instances of the largest group, as they are bought.
pub(super) fn fitting_saving(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    saving(evaluator, args.get(..1).unwrap_or_default(), &fitting(evaluator, args))
}
