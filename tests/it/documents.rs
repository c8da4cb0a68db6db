//! Documents in files of their own and in strings of others, through the binary.

use super::support::json;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// `path:line rule address`, in order.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(path, text)| write(folder.path(), path, text));
    let (_, report) = json(folder.path(), &["."]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 0);
    let shown = |finding: &Value| {
        let text = |pointer: &str| finding.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let line = finding.pointer("/range/start/line").unwrap();
        format!("{}:{line} {} {}", text("/path"), text("/rule"), text("/resource/address"))
    };
    report["findings"].as_array().unwrap().iter().map(shown).collect()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

const POOL: &str = r#"apiVersion: karpenter.sh/v1
kind: NodePool
metadata:
  name: gpu
spec:
  template:
    spec:
      requirements:
        - {key: node.kubernetes.io/instance-type, operator: In, values: [p3.2xlarge]}
        - key: karpenter.sh/capacity-type
          operator: In
          values: ["on-demand"]
  limits: {cpu: 64}
"#;

/// A resource that holds the pool, its text indented as a heredoc is.
fn holder(head: &str, value: &str) -> String {
    format!("resource \"kubectl_manifest\" \"pool\" {{\n{head}\n  yaml_body = {value}\n}}\n")
}

fn heredoc() -> String {
    format!("<<-EOT\n{}  EOT", POOL.lines().map(|line| format!("    {line}\n")).collect::<String>())
}

const OLD: &str = "previous-generation-gpu";
const ON_DEMAND: &str = "gpu-node-pool-without-spot";

#[test]
fn a_pool_is_judged_wherever_it_is_written() {
    let at = |path: &str, lines: [usize; 2], address: &str| {
        [format!("{path}:{} {OLD} {address}", lines[0]), format!("{path}:{} {ON_DEMAND} {address}", lines[1])]
    };
    assert_eq!(findings(&[("pool.yaml", POOL)]), at("pool.yaml", [9, 12], "NodePool/gpu"));
    let held = "kubectl_manifest.pool:NodePool/gpu";
    assert_eq!(findings(&[("main.tf", &holder("", &heredoc()))]), at("main.tf", [12, 15], held));
    let files = [("main.tf", holder("", "file(\"pool.yaml\")"))];
    let found = findings(&[("main.tf", &files[0].1), ("pool.yaml", POOL)]);
    assert_eq!(found, at("pool.yaml", [9, 12], held), "a file that is held is read once");
    let template = POOL.replace("p3.2xlarge", "${type}");
    let call = holder("", "templatefile(\"${path.module}/pool.tpl\", { type = \"p3.2xlarge\" })");
    assert_eq!(findings(&[("main.tf", &call), ("pool.tpl", &template)]), at("pool.tpl", [9, 12], held));
    let structure = "resource \"kubernetes_manifest\" \"pool\" {\n  manifest = yamldecode(file(\"pool.yaml\"))\n}\n";
    let found = findings(&[("main.tf", structure), ("pool.yaml", POOL)]);
    assert_eq!(found, at("pool.yaml", [9, 12], "kubernetes_manifest.pool:NodePool/gpu"));
}

#[test]
fn a_document_exists_where_and_as_often_as_its_holder() {
    assert!(findings(&[("main.tf", &holder("  count = 0", &heredoc()))]).is_empty());
    let two = findings(&[("main.tf", &holder("  count = 2", &heredoc()))]);
    assert_eq!(two.len(), 2, "equal findings of instances are one: {two:?}");
    let unknown = format!("variable \"gpu\" {{}}\n{}", holder("  count = var.gpu ? 1 : 0", &heredoc()));
    assert!(!findings(&[("main.tf", &unknown)]).is_empty());
}

#[test]
fn what_is_not_known_and_other_pools_are_left_alone() {
    let unknown = heredoc().replace("p3.2xlarge", "${var.type}").replace("\"on-demand\"", "\"${var.capacity}\"");
    let text = format!("variable \"type\" {{}}\nvariable \"capacity\" {{}}\n{}", holder("", &unknown));
    assert!(findings(&[("main.tf", &text)]).is_empty());
    let spot = POOL.replace("on-demand", "spot").replace("name: gpu", "name: spot");
    let both = findings(&[("pool.yaml", &format!("{POOL}---\n{spot}"))]);
    assert!(both.iter().all(|one| !one.contains(ON_DEMAND)), "{both:?}");
    let silent = POOL.split("        - key: karpenter.sh").next().unwrap();
    assert!(findings(&[("pool.yaml", silent)]).iter().all(|one| !one.contains(ON_DEMAND)));
}

