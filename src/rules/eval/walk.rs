//! Evaluation node by node.
//!
//! Part of `eval`. Every way a node can be absent, unknown or broken is decided here or in `logic`.

use super::choices::MAX_CHOICES;
use super::logic;
use super::outcome::{Datum, Handle, Outcome, Sequence, Truth};
use super::text;
use super::{Evaluator, MAX_STEPS, doubt, open};
use crate::model::kinds::{KindId, LinkId, Type};
use crate::model::resource::Partner;
use crate::model::value::{Attr, Unknown, Value, WhyCode};
use crate::rules::checked::{Checked, Expr, Fold, Member};
use crate::rules::expr::Op;
use crate::rules::functions::Function;
use regex::Regex;
use std::sync::Arc;

/// The variables of enclosing folds, innermost first.
pub struct Scope<'s> {
    value: &'s Outcome,
    outer: Option<&'s Scope<'s>>,
}

impl Evaluator<'_> {
    pub(super) fn walk(&self, expr: &Expr, scope: Option<&Scope<'_>>) -> Outcome {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            return Outcome::Unknown(doubt(WhyCode::LimitReached, "too much work for one condition"));
        }
        let outcome = match &expr.node {
            Checked::Absent => Outcome::Absent,
            Checked::Literal(datum) => Outcome::Known(datum.clone()),
            Checked::List(items) => {
                let items = items.iter().map(|item| self.walk(item, scope)).collect();
                Outcome::Known(Datum::List(Arc::new(Sequence { items, open: None })))
            }
            Checked::Judged => Outcome::Known(Datum::Resource(Handle { id: self.judged, edge: None })),
            Checked::Variable(depth) => variable(*depth, scope),
            Checked::Param(position, _) => self.params.get(*position).cloned().map_or(Outcome::Absent, Outcome::Known),
            Checked::Member(of, places) => self.member(&self.walk(of, scope), places, &expr.ty),
            Checked::Entry(of, name) => self.entry(&self.walk(of, scope), name, &expr.ty),
            Checked::Operator(op, args) => self.operator(*op, args, &expr.ty, scope),
            Checked::Has(of) => match self.walk(of, scope) {
                Outcome::Known(_) => true.into(),
                Outcome::Absent => false.into(),
                Outcome::Unknown(unknown) if !unknown.may_be_absent => true.into(),
                other => other,
            },
            Checked::Written(of, value) => self.written(of, value.as_deref(), scope),
            Checked::Each(fold, range, body) => self.each(*fold, range, body, scope),
            Checked::Matches(of, regex) => matches(&self.walk(of, scope), regex),
            Checked::Call(function, args) => {
                let args: Vec<Outcome> = args.iter().map(|arg| self.walk(arg, scope)).collect();
                match args.iter().find(|arg| matches!(arg, Outcome::Broken(_))) {
                    Some(broken) => broken.clone(),
                    None => self.called(function, &args),
                }
            }
        };
        outcome.placed(&expr.at)
    }

    /// The attribute that an expression such as `r.a[0].b` names; the one around it where that is absent.
    pub fn place(&self, expr: &Expr) -> Option<Attr> {
        match &expr.node {
            Checked::Member(of, places) => {
                let Outcome::Known(Datum::Resource(handle)) = self.walk(of, None) else { return self.place(of) };
                let kind = self.world.inventory.resource(handle.id).kind;
                let (_, member) = places.iter().find(|(declared, _)| *declared == kind)?;
                self.attr((handle.id, *member)).cloned()
            }
            Checked::Entry(of, name) => {
                let around = self.place(of)?;
                let Value::Map(map) = &around.value else { return Some(around) };
                Some(map.get(name).cloned().unwrap_or(around))
            }
            Checked::Operator(Op::Index, args) => {
                let around = self.place(args.first()?)?;
                let position = match args.get(1).map(|index| self.walk(index, None)) {
                    Some(Outcome::Known(Datum::Number(at))) => at.to_i64().and_then(|at| usize::try_from(at).ok()),
                    _ => None,
                };
                let (Some(position), Value::List(items)) = (position, &around.value) else { return Some(around) };
                Some(items.items.get(position).cloned().unwrap_or(around))
            }
            _ => None,
        }
    }

    /// What a function says. Where it says the same under every choice that it meets, it depends on none of them: the
    /// accelerator of a pool is known though its size is one of many.
    fn called(&self, function: &Function, args: &[Outcome]) -> Outcome {
        let kept = self.choices.borrow().met();
        let first = (function.call)(self, args);
        if self.choices.borrow().met() == kept {
            return first;
        }
        for _ in 0..MAX_CHOICES {
            if !self.choices.borrow_mut().advance(kept) {
                return first;
            }
            if !first.is_same_scalar(&(function.call)(self, args)) {
                break;
            }
        }
        self.choices.borrow_mut().forget(kept);
        (function.call)(self, args)
    }

    fn member(&self, of: &Outcome, places: &[(KindId, Member)], ty: &Type) -> Outcome {
        let handle = match of {
            Outcome::Known(Datum::Resource(handle)) => handle,
            Outcome::Known(other) => return Outcome::broken(format!("{} has no attributes", other.noun())),
            other => return other.clone(),
        };
        let resource = self.world.inventory.resource(handle.id);
        let Some((_, member)) = places.iter().find(|(kind, _)| *kind == resource.kind) else {
            return Outcome::Absent;
        };
        match *member {
            Member::Attribute(_) | Member::Region | Member::Count => self.read((handle.id, *member), ty),
            Member::Address => resource.native.display_address().as_str().into(),
            Member::Provider => (&*resource.native.provider).into(),
            Member::Kind => self.world.inventory.kinds.get(resource.kind).name.as_ref().into(),
            Member::Native => (&*resource.native.native_type).into(),
            Member::Link(link) => self.partners(handle, link, ty),
            Member::Edge(position) => {
                let partner = handle.edge.as_ref().and_then(|(partners, at)| partners.resources.get(*at));
                let attr = partner.and_then(|partner| partner.edge.get(position)).and_then(Option::as_ref);
                attr.map_or(Outcome::Absent, |attr| self.lift(attr, ty))
            }
        }
    }

    /// How an attribute is written where its resource is declared; absent where that cannot be said.
    fn written(&self, of: &Expr, value: Option<&Expr>, scope: Option<&Scope<'_>>) -> Outcome {
        let Checked::Member(target, places) = &of.node else { return Outcome::Absent };
        let Outcome::Known(Datum::Resource(handle)) = self.walk(target, scope) else { return Outcome::Absent };
        let (inventory, id) = (self.world.inventory, handle.id);
        let resource = inventory.resource(id);
        let attribute = places.iter().find_map(|(kind, member)| match member {
            Member::Attribute(attribute) if *kind == resource.kind => Some(*attribute),
            _ => None,
        });
        let text = attribute.and_then(|attribute| match value.map(|value| self.walk(value, scope)) {
            None => inventory.kinds.key(resource, attribute),
            Some(Outcome::Known(Datum::String(value))) => inventory.kinds.setting(resource, attribute, &value),
            Some(_) => None,
        });
        text.map_or(Outcome::Absent, |text| text.as_str().into())
    }

    fn partners(&self, of: &Handle, link: LinkId, ty: &Type) -> Outcome {
        let partners = (self.world.partners)(of.id, link);
        let partner = |(at, partner): (usize, &Partner)| {
            let edge = Some((Arc::clone(&partners), at));
            Outcome::Known(Datum::Resource(Handle { id: partner.resource, edge }))
        };
        let mut found = partners.resources.iter().enumerate().map(partner);
        let undecided = partners.open.clone().map(open);
        if matches!(ty, Type::List(_)) {
            return Outcome::Known(Datum::List(Arc::new(Sequence { items: found.collect(), open: undecided })));
        }
        found.next().or(undecided.map(Outcome::Unknown)).unwrap_or(Outcome::Absent)
    }

    fn entry(&self, of: &Outcome, name: &str, ty: &Type) -> Outcome {
        match of {
            Outcome::Known(Datum::Map(map)) => match (map.get(name), &map.open) {
                (Some(attr), _) => self.lift(attr, ty),
                (None, Some(why)) => Outcome::Unknown(open(why.clone())),
                (None, None) => Outcome::Absent,
            },
            Outcome::Known(Datum::Record(fields)) => {
                let field = fields.iter().find(|(field, _)| *field == name);
                field.map_or(Outcome::Absent, |(_, outcome)| outcome.clone())
            }
            Outcome::Known(other) => Outcome::broken(format!("{} has no entries", other.noun())),
            other => other.clone(),
        }
    }

    fn operator(&self, op: Op, args: &[Expr], ty: &Type, scope: Option<&Scope<'_>>) -> Outcome {
        let walk = |expr: &Expr| self.walk(expr, scope);
        match (op, args) {
            (Op::Not, [a]) => walk(a).truth().map_or_else(Outcome::Broken, |truth| logic::not(truth).into()),
            (Op::Negate, [a]) => match walk(a) {
                Outcome::Known(Datum::Number(number)) => number.neg().into(),
                Outcome::Known(other) => Outcome::broken(format!("{} has no sign", other.noun())),
                other => other,
            },
            (Op::And | Op::Or, [a, b]) => {
                let (a, b) = match (walk(a).truth(), walk(b).truth()) {
                    (Ok(a), Ok(b)) => (a, b),
                    (Err(mistake), _) | (_, Err(mistake)) => return Outcome::Broken(mistake),
                };
                if op == Op::And { logic::and(a, b).into() } else { logic::or(a, b).into() }
            }
            (Op::Conditional, [condition, a, b]) => match walk(condition).truth() {
                Ok(Ok(true)) => walk(a),
                Ok(Ok(false)) => walk(b),
                Ok(Err(unknown)) => agreed(walk(a), walk(b), Outcome::Unknown(unknown)),
                Err(mistake) => Outcome::Broken(mistake),
            },
            (Op::Index, [of, index]) => self.index(&walk(of), &walk(index), ty),
            (_, [a, b]) => {
                let (left, right) = (walk(a), walk(b));
                if op.calculates() {
                    [(a, &left), (b, &right)].into_iter().for_each(|(expr, value)| self.note_param(expr, value));
                }
                logic::binary(op, &left, &right)
            }
            _ => Outcome::broken("an operator with a wrong number of operands"),
        }
    }

    /// A figure rests on the parameters that it is calculated with.
    fn note_param(&self, expr: &Expr, value: &Outcome) {
        if let (Checked::Param(_, name), Outcome::Known(Datum::Number(number))) = (&expr.node, value) {
            self.note(|notes| notes.add(format!("{name} = {number}"), false, ""));
        }
    }

    fn index(&self, of: &Outcome, index: &Outcome, ty: &Type) -> Outcome {
        match (of, index) {
            (Outcome::Broken(_), _) | (Outcome::Absent, _) => of.clone(),
            (_, Outcome::Broken(_) | Outcome::Absent) => index.clone(),
            (Outcome::Unknown(_), _) => of.clone(),
            (Outcome::Known(Datum::Map(_)), Outcome::Known(Datum::String(key))) => self.entry(of, key, ty),
            (Outcome::Known(Datum::List(list)), Outcome::Known(Datum::Number(at))) => match &list.open {
                Some(unknown) => Outcome::Unknown(unknown.clone()),
                None => {
                    let item = at.to_i64().and_then(|at| list.items.get(usize::try_from(at).ok()?));
                    item.cloned().unwrap_or(Outcome::Absent)
                }
            },
            (_, Outcome::Unknown(_)) => index.clone(),
            (Outcome::Known(Datum::Map(_)), Outcome::Known(Datum::Text(_))) => {
                Outcome::Unknown(doubt(WhyCode::UnknownCondition, "a key known in part"))
            }
            (Outcome::Known(of), Outcome::Known(_)) => {
                Outcome::broken(format!("{} cannot be indexed like this", of.noun()))
            }
        }
    }

    fn each(&self, fold: Fold, range: &Expr, body: &Expr, outer: Option<&Scope<'_>>) -> Outcome {
        let (items, more) = match self.walk(range, outer) {
            Outcome::Known(datum) => match logic::elements(&datum) {
                Some(elements) => elements,
                None => return Outcome::broken(format!("{} has no elements", datum.noun())),
            },
            other => return other,
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            let result = self.walk(body, Some(&Scope { value: &item, outer }));
            if matches!(result, Outcome::Broken(_)) {
                return result;
            }
            results.push((item, result));
        }
        match fold {
            Fold::Map => {
                let items = results.into_iter().map(|(_, result)| result).collect();
                Outcome::Known(Datum::List(Arc::new(Sequence { items, open: more })))
            }
            Fold::Filter => filtered(results, more),
            Fold::All => combined(results, more.map_or(Ok(true), Err), logic::and),
            Fold::Exists => combined(results, more.map_or(Ok(false), Err), logic::or),
            Fold::ExistsOne => {
                let certain = filtered(results, more);
                let Outcome::Known(Datum::List(list)) = &certain else { return certain };
                match &list.open {
                    Some(unknown) if list.items.len() < 2 => Outcome::Unknown(unknown.clone()),
                    _ => (list.items.len() == 1).into(),
                }
            }
        }
    }
}

