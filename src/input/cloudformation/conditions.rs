//! The `Conditions` section: true, false or not known.
//!
//! Called by `intrinsic` (`Fn::If`) and `stack` (a resource's `Condition`).

use super::evaluate::{Call, Evaluator};
use super::expand::Declared;
use crate::input::tree::Node;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};

/// What is known of a condition.
#[derive(Clone, Debug)]
pub(super) enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Not known.
    Unknown(Why),
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Truth {
        if truth { Truth::True } else { Truth::False }
    }
}

impl Evaluator<'_> {
    /// A condition by its name. Where it is unknown, the reason names it.
    pub fn condition(&self, name: &str) -> Truth {
        let seen = self.conditions.borrow().get(name).cloned();
        match seen {
            Some(Some(truth)) => return truth,
            Some(None) => return Truth::Unknown(Why::new(WhyCode::ReferenceCycle, name, None)),
            None => {}
        }
        let Some(Declared { key, body, loops, .. }) = self.entry("Conditions", name) else {
            return Truth::Unknown(Why::new(WhyCode::UnknownName, name, None));
        };
        let name = Str::from(name);
        self.conditions.borrow_mut().insert(name.clone(), None);
        let truth = match self.within(loops, || self.truth(&body)) {
            Truth::Unknown(_) => Truth::Unknown(Why::new(WhyCode::UnknownCondition, name.clone(), key.span())),
            known => known,
        };
        self.conditions.borrow_mut().insert(name, Some(truth.clone()));
        truth
    }

    /// A condition written as an expression.
    pub fn truth(&self, node: &Node) -> Truth {
        let limit = || Truth::Unknown(Why::new(WhyCode::LimitReached, "condition", node.span()));
        self.run.bounded(|| self.truth_of(node)).unwrap_or_else(limit)
    }

    fn truth_of(&self, node: &Node) -> Truth {
        let invalid = || Truth::Unknown(Why::new(WhyCode::InvalidExpression, "condition", node.span()));
        let Some(call) = Call::of(node) else {
            return self.value(node).map_or_else(invalid, |attr| truth_of_text(&attr).unwrap_or_else(invalid));
        };
        let operands = call.argument.items();
        match (call.name, operands) {
            ("Condition", _) => match call.argument.scalar() {
                Some(name) => self.condition(&self.in_loops(&name.text)),
                None => invalid(),
            },
            ("Equals", [left, right]) => self.equals(left, right),
            ("Not", [operand]) => match self.truth(operand) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                unknown => unknown,
            },
            ("And", [_, ..]) => self.all(operands, false),
            ("Or", [_, ..]) => self.all(operands, true),
            _ => {
                let name = format!("Fn::{}", call.name);
                Truth::Unknown(Why::new(WhyCode::NotEvaluated, name, node.span()))
            }
        }
    }

    /// Conjunction; with `decisive` true, disjunction. The first decisive operand decides, whatever is unknown.
    fn all(&self, operands: &[Node], decisive: bool) -> Truth {
        let mut result = Truth::from(!decisive);
        for operand in operands {
            match self.truth(operand) {
                Truth::True if decisive => return Truth::True,
                Truth::False if !decisive => return Truth::False,
                unknown @ Truth::Unknown(_) => result = unknown,
                _ => {}
            }
        }
        result
    }

    fn equals(&self, left: &Node, right: &Node) -> Truth {
        let (left, right) = (choices(self.value(left)), choices(self.value(right)));
        let pairs = left.iter().flat_map(|a| right.iter().map(move |b| same(a.as_ref(), b.as_ref())));
        let verdicts: Vec<Option<bool>> = pairs.collect();
        match verdicts.first() {
            Some(Some(first)) if verdicts.iter().all(|verdict| *verdict == Some(*first)) => Truth::from(*first),
            _ => Truth::Unknown(Why::new(WhyCode::UnknownCondition, "Fn::Equals", None)),
        }
    }
}

fn choices(attr: Option<Attr>) -> Vec<Option<Attr>> {
    match attr {
        Some(Attr { value: Value::OneOf(choices), .. }) => choices.to_vec(),
        other => vec![other],
    }
}

/// Whether two values are equal as text; a known beginning or end may refute it.
fn same(left: Option<&Attr>, right: Option<&Attr>) -> Option<bool> {
    let (left, right) = (&left?.value, &right?.value);
    match (left.scalar_text(), right.scalar_text()) {
        (Some(left), Some(right)) => Some(left == right),
        (Some(text), None) => refuted(right, &text).then_some(false),
        (None, Some(text)) => refuted(left, &text).then_some(false),
        (None, None) => None,
    }
}

fn refuted(partial: &Value, text: &str) -> bool {
    use crate::model::value::Piece::Known;
    let Value::Text(pieces) = partial else { return false };
    let prefix = matches!(pieces.first(), Some(Known(known)) if !text.starts_with(&**known));
    prefix || matches!(pieces.last(), Some(Known(known)) if !text.ends_with(&**known))
}

fn truth_of_text(attr: &Attr) -> Option<Truth> {
    match attr.value.scalar_text()?.as_ref() {
        "true" => Some(Truth::True),
        "false" => Some(Truth::False),
        _ => None,
    }
}
