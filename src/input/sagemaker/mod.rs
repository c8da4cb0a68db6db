//! Request documents of SageMaker and of the scaling of its endpoints: the JSON or YAML that is passed to an
//! operation of the service, told by its shape.
//!
//! Called through [`Frontend`]. A file may hold one request, a list of them, or several YAML documents. Nothing here
//! is ever an error: what is no request is skipped. It must not know what a request means.

mod shapes;

use super::tree::{self, Node, Schema};
use super::{Claim, ClaimedFile, Context, Frontend, Reading, Skipped, placeholder};
use crate::model::native::{Exists, Group, Native, Signal};
use crate::model::number::Number;
use crate::model::value::{Attr, Str, Value, Why, WhyCode};
use crate::source::Span;
use rayon::prelude::*;
use shapes::{SHAPES, Shape};
use std::sync::Arc;

/// The frontend of request documents.
pub struct SageMaker;

impl Frontend for SageMaker {
    fn name(&self) -> &'static str {
        "sagemaker"
    }

    fn example_path(&self) -> &'static str {
        "request.yaml"
    }

    fn may_read(&self, path: &str) -> bool {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        matches!(extension.as_deref(), Some("yaml" | "yml" | "json"))
    }

    fn claim(&self, path: &str, text: &str) -> Claim {
        match self.may_read(path) && SHAPES.iter().any(|shape| shape.occurs_in(text)) {
            true => Claim::Perhaps,
            false => Claim::No,
        }
    }

    fn read(&self, context: &Context<'_>, files: &[ClaimedFile]) -> Reading {
        let read = |file: &ClaimedFile| {
            read_file(context, file).map_err(|reason| Skipped { path: Arc::clone(&file.path), reason })
        };
        let outcomes: Vec<Result<Group, Skipped>> = files.par_iter().map(read).collect();
        let mut reading = Reading::default();
        for outcome in outcomes {
            match outcome {
                Ok(group) => reading.groups.push(group),
                Err(skipped) => reading.skipped.push(skipped),
            }
        }
        reading
    }
}

fn read_file(context: &Context<'_>, file: &ClaimedFile) -> Result<Group, String> {
    let roots =
        tree::parse(context.sources, file.source).map_err(|error| format!("does not parse: {}", error.message))?;
    let listed =
        roots.iter().flat_map(|root| if root.items().is_empty() { std::slice::from_ref(root) } else { root.items() });
    let requests: Vec<(&Node, &Shape)> = listed.filter_map(|node| Some((node, Shape::of(node)?))).collect();
    if requests.is_empty() {
        return Err("no request of SageMaker".into());
    }
    let wanted = requests.into_iter().filter(|(_, shape)| context.wanted.contains(shape.native_type));
    let natives = wanted.filter_map(|(node, shape)| native(context, &file.path, node, shape)).collect();
    let signal = Signal { source: "file name".into(), text: stem(&file.path).into(), strong: false, at: None };
    let path = || Arc::clone(&file.path);
    Ok(Group { scope: path(), name: path(), natives, gaps: Vec::new(), signals: vec![signal] })
}

fn native(context: &Context<'_>, path: &Str, node: &Node, shape: &Shape) -> Option<Native> {
    let (key, name) = node.entry(shape.all.first()?)?;
    let head = key.span();
    let name = tree::attr_with(name, Schema::Core, &placeholder::read);
    Some(Native {
        native_type: shape.native_type.into(),
        scope: Arc::clone(path),
        address: name.value.as_str().unwrap_or_else(|| stem(path)).into(),
        instance: None,
        head,
        body: node.span(),
        tree: tree::attr_with(node, Schema::Core, &placeholder::read),
        provider: "aws".into(),
        region: region(context, head),
        default_tags: None,
        calls: Arc::from([]),
        exists: Exists::Yes,
        count: Attr::new(Value::number(Number::from(1)), head),
    })
}

/// A request goes to the region of whoever sends it.
fn region(context: &Context<'_>, at: Span) -> Attr {
    match &context.options.region {
        Some(region) => Attr::new(Value::string(region.as_str()), at),
        None => Attr::unknown(Why::new(WhyCode::RegionNotStated, "region", at), at),
    }
}

