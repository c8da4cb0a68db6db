//! The shapes of request documents: which keys make a mapping a request.
//!
//! Called by `find`. The one table to extend for a further operation; its names are checked against the service's
//! description by `tests/peers/names.py`.

use crate::input::placeholder;
use crate::input::tree::Node;
use crate::model::spelling::same_name;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A request that can be told by its keys.
pub(super) struct Shape {
    /// `service:Operation`.
    pub native_type: &'static str,
    /// Keys of single values that all must be there; the first names the thing.
    texts: &'static [&'static str],
    /// Further keys that all must be there.
    parts: &'static [&'static str],
    /// Keys of which one must be there, if there are any.
    any: &'static [&'static str],
    /// A key with a value that it must have.
    equal: Option<(&'static str, &'static str)>,
}

const fn shape(
    native_type: &'static str,
    texts: &'static [&'static str],
    parts: &'static [&'static str],
    any: &'static [&'static str],
) -> Shape {
    Shape { native_type, texts, parts, any, equal: None }
}

const OF_SAGEMAKER: Option<(&str, &str)> = Some(("ServiceNamespace", "sagemaker"));

/// Every shape, the more specific before those it includes.
pub(super) const SHAPES: &[Shape] = &[
    shape("sagemaker:CreateTrainingJob", &["TrainingJobName"], &["AlgorithmSpecification", "ResourceConfig"], &[]),
    shape("sagemaker:CreateTrainingJob", &["TrainingJobName"], &["ServerlessJobConfig"], &[]),
    shape(
        "sagemaker:CreateHyperParameterTuningJob",
        &["HyperParameterTuningJobName"],
        &["HyperParameterTuningJobConfig"],
        &[],
    ),
    shape("sagemaker:CreateProcessingJob", &["ProcessingJobName"], &["ProcessingResources", "AppSpecification"], &[]),
    shape("sagemaker:CreateTransformJob", &["TransformJobName"], &["TransformResources", "TransformInput"], &[]),
    shape("sagemaker:CreateAutoMLJobV2", &["AutoMLJobName"], &["AutoMLProblemTypeConfig"], &[]),
    shape("sagemaker:CreateAutoMLJob", &["AutoMLJobName"], &["InputDataConfig", "OutputDataConfig"], &[]),
    shape("sagemaker:CreateCompilationJob", &["CompilationJobName"], &["OutputConfig", "StoppingCondition"], &[]),
    shape("sagemaker:CreateOptimizationJob", &["OptimizationJobName", "DeploymentInstanceType"], &["ModelSource"], &[]),
    shape("sagemaker:CreateNotebookInstance", &["NotebookInstanceName", "InstanceType", "RoleArn"], &[], &[]),
    shape(
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        &["NotebookInstanceLifecycleConfigName"],
        &[],
        &["OnStart", "OnCreate"],
    ),
    shape("sagemaker:CreateEndpointConfig", &["EndpointConfigName"], &["ProductionVariants"], &[]),
    shape("sagemaker:CreateEndpoint", &["EndpointName", "EndpointConfigName"], &[], &[]),
    shape(
        "sagemaker:CreateInferenceComponent",
        &["InferenceComponentName", "EndpointName"],
        &[],
        &["Specification", "Specifications"],
    ),
    shape("sagemaker:CreateModelPackage", &["ModelPackageGroupName"], &["InferenceSpecification"], &[]),
    shape("sagemaker:CreateModelPackage", &["ModelPackageName"], &["InferenceSpecification"], &[]),
    shape("sagemaker:CreateModel", &["ModelName"], &[], &["PrimaryContainer", "Containers"]),
    shape("sagemaker:CreateDomain", &["DomainName", "AuthMode"], &["DefaultUserSettings"], &[]),
    shape("sagemaker:CreateApp", &["AppName", "AppType", "DomainId"], &[], &[]),
    shape("sagemaker:CreateUserProfile", &["UserProfileName", "DomainId"], &["UserSettings"], &[]),
    shape("sagemaker:CreateSpace", &["SpaceName", "DomainId"], &["SpaceSettings"], &[]),
    shape("sagemaker:CreateCluster", &["ClusterName"], &[], &["InstanceGroups", "RestrictedInstanceGroups"]),
    shape(
        "sagemaker:CreateFeatureGroup",
        &["FeatureGroupName", "RecordIdentifierFeatureName", "EventTimeFeatureName"],
        &[],
        &[],
    ),
    shape("sagemaker:CreateMonitoringSchedule", &["MonitoringScheduleName"], &["MonitoringScheduleConfig"], &[]),
    shape(
        "sagemaker:CreateDataQualityJobDefinition",
        &["JobDefinitionName"],
        &["DataQualityAppSpecification", "JobResources"],
        &[],
    ),
    shape(
        "sagemaker:CreateModelQualityJobDefinition",
        &["JobDefinitionName"],
        &["ModelQualityAppSpecification", "JobResources"],
        &[],
    ),
    shape(
        "sagemaker:CreateModelBiasJobDefinition",
        &["JobDefinitionName"],
        &["ModelBiasAppSpecification", "JobResources"],
        &[],
    ),
    shape(
        "sagemaker:CreateModelExplainabilityJobDefinition",
        &["JobDefinitionName"],
        &["ModelExplainabilityAppSpecification", "JobResources"],
        &[],
    ),
    shape("sagemaker:CreateMlflowTrackingServer", &["TrackingServerName", "ArtifactStoreUri"], &[], &[]),
    shape("sagemaker:CreatePipeline", &["PipelineName", "PipelineDefinition"], &[], &[]),
    shape("batch:CreateComputeEnvironment", &["ComputeEnvironmentName"], &["ComputeResources"], &[]),
    shape("batch:CreateJobQueue", &["JobQueueName"], &["ComputeEnvironmentOrder"], &[]),
    shape(
        "batch:RegisterJobDefinition",
        &["JobDefinitionName", "Type"],
        &[],
        &["ContainerProperties", "NodeProperties"],
    ),
    shape("batch:SubmitJob", &["JobName", "JobQueue", "JobDefinition"], &[], &[]),
    Shape {
        equal: OF_SAGEMAKER,
        ..shape(
            "application-autoscaling:PutScalingPolicy",
            &["PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension"],
            &[],
            &[],
        )
    },
    Shape {
        equal: OF_SAGEMAKER,
        ..shape(
            "application-autoscaling:RegisterScalableTarget",
            &["ResourceId", "ServiceNamespace", "ScalableDimension"],
            &[],
            &["MinCapacity", "MaxCapacity"],
        )
    },
];

