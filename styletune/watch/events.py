"""What a watcher tells: for the live display, for ``--json`` (one object a line), and for tests."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from styletune.report import FileReport, Follower

EventName = Literal[
    "start", "queued", "working", "done", "unchanged", "failed", "superseded", "gone", "learned", "conflict",
    "paused", "resumed", "question", "skipped", "notice", "stop",
]  # fmt: skip
"""``unchanged``: a save that changed nothing; ``superseded``: the file was saved again while it was worked on;
``gone``: a source was deleted or renamed; ``skipped``: a change that is left alone on purpose, with the reason."""


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One thing that happened."""

    name: EventName
    path: str = ""
    """The draft, as the user would write it."""

    message: str = ""
    """In words, for people."""

    output: str | None = None
    queue: int = 0
    """Files that wait, this one not counted."""

    report: FileReport | None = None
    """With ``done`` and ``failed``."""

    time: str = field(default="", compare=False)
    """UTC, ISO 8601; filled in by whoever prints."""


class Audience(Follower, Protocol):
    """Follows a watcher: its events, and each segment of the file it works on. Calls may come from any thread."""

    def tell(self, event: WatchEvent) -> None:
        """Take an event."""
        ...

    def ask(self, question: str) -> bool | None:
        """Ask a person yes or no; ``None`` if nobody is there to answer."""
        ...
