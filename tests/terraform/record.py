#!/usr/bin/env python3
"""Records what Terraform makes of the expressions: `record.py [--all]`.

Reads expressions.txt (one expression a line; a block between lines of `---` is one expression of several lines) and
adds calls of every function with arguments of every shape. Writes console.jsonl: `x` the expression, `v` what
`terraform console` prints, null where it refuses. What is recorded already stays unless --all is given.
Needs the `terraform` of VERSION on PATH.
"""

import itertools, json, os, pathlib, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).parent
VERSION = "1.11.4"
TRUTH = HERE / "console.jsonl"

# Arguments of every shape; one at a time takes the place of a good one.
SHAPES = ['null', '"abc"', '""', '"12"', '0', '1.5', '-3', 'true', '[]', '["b","a"]', '[1,"a"]', '[null]', 'toset(["b","a"])',
          '{}', '{a="x"}', 'tomap({b=1,a=2})', '[["a"],["b"]]']

# A good call of every function that gives the same each time.
CALLS = {
    "abs": ["-2"], "alltrue": ["[true]"], "anytrue": ["[false]"], "base64decode": ['"aGk="'], "base64encode": ['"hi"'],
    "base64sha256": ['"hi"'], "base64sha512": ['"hi"'], "basename": ['"a/b.txt"'],
    "can": ["1"], "ceil": ["1.2"], "chomp": ['"a\\n\\n"'], "chunklist": ['["a","b","c"]', "2"],
    "cidrhost": ['"10.0.0.0/8"', "5"], "cidrnetmask": ['"10.0.0.0/12"'], "cidrsubnet": ['"10.0.0.0/8"', "8", "2"],
    "cidrsubnets": ['"10.0.0.0/8"', "4", "8"], "coalesce": ["null", '"a"'], "coalescelist": ["[]", '["a"]'],
    "compact": ['["a",""]'], "concat": ['["a"]', '["b"]'], "contains": ['["a","b"]', '"a"'], "csvdecode": ['"a,b\\n1,2"'],
    "dirname": ['"a/b.txt"'], "distinct": ['["a","a"]'], "element": ['["a","b"]', "1"], "endswith": ['"abc"', '"c"'],
    "ephemeralasnull": ['"a"'], "file": ['"files/hello.txt"'], "filebase64": ['"files/hello.txt"'],
    "filebase64sha256": ['"files/hello.txt"'], "filebase64sha512": ['"files/hello.txt"'],
    "fileexists": ['"files/hello.txt"'], "filemd5": ['"files/hello.txt"'], "fileset": ['"files"', '"*.txt"'],
    "filesha1": ['"files/hello.txt"'], "filesha256": ['"files/hello.txt"'], "filesha512": ['"files/hello.txt"'],
    "flatten": ['[["a"],["b",["c"]]]'], "floor": ["1.8"], "format": ['"%s-%v"', '"a"', "1"],
    "formatdate": ['"YYYY-MM-DD"', '"2024-01-02T03:04:05Z"'], "formatlist": ['"%s!"', '["a","b"]'],
    "indent": ["2", '"a\\nb"'], "index": ['["a","b"]', '"b"'], "issensitive": ['"a"'], "join": ['"-"', '["a","b"]'],
    "jsondecode": ['"[1]"'], "jsonencode": ["{a=1}"], "keys": ["{a=1}"], "length": ['["a"]'], "log": ["8", "2"],
    "lookup": ["{a=1}", '"a"', "2"], "lower": ['"ABC"'], "matchkeys": ['["x","y"]', '["a","b"]', '["a"]'],
    "max": ["1", "2"], "md5": ['"hi"'], "merge": ["{a=1}", "{b=2}"], "min": ["1", "2"], "nonsensitive": ['sensitive("a")'],
    "one": ['["a"]'], "parseint": ['"ff"', "16"], "pow": ["2", "10"], "range": ["1", "4", "2"],
    "regex": ['"[a-z]+"', '"12ab"'], "regexall": ['"[a-z]"', '"1a2b"'], "replace": ['"a.b"', '"."', '"-"'],
    "reverse": ['["a","b"]'], "sensitive": ['"a"'], "setintersection": ['["a","b"]', '["b"]'],
    "setproduct": ['["a"]', '["x","y"]'], "setsubtract": ['["a","b"]', '["b"]'], "setunion": ['["a"]', '["b"]'],
    "sha1": ['"hi"'], "sha256": ['"hi"'], "sha512": ['"hi"'], "signum": ["-5"], "slice": ['["a","b","c"]', "1", "2"],
    "sort": ['["b","a"]'], "split": ['","', '"a,b"'], "startswith": ['"abc"', '"a"'], "strcontains": ['"abc"', '"b"'],
    "strrev": ['"abc"'], "substr": ['"hello"', "1", "3"], "sum": ["[1,2]"],
    "templatefile": ['"files/greet.tftpl"', '{name="Jo",list=["a","b"],on=true}'],
    "templatestring": ["local.template", '{name="Jo",on=true}'], "textdecodebase64": ['"aABpAA=="', '"UTF-16LE"'],
    "textencodebase64": ['"hi"', '"UTF-16LE"'], "timeadd": ['"2024-01-02T03:04:05Z"', '"1h30m"'],
    "timecmp": ['"2024-01-02T03:04:05Z"', '"2024-01-02T03:04:06Z"'], "title": ['"hello world"'], "tobool": ['"true"'],
    "tolist": ['["a"]'], "tomap": ["{a=1}"], "tonumber": ['"1"'], "toset": ['["a","a"]'], "tostring": ["1"],
    "transpose": ['{a=["x","y"],b=["x"]}'], "trim": ['"xax"', '"x"'], "trimprefix": ['"abc"', '"a"'],
    "trimspace": ['" a "'], "trimsuffix": ['"abc"', '"c"'], "try": ["[][0]", '"a"'], "upper": ['"abc"'],
    "urlencode": ['"a b/c"'], "uuidv5": ['"dns"', '"example.com"'], "values": ["{a=1}"], "yamldecode": ['"a: [1, x]"'],
    "yamlencode": ["{a=[1]}"], "zipmap": ['["a","b"]', "[1,2]"],
}


