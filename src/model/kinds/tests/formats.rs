//! The hard resources of the kind tables as people write them: text through a frontend, then lifted and joined.
//!
//! Machines and batches of them are here; managed services and storage in `services`.

mod regions;
mod registry;
mod services;

use super::super::testing::{of_kind, only, partners, read, shipped, shown};
use crate::files::Nothing;
use crate::input::cloudformation::CloudFormation;
use crate::input::terraform::Terraform;
use crate::input::{Claim, ClaimedFile, Context, Frontend, Options};
use crate::model::resource::Inventory;
use crate::source::SourceMap;

/// What a frontend makes of a project with this one file.
fn inventory(frontend: &dyn Frontend, text: &str) -> Inventory {
    let (sources, kinds, options) = (SourceMap::new(), shipped(), Options::default());
    let path = frontend.example_path();
    assert_ne!(frontend.claim(path, text), Claim::No, "{text}");
    let context =
        Context { files: &Nothing, sources: &sources, wanted: &kinds.native_types(), options: &options, unread: &[] };
    let file = ClaimedFile { path: path.into(), source: sources.add(path, text), claim: Claim::Surely };
    let reading = frontend.read(&context, &[file]);
    assert!(reading.errors.is_empty() && reading.skipped.is_empty(), "{:?} {:?}", reading.errors, reading.skipped);
    Inventory::build(kinds, reading.groups)
}

/// An attribute of every resource of a kind.
fn all(inventory: &Inventory, kind: &str, attribute: &str) -> Vec<String> {
    of_kind(inventory, kind).iter().map(|id| read(inventory, inventory.resource(*id), attribute)).collect()
}

/// The partners of every resource of a kind.
fn joined(inventory: &Inventory, kind: &str, link: &str) -> Vec<String> {
    of_kind(inventory, kind).iter().map(|id| partners(inventory, *id, link)).collect()
}

