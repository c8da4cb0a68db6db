//! One rule about one resource: the verdict, and everything a finding says.
//!
//! Called by `set`. Evaluates the expressions of a compiled rule; it must not know rule files.

use super::checked::Expr;
use super::compiled::Compiled;
use super::eval::Evaluator;
use super::eval::outcome::{Datum, Outcome};
use super::expr::Mistake;
use super::functions::catalogue::SpotPrice;
use super::functions::money::Notes;
use super::functions::purpose::environment_of;
use crate::finding::{Confidence, Saving, Severity};
use crate::model::value::{Attr, Why};

/// What a rule says about a resource.
#[derive(Debug)]
pub enum Verdict {
    /// It holds.
    Fire(Box<Fired>),
    /// It does not.
    Pass,
    /// It cannot be told.
    Unknown(Why),
}

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

/// Judges. `Err` is a mistake in `when`.
pub fn judge(rule: &Compiled, evaluator: &mut Evaluator<'_>) -> Result<Verdict, Mistake> {
    match evaluator.verdict(&rule.when)? {
        Ok(false) => return Ok(Verdict::Pass),
        Err(unknown) => return Ok(Verdict::Unknown(unknown.why)),
        Ok(true) => {}
    }
    let decisive = evaluator.decisive(&rule.when);
    let severity = first(&rule.severity, evaluator).unwrap_or(Severity::Note);
    let confidence = first(&rule.confidence, evaluator).unwrap_or(Confidence::Low);
    let message = rule.message.print(evaluator).0;
    let help = rule.help.as_ref().map(|help| help.print(evaluator).0).unwrap_or_default();
    let label = evaluator.place(&rule.label);
    let saving = saving(rule, evaluator);
    let environment = environment_of(evaluator);
    Ok(Verdict::Fire(Box::new(Fired { severity, confidence, message, help, label, decisive, saving, environment })))
}

/// The first case that surely holds.
fn first<T: Copy>(cases: &[(Option<Expr>, T)], evaluator: &Evaluator<'_>) -> Option<T> {
    let holds = |when: &Expr| matches!(evaluator.verdict(when), Ok(Ok(true)));
    cases.iter().find(|(when, _)| when.as_ref().is_none_or(holds)).map(|(_, is)| *is)
}

fn saving(rule: &Compiled, evaluator: &mut Evaluator<'_>) -> Option<Saving> {
    let mut notes = Notes::default();
    let mut figure = |expr: &Option<Expr>| expr.as_ref().and_then(|expr| range(expr, evaluator, &mut notes));
    let (per_month, per_hour, worst_case) = (figure(&rule.per_month), figure(&rule.per_hour), figure(&rule.worst_case));
    let main = per_month.or(per_hour).or(worst_case)?;
    let varies = main.high > main.low;
    Some(Saving {
        usd_per_month: per_month.map(|range| range.typical),
        usd_per_hour: per_hour.map(|range| range.typical),
        usd_worst_case: worst_case.map(|range| range.typical),
        low: varies.then_some(main.low),
        high: varies.then_some(main.high),
        multiplier: count(evaluator),
        estimated: notes.estimated,
        basis: notes.basis.join("; "),
        as_of: notes.as_of.unwrap_or_else(|| evaluator.world.settings.catalogue.as_of()),
    })
}

#[derive(Clone, Copy)]
struct Range {
    typical: f64,
    low: f64,
    high: f64,
}

/// An amount over all alternatives and spot prices; the typical one is the least of the alternatives, so that it is
/// never overstated. `None` where any is not known or none is saved.
fn range(expr: &Expr, evaluator: &mut Evaluator<'_>, notes: &mut Notes) -> Option<Range> {
    let mut amounts = |spot: SpotPrice| {
        evaluator.spot = spot;
        evaluator.take_notes();
        let mut found = Vec::new();
        let complete = evaluator.outcomes(expr, |outcome| {
            found.push(match outcome {
                Outcome::Known(Datum::Number(number)) => Some(number.to_f64()),
                _ => None,
            });
            Ok(())
        });
        let taken = evaluator.take_notes();
        let found: Option<Vec<f64>> = found.into_iter().collect();
        let found = found.filter(|_| matches!(complete, Ok(true)))?;
        let least = found.iter().copied().reduce(f64::min)?;
        Some((least, found.into_iter().reduce(f64::max)?, taken))
    };
    let (typical, most, taken) = amounts(SpotPrice::Typical)?;
    let spread = [SpotPrice::Low, SpotPrice::High].map(|spot| taken.spot.then(|| amounts(spot)).flatten());
    evaluator.spot = SpotPrice::Typical;
    let ends = spread.iter().flatten();
    let low = ends.clone().map(|(least, ..)| *least).fold(typical, f64::min);
    let high = ends.map(|(_, most, _)| *most).fold(most, f64::max);
    if typical <= 0.0 {
        return None;
    }
    notes.join(taken);
    Some(Range { typical, low, high })
}

fn count(evaluator: &Evaluator<'_>) -> u64 {
    let native = &evaluator.world.inventory.resource(evaluator.judged).native;
    let count = native.count.value.as_number().and_then(crate::model::number::Number::to_i64);
    count.and_then(|count| u64::try_from(count).ok()).unwrap_or(1)
}
