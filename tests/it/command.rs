//! `check --command`: one command judged before it is run.

use std::io::Write;
use std::process::{Command, Stdio};

fn judge(command: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("request.json"), r#"{"InstanceType": "p3.16xlarge", "MaxCount": 2}"#).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mlcost-lint"))
        .args(["check", "--command", "-", "--color", "never"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(command.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_command_is_judged_and_priced() {
    let (code, out) = judge(
        "aws ec2 run-instances \\\n  --instance-type p3.16xlarge --region us-east-1 \\\n  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=training-job}]'\n",
    );
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("$24.48 an hour in us-east-1"), "{out}");
    assert!(out.contains("previous-generation-gpu") && out.contains("gpu-vm-without-spot"), "{out}");
    let (code, out) = judge("ls -l");
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn commands_are_found_inside_commands() {
    let run = "aws ec2 run-instances --instance-type p3.16xlarge --region us-east-1";
    for command in [
        format!("AWS_PROFILE=prod {run} | tee ids.txt"),
        format!("cd infra && ID=$({run} --query x) || exit 1"),
        format!("sudo -u ubuntu -E {run}"),
        format!("timeout 60 nohup {run} &"),
        format!("bash -lc '{run}'"),
        format!("eval \"{run}\""),
        format!("T=p3.16xlarge; bash -c \"{}\"", run.replace("p3.16xlarge", "$T")),
        format!("ssh -i key.pem -p 22 ubuntu@host 'cd x && {run}'"),
        format!("ssh host {run}"),
        format!("bash <<EOF\n{run}\nEOF"),
        "aws ec2 run-instances --region us-east-1 --cli-input-json file://request.json".into(),
        "python3 -c \"import boto3; boto3.client('ec2').run_instances(InstanceType='p3.16xlarge', MaxCount=2)\"".into(),
        "python - <<'EOF'\nimport boto3\nec2 = boto3.client('ec2')\nec2.run_instances(InstanceType='p3.16xlarge')\nEOF"
            .into(),
    ] {
        let (code, out) = judge(&command);
        assert_eq!(code, Some(1), "{command}\n{out}");
        assert!(out.contains("$24.48 an hour in us-east-1"), "{command}\n{out}");
    }
    for command in [format!("echo '{run}'"), format!("cat > later.sh <<EOF\n{run}\nEOF"), format!("{run} --dry-run")] {
        assert_eq!(judge(&command).0, Some(0), "{command}");
    }
}
