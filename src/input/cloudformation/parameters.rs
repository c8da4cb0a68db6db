//! What a parameter or pseudo parameter is, as far as the template and the user say.
//!
//! Called by `intrinsic` for every reference.

use super::evaluate::{Evaluator, unknown};
use crate::input::tree::{Node, Schema};
use crate::model::number::Number;
use crate::model::value::{Attr, List, Scalar, Str, Value, Via, Why, WhyCode};
use crate::source::Span;

impl Evaluator<'_> {
    /// A pseudo parameter other than `AWS::NoValue`.
    pub fn pseudo_parameter(&self, name: &str, at: Span) -> Attr {
        match (name, &self.options.region) {
            ("AWS::Region", Some(region)) => Attr::new(Value::string(region.as_str()), at),
            ("AWS::Region", None) => unknown(WhyCode::RegionNotStated, name, at),
            _ => unknown(WhyCode::KnownAfterApply, name, at),
        }
    }

    /// A declared parameter, referred to at a place: what the user gave, else its default, else one of its allowed
    /// values.
    pub fn parameter(&self, name: &str, at: Span) -> Option<Attr> {
        let (_, declaration) = self.entry("Parameters", name)?;
        let kind = declaration.get("Type").and_then(Node::as_str).unwrap_or("String");
        let mut attr = if let Some(given) = self.options.variables.get(name) {
            Attr::new(typed(kind, given.as_str().into(), at), at)
        } else if kind.starts_with("AWS::SSM::Parameter::Value") {
            // Its default names an entry of the parameter store.
            unknown(WhyCode::LookedUpAtDeployment, name, at)
        } else if let Some(default) = declaration.get("Default") {
            self.spend(default.as_str().map_or(0, str::len));
            literal(kind, default).passed(Via::VariableDefault, at)
        } else {
            let allowed = declaration.get("AllowedValues").map(Node::items).unwrap_or_default();
            let missing = unknown(WhyCode::VariableWithoutDefault, name, at);
            match allowed {
                [] => missing,
                _ => {
                    let choices = allowed.iter().map(|choice| Some(literal(kind, choice)));
                    let why = Why::new(WhyCode::VariableWithoutDefault, name, at);
                    match Value::one_of(choices, why) {
                        Value::Unknown(_) => missing,
                        value => Attr::new(value, at),
                    }
                }
            }
        };
        attr.sensitive = declaration.get("NoEcho").is_some_and(|value| {
            Schema::Yaml11.read(value).and_then(|value| value.scalar_text()).as_deref() == Some("true")
        });
        Some(attr)
    }
}

/// A default or allowed value. Parameters are text or numbers, however YAML would read them.
fn literal(kind: &str, node: &Node) -> Attr {
    let at = node.definition();
    let value = match node.scalar() {
        // A boolean reaches the template as CloudFormation prints it.
        Some(scalar) => match Schema::Yaml11.read(node) {
            Some(Value::Bool(truth)) => typed(kind, truth.to_string().into(), at),
            _ => typed(kind, scalar.text.clone(), at),
        },
        None => Value::unknown(Why::new(WhyCode::InvalidExpression, "Default", at)),
    };
    Attr::new(value, at)
}

fn typed(kind: &str, text: Str, at: Span) -> Value {
    let number = |text: &Str| match Number::parse(text) {
        Some(number) => {
            let raw = (number.to_string() != **text).then(|| text.clone());
            Value::Number(Scalar { number, raw })
        }
        None => Value::String(text.clone()),
    };
    match kind {
        "Number" => number(&text),
        "List<Number>" => list(&text, at, number),
        _ if kind == "CommaDelimitedList" || kind.starts_with("List<") => {
            list(&text, at, |text| Value::String(text.clone()))
        }
        _ => Value::String(text),
    }
}

fn list(text: &str, at: Span, item: impl Fn(&Str) -> Value) -> Value {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let items = parts.map(|part| Attr::new(item(&part.into()), at)).collect();
    Value::List(List { items, ..List::default() })
}