#[test]
fn hard_1_terraform_groups_take_types_from_overrides_and_from_their_template() {
    let code = r#"
        resource "aws_launch_template" "t" {
          name_prefix   = "train-"
          instance_type = "p3.2xlarge"
        }
        resource "aws_launch_template" "spot" {
          instance_type = "g4dn.xlarge"
          instance_market_options { market_type = "spot" }
        }
        resource "aws_autoscaling_group" "mixed" {
          min_size            = 0
          max_size            = 8
          vpc_zone_identifier = ["subnet-1"]
          mixed_instances_policy {
            instances_distribution {
              on_demand_base_capacity                  = 1
              on_demand_percentage_above_base_capacity = 25
              spot_allocation_strategy                 = "price-capacity-optimized"
            }
            launch_template {
              launch_template_specification {
                launch_template_id = aws_launch_template.t.id
                version            = "$Latest"
              }
              override { instance_type = "g5.xlarge" }
              override {
                instance_type     = "g6.xlarge"
                weighted_capacity = "2"
              }
            }
          }
          tag {
            key                 = "team"
            value               = "ml"
            propagate_at_launch = true
          }
        }
        resource "aws_autoscaling_group" "on" {
          min_size           = 1
          max_size           = 1
          availability_zones = ["us-east-1a"]
          mixed_instances_policy {
            instances_distribution { on_demand_percentage_above_base_capacity = 0 }
            launch_template {
              launch_template_specification { launch_template_name = aws_launch_template.t.name }
            }
          }
        }
        resource "aws_autoscaling_group" "default" {
          min_size = 1
          max_size = 1
          mixed_instances_policy {
            launch_template {
              launch_template_specification { launch_template_id = aws_launch_template.t.id }
              override {
                instance_requirements {
                  allowed_instance_types = ["g5.*"]
                }
              }
            }
          }
        }
        resource "aws_autoscaling_group" "any" {
          min_size = 1
          max_size = 1
          mixed_instances_policy {
            launch_template {
              launch_template_specification { launch_template_id = aws_launch_template.t.id }
              override {
                instance_requirements {
                  vcpu_count { min = 4 }
                  memory_mib { min = 16384 }
                }
              }
            }
          }
        }
        resource "aws_autoscaling_group" "plain" {
          min_size = 1
          max_size = 1
          launch_template {
            id      = aws_launch_template.t.id
            version = aws_launch_template.t.latest_version
          }
        }
        resource "aws_autoscaling_group" "template_on" {
          min_size = 1
          max_size = 1
          launch_template { id = aws_launch_template.spot.id }
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let group = |attribute: &str| all(&inventory, "scaling_group", attribute);
    let instances = group("instances");
    assert_eq!(instances[0], "[{type: g5.xlarge|g6.xlarge}]");
    assert_eq!(instances[1], "[{type: p3.2xlarge}]");
    assert_eq!(instances[2], "[{type: g5.*}]", "never the template's type where requirements replace it");
    assert_eq!(instances[3..], ["absent", "[{type: p3.2xlarge}]", "[{type: g4dn.xlarge}]"]);
    assert_eq!(group("spot"), ["mixed", "on", "off", "off", "off", "on"]);
    assert_eq!(group("mixed"), ["true", "true", "true", "true", "false", "false"]);
    assert_eq!(group("on_demand_percentage")[..2], ["25", "0"]);
    assert_eq!(group("types")[0], "[g5.xlarge, g6.xlarge]");
    assert_eq!(
        (&*group("tags")[0], &*group("subnets")[0], &*group("subnets")[1]),
        ("{team: ml}", "[subnet-1]", "[us-east-1a]")
    );
    let used = joined(&inventory, "scaling_group", "template_used");
    let plain = "aws_launch_template.t";
    assert_eq!(used, [plain, plain, plain, plain, plain, "aws_launch_template.spot"]);
}

#[test]
fn hard_1_cloudformation_groups_say_the_same() {
    let template = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData: {InstanceType: p3.2xlarge, ImageId: ami-1}
  Mixed:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "0"
      MaxSize: "8"
      VPCZoneIdentifier: [subnet-1]
      Tags: [{Key: team, Value: ml, PropagateAtLaunch: true}]
      MixedInstancesPolicy:
        InstancesDistribution: {OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 25}
        LaunchTemplate:
          LaunchTemplateSpecification:
            LaunchTemplateId: !Ref Template
            Version: !GetAtt Template.LatestVersionNumber
          Overrides: [{InstanceType: g5.xlarge}, {InstanceType: g6.xlarge}]
  Plain:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MinSize: "1"
      MaxSize: "1"
      AvailabilityZones: [us-east-1a]
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}
"#;
    let inventory = inventory(&CloudFormation, template);
    let group = |attribute: &str| all(&inventory, "scaling_group", attribute);
    assert_eq!(group("instances"), ["[{type: g5.xlarge|g6.xlarge}]", "[{type: p3.2xlarge}]"]);
    assert_eq!(
        (group("spot"), group("mixed")),
        (vec!["mixed".into(), "off".into()], vec!["true".into(), "false".into()])
    );
    assert_eq!((group("min"), group("max")), (vec!["0".into(), "1".into()], vec!["8".into(), "1".into()]));
    assert_eq!(group("tags")[0], "{team: ml}");
    assert_eq!(group("subnets"), ["[subnet-1]", "[us-east-1a]"]);
    assert_eq!(joined(&inventory, "machine_template", "groups"), ["Mixed Plain"]);
}

