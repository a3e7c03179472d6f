"""Following a run: a live display in a terminal, lines with ``--verbose`` elsewhere, nothing with ``--quiet``."""

from types import TracebackType
from typing import Protocol, Self

from styletune.report import Follower, SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.wording import name, segment_line

NARROWEST = 40
"""Terminal columns below which a display would only wrap."""


class Progress(Follower, Protocol):
    """Follows a run as long as the display of it is on the screen."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Lines:
    """One line a segment with ``--verbose``, else nothing: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._path = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def loading(self) -> None:
        """Leave it untold: a log has no use for it."""

    def begin(self, path: str) -> None:
        """Remember the file, whose name starts each line."""
        self._path = path

    def planned(self, segments: int) -> None:
        """Tell how many segments will be sent."""
        self._console.detail(f"{name(self._path)}: {segments} {'segment' if segments == 1 else 'segments'} to do")

    def text(self, segment_id: str, piece: str) -> None:
        """Leave text alone: pieces of several segments would mix."""

    def done(self, report: SegmentReport) -> None:
        """Tell what became of a segment."""
        self._console.detail(segment_line(self._path, report))


def has_room(console: Console) -> bool:
    """Tell whether a live display is of use: somebody looks at a terminal that can show one."""
    if console.quiet:
        return False
    terminal = console.terminal
    return terminal.is_terminal and not terminal.is_dumb_terminal and terminal.width >= NARROWEST


def follow(console: Console, *, files: int, stream: bool) -> Progress:
    """Choose how a run is followed.

    Arguments: ``files`` is their number; ``stream`` shows the text while it is generated.
    """
    if not has_room(console):
        return Lines(console)
    from styletune.terminal.live import Live  # noqa: PLC0415 -- rich.progress loads only for a terminal

    return Live(console, files=files, stream=stream)
