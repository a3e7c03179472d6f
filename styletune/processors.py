"""How many processors there are to work with."""

import os
import sys


def usable_processors() -> int:
    """Return the number of processors that this process may use; containers and ``taskset`` leave it fewer."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