#[test]
fn a_state_machine_in_a_template_is_placed_in_its_text() {
    let template = r#"AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Size: {Type: String, Default: ml.p3.2xlarge}
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        {
          "StartAt": "Train",
          "States": {
            "Train": {
              "Type": "Task",
              "Resource": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync",
              "Parameters": {
                "TrainingJobName": "a",
                "AlgorithmSpecification": {"TrainingInputMode": "File"},
                "ResourceConfig": {
                  "InstanceCount": 1,
                  "InstanceType": "${Size}"
                }
              },
              "End": true
            }
          }
        }
"#;
    let literal =
        template.replace("!Sub |", "|").replace("${Size}", "ml.p3.2xlarge").replace("${AWS::Partition}", "aws");
    for text in [template, &literal] {
        let found = findings(&[("template.yaml", text)]);
        assert!(found.iter().any(|one| one.starts_with(&format!("template.yaml:20 {OLD} "))), "{found:?}");
    }
}

#[test]
fn what_decides_between_whole_blocks_is_named() {
    let variant = |ty: &str| format!("[{{VariantName: a, ModelName: m, InstanceType: {ty}, InitialInstanceCount: 2}}]");
    let template = format!(
        "Parameters:\n  Env: {{Type: String}}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n  Config:\n    Type: AWS::SageMaker::EndpointConfig\n    Properties:\n      ProductionVariants: !If [IsProd, {}, {}]\n",
        variant("ml.p3.2xlarge"),
        variant("ml.g5.xlarge")
    );
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "template.yaml", &template);
    let (_, report) = json(folder.path(), &["."]);
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty());
    findings.iter().for_each(|finding| assert_eq!(finding["condition"], "IsProd", "{finding}"));
}

/// The arguments of a task look like a request document of their own.
#[test]
fn every_task_of_a_state_machine_with_arguments_is_read() {
    let machine = r#"{"QueryLanguage": "JSONata", "StartAt": "Train", "States": {
"Train": {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "Next": "Spark", "Arguments": {
  "TrainingJobName": "{% $states.input.name %}", "AlgorithmSpecification": {"TrainingImage": "x", "TrainingInputMode": "File"},
  "EnableManagedSpotTraining": false, "ResourceConfig": {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10}}},
"Spark": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync", "End": true, "Arguments": {
  "Name": "spark", "Instances": {"InstanceFleets": [{"InstanceFleetType": "TASK", "TargetOnDemandCapacity": 3,
  "InstanceTypeConfigs": [{"InstanceType": "g4dn.xlarge"}]}]}}}}}
"#;
    assert_eq!(
        findings(&[("machine.asl.json", machine)]),
        ["machine.asl.json:4 training-without-spot Train", "machine.asl.json:6 ml-cluster-without-spot Spark"]
    );
}

#[test]
fn programs_and_scripts_hand_documents_on() {
    let program = r#"import boto3, json

batch = boto3.client("batch")
batch.submit_service_job(
    jobName="train", jobQueue="sagemaker", serviceJobType="SAGEMAKER_TRAINING",
    serviceRequestPayload=json.dumps({
        "TrainingJobName": "bert",
        "ResourceConfig": {"InstanceType": "ml.p3.8xlarge", "InstanceCount": 1},
    }),
)
"#;
    let found = findings(&[("launch.py", program)]);
    assert!(found.iter().any(|one| one.starts_with(&format!("launch.py:8 {OLD} "))), "{found:?}");
    let definition = r#"definition = {"StartAt": "T", "States": {"T": {"Type": "Task", "End": True, "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
    "Parameters": {"TrainingJobName": "bert", "ResourceConfig": {"InstanceType": "ml.g5.12xlarge", "InstanceCount": 1}}}}}
"#;
    let program = format!(
        "import boto3, json\n{definition}states = boto3.client(\"stepfunctions\")\nstates.create_state_machine(name=\"m\", definition=json.dumps(definition))\n"
    );
    let found = findings(&[("machine.py", &program)]);
    assert!(found.iter().any(|one| one.starts_with("machine.py:2 training-without-spot ")), "{found:?}");
    let pool = "Region: us-east-1\nHeadNode: {InstanceType: c6i.large}\nScheduling:\n  Scheduler: slurm\n  SlurmQueues:\n    - Name: train\n      CapacityType: SPOT\n      ComputeResources:\n        - {Name: gpu, InstanceType: g5.12xlarge, MinCount: 1}\n";
    let cluster = format!(
        "resource \"aws-parallelcluster_cluster\" \"train\" {{\n  cluster_name = \"train\"\n  cluster_configuration = <<EOT\n{pool}EOT\n}}\n"
    );
    let address = "aws-parallelcluster_cluster.train:cluster";
    assert_eq!(findings(&[("main.tf", &cluster)]), [format!("main.tf:12 gpu-pool-never-zero {address}")]);
}
