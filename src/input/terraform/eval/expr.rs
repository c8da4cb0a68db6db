//! The dispatch over the syntax of expressions.
//!
//! Called by [`Env::eval`] only, which counts levels; recursion goes through `Env::eval` again.

use super::literals::Form;
use super::types::{self, Type};
use super::{Env, alternative, bound, built, first_why, for_expr, operators, over_alternatives, template, traversal};
use crate::input::terraform::functions;
use crate::model::made::{Made, Part, Written};
use crate::model::number::Number;
use crate::model::value::{Attr, List, Map, Piece, Str, Value, WhyCode};
use crate::source::Span;
use hcl_edit::expr::{Array, Conditional, Expression, Object, ObjectKey};

/// The value of an expression at `here`.
pub fn eval(env: &Env<'_, '_>, expr: &Expression, here: Span) -> Attr {
    match expr {
        Expression::Null(_) => Attr::new(Value::Null, here),
        Expression::Bool(truth) => Attr::new(Value::Bool(*truth.value()), here),
        Expression::Number(_) => Attr::new(number(env, here), here),
        Expression::String(text) => string(text.value().as_str(), here),
        Expression::Array(items) => Attr::new(array(env, items), here),
        Expression::Object(entries) => Attr::new(object(env, entries), here),
        Expression::StringTemplate(quoted) => template::eval(env, quoted, Form::Quoted, here),
        Expression::HeredocTemplate(heredoc) => {
            let flush = env.text.slice(here).trim_start().starts_with("<<-");
            template::eval(env, &heredoc.template, Form::Heredoc { flush }, here)
        }
        Expression::Parenthesis(inner) => Attr { at: here, ..env.eval(inner.inner()) },
        Expression::Variable(name) => variable(env, name.as_str(), here),
        Expression::Conditional(conditional) => self::conditional(env, conditional, here),
        Expression::FuncCall(call) => functions::call(env, call, here),
        Expression::Traversal(path) => traversal::eval(env, path, here),
        Expression::UnaryOp(op) => operators::unary(env, op, here),
        Expression::BinaryOp(op) => operators::binary(env, op, here),
        Expression::ForExpr(each) => for_expr::eval(env, each, here),
    }
}

/// A string without interpolation.
fn string(text: &str, here: Span) -> Attr {
    let value = Value::string(text);
    let made = match &value {
        Value::String(text) if text.contains(['\n', '{']) => {
            let inside = Span { start: here.start + 1, end: here.end.saturating_sub(1).max(here.start + 1), ..here };
            Made::of(Part { piece: Piece::Known(Str::clone(text)), at: inside, how: Written::Escaped })
        }
        _ => None,
    };
    Attr { made, ..Attr::new(value, here) }
}

/// A number literal, read from the source so that no digit is lost.
fn number(env: &Env<'_, '_>, here: Span) -> Value {
    let digits: String = env.text.slice(here).chars().filter(|c| !c.is_whitespace()).collect();
    Number::parse(&digits).map_or_else(|| env.unknown(WhyCode::LimitReached, here), Value::number)
}

fn array(env: &Env<'_, '_>, items: &Array) -> Value {
    Value::List(List { items: items.iter().map(|item| env.eval(item)).collect(), ..List::default() })
}

fn object(env: &Env<'_, '_>, object: &Object) -> Value {
    let mut entries: Vec<(Str, Attr)> = Vec::with_capacity(object.len());
    let (mut open, mut computed) = (None, false);
    for (key, value) in object.iter() {
        let name: Option<Str> = match key {
            ObjectKey::Ident(ident) => Some(ident.as_str().into()),
            // Without parentheses it is a word like any other.
            ObjectKey::Expression(Expression::Null(_)) => Some("null".into()),
            ObjectKey::Expression(expr) => {
                computed = true;
                let key = env.eval(expr).value;
                if first_why(&key).is_none() && key.scalar_text().is_none() {
                    return env.unknown(WhyCode::InvalidExpression, env.span(expr));
                }
                key.scalar_text()
            }
        };
        let place = env.span(key);
        match name {
            Some(name) => entries.push((name, Attr { key: Some(place), ..env.eval(value.expr()) })),
            None => open = Some(env.why(WhyCode::UnknownCondition, place)),
        }
    }
    // The parser has seen to it that other keys differ.
    let entries = if computed { functions::deduplicated(entries.into_iter()) } else { entries };
    Value::Map(Map { entries: entries.into(), open, ..Map::default() })
}

/// A bare word: a bound name. Anything else is a reference without attribute, which Terraform refuses.
fn variable(env: &Env<'_, '_>, name: &str, here: Span) -> Attr {
    match traversal::lookup(env.frame, name) {
        Some(value) => bound(value, here),
        None => {
            traversal::sealed(env, here).unwrap_or_else(|| Attr::new(env.unknown(WhyCode::UnknownName, here), here))
        }
    }
}

fn conditional(env: &Env<'_, '_>, conditional: &Conditional, here: Span) -> Attr {
    let condition = env.eval(&conditional.cond_expr);
    let why = env.why(WhyCode::UnknownCondition, condition.at);
    let branch = |holds: bool| if holds { &conditional.true_expr } else { &conditional.false_expr };
    let known = over_alternatives(std::slice::from_ref(&condition), here, &why, &mut |args| match args
        .first()
        .map(|one| operators::condition(&one.value))
    {
        Some(Ok(holds)) => Value::Bool(holds),
        Some(Err(WhyCode::InvalidExpression)) => env.unknown(WhyCode::InvalidExpression, condition.at),
        _ => Value::unknown(why.clone()),
    });
    if let Value::Bool(holds) = known {
        let chosen = unified(env, [env.eval(branch(holds)), env.eval(branch(!holds))], here);
        return built(here, chosen[0].value.clone(), [&condition, &chosen[0]]);
    }
    if super::is_refused(&known) {
        return built(here, known, [&condition]);
    }
    if super::is_refused(&condition.value) {
        return built(here, condition.value.clone(), [&condition]);
    }
    let both = unified(env, [env.eval(branch(true)), env.eval(branch(false))], here);
    let sensitive = both.iter().any(|one| one.sensitive) || condition.sensitive;
    let value = Value::one_of(both.into_iter().map(alternative), why);
    Attr { sensitive, ..built(here, value, [&condition]) }
}

/// Both results of a conditional converted to the type they have in common; refused where there is none.
fn unified(env: &Env<'_, '_>, both: [Attr; 2], here: Span) -> [Attr; 2] {
    let types = both.each_ref().map(|one| types::type_of(&one.value));
    if types[0] == types[1] || types.contains(&Type::Any) {
        return both;
    }
    let common = types::unify(&types);
    let is_known = both.iter().all(|one| first_why(&one.value).is_none());
    both.map(|one| match common.as_ref().and_then(|common| types::convert(&one, common)) {
        Some(converted) => converted,
        None if is_known => Attr { value: env.unknown(WhyCode::InvalidExpression, here), ..one },
        None => one,
    })
}
