//! Modules that a `terragrunt.hcl` deploys.

use super::{Read, read, read_with};
use crate::input::Options;

const MODULE: &str = "variable \"type\" { type = string }\nvariable \"size\" { default = 8 }\n\
                      resource \"aws_instance\" \"x\" {\n  instance_type = var.type\n  size = var.size\n}\n";

const ROOT: &str = r#"
locals {
  env    = read_terragrunt_config(find_in_parent_folders("env.hcl"))
  region = local.env.locals.region
}
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOF
    provider "aws" {
      region = "${local.region}"
      allowed_account_ids = ["${get_aws_account_id()}"]
      default_tags {
        tags = { Unit = "${path_relative_to_include()}" }
      }
    }
  EOF
}
inputs = {
  type = local.env.locals.type
}
"#;

const ENV: &str = "locals {\n  region = \"eu-west-1\"\n  type = \"g5.xlarge\"\n}\n";

fn unit(text: &str) -> Read {
    read(&[
        ("modules/gpu/main.tf", MODULE),
        ("live/root.hcl", ROOT),
        ("live/dev/env.hcl", ENV),
        ("live/dev/gpu/terragrunt.hcl", text),
    ])
}

fn value_of(inputs: &str) -> String {
    let text = format!("terraform {{\n  source = \"../../../modules//gpu\"\n}}\ninputs = {{ type = {inputs} }}\n");
    unit(&text).value("aws_instance.x", "instance_type")
}

