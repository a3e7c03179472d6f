"""How long to wait before what has failed is tried again."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST = 2.0
"""Seconds after a first failure; each further failure in a row doubles them."""

LONGEST = 300.0


class Pauses(Generic[K]):
    """A growing pause after each failure in a row, for each of several things."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, first: float = FIRST) -> None:
        self._clock = clock
        self._first = first
        self._failed: dict[K, tuple[int, float]] = {}
        """Failures in a row, and when the pause after the last one is over."""

    def failed(self, thing: K) -> float:
        """Count a failure; return the seconds to wait."""
        times = self._failed.get(thing, (0, 0.0))[0] + 1
        pause = min(self._first * 2.0 ** min(times - 1, 30), LONGEST)
        self._failed[thing] = times, self._clock() + pause
        return pause

    def left(self, thing: K) -> float:
        """Return the seconds that are left of a pause; 0 if there is none."""
        return max(self._failed.get(thing, (0, 0.0))[1] - self._clock(), 0.0)

    def failures(self, thing: K) -> int:
        """Count the failures in a row."""
        return self._failed.get(thing, (0, 0.0))[0]

    def over(self, thing: K) -> None:
        """Forget the failures of something that went well, or that has changed."""
        self._failed.pop(thing, None)

    def all_over(self) -> None:
        """Forget all failures."""
        self._failed.clear()
