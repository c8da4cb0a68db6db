//! The intrinsic functions, each by what it yields: references, `Fn::If` and `Fn::Sub`. Those over lists stand in
//! `lists`, `Fn::FindInMap` in `mappings`.
//!
//! Called by `evaluate`. A function whose result is looked up at deployment is unknown with that reason.

use super::conditions::Truth;
use super::evaluate::{Call, Evaluator, unknown};
use super::text::{SubPart, concat, split_sub, with_dynamic_references};
use super::written;
use crate::input::tree::Node;
use crate::model::value::{Attr, Piece, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
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
            ("Length", _) => self.length(call),
            ("ToJsonString", _) => self.to_json(call),
            ("Cidr", [block, count, bits @ ..]) => self.cidr(block, count, bits.first(), call),
            ("Transform", _) => match self.fragment(call.argument) {
                Ok(fragment) => self.value(&fragment),
                Err(why) => Some(Attr::unknown(why, call.at)),
            },
            ("GetAZs" | "ImportValue", _) => {
                Some(unknown(WhyCode::LookedUpAtDeployment, format!("Fn::{}", call.name), call.at))
            }
            ("If" | "Join" | "Select" | "Split" | "FindInMap" | "Cidr", _) => Some(self.invalid(call)),
            _ => Some(Attr::unknown(Why::new(WhyCode::NotEvaluated, format!("Fn::{}", call.name), call.at), call.at)),
        }
    }

    /// The result of a call that CloudFormation would refuse.
    pub fn invalid(&self, call: &Call<'_>) -> Attr {
        let name = if call.name == "Ref" { "Ref".to_owned() } else { format!("Fn::{}", call.name) };
        Attr::unknown(Why::new(WhyCode::InvalidExpression, name, call.at), call.at)
    }

    fn argument_text(&self, call: &Call<'_>) -> Option<Str> {
        match call.argument.scalar() {
            Some(scalar) => Some(self.in_loops(&scalar.text)),
            None => self.argument(call)?.value.scalar_text(),
        }
    }

    /// The text of a node, where it is known.
    pub fn text_of(&self, node: &Node) -> Option<Str> {
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
            _ => match self.parameter(name, at) {
                // A nested stack may be given `AWS::NoValue`.
                Some(attr) => Some(attr),
                None => Some(self.attribute(name, "", at)),
            },
        }
    }

    /// An attribute of a resource: a link, known only where it is an output of a nested stack.
    fn attribute(&self, id: &str, attribute: &str, at: Span) -> Attr {
        let what = if attribute.is_empty() { id.to_owned() } else { format!("{id}.{attribute}") };
        let Some(resource) = self.resources.get().and_then(|resources| resources.get(id)) else {
            return unknown(WhyCode::UnknownName, what, at);
        };
        if let Some(output) = attribute.strip_prefix("Outputs.").and_then(|name| self.output(resource, name, at)) {
            return output;
        }
        let refers_to = ResourceRef {
            scope: self.run.scope.clone(),
            address: self.address(resource),
            instance: None,
            attribute: attribute.into(),
        };
        let why = Why::new(WhyCode::KnownAfterApply, what, at);
        Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to: Some(refers_to.into()) }), at)
    }

    fn get_att(&self, call: &Call<'_>) -> Attr {
        match call.argument.items() {
            [] => match self.argument_text(call).as_deref().and_then(|path| path.split_once('.')) {
                Some((id, attribute)) => self.attribute(id, attribute, call.at),
                None => self.invalid(call),
            },
            [id, path @ ..] => {
                let parts: Option<Vec<Str>> = path.iter().map(|part| self.text_of(part)).collect();
                let attribute = parts.map_or_else(|| "?".to_owned(), |parts| parts.join("."));
                match self.text_of(id) {
                    Some(id) => self.attribute(&self.in_loops(&id), &self.in_loops(&attribute.into()), call.at),
                    None => self.invalid(call),
                }
            }
        }
    }

    /// `Fn::If`: the branch itself where the condition is known, else both.
    fn choose(&self, condition: &Node, then: &Node, otherwise: &Node, at: Span) -> Option<Attr> {
        let truth = match condition.scalar() {
            Some(name) => self.condition(&self.in_loops(&name.text)),
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
        let (node, Some(text)) = (text, text.as_str()) else { return self.invalid(call) };
        let value = |part: &SubPart<'_>| match part {
            SubPart::Text(text) => Some(Attr::new(Value::string(*text), call.at)),
            SubPart::Literal(name) => Some(Attr::new(Value::string(format!("${{{name}}}")), call.at)),
            SubPart::Name(name) => match variables.and_then(|variables| variables.get(name)) {
                Some(variable) => self.value(variable),
                None => self.named(name, call.at),
            },
        };
        let parts: Vec<_> = split_sub(text).into_iter().map(|part| (part, value(&part))).collect();
        let made = written::sub(self.run.context.sources, node, &parts);
        let parts = parts.into_iter().filter_map(|(_, value)| value);
        let with_dynamic = |attr: Attr| match attr.value {
            Value::String(text) => Attr { value: with_dynamic_references(text, call.at), ..attr },
            value => Attr { value, ..attr },
        };
        Attr { made, ..with_dynamic(self.concat(parts, call.at)) }
    }

    /// One text from several values, within the bounds.
    pub fn concat(&self, parts: impl IntoIterator<Item = Attr>, at: Span) -> Attr {
        let whole = concat(parts, at);
        let length = match &whole.value {
            Value::String(text) => text.len(),
            Value::Text(pieces) => {
                pieces.iter().map(|piece| if let Piece::Known(text) = piece { text.len() } else { 8 }).sum()
            }
            _ => 0,
        };
        self.run.spend(length);
        whole
    }

    /// What `${name}` inside `Fn::Sub` stands for.
    fn named(&self, name: &str, at: Span) -> Option<Attr> {
        match name.split_once('.') {
            Some((id, attribute)) => Some(self.attribute(id, attribute, at)),
            None => self.reference(name, at),
        }
    }
}
