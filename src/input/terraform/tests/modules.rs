//! Module calls, roots, providers and regions, gaps, signals.

use super::{read, read_one, read_with, show};
use crate::input::Options;
use crate::model::value::Value;

const CHILD: (&str, &str) = (
    "modules/b/main.tf",
    "variable \"name\" { default = \"d\" }\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = var.name\n}\n\
     output \"id\" { value = aws_s3_bucket.b.id }\noutput \"name\" { value = var.name }\n",
);

#[test]
fn a_called_module_is_judged_through_its_callers() {
    let read = read(&[
        (
            "prod/main.tf",
            r#"
module "one" {
  source = "../modules/b"
  name   = "first"
}
module "two" {
  source   = "../modules/b"
  for_each = { x = "second", y = "third" }
  name     = each.value
}
resource "aws_instance" "i" {
  one = module.one.id
  two = module.two["x"].id
  all = [for k, m in module.two : m.name]
  ids = values(module.two)[*].id
}
"#,
        ),
        ("dev/main.tf", "module \"one\" {\n  source = \"../modules/b\"\n}\n"),
        CHILD,
    ]);
    let names: Vec<&str> = read.reading.groups.iter().map(|group| &*group.name).collect();
    assert_eq!(names, ["dev", "prod"]);
    let addresses: Vec<String> = read.group("prod").natives.iter().map(|native| native.display_address()).collect();
    assert_eq!(
        addresses,
        [
            "module.one.aws_s3_bucket.b",
            "module.two[\"x\"].aws_s3_bucket.b",
            "module.two[\"y\"].aws_s3_bucket.b",
            "aws_instance.i"
        ]
    );
    assert_eq!(read.value("module.two[\"y\"].aws_s3_bucket.b", "bucket"), "\"third\"");
    assert_eq!(read.value("aws_instance.i", "one"), "->module.one.aws_s3_bucket.b.id");
    assert_eq!(read.value("aws_instance.i", "two"), "->module.two[\"x\"].aws_s3_bucket.b.id");
    assert_eq!(read.value("aws_instance.i", "all"), "[\"second\", \"third\"]");
    assert!(read.value("aws_instance.i", "ids").contains("module.two[\"y\"].aws_s3_bucket.b.id"));
    let calls = &read.native("module.two[\"y\"].aws_s3_bucket.b").calls;
    assert_eq!((calls.len(), &*calls[0].name), (1, "module.two[\"y\"]"));
    assert_eq!(read.sources.text(calls[0].at), "module \"two\"");
}

#[test]
fn the_order_of_claims_does_not_matter() {
    let files = [
        ("a/main.tf", "module \"m\" { source = \"../modules/b\" }\n"),
        ("b/one.tf", "resource \"aws_s3_bucket\" \"one\" {}\n"),
        ("b/two.tf", "resource \"aws_s3_bucket\" \"two\" {}\n"),
        CHILD,
    ];
    let reversed: Vec<(&str, &str)> = files.iter().rev().copied().collect();
    let addresses = |files: &[(&str, &str)]| -> Vec<String> {
        read(files).natives().map(|native| format!("{}: {}", native.scope, native.address)).collect()
    };
    assert_eq!(addresses(&files), addresses(&reversed));
    assert_eq!(addresses(&files).len(), 3);
}

#[test]
fn what_is_not_read_is_a_gap_with_what_goes_in() {
    let read = read_one(
        r#"
resource "aws_s3_bucket" "x" {
  bucket = "known"
}
locals { id = aws_s3_bucket.x.id }
module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 20.0"
  bucket  = aws_s3_bucket.x.bucket
  id      = local.id
  groups  = { gpu = { instance_types = ["p3.2xlarge"] } }
}
resource "aws_instance" "i" {
  v = module.eks.cluster_name
}
"#,
    );
    let gap = &read.group(".").gaps[0];
    assert_eq!((gap.why.code.name(), &*gap.why.what), ("source_not_read", "module.eks"));
    let received: Vec<String> =
        gap.receives.iter().flatten().map(|one| format!("{}.{}", one.address, one.attribute)).collect();
    assert_eq!(received, ["aws_s3_bucket.x.bucket", "aws_s3_bucket.x.id"]);
    let module = read.native("module.eks");
    assert_eq!((&*module.native_type, &*module.provider), ("module:terraform-aws-modules/eks/aws", "aws"));
    assert_eq!(read.value("module.eks", "groups.gpu.instance_types.0"), "\"p3.2xlarge\"");
    assert_eq!(read.value("aws_instance.i", "v"), "->module.eks.cluster_name");
}

