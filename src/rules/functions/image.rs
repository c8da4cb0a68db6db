//! Functions about the container image that a resource runs.
//!
//! What the catalogue knows of images is behind `catalogue`. They must not name any image.

use super::purpose::subject;
use crate::model::number::Number;
use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::Outcome;
use crate::rules::eval::text::{self, Part};
use crate::rules::words::{has_any, tokens};

/// By the image.
pub(super) fn algorithm_accelerators(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let id = match subject(args) {
        Ok(id) => id,
        Err(outcome) => return outcome,
    };
    let catalogue = &evaluator.world.settings.catalogue;
    about_image(&evaluator.read_named(id, "image"), |image| {
        let usable = catalogue.algorithm_accelerators(image);
        usable.map_or(Outcome::Absent, |usable| Number::from(i64::from(usable)).into())
    })
}

/// A user's own image is made by them, whatever its name.
pub(super) fn checkpoints_itself(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let catalogue = &evaluator.world.settings.catalogue;
    match args {
        [Outcome::Absent] => false.into(),
        [image] => about_image(image, |image| catalogue.checkpoints(image).into()),
        _ => Outcome::Absent,
    }
}

/// By the model's name, by settings that spread it over accelerators, by the image.
pub(super) fn served(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    let id = match subject(args) {
        Ok(id) => id,
        Err(outcome) => return outcome,
    };
    for name in ["model_id", "shards"] {
        match evaluator.read_named(id, name) {
            Outcome::Absent => {}
            Outcome::Known(_) => return "named".into(),
            other => return other,
        }
    }
    let words = &evaluator.world.settings.words.large_models;
    about_image(&evaluator.read_named(id, "image"), |image| {
        if has_any(&tokens(image, false, false), words) { "large".into() } else { "other".into() }
    })
}

/// What the catalogue says of an image. One that is not known in full may be of any algorithm, except where only the
/// rest of the registry's host is missing, as its region often is.
fn about_image(image: &Outcome, ask: impl Fn(&str) -> Outcome) -> Outcome {
    let Outcome::Known(datum) = image else { return image.clone() };
    let Some(parts) = text::pieces(datum) else { return Outcome::broken("a text is wanted here") };
    let path = parts.iter().position(|part| matches!(part, Part::Known(text) if text.contains('/')));
    let last_hole = parts.iter().rposition(|part| matches!(part, Part::Hole(_)));
    let account = matches!(parts.first(), Some(Part::Known(text)) if text.contains('.'));
    match text::hole(&parts) {
        Some(hole) if !account || path < last_hole => Outcome::Unknown(hole.clone()),
        _ => {
            let known = parts.iter().map(|part| match part {
                Part::Known(text) => *text,
                Part::Hole(_) => "",
            });
            ask(&known.collect::<String>())
        }
    }
}
