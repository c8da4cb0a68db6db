//! The hard resources of managed services and of storage, as people write them.

use super::super::super::testing::{of_kind, only, partners, read};
use super::{all, inventory, joined};
use crate::input::cloudformation::CloudFormation;
use crate::input::sagemaker::SageMaker;
use crate::input::terraform::Terraform;
use crate::model::resource::Inventory;

#[test]
fn hard_4_terraform_profiles_inherit_from_their_domain() {
    let code = r#"
        resource "aws_sagemaker_domain" "d" {
          domain_name = "ml"
          default_user_settings {
            execution_role = "arn:aws:iam::1:role/r"
            jupyter_lab_app_settings {
              default_resource_spec { instance_type = "ml.g5.xlarge" }
              app_lifecycle_management {
                idle_settings {
                  lifecycle_management    = "ENABLED"
                  idle_timeout_in_minutes = 60
                }
              }
            }
          }
        }
        resource "aws_sagemaker_user_profile" "inherits" {
          domain_id         = aws_sagemaker_domain.d.id
          user_profile_name = "ada"
        }
        resource "aws_sagemaker_user_profile" "own" {
          domain_id         = aws_sagemaker_domain.d.id
          user_profile_name = "bob"
          user_settings {
            execution_role = "arn:aws:iam::1:role/r"
            jupyter_lab_app_settings {
              default_resource_spec { instance_type = "ml.t3.medium" }
              app_lifecycle_management {
                idle_settings { lifecycle_management = "DISABLED" }
              }
            }
          }
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let studio = |attribute: &str| all(&inventory, "studio_settings", attribute);
    assert_eq!(studio("level"), ["domain", "profile", "profile"]);
    assert_eq!(studio("name"), ["ml", "ada", "bob"]);
    assert_eq!(studio("idle"), ["on", "on", "off"]);
    assert_eq!(studio("idle_timeout")[..2], ["3600", "3600"]);
    let (large, small) = ("[{type: ml.g5.xlarge, count: 1}]", "[{type: ml.t3.medium, count: 1}]");
    assert_eq!(studio("instances"), [large, large, small]);
    assert_eq!(studio("web_portal"), ["on"; 3]);
    let members = "aws_sagemaker_user_profile.inherits aws_sagemaker_user_profile.own";
    assert_eq!(joined(&inventory, "studio_settings", "members")[0], members);
}

#[test]
fn hard_4_cloudformation_profiles_inherit_from_their_domain() {
    let template = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      DomainName: ml
      AuthMode: IAM
      DefaultUserSettings:
        ExecutionRole: arn:aws:iam::1:role/r
        JupyterLabAppSettings:
          DefaultResourceSpec: {InstanceType: ml.g5.xlarge}
          AppLifecycleManagement:
            IdleSettings: {LifecycleManagement: ENABLED, IdleTimeoutInMinutes: 60}
  Ada:
    Type: AWS::SageMaker::UserProfile
    Properties: {DomainId: !Ref Domain, UserProfileName: ada}
  Bob:
    Type: AWS::SageMaker::UserProfile
    Properties:
      DomainId: !GetAtt Domain.DomainId
      UserProfileName: bob
      UserSettings:
        JupyterLabAppSettings:
          AppLifecycleManagement: {IdleSettings: {LifecycleManagement: DISABLED}}
"#;
    let inventory = inventory(&CloudFormation, template);
    let ids = of_kind(&inventory, "studio_settings");
    let of = |address: &str, attribute: &str| {
        let found = ids.iter().map(|id| inventory.resource(*id)).find(|one| &*one.native.address == address);
        read(&inventory, found.unwrap(), attribute)
    };
    assert_eq!((&*of("Domain", "idle"), &*of("Ada", "idle"), &*of("Bob", "idle")), ("on", "on", "off"));
    assert_eq!((&*of("Ada", "idle_timeout"), &*of("Ada", "name")), ("3600", "ada"));
    assert_eq!(of("Ada", "instances"), "[{type: ml.g5.xlarge, count: 1}]");
    let domain = ids.iter().find(|id| &*inventory.resource(**id).native.address == "Domain").unwrap();
    assert_eq!(partners(&inventory, *domain, "members"), "Ada Bob");
}

#[test]
fn hard_6_terraform_tuning_job_with_several_definitions() {
    let code = r#"
        resource "aws_sagemaker_hyper_parameter_tuning_job" "t" {
          name = "tune"
          config {
            strategy                         = "Bayesian"
            training_job_early_stopping_type = "Auto"
            resource_limits {
              max_number_of_training_jobs = 50
              max_parallel_training_jobs  = 5
            }
          }
          training_job_definitions {
            definition_name              = "a"
            enable_managed_spot_training = true
            resource_config {
              instance_type     = "ml.p3.2xlarge"
              instance_count    = 1
              volume_size_in_gb = 30
            }
            stopping_condition {
              max_runtime_in_seconds   = 3600
              max_wait_time_in_seconds = 7200
            }
          }
          training_job_definitions {
            definition_name = "b"
            resource_config {
              instance_type     = "ml.g5.xlarge"
              instance_count    = 4
              volume_size_in_gb = 30
            }
            stopping_condition { max_runtime_in_seconds = 1800 }
          }
        }
    "#;
    tunes(&inventory(&Terraform, code), "aws_sagemaker_hyper_parameter_tuning_job.t");
}

#[test]
fn hard_6_request_for_a_tuning_job_with_several_definitions() {
    let request = r#"{
        "HyperParameterTuningJobName": "tune",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "TrainingJobEarlyStoppingType": "Auto",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 50, "MaxParallelTrainingJobs": 5}
        },
        "TrainingJobDefinitions": [
            {
                "DefinitionName": "a",
                "EnableManagedSpotTraining": true,
                "ResourceConfig": {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
            },
            {
                "DefinitionName": "b",
                "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 4, "VolumeSizeInGB": 30},
                "StoppingCondition": {"MaxRuntimeInSeconds": 1800}
            }
        ]
    }"#;
    tunes(&inventory(&SageMaker, request), "tune");
}

