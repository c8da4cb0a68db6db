#!/usr/bin/env python3
"""Records what Terraform makes of variables and of repetition: `record_roots.py`.

variables.jsonl: roots with a variable `x`, its value given in many ways: `files`, `args` and `env` as they are given,
`v` what `terraform console` prints for `var.x`, null where it refuses.
plans.jsonl: the roots below `roots/`: `root`, and `v` what `terraform plan` would make, by address, with what each
resource's `input` is known to be (null where it is not known).
Needs the `terraform` of VERSION on PATH; no provider is downloaded.
"""

import itertools, json, os, pathlib, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).parent
VERSION = "1.11.4"

TYPES = """string
number
bool
any
list(string)
list(number)
list(any)
list
set(string)
set(number)
set(any)
map(string)
map(number)
map(any)
map
tuple([string, number])
tuple([any])
tuple([])
object({})
object({a = string})
object({a = any})
object({a = string, b = optional(number)})
object({a = optional(string, "d"), b = optional(list(string), ["x"])})
object({a = optional(object({k = optional(bool, true), l = optional(string)}), {})})
object({a = optional(map(string), {}), b = optional(set(number), [2, 1, 2])})
list(object({a = string, b = optional(number, 1)}))
map(object({a = optional(string), n = optional(object({k = optional(bool, true)}), {})}))
set(object({a = string}))
list(list(string))
set(list(string))
map(list(number))
map(set(string))
list(map(string))
list(tuple([string, number]))""".splitlines()

VALUES = """null
"a"
""
"5"
"true"
5
1.5
true
[]
["b", "a", "b"]
[1, "2"]
[3, 1, 3]
[true, "x"]
[null]
["a", null]
["a", 5]
{}
{a = "x"}
{a = 1, b = "2"}
{a = "x", c = true}
{b = 1}
{a = null}
{a = null, b = null}
{a = {}}
{a = {k = false}}
{a = {k = null, l = 1}}
{a = ["x"]}
{a = [1, "2"]}
{x = {a = "1"}, y = {}}
{x = {n = {}}, y = {n = null}}
{x = {n = {k = "false"}}}
[{a = "1"}, {a = 2, b = 3}]
[{a = "1"}, {a = "1"}]
[{a = "1"}, {b = "1"}]
[["b", "a"], ["c"]]
[["a"], [1]]
[[]]""".splitlines()

# Ways to give a value, the weakest first where Terraform has an order of its own.
WAYS = {
    "env": lambda case: case["env"].update(TF_VAR_x="environment"),
    "tfvars": lambda case: case["files"].update({"terraform.tfvars": 'x = "terraform.tfvars"\n'}),
    "json": lambda case: case["files"].update({"terraform.tfvars.json": '{"x": "terraform.tfvars.json"}\n'}),
    "a": lambda case: case["files"].update({"a.auto.tfvars": 'x = "a.auto.tfvars"\n'}),
    "b": lambda case: case["files"].update({"b.auto.tfvars.json": '{"x": "b.auto.tfvars.json"}\n'}),
    "c": lambda case: case["files"].update({"c.auto.tfvars": 'x = "c.auto.tfvars"\n'}),
    "file": lambda case: (case["files"].update({"one.tfvars": 'x = "one.tfvars"\n'}), case["args"].append("-var-file=one.tfvars")),
    "var": lambda case: case["args"].append("-var=x=line"),
    "other": lambda case: (case["files"].update({"vars/two.tfvars.json": '{"x": "two"}\n'}), case["args"].append("-var-file=vars/two.tfvars.json")),
    "again": lambda case: case["args"].append("-var=x=again"),
}

# Texts as the command line and the environment give them.
TEXTS = ["a", "5", "true", "null", "", '"a"', "[1, 2]", '["b", "a"]', "{a = 1}", '{"a": "b"}', "[", "a b", "${1 + 1}", "\\n"]


def root(declaration):
    return {"files": {"main.tf": f'variable "x" {{\n{declaration}}}\n'}, "args": [], "env": {}}


def variables():
    for ty, value in itertools.product(TYPES, VALUES):
        yield root(f"  type    = {ty}\n  default = {value}\n")
    for ty, value, nullable in itertools.product(["string", "list(string)", "any"], ["null", '"d"', '["d"]'], ["true", "false"]):
        for given in [None, "null", '"g"']:
            case = root(f"  type     = {ty}\n  default  = {value}\n  nullable = {nullable}\n")
            if given:
                case["files"]["terraform.tfvars"] = f"x = {given}\n"
            yield case
    for ways in itertools.chain(*(itertools.combinations(WAYS, count) for count in (1, 2))):
        case = root('  default = "default"\n')
        for way in ways:
            WAYS[way](case)
        yield case
    for ways in itertools.permutations(["file", "var", "other", "again"]):
        case = root('  default = "default"\n')
        for way in ["tfvars", "c", *ways]:
            WAYS[way](case)
        yield case
    for ty, text in itertools.product(["", "  type = string\n", "  type = any\n", "  type = number\n", "  type = list(string)\n", "  type = map(string)\n"], TEXTS):
        line, environment = root(ty), root(ty)
        line["args"].append(f"-var=x={text}")
        environment["env"]["TF_VAR_x"] = text
        yield from (line, environment)


def run(folder, args, env=None, **more):
    clean = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": "/dev/null", "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(["terraform", *args], cwd=folder, capture_output=True, text=True, env=clean | (env or {}), **more)


def console(case):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in case["files"].items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        done = run(folder, ["console", "-no-color", *case["args"]], case["env"], input="var.x\n")
        if done.returncode and "Error:" not in done.stderr:
            sys.exit(f"{case}: {done.stderr}")
        return None if done.returncode else done.stdout.rstrip("\n")


def known(value, unknown):
    """A planned value with null for what is not known of it."""
    if unknown is True:
        return None
    if isinstance(value, dict):
        unknown = unknown or {}
        return {key: known(value.get(key), unknown.get(key)) for key in {**value, **unknown}}
    if isinstance(value, list):
        return [known(one, unknown[at] if unknown and at < len(unknown) else None) for at, one in enumerate(value)]
    return value


def plan(name):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "roots" / name, folder, dirs_exist_ok=True)
        init = run(folder, ["init", "-no-color", "-backend=false"])
        done = run(folder, ["plan", "-no-color", "-input=false", "-out=plan"])
        if init.returncode or done.returncode:
            sys.exit(f"{name}: {init.stderr}{done.stderr}")
        changes = json.loads(run(folder, ["show", "-json", "plan"]).stdout).get("resource_changes", [])
        inputs = lambda change: known(change["after"].get("input"), change["after_unknown"].get("input"))
        return {one["address"]: inputs(one["change"]) for one in changes if "create" in one["change"]["actions"]}


def main():
    if f"v{VERSION}" not in subprocess.run(["terraform", "version"], capture_output=True, text=True).stdout:
        sys.exit(f"needs terraform {VERSION}")
    with ThreadPoolExecutor(2) as pool:
        cases = list(variables())
        for case, v in zip(cases, pool.map(console, cases)):
            case["v"] = v
        names = sorted(path.name for path in (HERE / "roots").iterdir())
        plans = [{"root": name, "v": v} for name, v in zip(names, pool.map(plan, names))]
    for file, lines in [("variables.jsonl", cases), ("plans.jsonl", plans)]:
        text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
        (HERE / file).write_text(text)
        print(f"{file}: {len(lines)}")


if __name__ == "__main__":
    main()
