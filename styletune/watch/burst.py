"""Many drafts at once: a pull, a script that rewrites a folder, a disk that comes back."""

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)

GAP = 2.0
"""Seconds without a change after which what follows is another matter."""

Answer = Literal["yes", "no"]


class Burst(Generic[K]):
    """Counts the drafts that change together, and remembers what a person said to that."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._items: set[K] = set()
        self._last = 0.0
        self.answer: Answer | None = None
        """What is to become of the burst; ``None`` as long as nobody was asked."""

    def with_(self, items: Iterable[K]) -> int:
        """Return how many would have changed together if these had, too."""
        before = frozenset[K]() if self._is_over() else self._items
        return len(before.union(items))

    def add(self, items: Iterable[K]) -> int:
        """Take what has changed; return how many have changed together, this one included."""
        if self._is_over():
            self._items.clear()
            self.answer = None
        self._last = self._clock()
        self._items.update(items)
        return len(self._items)

    @property
    def members(self) -> frozenset[K]:
        """What has changed together."""
        return frozenset(self._items)

    def _is_over(self) -> bool:
        return self._clock() - self._last > GAP

    def answered(self, answer: Answer) -> None:
        """Remember an answer; it holds for all that is part of the burst."""
        self.answer = answer

    def end(self) -> None:
        """Let what follows be another matter."""
        self._items.clear()
        self.answer = None
