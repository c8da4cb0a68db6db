//! The shapes of request documents: which keys make a mapping a request.
//!
//! Called by the frontend. The one table to extend for a further operation.

use crate::input::tree::Node;

/// A request that can be told by its keys.
pub(super) struct Shape {
    /// `service:Operation`.
    pub native_type: &'static str,
    /// Keys that all must be there; the first names the thing.
    pub all: &'static [&'static str],
    /// Keys of which one must be there, if there are any.
    pub any: &'static [&'static str],
    /// A key with a value that it must have.
    pub equal: Option<(&'static str, &'static str)>,
}

const SHAPE: Shape = Shape { native_type: "", all: &[], any: &[], equal: None };
const OF_SAGEMAKER: Option<(&str, &str)> = Some(("ServiceNamespace", "sagemaker"));

/// Every shape, the more specific before those it includes.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        native_type: "sagemaker:CreateTrainingJob",
        all: &["TrainingJobName", "AlgorithmSpecification", "ResourceConfig"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateHyperParameterTuningJob",
        all: &["HyperParameterTuningJobName", "HyperParameterTuningJobConfig"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateAutoMLJobV2",
        all: &["AutoMLJobName", "AutoMLProblemTypeConfig", "OutputDataConfig"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateAutoMLJob",
        all: &["AutoMLJobName", "InputDataConfig", "OutputDataConfig"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateProcessingJob",
        all: &["ProcessingJobName", "ProcessingResources", "AppSpecification"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateTransformJob",
        all: &["TransformJobName", "TransformResources", "TransformInput"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateNotebookInstance",
        all: &["NotebookInstanceName", "InstanceType", "RoleArn"],
        ..SHAPE
    },
    Shape {
        native_type: "sagemaker:CreateEndpointConfig",
        all: &["EndpointConfigName", "ProductionVariants"],
        ..SHAPE
    },
    Shape { native_type: "sagemaker:CreateEndpoint", all: &["EndpointName", "EndpointConfigName"], ..SHAPE },
    Shape {
        native_type: "sagemaker:CreateModel",
        all: &["ModelName"],
        any: &["PrimaryContainer", "Containers"],
        ..SHAPE
    },
    Shape {
        native_type: "application-autoscaling:PutScalingPolicy",
        all: &["PolicyName", "ServiceNamespace", "ResourceId", "ScalableDimension"],
        equal: OF_SAGEMAKER,
        ..SHAPE
    },
    Shape {
        native_type: "application-autoscaling:RegisterScalableTarget",
        all: &["ResourceId", "ServiceNamespace", "ScalableDimension"],
        any: &["MinCapacity", "MaxCapacity"],
        equal: OF_SAGEMAKER,
    },
];

/// Keys that only answers of the service have, never requests.
const ANSWERED: &[&str] = &[
    "ResponseMetadata",
    "CreationTime",
    "LastModifiedTime",
    "TrainingJobArn",
    "TrainingJobStatus",
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobStatus",
    "ProcessingJobArn",
    "ProcessingJobStatus",
    "TransformJobArn",
    "TransformJobStatus",
    "NotebookInstanceArn",
    "NotebookInstanceStatus",
    "EndpointConfigArn",
    "EndpointArn",
    "EndpointStatus",
    "ModelArn",
    "PolicyARN",
];

impl Shape {
    /// Whether a text holds the words of this shape at all.
    pub fn occurs_in(&self, text: &str) -> bool {
        let any = self.any.is_empty() || self.any.iter().any(|key| text.contains(key));
        any && self.all.iter().all(|key| text.contains(key))
    }

    /// The shape of a mapping that is a request.
    pub fn of(node: &Node) -> Option<&'static Shape> {
        if !node.is_mapping() || ANSWERED.iter().any(|key| node.get(key).is_some()) {
            return None;
        }
        SHAPES.iter().find(|shape| {
            shape.all.iter().all(|key| node.get(key).is_some())
                && (shape.any.is_empty() || shape.any.iter().any(|key| node.get(key).is_some()))
                && shape.equal.is_none_or(|(key, value)| node.get(key).and_then(Node::as_str) == Some(value))
        })
    }
}
