#!/usr/bin/env python3
"""Measures a generated monorepo: roots that each call the same 40 modules with inputs of their own.

    monorepo.py BINARY [--roots 50,100,200]

Prints, for each size, the wall time (best of three), the peak memory, and the time for each root, which should stay
the same as the project grows.
"""

import argparse
import tempfile
from pathlib import Path

from measure import measure

MODULES = 40

MODULE = """\
variable "name" {{ type = string }}
variable "type" {{ default = "g5.xlarge" }}
variable "tags" {{ type = map(string) }}
locals {{
  full = "${{var.name}}-{index}"
}}
resource "aws_instance" "node" {{
  count         = 2
  ami           = "ami-0123"
  instance_type = var.type
  tags          = merge(var.tags, {{ Name = local.full }})
}}
resource "aws_s3_bucket" "data" {{
  bucket = local.full
  tags   = var.tags
}}
resource "aws_s3_bucket_lifecycle_configuration" "data" {{
  bucket = aws_s3_bucket.data.id
  rule {{
    id     = "expire"
    status = "Enabled"
    expiration {{
      days = 30
    }}
  }}
}}
output "bucket" {{ value = aws_s3_bucket.data.arn }}
"""

CALL = """\
module "m{index}" {{
  source = "../../modules/m{index}"
  name   = "${{var.env}}-training"
  type   = {type}
  tags   = local.tags
}}
"""

ROOT = """\
variable "env" {{ default = "root{root}" }}
locals {{
  tags = {{ team = "ml", root = "{root}" }}
}}
provider "aws" {{
  region = "us-east-1"
}}
"""


def generate(folder, roots):
    (folder / ".git").mkdir()
    for index in range(MODULES):
        module = folder / "modules" / f"m{index}"
        module.mkdir(parents=True)
        (module / "main.tf").write_text(MODULE.format(index=index))
    for root in range(roots):
        place = folder / "live" / f"r{root}"
        place.mkdir(parents=True)
        calls = (CALL.format(index=i, type='"g5.2xlarge"' if i % 3 else '"g5.xlarge"') for i in range(MODULES))
        (place / "main.tf").write_text(ROOT.format(root=root) + "".join(calls))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--roots", default="50,100,200")
    options = parser.parse_args()
    binary = str(options.binary.resolve())
    for roots in map(int, options.roots.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder), roots)
            runs = [measure([binary, "--output", "json"], folder) for _ in range(3)]
        best, memory = min(run[0] for run in runs), max(run[1] for run in runs)
        print(f"{roots:5} roots {best:7.2f} s {memory:7.0f} MiB {1000 * best / roots:7.2f} ms/root")


if __name__ == "__main__":
    main()
