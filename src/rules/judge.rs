//! One rule about one resource it holds for: everything a finding says.
//!
//! Called by `set`. Evaluates the expressions of a checked rule; it must not know rule files.

use super::checked::Expr;
use super::compiled::Claim;
use super::eval::Evaluator;
use super::eval::outcome::{Datum, Outcome};
use super::functions::catalogue::SpotPrice;
use super::functions::money::Notes;
use super::functions::purpose::environment_of;
use crate::finding::{Confidence, Saving, Severity};
use crate::model::value::{Attr, Why};

/// What a finding is made of.
#[derive(Debug)]
pub struct Fired {
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
    /// The attribute to point at; `None` where nothing is written.
    pub label: Option<Attr>,
    /// The attributes that decided, those of the resource's own source first.
    pub decisive: Vec<Attr>,
    /// The money, where any figure is known and positive.
    pub saving: Option<Saving>,
    /// `development` or `production`, where something says it.
    pub environment: Option<&'static str>,
}

/// What a rule says whose condition was just found to hold.
pub fn fire(when: &Expr, claim: &Claim, evaluator: &mut Evaluator<'_>) -> Fired {
    let decisive = evaluator.decisive(when);
    let severity = first(&claim.severity, evaluator).unwrap_or(Severity::Note);
    let confidence = first(&claim.confidence, evaluator).unwrap_or(Confidence::Low);
    let message = claim.message.print(evaluator).0;
    let help = claim.help.as_ref().map(|help| help.print(evaluator).0).unwrap_or_default();
    let label = evaluator.place(&claim.label);
    let saving = saving(claim, evaluator);
    let environment = environment_of(evaluator);
    Fired { severity, confidence, message, help, label, decisive, saving, environment }
}

/// The first case that surely holds.
fn first<T: Copy>(cases: &[(Option<Expr>, T)], evaluator: &Evaluator<'_>) -> Option<T> {
    let holds = |when: &Expr| matches!(evaluator.verdict(when), Ok(Ok(true)));
    cases.iter().find(|(when, _)| when.as_ref().is_none_or(holds)).map(|(_, is)| *is)
}

fn saving(claim: &Claim, evaluator: &mut Evaluator<'_>) -> Option<Saving> {
    let mut notes = Notes::default();
    let mut figure = |expr: &Option<Expr>| {
        let (range, taken) = range(expr.as_ref()?, evaluator).ok()?;
        let saved = Some(range).filter(|range| range.typical > 0.0);
        saved.is_some().then(|| notes.join(taken));
        saved
    };
    let (per_month, per_hour, worst_case) =
        (figure(&claim.per_month), figure(&claim.per_hour), figure(&claim.worst_case));
    let main = per_month.or(per_hour).or(worst_case)?;
    let varies = main.high > main.low;
    let equal = count(evaluator);
    let of_all = |usd: f64| usd * equal as f64;
    Some(Saving {
        usd_per_month: per_month.map(|range| of_all(range.typical)),
        usd_per_hour: per_hour.map(|range| of_all(range.typical)),
        usd_worst_case: worst_case.map(|range| of_all(range.typical)),
        low: varies.then_some(of_all(main.low)),
        high: varies.then_some(of_all(main.high)),
        multiplier: equal,
        estimated: notes.estimated,
        basis: notes.basis.join("; "),
        as_of: notes.as_of.unwrap_or_else(|| evaluator.world.settings.catalogue.as_of()),
    })
}

/// An amount that may vary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least of the alternatives at typical prices.
    pub typical: f64,
    /// The least it may be.
    pub low: f64,
    /// The most.
    pub high: f64,
}

/// Why an amount is not known.
#[derive(Debug, Default)]
pub struct Gap {
    /// What the code leaves open.
    pub why: Option<Why>,
    /// What has no price.
    pub unpriced: Vec<String>,
}

/// An amount over all alternatives and spot prices, and what it rests on.
pub fn range(expr: &Expr, evaluator: &mut Evaluator<'_>) -> Result<(Range, Notes), Gap> {
    let mut amounts = |spot: SpotPrice| {
        evaluator.spot = spot;
        evaluator.take_notes();
        let (mut found, mut why, mut absent) = (Vec::new(), None, false);
        let complete = evaluator.outcomes(expr, |outcome| {
            match outcome {
                Outcome::Known(Datum::Number(number)) => found.push(number.to_f64()),
                Outcome::Unknown(unknown) => why = Some(unknown.why),
                _ => absent = true,
            }
            Ok(())
        });
        let taken = evaluator.take_notes();
        let least = found.iter().copied().reduce(f64::min);
        let most = found.into_iter().reduce(f64::max);
        match (least, most) {
            (Some(least), Some(most)) if matches!(complete, Ok(true)) && why.is_none() && !absent => {
                Ok((least, most, taken))
            }
            _ => Err(Gap { why, unpriced: taken.unpriced }),
        }
    };
    let typical = amounts(SpotPrice::Typical);
    let varies = typical.as_ref().is_ok_and(|(.., taken)| taken.spot);
    let spread = [SpotPrice::Low, SpotPrice::High].map(|spot| varies.then(|| amounts(spot).ok()).flatten());
    evaluator.spot = SpotPrice::Typical;
    let (typical, most, taken) = typical?;
    let ends = spread.iter().flatten();
    let low = ends.clone().map(|(least, ..)| *least).fold(typical, f64::min);
    let high = ends.map(|(_, most, _)| *most).fold(most, f64::max);
    Ok((Range { typical, low, high }, taken))
}

/// How many equal resources the judged one stands for; 1 where that is not known.
pub fn count(evaluator: &Evaluator<'_>) -> u64 {
    let native = &evaluator.world.inventory.resource(evaluator.judged).native;
    let count = native.count.value.as_number().and_then(crate::model::number::Number::to_i64);
    count.and_then(|count| u64::try_from(count).ok()).unwrap_or(1)
}
