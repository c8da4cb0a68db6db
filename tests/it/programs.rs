//! Programs in attributes of resources, through the binary: what they make is found beside the resource, where it is
//! written.

use super::support::json;
use serde_json::Value;
use std::fs;

/// `path:line:column address`, of the types that are old, in order.
fn old(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let (_, report) = json(folder.path(), &["."]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 0, "{report}");
    let findings = report["findings"].as_array().unwrap().iter();
    let shown = |finding: &Value| {
        let text = |pointer: &str| finding.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let number = |pointer: &str| finding.pointer(pointer).unwrap().as_u64().unwrap();
        let place = format!("{}:{}:{}", text("/path"), number("/range/start/line"), number("/range/start/column"));
        format!("{place} {}", text("/resource/address"))
    };
    findings.filter(|finding| finding["rule"] == "previous-generation-gpu").map(shown).collect()
}

/// A command that trains on an old type.
const TRAIN: &str =
    "aws sagemaker create-training-job --training-job-name t --resource-config InstanceType=ml.p3.2xlarge";

/// The place of the type in the command that stands at a place.
fn at(path: &str, line: usize, column: usize) -> String {
    format!("{path}:{line}:{}", column + TRAIN.find("ml.p3").unwrap())
}

/// The place of the name that is filled in there.
fn filled(path: &str, line: usize, column: usize) -> String {
    at(path, line, column + "${".len())
}

fn instance(user_data: &str) -> String {
    format!("variable \"x\" {{}}\nresource \"aws_instance\" \"a\" {{\n  user_data = {user_data}\n}}\n")
}

#[test]
fn scripts_of_machines_are_read_where_they_are_written() {
    let heredoc = instance(&format!("<<-EOF\n    #!/bin/bash\n    {TRAIN}\n  EOF"));
    assert_eq!(old(&[("main.tf", &heredoc)]), [format!("{} aws_instance.a:t", at("main.tf", 5, 5))]);
    let encoded = heredoc.replace("= <<", "= base64encode(<<").replace("  EOF\n", "  EOF\n  )\n");
    assert_eq!(old(&[("main.tf", &encoded)]), [format!("{} aws_instance.a:t", at("main.tf", 5, 5))]);
    let script = format!("#!/bin/bash\n{TRAIN}\n");
    for call in [
        "file(\"x.sh\")",
        "filebase64(\"x.sh\")",
        "base64encode(file(\"x.sh\"))",
        "join(\"\\n\", [file(\"x.sh\"), var.x])",
    ] {
        let found = old(&[("main.tf", &instance(call)), ("x.sh", &script)]);
        assert_eq!(found, [format!("{} aws_instance.a:t", at("x.sh", 2, 1))], "{call}: read once, where it stands");
    }
    let template = format!("#!/bin/bash\necho $${{HOME}} %%{{x}}\n{}\n", TRAIN.replace("ml.p3.2xlarge", "${type}"));
    let call = instance("templatefile(\"${path.module}/x.tpl\", { type = \"ml.p3.2xlarge\" })");
    assert_eq!(
        old(&[("main.tf", &call), ("x.tpl", &template)]),
        [format!("{} aws_instance.a:t", filled("x.tpl", 3, 1))]
    );
}

#[test]
fn what_is_not_known_or_not_run_is_left_alone() {
    let script = |text: &str| old(&[("main.tf", &instance(&format!("<<-EOF\n{text}\n  EOF")))]);
    let unknown = TRAIN.replace("ml.p3.2xlarge", "${var.x}");
    assert!(script(&format!("    #!/bin/bash\n    {unknown}")).is_empty());
    assert_eq!(script(&format!("    #!/bin/bash\n    X=${{var.x}}\n    ${{var.x}}\n    {TRAIN}")).len(), 1);
    assert!(script(&format!("    {TRAIN}")).is_empty(), "without a first line nothing runs it");
    assert!(script(&format!("    <powershell>\n    {TRAIN}\n    </powershell>")).is_empty());
    assert!(script(&format!("    #!/bin/bash\n    # {TRAIN}")).is_empty());
    let notebook = "aws sagemaker create-notebook-instance --notebook-instance-name n --instance-type ml.p3.2xlarge";
    let stopped = "aws sagemaker stop-notebook-instance --notebook-instance-name n";
    assert_eq!(script(&format!("    #!/bin/bash\n    {notebook}")).len(), 1);
    assert!(script(&format!("    #!/bin/bash\n    {notebook}\n    {stopped}")).is_empty());
    assert!(
        script("    #!/bin/bash\n    set -e\n    /etc/eks/bootstrap.sh my-cluster --kubelet-extra-args '--x'")
            .is_empty()
    );
    let absent = instance(&format!("<<-EOF\n    #!/bin/bash\n    {TRAIN}\n  EOF\n  count = 0"));
    assert!(old(&[("main.tf", &absent)]).is_empty());
}

