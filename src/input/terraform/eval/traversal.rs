//! References and what follows them: attributes, indices, splats.
//!
//! Called by `expr`. Names are resolved here; what stands behind them is `module`'s and `resource`'s business.

use super::{Env, Frame, bound, built, is_unknown, over_alternatives, pick};
use crate::input::terraform::{calls, resource, terragrunt};
use crate::model::value::{Attr, List, ListKind, ResourceRef, Unknown, Value, WhyCode};
use crate::source::Span;
use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use std::sync::Arc;

type Operator = Decorated<TraversalOperator>;

/// The innermost binding of a name.
pub fn lookup<'e>(mut frame: Option<&'e Frame<'e>>, name: &str) -> Option<&'e Attr> {
    while let Some(current) = frame {
        if current.name == name {
            return Some(&current.value);
        }
        frame = current.up;
    }
    None
}

/// What a name is that a template was not given; `None` outside templates.
pub fn sealed(env: &Env<'_, '_>, here: Span) -> Option<Attr> {
    let seal = lookup(env.frame, Frame::SEAL)?;
    Some(match is_unknown(&seal.value) {
        true => Attr { at: here, ..seal.clone() },
        false => Attr::new(env.unknown(WhyCode::InvalidExpression, here), here),
    })
}

/// The value of a traversal at `here`.
pub fn eval(env: &Env<'_, '_>, path: &Traversal, here: Span) -> Attr {
    let operators = path.operators.as_slice();
    let Expression::Variable(root) = &path.expr else {
        let base = env.eval(&path.expr);
        return apply(env, Attr { at: here, ..base }, operators, here);
    };
    let root = root.as_str();
    if let Some(value) = lookup(env.frame, root) {
        return apply(env, bound(value, here), operators, here);
    }
    if let Some(hidden) = sealed(env, here) {
        return hidden;
    }
    let Some((name, rest)) = split_name(operators) else {
        return Attr::new(env.unknown(WhyCode::UnknownName, here), here);
    };
    match root {
        "var" => apply(env, env.module.variable(env, name, here), rest, here),
        "local" => apply(env, env.module.local(env, name, here), rest, here),
        "module" => {
            let (base, rest) = calls::reference(env, name, rest, here);
            apply(env, base, rest, here)
        }
        "path" => Attr::new(path_value(env, name, here), here),
        "terraform" | "tofu" if name == "workspace" => Attr::new(workspace(env, here), here),
        "each" | "count" | "self" | "terraform" | "tofu" => Attr::new(env.unknown(WhyCode::NotEvaluated, here), here),
        "ephemeral" => Attr::new(env.unknown(WhyCode::LookedUpAtDeployment, here), here),
        "data" => match split_name(rest) {
            Some((second, rest)) => apply(env, resource::object(env, ("data", name, second), here), rest, here),
            None => Attr::new(env.unknown(WhyCode::NotEvaluated, here), here),
        },
        _ if env.run.terragrunt.is_some() => {
            let (base, rest) = terragrunt::reference(env, root, operators, here);
            apply(env, base, rest, here)
        }
        _ => apply(env, resource::object(env, ("", root, name), here), rest, here),
    }
}

/// The first attribute name of a chain and the rest.
pub fn split_name(operators: &[Operator]) -> Option<(&str, &[Operator])> {
    let (first, rest) = operators.split_first()?;
    match first.value() {
        TraversalOperator::GetAttr(name) => Some((name.as_str(), rest)),
        _ => None,
    }
}

fn path_value(env: &Env<'_, '_>, name: &str, here: Span) -> Value {
    match name {
        "module" => Value::string(env.module.path_from(&env.run.scope)),
        "root" => Value::string("."),
        "cwd" => env.unknown(WhyCode::NotEvaluated, here),
        _ => env.unknown(WhyCode::UnknownName, here),
    }
}

fn workspace(env: &Env<'_, '_>, here: Span) -> Value {
    match &env.run.context.options.workspace {
        Some(name) => Value::string(name.as_str()),
        None => env.unknown(WhyCode::NotEvaluated, here),
    }
}