#[test]
fn hard_2_terraform_machine_with_attached_accelerators() {
    let code = r#"
        resource "google_compute_instance" "block" {
          name         = "trainer"
          machine_type = "n1-standard-8"
          zone         = "us-central1-a"
          labels       = { team = "ml" }
          boot_disk {
            initialize_params {
              image = "ml-images/common-cu121"
              type  = "pd-ssd"
              size  = 200
            }
          }
          guest_accelerator {
            type  = "nvidia-tesla-t4"
            count = 2
          }
          scheduling {
            preemptible         = true
            automatic_restart   = false
            on_host_maintenance = "TERMINATE"
          }
        }
        resource "google_compute_instance" "list" {
          name              = "notebook"
          machine_type      = "n1-standard-4"
          zone              = "us-central1-b"
          guest_accelerator = [{ type = "nvidia-tesla-v100", count = 1 }]
          scheduling { on_host_maintenance = "TERMINATE" }
        }
        resource "google_compute_instance" "spot" {
          name         = "plain"
          machine_type = "a2-highgpu-1g"
          zone         = "us-central1-c"
          scheduling { provisioning_model = "SPOT" }
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let machine = |attribute: &str| all(&inventory, "machine", attribute);
    assert_eq!(
        machine("instances"),
        [
            "[{type: n1-standard-8, count: 1, accelerator: nvidia-tesla-t4, accelerator_count: 2, zone: us-central1-a}]",
            "[{type: n1-standard-4, count: 1, accelerator: nvidia-tesla-v100, accelerator_count: 1, zone: us-central1-b}]",
            "[{type: a2-highgpu-1g, count: 1, zone: us-central1-c}]",
        ]
    );
    assert_eq!(machine("spot"), ["on", "off", "on"]);
    assert_eq!((&*machine("tags")[0], &*machine("image")[0]), ("{team: ml}", "ml-images/common-cu121"));
    assert_eq!(machine("volumes")[0], "[{type: pd-ssd, size: 200}]");
}

// A Karpenter NodePool is a manifest, which no frontend reads, and no row reads it out of a `kubectl_manifest`:
// `hard_3_karpenter_pool` builds it by hand.

/// The environments of the only queue as `address order`.
fn in_order(inventory: &Inventory) -> Vec<String> {
    let link = inventory.kinds.get(only(inventory, "batch_queue").kind).link("runs_on").unwrap();
    let partners = inventory.partners(of_kind(inventory, "batch_queue")[0], link);
    let shown = partners.resources.iter().map(|partner| {
        format!("{} {}", inventory.resource(partner.resource).native.address, shown(partner.edge[0].as_ref()))
    });
    shown.collect()
}

#[test]
fn hard_5_terraform_environments_are_tried_in_the_order_of_their_queue() {
    let code = r#"
        resource "aws_batch_compute_environment" "spot" {
          name = "spot"
          type = "MANAGED"
          compute_resources {
            type                = "SPOT"
            allocation_strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED"
            instance_type       = ["g5.xlarge", "g6.xlarge"]
            min_vcpus           = 0
            max_vcpus           = 64
          }
        }
        resource "aws_batch_compute_environment" "od" {
          name = "od"
          type = "MANAGED"
          compute_resources {
            type          = "EC2"
            instance_type = ["p3.2xlarge"]
            min_vcpus     = 8
            max_vcpus     = 64
          }
        }
        resource "aws_batch_job_queue" "q" {
          name     = "train"
          state    = "ENABLED"
          priority = 1
          compute_environment_order {
            order               = 1
            compute_environment = aws_batch_compute_environment.spot.arn
          }
          compute_environment_order {
            order               = 2
            compute_environment = aws_batch_compute_environment.od.arn
          }
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let environment = |attribute: &str| all(&inventory, "batch_environment", attribute);
    assert_eq!(
        (environment("name"), environment("spot")),
        (vec!["spot".into(), "od".into()], vec!["on".into(), "off".into()])
    );
    assert_eq!(environment("instances"), ["[{type: g5.xlarge|g6.xlarge, count: 1}]", "[{type: p3.2xlarge, count: 1}]"]);
    assert_eq!((&*environment("floor")[0], &*environment("floor")[1]), ("0", "1"));
    assert_eq!(joined(&inventory, "batch_environment", "queues"), ["aws_batch_job_queue.q"; 2]);
    assert_eq!(in_order(&inventory), ["aws_batch_compute_environment.spot 1", "aws_batch_compute_environment.od 2"]);
}

#[test]
fn hard_5_cloudformation_environments_are_tried_in_the_order_of_their_queue() {
    let template = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Spot:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      Type: MANAGED
      ComputeResources: {Type: SPOT, InstanceTypes: [g5.xlarge], MinvCpus: 0, MaxvCpus: 64, DesiredvCpus: 0, Subnets: [s]}
  OnDemand:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      Type: managed
      ComputeResources: {Type: EC2, InstanceTypes: [p3.2xlarge], MinvCpus: 8, MaxvCpus: 64, Subnets: [s]}
  Queue:
    Type: AWS::Batch::JobQueue
    Properties:
      Priority: 1
      ComputeEnvironmentOrder:
        - {Order: 1, ComputeEnvironment: !Ref Spot}
        - {Order: 2, ComputeEnvironment: !GetAtt OnDemand.ComputeEnvironmentArn}
"#;
    let inventory = inventory(&CloudFormation, template);
    let mut order = in_order(&inventory);
    order.sort();
    assert_eq!(order, ["OnDemand 2", "Spot 1"]);
    let sorted = |attribute: &str| {
        let mut all = all(&inventory, "batch_environment", attribute);
        all.sort();
        all
    };
    assert_eq!((sorted("min"), sorted("max")), (vec!["0".into(), "8".into()], vec!["64".into(), "64".into()]));
    assert_eq!(sorted("spot"), ["off", "on"]);
    assert_eq!(sorted("instances"), ["[{type: g5.xlarge, count: 1}]", "[{type: p3.2xlarge, count: 1}]"]);
}
