#!/usr/bin/env python3
"""Checks every member name of requests that rules/kinds and the shapes of documents speak of against botocore.

    python3 -m venv target/peers && target/peers/bin/pip install botocore pyyaml
    target/peers/bin/python tests/peers/members.py

A path must lead somewhere in the request of every operation that its row names, or of one of them where the row says
so below (SOME). What only other formats of the row call so is listed in OTHERS, each with the format that does.
"""
import gzip
import json
import pathlib
import re
import sys

import botocore
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(botocore.__file__).parent / "data"
# Services under another name in botocore, and operations under another name in a state machine.
SERVICES = {"elasticmapreduce": "emr", "application-autoscaling": "application-autoscaling"}
OPERATIONS = {("emr", "CreateCluster"): "RunJobFlow"}
OTHERS = yaml.safe_load((pathlib.Path(__file__).parent / "members.yaml").read_text())


def plain(name):
    return re.sub(r"[_-]", "", name).lower()


class Service:
    """One service's description."""

    loaded = {}

    def __init__(self, name):
        folder = sorted((DATA / name).iterdir())[-1]
        packed = folder / "service-2.json.gz"
        self.model = json.load(gzip.open(packed) if packed.exists() else open(folder / "service-2.json"))

    @classmethod
    def of(cls, name):
        if name not in cls.loaded:
            cls.loaded[name] = cls(name) if (DATA / name).is_dir() else None
        return cls.loaded[name]

    def shape(self, name):
        return self.model["shapes"][name]

    def request(self, operation):
        found = self.model["operations"].get(operation)
        return found and found["input"]["shape"]

    def members(self, name):
        """Member name, in plain spelling, to shape name; lists are stepped through."""
        shape = self.shape(name)
        if shape["type"] == "list":
            return self.members(shape["member"]["shape"])
        return {plain(member): one["shape"] for member, one in shape.get("members", {}).items()}


def walk(service, trail, path):
    """The trail of shapes after a path, or None; `^` goes back, maps and texts end the check."""
    trail = list(trail)
    while path.startswith("^"):
        path = path[1:].removeprefix(".")
        trail.pop()
        if not trail:
            return None
    for step in re.findall(r'\["[^"]*"\]|\[\*\]|[^.\[]+', path):
        if step == "[*]" or not trail:
            continue
        if step.startswith('["') or step == "*":
            return trail
        shape = service.shape(trail[-1])
        if shape["type"] == "map":
            return trail
        inner = service.members(trail[-1]).get(plain(step))
        if inner is None:
            return None
        trail.append(inner)
    return trail


RESERVED = {"derive", "path", "of", "map", "unit", "absent", "const", "one_of", "each"}


def paths(spec, service, trails, found):
    """Reports every path of a spec with the trails that it is looked up in."""
    if isinstance(spec, str):
        found(spec, trails)
    elif isinstance(spec, list):
        for one in spec:
            paths(one, service, trails, found)
    elif isinstance(spec, dict):
        inner = trails
        if "each" in spec:
            each = spec["each"] if isinstance(spec["each"], list) else [spec["each"]]
            inner = []
            for path in each:
                found(path, trails)
                inner += [t for t in (walk(service, trail, path) for trail in trails) if t]
        for key in ("path", "of", "one_of"):
            paths(spec.get(key), service, trails, found)
        # Anything else is the field of a record.
        for key, value in spec.items():
            if key not in RESERVED and not ("path" in spec or "derive" in spec or "one_of" in spec or "const" in spec):
                paths(value, service, inner, found)


def check_row(kind, row, problems, counts):
    requests = [name for name in row["names"] if re.fullmatch(r"[a-z][a-z0-9-]*:[A-Z]\w+", name)]
    known = {}
    for name in requests:
        prefix, operation = name.split(":")
        service_name = SERVICES.get(prefix, prefix)
        service = Service.of(service_name)
        operation = OPERATIONS.get((service_name, operation), operation)
        shape = service and service.request(operation)
        if not shape:
            problems.append(f"{kind}: botocore knows no {name}")
            continue
        trails = [[shape]]
        if row.get("each"):
            each = row["each"] if isinstance(row["each"], list) else [row["each"]]
            trails = [t for t in (walk(service, [shape], path) for path in each) if t]
            if not trails:
                problems.append(f"{kind}: {name} has none of {each}")

        def found(path, trails, service=service):
            if re.match(r"\$|link\(|\.$", path) or path == "." or "$step" in path:
                return
            known.setdefault(path, False)
            known[path] |= any(walk(service, trail, path) is not None for trail in trails)

        for guard in row.get("when", []) if isinstance(row.get("when"), list) else [row.get("when")]:
            if guard:
                paths(guard.get("path"), service, [[shape]], found)
        for spec in (row.get("set") or {}).values():
            paths(spec, service, trails, found)
    counts[0] += len(known)
    spelled = set(OTHERS.get(kind, {}))
    for path, ok in known.items():
        if not ok and path not in spelled:
            problems.append(f"{kind}: no operation of {requests} has `{path}`")
    return {path for path, ok in known.items() if not ok}


def check_shapes(problems, counts):
    text = (ROOT / "src/input/sagemaker/shapes.rs").read_text()
    keys = lambda part: re.findall(r'"([^"]+)"', part)
    lists = {name: keys(re.search(rf"const {name}[^=]*= ?\s*&\[(.*?)\];", text, re.S)[1]) for name in ("ANSWERED", "RECORDED")}
    for match in re.finditer(r'shape\(\s*"([^"]+)",\s*&\[(.*?)\],\s*&\[(.*?)\],\s*&\[(.*?)\],?\s*\)', text, re.S):
        prefix, operation = match[1].split(":")
        service = Service.of(SERVICES.get(prefix, prefix))
        members = service.members(service.request(operation))
        for key in keys(match[2]) + keys(match[3]) + keys(match[4]):
            counts[0] += 1
            if plain(key) not in members:
                problems.append(f"shapes.rs: {match[1]} has no {key}")
        thing = keys(match[2])[0].removesuffix("Name")
        for key in lists["ANSWERED"] + lists["RECORDED"] + [thing + "Arn", thing + "Status"]:
            if plain(key) in members:
                problems.append(f"shapes.rs: {key} is a member of the request {match[1]}")


def main():
    problems, counts, used = [], [0], {}
    for file in sorted((ROOT / "rules/kinds").glob("*.yaml")):
        for row in yaml.safe_load(file.read_text()).get("natives", []):
            used.setdefault(file.stem, set()).update(check_row(file.stem, row, problems, counts))
    for kind, others in OTHERS.items():
        for path in set(others) - used.get(kind, set()):
            problems.append(f"members.yaml: {kind} no longer needs `{path}`")
    check_shapes(problems, counts)
    print("\n".join(problems))
    print(f"{counts[0]} names checked against botocore {botocore.__version__}, {len(problems)} wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