/// Applies a chain of operators to a value.
pub fn apply(env: &Env<'_, '_>, mut base: Attr, mut operators: &[Operator], here: Span) -> Attr {
    while let Some((operator, rest)) = operators.split_first() {
        operators = rest;
        base = match operator.value() {
            TraversalOperator::GetAttr(name) => attribute(env, &base, name.as_str(), here),
            TraversalOperator::Index(key) => {
                let key = env.eval(key);
                index(env, &base, &key, here)
            }
            TraversalOperator::LegacyIndex(at) => {
                let at = i64::try_from(*at.value()).unwrap_or(i64::MAX);
                index(env, &base, &Attr::new(Value::number(at.into()), here), here)
            }
            TraversalOperator::FullSplat(_) => return splat(env, &base, rest, here),
            TraversalOperator::AttrSplat(_) => {
                let is_name = |operator: &&Operator| {
                    matches!(operator.value(), TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
                };
                let (inner, outer) = rest.split_at(rest.iter().take_while(is_name).count());
                operators = outer;
                splat(env, &base, inner, here)
            }
        };
    }
    base
}

fn attribute(env: &Env<'_, '_>, base: &Attr, name: &str, here: Span) -> Attr {
    match &base.value {
        Value::Map(map) => match map.get(name) {
            Some(entry) => pick(base, entry, here),
            None => missing(env, base, map.open.as_ref(), here),
        },
        Value::Unknown(unknown) => match &unknown.refers_to {
            Some(reference) if reference.attribute.is_empty() => {
                let found = resource::attribute(env, reference, name, here);
                Attr { sensitive: found.sensitive || base.sensitive, ..found }
            }
            Some(reference) => deeper(base, unknown, reference, &format!(".{name}"), here),
            None => Attr { at: here, ..base.clone() },
        },
        Value::OneOf(_) => alternatives(env, base, here, &|one| attribute(env, one, name, here)),
        _ => built(here, env.unknown(WhyCode::InvalidExpression, here), [base]),
    }
}

/// The element at a key.
pub fn index(env: &Env<'_, '_>, base: &Attr, key: &Attr, here: Span) -> Attr {
    let text = key.value.scalar_text();
    match &base.value {
        Value::Unknown(unknown) => match &unknown.refers_to {
            Some(reference) if reference.attribute.is_empty() && reference.instance.is_none() => {
                let reference = Arc::new(ResourceRef { instance: text, ..ResourceRef::clone(reference) });
                Attr {
                    value: Value::Unknown(Unknown { refers_to: Some(reference), ..unknown.clone() }),
                    ..base.clone()
                }
            }
            Some(reference) => {
                let step = text.map_or_else(|| "[*]".to_owned(), |text| format!("[{text}]"));
                deeper(base, unknown, reference, &step, here)
            }
            None => Attr { at: here, ..base.clone() },
        },
        Value::OneOf(_) => alternatives(env, base, here, &|one| index(env, one, key, here)),
        Value::List(list) if list.kind == ListKind::Set => {
            built(here, env.unknown(WhyCode::InvalidExpression, here), [base])
        }
        _ if text.is_none() && super::first_why(&key.value).is_none() => {
            built(here, env.unknown(WhyCode::InvalidExpression, here), [base, key])
        }
        _ if text.is_none() => built(here, env.unknown(WhyCode::UnknownCondition, here), [base, key]),
        Value::Map(map) => match text.and_then(|text| map.get(&text).cloned()) {
            Some(entry) => with_key(pick(base, &entry, here), key),
            None => missing(env, base, map.open.as_ref(), here),
        },
        // What is known of an open list has no certain place.
        Value::List(list) if list.open.is_some() => missing(env, base, list.open.as_ref(), here),
        Value::List(list) => {
            let at = super::convert::number(&key.value).and_then(|at| at.to_i64());
            match at.and_then(|at| usize::try_from(at).ok()).and_then(|at| list.items.get(at)) {
                Some(item) => with_key(pick(base, item, here), key),
                None => missing(env, base, list.open.as_ref(), here),
            }
        }
        _ => built(here, env.unknown(WhyCode::InvalidExpression, here), [base]),
    }
}

/// A key from elsewhere decides too which element it is.
fn with_key(picked: Attr, key: &Attr) -> Attr {
    Attr { origin: key.origin.join(&picked.origin), sensitive: picked.sensitive || key.sensitive, ..picked }
}

fn missing(env: &Env<'_, '_>, base: &Attr, open: Option<&crate::model::value::Why>, here: Span) -> Attr {
    let value = match open {
        Some(why) => Value::unknown(why.clone()),
        None => env.unknown(WhyCode::InvalidExpression, here),
    };
    built(here, value, [base])
}

/// A step further into an attribute that is not known: the reference follows as written.
fn deeper(base: &Attr, unknown: &Unknown, reference: &ResourceRef, step: &str, here: Span) -> Attr {
    const LONGEST: usize = 200;
    let attribute = match reference.attribute.len() < LONGEST {
        true => format!("{}{step}", reference.attribute).into(),
        false => reference.attribute.clone(),
    };
    let refers_to = Some(Arc::new(ResourceRef { attribute, ..reference.clone() }));
    Attr { value: Value::Unknown(Unknown { refers_to, ..unknown.clone() }), at: here, ..base.clone() }
}

fn alternatives(env: &Env<'_, '_>, base: &Attr, here: Span, apply: &dyn Fn(&Attr) -> Attr) -> Attr {
    let why = env.why(WhyCode::UnknownCondition, here);
    let value = over_alternatives(std::slice::from_ref(base), here, &why, &mut |args| {
        args.first().map_or(Value::Null, |one| apply(one).value)
    });
    built(here, value, [base])
}

/// `base[*]…`: the operators on each element. A single value is a list of one, null an empty one.
fn splat(env: &Env<'_, '_>, base: &Attr, operators: &[Operator], here: Span) -> Attr {
    match &base.value {
        Value::List(list) => {
            env.run.charge(list.items.len());
            let each = |item: &Attr| apply(env, pick(base, item, item.at), operators, item.at);
            let items = list.items.iter().map(each).collect();
            let kind = if list.kind == ListKind::Tuple { ListKind::Tuple } else { ListKind::List };
            built(here, Value::List(List { items, open: list.open.clone(), kind }), [base])
        }
        Value::Null => built(here, Value::list([]), [base]),
        // How many instances there are is not known; which resource is meant may be.
        Value::Unknown(_) => {
            let one = apply(env, base.clone(), operators, here);
            match is_unknown(&one.value) {
                true => one,
                false => built(here, env.unknown(WhyCode::UnknownCondition, here), [base]),
            }
        }
        Value::OneOf(_) => alternatives(env, base, here, &|one| splat(env, one, operators, here)),
        _ => built(here, Value::list([apply(env, base.clone(), operators, here)]), [base]),
    }
}

/// A resource or one of its instances as a value: what it is is not known, which one is.
pub fn instance_object(env: &Env<'_, '_>, address: &str, instance: Option<&str>, code: WhyCode, here: Span) -> Attr {
    let refers_to = ResourceRef {
        scope: env.run.unit.clone(),
        address: address.into(),
        instance: instance.map(Into::into),
        attribute: "".into(),
    };
    let unknown = Unknown { why: env.why(code, here), may_be_absent: false, refers_to: Some(refers_to.into()) };
    Attr::new(Value::Unknown(unknown), here)
}
