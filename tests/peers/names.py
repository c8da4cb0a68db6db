#!/usr/bin/env python3
"""Checks every name that rules/kinds map against the providers' own descriptions: a typo does not survive.

    python3 -m venv target/peers && target/peers/bin/pip install botocore pyyaml cfn-lint
    target/peers/bin/pip install --no-deps --target target/peers/cdktf cdktf-cdktf-provider-aws \\
        cdktf-cdktf-provider-google-beta cdktf-cdktf-provider-azurerm
    target/peers/bin/python tests/peers/names.py

CloudFormation's schemas come with cfn-lint, operations with botocore, Terraform's arguments with the typings of its
development kit. A path must lead somewhere in at least one of the types that its row names, and the keys of
request documents (`input/sagemaker/shapes.rs`) in their operation. Types without a description (modules, Kubernetes,
other tools, what is newer than the packages) are listed: a row of them alone is not judged. `names.yaml` gives the reason
for each name that no description has.
`--show TYPE` prints the tree of one type.
"""
import ast
import functools
import gzip
import json
import pathlib
import re
import sys

import botocore
import cfnlint
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(botocore.__file__).parent / "data"
# Services under another name in botocore, and operations under another name in a state machine.
SERVICES = {"elasticmapreduce": "emr", "application-autoscaling": "application-autoscaling"}
OPERATIONS = {("emr", "CreateCluster"): "RunJobFlow"}
# Requests of other clouds, which botocore does not describe.
ELSEWHERE = ("aiplatform:", "azureml:", "module:", "parallelcluster:")
# What no description has any more, or not yet, by kind: with the reason.
OTHERS = yaml.safe_load((pathlib.Path(__file__).parent / "names.yaml").read_text())
SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data/schemas"
TYPINGS = ROOT / "target/peers/cdktf"
PROVIDERS = {"aws": "aws", "google": "google_beta", "azurerm": "azurerm"}
OPEN = {"type": "map"}
LEAF = {"type": "string"}


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


class CloudFormation:
    """The schema of one resource type; a shape is a part of it."""

    index = json.loads((SCHEMAS / "providers/us-east-1.json").read_text())

    def __init__(self, name):
        self.schema = json.loads((SCHEMAS / "resources" / f"{self.index[name]}.json").read_text())

    def flat(self, part):
        """The part with its reference followed and its alternatives merged."""
        while "$ref" in part:
            part = functools.reduce(lambda inner, key: inner[key], part["$ref"].removeprefix("#/").split("/"), self.schema)
        merged = dict(part, properties=dict(part.get("properties", {})))
        for alternative in part.get("anyOf", []) + part.get("oneOf", []) + part.get("allOf", []):
            merged["properties"].update(self.flat(alternative).get("properties", {}))
        return merged

    def items(self, part):
        part = self.flat(part)
        return self.items(part["items"]) if "items" in part else part

    def shape(self, part):
        part = self.items(part)
        kinds = part.get("type", "object")
        return OPEN if not part["properties"] and "object" in kinds else LEAF

    def members(self, part):
        return {plain(name): inner for name, inner in self.items(part)["properties"].items()}

    def root(self):
        return self.schema


class Terraform:
    """The typings of one resource type; a shape is the annotation of an argument."""

    def __init__(self, file):
        tree = ast.parse(file.read_text())
        self.arguments, self.top = {}, None
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                init = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
                if init:
                    self.arguments[node.name] = {one.arg: ast.unparse(one.annotation) for one in init.args.kwonlyargs if one.annotation}
                if any("TerraformResource" in ast.unparse(base) for base in node.bases):
                    self.top = node.name

    @classmethod
    def of(cls, name):
        provider, _, rest = name.partition("_")
        if provider not in PROVIDERS:
            return None
        package = TYPINGS / f"cdktf_cdktf_provider_{PROVIDERS[provider]}"
        folder = next((package / one for one in (rest, name, rest.replace("s3tables", "s3_tables")) if (package / one).is_dir()), None)
        return cls(folder / "__init__.py") if folder else None

    def block(self, annotation):
        return next((name for name in re.findall(r"['\"](\w+)['\"]", annotation) if name in self.arguments), None)

    def shape(self, annotation):
        if self.block(annotation):
            return LEAF
        return OPEN if "Mapping" in annotation or "Any" in annotation else LEAF

    def members(self, annotation):
        block = self.block(annotation)
        return {plain(name): inner for name, inner in self.arguments[block].items()} if block else {}

    def root(self):
        return repr(self.top)


