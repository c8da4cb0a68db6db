//! Requests, definitions and controller resources as the frontend reads them.

use super::*;
use crate::files::Disk;
use crate::input::Options;
use crate::model::native::{Exists, Native};
use crate::model::value::{Value, WhyCode};
use crate::source::SourceMap;
use proptest::prelude::*;
use std::sync::Arc;

fn read(path: &str, text: &str) -> (SourceMap, Reading) {
    let sources = SourceMap::new();
    let source = sources.add(path, text);
    let claim = SageMaker.claim(path, text);
    let wanted =
        SHAPES.iter().map(|shape| shape.native_type).chain(["elasticmapreduce:CreateCluster"]).map(Arc::from).collect();
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

fn natives(path: &str, text: &str) -> Vec<Native> {
    let (_, reading) = read(path, text);
    reading.groups.into_iter().flat_map(|group| group.natives).collect()
}

/// The value under a path of exact keys.
fn at(native: &Native, keys: &[&str]) -> Option<Value> {
    keys.iter().try_fold(native.tree.value.clone(), |value, key| match value {
        Value::Map(map) => map.get(key).map(|attr| attr.value.clone()),
        _ => None,
    })
}

#[test]
fn requests_are_found_in_every_spelling_and_inside_wrappers() {
    let text = "defaults: &resources {instance_type: ml.g5.xlarge}\njobs:\n  first:\n    training_job_name: a\n    algorithm_specification: {}\n    resource_config: *resources\n  second: [{trainingJobName: b, algorithmSpecification: {}, resourceConfig: {}}]\n";
    let found = natives("jobs.yaml", text);
    assert_eq!(found.iter().map(|native| &*native.address).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(at(&found[0], &["resource_config", "instance_type"]).unwrap().as_str(), Some("ml.g5.xlarge"));
}

#[test]
fn every_shape_is_told_by_its_own_keys() {
    for shape in SHAPES {
        let text = shape.skeleton();
        let found = natives("x.json", &text);
        assert_eq!(found.iter().map(|one| &*one.native_type).collect::<Vec<_>>(), [shape.native_type], "{text}");
    }
}

#[test]
fn records_descriptions_and_skeletons_are_no_requests() {
    let request = format!("{{\"TrainingJobName\": \"x\", {TRAINING}}}");
    for text in [
        format!("{{\"eventSource\": \"sagemaker.amazonaws.com\", \"requestParameters\": {request}}}"),
        format!("{{\"detail-type\": \"SageMaker Training Job State Change\", \"detail\": {request}}}"),
        format!("{{\"ResponseMetadata\": {{}}, \"Job\": {request}}}"),
        format!("{{\"TrainingJobName\": \"\", {TRAINING}}}"),
        format!("{{\"properties\": {{\"TrainingJobName\": {{\"type\": \"string\"}}, {TRAINING}}}}}"),
        format!("{{\"Jobs\": [{{\"TrainingJobName\": \"x\", \"TrainingJobArn\": \"arn\", {TRAINING}}}]}}"),
    ] {
        assert!(natives("a.json", &text).is_empty(), "{text}");
    }
}

const PIPELINE: &str = r#"{
  "Version": "2020-12-01",
  "Parameters": [
    {"Name": "Type", "Type": "String", "DefaultValue": "ml.p3.2xlarge"},
    {"Name": "Size", "Type": "String", "EnumValues": ["ml.g5.xlarge", "ml.g5.2xlarge"]},
    {"Name": "Count", "Type": "Integer"},
    {"Name": "Retrain", "Type": "String", "DefaultValue": "no"}
  ],
  "Steps": [
    {"Name": "Prepare", "Type": "Processing", "CacheConfig": {"Enabled": true},
     "Arguments": {"ProcessingResources": {"ClusterConfig": {"InstanceType": {"Get": "Parameters.Size"}}}}},
    {"Name": "Train", "Type": "Training", "Arguments": {
      "ResourceConfig": {"InstanceType": {"Get": "Parameters.Type"}, "InstanceCount": {"Get": "Parameters.Count"}},
      "OutputDataConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3://b", {"Get": "Execution.PipelineExecutionId"}, "out"]}}}}},
    {"Name": "Better", "Type": "Condition", "Arguments": {
      "Conditions": [{"Type": "GreaterThan", "LeftValue": {"Std:JsonGet": {}}, "RightValue": 0.9}],
      "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {}}],
      "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {}}]}},
    {"Name": "Again", "Type": "Condition", "Arguments": {
      "Conditions": [{"Type": "Or", "Conditions": [
        {"Type": "Equals", "LeftValue": {"Get": "Parameters.Retrain"}, "RightValue": "yes"},
        {"Type": "In", "QueryValue": {"Get": "Parameters.Retrain"}, "Values": ["on", "true"]}]}],
      "IfSteps": [{"Name": "Never", "Type": "Training", "Arguments": {}}],
      "ElseSteps": [{"Name": "Score", "Type": "Transform", "Arguments": {"ModelName": {"Get": "Steps.Create.ModelName"}}}]}},
    {"Name": "Spark", "Type": "EMR", "Arguments": {"ClusterConfig": {"Instances": {}}, "StepConfig": {}}},
    {"Name": "Notify", "Type": "Lambda", "Arguments": {}}
  ]
}"#;

