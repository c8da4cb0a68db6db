//! What a parameter or pseudo parameter is, as far as the template and the user say.
//!
//! Called by `intrinsic` for every reference.

use super::evaluate::{Evaluator, unknown};
use super::lists::each;
use crate::input::tree::{Node, Schema};
use crate::model::number::Number;
use crate::model::value::{Attr, List, Scalar, Str, Value, Via, Why, WhyCode};
use crate::source::Span;

impl Evaluator<'_> {
    /// A pseudo parameter other than `AWS::NoValue`.
    pub fn pseudo_parameter(&self, name: &str, at: Span) -> Attr {
        match (name, &self.run.context.options.region) {
            ("AWS::Region", Some(region)) => Attr::new(Value::string(region.as_str()), at),
            ("AWS::Region", None) => unknown(WhyCode::RegionNotStated, name, at),
            _ => unknown(WhyCode::KnownAfterApply, name, at),
        }
    }

    /// A declared parameter, referred to at a place: what the stack around or the user gives, else its default, else one
    /// of its allowed values. `None` where there is none, or it is given `AWS::NoValue`.
    pub fn parameter(&self, name: &str, at: Span) -> Option<Attr> {
        let declaration = self.entry("Parameters", name)?.body;
        let kind = declaration.get("Type").and_then(Node::as_str).unwrap_or("String");
        let mut attr = if kind.starts_with("AWS::SSM::Parameter::Value") {
            // Whatever it is given names an entry of the parameter store.
            unknown(WhyCode::LookedUpAtDeployment, name, at)
        } else if let Some(given) = self.given(name, kind, at) {
            given
        } else if let Some(default) = declaration.get("Default") {
            self.run.spend(default.as_str().map_or(0, str::len));
            literal(kind, default).passed(Via::VariableDefault, at)
        } else {
            one_allowed(&declaration, name, kind, at)
        };
        attr.sensitive |= declaration.get("NoEcho").is_some_and(|value| {
            Schema::Yaml11.read(value).and_then(|value| value.scalar_text()).as_deref() == Some("true")
        });
        Some(attr)
    }

    /// What the stack around gives, or the user for a stack that is not nested.
    fn given(&self, name: &str, kind: &str, at: Span) -> Option<Attr> {
        if let Some(above) = &self.above {
            let (outer, stack) = (above.evaluator, &above.stack);
            let input = stack.body.get("Properties")?.get("Parameters")?.get(name)?;
            let attr = outer.within(stack.loops.clone(), || outer.value(input))?;
            return Some(retyped(kind, attr).passed(Via::ModuleArgument, at));
        }
        if let Some(given) = self.run.context.options.variables.get(name) {
            return Some(Attr::new(typed(kind, given.text.as_str().into(), at), at));
        }
        let attr = self.run.given.get(name)?;
        Some(retyped(kind, attr.clone()).passed(Via::VariableFile, at))
    }
}

/// A parameter of which only the allowed values are known.
fn one_allowed(declaration: &Node, name: &str, kind: &str, at: Span) -> Attr {
    let allowed = declaration.get("AllowedValues").map(Node::items).unwrap_or_default();
    let choices = allowed.iter().map(|choice| Some(literal(kind, choice)));
    match Value::one_of(choices, Why::new(WhyCode::VariableWithoutDefault, name, at)) {
        Value::Unknown(_) => unknown(WhyCode::VariableWithoutDefault, name, at),
        value => Attr::new(value, at),
    }
}

/// A value that is given for a parameter of some type.
fn retyped(kind: &str, attr: Attr) -> Attr {
    let at = attr.at;
    match attr.value.scalar_text() {
        Some(text) => Attr { value: typed(kind, text, at), ..attr },
        None => each(attr, at, |attr| match attr.value.scalar_text() {
            Some(text) => Some(Attr { value: typed(kind, text, attr.at), ..attr.clone() }),
            None => Some(attr.clone()),
        })
        .unwrap_or_else(|| Attr::unknown(Why::new(WhyCode::InvalidExpression, kind, at), at)),
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
