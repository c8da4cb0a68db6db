//! Verdicts: every rule on every resource of its kinds, and what a firing one becomes.
//!
//! Called by `engine`. It must not know how findings are shown, merged or suppressed.

use crate::finding::{Confidence, Finding, Label, Subject};
use crate::input::Under;
use crate::model::native::Exists;
use crate::model::number::Number;
use crate::model::resource::{Inventory, Resource, ResourceId};
use crate::model::value::{Attr, Step, Value, Via};
use crate::report::Undecided;
use crate::rules::judge::Fired;
use crate::rules::load::RuleError;
use crate::rules::set::{Judgement, RuleId, RuleSet};
use crate::rules::settings::Settings;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Places shown besides the main one.
const MAX_LABELS: usize = 6;

/// All verdicts that say something.
#[derive(Default)]
pub struct Judged {
    /// Rules that fired, in order of resource and rule.
    pub findings: Vec<Finding>,
    /// Rules that could not decide.
    pub unknown: Vec<Undecided>,
    /// Rules that are wrong, each once.
    pub broken: Vec<RuleError>,
}

/// Judges everything. The result does not depend on the number of threads.
pub fn all(rules: &RuleSet, inventory: &Inventory, settings: &Settings, under: &BTreeMap<Arc<str>, Under>) -> Judged {
    let of_resource = |id: ResourceId| {
        let kind = usize::from(inventory.resource(id).kind.0);
        let rules_of_kind = rules.by_kind.get(kind).map(Vec::as_slice).unwrap_or_default();
        rules_of_kind.par_iter().filter_map(move |rule| match rules.judge(*rule, inventory, id, settings) {
            Judgement::Pass => None,
            verdict => Some((id, *rule, verdict)),
        })
    };
    let ids = (0..inventory.resources.len() as u32).into_par_iter().map(ResourceId);
    let verdicts: Vec<(ResourceId, RuleId, Judgement)> = ids.flat_map(of_resource).collect();
    let mut judged = Judged::default();
    for (id, rule, verdict) in verdicts {
        let resource = inventory.resource(id);
        match verdict {
            Judgement::Fire(fired) => judged.findings.push(Finding {
                under: under.get(&resource.native.scope).map(|under| Arc::clone(&under.file)).into_iter().collect(),
                ..finding(rules, rule, inventory, resource, *fired)
            }),
            Judgement::Pass => {}
            Judgement::Unknown(why) => judged.unknown.push(Undecided {
                rule: rules.get(rule).file.name.as_str().into(),
                span: why.at.unwrap_or(resource.head),
                address: resource.native.display_address(),
                why: why.what.to_string(),
                code: why.code.name(),
            }),
            Judgement::Broken(error) if judged.broken.contains(&error) => {}
            Judgement::Broken(error) => judged.broken.push(error),
        }
    }
    // A root that is read under several variables files repeats itself.
    let mut seen = HashSet::new();
    judged.unknown.retain(|one| seen.insert((Arc::clone(&one.rule), one.span, one.address.clone(), one.why.clone())));
    judged
}

fn finding(rules: &RuleSet, rule: RuleId, inventory: &Inventory, resource: &Resource, fired: Fired) -> Finding {
    let rule = rules.get(rule);
    let native = &resource.native;
    let condition = match &native.exists {
        Exists::Yes => None,
        Exists::Unless(why) => Some(why.what.to_string()),
    };
    let primary = match &fired.label {
        Some(attr) => Label { span: attr.at, text: String::new(), sensitive: attr.sensitive },
        None => Label { span: resource.head, text: String::new(), sensitive: false },
    };
    Finding {
        rule: rule.file.name.as_str().into(),
        lever: Arc::clone(&rule.lever),
        severity: fired.severity,
        confidence: match inventory.kinds.is_guess(&native.native_type) {
            true => Confidence::Low,
            false => fired.confidence,
        },
        message: fired.message,
        help: fired.help,
        labels: labels(&primary, fired.label.as_ref(), &fired.decisive),
        primary,
        subject: subject(inventory, resource, fired.environment),
        condition,
        under: Vec::new(),
        saving: fired.saving,
        label_path: rule.file.label.as_str().into(),
        fingerprint: String::new(),
        suppressed: None,
    }
}

/// What reports say about a resource.
pub fn subject(inventory: &Inventory, resource: &Resource, environment: Option<&'static str>) -> Subject {
    let native = &resource.native;
    let count = native.count.value.as_number().and_then(Number::to_i64).and_then(|count| u64::try_from(count).ok());
    let call =
        |call: &crate::model::native::Call| Label { span: call.at, text: call.name.to_string(), sensitive: false };
    Subject {
        address: native.display_address(),
        kind: Arc::clone(&inventory.kinds.get(resource.kind).name),
        native_type: Arc::clone(&native.native_type),
        provider: Arc::clone(&native.provider),
        region: native.region.value.as_str().map(str::to_owned),
        environment,
        count: count.unwrap_or(1),
        also: Vec::new(),
        calls: native.calls.iter().map(call).collect(),
        depth: native.calls.len(),
        body: resource.body,
        group: Arc::clone(&inventory.group_of(resource).name),
    }
}

/// Where the labelled value came from if it decided, as a name does not, then the machines it is about and where those
/// came from, then whatever else decided and was made elsewhere. What stands as a literal in the block itself is seen
/// without a label.
fn labels(primary: &Label, label: Option<&Attr>, decisive: &[Attr]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut push = |one: Label| {
        if one.span != primary.span && labels.len() < MAX_LABELS && labels.iter().all(|have| have.span != one.span) {
            labels.push(one);
        }
    };
    let decided = |label: &&Attr| {
        decisive.iter().any(|one| one.at == label.at || parts(one).iter().any(|part| part.at == label.at))
    };
    for attr in label.filter(decided).into_iter().chain(decisive).flat_map(parts) {
        if attr.origin.is_service_default() {
            continue;
        }
        push(Label { span: attr.at, text: String::new(), sensitive: attr.sensitive });
        for step in attr.origin.steps.iter() {
            push(Label { span: step.at, text: origin(step).to_owned(), sensitive: attr.sensitive });
        }
    }
    labels
}

/// The values worth a label: those of lists, by the head of each record, and scalars that were made elsewhere.
fn parts(attr: &Attr) -> Vec<&Attr> {
    match &attr.value {
        Value::List(list) => list.items.iter().flat_map(leaves).collect(),
        _ => leaves(attr).into_iter().filter(|leaf| !leaf.origin.steps.is_empty()).collect(),
    }
}

fn leaves(attr: &Attr) -> Vec<&Attr> {
    match &attr.value {
        Value::Map(map) => map.entries.first().map(|(_, head)| leaves(head)).unwrap_or_default(),
        Value::OneOf(alternatives) => alternatives.iter().flatten().flat_map(leaves).collect(),
        _ => vec![attr],
    }
}

fn origin(step: &Step) -> &'static str {
    match step.via {
        Via::VariableDefault => "by this default",
        Via::VariableFile | Via::ModuleArgument => "set here",
        Via::Local | Via::ModuleOutput => "through this",
        Via::Resource => "from this resource",
        Via::ServiceDefault => "",
    }
}
