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
    let sources = SourceMap::new();
    let file =
        ClaimedFile { path: "job/train.py".into(), source: sources.add("job/train.py", text), claim: Claim::Perhaps };
    let project = Overlay::new(Nothing, others.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let calls = programs().iter().flat_map(|program| &program.calls).map(|call| &call.native);
    let commands = programs().iter().flat_map(|program| &program.commands).map(|command| &command.native);
    let wanted: HashSet<Arc<str>> = calls.chain(commands).map(|native| Arc::from(native.as_str())).collect();
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
fn estimators_become_training_requests() {
    let text = "import sagemaker, os, argparse\nfrom sagemaker.pytorch import PyTorch as PT\np = argparse.ArgumentParser()\np.add_argument('--instance-type', default='ml.g5.xlarge')\nargs, _ = p.parse_known_args()\nspot = True\nif os.environ.get('CI'):\n    count = 1\nelse:\n    count = 4\nPT(entry_point='t.py', instance_type=args.instance_type, instance_count=count, use_spot_instances=spot, max_run=3600, max_wait=7200 if spot else None)\nsagemaker.estimator.Estimator(image, role, 1, os.getenv('TYPE', 'ml.p3.2xlarge'))\nPT(instance_type='local_gpu')\nkind = sagemaker.workflow.parameters.ParameterString(name='Kind', default_value='ml.c5.xlarge')\nsagemaker.processing.Processor(instance_type=kind)\n";
    assert_eq!(
        program(text),
        [
            "sagemaker:CreateTrainingJob train.PyTorch{resource_config={instance_count=1|4 instance_type=ml.g5.xlarge} stopping_condition={max_runtime_in_seconds=3600 max_wait_time_in_seconds=7200} enable_managed_spot_training=true}",
            "sagemaker:CreateTrainingJob train.Estimator{algorithm_specification={training_image=?image} resource_config={instance_count=1 instance_type=ml.p3.2xlarge}}",
            "sagemaker:CreateProcessingJob train.Processor{processing_resources={cluster_config={instance_type=ml.c5.xlarge}}}"
        ]
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
fn what_is_not_certain_is_not_known() {
    let text = "import boto3\nsm = boto3.client('sagemaker')\ntypes = ['ml.m5.large']\nfor t in types:\n    kind = t\nx = 'a'\nx += 'b'\nconfig = {'InstanceType': 'ml.p3.2xlarge'}\nconfig.pop('InstanceType')\nsm.create_notebook_instance(NotebookInstanceName='n', InstanceType=x, LifecycleConfigName=load(), **extra)\nsm.create_notebook_instance(NotebookInstanceName='m', InstanceType=kind)\nsm.create_notebook_instance(**config)\nother.create_endpoint(name='x')\nobject().deploy(app)\n";
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
