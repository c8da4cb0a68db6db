//! What is found in settings of people's own.

use super::roles::Roles;
use super::*;
use crate::builtin;
use crate::files::Nothing;
use crate::input::Options;
use crate::model::value::Value;
use crate::source::SourceMap;
use std::collections::HashSet;
use std::sync::Arc;

/// Native type, address and instance count of each machine in a file.
fn machines(path: &str, text: &str) -> Vec<String> {
    let sources = SourceMap::new();
    let wanted: HashSet<Arc<str>> = roles().unwrap().natives().map(Arc::from).collect();
    let options = Options::default();
    let context = Context { files: &Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    assert_eq!(Settings.claim(path, text), Claim::Perhaps, "{path}");
    let file = ClaimedFile { path: path.into(), source: sources.add(path, text), claim: Claim::Perhaps };
    let count = |native: &Native| match &native.tree.value {
        Value::Map(map) => map.get("instance_count").and_then(|count| count.value.scalar_text()),
        _ => None,
    };
    let shown = |native: &Native| {
        let count = count(native).map(|count| format!(" x{count}")).unwrap_or_default();
        format!("{} {}{count}", native.native_type.trim_start_matches("settings:"), native.address)
    };
    Settings.read(&context, &[file]).groups.iter().flat_map(|group| group.natives.iter().map(shown)).collect()
}

#[test]
fn the_table_is_in_order() {
    Roles::load(builtin::settings()).unwrap();
}

#[test]
fn a_prefix_tells_the_use_and_gathers_what_belongs_to_it() {
    let text = "compute:\n  training_instance_type: ml.g5.xlarge\n  training_instance_count: 2\n  \
                processing_instance_type: ml.m5.large\n  processing_instance_count: 1\n";
    assert_eq!(
        machines("config.yaml", text),
        ["training config.compute.training x2", "processing config.compute.processing x1"]
    );
}

#[test]
fn the_nearest_key_around_a_machine_tells_its_use() {
    let text = r#"{"inference": {"batch": {"instanceType": "ml.m5.xlarge"}, "instanceType": "ml.g5.xlarge"}}"#;
    assert_eq!(machines("a.json", text), ["endpoint a.inference", "transform a.inference.batch"]);
    let text =
        "experiments:\n- {deploy: true, instance_type: ml.g5.xlarge}\n- {train: x, instance_type: ml.m5.large}\n";
    assert_eq!(machines("a.yml", text), ["endpoint a.experiments.0", "training a.experiments.1"]);
    let text = "[estimator]\ninstance_type = 'ml.p3.2xlarge'\ninstance_count = 1\n";
    assert_eq!(machines("a.toml", text), ["training a.estimator x1"]);
}

#[test]
fn what_stands_beside_a_machine_tells_its_use_where_it_agrees() {
    let text = "aws:\n  instance_type: ml.g4dn.xlarge\n  checkpoint_s3_uri: s3://b/c\n  managed_spot: true\n";
    assert_eq!(machines("mlx.yaml", text), ["training mlx.aws"]);
    let text = "aws:\n  instance_type: ml.m5.xlarge\n  epochs: 3\n  endpoint_name: x\n";
    assert!(machines("mlx.yaml", text).is_empty());
}

#[test]
fn other_documents_are_left_alone() {
    for text in ["$schema: x\ntraining: {instance_type: ml.m5.large}", "instance_type: ml.m5.large"] {
        assert!(machines("a.yaml", text).is_empty(), "{text}");
    }
    for text in ["training: {instance_type: m5.large}", "training: {ml.m5.large: 1}", "instance_types: [ml.m5.large]"] {
        assert_eq!(Settings.claim("a.yaml", text), Claim::No, "{text}");
    }
}
