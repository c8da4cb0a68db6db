#!/usr/bin/env python3
"""Compares how CloudFormation templates are resolved with an independent reader, and places with another.

    cloudformation.py CHECKOUT NATIVES [--list]

CHECKOUT is a folder with templates, NATIVES the built example `natives`. Values are compared with those of moto's
parser (`pip install 'moto[cloudformation]'`), which knows no unknown: what a template does not say gets a marker there,
and wherever a marker decides, any answer of ours is right that leaves the marked part open. Places are compared with
those of PyYAML. Prints counts, and with --list each difference. Exits with 1 where a value or a place is wrong.
"""

import argparse
import collections
import ipaddress
import itertools
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

import yaml
from moto.cloudformation import parsing

REGION = "us-east-1"
MARK = "@@?"
SERVERLESS = ("AWS::Lambda::Function", "AWS::Serverless::Function", "AWS::StepFunctions::StateMachine")
LISTS = ("CommaDelimitedList", "List<")


class Loader(yaml.SafeLoader):
    pass


def function(loader, tag, node):
    """A function in its long form. moto's own reading of short forms loses those inside others."""
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if tag == "GetAtt" else value
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", function)
# Dates stay as they are written.
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
MOTO = parsing.clean_json


def resolve(value, stack):
    """moto's resolution, without what it makes up: zones, imported values, and parts of what is marked."""
    if isinstance(value, (bool, int, float)) and not stack.in_json:
        # To CloudFormation `true` and "true" are the same.
        return text(value)
    if isinstance(value, dict) and len(value) == 1:
        (name, argument), = value.items()
        if name == "Fn::GetAtt" and isinstance(argument, str):
            value = {name: argument.split(".", 1)}
        if name == "Fn::ToJsonString":
            stack.in_json = True
            result = json.dumps(resolve(argument, stack), separators=(",", ":"))
            stack.in_json = False
            return result
        if name == "Fn::GetAZs":
            return [f"{MARK}zone{at}{MARK}" for at in range(4)]
        if name == "Fn::ImportValue":
            return f"{MARK}import{MARK}"
        if name in ("Fn::Select", "Fn::Split", "Fn::Join", "Fn::Length"):
            operand = resolve(argument[1] if isinstance(argument, list) else argument, stack)
            if isinstance(operand, str) and MARK in operand:
                return f"{MARK}part of {operand}{MARK}"
            if name == "Fn::Length":
                return len(operand)
        if name == "Fn::FindInMap":
            path = [text(resolve(step, stack)) for step in argument[:3]]
            if not known_in(path):
                return f"{MARK}one of {path}{MARK}"
            value = {name: path}
        if name == "Fn::Cidr":
            # moto does not know it.
            block, count, bits = (text(resolve(part, stack)) for part in (*argument, 8)[:3])
            if MARK in block:
                return f"{MARK}blocks of {block}{MARK}"
            network = ipaddress.ip_network(block)
            subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
            return [str(subnet) for subnet in itertools.islice(subnets, int(count))]
        if name == "Fn::Base64":
            return resolve(argument, stack)
        if name == "Fn::If" and argument[0] not in stack.lazy_condition_map:
            return f"{MARK}undeclared condition{MARK}"
    result = MOTO(value, stack)
    # `AWS::NoValue` stays in moto's lists.
    return [item for item in result if item is not None] if isinstance(result, list) else result


parsing.clean_json = resolve


class Resource:
    """A resource whose attributes are not known."""

    def __init__(self, name):
        self.physical_resource_id = f"{MARK}{name}{MARK}"

    def get_cfn_attribute(self, name):
        return f"{self.physical_resource_id[:-1]}.{name}{MARK}"


class Stack(dict):
    """What moto looks names up in: parameters, mappings, resources and conditions of one template."""

    def __init__(self, template):
        super().__init__()
        self.in_json = False
        for name in template.get("Resources") or {}:
            self[name] = Resource(name)
        self.update(with_text_keys(template.get("Mappings") or {}))
        for name, declared in (template.get("Parameters") or {}).items():
            self[name] = parameter(name, declared)
        self["AWS::Region"] = REGION
        self["AWS::NoValue"] = None
        self.lazy_condition_map = parsing.LazyDict()
        for name, condition in (template.get("Conditions") or {}).items():
            self.lazy_condition_map[name] = lambda condition=condition: parsing.parse_condition(
                condition, self, self.lazy_condition_map
            )

    def __missing__(self, name):
        return f"{MARK}{name}{MARK}"