#[test]
fn calls_in_a_circle_end() {
    let read = read(&[
        ("a/main.tf", "module \"b\" { source = \"../b\" }\nresource \"aws_s3_bucket\" \"a\" {}\n"),
        ("b/main.tf", "module \"a\" { source = \"../a\" }\nresource \"aws_s3_bucket\" \"b\" {}\n"),
        ("self/main.tf", "module \"me\" { source = \"./\" }\n"),
    ]);
    let names: Vec<&str> = read.reading.groups.iter().map(|group| &*group.name).collect();
    assert_eq!(names, ["a", "self"]);
    assert_eq!(read.group("a").natives.len(), 2);
    assert_eq!(read.group("a").gaps[0].why.code.name(), "reference_cycle");
    assert_eq!(read.group("self").gaps.len(), 1);
}

#[test]
fn a_broken_file_is_a_gap_for_every_group_that_calls_it() {
    let read = read(&[
        ("a/main.tf", "module \"m\" { source = \"../m\" }\n"),
        ("b/main.tf", "module \"m\" { source = \"../m\" }\n"),
        ("m/bad.tf", "resource {{{\n"),
        ("m/good.tf", "resource \"aws_s3_bucket\" \"x\" {}\n"),
    ]);
    assert_eq!(read.reading.errors.len(), 1);
    for name in ["a", "b"] {
        assert_eq!(read.group(name).natives.len(), 1);
        assert!(read.group(name).gaps[0].receives.is_none());
    }
}

#[test]
fn a_broken_variables_file_hides_values_where_it_is_loaded_but_no_resources() {
    let text = "variable \"n\" {\n  default = \"n\"\n}\nresource \"aws_s3_bucket\" \"x\" {\n  v = var.n\n}\n";
    let value = |variables: &str| {
        let read = read(&[("main.tf", text), (variables, "n = {{\n")]);
        assert!(read.reading.groups.iter().all(|group| group.gaps.is_empty()));
        (read.value("aws_s3_bucket.x", "v"), read.reading.errors.len(), read.reading.skipped.len())
    };
    assert_eq!(value("template.tfvars"), ("\"n\"".to_owned(), 0, 1));
    assert_eq!(value("prod.auto.tfvars"), ("?source_not_read".to_owned(), 1, 0));
    assert_eq!(value("terraform.tfvars"), ("?source_not_read".to_owned(), 1, 0));
}

