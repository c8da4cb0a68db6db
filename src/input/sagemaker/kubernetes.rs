//! Resources of the SageMaker controllers for Kubernetes: the same requests in camelCase, below `spec`.
//!
//! Called by `find` for each document, and by the frontend for those that resources hold. The controller of today has a resource an operation; the older operator has
//! some that stand for several requests.

use crate::input::language::{self, member, text};
use crate::input::request::{self, Request};
use crate::model::native::Exists;
use crate::model::value::{Attr, List, Map, Str, Value, Why, WhyCode};
use crate::source::Span;

/// The groups of the controller of today, with the services whose operations their kinds are.
const GROUPS: &[(&str, &str)] = &[
    ("sagemaker.services.k8s.aws/", "sagemaker"),
    ("applicationautoscaling.services.k8s.aws/", "application-autoscaling"),
];
/// The group of the older operator.
const OLDER: &str = "sagemaker.aws.amazon.com/";
/// The annotation that names the region of a resource.
const REGION: &str = "services.k8s.aws/region";

/// Words of which one stands in every text that has such a resource.
pub(super) const MARKERS: [&str; 3] =
    ["sagemaker.services.k8s.aws/", "applicationautoscaling.services.k8s.aws/", "sagemaker.aws.amazon.com/"];

/// The requests that a document is: a resource of a controller, or a list of them. `None` where it is neither.
pub(super) fn requests(document: &Attr, unnamed: &str) -> Option<Vec<Request>> {
    if text(document, "kind") == Some("List") {
        let items = language::items(member(document, "items")).iter();
        let found: Vec<Vec<Request>> = items.filter_map(|item| requests(item, unnamed)).collect();
        return (!found.is_empty()).then(|| found.into_iter().flatten().collect());
    }
    let (version, kind) = (text(document, "apiVersion")?, text(document, "kind")?);
    let service = GROUPS.iter().find(|(group, _)| version.starts_with(group)).map(|(_, service)| *service);
    let older = version.starts_with(OLDER);
    let service = service.or(older.then_some("sagemaker"))?;
    // With a status it is what the cluster answered, not what was asked for.
    let observed = !language::members(member(document, "status")).is_empty();
    let Some(resource) = Resource::of(document, unnamed).filter(|_| !observed) else { return Some(Vec::new()) };
    let mut found = match kind {
        "HostingDeployment" if older => resource.hosting(),
        "HostingAutoscalingPolicy" if older => resource.scaling(),
        "ScalableTarget" => vec![resource.request(&format!("{service}:RegisterScalableTarget"))],
        "ScalingPolicy" => vec![resource.request(&format!("{service}:PutScalingPolicy"))],
        "HyperparameterTuningJob" => vec![resource.request("sagemaker:CreateHyperParameterTuningJob")],
        "BatchTransformJob" => vec![resource.request("sagemaker:CreateTransformJob")],
        kind => vec![resource.request(&format!("{service}:Create{kind}"))],
    };
    let region = resource.region();
    for request in &mut found {
        request.region = region.cloned();
        if older {
            request.tree = with_maps(&request.tree);
        }
    }
    Some(found)
}

/// The same members with a map in place of each list of names and values, as the older operator writes maps.
fn with_maps(attr: &Attr) -> Attr {
    let value = match &attr.value {
        Value::List(list) => {
            let pairs: Option<Vec<(Str, Attr)>> = list.items.iter().map(pair).collect();
            match pairs.filter(|pairs| !pairs.is_empty()) {
                Some(pairs) => Value::map(pairs),
                None => Value::List(List { items: list.items.iter().map(with_maps).collect(), ..list.clone() }),
            }
        }
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(name, attr)| (name.clone(), with_maps(attr))).collect();
            Value::Map(Map { entries, ..map.clone() })
        }
        _ => return attr.clone(),
    };
    Attr { value, ..attr.clone() }
}

/// The name and the value of an element that has nothing else.
fn pair(item: &Attr) -> Option<(Str, Attr)> {
    let members = language::members(Some(item));
    Some((text(item, "name")?.into(), member(item, "value")?.clone())).filter(|_| members.len() == 2)
}

/// The parts of a resource that requests are made of.
struct Resource<'n> {
    name: &'n Attr,
    metadata: &'n Attr,
    spec: &'n Attr,
    head: Span,
    body: Span,
    /// What requests are called whose name is not known.
    unnamed: &'n str,
}

impl<'n> Resource<'n> {
    fn of(document: &'n Attr, unnamed: &'n str) -> Option<Resource<'n>> {
        let kind = member(document, "kind")?;
        let metadata = member(document, "metadata")?;
        let (name, spec) = (member(metadata, "name")?, member(document, "spec")?);
        Some(Resource { name, metadata, spec, head: named(kind), body: document.at, unnamed })
    }

    fn region(&self) -> Option<&'n Attr> {
        let annotated = member(self.metadata, "annotations").and_then(|all| member(all, REGION));
        annotated.or_else(|| member(self.spec, "region"))
    }

    fn request(&self, native_type: &str) -> Request {
        self.with(native_type, self.spec.clone())
    }

    fn with(&self, native_type: &str, tree: Attr) -> Request {
        Request {
            native_type: native_type.into(),
            address: self.name.value.as_str().unwrap_or(self.unnamed).into(),
            head: self.head,
            body: self.body,
            tree,
            region: None,
            exists: Exists::Yes,
        }
    }

    /// An endpoint with its configuration, whose name the operator makes up, and its models.
    fn hosting(&self) -> Vec<Request> {
        let config = self.name.clone();
        let configuration = request::with(self.spec.clone(), [("endpointConfigName", config.clone())]);
        let at = self.head;
        let endpoint = member(self.spec, "endpointName").cloned();
        let unknown = || Attr::unknown(Why::new(WhyCode::KnownAfterApply, "endpointName", at), at);
        let members = Attr::new(Value::map([]), self.spec.at);
        let name = endpoint.unwrap_or_else(unknown);
        let endpoint = request::with(members, [("endpointName", name), ("endpointConfigName", config)]);
        let mut found = vec![
            self.with("sagemaker:CreateEndpointConfig", configuration),
            self.with("sagemaker:CreateEndpoint", endpoint),
        ];
        for model in language::items(member(self.spec, "models")) {
            let Some(name) = member(model, "name") else { continue };
            let own = Resource { name, head: named(name), body: model.at, ..*self };
            found.push(own.with("sagemaker:CreateModel", model.clone()));
        }
        found
    }

    /// One scaling target with its policy for each variant that is listed.
    fn scaling(&self) -> Vec<Request> {
        let mut found = Vec::new();
        for listed in language::items(member(self.spec, "resourceId")) {
            let part = |key: &str| member(listed, key).cloned();
            let (Some(endpoint), Some(variant)) = (part("endpointName"), part("variantName")) else { continue };
            let word = |text: &str| Attr::new(Value::string(text), listed.at);
            let id = request::concat(&[word("endpoint/"), endpoint, word("/variant/"), variant], listed.at);
            let further = [("ResourceId", id), ("ServiceNamespace", word("sagemaker"))];
            let members = request::with(self.spec.clone(), further);
            found.push(self.with("application-autoscaling:RegisterScalableTarget", members.clone()));
            found.push(self.with("application-autoscaling:PutScalingPolicy", members));
        }
        found
    }
}

/// A member with its key.
fn named(member: &Attr) -> Span {
    member.key.map_or(member.at, |key| key.to(member.at))
}