def generated():
    for name, good in CALLS.items():
        yield f"{name}({', '.join(good)})"
        yield f"core::{name}({', '.join(good)})"
        yield f"{name}()"
        yield f"{name}({', '.join(good + good[-1:])})"
        yield f"{name}({', '.join(good[:-1])})"
        for at, shape in itertools.product(range(len(good)), SHAPES):
            yield f"{name}({', '.join(good[:at] + [shape] + good[at + 1:])})"


def written():
    block = None
    for line in (HERE / "expressions.txt").read_text().splitlines():
        if line == "---":
            if block is not None:
                yield "\n".join(block)
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
        elif line and not line.startswith("#"):
            yield line


def console(folder, expression):
    env = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": "/dev/null", "HOME": "/nonexistent", "CHECKPOINT_DISABLE": "1"}
    command = ["terraform", "console", "-no-color"]
    done = subprocess.run(command, cwd=folder, input=f"{expression}\n".encode(), capture_output=True, env=env)
    # Line ends as they are.
    out, err = done.stdout.decode(), done.stderr.decode()
    if done.returncode == 0:
        return out.rstrip("\n")
    if "Error:" not in err or "state lock" in err:
        sys.exit(f"{expression}: {err}")
    return None


def record(expression):
    # A folder for each: consoles lock the state of theirs. The console reads single lines.
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "project", folder, dirs_exist_ok=True)
        if "\n" not in expression:
            return console(folder, expression)
        (pathlib.Path(folder) / "expression.tf").write_text("locals {\n  expression = " + expression + "\n}\n")
        return console(folder, "local.expression")


def main():
    known = {}
    if "--all" not in sys.argv and TRUTH.exists():
        known = {(line := json.loads(text))["x"]: line["v"] for text in TRUTH.read_text().splitlines()}
    if f"v{VERSION}" not in subprocess.run(["terraform", "version"], capture_output=True, text=True).stdout:
        sys.exit(f"needs terraform {VERSION}")
    wanted = list(dict.fromkeys(itertools.chain(written(), generated())))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda x: known[x] if x in known else record(x), wanted))
    with TRUTH.open("w") as out:
        for x, v in zip(wanted, results):
            out.write(json.dumps({"x": x, "v": v}, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{len(wanted)} expressions, {sum(v is None for v in results)} refused")


if __name__ == "__main__":
    main()
