"""A watcher's events in words."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Literal, NamedTuple

from styletune.report import FileReport, SegmentReport
from styletune.terminal.wording import kept_line, name, summary_line
from styletune.watch.events import EventName, WatchEvent

Level = Literal["error", "summary", "notice", "detail"]

_UNSAID: dict[EventName, str] = {
    "queued": "saved",
    "working": "at work",
    "unchanged": "saved, nothing to do",
    "failed": "failed; the last result stays",
    "superseded": "saved again, so this is done anew",
    "gone": "gone",
    "learned": "learned from your edit",
    "conflict": "you edited the result, and the draft changed since; your edit stays",
    "paused": "Paused.",
    "resumed": "Going on.",
    "skipped": "left alone",
    "start": "Watching.",
    "stop": "Stopped watching.",
}
"""What stands for a message that is empty."""

_DETAILS = frozenset({"queued", "working", "superseded", "unchanged", "conflict"})
"""Events that only ``--verbose`` tells of; of conflicts, the report of the file has told."""

_ON_BOARD = frozenset({"start", "gone", "paused", "resumed"})
"""Events that a board shows as well as a line would."""

_FILES_TOLD = 50
"""Files whose flagged segments are remembered, so that a save does not tell of them once more."""


class Line(NamedTuple):
    """A line for people."""

    level: Level
    text: str


class Wording:
    """Says what happened; what a person has been told of a file is not said again with its next save.

    Arguments: beside a ``board``, a line is only for what the board does not keep.
    """

    def __init__(self, *, verbose: bool, board: bool = False) -> None:
        self._verbose = verbose
        self._board = board
        self._told: OrderedDict[str, frozenset[str]] = OrderedDict()

    def lines(self, event: WatchEvent) -> Iterator[Line]:
        """Put an event into words."""
        if event.name == "done" and event.report is not None:
            yield from self._done(event.report)
        elif event.name == "failed":
            yield Line("error", _about(event.path, _failure(event)))
        elif event.name != "question":  # whoever asks shows it
            minor = event.name in _DETAILS or (self._board and event.name in _ON_BOARD) or self._is_known(event)
            yield Line("detail" if minor else "notice", _about(event.path, said(event)))

    def _is_known(self, event: WatchEvent) -> bool:
        """Tell whether a person has been told why this file is left alone."""
        if event.name != "skipped" or not event.path:
            return False
        told = self._told.get(event.path, frozenset())
        self._remember(event.path, told | {event.message})
        return event.message in told

    def _done(self, report: FileReport) -> Iterator[Line]:
        yield Line("detail" if self._board else "summary", summary_line(report))
        told = self._told.get(report.path, frozenset())
        kept = [segment for segment in report.segments if segment.status == "flagged" or _is_conflict(segment)]
        for segment, place in zip(kept, report.kept, strict=False):  # those of an earlier run follow, and are known
            if self._verbose or told.isdisjoint(_marks(segment)):
                yield Line("notice", kept_line(report.path, place, in_full=self._verbose))
        for note in report.notes:
            if self._verbose or note not in told:
                yield Line("notice", f"{name(report.path)}: {note}")
        self._remember(report.path, frozenset({*chain.from_iterable(map(_marks, kept)), *report.notes}))

    def _remember(self, path: str, told: frozenset[str]) -> None:
        self._told[path] = told
        self._told.move_to_end(path)
        while len(self._told) > _FILES_TOLD:
            self._told.popitem(last=False)


def said(event: WatchEvent) -> str:
    """Return the message of an event, or what stands for it."""
    return event.message or _UNSAID.get(event.name, event.name)


def time_of_day(event: WatchEvent) -> str:
    """Return when an event happened, as a clock on the wall shows it; now if it does not say."""
    if event.time:
        return datetime.fromisoformat(event.time).astimezone().strftime("%H:%M:%S")
    return time.strftime("%H:%M:%S")


def _failure(event: WatchEvent) -> str:
    if event.message or event.report is None or event.report.error is None:
        return said(event)
    return event.report.error[1]


def _about(path: str, text: str) -> str:
    """Name the file, unless the text does so itself."""
    shown = name(path)
    return text if not path or text.startswith((f"{shown} ", f"{shown}:")) else f"{shown}: {text}"


def without_name(path: str, text: str) -> str:
    """Leave out the name of the file that a message begins with, where it stands beside it."""
    return text.removeprefix(f"{name(path)}: ")


def _is_conflict(segment: SegmentReport) -> bool:
    return segment.status == "pinned" and bool(segment.reasons)


def _marks(segment: SegmentReport) -> tuple[str, str]:
    """Return what shows that a person knows of a segment: its text or its line, with what is wrong."""
    wrong = "\n".join(segment.reasons)
    return f"{segment.id}\n{wrong}", f"{segment.line}\n{wrong}"
