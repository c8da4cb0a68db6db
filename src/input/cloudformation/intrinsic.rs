//! The intrinsic functions, each by what it yields.
//!
//! Called by `evaluate`. A function whose result is looked up at deployment is unknown with that reason.

use super::conditions::Truth;
use super::evaluate::{Call, Evaluator, unknown};
use super::text::{SubPart, concat, split_sub};
use crate::input::tree::Node;
use crate::model::number::Number;
use crate::model::value::{Attr, List, Piece, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;

impl Evaluator<'_> {
    /// What a call yields; `None` where that is absent.
    pub fn call(&self, call: &Call<'_>) -> Option<Attr> {
        let items = call.argument.items();
        match (call.name, items) {
            ("Ref", _) => match self.argument_text(call) {
                Some(name) => self.reference(&name, call.at),
                None => Some(self.invalid(call)),
            },
            ("GetAtt", _) => Some(self.get_att(call)),
            ("If", [condition, then, otherwise]) => self.choose(condition, then, otherwise, call.at),
            ("Sub", _) => Some(self.sub(call)),
            ("Join", [delimiter, list]) => self.join(delimiter, list, call),
            ("Select", [index, list]) => self.select(index, list, call),
            ("Split", [delimiter, text]) => self.split(delimiter, text, call),
            ("FindInMap", [map, first, second, options @ ..]) => {
                self.find_in_map([map, first, second], options.first(), call)
            }
            // Kept readable: what matters is the text, not its encoding.
            ("Base64", _) => self.argument(call).map(|attr| Attr { at: call.at, ..attr }),
            ("Length", _) => Some(self.length(call)),
            ("GetAZs" | "Cidr" | "ImportValue", _) => {
                Some(unknown(WhyCode::LookedUpAtDeployment, format!("Fn::{}", call.name), call.at))
            }
            ("If" | "Join" | "Select" | "Split" | "FindInMap", _) => Some(self.invalid(call)),
            _ => Some(Attr::unknown(Why::new(WhyCode::NotEvaluated, format!("Fn::{}", call.name), call.at), call.at)),
        }
    }

    fn invalid(&self, call: &Call<'_>) -> Attr {
        let name = if call.name == "Ref" { "Ref".to_owned() } else { format!("Fn::{}", call.name) };
        Attr::unknown(Why::new(WhyCode::InvalidExpression, name, call.at), call.at)
    }

    fn argument_text(&self, call: &Call<'_>) -> Option<Str> {
        match call.argument.scalar() {
            Some(scalar) => Some(self.in_loops(&scalar.text)),
            None => self.argument(call)?.value.scalar_text(),
        }
    }

    fn text_of(&self, node: &Node) -> Option<Str> {
        self.value(node)?.value.scalar_text()
    }

    /// `Ref`: a loop's name, a pseudo parameter, a parameter or a resource.
    fn reference(&self, name: &str, at: Span) -> Option<Attr> {
        let bound = self.loops.borrow().iter().rev().find(|(loop_name, _)| &**loop_name == name).cloned();
        if let Some((_, attr)) = bound {
            return Some(attr.passed(Via::Local, at));
        }
        match name {
            "AWS::NoValue" => None,
            _ if name.starts_with("AWS::") => Some(self.pseudo_parameter(name, at)),
            _ => Some(self.parameter(name, at).unwrap_or_else(|| self.resource(name, "", at))),
        }
    }

    /// An attribute of a resource: never known here, but a link.
    fn resource(&self, id: &str, attribute: &str, at: Span) -> Attr {
        let what = if attribute.is_empty() { id.to_owned() } else { format!("{id}.{attribute}") };
        if !self.resources.contains(id) {
            return unknown(WhyCode::UnknownName, what, at);
        }
        let refers_to = Some(ResourceRef {
            scope: self.scope.clone(),
            address: id.into(),
            instance: None,
            attribute: attribute.into(),
        });
        let why = Why::new(WhyCode::KnownAfterApply, what, at);
        Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to }), at)
    }

    fn get_att(&self, call: &Call<'_>) -> Attr {
        match call.argument.items() {
            [] => match self.argument_text(call).as_deref().and_then(|path| path.split_once('.')) {
                Some((id, attribute)) => self.resource(id, attribute, call.at),
                None => self.invalid(call),
            },
            [id, path @ ..] => {
                let parts: Option<Vec<Str>> = path.iter().map(|part| self.text_of(part)).collect();
                let attribute = parts.map_or_else(|| "?".to_owned(), |parts| parts.join("."));
                match self.text_of(id) {
                    Some(id) => self.resource(&self.in_loops(&id), &attribute, call.at),
                    None => self.invalid(call),
                }
            }
        }
    }

    /// `Fn::If`: the branch itself where the condition is known, else both.
    fn choose(&self, condition: &Node, then: &Node, otherwise: &Node, at: Span) -> Option<Attr> {
        let truth = match condition.as_str() {
            Some(name) => self.condition(name),
            None => self.truth(condition),
        };
        match truth {
            Truth::True => self.value(then),
            Truth::False => self.value(otherwise),
            Truth::Unknown(why) => {
                let branches = [self.value(then), self.value(otherwise)];
                let any = branches.iter().any(Option::is_some);
                any.then(|| Attr::new(Value::one_of(branches, why), at))
            }
        }
    }

    fn sub(&self, call: &Call<'_>) -> Attr {
        let (text, variables) = match call.argument.items() {
            [] => (call.argument, None),
            [text, variables @ ..] => (text, variables.first()),
        };
        let Some(text) = text.as_str() else { return self.invalid(call) };
        let parts = split_sub(text).into_iter().filter_map(|part| match part {
            SubPart::Text(text) => Some(Attr::new(Value::string(text), call.at)),
            SubPart::Literal(name) => Some(Attr::new(Value::string(format!("${{{name}}}")), call.at)),
            SubPart::Name(name) => match variables.and_then(|variables| variables.get(name)) {
                Some(variable) => self.value(variable),
                None => self.named(name, call.at),
            },
        });
        let with_dynamic = |attr: Attr| match attr.value {
            Value::String(text) => Attr { value: super::text::with_dynamic_references(text, call.at), ..attr },
            value => Attr { value, ..attr },
        };
        with_dynamic(self.concat(parts, call.at))
    }

    fn concat(&self, parts: impl Iterator<Item = Attr>, at: Span) -> Attr {
        let whole = concat(parts, at);
        let length = match &whole.value {
            Value::String(text) => text.len(),
            Value::Text(pieces) => {
                pieces.iter().map(|piece| if let Piece::Known(text) = piece { text.len() } else { 8 }).sum()
            }
            _ => 0,
        };
        self.spend(length);
        whole
    }

    /// What `${name}` inside `Fn::Sub` stands for.
    fn named(&self, name: &str, at: Span) -> Option<Attr> {
        match name.split_once('.') {
            Some((id, attribute)) => Some(self.resource(id, attribute, at)),
            None => self.reference(name, at),
        }
    }

    fn join(&self, delimiter: &Node, list: &Node, call: &Call<'_>) -> Option<Attr> {
        let Some(delimiter) = self.text_of(delimiter) else { return Some(self.invalid(call)) };
        each(self.value(list)?, call.at, |list| match &list.value {
            Value::List(List { items, open: None, .. }) => {
                let between = || Attr::new(Value::String(delimiter.clone()), call.at);
                let parts = items.iter().enumerate().flat_map(|(at, item)| {
                    let gap = (at > 0).then(between);
                    gap.into_iter().chain(std::iter::once(item.clone()))
                });
                let joined = self.concat(parts, call.at);
                Some(Attr { origin: list.origin.join(&joined.origin), ..joined })
            }
            _ => Some(self.unclear(list, call)),
        })
    }

    fn select(&self, index: &Node, list: &Node, call: &Call<'_>) -> Option<Attr> {
        let index = self.text_of(index).and_then(|index| index.parse::<usize>().ok());
        let Some(index) = index else { return Some(self.invalid(call)) };
        each(self.value(list)?, call.at, |list| match &list.value {
            Value::List(List { items, open: None, .. }) => match items.get(index) {
                Some(item) => {
                    let origin = list.origin.join(&item.origin);
                    Some(Attr { at: call.at, origin, sensitive: list.sensitive | item.sensitive, ..item.clone() })
                }
                None => Some(self.invalid(call)),
            },
            _ => Some(self.unclear(list, call)),
        })
    }

    fn split(&self, delimiter: &Node, text: &Node, call: &Call<'_>) -> Option<Attr> {
        let delimiter = self.text_of(delimiter).filter(|delimiter| !delimiter.is_empty());
        let Some(delimiter) = delimiter else { return Some(self.invalid(call)) };
        each(self.value(text)?, call.at, |text| match text.value.scalar_text() {
            Some(whole) => {
                self.spend(whole.len() * 8);
                let items = whole.split(&*delimiter).map(|part| Attr::new(Value::string(part), text.at)).collect();
                Some(Attr { value: Value::List(List { items, ..List::default() }), at: call.at, ..text.clone() })
            }
            None => Some(self.unclear(text, call)),
        })
    }

    fn length(&self, call: &Call<'_>) -> Attr {
        match self.argument(call) {
            Some(Attr { value: Value::List(List { items, open: None, .. }), origin, .. }) => {
                Attr { origin, ..Attr::new(Value::number(Number::from(items.len() as i64)), call.at) }
            }
            Some(other) => self.unclear(&other, call),
            None => self.invalid(call),
        }
    }

    /// The result of a function over something it cannot look into; it links nowhere.
    fn unclear(&self, operand: &Attr, call: &Call<'_>) -> Attr {
        match &operand.value {
            Value::Unknown(inner) => {
                let unknown = Unknown { refers_to: None, ..inner.clone() };
                Attr { value: Value::Unknown(unknown), at: call.at, ..operand.clone() }
            }
            Value::Text(_) | Value::List(_) => {
                Attr::unknown(Why::new(WhyCode::NotEvaluated, format!("Fn::{}", call.name), call.at), call.at)
            }
            _ => self.invalid(call),
        }
    }

    fn find_in_map(&self, path: [&Node; 3], options: Option<&Node>, call: &Call<'_>) -> Option<Attr> {
        let [map, first, second] = path;
        let Some(name) = self.text_of(map) else { return Some(self.invalid(call)) };
        let keys = [self.value(first)?, self.value(second)?];
        let unknown_key = keys.iter().find_map(|key| match &key.value {
            Value::Unknown(unknown) => Some(unknown.why.clone()),
            _ => None,
        });
        let why = unknown_key.unwrap_or_else(|| Why::new(WhyCode::UnknownCondition, "Fn::FindInMap", call.at));
        let found = candidates(self.entry("Mappings", &name).map(|(_, map)| map), &keys[0]);
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

/// Applies a function to a value, or to each of its alternatives.
fn each(attr: Attr, at: Span, apply: impl Fn(&Attr) -> Option<Attr>) -> Option<Attr> {
    let Value::OneOf(choices) = &attr.value else { return apply(&attr) };
    let why = Why::new(WhyCode::UnknownCondition, "alternatives", at);
    let results = choices.iter().map(|choice| choice.as_ref().and_then(&apply));
    Some(Attr { value: Value::one_of(results, why), at, ..attr.clone() })
}