#[test]
fn one_of_several_scripts_is_there_only_where_it_is_meant() {
    let chosen = instance("var.x == 1 ? file(\"x.sh\") : \"\"");
    let found = old(&[("main.tf", &chosen), ("x.sh", &format!("#!/bin/sh\n{TRAIN}\n"))]);
    assert_eq!(found, [format!("{} aws_instance.a:t", at("x.sh", 2, 1))]);
}

#[test]
fn cloud_config_and_messages_have_scripts_inside() {
    let config = format!("#cloud-config\nruncmd:\n  - {TRAIN}\n  - [sh, -c, \"{TRAIN}\"]\n");
    let expected = [
        format!("{} aws_instance.a:cloud-config:t", at("c.yaml", 3, 5)),
        format!("{} aws_instance.a:cloud-config:t", at("c.yaml", 4, 15)),
    ];
    assert_eq!(old(&[("main.tf", &instance("file(\"c.yaml\")")), ("c.yaml", &config)]), expected);
    let written = format!(
        "#cloud-config\nwrite_files:\n  - path: /x.sh\n    content: |\n      #!/bin/bash\n      {}\n",
        TRAIN.replace("ml.p3.2xlarge", "${type}")
    );
    let call = instance("templatefile(\"c.tpl\", { type = \"ml.p3.2xlarge\" })");
    let held = "aws_instance.a:cloud-config:t";
    assert_eq!(old(&[("main.tf", &call), ("c.tpl", &written)]), [format!("{} {held}", filled("c.tpl", 6, 7))]);
    let encoded = "#cloud-config\nwrite_files:\n  - path: /x.sh\n    encoding: b64\n    content: ${base64encode(file(\"x.sh\"))}\n";
    let script = format!("#!/bin/sh\n{TRAIN}\n");
    let found = old(&[("main.tf", &instance("templatefile(\"c.tpl\", {})")), ("c.tpl", encoded), ("x.sh", &script)]);
    assert_eq!(found, [format!("{} {held}", at("x.sh", 2, 1))]);
    let python = "import boto3\nsm = boto3.client('sagemaker')\nsm.create_training_job(TrainingJobName='t', ResourceConfig={'InstanceType': '${type}'})\n";
    let message = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\nContent-Type: text/x-shellscript\n\n#!/usr/bin/env python3\n{python}--//--\n"
    );
    let found = old(&[("main.tf", &call.replace("c.tpl", "m.tpl")), ("m.tpl", &message)]);
    assert_eq!(found, ["m.tpl:10:77 aws_instance.a:t"]);
    let data = format!(
        "data \"cloudinit_config\" \"c\" {{\n  part {{\n    content = <<-EOF\n      #!/bin/sh\n      {TRAIN}\n    EOF\n  }}\n}}\n"
    );
    assert_eq!(old(&[("main.tf", &data)]), [format!("{} data.cloudinit_config.c:t", at("main.tf", 5, 7))]);
    assert!(
        old(&[
            ("main.tf", &instance("file(\"c.yaml\")")),
            ("c.yaml", "#cloud-config\npackages: [jq]\nusers:\n  - name: a\n")
        ])
        .is_empty()
    );
    assert_eq!(old(&[("user-data.yaml", &config)]).len(), 2, "files of cloud-init are read by themselves");
}

