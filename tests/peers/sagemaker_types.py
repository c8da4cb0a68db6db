#!/usr/bin/env python3
"""Lists the instance types that SageMaker's own API model names: one a line, with the enumerations that hold it.

    python3 -m venv target/peers && target/peers/bin/pip install botocore
    target/peers/bin/python tests/peers/sagemaker_types.py > tests/peers/sagemaker_types.csv

`cargo test --test it catalog` holds the catalogue against the list.
"""
import gzip
import json
import pathlib

import botocore

model = pathlib.Path(botocore.__file__).parent / "data/sagemaker/2017-07-24/service-2.json.gz"
shapes = json.loads(gzip.decompress(model.read_bytes()))["shapes"]
found = {}
for name, shape in shapes.items():
    if "Accelerator" in name:  # Elastic Inference: attached to a machine, none itself
        continue
    for value in shape.get("enum", []):
        if value.startswith("ml."):
            found.setdefault(value, []).append(name)
print("type,enumerations")
for value in sorted(found):
    print(f"{value},{';'.join(sorted(found[value]))}")
