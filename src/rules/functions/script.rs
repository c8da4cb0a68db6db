//! Functions about the script that a job runs: where it stands, and what it shows.
//!
//! Scripts are read by `scripts` before anything is judged. Without one all of these are absent.

use crate::model::value::Unknown;
use crate::rules::eval::Evaluator;
use crate::rules::eval::outcome::{Datum, Outcome};
use crate::scripts::{Script, Shown};

fn of<'a>(evaluator: &Evaluator<'a>, args: &[Outcome]) -> Option<&'a Script> {
    let Outcome::Known(Datum::Resource(handle)) = args.first()? else { return None };
    evaluator.world.settings.scripts.get(&handle.id).map(|script| &**script)
}

pub(super) fn script(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    of(evaluator, args).map_or(Outcome::Absent, |script| script.path.as_str().into())
}

pub(super) fn shows(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    shown(evaluator, args, |shown| match shown {
        Shown::Yes(_) => true.into(),
        Shown::No => false.into(),
        Shown::Unknown(why) => Outcome::Unknown(Unknown { why, may_be_absent: false, refers_to: None }),
    })
}

pub(super) fn place(evaluator: &Evaluator<'_>, args: &[Outcome]) -> Outcome {
    shown(evaluator, args, |shown| match shown {
        Shown::Yes(place) => place.into(),
        _ => Outcome::Absent,
    })
}

fn shown(evaluator: &Evaluator<'_>, args: &[Outcome], then: impl Fn(Shown<'_>) -> Outcome) -> Outcome {
    let Some((script, fact)) = of(evaluator, args).zip(args.get(1).and_then(Outcome::as_str)) else {
        return Outcome::Absent;
    };
    script.shows(fact).map_or_else(|| Outcome::broken(format!("scripts do not show `{fact}`")), then)
}
