//! Resources of the SageMaker controllers for Kubernetes: the same requests in camelCase, below `spec`.
//!
//! Called by `find` for each document. The controller of today has a resource an operation; the older operator has
//! some that stand for several requests.

use super::find::Finder;
use crate::input::tree::Node;
use crate::input::{language, request};
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

/// Reads a document that is a resource of a controller, or a list of them. False where it is neither.
pub(super) fn read(finder: &mut Finder<'_>, document: &Node) -> bool {
    if document.get("kind").and_then(Node::as_str) == Some("List") {
        let items = document.get("items").map(Node::items).unwrap_or_default();
        return items.iter().filter(|item| read(finder, item)).count() > 0;
    }
    let text = |key: &str| document.get(key).and_then(Node::as_str);
    let (Some(version), Some(kind)) = (text("apiVersion"), text("kind")) else { return false };
    let service = GROUPS.iter().find(|(group, _)| version.starts_with(group)).map(|(_, service)| *service);
    let older = version.starts_with(OLDER);
    let Some(service) = service.or(older.then_some("sagemaker")) else { return false };
    // With a status it is what the cluster answered, not what was asked for.
    let observed = document.get("status").is_some_and(|status| !status.pairs().is_empty());
    let Some(resource) = Resource::of(document).filter(|_| !observed) else { return true };
    let first = finder.requests.len();
    match kind {
        "HostingDeployment" if older => resource.hosting(finder),
        "HostingAutoscalingPolicy" if older => resource.scaling(finder),
        "ScalableTarget" => resource.request(finder, &format!("{service}:RegisterScalableTarget")),
        "ScalingPolicy" => resource.request(finder, &format!("{service}:PutScalingPolicy")),
        "HyperparameterTuningJob" => resource.request(finder, "sagemaker:CreateHyperParameterTuningJob"),
        "BatchTransformJob" => resource.request(finder, "sagemaker:CreateTransformJob"),
        kind => resource.request(finder, &format!("{service}:Create{kind}")),
    }
    let region = resource.region();
    for request in finder.requests.iter_mut().skip(first) {
        request.region.clone_from(&region);
        if older {
            request.tree = with_maps(&request.tree);
        }
    }
    true
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
    Some((language::text(item, "name")?.into(), language::member(item, "value")?.clone()))
        .filter(|_| members.len() == 2)
}

/// The parts of a resource that requests are made of.
struct Resource<'n> {
    name: &'n Node,
    metadata: &'n Node,
    spec: &'n Node,
    head: Span,
    body: Span,
}

impl<'n> Resource<'n> {
    fn of(document: &'n Node) -> Option<Resource<'n>> {
        let (key, _) = document.entry("kind")?;
        let metadata = document.get("metadata")?;
        let name = metadata.get("name")?;
        let (head, body) = (key.span().to(document.get("kind")?.span()), document.span());
        Some(Resource { name, metadata, spec: document.get("spec")?, head, body })
    }

    fn region(&self) -> Option<Attr> {
        let annotated = self.metadata.get("annotations").and_then(|all| all.get(REGION));
        annotated.or_else(|| self.spec.get("region")).map(request::written)
    }

    fn request(&self, finder: &mut Finder<'_>, native_type: &str) {
        self.add(finder, native_type, request::written(self.spec));
    }

    fn add(&self, finder: &mut Finder<'_>, native_type: &str, tree: Attr) {
        let address = finder.address(&request::written(self.name));
        finder.requests.push(request::Request {
            native_type: native_type.into(),
            address,
            head: self.head,
            body: self.body,
            tree,
            region: None,
            exists: Exists::Yes,
        });
    }

    /// An endpoint with its configuration, whose name the operator makes up, and its models.
    fn hosting(&self, finder: &mut Finder<'_>) {
        let spec = request::written(self.spec);
        let config = request::written(self.name);
        self.add(
            finder,
            "sagemaker:CreateEndpointConfig",
            request::with(spec, [("endpointConfigName", config.clone())]),
        );
        let at = self.head;
        let endpoint = match self.spec.get("endpointName") {
            Some(name) => request::written(name),
            None => Attr::unknown(Why::new(WhyCode::KnownAfterApply, "endpointName", at), at),
        };
        let members = Attr::new(Value::map([]), self.spec.span());
        let endpoint = request::with(members, [("endpointName", endpoint), ("endpointConfigName", config)]);
        self.add(finder, "sagemaker:CreateEndpoint", endpoint);
        for model in self.spec.get("models").map(Node::items).unwrap_or_default() {
            let Some((key, name)) = model.entry("name") else { continue };
            let own = Resource { name, head: key.span().to(name.span()), body: model.span(), ..*self };
            own.add(finder, "sagemaker:CreateModel", request::written(model));
        }
    }

    /// One scaling target with its policy for each variant that is listed.
    fn scaling(&self, finder: &mut Finder<'_>) {
        for listed in self.spec.get("resourceId").map(Node::items).unwrap_or_default() {
            let part = |key: &str| listed.get(key).map(request::written);
            let (Some(endpoint), Some(variant)) = (part("endpointName"), part("variantName")) else { continue };
            let word = |text: &str| Attr::new(Value::string(text), listed.span());
            let id = request::concat(&[word("endpoint/"), endpoint, word("/variant/"), variant], listed.span());
            let members = request::written(self.spec);
            let members = request::with(members, [("ResourceId", id), ("ServiceNamespace", word("sagemaker"))]);
            self.add(finder, "application-autoscaling:RegisterScalableTarget", members.clone());
            self.add(finder, "application-autoscaling:PutScalingPolicy", members);
        }
    }
}
