"""The seams of the watcher's loop: what it is asked to do, what it senses, and who does the work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Literal, Protocol

from styletune.files.names import place
from styletune.watch.events import WatchEvent


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do with a file; two names of one file are the same work."""

    kind: Literal["redo", "learn", "committed"]
    """Redo a draft, learn from an output that was edited, or count one that was committed as looked at."""

    key: str
    path: Path = field(compare=False)
    """As the user would write it."""


def redo(path: Path) -> Work:
    """Name the work on a draft."""
    return Work("redo", place(path), path)


def learn(output: Path, *, committed: bool = False) -> Work:
    """Name the work on an output that a person edited or committed."""
    return Work("committed" if committed else "learn", place(output), output)


@dataclass(frozen=True, slots=True)
class Redone:
    """What became of a draft."""

    events: tuple[WatchEvent, ...] = ()
    code: int = 0
    """What ``rewrite`` would exit with."""

    sha256: str = ""
    """Of the draft as it stands now, if its output follows from that; empty if the work failed."""

    output: Path | None = None
    again_in: float | None = None
    """Seconds after which another try makes sense; ``None`` if only a change of the draft can help."""

    needs_settings: bool = False
    """Another try makes sense once the project's settings have changed."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The drafts whose outputs are missing or not up to date."""

    paths: tuple[Path, ...] = ()
    events: tuple[WatchEvent, ...] = ()
    """What is to be told of the others."""

    code: int = 0
    current: int = 0
    """Drafts whose outputs are up to date."""


class Desk(Protocol):
    """Does the work. ``redo``, ``learn`` and ``close`` are called from one thread, the others from another. Nothing raises but ``Cancelled``."""

    def redo(self, path: Path, stop: Event, *, by_program: Callable[[Path], bool]) -> Redone:
        """Bring the output of a draft up to date; ``by_program`` tells whether a program seems to have edited it.

        Raises ``Cancelled`` soon after ``stop`` is set; nothing is written then.
        """
        ...

    def learn(self, output: Path, *, by_program: bool, committed: bool) -> list[WatchEvent]:
        """Learn from what a person made of an output."""
        ...

    def stale(self, paths: Sequence[Path] | None, stop: Event) -> Stale:
        """Find the drafts, of these or of all, whose outputs are missing or not up to date."""
        ...

    def is_result(self, path: Path) -> bool:
        """Tell by its name whether a file is a result, with or without a record."""
        ...

    def rule_files(self, root: Path) -> Iterable[Path]:
        """Find the rule files that a project's settings name."""
        ...

    def settings_changed(self) -> None:
        """Hear that the settings of a project are others, so that what has failed may work now."""
        ...

    def close(self) -> None:
        """Free the models."""
        ...


class Sensing(Protocol):
    """Tells which files may have changed; ``senses.Senses`` is it."""

    notices: list[str]

    def changed(self, timeout: float) -> frozenset[Path]:
        """Wait for files that may have changed and are quiet now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a watcher was asked to do."""

    patterns: Sequence[str]
    """PATHs as the user wrote them."""

    in_place: bool = False
    most: int = 50
    """Drafts that are redone at once without a question."""

    yes: bool = False
    settle: float = 600.0
    """Seconds without a change after which an edit of an output is learned from."""

    catch_up: bool = False