/// A file's name without folders and extension.
fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Disk;
    use crate::input::Options;
    use crate::source::SourceMap;

    fn read(path: &str, text: &str) -> (SourceMap, Reading) {
        let sources = SourceMap::new();
        let source = sources.add(path, text);
        let claim = SageMaker.claim(path, text);
        let wanted = SHAPES.iter().map(|shape| Arc::from(shape.native_type)).collect();
        let (files, options) = (Disk::new("/nonexistent"), Options::default());
        let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
        let reading = match claim {
            Claim::No => Reading::default(),
            _ => SageMaker.read(&context, &[ClaimedFile { path: path.into(), source, claim }]),
        };
        (sources, reading)
    }

    const TRAINING: &str = "\"AlgorithmSpecification\": {}, \"ResourceConfig\": {\"InstanceType\": \"ml.p3.2xlarge\"}";

    #[test]
    fn a_request_is_told_by_its_keys() {
        let (sources, reading) = read("jobs/train.json", &format!("{{\"TrainingJobName\": \"bert\", {TRAINING}}}"));
        let native = &reading.groups[0].natives[0];
        assert_eq!((&*native.native_type, &*native.address), ("sagemaker:CreateTrainingJob", "bert"));
        assert_eq!(sources.text(native.head), "\"TrainingJobName\"");
        assert_eq!(sources.text(native.body), *sources.get(native.body.source).text);
        let Value::Map(map) = &native.tree.value else { panic!() };
        let Value::Map(config) = &map.get("ResourceConfig").unwrap().value else { panic!() };
        assert_eq!(sources.text(config.get("InstanceType").unwrap().at), "\"ml.p3.2xlarge\"");
        let Value::Unknown(region) = &native.region.value else { panic!() };
        assert_eq!(region.why.code, WhyCode::RegionNotStated);
    }

    #[test]
    fn lists_and_streams_hold_several_requests() {
        let text = "- EndpointName: a\n  EndpointConfigName: b\n- {EndpointConfigName: b, ProductionVariants: []}\n- {ModelName: m, PrimaryContainer: {}}\n- {ServiceNamespace: sagemaker, ResourceId: endpoint/a/variant/v, ScalableDimension: d, MinCapacity: 1}\n- {ServiceNamespace: ecs, ResourceId: service/a, ScalableDimension: d, MinCapacity: 1}\n---\nNotebookInstanceName: n\nInstanceType: ml.t3.medium\nRoleArn: r\n";
        let (_, reading) = read("a.yml", text);
        let types: Vec<_> = reading.groups[0].natives.iter().map(|native| native.native_type.to_string()).collect();
        assert_eq!(
            types,
            [
                "sagemaker:CreateEndpoint",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateModel",
                "application-autoscaling:RegisterScalableTarget",
                "sagemaker:CreateNotebookInstance"
            ]
        );
    }

    #[test]
    fn answers_and_service_models_are_no_requests() {
        let answer = format!("{{\"TrainingJobName\": \"x\", \"CreationTime\": 1, {TRAINING}}}");
        let model = format!("{{\"metadata\": {{}}, \"shapes\": {{\"TrainingJobName\": {{{TRAINING}}}}}}}");
        for text in [answer, model] {
            let (_, reading) = read("a.json", &text);
            assert_eq!((reading.groups.len(), reading.skipped.len()), (0, 1));
        }
        let (_, broken) = read("a.json", &format!("{{\"TrainingJobName\" {TRAINING}"));
        assert_eq!((broken.errors.len(), broken.skipped.len()), (0, 1));
        assert_eq!(SageMaker.claim("a.json", "{\"TrainingJobName\": 1}"), Claim::No);
        assert_eq!(SageMaker.claim("a.py", TRAINING), Claim::No);
    }

    #[test]
    fn placeholders_are_not_known() {
        let text = "TrainingJobName: <job name>\nAlgorithmSpecification: {TrainingImage: '{{ account }}.dkr.ecr.us-east-1.amazonaws.com/x:1', Regex: 'a <b && c> (?<x>.*)'}\nResourceConfig:\n  InstanceType: {{ instance_type }}\n  VolumeSizeInGB: ${SIZE}\n  InstanceCount: 2\n";
        let (_, reading) = read("tpl/train-prod.yaml", text);
        let native = &reading.groups[0].natives[0];
        assert_eq!(&*native.address, "train-prod");
        let Value::Map(map) = &native.tree.value else { panic!() };
        let inner = |key: &str, name: &str| match &map.get(key).unwrap().value {
            Value::Map(map) => map.get(name).unwrap().value.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(inner("AlgorithmSpecification", "TrainingImage"), Value::Text(pieces) if pieces.len() == 2));
        assert_eq!(inner("AlgorithmSpecification", "Regex").as_str(), Some("a <b && c> (?<x>.*)"));
        assert!(matches!(inner("ResourceConfig", "InstanceType"), Value::Unknown(_)));
        let Value::Unknown(size) = inner("ResourceConfig", "VolumeSizeInGB") else { panic!() };
        assert_eq!(&*size.why.what, "${SIZE}");
        assert_eq!(inner("ResourceConfig", "InstanceCount").as_number().unwrap().to_i64(), Some(2));
    }
}
