//! The JSON syntax.

use super::{read, show};

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
