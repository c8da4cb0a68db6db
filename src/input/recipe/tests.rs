//! What scripts in other files make, told as natives with their places.

use super::*;
use crate::files::{Nothing, Overlay};
use crate::input::Options;
use crate::input::calls::programs;
use crate::input::testing::show;
use crate::source::SourceMap;
use std::collections::HashSet;
use std::sync::Arc;

/// The natives of a file, each with the text of its head where that stands.
fn natives(recipe: &Recipe, text: &str) -> Vec<String> {
    natives_among(recipe, text, &[])
}

/// The same with other files of the project.
fn natives_among(recipe: &Recipe, text: &str, others: &[(&str, &str)]) -> Vec<String> {
    let files = Overlay::new(Nothing, others.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))));
    let sources = SourceMap::new();
    assert_eq!(recipe.claim(recipe.example_path, text), Claim::Perhaps);
    let source = sources.add(recipe.example_path, text);
    let file = ClaimedFile { path: recipe.example_path.into(), source, claim: Claim::Perhaps };
    let commands = programs().iter().flat_map(|program| &program.commands);
    let wanted = commands.map(|command| command.native.as_str().into()).collect::<HashSet<_>>();
    let options = Options::default();
    let context = Context { files: &files, sources: &sources, wanted: &wanted, options: &options, unread: &[] };
    let groups = recipe.read(&context, &[file]).groups;
    let told = |native| {
        let place = sources.get(source).position(crate::model::native::Native::clone(native).head.start);
        format!("{}:{} {}", place.line, place.column, show(native))
    };
    groups.iter().flat_map(|group| &group.natives).map(told).collect()
}

#[test]
fn steps_of_workflows_see_environment_inputs_and_matrix() {
    let text = r#"on:
  workflow_dispatch:
    inputs:
      instance-type: {default: p3.2xlarge}
env: {NAME: "gpu-${{ inputs.instance-type }}"}
jobs:
  train:
    if: github.ref == 'refs/heads/main'
    strategy: {matrix: {zone: [a, b]}}
    env:
      COUNT: 2
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: {aws-region: eu-west-1}
      - name: start
        run: |
          echo ${{ secrets.TOKEN }}
          aws ec2 run-instances --instance-type "${{ inputs.instance-type }}" \
            --count $COUNT --placement AvailabilityZone=eu-west-1${{ matrix.zone }} \
            --key-name ${{ env.NAME }} --image-id ${{ vars.IMAGE }}
      - shell: pwsh
        run: aws s3 mb s3://other
"#;
    assert_eq!(
        natives(&WORKFLOW, text),
        [
            "18:11 ec2:RunInstances train.ec2-run-instances{instance-type=p3.2xlarge max-count=2 placement={AvailabilityZone=eu-west-1?matrix.zone} key-name=gpu-p3.2xlarge image-id=?${{ vars.IMAGE }}} if github.ref == 'refs/heads/main'"
        ]
    );
}

#[test]
fn combinations_that_a_matrix_includes_count() {
    let of = |matrix: &str| {
        let step = "aws ec2 run-instances --instance-type ${{ matrix.type }}";
        natives(
            &WORKFLOW,
            &format!("jobs:\n  a:\n    strategy: {{matrix: {matrix}}}\n    steps:\n      - run: {step}\n"),
        )
    };
    assert!(
        of("{include: [{type: p3.2xlarge, n: 1}, {type: g5.xlarge}]}")[0]
            .contains("instance-type=p3.2xlarge|g5.xlarge")
    );
    assert!(of("{type: [p3.2xlarge], include: [{type: g5.xlarge}]}")[0].contains("instance-type=p3.2xlarge|g5.xlarge"));
    assert!(
        of("{zone: [a], include: [{zone: a, type: g5.xlarge}]}")[0].contains("instance-type=g5.xlarge|}"),
        "or empty"
    );
}

#[test]
fn callers_of_a_workflow_give_its_inputs() {
    let called = "on:\n  workflow_call:\n    inputs:\n      type: {default: t3.micro}\njobs:\n  a:\n    steps:\n      - run: aws ec2 run-instances --instance-type ${{ inputs.type }}\n";
    let caller = |with: &str| format!("jobs:\n  b:\n    uses: ./{}\n{with}", WORKFLOW.example_path);
    let of = |one: &str, two: &str| {
        let folder = crate::files::parent(WORKFLOW.example_path);
        let (a, b) = (format!("{folder}/a.yml"), format!("{folder}/b.yml"));
        natives_among(&WORKFLOW, called, &[(&a, &caller(one)), (&b, &caller(two))]).remove(0)
    };
    let p3 = "    with: {type: p3.2xlarge}\n";
    assert!(of(p3, p3).contains("instance-type=p3.2xlarge}"));
    assert!(of(p3, "    with: {type: g5.xlarge}\n").contains("instance-type=p3.2xlarge|g5.xlarge}"));
    assert!(of(p3, "").contains("instance-type=t3.micro}"), "one of them leaves it out");
    assert!(of(p3, "    with: {type: \"${{ vars.T }}\"}\n").contains("instance-type=p3.2xlarge|?"));
}

