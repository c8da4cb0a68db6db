//! Where values of Terraform variables come from, as the command line steers it.

use crate::support::{Ran, command, json, run};
use std::fs;
use tempfile::TempDir;

const CODE: &str = r#"variable "type" {
  default = "p2.xlarge"
}
resource "aws_instance" "train" {
  ami           = "ami-0123"
  instance_type = var.type
}
"#;

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, text) in files.iter().chain(&[("main.tf", CODE)]) {
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    folder
}

/// The machine that the finding about old generations is about.
fn machine(ran: &Ran) -> String {
    let line = ran.stdout.lines().find(|line| line.contains("[previous-generation-gpu]"));
    let message = line.unwrap_or_else(|| panic!("{}{}", ran.stdout, ran.stderr)).split("] ").nth(1).unwrap();
    message.split(' ').next().unwrap().to_owned()
}

#[test]
fn the_strongest_source_wins() {
    let all: &[(&str, &str)] = &[
        ("terraform.tfvars", "type = \"p2.8xlarge\"\n"),
        ("terraform.tfvars.json", "{\"type\": \"p2.16xlarge\"}"),
        ("a.auto.tfvars", "type = \"p3.2xlarge\"\n"),
        ("b.auto.tfvars.json", "{\"type\": \"p3.8xlarge\"}"),
    ];
    let with = |count: usize, args: &[&str]| {
        let folder = project(&all[..count]);
        fs::create_dir(folder.path().join("elsewhere")).unwrap();
        fs::write(folder.path().join("elsewhere/x.tfvars"), "type = \"p3.16xlarge\"\n").unwrap();
        let mut command = command(folder.path());
        command.env("TF_VAR_type", "g3.4xlarge").args(["--output", "concise", "--no-each-var-file"]).args(args);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran =
            Ran { code: None, stdout: text(output.stdout), stderr: text(output.stderr), took: Default::default() };
        machine(&ran)
    };
    assert_eq!(with(0, &[]), "p2.xlarge");
    assert_eq!(with(0, &["--env-vars"]), "g3.4xlarge");
    assert_eq!(with(1, &["--env-vars"]), "p2.8xlarge");
    assert_eq!(with(2, &[]), "p2.16xlarge");
    assert_eq!(with(3, &[]), "p3.2xlarge");
    assert_eq!(with(4, &[]), "p3.8xlarge");
    assert_eq!(with(4, &["--var-file", "elsewhere/x.tfvars"]), "p3.16xlarge");
    assert_eq!(with(4, &["--var-file", "elsewhere/x.tfvars", "--var", "type=g3.8xlarge"]), "g3.8xlarge");
    assert_eq!(with(4, &["--var", "type=g3.8xlarge", "--var-file", "elsewhere/x.tfvars"]), "p3.16xlarge");
}

#[test]
fn a_finding_names_the_variables_files_it_holds_under() {
    let folder = project(&[
        ("dev.tfvars", "type = \"p3.2xlarge\"\n"),
        ("prod.tfvars", "type = \"p3.8xlarge\"\n"),
        ("env/staging.tfvars", "type = \"p3.8xlarge\"\n"),
    ]);
    let (_, all) = json(folder.path(), &["--select", "previous-generation-gpu"]);
    let files = |type_: &str| {
        let all = all["findings"].as_array().unwrap();
        let found: Vec<_> = all.iter().filter(|one| one["message"].as_str().unwrap().starts_with(type_)).collect();
        assert_eq!(found.len(), 1);
        (found[0]["variable_files"].to_string(), found[0]["resource"]["count"].to_string())
    };
    assert_eq!(all["summary"]["resources"], 1, "one machine, deployed in three ways");
    assert_eq!(files("p3.2xlarge"), ("[\"dev.tfvars\"]".to_owned(), "1".to_owned()));
    assert_eq!(files("p3.8xlarge"), ("[\"env/staging.tfvars\",\"prod.tfvars\"]".to_owned(), "1".to_owned()));
    let same = project(&[("dev.tfvars", "type = \"p3.2xlarge\"\n"), ("prod.tfvars", "type = \"p3.2xlarge\"\n")]);
    let ran = run(same.path(), &["--output", "concise", "--select", "previous-generation-gpu"]);
    assert_eq!(ran.stdout.matches("[previous-generation-gpu]").count(), 1);
    assert!(!ran.stdout.contains("tfvars"), "{}", ran.stdout);
}

#[test]
fn a_value_is_explained_step_by_step() {
    let call = "module \"m\" {\n  source = \"./m\"\n  t      = local.t\n  secret = var.secret\n}\n\
        locals {\n  t = \"g5.${var.size}xlarge\"\n}\nvariable \"size\" {}\n\
        variable \"secret\" {\n  sensitive = true\n  default = \"hunter2\"\n}\n";
    let module = "variable \"t\" {}\nvariable \"secret\" {}\nresource \"aws_instance\" \"i\" {\n  \
        instance_type = var.t\n  user_data = var.secret\n}\nresource \"other_thing\" \"o\" {\n  v = 1\n}\n";
    let folder = project(&[("call.tf", call), ("m/main.tf", module)]);
    let explain = |place: &str, args: &[&str]| {
        let args: Vec<&str> = ["explain-value", place].into_iter().chain(args.iter().copied()).collect();
        run(folder.path(), &args).stdout
    };
    let unknown = explain("call.tf:3", &[]);
    for wanted in ["module.m.aws_instance.i instance_type = \"g5.${var.size}xlarge\"", "m/main.tf:4:19", "call.tf:7:7"]
    {
        assert!(unknown.contains(wanted), "{wanted}: {unknown}");
    }
    assert!(unknown.contains("not known: var.size") && unknown.contains("--var would resolve it"), "{unknown}");
    assert!(explain("call.tf:3", &["--var", "size=2"]).contains("= \"g5.2xlarge\""));
    let secret = explain("m/main.tf:3", &[]);
    assert!(secret.contains("user_data = (sensitive)") && !secret.contains("hunter2"), "{secret}");
    assert!(explain("m/main.tf:8", &[]).contains("other_thing.o v = 1"));
    assert!(explain("m/main.tf:9", &[]).starts_with("no value"));
    assert_eq!(run(folder.path(), &["explain-value", "main.tf"]).code, Some(2));
}
