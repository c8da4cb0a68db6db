//! The expressions of a rule, parsed and checked: its condition, and what it claims where that holds.
//!
//! Made by `set`, each when it is first needed: most rules never fire. It must not evaluate anything.

use super::check::Checker;
use super::checked::Expr;
use super::expr::{self, Mistake};
use super::file::{Case, Cases, RuleFile};
use super::message::Message;
use crate::finding::{Confidence, Severity};
use crate::model::kinds::Type;

/// What a rule says where its condition holds.
#[derive(Debug)]
pub struct Claim {
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

/// Checks when a rule fires.
pub fn condition(file: &RuleFile, checker: &Checker<'_>) -> Result<Expr, Box<Misplaced>> {
    checked("when", &file.when, &Type::Bool, checker)
}

/// Checks everything else; the first mistake ends it.
pub fn claim(file: &RuleFile, checker: &Checker<'_>) -> Result<Claim, Box<Misplaced>> {
    let expr = |path: &str, text: &str, ty: &Type| checked(path, text, ty, checker);
    let message =
        |path: &str, text: &str| Message::parse(text, checker).map_err(|mistake| misplaced(path, text, mistake));
    let money = |name: &str, text: &Option<String>| {
        text.as_ref().map(|text| expr(&format!("saving.{name}"), text, &Type::Number)).transpose()
    };
    Ok(Claim {
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

fn checked(path: &str, text: &str, ty: &Type, checker: &Checker<'_>) -> Result<Expr, Box<Misplaced>> {
    let checked = expr::parse(text).and_then(|node| checker.check(&node, ty));
    checked.map_err(|mistake| misplaced(path, text, mistake))
}

fn misplaced(path: &str, text: &str, mistake: Mistake) -> Box<Misplaced> {
    Box::new(Misplaced { path: path.to_owned(), text: text.to_owned(), mistake })
}

type CheckedCases<T> = Result<Vec<(Option<Expr>, T)>, Box<Misplaced>>;

fn cases<T: Copy>(
    name: &str,
    cases: &Cases<T>,
    expr: impl Fn(&str, &str, &Type) -> Result<Expr, Box<Misplaced>>,
) -> CheckedCases<T> {
    let case = |(at, Case { when, is }): (usize, &Case<T>)| {
        let path = format!("{name}.{at}.when");
        let when = when.as_ref().map(|when| expr(&path, when, &Type::Bool)).transpose()?;
        Ok((when, *is))
    };
    cases.0.iter().enumerate().map(case).collect()
}