#[test]
fn composite_actions_have_defaults() {
    let text = "inputs:\n  size: {default: Standard_NC6}\nruns:\n  using: composite\n  steps:\n    - run: az vm create -n gpu --size ${{ inputs.size }}\n      shell: bash\n    - uses: azure/CLI@v2\n      with:\n        inlineScript: |\n          az vm create -n two --size Standard_NC12\n";
    assert_eq!(
        natives(&WORKFLOW, text),
        ["6:12 az:vm.create gpu{name=gpu size=Standard_NC6}", "11:11 az:vm.create two{name=two size=Standard_NC12}"]
    );
}

#[test]
fn jobs_of_gitlab_extend_and_refer() {
    let text = "variables:\n  TYPE: ml.p3.2xlarge\n  CFG:\n    value: \"bert-$TYPE\"\n.base:\n  before_script:\n    - export COUNT=3\n.setup:\n  script:\n    - aws s3 mb s3://one\ntrain:\n  extends: .base\n  variables: {TYPE: ml.g5.xlarge}\n  script:\n    - !reference [.setup, script]\n    - >-\n      aws sagemaker create-endpoint-config\n      --endpoint-config-name $CFG\n      --production-variants VariantName=a,InstanceType=$TYPE,InitialInstanceCount=$COUNT\n  when: manual\n";
    assert_eq!(
        natives(&GITLAB, text),
        [
            "10:7 s3:CreateBucket one{bucket=one} if manual",
            "17:7 sagemaker:CreateEndpointConfig bert-ml.g5.xlarge{endpoint-config-name=bert-ml.g5.xlarge production-variants={VariantName=a InstanceType=ml.g5.xlarge InitialInstanceCount=3}} if manual"
        ]
    );
}

#[test]
fn recipes_see_the_variables_of_their_makefile() {
    let text = "TYPE ?= p3.2xlarge # default\nFLAGS := --count 2\nifeq ($(BIG),1)\nNAME = big\nelse\nNAME = \"small\"\nendif\n.PHONY: up\nup: build\n\t@aws ec2 run-instances --instance-type $(TYPE) \\\n\t  $(FLAGS) --key-name ${NAME} --image-id $$IMAGE --user-data $(shell cat x)\ndefine HELP\n\taws s3 mb s3://no\nendef\n\t-aws s3 mb s3://$(NAME)\n";
    assert_eq!(
        natives(&MAKEFILE, text),
        [
            "10:3 ec2:RunInstances Makefile.ec2-run-instances{instance-type=p3.2xlarge max-count=2 key-name=big|small image-id=?$IMAGE user-data=?$(shell cat x)}",
            "15:3 s3:CreateBucket Makefile.s3-mb{bucket=big|small}"
        ]
    );
}

#[test]
fn images_run_commands_while_they_are_built() {
    let text = "ARG BUCKET=data\nFROM python\nARG NONE\nENV A=1 REGION=us-west-2\nENV SUFFIX x\nLABEL run=\"aws s3 mb s3://label\" \\\n  b=c\nRUN --mount=type=cache,target=/x pip install awscli && \\\n    # makes a bucket\n    aws s3 mb s3://$BUCKET-$SUFFIX \\\n    # somewhere\n    --region $REGION\nRUN <<EOF\naws s3 mb s3://two\nEOF\nCMD aws s3 mb s3://later\n";
    assert_eq!(
        natives(&DOCKERFILE, text),
        ["10:5 s3:CreateBucket data-x{region=us-west-2 bucket=data-x}", "14:1 s3:CreateBucket two{bucket=two}"]
    );
}

#[test]
fn odd_files_do_no_harm() {
    for recipe in [&WORKFLOW, &GITLAB, &MAKEFILE, &DOCKERFILE] {
        for text in [
            "aws s3 mb",
            "- aws s3 mb\n- [x",
            "jobs: {a: {steps: [{run: 'aws s3 mb ${{ x'}]}}",
            "a: {extends: a, script: !reference [a, script]} # aws s3 mb",
            "X = $(aws s3 mb\n\t$\\\n",
            "RUN aws s3 mb \\",
            "RUN <<\naws s3 mb",
            "A=\"aws s3 mb'\n\taws s3 mb \"\u{1F980}$",
        ] {
            natives(recipe, text);
        }
    }
}

#[test]
fn phases_of_a_build_are_one_script() {
    let text = r#"version: 0.2
env: {variables: {TYPE: p3.2xlarge}}
phases:
  post_build:
    commands:
      - aws s3 mb s3://$NAME
  build:
    commands:
      - NAME=$TYPE-models
      - |
        aws ec2 run-instances --instance-type $TYPE
artifacts: {files: [x]}
"#;
    assert_eq!(
        natives(&BUILDSPEC, text),
        [
            "11:9 ec2:RunInstances buildspec.ec2-run-instances{instance-type=p3.2xlarge}",
            "6:9 s3:CreateBucket p3.2xlarge-models{bucket=p3.2xlarge-models}"
        ]
    );
    let stopped = text.replace("s3://$NAME", "s3://x\n      - aws ec2 terminate-instances --instance-ids $ID");
    assert_eq!(natives(&BUILDSPEC, &stopped), ["6:9 s3:CreateBucket x{bucket=x}"]);
}
