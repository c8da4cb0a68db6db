//! `check --command`: one command judged before it is run.

use std::io::Write;
use std::process::{Command, Stdio};

fn judge(command: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
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
