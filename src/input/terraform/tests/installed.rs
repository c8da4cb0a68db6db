//! Modules below `.terraform/modules`: found by the manifest, read as called modules, shown at the call.

use super::{Read, read};

const ROOT: &str = r#"
locals {
  pools = {
    gpu = { type = "p3.2xlarge" }
    cpu = {}
  }
}
module "data" {
  source  = "acme/data/aws"
  version = "~> 2.0"
  name    = "training"
  pools   = local.pools
}
resource "aws_instance" "i" {
  bucket = module.data.id
  own    = module.data.own
}
"#;

const DOWNLOADED: &str = r#"
variable "name" {}
variable "pools" {}
variable "kept" { default = "for ever" }
resource "aws_s3_bucket" "b" {
  bucket = var.name
  kept   = var.kept
  inline = { days = 3 }
}
module "pool" {
  source   = "./pool"
  for_each = var.pools
  pool     = each.value
}
module "log" {
  source = "git::https://example.com/acme/log.git//parts/bucket?ref=v1"
  name   = "${var.name}-log"
}
output "id" { value = aws_s3_bucket.b.id }
output "own" { value = var.kept }
"#;

const POOL: &str = "variable \"pool\" {}\nresource \"aws_instance\" \"node\" {\n  \
                    type = try(var.pool.type, \"m5.large\")\n  spot = false\n}\n";
const LOG: &str = "variable \"name\" {}\nresource \"aws_s3_bucket\" \"log\" {\n  bucket = var.name\n}\n";

fn installed(manifest: &str) -> Read {
    read(&[
        ("live/main.tf", ROOT),
        ("live/.terraform/modules/modules.json", manifest),
        ("live/.terraform/modules/data/main.tf", DOWNLOADED),
        ("live/.terraform/modules/data/terraform.tfvars", "kept = \"a day\"\n"),
        ("live/.terraform/modules/data/pool/main.tf", POOL),
        ("live/.terraform/modules/data.log/parts/bucket/main.tf", LOG),
    ])
}

fn manifest(source: &str) -> String {
    format!(
        r#"{{"Modules": [
            {{"Key": "", "Source": "", "Dir": "."}},
            {{"Key": "data", "Source": "{source}", "Version": "2.1.0", "Dir": ".terraform/modules/data"}},
            {{"Key": "data.pool", "Source": "./pool", "Dir": ".terraform/modules/data/pool"}},
            {{"Key": "data.log", "Source": "git::https://example.com/acme/log.git//parts/bucket?ref=v1",
              "Dir": ".terraform/modules/data.log/parts/bucket"}},
            {{"Key": "escape", "Source": "acme/escape/aws", "Dir": "../../outside"}}
        ]}}"#
    )
}

#[test]
fn what_is_installed_is_read_and_is_no_root() {
    let read = installed(&manifest("registry.terraform.io/acme/data/aws"));
    assert_eq!(read.reading.groups.len(), 1);
    assert!(read.group("live").gaps.is_empty());
    let addresses: Vec<String> = read.natives().map(|native| native.display_address()).collect();
    assert_eq!(
        addresses,
        [
            "module.data.aws_s3_bucket.b",
            "module.data.module.pool[\"cpu\"].aws_instance.node",
            "module.data.module.pool[\"gpu\"].aws_instance.node",
            "module.data.module.log.aws_s3_bucket.log",
            "aws_instance.i",
        ]
    );
    assert_eq!(read.value("module.data.aws_s3_bucket.b", "kept"), "\"for ever\"");
    assert_eq!(read.value("aws_instance.i", "bucket"), "->module.data.aws_s3_bucket.b.id");
    assert_eq!(read.value("module.data.module.log.aws_s3_bucket.log", "bucket"), "\"training-log\"");
}

#[test]
fn what_is_installed_stands_at_the_call() {
    let read = installed(&manifest("registry.terraform.io/acme/data/aws"));
    let bucket = read.native("module.data.aws_s3_bucket.b");
    assert_eq!(read.sources.text(bucket.head), "module \"data\"");
    assert!(bucket.calls.is_empty());
    assert_eq!(read.trail("module.data.aws_s3_bucket.b", "bucket"), ["\"training\""]);
    assert_eq!(read.trail("module.data.aws_s3_bucket.b", "kept"), ["module \"data\""]);
    let gpu = "module.data.module.pool[\"gpu\"].aws_instance.node";
    assert_eq!(read.trail(gpu, "type").first().map(String::as_str), Some("local.pools"));
    assert_eq!(read.trail(gpu, "type").last().map(String::as_str), Some("Local \"p3.2xlarge\""));
    assert_eq!(read.trail(gpu, "spot"), ["gpu"]);
    for native in read.natives() {
        assert_eq!(&*read.sources.path(native.body), "live/main.tf", "{}", native.address);
    }
}

#[test]
fn another_source_than_the_call_names_is_not_read() {
    for text in [&manifest("registry.terraform.io/acme/other/aws"), "[", "{\"Modules\": 3}"] {
        let read = installed(text);
        assert_eq!(read.natives().count(), 1, "{text}");
        assert_eq!(&*read.group("live").gaps[0].why.what, "module.data");
        assert_eq!(read.value("aws_instance.i", "bucket"), "?source_not_read");
    }
}

#[test]
fn a_downloaded_file_that_does_not_parse_is_a_gap_and_no_error() {
    let read = read(&[
        ("main.tf", "module \"a\" {\n  source = \"git@example.com:acme/a.git\"\n}\n"),
        (
            ".terraform/modules/modules.json",
            r#"{"Modules": [{"Key": "a", "Source": "git::ssh://git@example.com/acme/a.git", "Dir": ".terraform/modules/a"}]}"#,
        ),
        (".terraform/modules/a/main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"),
        (".terraform/modules/a/broken.tf", "resource {{\n"),
    ]);
    assert!(read.reading.errors.is_empty());
    assert_eq!(read.reading.skipped.len(), 1);
    assert_eq!(read.group(".").gaps.len(), 1);
    assert_eq!(read.native("module.a.aws_s3_bucket.b").address.as_ref(), "module.a.aws_s3_bucket.b");
}
