//! Evaluation of expressions as far as they are known.
//!
//! `expr` dispatches over syntax; the other files hold one construct each. Called by `module`, `resource` and
//! `provider` through [`Env::eval`]. It must not know resources beyond the references that name them.

pub mod convert;
mod expr;
pub mod float;
pub mod for_expr;
pub mod literals;
pub mod operators;
pub mod template;
pub mod traversal;
pub mod types;

use super::module::Module;
use super::parse::Text;
use super::run::Run;
use crate::model::value::{Attr, Map, Origin, Piece, Step, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use hcl_edit::expr::Expression;
use unicode_normalization::UnicodeNormalization;

/// Where an expression is evaluated: its module instance, its file, and the names bound around it.
#[derive(Clone, Copy)]
pub struct Env<'e, 'p> {
    /// The root's evaluation.
    pub run: &'e Run<'p>,
    /// The module instance.
    pub module: &'e Module<'p>,
    /// The text the expression stands in.
    pub text: &'e Text,
    /// Innermost binding.
    pub frame: Option<&'e Frame<'e>>,
}

/// A name bound around an expression: `each`, `count`, an iterator, a variable of a `for`.
pub struct Frame<'e> {
    /// The name.
    pub name: &'e str,
    /// Its value.
    pub value: Attr,
    /// The next binding outwards.
    pub up: Option<&'e Frame<'e>>,
}

impl Frame<'_> {
    /// The name of a binding beyond which nothing is visible: templates see only what they are given. Its value is
    /// why further names may exist, if they may.
    pub const SEAL: &'static str = "";
}

impl<'e, 'p> Env<'e, 'p> {
    /// The same place inside one more binding.
    pub fn with<'f>(&self, frame: &'f Frame<'f>) -> Env<'f, 'p>
    where
        'e: 'f,
    {
        Env { run: self.run, module: self.module, text: self.text, frame: Some(frame) }
    }

    /// A binding to put around an environment.
    pub fn bind<'f>(&self, name: &'f str, value: Attr) -> Frame<'f>
    where
        'e: 'f,
    {
        Frame { name, value, up: self.frame }
    }

    /// The place of a node of this text.
    pub fn span(&self, node: &impl hcl_edit::Span) -> Span {
        self.text.span(node)
    }

    /// A reason about the expression at a place of this text.
    pub fn why(&self, code: WhyCode, at: Span) -> Why {
        Why::new(code, self.text.what(at), at)
    }

    /// An unknown for the expression at a place of this text.
    pub fn unknown(&self, code: WhyCode, at: Span) -> Value {
        Value::unknown(self.why(code, at))
    }

    /// The value of an expression; `at` is the expression.
    pub fn eval(&self, expr: &Expression) -> Attr {
        let here = self.span(expr);
        match self.run.enter() {
            Some(_level) => normalized(expr::eval(self, expr, here)),
            None => Attr::new(self.unknown(WhyCode::LimitReached, here), here),
        }
    }
}

/// The value with its text in the normal form that Terraform keeps texts in.
fn normalized(attr: Attr) -> Attr {
    match &attr.value {
        Value::String(text) if !unicode_normalization::is_nfc(text) => {
            Attr { value: Value::string(text.nfc().collect::<String>()), ..attr }
        }
        _ => attr,
    }
}

/// A computed value: its origin is that of the parts it was built from.
pub fn built<'a>(here: Span, value: Value, parts: impl IntoIterator<Item = &'a Attr>) -> Attr {
    let mut attr = Attr::new(value, here);
    for part in parts {
        attr.origin = attr.origin.join(&part.origin);
        attr.sensitive |= part.sensitive;
    }
    attr
}

