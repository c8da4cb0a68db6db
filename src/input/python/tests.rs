//! What programs make, told as natives.

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::input::calls::programs;
use crate::input::testing::show;
use crate::source::SourceMap;
use std::collections::HashSet;

/// The natives of a program `job/train.py` beside other files.
fn natives(text: &str, others: &[(&str, &str)]) -> Vec<String> {
    natives_of("job/train.py", text, others)
}

fn natives_of(path: &str, text: &str, others: &[(&str, &str)]) -> Vec<String> {
    let sources = SourceMap::new();
    let file = ClaimedFile { path: path.into(), source: sources.add(path, text), claim: Claim::Perhaps };
    let project = Overlay::new(Nothing, others.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let calls = programs().iter().flat_map(|program| &program.calls).filter_map(|call| call.native.as_ref());
    let commands = programs().iter().flat_map(|program| &program.commands).map(|command| &command.native);
    let mut wanted: HashSet<Arc<str>> = calls.chain(commands).map(|native| Arc::from(native.as_str())).collect();
    wanted.extend(["AWS::SageMaker::EndpointConfig", "AWS::SageMaker::Endpoint", "aws_instance"].map(Arc::from));
    wanted.extend(["aws_sagemaker_endpoint_configuration", "google_container_node_pool"].map(Arc::from));
    let options = Options::default();
    let context = Context { files: &project, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let groups = Python.read(&context, &[file]).groups;
    groups.iter().flat_map(|group| &group.natives).map(show).collect()
}

fn program(text: &str) -> Vec<String> {
    natives(text, &[])
}

#[test]
fn requests_are_followed_through_dictionaries() {
    let text = "import boto3\nsm = boto3.Session().client('sagemaker')\nTYPE = 'ml.p3' + '.2xlarge'\nresources = {'InstanceType': TYPE, 'InstanceCount': 1}\nresources['InstanceCount'] = 2\nrequest = {'TrainingJobName': f'bert-{stamp()}', 'ResourceConfig': resources, 'Tags': None}\nrequest['StoppingCondition'] = {}\nrequest['StoppingCondition']['MaxRuntimeInSeconds'] = 60 * 60\nrequest.update({'RoleArn': role})\nsm.create_training_job(**request)\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train.create_training_job{TrainingJobName=bert-?stamp() ResourceConfig={InstanceType=ml.p3.2xlarge InstanceCount=2} StoppingCondition={MaxRuntimeInSeconds=3600} RoleArn=?role}"
        ]
    );
}

#[test]
fn dictionaries_are_one_of_what_branches_make_of_them() {
    let text = "from sagemaker.estimator import Estimator\nimport boto3\nkwargs = {'instance_type': 'ml.g5.xlarge', 'instance_count': 1, 'hyperparameters': {'a': [{}]}}\nif load():\n    kwargs['max_run'] = 3600\nkwargs['hyperparameters']['a'][0]['b'] = load()\nkwargs['instance_count'] = 2\nEstimator(**kwargs)\nTYPES = {'small': ' ml.g5.2xlarge ', 'large': 'ml.g5.4xlarge'}\nboto3.client('sagemaker').create_notebook_instance(NotebookInstanceName='n', InstanceType=TYPES[load()].strip(), RoleArn=TYPES['small'].strip())\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train.Estimator{hyper_parameters={a=?kwargs} resource_config={instance_count=2 instance_type=ml.g5.xlarge} stopping_condition={max_runtime_in_seconds=3600|-}}",
            "sagemaker:CreateNotebookInstance n{NotebookInstanceName=n InstanceType=?TYPES[load()].strip() RoleArn=ml.g5.2xlarge}"
        ]
    );
    let text = "import boto3\nTYPES = {'small': 'ml.g5.2xlarge', 'large': 'ml.g5.4xlarge'}\ndef make(client, name):\n    client.create_notebook_instance(NotebookInstanceName=name, InstanceType=TYPES[load()])\nmake(session().client, 'n')\n";
    assert_eq!(
        program(text),
        ["sagemaker:CreateNotebookInstance n{NotebookInstanceName=n InstanceType=ml.g5.2xlarge|ml.g5.4xlarge}"]
    );
}

