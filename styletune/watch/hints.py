"""What the system says about changes, kept until someone has time to look."""

import logging
import threading
from dataclasses import dataclass, field

MOST = 10_000
"""Paths that are kept; beyond that a look at everything is cheaper."""


@dataclass(slots=True)
class Hints:
    """Paths that may have changed, as the system names them."""

    files: dict[str, bool] = field(default_factory=dict[str, bool])
    """Whether something surely happened to the content or the name; otherwise a look will tell."""

    folders: set[str] = field(default_factory=set[str])
    """Folders that came, went or moved."""

    lost: bool = False
    """Some events were lost: only a look at everything helps."""


class HintBox:
    """Takes hints from the system's threads and gives them to the one that waits; calls never raise or block."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._hints = Hints()
        self._woken = False

    def file(self, path: str, *, sure: bool) -> None:
        """Take a hint about a file."""
        with self._changed:
            files = self._hints.files
            files[path] = sure or files.get(path, False)
            self._told()

    def folder(self, path: str) -> None:
        """Take a hint about a folder."""
        with self._changed:
            self._hints.folders.add(path)
            self._told()

    def lose(self) -> None:
        """Learn that events were lost."""
        with self._changed:
            self._hints.lost = True
            self._told()

    def wake(self) -> None:
        """End the present or the next ``wait``, and let ``take`` say so."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait for a hint or a call of ``wake``."""
        with self._changed:
            self._changed.wait_for(self._something, max(seconds, 0))

    def take(self) -> tuple[Hints, bool]:
        """Hand over all hints, and whether ``wake`` was called since."""
        with self._changed:
            taken, self._hints = self._hints, Hints()
            woken, self._woken = self._woken, False
            return taken, woken

    def _something(self) -> bool:
        return self._woken or self._hints.lost or bool(self._hints.files or self._hints.folders)

    def _told(self) -> None:
        if len(self._hints.files) + len(self._hints.folders) > MOST:
            self._hints = Hints(lost=True)
        self._changed.notify_all()


class Complaints(logging.Handler):
    """Listens to a library's log: whatever it warns of, such as an overflow, may have cost events."""

    def __init__(self, box: HintBox) -> None:
        super().__init__(logging.WARNING)
        self._box = box

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 -- what it says is for developers
        """Take a warning; nothing is printed."""
        self._box.lose()
