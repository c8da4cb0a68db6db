//! `Fn::FindInMap`: a look-up with what is known of the keys.
//!
//! Called by `intrinsic`. Under a key that is not known the value is one of all those it may be.

use super::evaluate::{Call, Evaluator, unknown};
use crate::input::tree::Node;
use crate::model::value::{Attr, Value, Via, Why, WhyCode};

impl Evaluator<'_> {
    /// `Fn::FindInMap: [map, first, second, {DefaultValue: …}]`.
    pub fn find_in_map(&self, path: [&Node; 3], options: Option<&Node>, call: &Call<'_>) -> Option<Attr> {
        let [map, first, second] = path;
        let Some(name) = self.text_of(map) else { return Some(self.invalid(call)) };
        let keys = [self.value(first)?, self.value(second)?];
        let unknown_key = keys.iter().find_map(|key| match &key.value {
            Value::Unknown(unknown) => Some(unknown.why.clone()),
            _ => None,
        });
        let why = unknown_key.unwrap_or_else(|| Why::new(WhyCode::UnknownCondition, "Fn::FindInMap", call.at));
        let map = self.entry("Mappings", &name).map(|declared| declared.body);
        let found = candidates(map.as_ref(), &keys[0]);
        let found: Vec<_> = found.into_iter().flat_map(|inner| candidates(inner, &keys[1])).collect();
        let default = options.and_then(|options| options.get("DefaultValue"));
        let choices = found.into_iter().map(|node| match (node, default) {
            (Some(node), _) => self.value(node).map(|attr| attr.passed(Via::Local, call.at)),
            (None, Some(default)) => self.value(default),
            (None, None) => Some(unknown(WhyCode::UnknownName, name.clone(), call.at)),
        });
        let mut choices: Vec<Option<Attr>> = choices.collect();
        match choices.len() {
            1 => choices.pop().flatten(),
            _ => Some(Attr::new(Value::one_of(choices, why), call.at)),
        }
    }
}

/// The nodes a key may lead to in a mapping: all of them where it is unknown, `None` where it leads nowhere.
fn candidates<'n>(map: Option<&'n Node>, key: &Attr) -> Vec<Option<&'n Node>> {
    let Some(map) = map else { return vec![None] };
    match &key.value {
        Value::Unknown(_) | Value::Text(_) => map.entries().into_iter().map(|(_, value)| Some(value)).collect(),
        Value::OneOf(choices) => choices.iter().flatten().flat_map(|choice| candidates(Some(map), choice)).collect(),
        known => vec![known.scalar_text().and_then(|key| map.get(&key))],
    }
}