#[test]
fn estimators_become_training_requests() {
    let text = "import sagemaker, os, argparse\nfrom sagemaker.pytorch import PyTorch as PT\np = argparse.ArgumentParser()\np.add_argument('--instance-type', default='ml.g5.xlarge')\nargs, _ = p.parse_known_args()\nspot = True\nif os.environ.get('CI'):\n    count = 1\nelse:\n    count = 4\nPT(entry_point='t.py', instance_type=args.instance_type, instance_count=count, use_spot_instances=spot, max_run=3600, max_wait=7200 if spot else None)\nsagemaker.estimator.Estimator(image, role, 1, os.getenv('TYPE', 'ml.p3.2xlarge'))\nPT(instance_type='local_gpu')\nsagemaker.train.ModelTrainer(compute=sagemaker.train.configs.Compute(instance_type='local_cpu'))\nkind = sagemaker.workflow.parameters.ParameterString(name='Kind', default_value='ml.c5.xlarge')\nsagemaker.processing.Processor(instance_type=kind)\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train.PyTorch{entry_point=t.py resource_config={instance_count=1|4 instance_type=ml.g5.xlarge} stopping_condition={max_runtime_in_seconds=3600 max_wait_time_in_seconds=7200} enable_managed_spot_training=true}",
            "sagemaker:CreateTrainingJob train.Estimator{algorithm_specification={training_image=?image} resource_config={instance_count=1 instance_type=ml.p3.2xlarge}}",
            "sagemaker:CreateProcessingJob train.Processor{processing_resources={cluster_config={instance_type=ml.c5.xlarge}}}"
        ]
    );
}

#[test]
fn what_functions_take_by_name_is_known_where_they_are_called() {
    let text = "import sagemaker\ndef common(count=1, **others):\n    base = dict(instance_type='ml.g5.xlarge', instance_count=count)\n    base.update(others)\n    return base\nPyTorch = sagemaker.pytorch.PyTorch\nPyTorch(**common())\nPyTorch(**common(max_run=60, count=2))\nPyTorch(**common(**settings()))\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train.PyTorch{resource_config={instance_count=1 instance_type=ml.g5.xlarge}}",
            "sagemaker:CreateTrainingJob train.PyTorch{resource_config={instance_count=2 instance_type=ml.g5.xlarge} stopping_condition={max_runtime_in_seconds=60}}",
            "sagemaker:CreateTrainingJob train.PyTorch{resource_config={instance_count=?settings() instance_type=?settings()} ..}"
        ]
    );
}

#[test]
fn resources_of_the_third_version_are_requests() {
    let text = "from sagemaker.core.resources import EndpointConfig, TrainingJob\nfrom sagemaker.core.shapes import ProductionVariant, ResourceConfig\nfrom sagemaker.core.remote_function import RemoteExecutor\nTrainingJob.create(training_job_name='t', resource_config=ResourceConfig(instance_type='ml.g5.xlarge', instance_count=2))\nEndpointConfig.create(endpoint_config_name='c', production_variants=[ProductionVariant(variant_name='v', instance_type='ml.g5.2xlarge', initial_instance_count=1)])\nRemoteExecutor(instance_type='ml.p3.2xlarge')\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob t{resource_config={instance_type=ml.g5.xlarge instance_count=2} training_job_name=t}",
            "sagemaker:CreateEndpointConfig c{endpoint_config_name=c production_variants=[{variant_name=v instance_type=ml.g5.2xlarge initial_instance_count=1}]}",
            "sagemaker:CreateTrainingJob train.RemoteExecutor{resource_config={instance_type=ml.p3.2xlarge}}",
        ]
    );
}

#[test]
fn what_a_model_is_made_with_holds_where_it_is_deployed() {
    let text = "from sagemaker.serve.model_builder import ModelBuilder\nbuilder = ModelBuilder(model='org/a-7b', instance_type='ml.g5.xlarge', env_vars={'A': 'b'})\nbuilder.deploy(endpoint_name='e')\nbuilder.deploy(endpoint_name='f', instance_type='ml.g5.2xlarge')\n";
    let mut found = program(text);
    found.sort();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("instance_type=ml.g5.xlarge") && found[0].contains("model_id=org/a-7b"), "{found:?}");
    assert!(found[1].contains("instance_type=ml.g5.2xlarge"), "{found:?}");
}

