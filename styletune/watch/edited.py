"""Outputs that a person is editing: each is learned from once it has been left alone for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from styletune.files.names import place

TOGETHER = 2.0
"""Seconds within which the changes of several outputs count as one."""

MANY = 5
"""Outputs that no person changes within ``TOGETHER``: this is a formatter or a script at work."""


@dataclass(slots=True)
class _Edited:
    path: Path
    at: float
    """When it changed last, by the clock."""

    bulk: bool = False
    just_made: bool = True


class EditedOutputs:
    """Which outputs wait to be learned from; may be used from any thread.

    Arguments: ``settle`` is the number of seconds without a change after which an edit is settled.
    """

    def __init__(self, settle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._settle = max(settle, TOGETHER)
        self._clock = clock
        self._edited: dict[str, _Edited] = {}
        self._lock = Lock()

    def changed(self, output: Path, *, now_seen: bool = False) -> bool:
        """Take a change; tell whether it is the first that waits.

        A change that is only ``now_seen`` was made some time before, so that it says nothing about others.
        """
        with self._lock:
            now = self._clock()
            key = place(output)
            first = key not in self._edited
            edited = self._edited.setdefault(key, _Edited(output, now))
            edited.at, edited.just_made = now, not now_seen
            together = [other for other in self._edited.values() if other.just_made and now - other.at <= TOGETHER]
            if len(together) >= MANY:
                for other in together:
                    other.bulk = True
            return first

    def due(self) -> list[Path]:
        """Return what has settled; it keeps waiting until it is taken."""
        with self._lock:
            now = self._clock()
            return [one.path for one in self._edited.values() if now - one.at >= self._patience(one)]

    def _patience(self, edited: _Edited) -> float:
        """A program's work is settled soon, so that a person's later edits are not taken for it."""
        return TOGETHER if edited.bulk else self._settle

    def waiting(self) -> list[Path]:
        """Return all that waits."""
        with self._lock:
            return [edited.path for edited in self._edited.values()]

    def take(self, output: Path) -> bool:
        """Forget an output that is learned from now; tell whether a program seems to have changed it."""
        with self._lock:
            edited = self._edited.pop(place(output), None)
            return edited is not None and edited.bulk