#[test]
fn a_module_is_judged_under_the_inputs_of_each_unit() {
    let text = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\n\
                terraform {\n  source = \"${get_repo_root()}/modules//gpu\"\n}\ninputs = { size = 50 }\n";
    let read = unit(text);
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    let groups: Vec<&str> = read.reading.groups.iter().map(|group| &*group.name).collect();
    assert_eq!(groups, ["live/dev/gpu"], "the module is not judged by itself");
    assert_eq!(read.value("aws_instance.x", "size"), "50");
    assert_eq!(read.trail("aws_instance.x", "size"), ["var.size", "VariableFile 50"]);
    assert_eq!(
        read.trail("aws_instance.x", "instance_type"),
        ["var.type", "VariableFile local.env.locals.type", "Local \"g5.xlarge\"",]
    );
    let native = read.native("aws_instance.x");
    assert_eq!(native.region.value.as_str(), Some("eu-west-1"));
    assert_eq!(super::show(&native.default_tags.as_ref().unwrap().value), "{Unit=\"dev/gpu\"}");
    let [call] = &*native.calls else { panic!("{:?}", native.calls) };
    assert_eq!((&*call.name, &*read.sources.text(call.at)), ("live/dev/gpu", "terraform"));
}

#[test]
fn functions_tell_files_and_folders() {
    for (expression, value) in [
        ("basename(get_terragrunt_dir())", "\"gpu\""),
        ("basename(dirname(find_in_parent_folders(\"root.hcl\")))", "\"live\""),
        ("get_path_from_repo_root()", "\"live/dev/gpu\""),
        ("get_path_to_repo_root()", "\"../../..\""),
        ("find_in_parent_folders(\"nothing.hcl\", \"none\")", "\"none\""),
        ("find_in_parent_folders(\"nothing.hcl\")", "?source_not_read"),
        ("get_terragrunt_dir()", "<the project's folder>/live/dev/gpu"),
        ("get_env(\"KIND\", \"g5.xlarge\")", "\"g5.xlarge\""),
        ("get_env(\"KIND\")", "?variable_without_default"),
        ("try(file(\"none\"), \"no file\")", "\"no file\""),
        ("run_cmd(\"date\")", "?not_evaluated"),
        ("dependency.vpc.outputs.id", "?known_after_apply"),
        ("read_terragrunt_config(\"../env.hcl\").locals.type", "\"g5.xlarge\""),
        ("read_terragrunt_config(\"../none.hcl\", { locals = { type = \"x\" } }).locals.type", "\"x\""),
        ("read_terragrunt_config(\"terragrunt.hcl\").inputs.type", "?source_not_read"),
        ("length(regexall(\"locals\", file(\"../env.hcl\")))", "\"1\""),
        ("deep_merge({ a = { b = \"c\" } }, { a = { d = \"e\" } }).a.b", "\"c\""),
    ] {
        assert_eq!(value_of(expression), value, "{expression}");
    }
}

#[test]
fn the_environment_answers_where_it_may() {
    let text =
        "terraform {\n  source = \"../modules/gpu\"\n}\ninputs = { type = get_env(\"KIND\", \"a\"), size = 1 }\n";
    let environment = [("KIND", "b"), ("TF_VAR_size", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let options = Options { environment: environment.into(), ..Options::default() };
    let read = read_with(&[("modules/gpu/main.tf", MODULE), ("live/terragrunt.hcl", text)], options);
    assert_eq!(read.value("aws_instance.x", "instance_type"), "\"b\"");
    // Terragrunt keeps what is set already.
    assert_eq!(read.value("aws_instance.x", "size"), "\"2\"");
}

#[test]
fn includes_are_laid_under_the_unit() {
    let module = "variable \"tags\" {}\nresource \"aws_instance\" \"x\" {\n  tags = var.tags\n}\n";
    let tags = |include: &str| {
        let unit = format!(
            "{include}\nterraform {{\n  source = \"../modules/m\"\n}}\ninputs = {{ tags = {{ a = [2], b = 2 }} }}\n"
        );
        let root = "inputs = { tags = { a = [1], c = 1 } }\n";
        let files = [("modules/m/main.tf", module), ("root.hcl", root), ("live/terragrunt.hcl", unit.as_str())];
        read(&files).value("aws_instance.x", "tags")
    };
    let path = "path = find_in_parent_folders(\"root.hcl\")";
    assert_eq!(tags(&format!("include {{\n  {path}\n}}")), "{a=[2], b=2}");
    assert_eq!(tags(&format!("include \"r\" {{\n  {path}\n  merge_strategy = \"deep\"\n}}")), "{a=[1, 2], c=1, b=2}");
    assert_eq!(tags(&format!("include \"r\" {{\n  {path}\n  merge_strategy = \"no_merge\"\n}}")), "{a=[2], b=2}");
    assert_eq!(tags("include \"r\" {\n  path = run_cmd(\"find\")\n}"), "{a=[2], b=2}");
}

#[test]
fn what_is_included_can_be_asked() {
    let common = "locals {\n  source = \"${get_repo_root()}/modules/gpu\"\n  own = get_terragrunt_dir()\n}\ninputs = { size = 3 }\n";
    let text = "include \"common\" {\n  path = \"../common.hcl\"\n  expose = true\n}\n\
                terraform {\n  source = \"${include.common.locals.source}\"\n}\n\
                inputs = { type = \"${basename(include.common.locals.own)}-${include.common.inputs.size}\" }\n";
    let read = read(&[("modules/gpu/main.tf", MODULE), ("live/common.hcl", common), ("live/app/terragrunt.hcl", text)]);
    assert_eq!(read.value("aws_instance.x", "instance_type"), "\"app-3\"");
    assert_eq!(read.value("aws_instance.x", "size"), "3");
}

#[test]
fn inputs_not_known_in_full_may_set_any_variable() {
    let text =
        "terraform {\n  source = \"../modules/gpu\"\n}\ninputs = merge(dependency.x.outputs, { type = \"a\" })\n";
    let read = read(&[("modules/gpu/main.tf", MODULE), ("live/terragrunt.hcl", text)]);
    assert_eq!(read.value("aws_instance.x", "instance_type"), "\"a\"");
    assert_eq!(read.value("aws_instance.x", "size"), "?known_after_apply");
}

#[test]
fn variables_files_win_over_inputs() {
    let text = "terraform {\n  source = \"../modules/gpu\"\n  extra_arguments \"vars\" {\n\
                commands = get_terraform_commands_that_need_vars()\n\
                required_var_files = [\"${get_terragrunt_dir()}/big.tfvars\"]\n  }\n}\n\
                inputs = { type = \"a\", size = 1 }\n";
    let read = read(&[
        ("modules/gpu/main.tf", MODULE),
        ("live/terragrunt.hcl", text),
        ("live/terraform.tfvars", "type = \"c\"\n"),
        ("live/big.tfvars", "size = 100\n"),
    ]);
    assert_eq!(read.value("aws_instance.x", "size"), "100");
    // What stands beside the unit is copied to the module.
    assert_eq!(read.value("aws_instance.x", "instance_type"), "\"c\"");
}

#[test]
fn modules_from_elsewhere_are_judged_by_what_they_are_given() {
    for source in [
        "tfr:///terraform-aws-modules/eks/aws?version=20.8.5",
        "git::https://github.com/terraform-aws-modules/terraform-aws-eks.git?ref=v20.8.5",
        "git::git@github.com:terraform-aws-modules/terraform-aws-eks.git?ref=v20.8.5",
        "github.com/terraform-aws-modules/terraform-aws-eks",
    ] {
        let text = format!(
            "terraform {{\n  source = \"{source}\"\n}}\ninputs = {{ groups = {{ a = {{ types = [\"g5.xlarge\"] }} }} }}\n"
        );
        let read = read(&[("live/eks/terragrunt.hcl", &text)]);
        assert_eq!(&*read.native("eks").native_type, "module:terraform-aws-modules/eks/aws", "{source}");
        assert_eq!(read.value("eks", "groups.a.types.0"), "\"g5.xlarge\"");
    }
}

#[test]
fn a_unit_without_a_module_is_left_out() {
    let there = |text: &str| {
        let read = read(&[("live/terragrunt.hcl", text), ("modules/gpu/main.tf", MODULE)]);
        let groups: Vec<String> = read.reading.groups.iter().map(|group| group.name.to_string()).collect();
        (groups, read.reading.skipped.len(), read.reading.errors.len())
    };
    let alone = || vec!["modules/gpu".to_owned()];
    assert_eq!(there("terraform {\n  source = \"../nowhere\"\n}\n"), (alone(), 1, 0));
    assert_eq!(there("terraform {\n  source = \"${get_env(\"MODULES\")}/gpu\"\n}\n"), (alone(), 1, 0));
    assert_eq!(there("remote_state {}\n"), (alone(), 0, 0));
    assert_eq!(there("skip = true\nterraform {\n  source = \"../modules/gpu\"\n}\n"), (alone(), 0, 0));
    assert_eq!(there("inputs = {\n"), (alone(), 0, 1));
}
