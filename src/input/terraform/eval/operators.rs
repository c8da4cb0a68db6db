//! Operators, three-valued: `&&` and `||` decide on one known side, comparisons of unknowns are unknown unless
//! their known parts refute them.

use super::{Env, built, convert, first_why, float, is_refused, over_alternatives};
use crate::model::number::Number;
use crate::model::value::{Attr, Piece, Value, WhyCode};
use crate::source::Span;
use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};

/// The truth of a value, where it is known.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match &**text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Value::OneOf(all) => {
            let mut truths = all.iter().map(|one| one.as_ref().and_then(|one| truth(&one.value)));
            let first = truths.next()??;
            truths.all(|other| other == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// Whether a condition holds. `Err` is the code of why that is not known: Terraform refuses what is not a truth value.
pub fn condition(value: &Value) -> Result<bool, WhyCode> {
    match (truth(value), first_why(value)) {
        (Some(holds), _) => Ok(holds),
        (None, None) => Err(WhyCode::InvalidExpression),
        (None, Some(_)) if is_refused(value) => Err(WhyCode::InvalidExpression),
        (None, Some(_)) => Err(WhyCode::UnknownCondition),
    }
}

/// `-x`, `!x`.
pub fn unary(env: &Env<'_, '_>, op: &UnaryOp, here: Span) -> Attr {
    let operand = env.eval(&op.expr);
    let why = env.why(WhyCode::UnknownCondition, here);
    let value = over_alternatives(std::slice::from_ref(&operand), here, &why, &mut |args| {
        let Some(arg) = args.first() else { return Value::Null };
        let known = match op.operator.value() {
            UnaryOperator::Not => truth(&arg.value).map(|truth| Value::Bool(!truth)),
            UnaryOperator::Neg => convert::number(&arg.value).map(|number| Value::number(number.neg())),
        };
        known.unwrap_or_else(|| undecided(env, args, here))
    });
    built(here, value, [&operand])
}

/// Binary operators.
pub fn binary(env: &Env<'_, '_>, op: &BinaryOp, here: Span) -> Attr {
    let operator = *op.operator.value();
    let (left, right) = (env.eval(&op.lhs_expr), env.eval(&op.rhs_expr));
    if let BinaryOperator::And | BinaryOperator::Or = operator {
        return logic(env, operator == BinaryOperator::Or, [left, right], here);
    }
    let why = env.why(WhyCode::UnknownCondition, here);
    let args = [left, right];
    let value = over_alternatives(&args, here, &why, &mut |args| match args {
        [left, right] => apply(operator, left, right).unwrap_or_else(|| match is_infinite(operator, left, right) {
            true => env.unknown(WhyCode::LimitReached, here),
            false => undecided(env, args, here),
        }),
        _ => Value::Null,
    });
    built(here, value, &args)
}

/// `&&` and `||`: one side that is `decisive` decides, unless Terraform refuses the other.
fn logic(env: &Env<'_, '_>, decisive: bool, sides: [Attr; 2], here: Span) -> Attr {
    let truths = sides.each_ref().map(|side| truth(&side.value));
    let refused =
        |side: &&Attr| is_refused(&side.value) || first_why(&side.value).is_none() && truth(&side.value).is_none();
    if env.run.is_attempt() && sides.iter().any(|side| refused(&side)) {
        return built(here, env.unknown(WhyCode::InvalidExpression, here), &sides);
    }
    if let Some((side, _)) = sides.iter().zip(truths).find(|(_, truth)| *truth == Some(decisive)) {
        return built(here, Value::Bool(decisive), [side]);
    }
    let value = match truths {
        [Some(_), Some(_)] => Value::Bool(!decisive),
        _ => undecided(env, &sides, here),
    };
    built(here, value, &sides)
}

/// Unknown for the reason of the first operand that is not known; invalid where all are.
fn undecided(env: &Env<'_, '_>, args: &[Attr], here: Span) -> Value {
    match args.iter().find_map(|arg| first_why(&arg.value)) {
        Some(why) => Value::unknown(why),
        None => env.unknown(WhyCode::InvalidExpression, here),
    }
}

/// Whether the result of two numbers is beyond all that are held here, rather than refused.
fn is_infinite(operator: BinaryOperator, left: &Attr, right: &Attr) -> bool {
    let Some((left, right)) = convert::number(&left.value).zip(convert::number(&right.value)) else { return false };
    operator != BinaryOperator::Div || [left, right].iter().any(|number| *number != Number::from(0))
}

fn apply(operator: BinaryOperator, left: &Attr, right: &Attr) -> Option<Value> {
    let numbers = || Some((convert::number(&left.value)?, convert::number(&right.value)?));
    let compared = |holds: fn(std::cmp::Ordering) -> bool| {
        let (a, b) = numbers()?;
        Some(Value::Bool(holds(a.cmp(&b))))
    };
    let computed = |compute: fn(&Number, &Number) -> Option<Number>| {
        let (a, b) = numbers()?;
        compute(&a, &b).map(Value::number)
    };
    match operator {
        BinaryOperator::Eq => equal(&left.value, &right.value).map(Value::Bool),
        BinaryOperator::NotEq => equal(&left.value, &right.value).map(|same| Value::Bool(!same)),
        BinaryOperator::Less => compared(std::cmp::Ordering::is_lt),
        BinaryOperator::LessEq => compared(std::cmp::Ordering::is_le),
        BinaryOperator::Greater => compared(std::cmp::Ordering::is_gt),
        BinaryOperator::GreaterEq => compared(std::cmp::Ordering::is_ge),
        BinaryOperator::Plus => computed(float::add),
        BinaryOperator::Minus => computed(float::sub),
        BinaryOperator::Mul => computed(float::mul),
        BinaryOperator::Div => computed(float::div),
        BinaryOperator::Mod => computed(float::rem),
        BinaryOperator::And | BinaryOperator::Or => None,
    }
}

/// Whether two values are equal, where that is known. Values of different types are not.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown(unknown), Value::Null) | (Value::Null, Value::Unknown(unknown)) => {
            (!unknown.may_be_absent).then_some(false)
        }
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::OneOf(all), other) | (other, Value::OneOf(all)) => {
            let one = |one: &Option<Attr>| equal(one.as_ref().map_or(&Value::Null, |one| &one.value), other);
            let first = one(all.first()?)?;
            all.iter().all(|alternative| one(alternative) == Some(first)).then_some(first)
        }
        (Value::Text(pieces), Value::String(text)) | (Value::String(text), Value::Text(pieces)) => {
            (!may_be(pieces, text)).then_some(false)
        }
        (Value::Text(_), Value::Text(_)) => None,
        (Value::List(a), Value::List(b)) if a.kind != b.kind => Some(false),
        (Value::Map(a), Value::Map(b)) if a.kind != b.kind => Some(false),
        (Value::List(a), Value::List(b)) => {
            // Elements of an open list have no certain place.
            if a.open.is_some() || b.open.is_some() {
                return None;
            }
            if a.items.len() != b.items.len() {
                return Some(false);
            }
            let pairs = a.items.iter().zip(b.items.iter());
            all_equal(pairs.map(|(a, b)| equal(&a.value, &b.value)), true)
        }
        (Value::Map(a), Value::Map(b)) => {
            let closed = a.open.is_none() && b.open.is_none();
            if closed && a.entries.len() != b.entries.len() {
                return Some(false);
            }
            let pairs = a.entries.iter().map(|(key, a)| match b.get(key) {
                Some(b) => equal(&a.value, &b.value),
                None => b_lacks(b.open.is_some()),
            });
            all_equal(pairs, closed)
        }
        (a, b) => Some(a.same_scalar(b)),
    }
}

fn b_lacks(open: bool) -> Option<bool> {
    (!open).then_some(false)
}

fn all_equal(pairs: impl Iterator<Item = Option<bool>>, closed: bool) -> Option<bool> {
    let mut all = closed.then_some(true);
    for pair in pairs {
        match pair {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

/// Whether a text known in part may turn out to be `text`: its known pieces occur in order, the first at the start
/// and the last at the end where they stand there.
pub fn may_be(pieces: &[Piece], text: &str) -> bool {
    let mut rest = text;
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Known(known) = piece else { continue };
        let found = match (at, at + 1 == pieces.len()) {
            (0, _) => rest.strip_prefix(&**known),
            (_, true) => return rest.ends_with(&**known),
            _ => rest.find(&**known).and_then(|found| rest.get(found + known.len()..)),
        };
        match found {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}
