"""What macOS tells of the machine."""

import subprocess
import sys


def sysctl(name: str) -> str:
    """Ask macOS for a value; empty elsewhere, and where it has none."""
    if sys.platform != "darwin":
        return ""
    try:
        done = subprocess.run(["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
