//! Plans and documents in strings, through the binary.

use super::support::{json, run};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// `path:line rule address`, in order.
fn findings(folder: &Path, args: &[&str]) -> Vec<String> {
    let (_, report) = json(folder, args);
    let shown = |finding: &Value| {
        let text = |pointer: &str| finding.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let line = finding.pointer("/range/start/line").unwrap();
        format!("{}:{line} {} {}", text("/path"), text("/rule"), text("/resource/address"))
    };
    report["findings"].as_array().unwrap().iter().map(shown).collect()
}

const SOURCES: &str = r#"variable "type" {}

variable "region" {}

provider "aws" {
  region = var.region
}

module "train" {
  source = "./modules/train"
  type   = var.type
}
"#;

const MODULE: &str = r#"variable "type" {}

resource "aws_instance" "gpu" {
  count         = var.type == "" ? 0 : 1
  ami           = "ami-1"
  instance_type = var.type

  tags = { Name = "model-training" }
}
"#;

fn plan(padding: usize) -> String {
    let after = json!({"ami": "ami-1", "instance_type": "p3.8xlarge", "tags": {"Name": "model-training"}, "user_data": "s3cr3t"});
    let padding: Vec<Value> = (0..padding)
        .map(|n| json!({"address": format!("null_resource.x[{n}]"), "mode": "managed", "type": "null_resource", "name": "x", "index": n, "change": {"actions": ["create"], "after": {"triggers": {"a": "x".repeat(200)}}}}))
        .collect();
    let mut changes = padding;
    changes.push(json!({
        "address": "module.train.aws_instance.gpu[0]", "module_address": "module.train", "mode": "managed",
        "type": "aws_instance", "name": "gpu", "index": 0, "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {"id": true, "instance_market_options": true}, "after_sensitive": {"user_data": true}}
    }));
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "variables": {"type": {"value": "p3.8xlarge"}},
        "planned_values": {"root_module": {}}, "resource_changes": changes
    });
    plan.to_string()
}

#[test]
fn a_plan_tells_the_values_and_its_sources_the_places() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "infra/main.tf", SOURCES);
    write(folder.path(), "infra/modules/train/main.tf", MODULE);
    write(folder.path(), "infra/plan.json", &plan(0));
    write(folder.path(), "ci/plan.json", &plan(0));
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert!(findings(folder.path(), &["."]).is_empty(), "a plan that is not named is not read");
    let beside = findings(folder.path(), &["infra/plan.json"]);
    assert!(
        beside.contains(
            &"infra/modules/train/main.tf:6 previous-generation-gpu module.train.aws_instance.gpu[0]".to_owned()
        ),
        "{beside:?}"
    );
    assert_eq!(findings(folder.path(), &["ci/plan.json", "--source", "infra"]), beside);
    let alone = findings(folder.path(), &["ci/plan.json"]);
    assert!(!alone.is_empty() && alone.iter().all(|one| one.starts_with("ci/plan.json:1 ")), "{alone:?}");
}

#[test]
fn what_is_sensitive_is_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "plan.json", &plan(0));
    let value: Value = serde_json::from_str(&plan(0)).unwrap();
    write(folder.path(), "long.json", &serde_json::to_string_pretty(&value).unwrap());
    for (path, output) in
        [("plan.json", "pretty"), ("long.json", "pretty"), ("plan.json", "json"), ("plan.json", "sarif")]
    {
        let printed = run(folder.path(), &[path, "--output", output, "--pedantic", "--notes"]).stdout;
        assert!(
            printed.contains("previous-generation-gpu") && !printed.contains("s3cr3t"),
            "{path} {output}: {printed}"
        );
    }
}

