#!/usr/bin/env python3
"""Compares the findings on public repositories with the verdicts of a reader.

    precision.py CHECKOUTS BINARY [--labels labels.csv] [--list]

CHECKOUTS holds one folder for each repository, named `owner__name`. A label and a finding are the same when
repository, path, line and rule agree. Prints, for each rule: places found, those with a label, how many of them a
reader held true, false and worth acting on, precision, true labels no longer found, and findings without a label.
Exits with 1 where the precision over all rules is below 95 %.
"""

import argparse
import csv
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

TARGET = 0.95


def read_labels(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {(row["repository"], row["path"], int(row["line"]), row["rule"]): row for row in csv.DictReader(file)}


def findings(binary, checkout, repository):
    """Places of the findings in one checkout; paths are relative to it."""
    run = subprocess.run([binary, "--output", "json", "."], cwd=checkout, capture_output=True, text=True, timeout=300)
    if run.returncode not in (0, 1, 2) or not run.stdout:
        sys.exit(f"{repository}: exit code {run.returncode}: {run.stderr[:500]}")
    for finding in json.loads(run.stdout)["findings"]:
        yield repository, finding["path"].removeprefix("./"), finding["range"]["start"]["line"], finding["rule"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--labels", type=Path, default=Path(__file__).with_name("labels.csv"))
    parser.add_argument("--list", action="store_true", help="name the false, lost and unlabelled places")
    options = parser.parse_args()

    labels = read_labels(options.labels)
    binary = str(options.binary.resolve())
    found, absent = set(), []
    for repository in sorted({key[0] for key in labels}):
        checkout = options.checkouts / repository.replace("/", "__")
        if checkout.is_dir():
            found.update(findings(binary, checkout, repository))
        else:
            absent.append(repository)

    places = defaultdict(lambda: defaultdict(list))
    for key in found:
        label = labels.get(key)
        places[key[3]]["found"].append(key)
        places[key[3]][label["verdict"] if label else "unlabelled"].append(key)
        if label and label["act"] == "yes":
            places[key[3]]["act"].append(key)
    for key, label in labels.items():
        if label["verdict"] == "true" and key not in found and key[0] not in absent:
            places[key[3]]["lost"].append(key)
    return report(places, absent, options.list)


def report(places, absent, with_list):
    columns = ["found", "true", "false", "act", "lost", "unlabelled"]
    print(f"{'rule':34}" + "".join(f"{column:>11}" for column in columns) + f"{'precision':>11}")
    total = defaultdict(int)
    for rule in sorted(places):
        counts = {column: len(places[rule][column]) for column in columns}
        for column in columns:
            total[column] += counts[column]
        print(line(rule, counts, columns))
    print(line("all", total, columns))
    for repository in absent:
        print(f"not checked out: {repository}")
    if with_list:
        for column in ["false", "lost", "unlabelled"]:
            for key in sorted(key for rule in places.values() for key in rule[column]):
                print(f"{column}: {key[0]} {key[1]}:{key[2]} {key[3]}")
    read = total["true"] + total["false"]
    return 0 if read and total["true"] / read >= TARGET else 1


def line(name, counts, columns):
    read = counts["true"] + counts["false"]
    precision = f"{100 * counts['true'] / read:.1f} %" if read else "-"
    return f"{name:34}" + "".join(f"{counts[column]:>11}" for column in columns) + f"{precision:>11}"


if __name__ == "__main__":
    sys.exit(main())
