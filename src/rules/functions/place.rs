//! Regions inside texts: ARNs, URIs, registry hosts, bucket names, zones.
//!
//! Which words are regions is the catalogue's knowledge; here is only how to look for them.

use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::Outcome;
use crate::rules::eval::text::{self, Part};

/// Words joined by `-` that make a region's name at most.
const MAX_WORDS: usize = 4;

pub(super) fn region_of(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    in_text(evaluator, args, |_| false)
}

/// Two places, both known in full; what is absent is nowhere.
pub(super) fn elsewhere(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    match args {
        [Outcome::Absent, _] | [_, Outcome::Absent] => false.into(),
        [unknown @ Outcome::Unknown(_), _] | [_, unknown @ Outcome::Unknown(_)] => unknown.clone(),
        [Outcome::Known(place), Outcome::Known(region)] => match (text::pieces(place), text::pieces(region)) {
            (Some(place), Some(region)) => match (place.as_slice(), region.as_slice()) {
                ([Part::Known(place)], [Part::Known(region)]) => {
                    evaluator.world.settings.catalogue.elsewhere(place, region).into()
                }
                (place, region) => {
                    let hole = text::hole(place).or_else(|| text::hole(region));
                    hole.map_or(false.into(), |hole| Outcome::Unknown(hole.clone()))
                }
            },
            _ => Outcome::broken("a text is wanted here"),
        },
        _ => Outcome::Absent,
    }
}

/// Only the host counts: a path may name another region.
pub(super) fn registry_region(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    in_text(evaluator, args, |c| c == '/')
}

fn in_text(evaluator: &Evaluator<'_>, args: &[Outcome], ends: fn(char) -> bool) -> Outcome {
    let datum = match args {
        [Outcome::Known(datum)] => datum,
        [other] => return other.clone(),
        _ => return Outcome::Absent,
    };
    let Some(parts) = text::pieces(datum) else { return Outcome::broken("a text is wanted here") };
    let is_region = |word: &str| evaluator.world.settings.catalogue.is_region(word);
    let mut hole = None;
    for (position, part) in parts.iter().enumerate() {
        match part {
            Part::Hole(unknown) => hole = hole.or(Some(*unknown)),
            Part::Known(text) => {
                let end = text.find(ends);
                let after_hole = position > 0;
                let before_hole = end.is_none() && position + 1 < parts.len();
                if let Some(region) = find(&text[..end.unwrap_or(text.len())], after_hole, before_hole, is_region) {
                    return region.as_str().into();
                }
                if end.is_some() {
                    break;
                }
            }
        }
    }
    hole.map_or(Outcome::Absent, |hole| Outcome::Unknown(hole.clone()))
}

/// The first region in a text, longest name first. A word that touches a hole may go on there and does not count.
fn find(text: &str, after_hole: bool, before_hole: bool, is_region: impl Fn(&str) -> bool) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let segments: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    let last = segments.len().saturating_sub(1);
    segments.iter().enumerate().find_map(|(position, segment)| {
        let words: Vec<&str> = segment.split('-').collect();
        let from = usize::from(after_hole && position == 0);
        let to = words.len() - usize::from(before_hole && position == last).min(words.len());
        (from..to).find_map(|start| {
            (start + 1..=to.min(start + MAX_WORDS)).rev().find_map(|end| {
                let name = words.get(start..end)?.join("-");
                let without_zone = name
                    .strip_suffix(|c: char| c.is_ascii_lowercase())
                    .filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
                [Some(name.as_str()), without_zone]
                    .into_iter()
                    .flatten()
                    .find(|name| is_region(name))
                    .map(str::to_owned)
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_found_in_the_usual_places() {
        let regions = ["us-east-1", "us-central1", "eastus", "us-gov-west-1"];
        let found = |text: &str| find(text, false, false, |word| regions.contains(&word));
        for text in [
            "arn:aws:sagemaker:us-east-1:123456789012:training-job/x",
            "s3://sagemaker-us-east-1-123456789012/data",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:latest",
            "us-east-1a",
        ] {
            assert_eq!(found(text).as_deref(), Some("us-east-1"), "{text}");
        }
        assert_eq!(found("us-central1-docker.pkg.dev/p/r/i").as_deref(), Some("us-central1"));
        assert_eq!(found("us-central1-a").as_deref(), Some("us-central1"));
        assert_eq!(found("myaccount.eastus.azurecr.io").as_deref(), Some("eastus"));
        assert_eq!(found("s3://data-us-gov-west-1/").as_deref(), Some("us-gov-west-1"));
        assert_eq!(found("s3://business-east-100/"), None);
    }

    #[test]
    fn a_word_that_touches_a_hole_does_not_count() {
        let is_region = |word: &str| word == "us-east-1";
        assert_eq!(find("s3://data-us-east-1", false, true, is_region), None);
        assert_eq!(find("s3://data-us-east-1-", false, true, is_region).as_deref(), Some("us-east-1"));
        assert_eq!(find("us-east-1-x", true, false, is_region), None);
    }
}
