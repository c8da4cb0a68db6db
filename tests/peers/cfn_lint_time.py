#!/usr/bin/env python3
"""Processor time on the same CloudFormation templates: this program and cfn-lint, one after the other.

    cfn_lint_time.py CHECKOUT BINARY CFN_LINT [--files 100]

Takes the first templates of CHECKOUT by path that both can read. Each program gets all of them in one run and one
process; the times are user and system time of the process and what it starts.
"""

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

MARKS = ("AWSTemplateFormatVersion", "Type: AWS::", '"Type": "AWS::', '"Type" : "AWS::')


def templates(checkout, limit):
    found = (path for path in sorted(checkout.rglob("*")) if path.suffix in (".yaml", ".yml", ".json", ".template"))
    texts = ((path, path.read_text(errors="ignore")) for path in found if path.is_file() and ".git" not in path.parts)
    return [path for path, text in texts if any(mark in text for mark in MARKS)][:limit]


def seconds(command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("binary", type=Path)
    parser.add_argument("cfn_lint", type=Path)
    parser.add_argument("--files", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for number, path in enumerate(templates(arguments.checkout, arguments.files)):
            copies.append(f"{number:03}{path.suffix}")
            shutil.copy(path, os.path.join(folder, copies[-1]))
        ours = seconds([arguments.binary.resolve(), "."], cwd=folder)
        theirs = seconds([arguments.cfn_lint.resolve(), "--non-zero-exit-code", "none", "--", *copies], cwd=folder)
    print(f"{len(copies)} templates: {ours:.2f} s here, {theirs:.2f} s with cfn-lint, {theirs / ours:.0f} times")


if __name__ == "__main__":
    main()
