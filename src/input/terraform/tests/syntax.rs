//! The JSON syntax.

use super::{read, read_one, show};

#[test]
fn json_means_what_hcl_means() {
    let read = read(&[
        (
            "main.tf.json",
            r#"{
  "//": "generated",
  "variable": {"names": {"type": "list(string)", "default": ["${x}", "b"]}, "n": {"default": 1}},
  "locals": [{"a": "${lookup({k = 1 + 1}, \"k\")}", "//": "comment"}, {"b": "x-${var.n + 2}-\"q\""}],
  "resource": {
    "aws_s3_bucket": {
      "one": {"bucket": "${local.b}", "n": "${local.a}", "tags": {"k-${var.n}": "v"}, "rule": [{"id": "r"}]},
      "two": [{"for_each": "${toset(var.names)}", "bucket": "${each.key}", "plain": "$${x} %",
               "dynamic": {"rule": {"for_each": [1, 2], "content": {"id": "${rule.value}"}}}}]
    }
  },
  "provider": {"aws": [{"region": "eu-west-1", "default_tags": {"tags": {"team": "ml"}}}]}
}"#,
        ),
        ("extra.tf", "resource \"aws_instance\" \"i\" {\n  b = aws_s3_bucket.one.bucket\n}\n"),
        ("terraform.tfvars", "n = 3\n"),
        ("terraform.tfvars.json", "{\"n\": 4}"),
    ]);
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    assert_eq!(read.value("aws_instance.i", "b"), r#""x-6-\"q\"""#);
    assert_eq!(read.value("aws_s3_bucket.one", "n"), "2");
    assert_eq!(read.value("aws_s3_bucket.one", "tags"), r#"{k-4="v"}"#);
    assert_eq!(read.value("aws_s3_bucket.one", "rule.0.id"), r#""r""#);
    let two = |key: &str, path: &str| read.value(&format!("aws_s3_bucket.two[\"{key}\"]"), path);
    assert_eq!(two("${x}", "plain"), r#""${x} %""#);
    assert_eq!(two("b", "rule"), "[{id=1}, {id=2}]");
    let native = read.native("aws_s3_bucket.one");
    assert_eq!(show(&native.region.value), r#""eu-west-1""#);
    assert_eq!(native.default_tags.as_ref().map(|tags| show(&tags.value)).as_deref(), Some(r#"{team="ml"}"#));
    assert_eq!(read.sources.text(native.head), "\"one\"");
    assert_eq!(
        read.trail("aws_instance.i", "b")[..3],
        ["aws_s3_bucket.one.bucket", r#"Resource "${local.b}""#, r#"Local "x-${var.n + 2}-\"q\"""#]
    );
}

#[test]
fn broken_json_is_an_error_at_its_place() {
    let read = read(&[("main.tf.json", "{\"resource\": [}")]);
    let error = &read.reading.errors[0];
    assert_eq!((error.code, error.span.map(|span| span.start)), ("syntax-error", Some(14)));
}

#[test]
fn overrides_merge_as_terraform_merges_them() {
    let read = read(&[
        (
            "main.tf",
            r#"
variable "a" { default = 1 }
variable "b" { type = string }
locals {
  x = 1
  y = 2
}
module "m" { source = "./m" }
resource "aws_s3_bucket" "one" {
  bucket = "base"
  acl    = "private"
  rule { id = "one" }
  rule { id = "two" }
  other { id = "kept" }
}
resource "aws_instance" "i" {
  v = "${var.a} ${var.b} ${local.x} ${local.y} ${module.m.v}"
}
"#,
        ),
        ("m/main.tf", "variable \"w\" { default = 0 }\noutput \"v\" { value = \"${var.w}\" }\n"),
        (
            "a_override.tf",
            r#"
variable "a" { default = 5 }
variable "b" { default = "bb" }
locals { y = 7 }
module "m" { w = 9 }
resource "aws_s3_bucket" "one" {
  bucket = "over"
  dynamic "rule" {
    for_each = ["three"]
    content { id = rule.value }
  }
  extra = true
}
"#,
        ),
        ("override.tf.json", r#"{"variable": {"a": {"default": 6}}, "locals": {"x": "${local.y}"}}"#),
    ]);
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    assert_eq!(read.value("aws_instance.i", "v"), r#""6 bb 7 7 9""#);
    let tree = show(&read.native("aws_s3_bucket.one").tree.value);
    assert_eq!(tree, r#"{bucket="over", acl="private", other=[{id="kept"}], extra=true, rule=[{id="three"}]}"#);
    let bucket = read.attr("aws_s3_bucket.one", "bucket");
    assert_eq!(&*read.sources.path(bucket.at), "a_override.tf");
    assert_eq!(read.sources.text(bucket.at), "\"over\"");
    assert_eq!(&*read.sources.path(read.native("aws_s3_bucket.one").body), "main.tf");
}

#[test]
fn tofu_files_go_before_terraform_files_of_the_same_name() {
    let read = read(&[
        ("a.tf", "resource \"aws_s3_bucket\" \"tf\" {}\n"),
        ("a.tofu", "resource \"aws_s3_bucket\" \"tofu\" {}\n"),
        ("b.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"),
    ]);
    let addresses: Vec<&str> = read.natives().map(|native| &*native.address).collect();
    assert_eq!(addresses, ["aws_s3_bucket.tofu", "aws_s3_bucket.b"]);
}

#[test]
fn what_terraform_accepts_is_repaired() {
    let read = read_one(
        "locals {\n  twice = {\n    a = 1\n    \"b\" = 2\n    a = 3\n    \"b\" = 4 # the last counts\n    a = \"é\"\n  }\n}\n\
         locals {\n  each = { for k in [\"x\"] : # why\n    k => k == \"y\" ? null :\n    k == \"x\" ? { a = 2\n b = 3 } : null\n  }\n}\n\
         resource \"aws_instance\" \"i\" {\n  twice = local.twice\n  each = local.each\n}\n",
    );
    assert!(read.reading.errors.is_empty(), "{:?}", read.reading.errors);
    assert_eq!(read.value("aws_instance.i", "twice"), "{a=\"é\", b=4}");
    assert_eq!(read.value("aws_instance.i", "each"), "{x={a=2, b=3}}");
    assert_eq!(read.trail("aws_instance.i", "twice.b"), ["local.twice", "Local 4"]);
    let still = |text: &str| read_one(text).reading.errors.len();
    assert_eq!(still("locals {\n  a =\n  1\n}\n"), 1);
    assert_eq!(still("locals {\n  a = { a = 1, a = }\n}\n"), 1);
}

#[test]
fn a_heredoc_without_a_line_ends_where_it_ends() {
    let read = read_one(
        "resource \"aws_s3_bucket\" \"x\" {\n  a = <<XML\n  XML\n}\nresource \"aws_s3_bucket\" \"y\" {\n  a = <<XML\none\n  XML\n}\n",
    );
    assert_eq!(read.value("aws_s3_bucket.x", "a"), "\"\"");
    assert_eq!(read.value("aws_s3_bucket.y", "a"), "\"one\\n\"");
    assert_eq!(read.sources.text(read.attr("aws_s3_bucket.y", "a").at), "<<XML\none\n  XML");
}