/// An element taken out of a collection: the collection's origin, ending at the element's own place.
pub fn pick(container: &Attr, element: &Attr, here: Span) -> Attr {
    let sensitive = container.sensitive || element.sensitive;
    // An element that a function put here brings its own way from where it is written.
    if element.origin.steps.last().is_some_and(|step| step.at == element.at) {
        return Attr { at: here, sensitive, ..element.clone() };
    }
    let mut steps: Vec<Step> = container.origin.steps.to_vec();
    if let Some(last) = steps.last_mut() {
        if last.at.contains(element.at) {
            last.at = element.at;
        } else if !here.contains(element.at) {
            let via = last.via;
            steps.push(Step { via, at: element.at });
        }
    }
    let origin = Origin { steps: steps.into() }.join(&element.origin);
    Attr { at: here, origin, sensitive, ..element.clone() }
}

/// Combinations of alternatives that are tried.
const MAX_COMBINATIONS: usize = 64;

/// Applies a function of known values to arguments some of which are one of several: the result is one of the
/// results. An absent alternative is passed as null; a null result is an absent alternative.
pub fn over_alternatives(args: &[Attr], here: Span, why: &Why, apply: &mut dyn FnMut(&[Attr]) -> Value) -> Value {
    let split = args.iter().enumerate().find_map(|(at, arg)| match &arg.value {
        Value::OneOf(all) => Some((at, all)),
        _ => None,
    });
    let Some((at, all)) = split else { return apply(args) };
    let choices = args.iter().map(|arg| if let Value::OneOf(all) = &arg.value { all.len() } else { 1 });
    if choices.fold(1usize, usize::saturating_mul) > MAX_COMBINATIONS {
        return Value::unknown(why.clone());
    }
    let mut results: Vec<Option<Attr>> = Vec::with_capacity(all.len());
    for one in all.iter() {
        let mut chosen = args.to_vec();
        if let (Some(slot), Some(arg)) = (chosen.get_mut(at), args.get(at)) {
            *slot = one.clone().unwrap_or_else(|| Attr::new(Value::Null, arg.at));
        }
        let result = over_alternatives(&chosen, here, why, apply);
        results.push(alternative(built(one.as_ref().map_or(here, |one| one.at), result, one)));
    }
    Value::one_of(results, why.clone())
}

/// An attribute as an alternative: null is absence.
pub fn alternative(attr: Attr) -> Option<Attr> {
    (!matches!(attr.value, Value::Null)).then_some(attr)
}

/// Whether a value is unknown as a whole.
pub fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Unknown(_))
}

/// Whether evaluation ended in what Terraform would refuse, as `try` and `can` see it: there, one part that is
/// refused refuses the whole.
pub fn is_refused(value: &Value) -> bool {
    let by = |unknown: &Unknown| unknown.why.code == WhyCode::InvalidExpression;
    match value {
        Value::Unknown(unknown) => by(unknown) || unknown.why.code == WhyCode::UnknownName,
        Value::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if by(hole))),
        Value::List(list) => list.items.iter().any(|item| is_refused(&item.value)),
        Value::Map(map) => map.entries.iter().any(|(_, entry)| is_refused(&entry.value)),
        _ => false,
    }
}

/// The reason for the first part of a value that is not known.
pub fn first_why(value: &Value) -> Option<Why> {
    match value {
        Value::Unknown(unknown) => Some(unknown.why.clone()),
        Value::Text(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Hole(unknown) => Some(unknown.why.clone()),
            Piece::Known(_) => None,
        }),
        Value::List(list) => list.open.clone().or_else(|| list.items.iter().find_map(|item| first_why(&item.value))),
        Value::Map(map) => map.open.clone().or_else(|| map.entries.iter().find_map(|(_, v)| first_why(&v.value))),
        Value::OneOf(all) => all.iter().flatten().find_map(|one| first_why(&one.value)),
        _ => None,
    }
}

/// A map of two entries, as `each` and iterators are.
pub fn pair(at: Span, first: (&str, Attr), second: (&str, Attr)) -> Attr {
    let entries: [(Str, Attr); 2] = [(first.0.into(), first.1), (second.0.into(), second.1)];
    Attr::new(Value::Map(Map { entries: entries.into(), ..Map::default() }), at)
}

/// A bound value as a reference sees it.
pub fn bound(value: &Attr, here: Span) -> Attr {
    value.passed(Via::Local, here)
}
