//! References to variables, resources and data sources; `count` and `for_each`; blocks.

use super::{read, read_one, read_with, show};
use crate::input::Options;
use crate::model::native::Exists;
use crate::model::value::Value;

#[test]
fn variables_come_from_the_strongest_source() {
    let files = [
        ("a/main.tf", "variable \"x\" { default = 1 }\nresource \"aws_s3_bucket\" \"b\" {\n  v = var.x\n}\n"),
        ("a/terraform.tfvars", "x = 2\n"),
        ("a/z.auto.tfvars", "x = 4\n"),
        ("a/b.auto.tfvars", "x = 3\n"),
        ("prod.tfvars", "x = 5\n"),
    ];
    let value = |count: usize, options: Options| read_with(&files[..count], options).value("aws_s3_bucket.b", "v");
    assert_eq!(value(1, Options::default()), "1");
    assert_eq!(value(2, Options::default()), "2");
    assert_eq!(value(4, Options::default()), "4");
    let named = Options { variable_files: vec!["prod.tfvars".into()], ..Options::default() };
    assert_eq!(value(5, named.clone()), "5");
    let given = Options { variables: [("x".to_owned(), "6".into())].into(), ..named };
    assert_eq!(value(5, given), "\"6\"");
}

#[test]
fn resources_are_referred_to_by_identity() {
    let read = read_one(
        r#"
variable "p" {}
resource "aws_s3_bucket" "x" {
  bucket = "known"
  rule {
    key = "written"
  }
}
resource "aws_s3_bucket" "y" {
  bucket = "${var.p}-data"
}
data "aws_s3_bucket" "d" {
  bucket = "looked-up"
}
resource "aws_s3_bucket" "z" {
  id      = aws_s3_bucket.x.id
  name    = aws_s3_bucket.x.bucket
  partly  = aws_s3_bucket.y.bucket
  url     = "s3://${aws_s3_bucket.x.id}/a"
  data    = data.aws_s3_bucket.d.arn
  written = data.aws_s3_bucket.d.bucket
  deep    = aws_s3_bucket.x.other[0].key
  written_block = aws_s3_bucket.x.rule[0].key
  nothing = aws_s3_bucket.missing.id
  block   = aws_s3_bucket.x.rule[0].id
  joined  = join("", aws_s3_bucket.x[*].arn)
}
"#,
    );
    let value = |name: &str| read.value("aws_s3_bucket.z", name);
    assert_eq!(value("id"), "->aws_s3_bucket.x.id");
    assert_eq!(value("name"), "\"known\"");
    assert_eq!(value("partly"), "->aws_s3_bucket.y.bucket");
    assert_eq!(value("url"), "s3://<aws_s3_bucket.x.id>/a");
    assert_eq!(value("data"), "->data.aws_s3_bucket.d.arn");
    assert_eq!(value("written"), "\"looked-up\"");
    assert_eq!(value("deep"), "->aws_s3_bucket.x.other[0].key");
    assert_eq!(value("written_block"), "\"written\"");
    assert_eq!(value("block"), "?known_after_apply");
    assert_eq!(value("nothing"), "?unknown_name");
    assert_eq!(value("joined"), "->aws_s3_bucket.x.arn");
    let Value::Unknown(unknown) = &read.attr("aws_s3_bucket.z", "id").value else { panic!() };
    assert!(!unknown.may_be_absent);
    assert!(read.native("aws_s3_bucket.x").is_meant_by(unknown.refers_to.as_ref().unwrap()));
}

