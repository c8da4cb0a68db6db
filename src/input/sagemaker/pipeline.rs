//! Pipeline definitions: the steps that make requests, with the parameters and earlier steps they speak of.
//!
//! Called by the frontend for definitions in files and for those that resources hold. Conditions are decided in
//! `conditions`; what is below a step's `Arguments` is the request.

use super::conditions;
use crate::input::language::{self, Budget, Language, items, member, text};
use crate::input::request::{self, Request};
use crate::model::native::Exists;
use crate::model::value::{Attr, ResourceRef, Str, Unknown, Value, Via, Why, WhyCode};
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

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
    text.contains("Steps") && (text.contains(VERSION) || text.contains("Parameters") && text.contains("Arguments"))
}

/// The requests that the steps of a definition make; `None` where the document is none. Steps that speak of others
/// find them in `scope`, under their names after `prefix`.
pub(super) fn requests(document: &Attr, scope: &Str, prefix: &str) -> Option<Vec<Request>> {
    let steps = member(document, "Steps")?;
    let is_step = |step: &Attr| text(step, "Name").is_some() && text(step, "Type").is_some();
    let listed = items(Some(steps));
    let told = text(document, "Version") == Some(VERSION) || member(document, "Parameters").is_some();
    if !told || listed.is_empty() || !listed.iter().all(is_step) {
        return None;
    }
    let declared = items(member(document, "Parameters")).iter();
    let parameters = declared.filter_map(|declared| Some((text(declared, "Name")?, declared))).collect();
    let pipeline = Pipeline { scope, prefix, parameters, budget: Budget::default() };
    let mut requests = Vec::new();
    pipeline.steps(steps, &Exists::Yes, &mut requests);
    Some(requests)
}

/// What the values of a definition can speak of.
struct Pipeline<'a> {
    scope: &'a Str,
    prefix: &'a str,
    parameters: HashMap<&'a str, &'a Attr>,
    budget: Budget,
}

impl Pipeline<'_> {
    fn steps(&self, steps: &Attr, exists: &Exists, requests: &mut Vec<Request>) {
        for step in items(Some(steps)).iter().take_while(|_| self.budget.take()) {
            match text(step, "Type") {
                Some("Condition") => self.branches(step, exists, requests),
                Some(name) => requests.extend(self.request(step, name, exists)),
                None => {}
            }
        }
    }

    /// The steps of the branch that is taken; of both where that is not known.
    fn branches(&self, step: &Attr, exists: &Exists, requests: &mut Vec<Request>) {
        let Some(arguments) = member(step, "Arguments") else { return };
        let listed = member(arguments, "Conditions").map(|listed| language::read(listed, self));
        let truth = conditions::all(items(listed.as_ref()));
        let exists = match (exists, truth) {
            (Exists::Yes, None) => {
                let name = text(step, "Name").unwrap_or("Condition");
                Exists::Unless(Why::new(WhyCode::UnknownCondition, name, step.at))
            }
            _ => exists.clone(),
        };
        for (key, taken) in [("IfSteps", true), ("ElseSteps", false)] {
            if let Some(steps) = member(arguments, key).filter(|_| truth.is_none_or(|truth| truth == taken)) {
                self.steps(steps, &exists, requests);
            }
        }
    }

    fn request(&self, step: &Attr, type_name: &str, exists: &Exists) -> Option<Request> {
        let name = member(step, "Name")?;
        let arguments = member(step, "Arguments");
        let holds = |key: &str| arguments.is_some_and(|arguments| member(arguments, key).is_some());
        let (native_type, members) = match type_name {
            "EMR" => ("elasticmapreduce:CreateCluster", Some(member(arguments?, "ClusterConfig")?)),
            "AutoML" if holds("AutoMLProblemTypeConfig") => ("sagemaker:CreateAutoMLJobV2", arguments),
            "Endpoint" if holds("ProductionVariants") => ("sagemaker:CreateEndpointConfig", arguments),
            _ => (STEPS.iter().find(|(name, _)| *name == type_name)?.1, arguments),
        };
        let members = members.map(|members| language::read(members, self));
        Some(Request {
            native_type: native_type.into(),
            address: name.value.as_str().unwrap_or(type_name).into(),
            head: name.key.map_or(name.at, |key| key.to(name.at)),
            body: step.at,
            tree: request::of_step(members, language::read(step, self)),
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
        let refers_to = step.map(|(name, attribute)| {
            Arc::new(ResourceRef {
                scope: self.scope.clone(),
                address: format!("{}{name}", self.prefix).into(),
                instance: None,
                attribute: attribute.into(),
            })
        });
        let why = Why::new(WhyCode::KnownAfterApply, path, at);
        Attr::new(Value::Unknown(Unknown { why, may_be_absent: false, refers_to }), at)
    }

    fn parameter(&self, name: &str, at: Span) -> Attr {
        let what = format!("Parameters.{name}");
        let Some(declared) = self.parameters.get(name) else {
            return Attr::unknown(Why::new(WhyCode::UnknownName, what, at), at);
        };
        if let Some(default) = member(declared, "DefaultValue") {
            return default.passed(Via::VariableDefault, at);
        }
        let allowed = items(member(declared, "EnumValues")).iter();
        let choices = allowed.map(|value| Some(value.passed(Via::VariableDefault, at)));
        Attr::new(Value::one_of(choices, Why::new(WhyCode::VariableWithoutDefault, what, at)), at)
    }

    /// What `{"Std:Join": {"On": "/", "Values": […]}}` stands for.
    fn join(&self, argument: &Attr, at: Span) -> Attr {
        let on = member(argument, "On").map(|on| language::read(on, self));
        let mut parts = Vec::new();
        for value in items(member(argument, "Values")) {
            parts.extend(on.clone().filter(|_| !parts.is_empty()));
            parts.push(language::read(value, self));
        }
        request::concat(&parts, at)
    }
}

impl Language for Pipeline<'_> {
    fn special(&self, attr: &Attr) -> Option<Attr> {
        let Value::Map(map) = &attr.value else { return None };
        let [(name, argument)] = &*map.entries else { return None };
        match &**name {
            "Get" => Some(self.get(argument.value.as_str()?, attr.at)),
            "Std:Join" => Some(self.join(argument, attr.at)),
            name if name.starts_with("Std:") => {
                Some(Attr::unknown(Why::new(WhyCode::NotEvaluated, name, attr.at), attr.at))
            }
            _ => None,
        }
    }

    fn budget(&self) -> &Budget {
        &self.budget
    }
}
