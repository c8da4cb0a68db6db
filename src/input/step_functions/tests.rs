//! Machines in both query languages, nested, in files, and what is none.

use super::*;
use crate::files::Nothing;
use crate::input::Options;
use crate::model::value::Value;
use crate::source::SourceMap;
use proptest::prelude::*;
use std::sync::Arc;

fn read(path: &str, text: &str) -> (SourceMap, Reading) {
    let sources = SourceMap::new();
    let source = sources.add(path, text);
    let wanted = ["sagemaker:CreateTrainingJob", "batch:SubmitJob", "ecs:RunTask", "glue:StartJobRun"];
    let wanted = wanted.map(Arc::from).into();
    let options = Options::default();
    let context = Context { files: &Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let reading = match StepFunctions.claim(path, text) {
        Claim::No => Reading::default(),
        claim => StepFunctions.read(&context, &[ClaimedFile { path: path.into(), source, claim }]),
    };
    (sources, reading)
}

/// The value under a path of exact keys.
fn at(native: &Native, keys: &[&str]) -> Option<Value> {
    keys.iter().try_fold(native.tree.value.clone(), |value, key| match value {
        Value::Map(map) => map.get(key).map(|attr| attr.value.clone()),
        _ => None,
    })
}

const MACHINE: &str = r#"{
  "StartAt": "Both",
  "States": {
    "Both": {"Type": "Parallel", "Branches": [
      {"StartAt": "Train", "States": {
        "Train": {
          "Type": "Task",
          "Resource": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync",
          "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 5}],
          "Parameters": {
            "TrainingJobName.$": "$.name",
            "ResourceConfig": {"InstanceType": "ml.p3.2xlarge", "InstanceCount.$": "$.count", "VolumeSizeInGB": 30},
            "OutputDataConfig": {"S3OutputPath": "s3://${Bucket}/out"}
          },
          "End": true
        }}},
      {"StartAt": "Each", "States": {
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "Submit", "States": {
          "Submit": {"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:states:::aws-sdk:batch:submitJob",
            "Arguments": {"JobName": "{% 'night' %}", "JobQueue": "{% $queue %}", "Timeout": {"AttemptDurationSeconds": "{% 60 %}"}},
            "End": true}}}, "End": true}}}
    ], "Next": "Call"},
    "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}
  }
}"#;

#[test]
fn tasks_of_branches_and_iterations_are_requests() {
    let (sources, reading) = read("train.asl.json", MACHINE);
    let natives = &reading.groups[0].natives;
    let told: Vec<_> = natives.iter().map(|one| (&*one.address, &*one.native_type)).collect();
    assert_eq!(told, [("Train", "sagemaker:CreateTrainingJob"), ("Submit", "batch:SubmitJob")]);
    let [train, submit] = &natives[..] else { panic!() };
    assert_eq!(sources.text(train.head), "\"Train\"");
    assert!(sources.text(train.body).starts_with("\"Train\": {") && sources.text(train.body).ends_with('}'));
    assert_eq!(at(train, &["ResourceConfig", "InstanceType"]).unwrap().as_str(), Some("ml.p3.2xlarge"));
    let Some(Value::Unknown(count)) = at(train, &["ResourceConfig", "InstanceCount"]) else { panic!() };
    assert_eq!(&*count.why.what, "$.count");
    assert!(matches!(at(train, &["OutputDataConfig", "S3OutputPath"]), Some(Value::Text(_))));
    assert!(matches!(at(train, &["$step", "Retry"]), Some(Value::List(_))));
    assert_eq!(at(submit, &["JobName"]).unwrap().as_str(), Some("night"));
    assert!(matches!(at(submit, &["JobQueue"]), Some(Value::Unknown(_))));
    assert!(at(submit, &["Timeout", "AttemptDurationSeconds"]).unwrap().as_number().is_some());
}

#[test]
fn machines_are_found_by_content_and_inside_wrappers() {
    let text = "stepFunctions:\n  stateMachines:\n    nightly:\n      definition:\n        StartAt: Load\n        States:\n          Load: {Type: Task, Resource: 'arn:aws:states:::glue:startJobRun.sync', Parameters: {JobName: load}, End: true}\n";
    let (_, reading) = read("serverless.yml", text);
    assert_eq!(&*reading.groups[0].natives[0].native_type, "glue:StartJobRun");
    let (_, none) = read("a.json", "{\"StartAt\": 1, \"Other\": {\"States\": \"arn:aws:states:::glue:startJobRun\"}}");
    assert_eq!((none.groups.len(), none.skipped.len()), (0, 1));
    assert_eq!(StepFunctions.claim("a.py", MACHINE), Claim::No);
}

proptest! {
    /// Whatever is cut out of, doubled in or put into a machine, reading ends without a panic.
    #[test]
    fn mutations_are_read_or_left_out(from in 0..MACHINE.len(), length in 0usize..80, put in "[\\[\\]{}\",:$%.a-z0-9]{0,6}", twice: bool) {
        let cut = MACHINE.get(from..(from + length).min(MACHINE.len())).unwrap_or_default();
        let inner = if twice { format!("{cut}{put}{cut}") } else { put };
        let text = format!("{}{inner}{}", &MACHINE[..from], &MACHINE[from + cut.len()..]);
        for path in ["a.asl.json", "a.yaml"] {
            let _ = read(path, &text);
        }
    }
}
