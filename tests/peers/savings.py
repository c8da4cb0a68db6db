#!/usr/bin/env python3
"""Recomputes savings from price facts by other means than the program, and compares.

    python3 tests/peers/savings.py FACTS target/debug/mlcost-lint

FACTS is a folder with aws_ec2.csv, aws_sagemaker.csv, gcp_compute.csv and azure_vms.csv as their sources list prices.
Exits 1 if any figure is off by more than 1 %, or if fewer than 30 could be compared.
"""
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

facts, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
rules = pathlib.Path(__file__).parents[2] / "rules"


def rows(name):
    with open(facts / name) as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else None


ec2 = {r["instance_type"]: (number(r["usd_hour_on_demand"]), number(r["usd_hour_spot_typical"])) for r in rows("aws_ec2.csv")}
sagemaker = {r["instance_type"]: number(r["usd_hour"]) for r in rows("aws_sagemaker.csv") if r["preferred"] == "1"}
google = {r["machine_type"]: (number(r["usd_hour_on_demand"]), number(r["usd_hour_spot"]))
          for r in rows("gcp_compute.csv") if r["region"] == "us-central1"}
azure = {r["sku"]: (number(r["usd_hour_on_demand"]), number(r["usd_hour_spot"]))
         for r in rows("azure_vms.csv") if r["region"] == "eastus"}
notebook_rule = (rules / "services/notebook-without-idle-shutdown.yaml").read_text()
used = float(re.search(r"used_share: ([0-9.]+)", notebook_rule).group(1))

code, expected = ['provider "aws" {\n  region = "us-east-1"\n}\n'], {}
for index, name in enumerate(["g4dn.xlarge", "g4dn.12xlarge", "g5.xlarge", "g5.2xlarge", "g5.12xlarge", "g5.48xlarge", "g6.xlarge",
                              "g6.12xlarge", "g6e.xlarge", "p4d.24xlarge", "p5.48xlarge", "trn1.32xlarge"]):
    count, hours = index % 3 + 1, index + 1
    on_demand, spot = ec2[name]
    hourly = sagemaker[f"ml.{name}"] * (1 - spot / on_demand) * count
    code.append(f'resource "aws_sagemaker_training_job" "t{index}" {{\n  training_job_name = "t{index}"\n  resource_config {{\n'
                f'    instance_type  = "ml.{name}"\n    instance_count = {count}\n  }}\n'
                f'  stopping_condition {{\n    max_runtime_in_seconds = {hours * 3600}\n  }}\n}}\n')
    address = f"aws_sagemaker_training_job.t{index}"
    expected[address, "training-without-spot", "usd_per_hour"] = hourly
    expected[address, "training-without-spot", "usd_worst_case"] = hourly * hours
for index, name in enumerate(["g4dn.2xlarge", "g5.4xlarge", "g6.2xlarge", "p4d.24xlarge", "p5.48xlarge", "g6e.12xlarge"]):
    code.append(f'resource "aws_instance" "train{index}" {{\n  instance_type = "{name}"\n'
                f'  tags = {{ Name = "model-training" }}\n}}\n')
    expected[f"aws_instance.train{index}", "gpu-vm-without-spot", "usd_per_hour"] = ec2[name][0] - ec2[name][1]
for index, name in enumerate(["a2-highgpu-1g", "a2-highgpu-4g", "g2-standard-4", "g2-standard-48", "a2-ultragpu-1g"]):
    code.append(f'resource "google_compute_instance" "train{index}" {{\n  name         = "model-training-{index}"\n'
                f'  machine_type = "{name}"\n  zone         = "us-central1-a"\n}}\n')
    expected[f"google_compute_instance.train{index}", "gpu-vm-without-spot", "usd_per_hour"] = google[name][0] - google[name][1]
for index, name in enumerate([sku for sku, (_, spot) in sorted(azure.items()) if spot and sku.startswith("Standard_N")][:5]):
    code.append(f'resource "azurerm_linux_virtual_machine" "train{index}" {{\n  name     = "model-training-{index}"\n'
                f'  size     = "{name}"\n  location = "eastus"\n}}\n')
    expected[f"azurerm_linux_virtual_machine.train{index}", "gpu-vm-without-spot", "usd_per_hour"] = azure[name][0] - azure[name][1]
for index, name in enumerate(["ml.t3.xlarge", "ml.g4dn.xlarge", "ml.g5.xlarge", "ml.m5.4xlarge"]):
    code.append(f'resource "aws_sagemaker_notebook_instance" "n{index}" {{\n  name          = "n{index}"\n  instance_type = "{name}"\n}}\n')
    rule = "notebook-without-idle-shutdown"
    expected[f"aws_sagemaker_notebook_instance.n{index}", rule, "usd_per_month"] = sagemaker[name] * 730 * (1 - used)

with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, ".git").mkdir()
    pathlib.Path(folder, "main.tf").write_text("\n".join(code))
    ran = subprocess.run([program, "--output", "json", "--pedantic", "--no-config"], cwd=folder, capture_output=True, text=True)
found = {(f["resource"]["address"], f["rule"], figure): f["saving"][figure]
         for f in json.loads(ran.stdout)["findings"] if f["saving"] for figure in ("usd_per_hour", "usd_worst_case", "usd_per_month")}
equal = wrong = 0
for key, want in expected.items():
    have = found.get(key)
    if have is None:
        print("not reported:", *key)
    elif abs(have - want) > 0.01 * want:
        wrong += 1
        print("differs:", *key, f"expected {want:.4f}, reported {have:.4f}")
    else:
        equal += 1
print(f"{equal} equal within 1 %, {wrong} differ, {len(expected) - equal - wrong} not reported")
sys.exit(wrong > 0 or equal < 30)