/// Keys that only answers of the service have, never requests.
const ANSWERED: &[&str] =
    &["ResponseMetadata", "CreationTime", "LastModifiedTime", "FailureReason", "Status", "PolicyARN"];

/// What stands around records of requests that were made, which are not definitions.
const RECORDED: &[&str] = &["ResponseMetadata", "responseElements", "eventSource", "detail-type"];

/// Whether a text has the most telling key of any shape, in any spelling. Their ends come first: few literals, which
/// are searched for at once.
pub(super) fn may_occur_in(text: &str) -> bool {
    static ENDS: LazyLock<Option<Regex>> =
        LazyLock::new(|| any_of(|key| key.rmatch_indices(char::is_uppercase).nth(1).map_or(key, |(at, _)| &key[at..])));
    static KEYS: LazyLock<Option<Regex>> = LazyLock::new(|| any_of(|key| key));
    [&ENDS, &KEYS].into_iter().all(|words| words.as_ref().is_some_and(|words| words.is_match(text)))
}

/// A search for a part of the most telling key of every shape.
fn any_of(part: fn(&'static str) -> &'static str) -> Option<Regex> {
    let spelled = |shape: &Shape| {
        let part = part(shape.texts.first().copied().unwrap_or_default());
        [part.to_owned(), camel(part), snake(part)]
    };
    let words: BTreeSet<String> = SHAPES.iter().flat_map(spelled).collect();
    Regex::new(&words.into_iter().collect::<Vec<_>>().join("|")).ok()
}

/// The entries of a mapping, looked up in any spelling.
pub(super) struct Fields<'n>(Vec<(&'n Node, &'n Node)>);

impl<'n> Fields<'n> {
    pub fn of(node: &'n Node) -> Fields<'n> {
        Fields(node.entries())
    }

    pub fn entry(&self, name: &str) -> Option<(&'n Node, &'n Node)> {
        self.0.iter().find(|(key, _)| key.as_str().is_some_and(|key| same_name(name, key))).copied()
    }

    pub fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, value)| value)
    }

    fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// Whether this is the record of a request, or of what happened to it.
    pub fn are_recorded(&self) -> bool {
        RECORDED.iter().any(|key| self.has(key))
    }
}

impl Shape {
    /// Whether a text holds the words of this shape at all, in the spelling of the API, of Kubernetes or of Python.
    pub fn occurs_in(&self, text: &str) -> bool {
        let spelled = |key: &&str| text.contains(key) || text.contains(&camel(key)) || text.contains(&snake(key));
        self.texts.iter().chain(self.parts).all(spelled) && (self.any.is_empty() || self.any.iter().any(spelled))
    }

    /// The shape of a mapping, be it a request or an answer.
    pub fn of(fields: &Fields<'_>) -> Option<&'static Shape> {
        SHAPES.iter().find(|shape| {
            shape.texts.iter().all(|key| fields.get(key).is_some_and(is_text))
                && shape.parts.iter().all(|key| fields.has(key))
                && (shape.any.is_empty() || shape.any.iter().any(|key| fields.has(key)))
                && shape.equal.is_none_or(|(key, value)| fields.get(key).and_then(Node::as_str) == Some(value))
        })
    }

    /// The smallest document of this shape.
    #[cfg(test)]
    pub fn skeleton(&self) -> String {
        let value = |key: &str| self.equal.filter(|(name, _)| *name == key).map_or("x", |(_, value)| value);
        let texts = self.texts.iter().map(|key| format!("\"{key}\": \"{}\"", value(key)));
        let parts = self.parts.iter().chain(self.any.first()).map(|key| format!("\"{key}\": {{}}"));
        format!("{{{}}}", texts.chain(parts).collect::<Vec<_>>().join(", "))
    }

    /// The key that names the thing.
    pub fn name(&self) -> &'static str {
        self.texts.first().copied().unwrap_or_default()
    }

    /// Whether a mapping of this shape is what the service answers.
    pub fn is_answer(&self, fields: &Fields<'_>) -> bool {
        let thing = self.name().trim_end_matches("Name");
        let own = ["Arn", "Status"].into_iter().any(|what| fields.has(&format!("{thing}{what}")));
        own || ANSWERED.iter().any(|key| fields.has(key))
    }
}

/// A single value, as opposed to its description in a schema; generated skeletons leave it empty.
fn is_text(node: &Node) -> bool {
    node.as_str().is_some_and(|text| !text.is_empty()) || placeholder::read(node).is_some()
}

/// `trainingJobName`.
fn camel(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

/// `training_job_name`; runs of capitals stay one word.
fn snake(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 4);
    let mut before = None;
    for (at, c) in key.char_indices() {
        let next_is_lower =
            key.get(at + c.len_utf8()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_lowercase()));
        let starts = before.is_some_and(|b: char| c.is_uppercase() && (b.is_lowercase() || next_is_lower));
        if starts {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
        before = Some(c);
    }
    text
}