#[test]
fn what_a_plan_does_not_know_is_joined_as_the_sources_say() {
    let bucket = |name: &str| {
        format!("resource \"aws_s3_bucket\" \"{name}\" {{\n  bucket_prefix = \"model-checkpoints-\"\n}}\n")
    };
    let rule = "resource \"aws_s3_bucket_lifecycle_configuration\" \"a\" {\n  bucket = aws_s3_bucket.a.id\n  rule {\n    id     = \"all\"\n    status = \"Enabled\"\n    expiration {\n      days = 30\n    }\n  }\n}\n";
    let change = |kind: &str, name: &str, after: Value, unknown: Value| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown}})
    };
    let planned = |name| {
        change(
            "aws_s3_bucket",
            name,
            json!({"bucket_prefix": "model-checkpoints-"}),
            json!({"id": true, "bucket": true, "lifecycle_rule": true}),
        )
    };
    let expires = json!({"rule": [{"id": "all", "status": "Enabled", "expiration": [{"days": 30}]}]});
    let joined = change("aws_s3_bucket_lifecycle_configuration", "a", expires, json!({"id": true, "bucket": true}));
    let plan = json!({"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
        "resource_changes": [planned("a"), planned("b"), joined]});
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "main.tf", &format!("{}{}{rule}", bucket("a"), bucket("b")));
    write(folder.path(), "plan.json", &plan.to_string());
    assert_eq!(findings(folder.path(), &["plan.json"]), ["main.tf:4 bucket-without-lifecycle aws_s3_bucket.b"]);
}

#[test]
fn what_a_registry_module_makes_stands_at_its_call() {
    let folder = tempfile::tempdir().unwrap();
    let call = "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n}\n";
    write(folder.path(), "main.tf", call);
    let inside = plan(0).replace("module.train", "module.eks.module.pool[0]");
    write(folder.path(), "plan.json", &inside);
    let found = findings(folder.path(), &["plan.json"]);
    let address = "module.eks.module.pool[0].aws_instance.gpu[0]";
    assert!(found.contains(&format!("main.tf:1 previous-generation-gpu {address}")), "{found:?}");
}

#[test]
fn a_named_plan_may_be_larger_than_other_files() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "plan.json", &plan(40_000));
    assert!(fs::metadata(folder.path().join("plan.json")).unwrap().len() > 8 << 20);
    assert!(!findings(folder.path(), &["plan.json"]).is_empty());
    write(folder.path(), "broken.json", plan(0).trim_end_matches('}'));
    let (ran, report) = json(folder.path(), &["broken.json"]);
    assert_eq!((ran.code, &report["errors"][0]["code"]), (Some(2), &json!("syntax-error")));
}

#[test]
fn resources_of_controllers_that_terraform_applies_are_requests() {
    let folder = tempfile::tempdir().unwrap();
    let code = r#"resource "kubectl_manifest" "job" {
  yaml_body = <<-YAML
    apiVersion: sagemaker.services.k8s.aws/v1alpha1
    kind: TrainingJob
    metadata:
      name: bert
      annotations:
        services.k8s.aws/region: eu-west-1
    spec:
      trainingJobName: bert
      resourceConfig:
        instanceCount: 2
        instanceType: ml.p3.8xlarge
      stoppingCondition:
        maxRuntimeInSeconds: 86400
  YAML
}

resource "kubernetes_manifest" "config" {
  manifest = {
    apiVersion = "sagemaker.services.k8s.aws/v1alpha1"
    kind       = "EndpointConfig"
    metadata   = { name = "c" }
    spec = {
      endpointConfigName = "c"
      productionVariants = [{
        variantName          = "a"
        instanceType         = "ml.g5.12xlarge"
        initialInstanceCount = 2
      }]
    }
  }
}
"#;
    write(folder.path(), "main.tf", code);
    let (_, report) = json(folder.path(), &[]);
    let found = findings(folder.path(), &[]);
    assert!(found.contains(&"main.tf:4 training-without-spot kubectl_manifest.job:bert".to_owned()), "{found:?}");
    let variant = "main.tf:29 endpoint-without-autoscaling kubernetes_manifest.config:c";
    assert!(found.contains(&variant.to_owned()), "{found:?}");
    let resource = &report["findings"][0]["resource"];
    assert_eq!((resource["provider"].as_str(), resource["region"].as_str()), (Some("aws"), Some("eu-west-1")));
}
