#!/usr/bin/env python3
"""Compares how Terraform roots are resolved with tfparse, an evaluator of its own (aquasecurity's, in Go).

    tfparse.py CHECKOUTS NATIVES [--list] [REPOSITORY…]

CHECKOUTS holds one folder for each repository, NATIVES is the built example `natives`. Compared are, root by root, which
instances of resources there are, the machine types and sizes they state, their regions as far as a provider block states
them, and which bucket a resource names. tfparse knows no unknown: a value that it leaves out, or that depends on what is
only known at deployment, says nothing. Prints each kind of difference with its number, and with --list each place.
Exits with 1 where both know a value and disagree.
"""

import argparse
import collections
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

PREFIXES = ("aws_", "google_", "azurerm_")
# Attributes that say what is rented, and how many.
COMPARED = {
    "instance_type", "instance_types", "machine_type", "vm_size", "size", "sku_name", "node_type",
    "min_size", "max_size", "desired_size", "desired_capacity", "min_count", "max_count", "node_count",
    "min_node_count", "max_node_count", "initial_instance_count", "initial_node_count", "volume_size",
    "accelerator_type", "capacity_type", "spot", "preemptible", "priority", "region", "location", "zone",
}
SPOKEN_TO_TERRAFORM = {"__tfmeta", "count", "depends_on", "for_each", "lifecycle", "provider"}
UNKNOWN = object()


def ours(natives, root):
    """Resources by scope, then by address with keys: our reading of all roots of a checkout."""
    run = subprocess.run([natives, str(root)], capture_output=True, text=True, check=True)
    roots = collections.defaultdict(dict)
    for line in map(json.loads, run.stdout.splitlines()):
        if line.get("format") == "terraform" and line.get("type", "").startswith(PREFIXES):
            roots[line["scope"].split("?")[0]][with_key(line["address"], line["instance"])] = line
    return roots


