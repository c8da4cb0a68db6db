//! Makes the value of one attribute: finds the source, applies tables and units, fills in the service's default.
//!
//! Called by `lift` for each attribute of each resource. It must not know any kind by name.

use super::convert::{each_scalar, in_unit, mapped};
use super::grammar::{Path, Root, Step, Trail, Var, joined, same_key, walk};
use super::row::{Guard, Literal, Source, Spec, Test};
use crate::model::native::Native;
use crate::model::value::{
    Attr, List, Origin, ResourceRef, Step as OriginStep, Str, Unknown, Value, Via, Why, WhyCode,
};
use crate::source::Span;

/// Looks up an attribute of the partners over a link, both by name.
pub type Links<'a> = dyn Fn(&str, &str) -> Option<Attr> + 'a;

/// What paths are looked up in.
pub struct Scope<'a> {
    /// The resource as its format has it.
    pub native: &'a Native,
    /// The current element: the native's tree, or an element of an `each:`.
    pub element: Attr,
    /// The blocks above the element, outermost first.
    pub above: Vec<Attr>,
    /// Position of the element in its `each:`.
    pub index: usize,
    /// Its key there, or that of what holds it, if it stands in a map.
    pub key: Option<Str>,
    /// Looks up `link(NAME).attribute`; `None` while links are not known yet.
    pub links: Option<&'a Links<'a>>,
}

/// Whether something holds.
#[derive(Clone, Debug)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Not known, and why.
    Unknown(Why),
}