#[test]
fn templates_of_stacks_hold_scripts() {
    let stack = |value: &str, rest: &str| {
        format!(
            "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Type: {{Type: String, Default: ml.p3.2xlarge}}\n  Free: {{Type: String}}\nResources:\n  A:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n{value}{rest}"
        )
    };
    let command = TRAIN.replace("ml.p3.2xlarge", "${Type}");
    let sub = format!(
        "        Fn::Base64: !Sub |\n          #!/bin/bash -xe\n          echo ${{!HOME}} ${{AWS::Region}} ${{Free}}\n          {command}\n"
    );
    assert_eq!(old(&[("t.yaml", &stack(&sub, ""))]), [format!("{} A:t", filled("t.yaml", 13, 11))]);
    let join = format!(
        "        Fn::Base64:\n          Fn::Join:\n            - \"\"\n            - - \"#!/bin/bash\\n\"\n              - !Ref Free\n              - \"\\n{}\"\n              - !Ref Type\n",
        TRAIN.trim_end_matches("ml.p3.2xlarge")
    );
    assert_eq!(old(&[("t.yaml", &stack(&join, ""))]), ["t.yaml:16:17 A:t"]);
    let unknown = sub.replace("${Type}", "${Free}");
    assert!(old(&[("t.yaml", &stack(&unknown, ""))]).is_empty());
    let project = format!(
        "Resources:\n  B:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Source:\n        BuildSpec: |\n          version: 0.2\n          phases:\n            build:\n              commands:\n                - {TRAIN}\n"
    );
    assert_eq!(old(&[("t.yaml", &project)]), [format!("{} B:codebuild:buildspec:t", at("t.yaml", 11, 19))]);
    let function = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.12\n      Code:\n        ZipFile: |\n          import boto3\n          def handler(event, context):\n              boto3.client('sagemaker').create_training_job(ResourceConfig={'InstanceType': 'ml.p3.2xlarge'})\n";
    assert_eq!(old(&[("t.yaml", function)]), ["t.yaml:10:93 F:create_training_job"]);
}

#[test]
fn commands_are_found_wherever_a_resource_runs_them() {
    let one = |text: &str| old(&[("main.tf", text)]);
    let exec = format!(
        "resource \"null_resource\" \"n\" {{\n  provisioner \"local-exec\" {{\n    command = \"{TRAIN}\"\n  }}\n}}\n"
    );
    assert_eq!(one(&exec), [format!("{} null_resource.n:t", at("main.tf", 3, 16))]);
    for gone in ["destroy", "\"destroy\""] {
        assert!(one(&exec.replace("    command", &format!("    when = {gone}\n    command"))).is_empty());
    }
    let remote = format!(
        "resource \"terraform_data\" \"n\" {{\n  provisioner \"remote-exec\" {{\n    inline = [\n      \"TYPE=ml.p3.2xlarge\",\n      \"{}\",\n    ]\n  }}\n}}\n",
        TRAIN.replace("ml.p3.2xlarge", "$TYPE")
    );
    assert_eq!(one(&remote).len(), 1, "a line sees those before it");
    let task = format!(
        "resource \"aws_ecs_task_definition\" \"t\" {{\n  family = \"f\"\n  container_definitions = jsonencode([{{\n    name = \"a\"\n    command = [\"sh\", \"-c\", \"{TRAIN}\"]\n  }}])\n}}\n"
    );
    assert_eq!(one(&task), [format!("{} aws_ecs_task_definition.t:ecs:containers:t", at("main.tf", 5, 29))]);
    let words: Vec<String> = TRAIN.split(' ').map(|word| format!("\"{word}\"")).collect();
    let direct = task.replace(&format!("\"sh\", \"-c\", \"{TRAIN}\""), &words.join(", "));
    assert_eq!(one(&direct).len(), 1);
    let batch = format!(
        "resource \"aws_batch_job_definition\" \"t\" {{\n  container_properties = jsonencode({{\n    command = [\"sh\", \"-c\", \"{TRAIN}\"]\n  }})\n}}\n"
    );
    assert_eq!(one(&batch).len(), 1);
    assert!(one(&batch.replace(TRAIN, "python train.py --type ml.p3.2xlarge")).is_empty());
    let hook = format!(
        "resource \"aws_sagemaker_notebook_instance_lifecycle_configuration\" \"l\" {{\n  on_start = base64encode(<<-EOF\n    {TRAIN}\n  EOF\n  )\n}}\n"
    );
    assert_eq!(one(&hook).len(), 1);
}

