"""Following a watcher without a live display: a line for each event, or a JSON object."""

import time
from collections.abc import Sequence
from threading import Event, Lock
from types import TracebackType
from typing import Self

from styletune.errors import FileError
from styletune.report import SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.keyboard import read_answer, somebody_there
from styletune.terminal.outbox import Outbox
from styletune.terminal.watch_wording import Line, Wording, time_of_day
from styletune.terminal.wording import segment_line
from styletune.watch.events import WatchEvent
from styletune.watch.json_events import as_json_line

_PATIENCE = 60.0
"""Seconds that a question stands: what else there is to tell waits for its answer."""


def say(console: Console, line: Line, at: str) -> None:
    """Say a line with the time of day; which lines are silent, the console knows."""
    tell = {
        "error": console.error, "summary": console.summary, "notice": console.notice, "detail": console.detail,
    }[line.level]  # fmt: skip
    tell(f"{at} {line.text}")


def ask_person(console: Console, question: str, stop: Event) -> bool | None:
    """Ask at the terminal; ``None`` if nobody is there or answers, or when ``stop`` is set."""
    if console.quiet or not console.terminal.is_terminal or not somebody_there():
        return None
    terminal = console.terminal
    end = time.monotonic() + _PATIENCE

    def given_up() -> bool:
        return stop.is_set() or time.monotonic() > end

    return read_answer(lambda text: terminal.print(text, end="", soft_wrap=True), question, given_up=given_up)


class Lines:
    """One line for each event worth telling, with the time of day: for logs, pipes and narrow terminals."""

    def __init__(self, console: Console, *, verbose: bool, stop: Event) -> None:
        self._console = console
        self._verbose = verbose
        self._stop = stop
        self._wording = Wording(verbose=verbose)
        self._lock = Lock()
        self._path = ""
        self._outbox = Outbox(on_dropped=self._left_out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _ = self._outbox.close()

    def tell(self, event: WatchEvent) -> None:
        """Say what happened."""
        with self._lock:
            lines = list(self._wording.lines(event))  # an event holds whole texts, and may have to wait
        at = time_of_day(event)
        self._outbox.put(lambda: self._say(lines, at))

    def ask(self, question: str) -> bool | None:
        """Ask, if the lines go to a terminal."""
        return ask_person(self._console, question, self._stop)

    def loading(self) -> None:
        """Leave it untold: a log has no use for it."""

    def begin(self, path: str) -> None:
        """Remember the file, whose name starts each line."""
        self._path = path

    def planned(self, segments: int) -> None:
        """Leave it untold: the summary of the file says it."""

    def text(self, segment_id: str, piece: str) -> None:
        """Leave text alone: pieces of several segments would mix."""

    def done(self, report: SegmentReport) -> None:
        """Tell what became of a segment."""
        if self._verbose:
            line = segment_line(self._path, report)
            self._outbox.put(lambda: self._console.detail(line))

    def _say(self, lines: Sequence[Line], at: str) -> None:
        for line in lines:
            say(self._console, line, at)

    def _left_out(self, count: int) -> None:
        self._console.notice(f"{count} messages were left out, as nobody read them in time.")


class JsonLines:
    """One JSON object a line on standard output for each event; ``styletune.watch.json_events`` has its keys."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._failed = ""
        self._outbox = Outbox(on_dropped=self._left_out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _ = self._outbox.close()

    def tell(self, event: WatchEvent) -> None:
        """Print an event."""
        line = as_json_line(event)
        self._outbox.put(lambda: self._write(line))

    def ask(self, question: str) -> bool | None:  # noqa: ARG002 -- a program reads the events, and answers nothing
        """Have no answer."""
        return None

    def loading(self) -> None:
        """Leave it untold."""

    def begin(self, path: str) -> None:
        """Leave it untold: there is an event for it."""

    def planned(self, segments: int) -> None:
        """Leave it untold."""

    def text(self, segment_id: str, piece: str) -> None:
        """Leave it untold."""

    def done(self, report: SegmentReport) -> None:
        """Leave it untold: the totals of the file follow."""

    def _write(self, line: bytes) -> None:
        try:
            self._console.write(line)
            self._failed = ""
        except FileError as error:  # a full disk may have room again
            if str(error) != self._failed:
                self._failed = str(error)
                self._console.error(str(error))

    def _left_out(self, count: int) -> None:
        self._write(as_json_line(WatchEvent("notice", message=f"{count} events were left out: nobody read them.")))
