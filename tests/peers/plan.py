#!/usr/bin/env python3
"""Measures generated Terraform plans, as `terraform show -json` prints them: one line, every resource up to three times.

    plan.py BINARY [--megabytes 10,50,200]

Prints, for each size, the wall time (best of three) and the peak memory, how many times the time of `cat` and of
`json.load` that is, and checks the findings: what is planned of old GPUs and buckets for checkpoints, nothing else.
Exits 1 where they are wrong.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from measure import measure

AWS = "registry.terraform.io/hashicorp/aws"
RULES = ("previous-generation-gpu", "bucket-without-lifecycle")
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": [f"service{n}:Describe*", f"service{n}:List*"], "Resource": "*"} for n in range(12)]})


def resources(team):
    """Type, name, values and what is known after apply of everything in a team's module."""
    tags = {"team": f"team{team}", "cost-centre": f"{team:06}", "managed-by": "terraform"}
    common = {"id": True, "arn": True, "tags_all": {}}
    for n in range(14):
        yield "aws_iam_role", f"role{n}", {"name": f"t{team}-role{n}", "assume_role_policy": POLICY, "tags": tags,
                                           "managed_policy_arns": None, "max_session_duration": 3600}, common
        yield "aws_iam_role_policy", f"role{n}", {"name": f"t{team}-policy{n}", "policy": POLICY}, {"id": True, "role": True}
        yield "aws_security_group", f"group{n}", {"name": f"t{team}-sg{n}", "description": "Übergang → interne Dienste", "tags": tags,
              "ingress": [{"from_port": p, "to_port": p, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]} for p in (22, 80, 443)]}, common
        yield "kubernetes_manifest", f"service{n}", {"manifest": {"apiVersion": "v1", "kind": "Service", "metadata": {
              "name": f"t{team}-service{n}", "labels": tags}, "spec": {"ports": [{"port": 80}]}}}, {"object": True}
    machine = {"ami": "ami-0123", "tags": {**tags, "Name": "model-training"}, "user_data": "#!/bin/sh\nexec train\n"}
    yield "aws_instance", "old", {**machine, "instance_type": "p3.8xlarge"}, {**common, "instance_market_options": True}
    yield "aws_instance", "new", {**machine, "instance_type": "g5.xlarge"}, {**common, "instance_market_options": True}
    yield "aws_instance", "web", {**machine, "instance_type": None}, {**common, "instance_type": True}
    bucket = f"t{team}-model-checkpoints"
    yield "aws_s3_bucket", "checkpoints", {"bucket": bucket, "tags": tags}, {**common, "lifecycle_rule": True}
    if team % 2:
        rule = {"id": "all", "status": "Enabled", "expiration": [{"days": 30}]}
        yield "aws_s3_bucket_lifecycle_configuration", "checkpoints", {"bucket": bucket, "rule": [rule]}, {"id": True}


def expected(team):
    """The findings there must be, as (rule, address). Of a new bucket the plan alone does not tell the rules."""
    yield "previous-generation-gpu", f'module.team["{team}"].aws_instance.old'
    if team % 2 == 0 and team % 3 == 0:
        yield "bucket-without-lifecycle", f'module.team["{team}"].aws_s3_bucket.checkpoints'


def head(team, kind, name):
    provider = AWS if kind.startswith("aws_") else "registry.terraform.io/hashicorp/kubernetes"
    return {"address": f'module.team["{team}"].{kind}.{name}', "mode": "managed", "type": kind, "name": name,
            "provider_name": provider}


def change(team, kind, name, values, unknown):
    """Every third team is there already: nothing changes, and all is known."""
    known = team % 3 == 0
    action = {"actions": ["no-op" if known else "create"], "before": values if known else None, "after": values,
              "after_unknown": {} if known else unknown, "before_sensitive": {} if known else False, "after_sensitive": {}}
    return {**head(team, kind, name), "module_address": f'module.team["{team}"]', "change": action}


def module(team):
    values = [{**head(team, *one[:2]), "schema_version": 1, "values": one[2], "sensitive_values": {}} for one in resources(team)]
    return {"address": f'module.team["{team}"]', "resources": values}


def written(one):
    kind, name, values, _ = one
    provider = {"provider_config_key": "aws" if kind.startswith("aws_") else "kubernetes"}
    return {**head(0, kind, name), **provider, "expressions": {key: {"references": [f"var.{key}"]} for key in values}}


def write(path, teams):
    """The plan, section by section: the generator must not hold it either."""
    def joined(parts):
        for at, part in enumerate(parts):
            out.write(("," if at else "") + json.dumps(part, ensure_ascii=False, separators=(",", ":")))

    configuration = {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
                     "root_module": {"module_calls": {"team": {"source": "./team", "module": {
                         "resources": [written(one) for one in resources(1)]}}}}}
    with open(path, "w") as out:
        out.write('{"format_version":"1.2","terraform_version":"1.11.4","variables":{"region":{"value":"eu-west-1"}},')
        out.write('"planned_values":{"root_module":{"child_modules":[')
        joined(map(module, range(teams)))
        out.write(']}},"resource_changes":[')
        joined(change(team, *one) for team in range(teams) for one in resources(team))
        out.write('],"prior_state":{"format_version":"1.0","values":{"root_module":{"child_modules":[')
        joined(map(module, range(0, teams, 3)))
        out.write(']}}},"configuration":' + json.dumps(configuration) + ',"timestamp":"2026-11-02T00:00:00Z"}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--megabytes", default="10,50,200")
    options = parser.parse_args()
    binary, right = str(options.binary.resolve()), True
    with tempfile.TemporaryDirectory() as folder:
        plan, report = Path(folder, "plan.json"), Path(folder, "report.json")
        write(plan, 30)
        per_team = plan.stat().st_size / 30
        for megabytes in map(float, options.megabytes.split(",")):
            teams = round(megabytes * 1e6 / per_team)
            write(plan, teams)
            command = [binary, "plan.json", "--no-config", "--output", "json"]
            with open(report, "w") as out:
                runs = [measure(command, folder, out)]
            runs += [measure(command, folder) for _ in range(2)]
            best, memory = min(run[0] for run in runs), max(run[1] for run in runs)
            cat = min(measure(["cat", "plan.json"], folder)[0] for _ in range(3))
            load, loaded = measure([sys.executable, "-c", "import json; json.load(open('plan.json'))"], folder)
            found = [(one["rule"], one["resource"]["address"]) for one in json.loads(report.read_text())["findings"]]
            found = sorted(one for one in found if one[0] in RULES)
            wanted = sorted(one for team in range(teams) for one in expected(team))
            right &= found == wanted
            size = plan.stat().st_size
            print(f"{size / 1e6:6.0f} MB {best:6.2f} s {memory:6.0f} MiB = {memory * 2**20 / size:4.2f} x the plan;"
                  f" cat {cat:.2f} s, json.load {load:.2f} s {loaded:.0f} MiB;"
                  f" {len(found)} findings, {'as expected' if found == wanted else f'{len(wanted)} expected'}")
    sys.exit(not right)


if __name__ == "__main__":
    main()
