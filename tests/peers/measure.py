"""Time and memory of one run of a program, for the scripts that measure."""

import os
import subprocess
import sys
import time


def measure(command, folder, out=subprocess.DEVNULL):
    """Wall time in seconds and peak memory in MiB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=out)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} failed: {status}")
    return time.monotonic() - start, usage.ru_maxrss / 1024
