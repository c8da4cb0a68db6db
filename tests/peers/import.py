#!/usr/bin/env python3
"""Measures the import of a large price list: an offer file of AWS for EC2, made up, of a size as they come.

    import.py BINARY [--gigabytes 1]

Prints, for JSON and CSV, the wall time, the peak memory and how many prices came out. Exits 1 above 300 MiB.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_MIB = 300
REGIONS = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "ap-northeast-1"]
FAMILIES = ["m5", "m6i", "m7i", "c5", "c6i", "r5", "r6i", "g4dn", "g5", "g6", "g6e", "p3", "p4d", "p5", "trn1", "inf2"]
SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge"]
SYSTEMS = ["Linux", "Windows", "RHEL", "SUSE"]
TENANCIES = ["Shared", "Dedicated", "Host"]
CAPACITIES = ["Used", "UnusedCapacityReservation", "AllocatedCapacityReservation"]
PADDING = "The quick price of everything that an offer file says about one product, from clock speed to network. " * 6


def products():
    """Every combination, again and again under new SKUs."""
    for turn in itertools.count():
        for at, (region, family, size, system, tenancy, capacity) in enumerate(
            itertools.product(REGIONS, FAMILIES, SIZES, SYSTEMS, TENANCIES, CAPACITIES)
        ):
            yield f"SKU{turn}X{at}", {
                "servicecode": "AmazonEC2", "location": region, "regionCode": region,
                "instanceType": f"{family}.{size}", "operatingSystem": system, "tenancy": tenancy,
                "capacitystatus": capacity, "preInstalledSw": "NA", "marketoption": "OnDemand", "note": PADDING,
            }


def write_json(path, size):
    """Products up to six tenths of the size, terms for the rest: on demand for each, and reserved ones that are passed over."""
    with open(path, "w") as out:
        out.write('{"formatVersion": "v1.0", "offerCode": "AmazonEC2", "publicationDate": "2026-11-02T00:00:00Z",\n"products": {')
        skus = []
        for sku, attributes in products():
            out.write(("," if skus else "") + f'\n"{sku}": ' + json.dumps({"sku": sku, "attributes": attributes}, indent=2))
            skus.append(sku)
            if out.tell() > 0.6 * size:
                break
        out.write('},\n"terms": {')
        for kind, terms in (("OnDemand", 1), ("Reserved", 12)):
            out.write(("," if kind == "Reserved" else "") + f'"{kind}": {{')
            for at, sku in enumerate(skus):
                dimension = {"d": {"unit": "Hrs", "description": PADDING[:100], "pricePerUnit": {"USD": f"{1 + at % 90}.5000000000"}}}
                term = {f"{sku}.{index}": {"sku": sku, "priceDimensions": dimension} for index in range(terms)}
                out.write(("," if at else "") + f'\n"{sku}": ' + json.dumps(term))
                if kind == "Reserved" and out.tell() > size:
                    break
            out.write("}")
        out.write("}}")


def write_csv(path, size):
    columns = ["SKU", "TermType", "Unit", "PricePerUnit", "Currency", "Instance Type", "Tenancy", "Operating System",
               "CapacityStatus", "Pre Installed S/W", "Region Code", "Note"]
    with open(path, "w") as out:
        out.write('"FormatVersion","v1.0"\n"Publication Date","2026-11-02T00:00:00Z"\n')
        out.write(",".join(f'"{column}"' for column in columns) + "\n")
        for at, (sku, a) in enumerate(products()):
            for term in ("OnDemand", "Reserved", "Reserved"):
                row = [sku, term, "Hrs", f"{1 + at % 90}.5", "USD", a["instanceType"], a["tenancy"], a["operatingSystem"],
                       a["capacitystatus"], "NA", a["regionCode"], PADDING]
                out.write(",".join(f'"{cell}"' for cell in row) + "\n")
            if out.tell() > size:
                break


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--gigabytes", type=float, default=1)
    options = parser.parse_args()
    size, binary, most = int(options.gigabytes * 1e9), str(options.binary.resolve()), 0
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("offers.json", write_json), ("offers.csv", write_csv)):
            path = Path(folder, name)
            write(path, size)
            start = time.monotonic()
            process = subprocess.Popen([binary, "catalog", "import", path, "--output", "own.csv"], cwd=folder, stderr=subprocess.PIPE, text=True)
            said = process.stderr.read().strip().splitlines()[-1]
            _, status, usage = os.wait4(process.pid, 0)
            taken, memory = time.monotonic() - start, usage.ru_maxrss / 1024
            if os.waitstatus_to_exitcode(status) != 0:
                sys.exit(f"the import failed: {said}")
            print(f"{name}: {path.stat().st_size / 1e9:.2f} GB, {taken:.1f} s, {memory:.0f} MiB; {said.split(': ', 1)[1]}")
            most = max(most, memory)
            path.unlink()
    sys.exit(most > LIMIT_MIB)


if __name__ == "__main__":
    main()