#[test]
fn classes_of_the_project_make_what_their_base_does() {
    let text = "from own import Mine\nMine(instance_type='ml.g5.xlarge')\n# sagemaker, PyTorch()\n";
    let own = "from sagemaker.estimator import Framework\nclass Mine(Framework):\n    def create_model(self): pass\n";
    assert_eq!(
        natives(text, &[("own.py", own)]),
        ["sagemaker:CreateTrainingJob train.Framework{resource_config={instance_type=ml.g5.xlarge}}"]
    );
}

#[test]
fn endpoints_that_are_deleted_again_do_not_always_run() {
    let deploy = "from sagemaker.pytorch import PyTorchModel\nmodel = PyTorchModel(model_data=d)\npredictor = model.deploy(initial_instance_count=2, instance_type='ml.g4dn.xlarge', endpoint_name='live')\n";
    assert_eq!(
        program(deploy),
        [
            "sagemaker:CreateEndpointConfig live{endpoint_config_name=live production_variants={initial_instance_count=2 instance_type=ml.g4dn.xlarge}}"
        ]
    );
    assert!(program(&format!("{deploy}predictor.delete_endpoint()\n")).is_empty());
    assert!(program(&format!("{deploy}def clean():\n    predictor.delete_endpoint()\n")).is_empty());
}

#[test]
fn functions_and_modules_of_the_project_are_followed() {
    let text = "import boto3\nfrom conf import TYPE\nfrom . import shared\nec2 = boto3.client('ec2', region_name='eu-west-1')\nclass Launcher:\n    kind = 'p3.2xlarge'\n    def __init__(self, client=ec2):\n        self.client = client\n    def go(self, n=1):\n        self.client.run_instances(InstanceType=self.kind, MaxCount=n, MinCount=n)\ndef launch(kind, n=1):\n    return ec2.run_instances(InstanceType=kind, MaxCount=n, MinCount=n)\nif __name__ == '__main__':\n    launch(TYPE)\n    if shared.BIG:\n        launch('p4d.24xlarge', n=shared.COUNT)\n";
    let others = [("conf.py", "TYPE = 'g5.xlarge'\n"), ("job/shared.py", "BIG = len('x')\nCOUNT = 3\n")];
    assert_eq!(
        natives(text, &others),
        [
            "ec2:RunInstances train.run_instances{InstanceType=g5.xlarge MaxCount=1 MinCount=1}",
            "ec2:RunInstances train.run_instances{InstanceType=p4d.24xlarge MaxCount=3 MinCount=3} if shared.BIG",
            "ec2:RunInstances train.run_instances{InstanceType=p3.2xlarge MaxCount=1 MinCount=1}"
        ]
    );
}

#[test]
fn objects_have_what_they_were_made_with() {
    let text = "import boto3\nfrom conf import CONFIG\nclass Base:\n    def __init__(self, kind='ml.p3.2xlarge', **rest):\n        self.kind = kind\nclass Launcher(Base):\n    def make(self, name, kind=None):\n        if kind is None:\n            kind = self.kind\n        boto3.client('sagemaker').create_notebook_instance(NotebookInstanceName=name, InstanceType=kind)\n    def all(self):\n        self.make('a', 'ml.g5.2xlarge')\n        self.make('b')\nclass Other(Base):\n    def go(self):\n        boto3.client('ec2').run_instances(InstanceType=self.kind)\nlauncher = Launcher(kind=CONFIG['dev'].kind)\nlauncher.all()\nOther('p3.8xlarge').go()\nOther('p3.16xlarge')\nboto3.client('ec2').run_instances(InstanceType=({'t': 'm5.large', 'u': 1} | {'t': 'g5.xlarge'})['t'])\n";
    let conf = "from dataclasses import dataclass\n@dataclass\nclass Settings:\n    name: str\n    kind: str = 'ml.g5.xlarge'\nCONFIG = {'dev': Settings(name='x'), 'prod': Settings(name='y', kind='ml.g5.4xlarge')}\n";
    assert_eq!(
        natives(text, &[("job/conf.py", conf)]),
        [
            "sagemaker:CreateNotebookInstance a{NotebookInstanceName=a InstanceType=ml.g5.2xlarge}",
            "sagemaker:CreateNotebookInstance b{NotebookInstanceName=b InstanceType=ml.g5.xlarge}",
            "ec2:RunInstances train.run_instances{InstanceType=p3.8xlarge}",
            "ec2:RunInstances train.run_instances{InstanceType=g5.xlarge}"
        ]
    );
}