#[test]
fn instances_are_told_apart() {
    let read = read_one(
        r#"
resource "aws_s3_bucket" "c" {
  count  = 2
  bucket = "b-${count.index}"
}
resource "aws_s3_bucket" "e" {
  for_each = toset(["a", "b"])
  bucket   = "b-${each.key}"
}
resource "aws_s3_bucket" "over" {
  for_each = aws_s3_bucket.e
  source   = each.value.id
}
resource "aws_s3_bucket" "none" {
  count = 0
}
resource "aws_instance" "i" {
  first = aws_s3_bucket.c[0].bucket
  all   = aws_s3_bucket.c[*].id
  named = aws_s3_bucket.e["b"].arn
  each  = [for k, b in aws_s3_bucket.e : b.bucket]
  gone  = try(aws_s3_bucket.none[0].id, "fallback")
}
"#,
    );
    assert_eq!(read.value("aws_s3_bucket.c[1]", "bucket"), "\"b-1\"");
    assert_eq!(read.value("aws_s3_bucket.e[\"b\"]", "bucket"), "\"b-b\"");
    assert_eq!(read.value("aws_s3_bucket.over[\"a\"]", "source"), "->aws_s3_bucket.e[a].id");
    assert_eq!(read.value("aws_instance.i", "first"), "\"b-0\"");
    assert_eq!(read.value("aws_instance.i", "all"), "[->aws_s3_bucket.c[0].id, ->aws_s3_bucket.c[1].id]");
    assert_eq!(read.value("aws_instance.i", "named"), "->aws_s3_bucket.e[b].arn");
    assert_eq!(read.value("aws_instance.i", "each"), "[\"b-a\", \"b-b\"]");
    assert_eq!(read.value("aws_instance.i", "gone"), "\"fallback\"");
    assert!(!read.natives().any(|native| native.address.contains("none")));
}

#[test]
fn unknown_counts_keep_one_resource_under_a_condition() {
    let read = read_one(
        r#"
variable "on" {}
variable "keys" {}
resource "aws_s3_bucket" "maybe" {
  count  = var.on == "x" ? 1 : 0
  bucket = "b"
}
resource "aws_s3_bucket" "some" {
  count = var.keys
}
resource "aws_s3_bucket" "each" {
  for_each = var.keys
  name     = each.key
}
resource "aws_s3_bucket" "partly" {
  for_each = toset(var.on ? ["a"] : ["a", "b"])
}
resource "aws_s3_bucket" "many" {
  count = 500
}
resource "aws_instance" "i" {
  id = one(aws_s3_bucket.maybe[*].id)
}
"#,
    );
    let native = |address: &str| read.native(address);
    let count = |address: &str| show(&native(address).count.value);
    assert!(matches!(&native("aws_s3_bucket.maybe").exists, Exists::Unless(why) if &*why.what == "var.on == \"x\""));
    assert_eq!(count("aws_s3_bucket.maybe"), "1");
    assert_eq!(count("aws_s3_bucket.some"), "?unknown_condition");
    assert_eq!(read.value("aws_s3_bucket.each", "name"), "?unknown_condition");
    assert!(matches!(native("aws_s3_bucket.partly[\"a\"]").exists, Exists::Yes));
    assert!(matches!(native("aws_s3_bucket.partly[\"b\"]").exists, Exists::Unless(_)));
    assert_eq!(count("aws_s3_bucket.many"), "500");
    assert_eq!(read.value("aws_instance.i", "id"), "->aws_s3_bucket.maybe.id");
}

#[test]
fn blocks_are_lists_and_dynamic_ones_expand() {
    let read = read_one(
        r#"
variable "unknown" {}
resource "aws_s3_bucket" "x" {
  one {
    a = 1
  }
  two { b = 1 }
  two { b = 2 }
  dynamic "made" {
    for_each = { x = 1, y = 2 }
    iterator = it
    content {
      key   = it.key
      inner { value = it.value }
    }
  }
  dynamic "open" {
    for_each = var.unknown
    content {}
  }
  dynamic "never" {
    for_each = []
    content {}
  }
  lifecycle { prevent_destroy = true }
  depends_on = [var.unknown]
}
"#,
    );
    assert_eq!(
        show(&read.native("aws_s3_bucket.x").tree.value),
        "{one=[{a=1}], two=[{b=1}, {b=2}], \
         made=[{key=\"x\", inner=[{value=1}]}, {key=\"y\", inner=[{value=2}]}], open=[…]}"
    );
}

#[test]
fn sensitive_values_stay_marked() {
    let read = read(&[(
        "main.tf",
        "variable \"s\" {\n  sensitive = true\n  default = \"x\"\n}\nlocals { l = \"a-${var.s}\" }\n\
         resource \"aws_s3_bucket\" \"b\" {\n  v = local.l\n  w = nonsensitive(local.l)\n}\n",
    )]);
    assert!(read.attr("aws_s3_bucket.b", "v").sensitive);
    assert!(!read.attr("aws_s3_bucket.b", "w").sensitive);
}
