#!/usr/bin/env python3
"""Sums up how much is known of what rules ask of Terraform's resources: `values.py CHECKOUTS VALUES [--places]`.

VALUES is `cargo build --example values`. Prints the share of each state, the reasons, the ten commonest expressions
behind each, and with --places where each stands.
"""

import collections, pathlib, subprocess, sys

TERRAFORM = (".tf", ".tf.json", ".tofu", ".hcl")

states, reasons, expressions, places = (collections.Counter() for _ in range(4))
for checkout in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    done = subprocess.run([sys.argv[2], str(checkout)], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        path, _, state, reason, what, at = line.split("\t")
        if not path.endswith(TERRAFORM):
            continue
        states[state] += 1
        if state in ("unknown", "in part"):
            reasons[reason or "(inside)"] += 1
            expressions[reason, what] += 1
            places[reason, what, f"{checkout.name}/{at}"] += 1
total = sum(states.values())
print(f"{total} attributes of Terraform's resources")
for state, count in states.most_common():
    print(f"  {state:<9} {count:>7} {100 * count / total:5.1f} %")
for reason, count in reasons.most_common():
    print(f"{reason}: {count}")
    for (_, what), often in [one for one in expressions.most_common() if one[0][0] == reason][:10]:
        print(f"  {often:>6} {what[:100]}")
        if "--places" in sys.argv:
            for (_, _, place), times in [one for one in places.most_common() if one[0][:2] == (reason, what)][:3]:
                print(f"         {times:>5} {place}")