#[test]
fn modules_of_the_folder_above_are_found_and_libraries_stay_libraries() {
    let text = "import sys, config\nfrom sagemaker.pytorch import PyTorch\nPyTorch(instance_type=config.TYPE, instance_count=1)\n";
    let others = [("team/config.py", "TYPE = 'ml.g5.xlarge'\n"), ("team/sagemaker/pytorch.py", "PyTorch = 1\n")];
    assert_eq!(
        natives_of("team/scripts/train.py", text, &others),
        ["sagemaker:CreateTrainingJob train.PyTorch{resource_config={instance_count=1 instance_type=ml.g5.xlarge}}"]
    );
}

#[test]
fn a_tuner_takes_its_estimator() {
    let text = "from sagemaker.pytorch import PyTorch\nfrom sagemaker.tuner import HyperparameterTuner\nest = PyTorch(instance_type='ml.g5.xlarge', instance_count=1, max_run=3600)\ntuner = HyperparameterTuner(est, 'acc', {}, max_jobs=20, max_parallel_jobs=2)\ntuner.fit()\n";
    let tuner = "sagemaker:CreateHyperParameterTuningJob train.HyperparameterTuner{training_job_definition={resource_config={instance_count=1 instance_type=ml.g5.xlarge} stopping_condition={max_runtime_in_seconds=3600}} hyper_parameter_tuning_job_config={resource_limits={max_number_of_training_jobs=20 max_parallel_training_jobs=2}}}";
    assert_eq!(program(text), [tuner]);
    let both = program(&format!("{text}est.fit()\n"));
    assert!(both.len() == 2 && both[1] == tuner, "{both:?}");
}

#[test]
fn steps_of_pipelines_and_decorated_functions_are_jobs() {
    let text = "from sagemaker.workflow.function_step import step\nfrom sagemaker.workflow.emr_step import EMRStep\nfrom stepfunctions import steps\n@step(name='train', instance_type='ml.g5.xlarge')\ndef train(): pass\nEMRStep(name='prep', cluster_config={'Instances': {'InstanceGroups': [{'InstanceRole': 'CORE', 'InstanceType': 'm5.2xlarge'}]}})\nsteps.EndpointConfigStep('Create', endpoint_config_name='c', model_name='m', initial_instance_count=2, instance_type='ml.m4.xlarge')\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train{resource_config={instance_type=ml.g5.xlarge} training_job_name=train}",
            "elasticmapreduce:CreateCluster prep{Instances={InstanceGroups=[{InstanceRole=CORE InstanceType=m5.2xlarge}]} name=prep}",
            "sagemaker:CreateEndpointConfig c{endpoint_config_name=c production_variants={initial_instance_count=2 instance_type=ml.m4.xlarge model_name=m}}"
        ]
    );
}

