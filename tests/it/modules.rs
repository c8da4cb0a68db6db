//! Findings inside modules: the argument that decided, the whole way there, and downloaded modules at their call.

use super::support::{json, run};
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

/// A module that thirty roots call; the last of them says that it knows.
#[test]
fn of_many_callers_the_first_are_shown_and_all_count() {
    let folder = tempfile::tempdir().unwrap();
    let module = "variable \"type\" {}\nresource \"aws_instance\" \"gpu\" {\n  ami           = \"ami-1\"\n  instance_type = var.type\n}\n";
    write(folder.path(), &[("m/main.tf", module)]);
    let call = |n: usize, comment: &str| {
        let text = format!("module \"m\" {{\n  source = \"../m\"\n{comment}  type   = \"p3.8xlarge\"\n}}\n");
        write(folder.path(), &[(&format!("r{n:02}/main.tf"), &text)]);
    };
    (0..30).for_each(|n| call(n, ""));
    let select = ["--select", "previous-generation-gpu"];
    let (_, report) = json(folder.path(), &select);
    let [found] = &report["findings"].as_array().unwrap()[..] else { panic!("{report}") };
    assert_eq!((found["labels"].as_array().unwrap().len(), &found["more_labels"]), (8, &22.into()));
    let resource = &found["resource"];
    assert_eq!((resource["calls"].as_array().unwrap().len(), &resource["more_calls"]), (5, &25.into()));
    let printed = run(folder.path(), &select).stdout;
    assert!(printed.contains("    and: 22 more places\n"), "{printed}");
    assert!(printed.contains("r04/main.tf:1:1 and 25 more calls\n"), "{printed}");
    let sarif = run(folder.path(), &[&select[..], &["--output", "sarif"]].concat()).stdout;
    assert!(sarif.contains("\"moreLocations\": 47"), "{sarif}");
    call(29, "  # mlcost-lint: ignore[previous-generation-gpu] agreed\n");
    let (_, ignored) = json(folder.path(), &select);
    assert_eq!(ignored["findings"][0]["suppressed"], "agreed");
    assert_eq!(ignored["findings"][0]["fingerprint"], found["fingerprint"]);
}