def theirs(folder):
    """Resources by address with keys, and those that are referred to, by the identity tfparse gives them."""
    # In a process of its own: it ends the process where it fails.
    command = [sys.executable, __file__, "--load", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if run.returncode != 0:
        raise ValueError(run.stderr.strip().splitlines()[-1] if run.returncode == 1 else f"it aborts ({run.returncode})")
    found = json.loads(run.stdout)
    resources, identities = {}, {}
    for kind, blocks in found.items():
        for block in blocks:
            path = block["__tfmeta"].get("path", "")
            identities[block.get("id")] = path
            if kind.startswith(PREFIXES) and block["__tfmeta"].get("type") == "resource":
                resources[path] = block
    return resources, identities


def ours_flat(node, path=()):
    """Compared attributes of our tree, by path without list positions; several at one path in order."""
    if "map" in node:
        for key, child in node["map"].items():
            if key in COMPARED or key == "bucket":
                yield (*path, key), value_of(child)
            else:
                yield from ours_flat(child, (*path, key))
    elif "list" in node:
        for child in node["list"]:
            yield from ours_flat(child, path)


def value_of(node):
    if "list" in node:
        items = [value_of(item) for item in node["list"]]
        return UNKNOWN if node["open"] or UNKNOWN in items else items
    if "text" in node:
        return node["text"]
    if node.get("refers_to"):
        return ("->", node["refers_to"])
    return UNKNOWN


def theirs_flat(value, path=()):
    if isinstance(value, dict):
        for key, child in value.items():
            if key in SPOKEN_TO_TERRAFORM or (key == "id" and not path):
                continue
            if (key in COMPARED or key == "bucket") and not isinstance(child, dict):
                yield (*path, key), child
            else:
                yield from theirs_flat(child, (*path, key))
    elif isinstance(value, list):
        for child in value:
            yield from theirs_flat(child, path)


def text(value):
    """A value as both would print it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return [text(item) for item in value]
    return None if value is None else str(value)


def plain(address):
    """An address without keys."""
    out, depth = "", 0
    for character in address:
        depth += (character == "[") - (character == "]")
        out += character if depth == 0 and character != "]" else ""
    return out


def grouped(pairs):
    groups = collections.defaultdict(list)
    for path, value in pairs:
        groups[path].append(value)
    return groups


def load(folder):
    # This file has the name of the package.
    here = Path(__file__).resolve().parent
    sys.path = [place for place in sys.path if Path(place or ".").resolve() != here]
    import tfparse

    # Of the variables files that Terraform loads by itself it has to be told.
    files = sorted(name for name in os.listdir(folder) if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    files = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if os.path.exists(f"{folder}/{name}")] + files
    found = tfparse.load_from_path(folder, allow_downloads=False, vars_paths=files or None)
    json.dump(found, sys.stdout)


def compare_resource(address, own, all_own, other, identities, note):
    mine, peer = grouped(ours_flat(own["tree"])), grouped(theirs_flat(other))
    for path in sorted(set(mine) | set(peer)):
        here = f"{address} {'.'.join(path)}"
        left, right = mine.get(path, []), [text(value) for value in peer.get(path, [])]
        right = [value for value in right if value not in (None, "", [])]
        if path[-1] == "bucket" and any(isinstance(value, tuple) for value in left):
            compare_links(here, left, right, all_own, identities, note)
            continue
        left = [UNKNOWN if value is UNKNOWN or isinstance(value, tuple) else text(value) for value in left]
        if any(value is UNKNOWN or value is None for value in left):
            # Of what is not known here, their answer is a default, a guess or nothing.
            note("unknown here" if right else "unknown in both", f"{here}: {right}")
        elif left == right:
            note("same", here)
        elif not right:
            note("only known here", f"{here}: {left}")
        elif not left:
            note("only known there", f"{here}: {right}")
        else:
            note("DIFFERENT", f"{here}: {left} against {right}")


def compare_links(here, left, right, all_own, identities, note):
    """A reference here against what it has become there: the same resource, its name, or a part of its name."""
    for reference, value in itertools.zip_longest(left, right):
        if not isinstance(reference, tuple):
            note("unknown here", f"{here}: {value}")
            continue
        address = with_key(*reference[1])
        meant = all_own.get(address)
        name = value_of(meant["tree"]["map"].get("bucket", {})) if meant else UNKNOWN
        if value is None:
            note("only linked here", f"{here}: {address}")
        elif identities.get(value, value) == address or value == name:
            note("same link", here)
        elif not isinstance(name, str):
            # They leave out of a name what is not known of it.
            note("linked here, part of a name there", f"{here}: {address} against {value}")
        else:
            note("DIFFERENT", f"{here}: {address} named {name} against {value}")


def with_key(address, key):
    if key is None:
        return address
    return f"{address}[{key}]" if key.isdigit() else f'{address}["{key}"]'


def compare_root(name, own, folder, note):
    try:
        other, identities = theirs(folder)
    except (ValueError, subprocess.TimeoutExpired) as error:
        note("root not read by tfparse", f"{name}: {str(error)[:200]}")
        return
    for address in sorted(set(own) | set(other)):
        place = f"{name}: {address}"
        if address in own and address in other:
            note("instance in both", place)
            compare_resource(place, own[address], own, other[address], identities, note)
        elif address in own:
            siblings = any(plain(one) == plain(address) for one in other)
            unknown = own[address]["unless"] is not None
            reason = "unknown count" if unknown else "other key" if siblings else "not there"
            note(f"instance only here ({reason})", place)
        else:
            siblings = [one for one in own if plain(one) == plain(address)]
            merged = any(own[one]["instance"] is None for one in siblings)
            reason = "not told apart here" if merged else "other key" if siblings else "not here"
            note(f"instance only there ({reason})", place)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("natives", type=Path)
    parser.add_argument("repositories", nargs="*")
    parser.add_argument("--list", action="store_true", help="print each difference")
    options = parser.parse_args()
    names = options.repositories or sorted(entry.name for entry in options.checkouts.iterdir() if entry.is_dir())
    total = collections.Counter()
    for repository in names:
        counts, places = collections.Counter(), []

        def note(kind, place):
            counts[kind] += 1
            if kind not in ("same", "same link", "instance in both", "unknown in both"):
                places.append(f"  {kind}: {place}")

        checkout = (options.checkouts / repository).resolve()
        for scope, own in sorted(ours(str(options.natives.resolve()), checkout).items()):
            # What Terragrunt deploys it does not read.
            if (checkout / scope).is_dir():
                compare_root(scope or ".", own, checkout / scope, note)
        total += counts
        print(f"{repository}: {dict(sorted(counts.items()))}")
        if options.list:
            print("\n".join(places))
    print("all:")
    for kind, count in sorted(total.items()):
        print(f"  {count:6} {kind}")
    sys.exit(1 if total["DIFFERENT"] else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        load(sys.argv[2])
    else:
        main()
