//! Pipeline definitions: the steps that make requests, with the parameters and earlier steps they speak of.
//!
//! Called by `find`. Conditions are decided in `conditions`; what is below a step's `Arguments` is the request.

use super::conditions;
use super::find::Finder;
use crate::input::request::{self, Request, Written};
use crate::input::tree::{self, Dialect, Node, Schema};
use crate::model::native::Exists;
use crate::model::value::{Attr, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::collections::HashMap;

/// The version of the language of definitions.
const VERSION: &str = "2020-12-01";

/// Types of steps and the operations that they call with their arguments.
const STEPS: &[(&str, &str)] = &[
    ("Training", "sagemaker:CreateTrainingJob"),
    ("Processing", "sagemaker:CreateProcessingJob"),
    ("ClarifyCheck", "sagemaker:CreateProcessingJob"),
    ("QualityCheck", "sagemaker:CreateProcessingJob"),
    ("Transform", "sagemaker:CreateTransformJob"),
    ("Tuning", "sagemaker:CreateHyperParameterTuningJob"),
    ("AutoML", "sagemaker:CreateAutoMLJob"),
    ("Model", "sagemaker:CreateModel"),
    ("RegisterModel", "sagemaker:CreateModelPackage"),
    ("EndpointConfig", "sagemaker:CreateEndpointConfig"),
    ("Endpoint", "sagemaker:CreateEndpoint"),
];

/// Whether a text may hold a definition.
pub(super) fn occurs_in(text: &str) -> bool {
    text.contains("\"Steps\"") && text.contains("\"Arguments\"") || text.contains(VERSION) && text.contains("Steps")
}

/// Whether a mapping is a pipeline definition.
pub(super) fn is_definition(node: &Node) -> bool {
    let Some(steps) = node.get("Steps") else { return false };
    let is_step = |step: &Node| step.get("Name").is_some() && step.get("Type").is_some();
    node.get("Version").and_then(Node::as_str) == Some(VERSION)
        || node.get("Parameters").is_some() && steps.items().iter().all(is_step) && !steps.items().is_empty()
}

/// Reads the steps of a definition.
pub(super) fn read(finder: &mut Finder<'_>, definition: &Node) {
    let listed = definition.get("Parameters").map(Node::items).unwrap_or_default();
    let parameters = listed.iter().filter_map(|declared| Some((declared.get("Name")?.as_str()?, declared)));
    let pipeline = Pipeline { scope: finder.path.clone(), parameters: parameters.collect() };
    if let Some(steps) = definition.get("Steps") {
        pipeline.steps(steps, &Exists::Yes, &mut finder.requests);
    }
}

/// What the values of a definition can speak of.
struct Pipeline<'n> {
    scope: Str,
    parameters: HashMap<&'n str, &'n Node>,
}

impl Pipeline<'_> {
    fn steps(&self, steps: &Node, exists: &Exists, requests: &mut Vec<Request>) {
        for step in steps.items() {
            match step.get("Type").and_then(Node::as_str) {
                Some("Condition") => self.branches(step, exists, requests),
                Some(name) => requests.extend(self.request(step, name, exists)),
                None => {}
            }
        }
    }

    /// The steps of the branch that is taken; of both where that is not known.
    fn branches(&self, step: &Node, exists: &Exists, requests: &mut Vec<Request>) {
        let Some(arguments) = step.get("Arguments") else { return };
        let listed = arguments.get("Conditions").map(Node::items).unwrap_or_default();
        let truth = conditions::all(listed, self);
        let open = match (exists, truth) {
            (Exists::Yes, None) => {
                let name = step.get("Name").and_then(Node::as_str).unwrap_or("Condition");
                Exists::Unless(Why::new(WhyCode::UnknownCondition, name, step.span()))
            }
            _ => exists.clone(),
        };
        for (key, taken) in [("IfSteps", true), ("ElseSteps", false)] {
            if let Some(steps) = arguments.get(key).filter(|_| truth.is_none_or(|truth| truth == taken)) {
                self.steps(steps, &open, requests);
            }
        }
    }

    fn request(&self, step: &Node, type_name: &str, exists: &Exists) -> Option<Request> {
        let (key, name) = step.entry("Name")?;
        let arguments = step.get("Arguments");
        let holds = |key: &str| arguments.is_some_and(|arguments| arguments.get(key).is_some());
        let (native_type, members) = match type_name {
            "EMR" => ("elasticmapreduce:CreateCluster", Some(arguments?.get("ClusterConfig")?)),
            "AutoML" if holds("AutoMLProblemTypeConfig") => ("sagemaker:CreateAutoMLJobV2", arguments),
            "Endpoint" if holds("ProductionVariants") => ("sagemaker:CreateEndpointConfig", arguments),
            _ => (STEPS.iter().find(|(name, _)| *name == type_name)?.1, arguments),
        };
        let members = members.map(|members| tree::attr(members, self));
        Some(Request {
            native_type: native_type.into(),
            address: name.as_str().unwrap_or(type_name).into(),
            head: key.span().to(name.span()),
            body: step.span(),
            tree: request::of_step(members, tree::attr(step, self)),
            region: None,
            exists: exists.clone(),
        })
    }

    /// What `{"Get": "Parameters.InstanceType"}` stands for.
    fn get(&self, path: &str, at: Span) -> Attr {
        if let Some(name) = path.strip_prefix("Parameters.") {
            return self.parameter(name, at);
        }
        let step = path.strip_prefix("Steps.").map(|rest| rest.split_once('.').unwrap_or((rest, "")));
        let refers_to = step.map(|(name, attribute)| ResourceRef {
            scope: self.scope.clone(),
            address: name.into(),
            instance: None,
            attribute: attribute.into(),
        });
        let why = Why::new(WhyCode::KnownAfterApply, path, at);
        Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to }), at)
    }

    fn parameter(&self, name: &str, at: Span) -> Attr {
        let Some(declared) = self.parameters.get(name) else {
            return Attr::unknown(Why::new(WhyCode::UnknownName, format!("Parameters.{name}"), at), at);
        };
        if let Some(default) = declared.get("DefaultValue") {
            return tree::attr(default, &Written).passed(Via::VariableDefault, at);
        }
        let why = Why::new(WhyCode::VariableWithoutDefault, format!("Parameters.{name}"), at);
        let allowed = declared.get("EnumValues").map(Node::items).unwrap_or_default();
        let choices = allowed.iter().map(|value| Some(tree::attr(value, &Written).passed(Via::VariableDefault, at)));
        Attr::new(Value::one_of(choices, why), at)
    }

    /// What `{"Std:Join": {"On": "/", "Values": […]}}` stands for.
    fn join(&self, argument: &Node, at: Span) -> Attr {
        let on = argument.get("On").map(|on| tree::attr(on, self));
        let mut parts = Vec::new();
        for value in argument.get("Values").map(Node::items).unwrap_or_default() {
            parts.extend(on.clone().filter(|_| !parts.is_empty()));
            parts.push(tree::attr(value, self));
        }
        request::concat(&parts, at)
    }
}

impl Dialect for Pipeline<'_> {
    fn schema(&self) -> Schema {
        Schema::Core
    }

    fn special(&self, node: &Node) -> Option<Attr> {
        let at = node.span();
        let [(key, argument)] = node.pairs() else { return Written.special(node) };
        match key.as_str()? {
            "Get" => Some(self.get(argument.as_str()?, at)),
            "Std:Join" => Some(self.join(argument, at)),
            name if name.starts_with("Std:") => Some(Attr::unknown(Why::new(WhyCode::NotEvaluated, name, at), at)),
            _ => Written.special(node),
        }
    }
}