#[test]
fn steps_of_a_pipeline_are_requests() {
    let found = natives("pipeline.json", PIPELINE);
    let told: Vec<_> =
        found.iter().map(|one| (&*one.address, &*one.native_type, matches!(one.exists, Exists::Yes))).collect();
    assert_eq!(
        told,
        [
            ("Prepare", "sagemaker:CreateProcessingJob", true),
            ("Train", "sagemaker:CreateTrainingJob", true),
            ("Register", "sagemaker:CreateModelPackage", false),
            ("Score", "sagemaker:CreateTransformJob", true),
            ("Spark", "elasticmapreduce:CreateCluster", true),
        ]
    );
    let Some(Value::OneOf(sizes)) = at(&found[0], &["ProcessingResources", "ClusterConfig", "InstanceType"]) else {
        panic!()
    };
    assert_eq!(sizes.len(), 2);
    assert!(matches!(at(&found[0], &["$step", "CacheConfig", "Enabled"]), Some(Value::Bool(true))));
    assert_eq!(at(&found[1], &["ResourceConfig", "InstanceType"]).unwrap().as_str(), Some("ml.p3.2xlarge"));
    let Some(Value::Unknown(count)) = at(&found[1], &["ResourceConfig", "InstanceCount"]) else { panic!() };
    assert_eq!((count.why.code, &*count.why.what), (WhyCode::VariableWithoutDefault, "Parameters.Count"));
    let Some(Value::Text(path)) = at(&found[1], &["OutputDataConfig", "S3OutputPath"]) else { panic!() };
    assert_eq!(path.len(), 3);
    let Some(Value::Unknown(model)) = at(&found[3], &["ModelName"]) else { panic!() };
    assert_eq!(&*model.refers_to.unwrap().address, "Create");
}

#[test]
fn resources_of_the_controllers_are_requests() {
    let text = "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: TrainingJob\nmetadata: {name: a, annotations: {services.k8s.aws/region: eu-west-1}}\nspec: {trainingJobName: train, resourceConfig: {instanceType: $TYPE}}\n---\napiVersion: sagemaker.aws.amazon.com/v1\nkind: HostingDeployment\nmetadata: {name: h}\nspec: {region: us-east-2, productionVariants: [{variantName: v}], models: [{name: m, containers: []}]}\n---\napiVersion: sagemaker.aws.amazon.com/v1\nkind: HostingAutoscalingPolicy\nmetadata: {name: p}\nspec: {resourceId: [{endpointName: e, variantName: v}], minCapacity: 1}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: sagemaker.services.k8s.aws}\n---\napiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: TrainingJob\nmetadata: {name: seen}\nspec: {}\nstatus: {trainingJobStatus: Completed}\n";
    let found = natives("all.yaml", text);
    let told: Vec<_> = found.iter().map(|one| (&*one.address, &*one.native_type, one.region.value.as_str())).collect();
    assert_eq!(
        told,
        [
            ("a", "sagemaker:CreateTrainingJob", Some("eu-west-1")),
            ("h", "sagemaker:CreateEndpointConfig", Some("us-east-2")),
            ("h", "sagemaker:CreateEndpoint", Some("us-east-2")),
            ("m", "sagemaker:CreateModel", Some("us-east-2")),
            ("p", "application-autoscaling:RegisterScalableTarget", None),
            ("p", "application-autoscaling:PutScalingPolicy", None),
        ]
    );
    assert!(matches!(at(&found[0], &["resourceConfig", "instanceType"]), Some(Value::Unknown(_))));
    assert_eq!(at(&found[4], &["ResourceId"]).unwrap().as_str(), Some("endpoint/e/variant/v"));
}

proptest! {
    /// Whatever is cut out of, doubled in or put into a document, reading ends without a panic.
    #[test]
    fn mutations_are_read_or_left_out(from in 0..PIPELINE.len(), length in 0usize..80, put in "[\\[\\]{}\",:$%a-z0-9]{0,6}", twice: bool) {
        let cut = PIPELINE.get(from..(from + length).min(PIPELINE.len())).unwrap_or_default();
        let inner = if twice { format!("{cut}{put}{cut}") } else { put };
        let text = format!("{}{inner}{}", &PIPELINE[..from], &PIPELINE[from + cut.len()..]);
        for path in ["a.json", "a.yaml"] {
            let _ = natives(path, &text);
        }
    }
}

#[test]
fn the_older_operator_writes_maps_as_lists_of_names_and_values() {
    let text = "apiVersion: sagemaker.aws.amazon.com/v1\nkind: TrainingJob\nmetadata: {name: x}\nspec:\n  hyperParameters: [{name: sagemaker_program, value: train.py}]\n  metricDefinitions: [{name: loss, regex: x}]\n";
    let (sources, reading) = read("job.yaml", text);
    let Value::Map(spec) = &reading.groups[0].natives[0].tree.value else { panic!() };
    let Value::Map(parameters) = &spec.get("hyperParameters").unwrap().value else { panic!() };
    assert_eq!(sources.text(parameters.get("sagemaker_program").unwrap().at), "train.py");
    assert!(matches!(spec.get("metricDefinitions").unwrap().value, Value::List(_)));
}