def with_text_keys(value):
    """A mapping whose keys are text, as CloudFormation has them: PyYAML makes numbers of some."""
    return {text(key): with_text_keys(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def parameter(name, declared):
    kind = str(declared.get("Type", "String"))
    if kind.startswith("AWS::SSM::Parameter::Value") or "Default" not in declared:
        return f"{MARK}{name}{MARK}"
    default = declared["Default"]
    if kind.startswith(LISTS):
        return [part.strip() for part in str(default).split(",") if part.strip()]
    return text(default)


def leaves(node, path=()):
    """Our values by path, alternatives as a set."""
    if "map" in node:
        yield path, {"open": True} if node["open"] else {}
        for key, value in node["map"].items():
            yield from leaves(value, (*path, key))
    elif "list" in node:
        for at, value in enumerate(node["list"]):
            yield from leaves(value, (*path, at))
    else:
        yield path, node


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def at(value, path):
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def agrees(ours, theirs):
    """Whether a leaf of ours says what theirs says, or leaves open what theirs marks."""
    if "one_of" in ours and not known_in(theirs):
        return True
    if "text" in ours:
        return isinstance(theirs, (str, int, float, bool)) and same_text(ours["text"], theirs)
    if "pieces" in ours:
        rest = text(theirs)
        for piece in filter(None, ours["pieces"]):
            if piece not in rest:
                return False
            rest = rest.split(piece, 1)[1]
        return MARK in text(theirs) or "{{resolve:" in text(theirs)
    if "one_of" in ours:
        return any(theirs is None if choice is None else contains(choice, theirs) for choice in ours["one_of"])
    return True


def same_text(ours, theirs):
    if ours == text(theirs):
        return True
    try:
        return float(ours) == float(theirs)
    except (TypeError, ValueError):
        # Dates, which PyYAML reads as such.
        return ours.replace(" ", "T").startswith(text(theirs).replace(" ", "T"))


def contains(choice, theirs):
    return all(agrees(leaf, at(theirs, path)) for path, leaf in leaves(choice) if leaf and "open" not in leaf)


class Report:
    def __init__(self):
        self.counts = collections.Counter()
        self.differences = []

    def count(self, what, detail=None):
        self.counts[what] += 1
        if detail:
            self.differences.append(f"{what}: {detail}")


def known_in(value):
    return MARK not in json.dumps(value, default=str, ensure_ascii=False)


def compare(template, natives, path, report):
    stack = Stack(template)
    ours = {native["address"]: native for native in natives}
    for name, body in (template.get("Resources") or {}).items():
        if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
            continue
        where = f"{path} {name}"
        try:
            exists = "Condition" not in body or stack.lazy_condition_map[body["Condition"]]
            theirs = resolve(body.get("Properties") or {}, stack)
        except Exception as error:  # noqa: BLE001 - whatever the other reader raises
            report.count("resource: refused by the other", f"{where}: {type(error).__name__} {error}")
            continue
        native = ours.get(name) or ours.get(cdk_path(body))
        if native is None:
            report.count("resource: neither has it" if not exists else "resource: LOST", None if not exists else where)
            continue
        if native["unless"]:
            report.count("resource: under a condition we leave open")
        elif not exists:
            report.count("resource: EXTRA", where)
        compare_properties(theirs, native, where, report, "Globals" in template)


def cdk_path(body):
    path = (body.get("Metadata") or {}).get("aws:cdk:path")
    return path.removesuffix("/Resource") if isinstance(path, str) else None


def compare_properties(theirs, native, where, report, has_globals):
    for path, leaf in leaves(native["tree"]):
        if not leaf or "open" in leaf:
            continue
        value = at(theirs, path)
        where_exactly = f"{where} {'.'.join(map(str, path))}: ours {show(leaf)} theirs {text(value)[:120]!r}"
        if "unknown" in leaf:
            reason = leaf["unknown"].split(" ")[0]
            if value is None or not known_in(value) or reason in ("looked_up_at_deployment", "known_after_apply"):
                report.count(f"value: unknown to both ({reason})")
            else:
                report.count("value: unknown to us", where_exactly)
        elif "text" in leaf and text(value).startswith(f"{MARK}one of"):
            report.count("value: the same under every key")
        elif has_globals and native["type"] in SERVERLESS:
            report.count("value: of the serverless transform, which moto does not apply")
        elif agrees(leaf, value):
            kind = next(key for key in ("text", "pieces", "one_of") if key in leaf)
            report.count(f"value: agrees ({kind})")
        else:
            report.count("value: DIFFERS", where_exactly)


def show(leaf):
    return json.dumps({key: value for key, value in leaf.items() if key != "at"})[:160]


# Places.


def compare_places(text_of_file, natives, path, report, exact):
    """Compares the place of each value with that of the same node for PyYAML."""
    try:
        root = yaml.compose(text_of_file, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return
    resources = child(root, "Resources")
    for native in natives:
        head_path, head_start, head_end = native["head"]
        for key, body in resources.value if isinstance(resources, yaml.MappingNode) else []:
            if key.start_mark.index == head_start or byte(text_of_file, key.start_mark.index) == head_start:
                walk(native["tree"], child(body, "Properties"), text_of_file, path, report, exact)


def child(node, name):
    if isinstance(node, yaml.MappingNode):
        # Of equal keys the last counts.
        for key, value in reversed(node.value):
            if key.value == name:
                return value
    return None


def byte(content, index):
    return len(content[:index].encode())


def walk(ours, node, content, path, report, exact):
    """Goes down both trees as long as they are the same data; functions are places of their own."""
    if node is None:
        return
    call = node.tag.startswith("!") or (isinstance(node, yaml.MappingNode) and len(node.value) == 1 and is_call(node))
    if call and (is_named(node, "If") or is_named(node, "Transform")):
        return
    if not call and isinstance(node, yaml.MappingNode) and "map" in ours:
        for name, value in ours["map"].items():
            walk(value, child(node, name), content, path, report, exact)
    elif not call and isinstance(node, yaml.SequenceNode) and "list" in ours and len(ours["list"]) == len(node.value):
        for one, value in zip(ours["list"], node.value):
            walk(one, value, content, path, report, exact)
    check_place(ours, node, content, path, report, exact)


def is_call(node):
    key = node.value[0][0].value
    return isinstance(key, str) and (key == "Ref" or key.startswith("Fn::"))


def is_named(node, name):
    return node.tag == f"!{name}" or (isinstance(node, yaml.MappingNode) and node.value and node.value[0][0].value == f"Fn::{name}")


def check_place(ours, node, content, path, report, exact):
    where, start, end = ours["at"]
    if where != path:
        return report.count("place: in another file")
    theirs = content[node.start_mark.index : node.end_mark.index]
    got = content.encode()[start:end].decode()
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        # Ours is the text without its header; after a tag, with it.
        theirs, got = theirs.rstrip(), got
        right = theirs.endswith(got) and got.strip() == got and (byte(content, node.start_mark.index) <= start)
    else:
        # A block collection ends for PyYAML where the next thing begins, comments between included.
        right = byte(content, node.start_mark.index) == start and theirs.startswith(got)
        rest = theirs[len(got) :]
        right &= all(not line.strip() or line.strip().startswith("#") for line in rest.splitlines())
    if right:
        report.count("place: exact")
        exact.append(f"{path}:{node.start_mark.line + 1}:{node.start_mark.column + 1} {got[:60]!r}")
    else:
        report.count("place: WRONG", f"{path}:{node.start_mark.line + 1} ours {got[:80]!r} theirs {theirs[:80]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("natives", type=Path)
    parser.add_argument("--list", action="store_true", help="print each difference, and 200 places")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = subprocess.run([options.natives, options.checkout, REGION], capture_output=True, check=True).stdout
    by_path = collections.defaultdict(list)
    report, exact = Report(), []
    for line in map(json.loads, lines.splitlines()):
        if line["format"] != "cloudformation":
            continue
        if "type" in line:
            by_path[line["scope"]].append(line)
        else:
            reason = line.get("error") or line["skipped"]
            report.count("file: not read", f"{line['path']}: {reason}")
    for path, natives in sorted(by_path.items()):
        content = (options.checkout / path).read_bytes().decode()
        report.count("file: read")
        try:
            template = yaml.load(content, Loader=Loader)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            report.count("file: not read by the other", f"{path}: {str(error).splitlines()[0]}")
            continue
        compare(template, natives, path, report)
        compare_places(content, natives, path, report, exact)
    for what, count in sorted(report.counts.items()):
        print(f"{count:8}  {what}")
    if options.list:
        print(*report.differences, sep="\n")
        random.seed(1)
        print(*random.sample(exact, min(200, len(exact))), sep="\n")
    wrong = ("value: DIFFERS", "place: WRONG", "resource: LOST", "resource: EXTRA")
    return 1 if any(report.counts[what] for what in wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
