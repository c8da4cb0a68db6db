//! `count` and `for_each`: the instances of a resource or module call, as far as they are known.
//!
//! Called by `resource` and `calls`. It must not know what is instantiated.

use super::eval::for_expr::elements;
use super::eval::{Env, convert, operators, pair, pick};
use super::project::attribute;
use crate::model::native::Exists;
use crate::model::number::Number;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;

/// Instances told apart; more count as one that stands for all.
const MAX_INSTANCES: i64 = 100;

/// The instances of one block.
pub struct Instances {
    /// How references to the block see them.
    pub shape: Shape,
    /// The instances, in order.
    pub all: Vec<Instance>,
}

/// What a reference to a block with instances is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// One object: neither `count` nor `for_each`.
    Single,
    /// A list of objects.
    List,
    /// Objects by key.
    Map,
    /// Not known, or too many to tell apart.
    Unclear,
}

/// `each` or `count` with its value.
pub type Binding = (&'static str, Attr);

/// One instance, or several that are not told apart.
pub struct Instance {
    /// Its key, where it has one that is known.
    pub key: Option<Str>,
    /// `count` or `each` inside the block.
    pub binding: Option<Binding>,
    /// Whether it certainly exists.
    pub exists: Exists,
    /// How many it stands for; `None` for one.
    pub count: Option<Attr>,
}

impl Instances {
    /// A single object.
    pub fn single() -> Instances {
        let only = Instance { key: None, binding: None, exists: Exists::Yes, count: None };
        Instances { shape: Shape::Single, all: vec![only] }
    }

    fn unclear(binding: Binding, exists: Exists, count: Attr) -> Instances {
        let one = Instance { key: None, binding: Some(binding), exists, count: Some(count) };
        Instances { shape: Shape::Unclear, all: vec![one] }
    }

    /// The instance with a key; where instances are not told apart, the one that stands for all.
    pub fn get(&self, key: Option<&str>) -> Option<&Instance> {
        match (self.shape, key) {
            (Shape::List | Shape::Map, Some(key)) => self.all.iter().find(|one| one.key.as_deref() == Some(key)),
            (_, Some(_)) => self.all.first(),
            (_, None) if self.all.len() == 1 => self.all.first(),
            _ => None,
        }
    }
}

/// Evaluates `count` and `for_each` of a block.
pub fn of(env: &Env<'_, '_>, block: &Block) -> Instances {
    if let Some(expr) = attribute(block, "count") {
        by_count(env, expr)
    } else if let Some(expr) = attribute(block, "for_each") {
        by_key(env, expr)
    } else {
        Instances::single()
    }
}

fn by_count(env: &Env<'_, '_>, expr: &Expression) -> Instances {
    let count = env.eval(expr);
    let binding = |index: Attr| ("count", Attr::new(Value::map([("index".into(), index)]), count.at));
    let unknown_index = || binding(Attr::new(env.unknown(WhyCode::UnknownCondition, count.at), count.at));
    if let Some(number) = convert::number(&count.value).and_then(|number| number.to_i64()) {
        if number > MAX_INSTANCES {
            let many = Attr { value: Value::number(number.into()), ..count.clone() };
            return Instances::unclear(unknown_index(), Exists::Yes, many);
        }
        let one = |index: i64| Instance {
            key: Some(index.to_string().into()),
            binding: Some(binding(Attr::new(Value::number(index.into()), count.at))),
            exists: Exists::Yes,
            count: None,
        };
        return Instances { shape: Shape::List, all: (0..number).map(one).collect() };
    }
    let why = undecided(env, expr);
    let numbers = alternatives(&count);
    match numbers.as_deref() {
        Some([number, zero] | [zero, number]) if *zero == Number::from(0) => {
            let number = Attr { value: Value::number(number.clone()), ..count.clone() };
            Instances::unclear(unknown_index(), Exists::Unless(why), number)
        }
        Some(all) if all.iter().all(|number| *number > Number::from(0)) => {
            Instances::unclear(unknown_index(), Exists::Yes, count.clone())
        }
        _ => {
            let number = Attr { value: Value::unknown(why.clone()), ..count.clone() };
            Instances::unclear(unknown_index(), Exists::Unless(why), number)
        }
    }
}

fn alternatives(count: &Attr) -> Option<Vec<Number>> {
    match &count.value {
        Value::OneOf(all) => all.iter().map(|one| convert::number(&one.as_ref()?.value)).collect(),
        _ => None,
    }
}

/// The condition that decides, as written, or the whole expression.
fn undecided(env: &Env<'_, '_>, expr: &Expression) -> Why {
    let mut inner = expr;
    while let Expression::Parenthesis(parenthesis) = inner {
        inner = parenthesis.inner();
    }
    let deciding = inner.as_conditional().map_or(inner, |conditional| &conditional.cond_expr);
    env.why(WhyCode::UnknownCondition, env.span(deciding))
}

fn by_key(env: &Env<'_, '_>, expr: &Expression) -> Instances {
    let given = env.eval(expr);
    let why = undecided(env, expr);
    let sources: Vec<Option<Attr>> = match &given.value {
        Value::OneOf(all) => all.iter().cloned().collect(),
        _ => vec![Some(given.clone())],
    };
    let total = sources.len();
    let mut found: Vec<(Str, Attr, Attr, usize)> = Vec::new();
    let mut open = false;
    for source in &sources {
        let Some(source) = source else { continue };
        let Some(known) = elements(&Attr { origin: given.origin.join(&source.origin), ..source.clone() }) else {
            open = true;
            continue;
        };
        open |= known.open.is_some();
        let is_list = matches!(source.value, Value::List(_));
        for (key, value) in known.items {
            let key = if is_list { value.clone() } else { key };
            match key.value.scalar_text() {
                None => open = true,
                Some(text) => match found.iter_mut().find(|one| one.0 == text) {
                    Some(seen) => {
                        seen.2 = either(&seen.2, value, &why);
                        seen.3 += 1;
                    }
                    None => found.push((text, key, value, 1)),
                },
            }
            if found.len() as i64 > MAX_INSTANCES {
                return too_many(env, &given);
            }
        }
    }
    let exists = |in_all: bool| if in_all { Exists::Yes } else { Exists::Unless(why.clone()) };
    let mut all: Vec<Instance> = found
        .into_iter()
        .map(|(text, key, value, times)| Instance {
            key: Some(text),
            binding: Some(("each", pair(value.at, ("key", key), ("value", value)))),
            exists: exists(times == total),
            count: None,
        })
        .collect();
    if !open {
        return Instances { shape: Shape::Map, all };
    }
    let rest = unknown_each(env, &given, Exists::Unless(why.clone()), Attr::unknown(why, given.at));
    let shape = if all.is_empty() { Shape::Unclear } else { Shape::Map };
    all.push(rest);
    Instances { shape, all }
}

/// What a key has under one alternative or the other.
fn either(one: &Attr, other: Attr, why: &Why) -> Attr {
    if operators::equal(&one.value, &other.value) == Some(true) {
        return one.clone();
    }
    Attr { value: Value::one_of([Some(one.clone()), Some(other)], why.clone()), ..one.clone() }
}

fn too_many(env: &Env<'_, '_>, given: &Attr) -> Instances {
    let size = match &given.value {
        Value::List(list) if list.open.is_none() => Value::number((list.items.len() as i64).into()),
        Value::Map(map) if map.open.is_none() => Value::number((map.entries.len() as i64).into()),
        _ => env.unknown(WhyCode::LimitReached, given.at),
    };
    let one = unknown_each(env, given, Exists::Yes, Attr { value: size, ..given.clone() });
    Instances { shape: Shape::Unclear, all: vec![one] }
}

/// An instance whose key is not known. Over the instances of a resource, `each.value` is still that resource.
fn unknown_each(env: &Env<'_, '_>, given: &Attr, exists: Exists, count: Attr) -> Instance {
    let unknown = Attr::new(env.unknown(WhyCode::UnknownCondition, given.at), given.at);
    let is_object = matches!(&given.value, Value::Unknown(unknown)
        if unknown.refers_to.as_ref().is_some_and(|reference| reference.attribute.is_empty()));
    let value = if is_object { pick(given, given, given.at) } else { unknown.clone() };
    let binding = Some(("each", pair(given.at, ("key", unknown), ("value", value))));
    Instance { key: None, binding, exists, count: Some(count) }
}
