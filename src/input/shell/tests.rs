//! What scripts make, told as natives.

use super::*;
use crate::files::Overlay;
use crate::input::Options;
use crate::input::testing::show;
use crate::source::SourceMap;
use std::collections::HashSet;

/// The natives of a project's scripts as `type address key=value…`.
fn natives(files: &[(&str, &str)]) -> Vec<String> {
    let sources = SourceMap::new();
    let claimed: Vec<ClaimedFile> = files
        .iter()
        .filter(|(path, text)| Shell.claim(path, text) != Claim::No)
        .map(|(path, text)| ClaimedFile {
            path: (*path).into(),
            source: sources.add(*path, *text),
            claim: Claim::Perhaps,
        })
        .collect();
    let project = Overlay::new(files::Nothing, files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let wanted: HashSet<Arc<str>> =
        programs().iter().flat_map(|p| &p.commands).map(|c| Arc::from(c.native.as_str())).collect();
    let options = Options::default();
    let context = Context { files: &project, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let groups = Shell.read(&context, &claimed).groups;
    groups.iter().flat_map(|group| &group.natives).map(show).collect()
}

fn script(text: &str) -> Vec<String> {
    natives(&[("train.sh", text)])
}

#[test]
fn continued_lines_quotes_and_joined_words_are_one_command() {
    let text = "#!/bin/bash\nTYPE=\"p3\"\\\n\".16xlarge\"\nID=$(aws --region us-east-1 ec2 run-instances \\\n  --instance-type \"$TYPE\" --count 2 \\\n  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=training job}]' --query x | jq .)\n";
    assert_eq!(
        script(text),
        [
            "ec2:RunInstances train.ec2-run-instances{instance-type=p3.16xlarge max-count=2 tag-specifications={ResourceType=instance Tags=[{Key=Name Value=training job}]} region=us-east-1}"
        ]
    );
}

#[test]
fn variables_branches_and_defaults_are_followed() {
    let text = "N=${1:-2}\nif [ \"$GPU\" = 1 ]; then TYPE=ml.p3.2xlarge; else TYPE=ml.m5.large; fi\nname() { aws sagemaker create-endpoint --endpoint-name \"$1-live\" --endpoint-config-name $CFG; }\nCFG=cfg\nname bert\naws sagemaker create-endpoint-config --endpoint-config-name $CFG --production-variants VariantName=a,InstanceType=$TYPE,InitialInstanceCount=$N VariantName=b,InstanceType=ml.m5.large,ModelName=$MODEL\n";
    assert_eq!(
        script(text),
        [
            "sagemaker:CreateEndpoint bert-live{endpoint-name=bert-live endpoint-config-name=cfg}",
            "sagemaker:CreateEndpointConfig cfg{endpoint-config-name=cfg production-variants=[{VariantName=a InstanceType=ml.p3.2xlarge|ml.m5.large InitialInstanceCount=2} {VariantName=b InstanceType=ml.m5.large ModelName=?$MODEL}]}"
        ]
    );
}

#[test]
fn elements_of_arrays_and_defaults_that_are_kept_are_known() {
    let text = "declare -A SIZES=([small]=ml.g5.xlarge [\"large\"]=ml.p3.2xlarge)\nSIZES[old]=ml.p2.xlarge\nLIST=(ml.t3.medium ml.m5.large)\nKEY=old\n: \"${REGION:=eu-west-1}\"\nmake() { aws --region $REGION sagemaker create-notebook-instance --notebook-instance-name n --instance-type \"$1\"; }\nmake \"${SIZES[small]}\"\nmake ${SIZES[large]}\nmake ${SIZES[$KEY]}\nmake ${LIST[1]}\nmake ${SIZES[none]}\n";
    let types: Vec<String> =
        script(text).iter().map(|one| one.split("instance-type=").nth(1).unwrap().into()).collect();
    assert_eq!(
        types,
        [
            "ml.g5.xlarge region=eu-west-1}",
            "ml.p3.2xlarge region=eu-west-1}",
            "ml.p2.xlarge region=eu-west-1}",
            "ml.m5.large region=eu-west-1}",
            "?${SIZES[none]} region=eu-west-1}"
        ]
    );
}

#[test]
fn words_that_stand_under_a_condition_are_taken() {
    let text = "gcloud storage buckets create gs://one ${REGION:+--location=$REGION --soft-delete-duration 0}\n";
    let bucket = "gcloud:storage.buckets.create one{location=?$REGION soft-delete-duration=0 name=one}";
    assert_eq!(script(text), [bucket]);
}

#[test]
fn documents_are_read_from_words_heredocs_and_files() {
    let text = "aws sagemaker create-training-job --training-job-name a --resource-config \"{\\\"InstanceType\\\": \\\"$TYPE\\\", \\\"InstanceCount\\\": $N}\" --enable-managed-spot-training\ncat > /tmp/s.json <<EOF\n{\"MaxRuntimeInSeconds\": 60}\nEOF\naws sagemaker create-training-job --training-job-name b --stopping-condition file:///tmp/s.json --resource-config file://conf/r.json \"$@\"\n";
    let conf = "{\"InstanceType\": \"ml.p3.2xlarge\"}";
    assert_eq!(
        natives(&[("jobs/train.sh", text), ("jobs/conf/r.json", conf)]),
        [
            "sagemaker:CreateTrainingJob a{training-job-name=a resource-config={InstanceType=?$TYPE InstanceCount=?$N} enable-managed-spot-training=true}",
            "sagemaker:CreateTrainingJob b{training-job-name=b stopping-condition={MaxRuntimeInSeconds=60} resource-config={InstanceType=ml.p3.2xlarge} ..}"
        ]
    );
}

#[test]
fn what_is_not_made_or_made_for_a_while_is_left_out() {
    for text in [
        "echo aws ec2 run-instances --instance-type p3.2xlarge",
        "aws ec2 run-instances --instance-type p3.2xlarge --dry-run",
        "U=http://localhost:4566\naws --endpoint-url=$U s3 mb s3://b",
        "# aws ec2 run-instances --instance-type p3.2xlarge\naws ec2 describe-instances",
        "cat <<EOF\naws ec2 run-instances --instance-type p3.2xlarge\nEOF",
        "aws ec2 run-instances --instance-type p3.2xlarge\nsleep 60\naws ec2 terminate-instances --instance-ids $ID",
        "gcloud compute instances create a --machine-type=a2-highgpu-1g\ntrap 'x' EXIT\ngcloud compute instances delete a --quiet",
    ] {
        assert!(script(text).is_empty(), "{text}");
    }
    assert_eq!(
        script("aws s3 ls s3://b || aws s3 mb s3://b --region eu-west-1"),
        ["s3:CreateBucket b{region=eu-west-1 bucket=b} if aws s3 ls s3://b"]
    );
}

#[test]
fn other_programs_speak_through_their_tables() {
    let text = "gcloud beta compute instances create a b --zone=us-central1-a --machine-type n1-standard-8 --accelerator=type=nvidia-tesla-v100,count=2 --preemptible\naz vm create -g rg -n gpu --size Standard_NC6 --tags a=b c=d\neksctl create nodegroup --cluster c --name gpu --node-type p3.2xlarge --nodes 3 --spot\n";
    assert_eq!(
        script(text),
        [
            "gcloud:compute.instances.create a{zone=us-central1-a machine-type=n1-standard-8 guest_accelerator={type=nvidia-tesla-v100 count=2} scheduling={preemptible=true} name=a}",
            "gcloud:compute.instances.create b{zone=us-central1-a machine-type=n1-standard-8 guest_accelerator={type=nvidia-tesla-v100 count=2} scheduling={preemptible=true} name=b}",
            "az:vm.create gpu{name=gpu size=Standard_NC6 tags={a=b c=d}}",
            "eksctl:create.nodegroup train.create-nodegroup{instance_types=p3.2xlarge cluster_name=c node_group_name=gpu scaling_config={desired_size=3} capacity_type=SPOT}"
        ]
    );
}

#[test]
fn documents_and_repeated_options_make_up_jobs() {
    let text = "gcloud ai custom-jobs create --display-name=a --config=job.yaml\ngcloud ai custom-jobs create --display-name=b --worker-pool-spec=machine-type=n1-standard-4,replica-count=1 --worker-pool-spec=machine-type=a2-highgpu-1g\ngcloud ai endpoints deploy-model 7 --machine-type=n1-standard-4 --accelerator=count=1,type=nvidia-tesla-t4 --min-replica-count=3\naz ml compute create -f compute.yml --max-instances 2 -g rg\nsky launch -c dev job.yaml --gpus V100:8 -y\nsky launch -c other 'python train.py'\n";
    let job = "workerPoolSpecs:\n- {machineSpec: {machineType: n1-standard-8}, replicaCount: 2}\nname: ${NAME}\n";
    let compute = "{type: amlcompute, size: Standard_NC6s_v3, max_instances: 4}";
    assert_eq!(
        natives(&[("train.sh", text), ("job.yaml", job), ("compute.yml", compute)]),
        [
            "aiplatform:CreateCustomJob a{workerPoolSpecs=[{machineSpec={machineType=n1-standard-8} replicaCount=2}] name=?${NAME} display-name=a}",
            "aiplatform:CreateCustomJob b{display-name=b worker_pool_specs=[{machine-type=n1-standard-4 replica-count=1} {machine-type=a2-highgpu-1g}]}",
            "aiplatform:DeployModel 7{machine-type=n1-standard-4 accelerator={count=1 type=nvidia-tesla-t4} min-replica-count=3 endpoint=7}",
            "azureml:Compute train.ml-compute-create{type=amlcompute size=Standard_NC6s_v3 max_instances=2}",
            "skypilot:launch train.launch{workerPoolSpecs=[{machineSpec={machineType=n1-standard-8} replicaCount=2}] name=?${NAME} cluster=dev resources={accelerators=V100:8}}",
            "skypilot:launch train.launch{cluster=other}"
        ]
    );
}

#[test]
fn manifests_are_applied_from_input_and_from_written_files() {
    let text = "N=gpu\ncat <<EOF | envsubst | kubectl -n x apply -f -\nkind: NodePool\nname: $N\nEOF\ncat > c.yaml <<EOF\nkind: ClusterConfig\nEOF\neksctl create cluster -f c.yaml\neksctl create cluster -f other.yaml\nkubectl apply -f dir/\ncat <<EOF > b.txt && aws s3 mb s3://b\nx\nEOF\n";
    assert_eq!(
        script(text),
        [
            "kubernetes:manifest train.apply{manifest=kind: NodePool\nname: gpu\n}",
            "kubernetes:manifest train.create-cluster{manifest=kind: ClusterConfig\n}",
            "s3:CreateBucket b{bucket=b}"
        ]
    );
}

#[test]
fn values_know_where_they_stand() {
    let sources = SourceMap::new();
    let text = "T=ml.p3.2xlarge\naws sagemaker create-endpoint-config --endpoint-config-name c --production-variants VariantName=a,InstanceType=$T\n";
    let file = ClaimedFile { path: "a.sh".into(), source: sources.add("a.sh", text), claim: Claim::Perhaps };
    let wanted = HashSet::from([Arc::from("sagemaker:CreateEndpointConfig")]);
    let options = Options::default();
    let context =
        Context { files: &files::Nothing, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let group = Shell.read(&context, &[file]).groups.remove(0);
    let Value::Map(map) = &group.natives[0].tree.value else { panic!() };
    let Value::Map(variant) = &map.get("production-variants").unwrap().value else { panic!() };
    let of = variant.get("InstanceType").unwrap();
    assert_eq!((sources.text(of.at), sources.text(of.decided_at())), ("$T".into(), "ml.p3.2xlarge".into()));
    assert_eq!(sources.text(of.key.unwrap()), "InstanceType");
    assert_eq!(sources.text(group.natives[0].head), "aws sagemaker create-endpoint-config");
}

#[test]
fn odd_scripts_do_no_harm() {
    for text in [
        "aws ec2 run-instances --x 'a",
        "((((((",
        &"$(aws ec2 run-instances ".repeat(3000),
        &"if a; then ".repeat(5000),
        "f() { f; }; f\naws ec2 run-instances",
        "aws ec2 run-instances --x \u{F0000} --y {[",
        "aws ec2 run-instances --x \"\\",
    ] {
        script(text);
    }
}

#[test]
fn letters_that_the_grammar_has_no_table_for_do_no_harm() {
    let text = "echo a{\u{10fffd} b{\u{1f600} c{“\naws s3 mb s3://daten-für-“morgen”\n";
    assert_eq!(script(text), ["s3:CreateBucket daten-für-“morgen”{bucket=daten-für-“morgen”}"]);
}