#[test]
fn jobs_of_other_clouds_are_read() {
    let text = "from google.cloud import aiplatform\nfrom google.cloud.aiplatform_v1 import types\nspecs = [{'machine_spec': {'machine_type': 'n1-standard-8', 'accelerator_type': aiplatform.gapic.AcceleratorType.NVIDIA_TESLA_V100, 'accelerator_count': 2}, 'replica_count': 1}]\njob = aiplatform.CustomJob(display_name='bert', worker_pool_specs=specs)\njob.run(timeout=3600)\naiplatform.HyperparameterTuningJob('hpo', job, max_trial_count=30, parallel_trial_count=3)\nlocal = aiplatform.CustomContainerTrainingJob(display_name='c', container_uri='x')\nlocal.run(replica_count=2, machine_type='a2-highgpu-1g')\nmodel = aiplatform.Model.upload(display_name='m')\nendpoint = model.deploy(machine_type='n1-standard-4', min_replica_count=2)\n";
    assert_eq!(
        program(text),
        [
            "aiplatform:CreateCustomJob bert{display_name=bert scheduling={timeout=3600} worker_pool_specs=[{machine_spec={machine_type=n1-standard-8 accelerator_type=NVIDIA_TESLA_V100 accelerator_count=2} replica_count=1}]}",
            "aiplatform:CreateHyperparameterTuningJob hpo{trial_job_spec={display_name=bert worker_pool_specs=[{machine_spec={machine_type=n1-standard-8 accelerator_type=NVIDIA_TESLA_V100 accelerator_count=2} replica_count=1}]} display_name=hpo max_trial_count=30 parallel_trial_count=3}",
            "aiplatform:CreateCustomJob c{display_name=c worker_pool_spec={machine_type=a2-highgpu-1g replica_count=2}}",
            "aiplatform:DeployModel train.deploy{machine_type=n1-standard-4 min_replica_count=2}",
        ]
    );
    let text = "from azure.ai.ml import MLClient, command\nfrom azure.ai.ml.entities import AmlCompute, ManagedOnlineDeployment as D\nfrom azureml.core.compute import AmlCompute as Old\nclient.begin_create_or_update(AmlCompute(name='gpu', size='Standard_NC6s_v3', min_instances=1, tier='low_priority'))\nOld.provisioning_configuration(vm_size='STANDARD_NC6', max_nodes=4)\ncommand(code='.', command='x', instance_type='Standard_NC24s_v3', instance_count=2)\nD(name='blue', endpoint_name='e', instance_type='Standard_DS3_v2', instance_count=3)\n";
    assert_eq!(
        program(text),
        [
            "azureml:Compute gpu{type=amlcompute min_instances=1 name=gpu size=Standard_NC6s_v3 tier=low_priority}",
            "azureml:Compute train.provisioning_configuration{type=amlcompute max_instances=4 size=STANDARD_NC6}",
            "azureml:CommandJob train.command{code=. command=x resources={instance_count=2 instance_type=Standard_NC24s_v3}}",
            "azureml:OnlineDeployment blue{endpoint_name=e instance_count=3 instance_type=Standard_DS3_v2 name=blue}"
        ]
    );
}

#[test]
fn constructs_are_types_of_their_language() {
    let text = "from aws_cdk import Stack, Duration, aws_sagemaker as sagemaker, aws_s3 as s3, aws_ec2 as ec2\nclass Serving(Stack):\n    def __init__(self, scope, id, **kwargs):\n        super().__init__(scope, id, **kwargs)\n        config = sagemaker.CfnEndpointConfig(self, 'Config', production_variants=[sagemaker.CfnEndpointConfig.ProductionVariantProperty(variant_name='a', instance_type='ml.p3.2xlarge', initial_instance_count=2)])\n        sagemaker.CfnEndpoint(self, 'Endpoint', endpoint_config_name=config.attr_endpoint_config_name)\n        s3.Bucket(self, 'Data', lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(30))])\n        ec2.Instance(self, 'Gpu', instance_type=ec2.InstanceType.of(ec2.InstanceClass.P3, ec2.InstanceSize.XLARGE2))\n";
    assert_eq!(
        program(text),
        [
            "AWS::SageMaker::EndpointConfig Config{production_variants=[{variant_name=a instance_type=ml.p3.2xlarge initial_instance_count=2}]}",
            "AWS::SageMaker::Endpoint Endpoint{endpoint_config_name=?config.attr_endpoint_config_name}",
            "AWS::S3::Bucket Data{lifecycle_configuration={rules=[{status=Enabled expiration_in_days=30}]}}",
            "AWS::EC2::Instance Gpu{instance_type=p3.2xlarge}"
        ]
    );
    let text = "import pulumi_aws as aws\nfrom pulumi_gcp import container\naws.ec2.Instance('gpu', instance_type='p3.2xlarge', ebs_block_devices=[aws.ec2.InstanceEbsBlockDeviceArgs(volume_size=500)])\naws.sagemaker.EndpointConfiguration('c', production_variants=[{'instance_type': 'ml.g5.xlarge'}])\ncontainer.NodePool('pool', node_config={'machine_type': 'a2-highgpu-1g'})\n";
    assert_eq!(
        program(text),
        [
            "aws_instance gpu{instance_type=p3.2xlarge ebs_block_device=[{volume_size=500}] ebs_block_devices=[{volume_size=500}]}",
            "aws_sagemaker_endpoint_configuration c{production_variant=[{instance_type=ml.g5.xlarge}] production_variants=[{instance_type=ml.g5.xlarge}]}",
            "google_container_node_pool pool{node_config={machine_type=a2-highgpu-1g}}"
        ]
    );
}