/// Both formats say the same search over two definitions.
fn tunes(inventory: &Inventory, address: &str) {
    let tuning = |attribute: &str| read(inventory, only(inventory, "tuning_job"), attribute);
    let shown = ["name", "strategy", "trials", "parallel_trials", "early_stopping"].map(tuning);
    assert_eq!(shown, ["tune", "bayesian", "50", "5", "on"]);
    let job = |attribute: &str| all(inventory, "training_job", attribute);
    assert_eq!((job("name"), job("spot")), (vec!["a".into(), "b".into()], vec!["on".into(), "off".into()]));
    assert_eq!(job("instances"), ["[{type: ml.p3.2xlarge, count: 1}]", "[{type: ml.g5.xlarge, count: 4}]"]);
    assert_eq!(
        (job("max_run"), job("max_wait")),
        (vec!["3600".into(), "1800".into()], vec!["7200".into(), "absent".into()])
    );
    assert_eq!((job("trials"), job("volume_size")), (vec!["50".into(); 2], vec!["30".into(); 2]));
    assert_eq!(joined(inventory, "tuning_job", "definitions"), [format!("{address} {address}")]);
    assert_eq!(joined(inventory, "training_job", "tuned_by"), [address; 2]);
}

#[test]
fn hard_7_terraform_storage_account_with_its_management_policy() {
    let code = r#"
        resource "azurerm_storage_account" "s" {
          name                     = "mldata"
          resource_group_name      = "ml"
          location                 = "westeurope"
          account_tier             = "Standard"
          account_replication_type = "LRS"
          tags                     = { team = "ml" }
          blob_properties { versioning_enabled = true }
        }
        resource "azurerm_storage_account" "other" {
          name                = "other"
          location            = "westeurope"
        }
        resource "azurerm_storage_management_policy" "p" {
          storage_account_id = azurerm_storage_account.s.id
          rule {
            name    = "checkpoints"
            enabled = true
            filters {
              prefix_match = ["checkpoints/"]
              blob_types   = ["blockBlob"]
            }
            actions {
              base_blob {
                tier_to_cool_after_days_since_modification_greater_than    = 30
                tier_to_archive_after_days_since_modification_greater_than = 60
                delete_after_days_since_modification_greater_than          = 90
              }
              snapshot { delete_after_days_since_creation_greater_than = 7 }
              version { change_tier_to_archive_after_days_since_creation = 14 }
            }
          }
          rule {
            name    = "unused"
            enabled = false
            actions {
              base_blob {
                tier_to_cool_after_days_since_last_access_time_greater_than = 20
                tier_to_cold_after_days_since_creation_greater_than         = 40
              }
              version { delete_after_days_since_creation = 5 }
            }
          }
        }
    "#;
    let inventory = inventory(&Terraform, code);
    let bucket = |attribute: &str| all(&inventory, "bucket", attribute);
    assert_eq!(
        (bucket("name"), bucket("versioning")),
        (vec!["mldata".into(), "other".into()], vec!["on".into(), "off".into()])
    );
    assert_eq!((&*bucket("tags")[0], &*bucket("storage_class")[0]), ("{team: ml}", "Hot"));
    let rules = concat!(
        "[{id: checkpoints, enabled: true, expires: true, expiration_days: 90, ",
        "transitions: [{days: 30, storage_class: Cool}, {days: 60, storage_class: Archive}], ",
        "noncurrent_transitions: [{days: 14, storage_class: Archive}]}, ",
        "{id: unused, enabled: false, expires: false, ",
        "transitions: [{days: 20, storage_class: Cool}, {days: 40, storage_class: Cold}], ",
        "noncurrent_expiration_days: 5}]",
    );
    assert_eq!(all(&inventory, "lifecycle_policy", "rules"), [rules]);
    assert_eq!(joined(&inventory, "bucket", "lifecycle"), ["azurerm_storage_management_policy.p", ""]);
}

#[test]
fn cloud_control_resources_of_terraform_are_lifted_by_the_rows_of_cloudformation() {
    let code = r#"
        provider "awscc" { region = "us-west-2" }
        resource "awscc_sagemaker_endpoint_config" "bert" {
          endpoint_config_name = "bert"
          production_variants = [{
            variant_name           = "all"
            instance_type          = "ml.p3.2xlarge"
            initial_instance_count = 2
          }]
        }
        resource "awscc_sagemaker_endpoint" "bert" {
          endpoint_config_name = awscc_sagemaker_endpoint_config.bert.endpoint_config_name
        }
    "#;
    let inventory = inventory(&Terraform, code);
    assert_eq!(all(&inventory, "endpoint_variant", "instances"), ["[{type: ml.p3.2xlarge, count: 2}]"]);
    let variant = only(&inventory, "endpoint_variant");
    assert_eq!((&*variant.native.provider, variant.native.region.value.as_str()), ("aws", Some("us-west-2")));
    assert_eq!(joined(&inventory, "endpoint", "variants"), ["awscc_sagemaker_endpoint_config.bert"]);
}