#[test]
fn regions_come_from_the_resource_its_provider_or_the_options() {
    let read = read(&[
        (
            "main.tf",
            r#"
provider "aws" {
  region = "us-east-1"
  default_tags { tags = { team = "ml" } }
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
provider "google" {
  zone = "europe-west4-a"
}
resource "aws_s3_bucket" "default" {}
resource "aws_s3_bucket" "aliased" { provider = aws.west }
resource "aws_s3_bucket" "own" {
  provider = aws.west
  region   = "eu-west-1"
}
resource "google_compute_instance" "g" {}
resource "google_compute_instance" "z" { zone = "us-central1-b" }
resource "azurerm_storage_account" "s" { location = "westeurope" }
module "passed" {
  source    = "./m"
  providers = { aws = aws.west }
}
module "inherited" { source = "./m" }
"#,
        ),
        ("m/main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"),
    ]);
    let region = |address: &str| show(&read.native(address).region.value);
    assert_eq!(region("aws_s3_bucket.default"), "\"us-east-1\"");
    assert_eq!(region("aws_s3_bucket.aliased"), "\"us-west-2\"");
    assert_eq!(region("aws_s3_bucket.own"), "\"eu-west-1\"");
    assert_eq!(region("google_compute_instance.g"), "\"europe-west4\"");
    assert_eq!(region("google_compute_instance.z"), "\"us-central1\"");
    assert_eq!(region("azurerm_storage_account.s"), "\"westeurope\"");
    assert_eq!(region("module.passed.aws_s3_bucket.b"), "\"us-west-2\"");
    assert_eq!(region("module.inherited.aws_s3_bucket.b"), "\"us-east-1\"");
    assert_eq!(&*read.native("azurerm_storage_account.s").provider, "azure");
    let tags = |address: &str| read.native(address).default_tags.as_ref().map(|tags| show(&tags.value));
    assert_eq!(tags("aws_s3_bucket.default").as_deref(), Some("{team=\"ml\"}"));
    assert_eq!(tags("aws_s3_bucket.aliased"), None);
}

#[test]
fn a_region_that_is_not_stated_is_unknown_unless_given() {
    let text = [("main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n")];
    assert_eq!(show(&read(&text).native("aws_s3_bucket.b").region.value), "?region_not_stated");
    let given = read_with(&text, Options { region: Some("eu-west-1".into()), ..Options::default() });
    assert_eq!(show(&given.native("aws_s3_bucket.b").region.value), "\"eu-west-1\"");
}

#[test]
fn words_about_the_environment_are_signals() {
    let read = read(&[
        ("envs/live/main.tf", "variable \"environment\" {}\n"),
        ("envs/live/prod.auto.tfvars", "environment = \"production\"\n"),
    ]);
    let signals: Vec<(&str, &str, bool)> =
        read.group("envs/live").signals.iter().map(|one| (&*one.source, &*one.text, one.strong)).collect();
    assert_eq!(
        signals,
        [("var.environment", "production", true), ("prod.auto.tfvars", "prod", true), ("folder", "envs/live", false)]
    );
}

#[test]
fn a_root_is_read_under_each_of_its_variables_files() {
    let code = "variable \"n\" {}\nvariable \"m\" {\n  default = 0\n}\nresource \"aws_s3_bucket\" \"b\" {\n  v = var.n\n  id = aws_s3_bucket.b.arn\n}\n";
    let files = [
        ("live/main.tf", code),
        ("live/dev.tfvars", "n = 1\n"),
        ("live/envs/prod/terraform.tfvars", "n = 2\nm = 3\n"),
        ("live/envs/other.tfvars", "x = 2\ny = 3\nn = 1\n"),
        ("live/unrelated.tfvars", "x = 2\n"),
        ("loaded/main.tf", code),
        ("loaded/terraform.tfvars", "n = 5\n"),
        ("loaded/dev.tfvars", "n = 6\n"),
    ];
    let values = |options: Options| -> Vec<String> {
        let read = read_with(&files, options);
        let value = |native: &crate::model::native::Native| match &native.tree.value {
            Value::Map(map) => show(&map.get("v").unwrap().value),
            _ => unreachable!(),
        };
        let under = |scope| read.reading.under.get(scope).map(|under| format!("{} of {}", under.file, under.of));
        read.natives().map(|one| format!("{} {}", value(one), under(&one.scope).unwrap_or_default())).collect()
    };
    assert_eq!(values(Options::default()), ["1 dev.tfvars of 2", "2 envs/prod/terraform.tfvars of 2", "5 "]);
    let off = Options { each_variable_file: false, ..Options::default() };
    assert_eq!(values(off), ["?variable_without_default ", "5 "]);
}

#[test]
fn providers_are_passed_through_several_modules() {
    let read = read(&[
        (
            "main.tf",
            r#"
provider "aws" {
  region = "us-east-1"
  default_tags { tags = { env = "prod" } }
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
  default_tags { tags = local.tags }
}
provider "aws" {
  alias  = "paris"
  region = element(["eu-west-1", "eu-west-3"], 1)
}
locals { tags = { env = "dev" } }
resource "aws_instance" "own" { region = "ap-south-1" }
resource "aws_instance" "null" { region = null }
module "m" {
  source    = "./m"
  providers = { aws = aws.west, aws.other = aws.paris }
}
module "plain" { source = "./n" }
"#,
        ),
        (
            "m/main.tf",
            r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", configuration_aliases = [aws.other] }
  }
}
resource "aws_instance" "other" { provider = aws.other }
module "both" {
  source    = "../n"
  providers = { aws = aws, aws.third = aws.other }
}
module "same" {
  source    = "../n"
  providers = { aws.third = aws }
}
"#,
        ),
        ("n/main.tf", "resource \"aws_instance\" \"n\" {}\nresource \"aws_instance\" \"t\" { provider = aws.third }\n"),
    ]);
    let region = |address: &str| show(&read.native(address).region.value);
    let environment = |address: &str| read.native(address).default_tags.as_ref().map(|tags| show(&tags.value));
    let [east, west, paris] = ["\"us-east-1\"", "\"us-west-2\"", "\"eu-west-3\""];
    assert_eq!((region("aws_instance.own").as_str(), region("aws_instance.null").as_str()), ("\"ap-south-1\"", east));
    assert_eq!(region("module.m.aws_instance.other"), paris);
    assert_eq!(region("module.m.module.both.aws_instance.n"), west);
    assert_eq!(region("module.m.module.both.aws_instance.t"), paris);
    assert_eq!(region("module.m.module.same.aws_instance.n"), west);
    assert_eq!(region("module.m.module.same.aws_instance.t"), west);
    assert_eq!(region("module.plain.aws_instance.n"), east);
    assert_eq!(region("module.plain.aws_instance.t"), "?region_not_stated");
    assert_eq!(environment("module.m.module.both.aws_instance.n").as_deref(), Some("{env=\"dev\"}"));
    assert_eq!(environment("module.m.module.both.aws_instance.t"), None);
    assert_eq!(environment("module.plain.aws_instance.n").as_deref(), Some("{env=\"prod\"}"));
}
