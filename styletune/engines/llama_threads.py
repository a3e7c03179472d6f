"""How many threads: measured, not assumed.

llama.cpp's threads wait for each other by spinning. On a busy machine, or with more threads than real cores, two of
them can be many times slower than one, and no formula knows that beforehand.
"""

import json
import platform
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

from styletune.errors import FileError
from styletune.files.atomic import write_atomic
from styletune.macos import sysctl
from styletune.processors import usable_processors

_ROUNDS = 3
_BUDGET_SECONDS = 6.0
"""A measurement that takes longer ends as soon as every candidate had one turn."""


def candidates() -> list[int]:
    """List the thread counts worth trying on this machine, smallest first."""
    usable = usable_processors()
    real = min(_real_cores() or usable, usable)
    powers = [2**exponent for exponent in range(8) if 2**exponent <= real]
    return sorted({*powers, real})


def choose_threads(key: str, measure: Callable[[int], float], *, counts: list[int] | None = None) -> int:
    """Return the fastest thread count, from the cache if ``key`` (machine and model) was measured before.

    ``measure`` takes a thread count and returns the seconds of some typical work. Candidates take turns, so that a
    short disturbance does not hit one of them alone.
    """
    counts = counts or candidates()
    if len(counts) == 1:
        return counts[0]
    cache = Path(user_cache_dir("styletune")) / "threads.json"
    known = _read(cache)
    if known.get(key) in counts:
        return known[key]
    best = _fastest(counts, measure)
    with suppress(FileError):  # a cache that cannot be written only costs the next start a second
        write_atomic(cache, json.dumps({**_read(cache), key: best}, indent=1, sort_keys=True).encode())
    return best


def cache_key(model: Path) -> str:
    """Name this machine and this model file."""
    status = model.stat()
    machine = f"{platform.node()}|{platform.machine()}|{usable_processors()}"
    return f"{machine}|{model.name}|{status.st_size}|{status.st_mtime_ns}"


def measured_threads(model: Path) -> tuple[int, datetime] | None:
    """Return the thread count that was found for a model here, and when the last measurement was; ``None`` if none was."""
    cache = Path(user_cache_dir("styletune")) / "threads.json"
    try:
        count = _read(cache).get(cache_key(model))
        when = cache.stat().st_mtime
    except OSError:
        return None
    return None if count is None else (count, datetime.fromtimestamp(when).astimezone())


def _fastest(counts: list[int], measure: Callable[[int], float]) -> int:
    began = time.perf_counter()
    totals = dict.fromkeys(counts, 0.0)
    for turn in range(_ROUNDS):
        if turn and time.perf_counter() - began > _BUDGET_SECONDS:
            break
        for count in counts:
            totals[count] += measure(count)
    return min(counts, key=lambda count: totals[count])


def _read(cache: Path) -> dict[str, int]:
    """Read the cache; what is missing or damaged counts as empty."""
    try:
        known: Any = json.loads(cache.read_bytes())
        return {str(key): int(value) for key, value in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _real_cores() -> int | None:
    """Count cores without their second threads and, on Apple Silicon, without the efficiency cores."""
    if sys.platform == "darwin":
        for name in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
            if (cores := sysctl(name)).isdigit():
                return int(cores)
        return None
    siblings = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    return len({path.read_text() for path in siblings}) or None