class Operation:
    """The request of one operation, as botocore describes it."""

    def __init__(self, service, request):
        self.service, self.request = service, request
        self.shape, self.members = service.shape, service.members

    @classmethod
    def of(cls, name):
        prefix, operation = name.split(":")
        known = SERVICES.get(prefix, prefix)
        service = Service.of(known)
        request = service and service.request(OPERATIONS.get((known, operation), operation))
        return cls(service, request) if request else None

    def root(self):
        return self.request


@functools.cache
def described(name):
    if name in CloudFormation.index:
        return CloudFormation(name)
    if re.fullmatch(r"[a-z][a-z0-9-]*:[A-Z]\w+", name):
        return Operation.of(name)
    return Terraform.of(name)


def check_row(kind, row, problems, counts, used):
    known = {}
    types = {name: described(name) for name in row["names"]}
    for name, one in types.items():
        if one is None and re.match(r"AWS::|[a-z][a-z0-9-]*:[A-Z]", name) and not name.startswith(ELSEWHERE) and name not in OTHERS.get(kind, {}):
            problems.append(f"{kind}: nothing is called {name}")
        if one is None and name in OTHERS.get(kind, {}):
            used.add((kind, name))
        if one is None:
            continue
        each = row.get("each", [])
        each = each if isinstance(each, list) else [each]
        trails = [t for t in (walk(one, [one.root()], path) for path in each) if t] if each else [[one.root()]]

        def found(path, trails, one=one):
            if re.match(r"\$|link\(|\.$", path) or "$step" in path or not re.search(r"\w", path):
                return
            known.setdefault(path, False)
            known[path] |= any(walk(one, trail, path) is not None for trail in trails)

        for path in each:
            found(path, [[one.root()]])
        guards = row.get("when", [])
        for guard in guards if isinstance(guards, list) else [guards]:
            paths(guard.get("path"), one, [[one.root()]], found)
        for spec in (row.get("set") or {}).values():
            paths(spec, one, trails, found)
    counts[0] += len(known)
    if any(types.values()):
        missing = [path for path, ok in known.items() if not ok]
        used |= {(kind, path) for path in missing}
        problems += [f"{kind}: none of {row['names']} has `{path}`" for path in missing if path not in OTHERS.get(kind, {})]
    return types


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


def show(one, shape, indent=0, seen=()):
    for name, inner in sorted(one.members(shape).items()):
        print("  " * indent + name)
        if str(inner) not in seen and indent < 6:
            show(one, inner, indent + 1, (*seen, str(inner)))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--show":
        one = described(sys.argv[2])
        return show(one, one.root()) if one else f"no description of {sys.argv[2]}"
    problems, counts, used, undescribed = [], [0], set(), set()
    for file in sorted((ROOT / "rules/kinds").glob("*.yaml")):
        for row in yaml.safe_load(file.read_text()).get("natives", []):
            types = check_row(file.stem, row, problems, counts, used)
            undescribed |= {name for name, one in types.items() if one is None}
    for kind, others in OTHERS.items():
        problems += [f"names.yaml: {kind} no longer needs `{name}`" for name in others if (kind, name) not in used]
    check_shapes(problems, counts)
    print("\n".join(problems))
    print(f"without a description: {', '.join(sorted(undescribed))}")
    print(f"{counts[0]} paths checked, {len(problems)} wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
