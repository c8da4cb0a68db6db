//! A rule with its expressions parsed and checked: what judging needs.
//!
//! Made by `set` when the first resource of the rule's kinds comes up. It must not evaluate anything.

use super::check::Checker;
use super::checked::Expr;
use super::expr::{self, Mistake};
use super::file::{Case, Cases, RuleFile};
use super::message::Message;
use crate::finding::{Confidence, Severity};
use crate::model::kinds::Type;

/// A checked rule.
#[derive(Debug)]
pub struct Compiled {
    /// When it fires.
    pub when: Expr,
    /// How bad: the first case that holds.
    pub severity: Vec<(Option<Expr>, Severity)>,
    /// How sure: the first case that holds.
    pub confidence: Vec<(Option<Expr>, Confidence)>,
    /// What it says.
    pub message: Message,
    /// What to do.
    pub help: Option<Message>,
    /// Where to point.
    pub label: Expr,
    /// USD a month.
    pub per_month: Option<Expr>,
    /// USD an hour.
    pub per_hour: Option<Expr>,
    /// USD a run.
    pub worst_case: Option<Expr>,
}

/// A mistake in one of the texts of a rule file.
#[derive(Debug)]
pub struct Misplaced {
    /// The text's path in the file: `severity.0.when`.
    pub path: String,
    /// The text.
    pub text: String,
    /// What is wrong in it.
    pub mistake: Mistake,
}

/// Checks every expression of a rule; the first mistake ends it.
pub fn compile(file: &RuleFile, checker: &Checker<'_>) -> Result<Compiled, Box<Misplaced>> {
    let expr = |path: &str, text: &str, ty: &Type| {
        let checked = expr::parse(text).and_then(|node| checker.check(&node, ty));
        checked.map_err(|mistake| misplaced(path, text, mistake))
    };
    let message =
        |path: &str, text: &str| Message::parse(text, checker).map_err(|mistake| misplaced(path, text, mistake));
    let money = |name: &str, text: &Option<String>| {
        text.as_ref().map(|text| expr(&format!("saving.{name}"), text, &Type::Number)).transpose()
    };
    Ok(Compiled {
        when: expr("when", &file.when, &Type::Bool)?,
        severity: cases("severity", &file.severity, expr)?,
        confidence: cases("confidence", &file.confidence, expr)?,
        message: message("message", &file.message)?,
        help: file.help.as_ref().map(|text| message("help", text)).transpose()?,
        label: expr("label", &file.label, &Type::Any)?,
        per_month: money("per_month", &file.saving.per_month)?,
        per_hour: money("per_hour", &file.saving.per_hour)?,
        worst_case: money("worst_case", &file.saving.worst_case)?,
    })
}

fn misplaced(path: &str, text: &str, mistake: Mistake) -> Box<Misplaced> {
    Box::new(Misplaced { path: path.to_owned(), text: text.to_owned(), mistake })
}

type Checked<T> = Result<Vec<(Option<Expr>, T)>, Box<Misplaced>>;

fn cases<T: Copy>(
    name: &str,
    cases: &Cases<T>,
    expr: impl Fn(&str, &str, &Type) -> Result<Expr, Box<Misplaced>>,
) -> Checked<T> {
    let case = |(at, Case { when, is }): (usize, &Case<T>)| {
        let path = format!("{name}.{at}.when");
        let when = when.as_ref().map(|when| expr(&path, when, &Type::Bool)).transpose()?;
        Ok((when, *is))
    };
    cases.0.iter().enumerate().map(case).collect()
}
