"""What a display of a watcher shows, gathered from its events: the last files, and how far the one at work is."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from styletune.report import SegmentReport
from styletune.task import TaskName
from styletune.watch.events import EventName, WatchEvent

MOST_ROWS = 50
"""Files that are remembered: more than fit on a screen."""

MOST_TEXT = 400
"""Characters of a message and of a growing text that are remembered: more than a line of any terminal."""

_STEADY = 1.0
"""Seconds before which a speed says nothing."""

_ABOUT_FILES = frozenset(
    {"queued", "working", "done", "unchanged", "failed", "superseded", "gone", "learned", "conflict", "skipped"}
)
_COUNTING = frozenset({"queued", "working", "done", "failed", "superseded"})
"""Events whose ``queue`` is to be believed; elsewhere 0 may just be its default."""

_BESIDE_WORK = frozenset({"queued", "learned", "conflict"})
"""Events about the file at work that do not end the work."""


@dataclass(slots=True)
class Row:
    """What is known about one file."""

    path: str
    state: EventName
    since: float
    """When it came into this state, in seconds of the display's clock."""

    message: str = ""
    output: str | None = None
    task: TaskName = "rewrite"
    up_to_date: bool = False
    new: int = 0
    """Segments that the model was asked for and answered."""

    kept: int = 0
    """Segments that kept the author's own text."""

    reason: str = ""
    """Line of the first of them, and why."""


@dataclass(slots=True)
class Course:
    """How far the file at work is."""

    started: float
    total: int | None = None
    """Segments that go to the model; ``None`` until that is known."""

    done: int = 0
    tokens: int = 0
    """Tokens of finished segments."""

    growing: dict[str, str] = field(default_factory=dict[str, str])
    """Segment id to the end of its text so far."""

    pieces: dict[str, int] = field(default_factory=dict[str, int])
    """Segment id to the pieces that came so far; about as many as tokens."""

    def speed(self, now: float) -> float | None:
        """Return tokens a second since the start, those of unfinished segments estimated; ``None`` at the start."""
        seconds = now - self.started
        tokens = self.tokens + sum(self.pieces.values())
        return tokens / seconds if tokens and seconds >= _STEADY else None


class Board:
    """The state of a display. Its size is bounded, however long the watcher runs. Not safe for threads by itself."""

    def __init__(self) -> None:
        self.watched = ""
        """What is watched, in the words of the event ``start``."""

        self.queue = 0
        self.paused: str | None = None
        """Why nothing is done at the moment, in words."""

        self.loading = False
        self.stopping = False
        self.course: Course | None = None
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._working: str | None = None

    @property
    def working(self) -> bool:
        """Whether a file is worked on."""
        return self._working is not None

    def rows(self, most: int) -> Sequence[Row]:
        """Return the files that were touched last, the latest at the end and the one at work behind it."""
        rows = list(self._rows.values())[-most:] if most > 0 else []
        at_work = self._rows.get(self._working or "")
        if at_work is None or most <= 0:
            return rows
        return [*[row for row in rows if row is not at_work][-(most - 1) or len(rows) :], at_work]

    def take(self, event: WatchEvent, at: float) -> None:
        """Learn of an event that happened ``at`` a time of the display's clock."""
        if event.name in _COUNTING:
            self.queue = event.queue + (event.name == "queued")  # which does not count itself
        if event.name == "start":
            self.watched = event.message[:MOST_TEXT]
        elif event.name == "paused":
            self.paused = event.message[:MOST_TEXT]
        elif event.name == "resumed":
            self.paused = None
        elif event.name == "stop":
            self.stopping = True
        elif event.name == "skipped" and not event.path:
            self._leave_waiting()
        if event.name in _ABOUT_FILES and event.path:
            self._file(event, at)

    def _leave_waiting(self) -> None:
        """Take off the rows that may never be worked on: many drafts were left alone, and not by name."""
        for path in [path for path, row in self._rows.items() if row.state == "queued"]:
            del self._rows[path]

    def _file(self, event: WatchEvent, at: float) -> None:
        if event.name == "working":
            self.begin(event.path, at)
            return
        if event.path == self._working:
            if event.name in _BESIDE_WORK:
                return  # the course of the work says more
            self._working = self.course = None
            self.loading = False
        last = self._rows.get(event.path)
        if event.name != "conflict" or last is None or not last.kept:  # the result has told of it
            self._put(_row(event, at))

    def _put(self, row: Row) -> None:
        self._rows[row.path] = row
        self._rows.move_to_end(row.path)
        for path in list(self._rows)[:-MOST_ROWS]:
            if path != self._working:
                del self._rows[path]

    def load(self) -> None:
        """Learn that the model is being loaded."""
        self.loading = True

    def begin(self, path: str, at: float) -> None:
        """Turn to a file."""
        if path != self._working:
            put_off = self._rows.get(self._working or "")
            if put_off is not None and put_off.state == "working":
                put_off.state = "queued"
            self._working, self.course = path, Course(at)
            self._put(Row(path, "working", at))

    def plan(self, segments: int, at: float) -> None:
        """Learn how many segments of the file go to the model."""
        self.loading = False
        self.course = Course(at, segments)

    def grow(self, segment_id: str, piece: str) -> None:
        """Take new text of a segment."""
        self.loading = False
        if self.course is not None:
            growing, pieces = self.course.growing, self.course.pieces
            growing[segment_id] = (growing.get(segment_id, "") + piece)[-MOST_TEXT:]
            pieces[segment_id] = pieces.get(segment_id, 0) + 1

    def finish(self, report: SegmentReport) -> None:
        """Count a finished segment; what an earlier run knew was never planned."""
        course = self.course
        if course is None:
            return
        self.loading = self.loading and report.remembered
        course.growing.pop(report.id, None)
        course.pieces.pop(report.id, None)
        course.tokens += report.tokens_out
        if not report.remembered and course.total is not None:
            course.done = min(course.done + 1, course.total)


def _row(event: WatchEvent, at: float) -> Row:
    report = event.report
    row = Row(event.path, event.name, at, event.message[:MOST_TEXT], event.output)
    if report is not None:
        kept = report.kept
        row.output = row.output or report.output
        row.task, row.up_to_date = report.task, report.up_to_date
        row.new = sum(segment.status == "new" for segment in report.segments)
        row.kept = len(kept)
        row.reason = f"{kept[0].line}: {'; '.join(kept[0].reasons)}"[:MOST_TEXT] if kept else ""
        row.message = row.message or (report.error[1][:MOST_TEXT] if report.error else "")
    return row
