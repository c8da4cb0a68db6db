//! What a task's `Resource` calls: `arn:aws:states:::sagemaker:createTrainingJob.sync`.
//!
//! Called by `states`. It must not know what an operation does.

use crate::model::value::{Piece, Str, Value};

/// What stands before the service in the name of every integration.
pub(super) const MARKER: &str = ":states:::";

/// Operations that go by another name elsewhere.
const ALIASES: &[(&str, &str)] = &[
    ("emr:RunJobFlow", "elasticmapreduce:CreateCluster"),
    ("applicationautoscaling:RegisterScalableTarget", "application-autoscaling:RegisterScalableTarget"),
    ("applicationautoscaling:PutScalingPolicy", "application-autoscaling:PutScalingPolicy"),
];

/// The operation as `service:Operation`; `None` where it calls none, or where that is not known.
pub(super) fn operation(resource: &Value) -> Option<Str> {
    let text = match resource {
        Value::String(text) => text,
        // The partition is often left to the deployment.
        Value::Text(pieces) => match pieces.last()? {
            Piece::Known(text) => text,
            Piece::Hole(_) => return None,
        },
        _ => return None,
    };
    let (_, call) = text.split_once(MARKER)?;
    let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
    let (service, action) = call.split_once(':')?;
    // `.sync`, `.sync:2` and `.waitForTaskToken` say how long to wait.
    let action = action.split(['.', ':']).next()?;
    let mut rest = action.chars();
    let name = format!("{service}:{}{}", rest.next()?.to_ascii_uppercase(), rest.as_str());
    let alias = ALIASES.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
    Some(alias.map_or_else(|| name.into(), Str::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrations_are_operations() {
        let told = |text: &str| operation(&Value::string(text)).as_deref().map(str::to_owned);
        for (resource, name) in [
            ("arn:aws:states:::sagemaker:createTrainingJob.sync", Some("sagemaker:CreateTrainingJob")),
            ("arn:aws-cn:states:::aws-sdk:sagemaker:createEndpointConfig", Some("sagemaker:CreateEndpointConfig")),
            ("arn:aws:states:::batch:submitJob.sync", Some("batch:SubmitJob")),
            ("arn:aws:states:::aws-sdk:emr:runJobFlow", Some("elasticmapreduce:CreateCluster")),
            ("arn:aws:states:::ecs:runTask.waitForTaskToken", Some("ecs:RunTask")),
            ("arn:aws:states:::states:startExecution.sync:2", Some("states:StartExecution")),
            ("arn:aws:lambda:us-east-1:123456789012:function:f", None),
            ("arn:aws:states:::", None),
            ("arn:aws:states:::sagemaker:", None),
        ] {
            assert_eq!(told(resource).as_deref(), name, "{resource}");
        }
    }
}
