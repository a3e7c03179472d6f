"""When a path that changed has come to rest."""

from collections.abc import Iterator
from pathlib import Path

MOST = 10
"""Quiet times after which a path that is written without a pause is handed out all the same."""


class Settling:
    """Paths that changed lately, each with a quiet time of its own.

    Every event starts a path's quiet time anew, but not for ever: ``MOST`` quiet times after its first event it is
    due. The clock is the caller's and must not go back.
    """

    def __init__(self, quiet: float) -> None:
        self._quiet = quiet
        self._last: dict[Path, float] = {}
        """Last event of each path, the longest ago first."""
        self._first: dict[Path, float] = {}
        """First event of each path since it was handed out, the longest ago first."""
        self._patient: set[Path] = set()
        """Paths that have had their extra time."""

    def __contains__(self, path: Path) -> bool:
        return path in self._last

    def __len__(self) -> int:
        return len(self._last)

    def stir(self, path: Path, now: float) -> None:
        """Take an event of a path."""
        self._last.pop(path, None)  # so that it comes last
        self._last[path] = now
        self._first.setdefault(path, now)

    def once_more(self, path: Path, now: float) -> bool:
        """Give a path that is due one further quiet time, and tell whether it had not had one."""
        if path in self._patient or self._at_limit(path, now):
            return False
        self._patient.add(path)
        self.stir(path, now)
        return True

    def due(self, now: float) -> list[Path]:
        """Return the paths that have had their quiet time, or have waited as long as anything may."""
        rested = _older(self._last, self._quiet, now)
        waited = _older(self._first, MOST * self._quiet, now)
        return list(dict.fromkeys((*rested, *waited)))

    def moved_on(self, path: Path, now: float) -> bool:
        """Take a change that only a look showed, of a path that is due; tell whether it has to wait again."""
        if self._at_limit(path, now):
            return False
        self.stir(path, now)
        return True

    def take(self, path: Path) -> None:
        """Hand a path out: its next event is a first one."""
        for times in (self._last, self._first):
            times.pop(path, None)
        self._patient.discard(path)

    def next_at(self) -> float | None:
        """Return the time at which something will be due, if nothing else happens."""
        last, first = (next(iter(times.values()), None) for times in (self._last, self._first))
        if last is None or first is None:
            return None
        return min(last + self._quiet, first + MOST * self._quiet)

    def _at_limit(self, path: Path, now: float) -> bool:
        return self._first[path] + MOST * self._quiet <= now


def _older(times: dict[Path, float], age: float, now: float) -> Iterator[Path]:
    for path, time in times.items():
        if time + age > now:
            return
        yield path