#[test]
fn commands_that_a_program_runs_are_read() {
    let text = "import os, subprocess\nfrom subprocess import run\nTYPE = 'p3.2xlarge'\nsubprocess.check_call(['aws', 'ec2', 'run-instances', '--instance-type', TYPE, '--count', str(2), '--key-name', key()])\nrun(f'aws s3 mb s3://{TYPE}-{bucket} --region us-east-1', shell=True)\nos.system('aws s3 mb s3://other')\nos.system('aws s3api delete-bucket --bucket x') if clean else None\n";
    let machine = "ec2:RunInstances train.ec2-run-instances{instance-type=p3.2xlarge max-count=2 key-name=?key()}";
    assert_eq!(program(text), [machine]);
    let kept = program(&text.replace("delete-bucket", "head-bucket"));
    assert_eq!(
        kept[1..],
        [
            "s3:CreateBucket train.s3-mb{region=us-east-1 bucket=p3.2xlarge-?bucket}",
            "s3:CreateBucket other{bucket=other}"
        ]
    );
}

#[test]
fn what_functions_change_is_changed() {
    let text = "import boto3\nimport shared\ndef spot(request, n):\n    request['InstanceMarketOptions'] = {'MarketType': 'spot'}\n    request['MaxCount'] = n\nrequest = {'InstanceType': 'p3.2xlarge'}\nspot(request, n=3)\nrequest.update(shared.tags('a'))\nboto3.client('ec2').run_instances(**request)\n";
    let others = [("shared.py", "TEAM = 'ml'\ndef tags(name):\n    return {'KeyName': f'{TEAM}-{name}'}\n")];
    assert_eq!(
        natives(text, &others),
        [
            "ec2:RunInstances train.run_instances{InstanceType=p3.2xlarge InstanceMarketOptions={MarketType=spot} MaxCount=3 KeyName=ml-a}"
        ]
    );
}

#[test]
fn what_is_not_certain_is_not_known() {
    let text = "import boto3\nsm = boto3.client('sagemaker')\ntypes = ['ml.m5.large']\nfor t in types:\n    kind = t\nx = 'a'\nx += 'b'\nconfig = {'InstanceType': 'ml.p3.2xlarge'}\nconfig.pop('InstanceType')\nsm.create_notebook_instance(NotebookInstanceName='n', InstanceType=x, LifecycleConfigName=load(), **extra)\nsm.create_notebook_instance(NotebookInstanceName='m', InstanceType=kind)\nsm.create_notebook_instance(**config)\nboto3.client('s3', endpoint_url='http://localhost:4566').create_bucket(Bucket='b')\nother.create_endpoint(name='x')\nobject().deploy(app)\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateNotebookInstance n{NotebookInstanceName=n InstanceType=?x LifecycleConfigName=?load() ..}",
            "sagemaker:CreateNotebookInstance m{NotebookInstanceName=m InstanceType=ml.m5.large}",
            "sagemaker:CreateNotebookInstance train.create_notebook_instance{..}"
        ]
    );
}

#[test]
fn odd_programs_do_no_harm() {
    for text in [
        "def f(): f()\nf()",
        &"(".repeat(5000),
        &"f(".repeat(5000),
        &"if a:\n".repeat(500),
        "x = [1]\nx[99999999999999999999]\nx[-1]",
        "from .... import x\nimport ..",
        "a = b = ",
        "f'{'",
        "class A(A): pass\nA.x",
    ] {
        program(text);
    }
}
