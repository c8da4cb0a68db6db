//! Findings inside modules: the argument that decided, the whole way there, and downloaded modules at their call.

use super::support::run;
use std::fs;
use std::path::Path;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Frames, headlines without their figures, and the ways to resources: what does not change with prices.
fn places(folder: &Path) -> String {
    let printed = run(folder, &["--notes"]).stdout;
    let is_place =
        |line: &&str| line.contains(['│', '·', '╭', '╰']) && !line.contains('$') || line.starts_with("     on: ");
    let place = |line: &str| line.split("]: ").next().unwrap_or_default().to_owned();
    let is_shown = |line: &&str| is_place(line) || line.starts_with(['w', 'n']);
    printed.lines().filter(is_shown).map(place).collect::<Vec<_>>().join("\n")
}

/// Two levels of modules: by `for_each`, by `count`, and with an output that flows back.
const MAIN: &str = r#"provider "aws" {
  region = "us-east-1"
}

locals {
  sizes = { train = "p3.2xlarge" }
}

module "outer" {
  source   = "./pool"
  for_each = local.sizes
  size     = each.value
  pool     = { min = 2, max = 4 }
}

module "twice" {
  source = "./pool"
  count  = 2
  size   = "p3.16xlarge"
}

module "again" {
  source = "./pool"
  size   = "p3.16xlarge"
}

module "bucket" {
  source = "./bucket"
  name   = module.outer["train"].name
}
"#;

const POOL: &str = r#"variable "size" {}

variable "pool" {
  type    = object({ min = optional(number, 1), max = optional(number, 3) })
  default = {}
}

module "inner" {
  source   = "../nodes"
  instance = var.size
  min      = var.pool.min
  max      = var.pool.max
}

output "name" {
  value = "training-${module.inner.id}"
}
"#;

const NODES: &str = r#"variable "instance" {}
variable "min" {}
variable "max" {}

resource "aws_eks_node_group" "gpu" {
  cluster_name    = "ml"
  node_group_name = "gpu"
  instance_types  = [var.instance]
  scaling_config {
    min_size     = var.min
    max_size     = var.max
    desired_size = var.min
  }
}

output "id" {
  value = aws_eks_node_group.gpu.node_group_name
}
"#;

const BUCKET: &str = r#"variable "name" {}

resource "aws_s3_bucket" "b" {
  bucket = var.name
}
"#;

#[test]
fn findings_show_the_deciding_argument_and_the_way_there() {
    let folder = tempfile::tempdir().unwrap();
    let files = [("main.tf", MAIN), ("pool/main.tf", POOL), ("nodes/main.tf", NODES), ("bucket/main.tf", BUCKET)];
    write(folder.path(), &files);
    insta::assert_snapshot!(places(folder.path()));
}

#[test]
fn findings_inside_downloaded_modules_stand_at_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let root = r#"module "gpu" {
  source  = "acme/nodes/aws"
  version = "~> 1.0"
  min     = 1
  max     = 4
  pools = {
    train = "p3.2xlarge"
  }
}

provider "aws" {
  region = "us-east-1"
}
"#;
    let downloaded = "variable \"pools\" {}\nvariable \"min\" {}\nvariable \"max\" {}\n\
                      module \"nodes\" {\n  source   = \"./nodes\"\n  for_each = var.pools\n  \
                      instance = each.value\n  min      = var.min\n  max      = var.max\n}\n";
    let manifest = r#"{"Modules": [
        {"Key": "gpu", "Source": "registry.terraform.io/acme/nodes/aws", "Version": "1.0.2", "Dir": ".terraform/modules/gpu"},
        {"Key": "gpu.nodes", "Source": "./nodes", "Dir": ".terraform/modules/gpu/nodes"}]}"#;
    write(
        folder.path(),
        &[
            ("main.tf", root),
            (".gitignore", ".terraform\n"),
            (".terraform/modules/modules.json", manifest),
            (".terraform/modules/gpu/main.tf", downloaded),
            (".terraform/modules/gpu/nodes/main.tf", NODES),
        ],
    );
    insta::assert_snapshot!(places(folder.path()));
}