fn variable(depth: usize, scope: Option<&Scope<'_>>) -> Outcome {
    let mut scope = scope;
    for _ in 0..depth {
        scope = scope.and_then(|scope| scope.outer);
    }
    scope.map_or(Outcome::Absent, |scope| scope.value.clone())
}

/// What both branches of an undecided choice come to, where they come to the same.
fn agreed(a: Outcome, b: Outcome, undecided: Outcome) -> Outcome {
    match (&a, &b) {
        (Outcome::Broken(_), _) => a,
        (_, Outcome::Broken(_)) => b,
        (Outcome::Absent, Outcome::Absent) => a,
        _ => match logic::equal(&a, &b) {
            Outcome::Known(Datum::Bool(true)) => a,
            Outcome::Broken(_) | Outcome::Known(_) | Outcome::Absent | Outcome::Unknown(_) => undecided,
        },
    }
}

fn matches(of: &Outcome, regex: &Regex) -> Outcome {
    match of {
        Outcome::Known(datum) => match text::pieces(datum).as_deref() {
            Some([text::Part::Known(text)]) => regex.is_match(text).into(),
            Some(parts) => text::hole(parts).map_or(Outcome::Absent, |hole| Outcome::Unknown(hole.clone())),
            None => Outcome::broken(format!("{} is not a text", datum.noun())),
        },
        other => other.clone(),
    }
}

/// The elements that surely pass; those that perhaps pass leave the list open.
fn filtered(results: Vec<(Outcome, Outcome)>, more: Option<Unknown>) -> Outcome {
    let mut kept = Sequence { items: Vec::new(), open: more };
    for (item, result) in results {
        match result.truth() {
            Ok(Ok(true)) => kept.items.push(item),
            Ok(Ok(false)) => {}
            Ok(Err(unknown)) => kept.open = kept.open.or(Some(unknown)),
            Err(mistake) => return Outcome::Broken(mistake),
        }
    }
    Outcome::Known(Datum::List(Arc::new(kept)))
}

fn combined(results: Vec<(Outcome, Outcome)>, start: Truth, combine: fn(Truth, Truth) -> Truth) -> Outcome {
    let mut all = start;
    for (_, result) in results {
        match result.truth() {
            Ok(truth) => all = combine(all, truth),
            Err(mistake) => return Outcome::Broken(mistake),
        }
    }
    all.into()
}
