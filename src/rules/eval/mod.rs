//! Judging one resource: a checked condition over values that may be absent, unknown, known in part, or one of several.
//!
//! `walk` evaluates nodes, `logic` and `text` operators, `choices` distributes alternatives, `outcome` says what can
//! come out. Called by `set`, by functions and by messages. It must not know rule files.

pub mod choices;
pub mod logic;
pub mod outcome;
pub mod text;
mod walk;

#[cfg(test)]
mod tests;

use super::checked::{Expr, Member};
use super::expr::Mistake;
use super::functions::catalogue::SpotPrice;
use super::functions::money::Notes;
use super::functions::purpose::FREE_TEXTS;
use super::settings::Settings;
use crate::model::kinds::{LinkId, Type};
use crate::model::resource::{Inventory, Partners, ResourceId};
use crate::model::value::{Attr, Unknown, Value, Why, WhyCode};
use choices::{Choices, MAX_CHOICES};
use outcome::{Datum, Outcome, Sequence, Truth};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Nodes one evaluation may visit; more would be a rule that multiplies large lists.
const MAX_STEPS: u32 = 500_000;

/// What evaluation may look at besides the resource.
pub struct World<'a> {
    /// Every resource.
    pub inventory: &'a Inventory,
    /// Prices, words, thresholds.
    pub settings: &'a Settings,
    /// The joins of the inventory.
    pub partners: &'a (dyn Fn(ResourceId, LinkId) -> Arc<Partners> + 'a),
}

/// One attribute of one resource, as conditions read it.
pub type Leaf = (ResourceId, Member);

