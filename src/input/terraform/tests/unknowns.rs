//! An unknown in place of a part of an expression: the answer is not known either, or right for every value tried.

use super::console::{lines, within};
use crate::input::terraform::eval::{is_refused, operators};
use crate::model::value::{Attr, ListKind, Str, Value};
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::visit::{self, Visit};
use std::ops::Range;

/// The places of literals and collections in an expression.
#[derive(Default)]
struct Parts(Vec<Range<usize>>);

impl Visit for Parts {
    fn visit_expr(&mut self, expr: &Expression) {
        if matches!(
            expr,
            Expression::String(_)
                | Expression::Number(_)
                | Expression::Bool(_)
                | Expression::Array(_)
                | Expression::Object(_)
        ) {
            self.0.extend(expr.span());
        }
        visit::visit_expr(self, expr);
    }
}

/// Values to try in place of a part, of its own kind.
fn others(part: &str) -> &'static [&'static str] {
    match part.as_bytes().first() {
        Some(b'"') => &["\"\"", "\"zz\"", "\"a\"", "\"1\"", "\"b,c-d/e\"", "\"x y\""],
        Some(b'[') => &["[]", "[\"q\"]", "[\"a\", \"b\", \"c\"]", "[1, 2]", "[[\"a\"], [\"b\"]]"],
        Some(b'{') => &["{}", "{q = 1}", "{a = \"z\", b = 2}"],
        Some(b't' | b'f') => &["true", "false"],
        _ => &["0", "1", "2", "7"],
    }
}

/// Whether what is known of a value allows it to be this one.
fn may_be(partly: &Attr, known: &Attr) -> bool {
    match (&partly.value, &known.value) {
        (Value::Unknown(_), _) => true,
        (Value::OneOf(all), _) => all.iter().any(|one| match one {
            Some(one) => may_be(one, known),
            None => matches!(known.value, Value::Null),
        }),
        (Value::Text(pieces), Value::String(text)) => operators::may_be(pieces, text),
        (Value::List(a), Value::List(b)) => {
            let found = |one: &Attr| b.items.iter().any(|other| may_be(one, other));
            match a.open.is_some() || b.kind == ListKind::Set {
                true => a.items.iter().all(found) && (a.open.is_some() || a.items.len() == b.items.len()),
                false => {
                    a.items.len() == b.items.len() && a.items.iter().zip(b.items.iter()).all(|(a, b)| may_be(a, b))
                }
            }
        }
        (Value::Map(a), Value::Map(b)) => {
            let same = |(key, one): &(Str, Attr)| b.get(key).is_some_and(|other| may_be(one, other));
            a.entries.iter().all(same) && (a.open.is_some() || a.entries.len() == b.entries.len())
        }
        // A text that spells a number is that number to whoever takes either.
        (a, b) => a.same_scalar(b) || a.scalar_text().is_some_and(|text| b.scalar_text() == Some(text)),
    }
}

#[test]
fn what_is_said_of_an_unknown_holds_for_every_value() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    within(|eval| {
        for (expression, result) in lines("console.jsonl", "v") {
            let Ok(parsed) = expression.parse::<Expression>() else { continue };
            // The type of the other branch decides too, but its absence is no reason to know nothing of the chosen one.
            if result.is_none() || expression.contains("? ") && expression.contains("toset") {
                continue;
            }
            let mut parts = Parts::default();
            parts.visit_expr(&parsed);
            for part in parts.0 {
                let Some(written) = expression.get(part.clone()) else { continue };
                let with = |value: &str| {
                    let mut changed = expression.clone();
                    changed.replace_range(part.clone(), value);
                    // A key that is not known is not taken for one that is there already.
                    changed.parse::<Expression>().ok().and_then(|_| eval(&changed))
                };
                let Some(partly) = with("var.unknown").filter(|partly| !is_refused(&partly.value)) else { continue };
                for value in std::iter::once(&written).chain(others(written)) {
                    let Some(known) = with(value).filter(|known| !is_refused(&known.value)) else { continue };
                    tried += 1;
                    if !may_be(&partly, &known) {
                        let shown = [&partly, &known].map(|attr| super::show(&attr.value));
                        wrong.push(format!("{expression} with {value} for {written}\n  {shown:?}"));
                    }
                }
            }
        }
    });
    assert!(tried > 5_000, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
