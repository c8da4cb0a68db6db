//! Derivations about purchase and scheduling terms: shares, requirements.
//!
//! Called through the table in `derive`. It must not know a cloud's words; they are arguments.

use crate::model::kinds::eval::Scope;
use crate::model::kinds::grammar::{joined, same_key};
use crate::model::value::{Attr, Value, Why, WhyCode};

/// `purchase_mix(on-demand percentage above the base, on-demand base)`: `off`, `on` or `mixed` spot. Absent where the
/// percentage is.
pub fn purchase_mix(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [above, base] = arguments else { return None };
    mix(above.as_ref()?, base.as_ref())
}

fn mix(above: &Attr, base: Option<&Attr>) -> Option<Attr> {
    let word = |text: &str| Some(Attr { value: Value::string(text), ..above.clone() });
    match (&above.value, base.map(|attr| &attr.value)) {
        (Value::OneOf(all), _) => joined(all.iter().map(|one| mix(one.as_ref()?, base)).collect(), above),
        (Value::Unknown(_), _) => Some(above.clone()),
        (share, rest) => match (percentage(share)?, rest.map(percentage)) {
            (share, _) if share >= 100.0 => word("off"),
            (share, None | Some(Some(0.0))) if share <= 0.0 => word("on"),
            (share, Some(None)) if share <= 0.0 => base.cloned(),
            _ => word("mixed"),
        },
    }
}

fn percentage(value: &Value) -> Option<f64> {
    value.scalar_text()?.parse().ok()
}

/// `requirement(list of {key, operator, values}, key)`: the values that the requirement allows; unknown where it only
/// excludes some; absent where there is none for the key.
pub fn requirement(arguments: &[Option<Attr>], _scope: &Scope<'_>) -> Option<Attr> {
    let [Some(list), Some(key)] = arguments else { return None };
    let Value::List(all) = &list.value else { return Some(list.clone()) };
    let wanted = key.value.as_str()?;
    for item in all.items.iter() {
        let Value::Map(map) = &item.value else {
            return Some(unknown(item, "a requirement"));
        };
        let field = |name: &str| map.entries.iter().find(|(key, _)| same_key(name, key)).map(|(_, attr)| attr);
        match field("key").map(|attr| attr.value.as_str()) {
            Some(Some(key)) if key == wanted => {
                let operator = field("operator").and_then(|attr| attr.value.as_str()).unwrap_or_default();
                return match field("values") {
                    Some(values) if same_key("in", operator) => Some(values.clone()),
                    _ => Some(unknown(item, operator)),
                };
            }
            Some(Some(_)) => {}
            _ => return Some(unknown(item, "a requirement")),
        }
    }
    let why = all.open.clone()?;
    Some(Attr { value: Value::unknown(why), ..list.clone() })
}

fn unknown(at: &Attr, what: &str) -> Attr {
    Attr { value: Value::unknown(Why::new(WhyCode::NotEvaluated, what, at.at)), ..at.clone() }
}