/// Evaluates the expressions of one rule about one resource.
pub struct Evaluator<'a> {
    /// What may be looked at.
    pub world: &'a World<'a>,
    /// The resource that `r` stands for.
    pub judged: ResourceId,
    /// The rule's parameters by position.
    pub params: &'a [Datum],
    /// Which of the spot prices counts.
    pub spot: SpotPrice,
    /// A leaf to take for something else.
    replaced: Option<(Leaf, Outcome)>,
    choices: RefCell<Choices>,
    reads: RefCell<Vec<Leaf>>,
    notes: RefCell<Notes>,
    sensitive: Cell<bool>,
    steps: Cell<u32>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator about one resource.
    pub fn new(world: &'a World<'a>, judged: ResourceId, params: &'a [Datum]) -> Evaluator<'a> {
        Evaluator {
            world,
            judged,
            params,
            spot: SpotPrice::Typical,
            replaced: None,
            choices: RefCell::default(),
            reads: RefCell::default(),
            notes: RefCell::default(),
            sensitive: Cell::new(false),
            steps: Cell::new(0),
        }
    }

    /// What a condition comes to over all alternatives: known where they agree.
    pub fn verdict(&self, condition: &Expr) -> Result<Truth, Mistake> {
        let mut combined: Option<Truth> = None;
        let complete = self.outcomes(condition, |outcome| {
            let truth = outcome.placed(&condition.at).truth()?;
            combined = Some(match (combined.take(), truth) {
                (None, truth) => truth,
                (Some(Ok(a)), Ok(b)) if a == b => Ok(a),
                (Some(Ok(_)), Ok(_)) => Err(doubt(WhyCode::UnknownCondition, "alternatives that do not agree")),
                (Some(Err(why)), _) | (_, Err(why)) => Err(why),
            });
            Ok(())
        })?;
        match combined {
            Some(truth) if complete => Ok(truth),
            _ => Ok(Err(doubt(WhyCode::LimitReached, "too many alternatives"))),
        }
    }

    /// The outcomes of an expression under each combination of alternatives; `false` if there are too many.
    pub fn outcomes(
        &self,
        expr: &Expr,
        mut visit: impl FnMut(Outcome) -> Result<(), Mistake>,
    ) -> Result<bool, Mistake> {
        *self.choices.borrow_mut() = Choices::default();
        for _ in 0..MAX_CHOICES {
            self.steps.set(0);
            visit(self.walk(expr, None))?;
            if !self.choices.borrow_mut().advance(0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The attributes that decided a condition that holds: taking any of them for unknown leaves it undecided. A name or
    /// tag that only says nothing to the contrary is none of them.
    /// Those of the judged resource's own source come first, each source from its start.
    pub fn decisive(&self, condition: &Expr) -> Vec<Attr> {
        let holds_with = |leaf: Leaf, instead: Outcome| {
            let replaced = Some((leaf, instead));
            let without = Evaluator { replaced, ..Evaluator::new(self.world, self.judged, self.params) };
            matches!(without.verdict(condition), Ok(Ok(true)))
        };
        let unknown = || Outcome::Unknown(doubt(WhyCode::NotEvaluated, "an attribute left out"));
        let decides = |leaf: &&Leaf| {
            !(holds_with(**leaf, unknown()) || self.is_free_text(**leaf) && holds_with(**leaf, Outcome::Absent))
        };
        let reads = self.reads.borrow();
        let mut found: Vec<Attr> = reads.iter().filter(decides).filter_map(|leaf| self.attr(*leaf).cloned()).collect();
        let own = self.world.inventory.resource(self.judged).head.source;
        found.sort_by_key(|attr| (attr.at.source != own, attr.at.start));
        found
    }

    /// Whether people write into an attribute whatever they like.
    fn is_free_text(&self, (id, member): Leaf) -> bool {
        let kind = self.world.inventory.kinds.get(self.world.inventory.resource(id).kind);
        match member {
            Member::Attribute(position) => FREE_TEXTS.iter().any(|name| kind.attribute(name) == Some(position)),
            _ => false,
        }
    }

    /// The attribute behind a leaf, where it is present.
    pub fn attr(&self, (id, member): Leaf) -> Option<&'a Attr> {
        let resource = self.world.inventory.resource(id);
        match member {
            Member::Attribute(position) => resource.attributes.get(position)?.as_deref(),
            Member::Region => Some(&resource.native.region),
            Member::Count => Some(&resource.native.count),
            Member::Link(_) | Member::Edge(_) | Member::Address | Member::Provider | Member::Kind | Member::Native => {
                None
            }
        }
    }

    /// An attribute as an outcome; remembers that it was read.
    pub fn read(&self, leaf: Leaf, ty: &Type) -> Outcome {
        if !self.reads.borrow().contains(&leaf) {
            self.reads.borrow_mut().push(leaf);
        }
        if let Some((_, instead)) = self.replaced.as_ref().filter(|(replaced, _)| *replaced == leaf) {
            return instead.clone();
        }
        self.attr(leaf).map_or(Outcome::Absent, |attr| self.lift(attr, ty))
    }

    /// An attribute that the resource's kind may or may not declare, by name; absent where it does not.
    pub fn read_named(&self, id: ResourceId, name: &str) -> Outcome {
        let kind = self.world.inventory.kinds.get(self.world.inventory.resource(id).kind);
        match kind.attribute(name) {
            Some(position) => self.read((id, Member::Attribute(position)), &Type::Any),
            None => Outcome::Absent,
        }
    }

    /// A value of the model as an outcome of a declared type. Lifting has made it fit; what still does not is unknown,
    /// for the mistake is in the code that was read, not in the rule.
    pub fn lift(&self, attr: &Attr, ty: &Type) -> Outcome {
        self.sensitive.set(self.sensitive.get() || attr.sensitive);
        let datum = match (&attr.value, ty) {
            (Value::Null, _) => return Outcome::Absent,
            (Value::Unknown(unknown), _) => return Outcome::Unknown(unknown.clone()),
            (Value::OneOf(alternatives), _) => {
                let chosen = self.choices.borrow_mut().pick(alternatives);
                return chosen.map_or(Outcome::Absent, |chosen| self.lift(&chosen, ty));
            }
            (Value::Bool(truth), Type::Bool | Type::Any) => Some(Datum::Bool(*truth)),
            (Value::Number(scalar), Type::Number | Type::Any) => Some(Datum::Number(scalar.number.clone())),
            (Value::String(text), Type::String | Type::Enum(_) | Type::Any) => Some(Datum::String(Arc::clone(text))),
            (Value::Text(pieces), Type::String | Type::Enum(_) | Type::Any) => Some(Datum::Text(Arc::clone(pieces))),
            (Value::Map(map), Type::Map(_) | Type::Record(..) | Type::Any) => Some(Datum::Map(map.clone())),
            (Value::List(list), Type::List(_) | Type::Any) => {
                let element = if let Type::List(element) = ty { element } else { &Type::Any };
                let items = list.items.iter().map(|item| self.lift(item, element)).collect();
                Some(Datum::List(Arc::new(Sequence { items, open: list.open.clone().map(open) })))
            }
            _ => None,
        };
        datum.map_or_else(
            || {
                let why = Why::new(WhyCode::InvalidExpression, "a value of another type", attr.at);
                Outcome::Unknown(open(why))
            },
            Outcome::Known,
        )
    }

    /// Whether anything sensitive was read since the last call.
    pub fn take_sensitive(&self) -> bool {
        self.sensitive.take()
    }

    /// US dollars as people read them.
    pub fn amount(&self, usd: f64) -> String {
        self.world.settings.currency.amount(usd)
    }

    /// Lets a money function leave an assumption behind.
    pub fn note(&self, note: impl FnOnce(&mut Notes)) {
        note(&mut self.notes.borrow_mut());
    }

    /// The assumptions since the last call.
    pub fn take_notes(&self) -> Notes {
        self.notes.take()
    }
}

/// Not known for this reason, and possibly absent.
pub fn open(why: Why) -> Unknown {
    Unknown { why, may_be_absent: true, refers_to: None }
}

fn doubt(code: WhyCode, what: &str) -> Unknown {
    open(Why::new(code, what, None))
}
