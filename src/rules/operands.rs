//! Which types go together in which operators.
//!
//! Called by `check`; knows nothing of names and kinds.

use super::checked::{Checked, Expr};
use super::eval::outcome::Datum;
use super::expr::Mistake;
use crate::model::kinds::Type;

/// The type wanted, if the expression can have it.
pub fn require(expr: &Expr, wanted: &Type) -> Result<Type, Mistake> {
    if compatible(&expr.ty, wanted) {
        return Ok(wanted.clone());
    }
    Err(Mistake::new(expr.at.clone(), format!("{} is wanted here, this is {}", noun(wanted), noun(&expr.ty))))
}

/// Whether a value may be of both types.
pub fn compatible(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::String | Type::Enum(_), Type::String | Type::Enum(_)) => true,
        (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) => compatible(a, b),
        (Type::Record(a, _), Type::Record(b, _)) => a == b,
        _ => a == b,
    }
}

/// Operands of `==` and `!=`.
pub fn comparable(a: &Expr, b: &Expr) -> Result<Type, Mistake> {
    if !compatible(&a.ty, &b.ty) {
        let message = format!("{} can never equal {}", noun(&a.ty), noun(&b.ty));
        return Err(Mistake::new(a.at.start..b.at.end.max(a.at.end), message));
    }
    if let Some(expr) = [a, b].into_iter().find(|expr| matches!(expr.ty, Type::Map(_) | Type::Record(..))) {
        return Err(Mistake::new(expr.at.clone(), "maps and records cannot be compared, only their entries"));
    }
    listed(&a.ty, b)?;
    listed(&b.ty, a)?;
    Ok(Type::Bool)
}

/// Operands of `in`.
pub fn contained(a: &Expr, b: &Expr) -> Result<Type, Mistake> {
    let element = match &b.ty {
        Type::List(element) => (**element).clone(),
        Type::Map(_) => Type::String,
        Type::Any => Type::Any,
        other => return Err(Mistake::new(b.at.clone(), format!("{} has no elements", noun(other)))),
    };
    if !compatible(&a.ty, &element) {
        return Err(Mistake::new(a.at.clone(), format!("{} is never among these", noun(&a.ty))));
    }
    if let Checked::List(items) = &b.node {
        items.iter().try_for_each(|item| listed(&a.ty, item))?;
    }
    Ok(Type::Bool)
}

/// Whether a literal is one of the words that an enumeration knows.
fn listed(ty: &Type, literal: &Expr) -> Result<(), Mistake> {
    let (Type::Enum(words), Checked::Literal(Datum::String(word))) = (ty, &literal.node) else { return Ok(()) };
    if words.contains(word) {
        return Ok(());
    }
    let names: Vec<&str> = words.iter().map(|word| &**word).collect();
    Err(Mistake::new(literal.at.clone(), format!("never `{word}`")).help(format!("one of {}", names.join(", "))))
}

/// What `a[b]` gives.
pub fn indexed(of: &Expr, index: &Expr) -> Result<Type, Mistake> {
    match &of.ty {
        Type::List(element) => require(index, &Type::Number).map(|_| (**element).clone()),
        Type::Map(value) => require(index, &Type::String).map(|_| (**value).clone()),
        Type::Any => Ok(Type::Any),
        other => Err(Mistake::new(of.at.clone(), format!("{} has no elements", noun(other)))),
    }
}

/// A type in words.
pub fn noun(ty: &Type) -> String {
    match ty {
        Type::Any => "a value".into(),
        Type::String => "a text".into(),
        Type::Number => "a number".into(),
        Type::Bool => "a truth value".into(),
        Type::Enum(_) => "a word".into(),
        Type::List(_) => "a list".into(),
        Type::Map(_) => "a map".into(),
        Type::Record(name, _) | Type::Resource(name) => format!("`{name}`"),
    }
}