#[test]
fn files_that_are_written_are_told_by_their_names() {
    let file = |name: &str, content: &str| {
        old(&[(
            "main.tf",
            &format!(
                "resource \"local_file\" \"f\" {{\n  filename = \"${{path.module}}/{name}\"\n  content = {content}\n}}\n"
            ),
        )])
    };
    assert_eq!(file("x.sh", &format!("\"{TRAIN}\"")), [format!("{} local_file.f:t", at("main.tf", 3, 14))]);
    assert!(file("x.txt", &format!("\"{TRAIN}\"")).is_empty());
    let pool = "yamlencode({\n    apiVersion = \"karpenter.sh/v1\"\n    kind = \"NodePool\"\n    spec = { template = { spec = { requirements = [{ key = \"node.kubernetes.io/instance-type\", operator = \"In\", values = [\"p3.2xlarge\"] }] } } }\n  })";
    assert_eq!(file("pool.yaml", pool).len(), 1);
    assert!(file("package.json", "jsonencode({ name = \"x\" })").is_empty());
}

#[test]
fn what_is_sensitive_decides_and_is_not_printed() {
    let script = "#!/bin/bash\naws sagemaker create-training-job --training-job-name ${x} --resource-config InstanceType=${x}\naws sagemaker create-training-job --training-job-name j --resource-config '{\"InstanceType\": \"${x}\"}'\naws s3 mb s3://training-${x}\n";
    let python = "#!/usr/bin/env python3\nimport boto3\nboto3.client('sagemaker').create_training_job(TrainingJobName='a-${x}', ResourceConfig={'InstanceType': '${x}'})\n";
    for text in [script, python] {
        let folder = tempfile::tempdir().unwrap();
        let main = "variable \"x\" {\n  sensitive = true\n  default = \"ml.p3.16xlarge\"\n}\nresource \"aws_instance\" \"a\" {\n  user_data = templatefile(\"x.tpl\", { x = var.x })\n}\n";
        fs::write(folder.path().join("main.tf"), main).unwrap();
        fs::write(folder.path().join("x.tpl"), text).unwrap();
        let (ran, report) = json(folder.path(), &["--pedantic", "--show-unknown", "."]);
        assert!(!report["findings"].as_array().unwrap().is_empty(), "{}", ran.stdout);
        // What a price is calculated from says the type.
        let printed: Vec<&str> = ran.stdout.lines().filter(|line| !line.contains("\"basis\"")).collect();
        assert!(!printed.join("\n").contains("p3.16xlarge"), "{}", ran.stdout);
    }
}

#[test]
fn templates_of_data_sources_are_filled_in() {
    let template = format!("#!/bin/bash\necho $${{HOME}}\n{}\n", TRAIN.replace("ml.p3.2xlarge", "${type}"));
    let data = |vars: &str| {
        format!(
            "data \"template_file\" \"t\" {{\n  template = \"${{file(\"x.tpl\")}}\"\n  vars = {vars}\n}}\n{}",
            instance("data.template_file.t.rendered")
        )
    };
    let found = |vars: &str| old(&[("main.tf", &data(vars)), ("x.tpl", &template)]);
    let expected = format!("{} aws_instance.a:t", filled("x.tpl", 3, 1));
    assert_eq!(found("{ type = \"ml.p3.2xlarge\" }"), [expected]);
    assert!(found("{ type = var.x }").is_empty());
    assert!(found("{}").is_empty(), "a name that is not given");
}

#[test]
fn formats_that_are_left_out_are_not_read_in_resources_either() {
    let exec = format!(
        "resource \"null_resource\" \"n\" {{\n  provisioner \"local-exec\" {{\n    command = \"{TRAIN}\"\n  }}\n}}\n"
    );
    let config = |format: &str| format!("skip-formats = [\"{format}\"]\n");
    assert!(old(&[("main.tf", &exec), ("mlcost-lint.toml", &config("shell"))]).is_empty());
    assert_eq!(old(&[("main.tf", &exec), ("mlcost-lint.toml", &config("cloud-init"))]).len(), 1);
}