impl<'a> Scope<'a> {
    /// The scope of a whole native.
    pub fn of(native: &'a Native) -> Scope<'a> {
        Scope { native, element: native.tree.clone(), above: Vec::new(), index: 0, key: None, links: None }
    }

    /// The header of the element.
    pub fn head(&self) -> Span {
        match self.above.is_empty() {
            true => self.native.head,
            false => self.element.key.unwrap_or(self.element.at),
        }
    }

    /// What the steps of a path are walked from, and the blocks above that.
    pub(super) fn start(&self, path: &Path) -> Option<(Attr, Vec<Attr>)> {
        match &path.root {
            Root::Element => Some((self.element.clone(), self.above.clone())),
            Root::Parent(up) => {
                let at = self.above.len().checked_sub(*up)?;
                Some((self.above.get(at)?.clone(), self.above.get(..at)?.to_vec()))
            }
            Root::Var(var) => Some((self.var(*var)?, Vec::new())),
            Root::Link { link, attribute } => Some((self.links?(link, attribute)?, Vec::new())),
        }
    }

    fn var(&self, var: Var) -> Option<Attr> {
        let native = self.native;
        Some(match var {
            Var::Name => {
                let name = native.address.rsplit('.').next().unwrap_or(&native.address);
                Attr::new(Value::string(name), native.head)
            }
            Var::Region => native.region.clone(),
            Var::Count => native.count.clone(),
            Var::Index => Attr::new(Value::number((self.index as i64).into()), self.head()),
            Var::Key => Attr::new(Value::String(self.key.clone()?), self.head()),
            Var::Ref => {
                let why = Why::new(WhyCode::KnownAfterApply, native.display_address(), native.head);
                let target = ResourceRef {
                    scope: native.scope.clone(),
                    address: native.address.clone(),
                    instance: native.instance.clone(),
                    attribute: "".into(),
                };
                let unknown = Unknown { why, may_be_absent: false, refers_to: Some(target.into()) };
                Attr::new(Value::Unknown(unknown), native.head)
            }
        })
    }

    /// What a path leads to.
    pub fn look(&self, path: &Path) -> Option<Attr> {
        match &path.root {
            Root::Element => walk(&path.steps, &self.element, &mut Trail::default(), &mut |attr, _| Some(attr.clone())),
            _ => {
                let (from, _) = self.start(path)?;
                walk(&path.steps, &from, &mut Trail::default(), &mut |attr, _| Some(attr.clone()))
            }
        }
    }

    /// The elements of the first path that has any, built by `make` from the scope of each. A list for several.
    pub fn elements(&self, paths: &[Path], make: &mut dyn FnMut(Scope<'a>) -> Option<Attr>) -> Option<Attr> {
        let mut empty = None;
        for path in paths {
            let Some((from, above)) = self.start(path) else { continue };
            let mut index = 0;
            let mut one = |attr: &Attr, trail: &Trail| {
                let inner = Scope {
                    native: self.native,
                    element: attr.clone(),
                    above: trail.blocks(),
                    index,
                    key: trail.key(),
                    links: self.links,
                };
                index += 1;
                make(inner)
            };
            let mut leaf = |attr: &Attr, trail: &Trail| match &attr.value {
                Value::Unknown(_) => Some(attr.clone()),
                Value::List(list) => {
                    let items = list.items.iter().filter_map(|item| one(item, trail)).collect();
                    Some(Attr {
                        value: Value::List(List { items, open: list.open.clone(), kind: list.kind }),
                        ..attr.clone()
                    })
                }
                _ => one(attr, trail),
            };
            match walk(&path.steps, &from, &mut Trail::from(&above), &mut leaf) {
                Some(found) if is_empty_list(&found) => empty = empty.or(Some(found)),
                Some(found) => return Some(found),
                None => {}
            }
        }
        empty
    }

    /// Whether a guard holds.
    pub fn holds(&self, guard: &Guard) -> Truth {
        let found = guard.paths.iter().find_map(|path| self.look(path)).filter(|attr| !is_empty_list(attr));
        test(found.as_ref(), &guard.test)
    }
}

/// Whether a list certainly has no elements, which counts as absent where one is looked for.
pub fn is_empty_list(attr: &Attr) -> bool {
    matches!(&attr.value, Value::List(list) if list.items.is_empty() && list.open.is_none())
}

fn test(found: Option<&Attr>, test_for: &Test) -> Truth {
    let decided = |holds| if holds { Truth::Yes } else { Truth::No };
    match (found.map(|attr| &attr.value), test_for) {
        (Some(Value::OneOf(all)), _) => {
            let verdicts: Vec<_> = all.iter().map(|one| test(one.as_ref(), test_for)).collect();
            let same = |wanted: fn(&Truth) -> bool| verdicts.iter().all(wanted);
            match (same(|truth| matches!(truth, Truth::Yes)), same(|truth| matches!(truth, Truth::No))) {
                (true, _) => Truth::Yes,
                (_, true) => Truth::No,
                _ => Truth::Unknown(all.why.clone()),
            }
        }
        (Some(Value::Unknown(unknown)), Test::Exists(wanted)) if !unknown.may_be_absent => decided(*wanted),
        (Some(Value::List(List { items, open: Some(why), .. })), Test::Exists(_)) if items.is_empty() => {
            Truth::Unknown(why.clone())
        }
        (Some(Value::Unknown(unknown)), _) => Truth::Unknown(unknown.why.clone()),
        (value, Test::Exists(wanted)) => decided(value.is_some() == *wanted),
        (None, Test::Is(_)) => Truth::No,
        (None, Test::IsNot(_)) => Truth::Yes,
        (Some(value), Test::Is(words) | Test::IsNot(words)) => match value.scalar_text() {
            Some(text) => {
                let is_one = words.iter().any(|word| same_key(word, &text));
                decided(is_one == matches!(test_for, Test::Is(_)))
            }
            None => Truth::Unknown(Why::new(WhyCode::NotEvaluated, "a text known in part", found.map(|attr| attr.at))),
        },
    }
}

/// The value of a spec; `None` is absent.
pub fn eval(spec: &Spec, scope: &Scope<'_>) -> Option<Attr> {
    let mut found = source(&spec.source, scope);
    if !spec.map.is_empty() {
        found = found.and_then(|attr| each_scalar(&attr, &|one| mapped(one, &spec.map)));
    }
    if let Some(unit) = spec.unit {
        found = found.and_then(|attr| each_scalar(&attr, &|one| Some(in_unit(one, unit))));
    }
    match &spec.absent {
        Some(literal) => or_else(found, &mut || service_default(literal, spec, scope)),
        None => found,
    }
}

fn source(source: &Source, scope: &Scope<'_>) -> Option<Attr> {
    match source {
        Source::Path(path) => scope.look(path),
        Source::First(specs) => first(specs, scope),
        Source::Const(Literal::Null) => None,
        Source::Const(literal) => Some(Attr::new(literal.value(), scope.head())),
        Source::Records { each, fields } if each.is_empty() => record(fields, scope),
        Source::Records { each, fields } => scope.elements(each, &mut |inner| record(fields, &inner)),
        Source::OneOf(specs) => alternatives(specs, scope),
        Source::Derive(derivation, of) => {
            let values: Vec<_> = of.iter().map(|spec| eval(spec, scope)).collect();
            (derivation.make)(&values, scope)
        }
    }
}

/// The first that is present; where one is present only in some alternatives, the next fills in the others.
fn first(specs: &[Spec], scope: &Scope<'_>) -> Option<Attr> {
    let (spec, rest) = specs.split_first()?;
    let found = eval(spec, scope).filter(|attr| !is_empty_list(attr) || rest.is_empty());
    or_else(found, &mut || first(rest, scope))
}

/// The value, with what is absent replaced, also among alternatives.
fn or_else(found: Option<Attr>, other: &mut dyn FnMut() -> Option<Attr>) -> Option<Attr> {
    match found {
        None => other(),
        Some(Attr { value: Value::OneOf(all), .. }) if all.iter().any(Option::is_none) => {
            let filled: Vec<_> = all.iter().map(|one| one.clone().or_else(&mut *other)).collect();
            let from = all.iter().flatten().next()?;
            joined(filled, from)
        }
        found => found,
    }
}

/// A record of the element; absent where none of its fields is present.
fn record(fields: &[(Str, Spec)], scope: &Scope<'_>) -> Option<Attr> {
    let entries = fields.iter().filter_map(|(name, spec)| Some((name.clone(), eval(spec, scope)?)));
    let entries: Vec<_> = entries.collect();
    (!entries.is_empty()).then(|| Attr { value: Value::map(entries), ..scope.element.clone() })
}

fn alternatives(specs: &[Spec], scope: &Scope<'_>) -> Option<Attr> {
    let mut all: Vec<Option<Attr>> = Vec::new();
    let mut from: Option<Attr> = None;
    for found in specs.iter().filter_map(|spec| eval(spec, scope)) {
        match &found.value {
            Value::List(List { items, open: None, .. }) => all.extend(items.iter().cloned().map(Some)),
            Value::List(List { open: Some(why), .. }) => all.push(Some(Attr::unknown(why.clone(), found.at))),
            _ => all.push(Some(found.clone())),
        }
        from.get_or_insert(found);
    }
    joined(all, &from?)
}

/// The service's default, placed at the head of the smallest block in which it could have been written.
fn service_default(literal: &Literal, spec: &Spec, scope: &Scope<'_>) -> Option<Attr> {
    if matches!(literal, Literal::Null) {
        return None;
    }
    let mut first_path = None;
    spec.paths(&mut |path| {
        first_path.get_or_insert_with(|| path.clone());
    });
    let at = first_path.map_or_else(|| scope.head(), |path| enclosing(&path, scope));
    let origin = Origin { steps: [OriginStep { via: Via::ServiceDefault, at }].into() };
    Some(Attr { origin, ..Attr::new(literal.value(), at) })
}

fn enclosing(path: &Path, scope: &Scope<'_>) -> Span {
    let mut head = scope.head();
    let Some((mut at, above)) = scope.start(path) else { return head };
    if matches!(path.root, Root::Parent(_)) {
        head = if above.is_empty() { scope.native.head } else { at.key.unwrap_or(at.at) };
    }
    for step in &path.steps {
        if matches!(step, Step::Each | Step::Values) {
            break;
        }
        match walk(std::slice::from_ref(step), &at, &mut Trail::default(), &mut |attr, _| Some(attr.clone())) {
            Some(Attr { value: Value::List(list), .. }) => match &*list.items {
                [only] => at = only.clone(),
                _ => break,
            },
            Some(next) if matches!(next.value, Value::Map(_)) => at = next,
            _ => break,
        }
        head = at.key.unwrap_or(at.at);
    }
    head
}
