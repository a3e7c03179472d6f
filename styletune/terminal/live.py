"""The live display in a terminal: segments, speed, time left, and the text as it grows."""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, nullcontext
from threading import Lock
from types import TracebackType
from typing import Self

from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from styletune.report import SegmentReport
from styletune.terminal.console import Console, printable
from styletune.terminal.wording import duration, name, segment_line

STREAMED = 3
"""Segments whose text is shown while it grows; a batch may have many."""

ROOMY = 72
"""Terminal columns below which the name of the file counts for more than the speed."""

_TAIL = 400
"""Characters of a growing text that are kept: more than a line of any terminal."""


class Live:
    """A progress line on standard error, with growing text below it on request; leaves nothing behind."""

    def __init__(self, console: Console, *, files: int, stream: bool) -> None:
        self._console = console
        self._files = files
        self._stream = stream
        self._file = 0
        self._path = ""
        self._task: TaskID | None = None
        self._speed = Speed()
        self._growing: dict[str, str] = {}
        self._lock = Lock()
        self._display = _Display(self._tails, console)

    def __enter__(self) -> Self:
        self._display.start()
        self._console.paused = self._paused
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._console.paused = nullcontext
        self._display.stop()

    @contextmanager
    def _paused(self) -> Generator[None]:
        self._display.stop()
        try:
            yield
        finally:
            self._display.start()

    def loading(self) -> None:
        """Show that the model is being loaded."""
        self._turn_to("loading the model", "")

    def begin(self, path: str) -> None:
        """Turn to the next file."""
        self._file += 1
        self._path = path
        with self._lock:
            self._growing.clear()
        number = f"{self._file}/{self._files}  " if self._files > 1 else ""
        self._turn_to(number + tail(printable(name(path)), max(self._console.terminal.width // 3, 12)), "getting ready")

    def _turn_to(self, description: str, facts: str) -> None:
        if self._task is not None:
            self._display.remove_task(self._task)
        self._task = self._display.add_task(description, total=None, facts=facts)

    def planned(self, segments: int) -> None:
        """Learn how many segments of the file will be sent."""
        self._speed = Speed(segments)
        self._update()

    def text(self, segment_id: str, piece: str) -> None:
        """Let the text of a segment grow."""
        if self._stream:
            with self._lock:
                self._growing[segment_id] = (self._growing.get(segment_id, "") + piece)[-_TAIL:]

    def done(self, report: SegmentReport) -> None:
        """Count a finished segment."""
        with self._lock:
            self._growing.pop(report.id, None)
        self._speed.count(report.tokens_out)
        self._update()
        self._console.detail(segment_line(self._path, report))

    def _update(self) -> None:
        if self._task is not None:
            speed = self._speed
            facts = speed.facts(briefly=self._console.terminal.width < ROOMY)
            self._display.update(self._task, total=speed.total, completed=speed.done, facts=facts)

    def _tails(self, width: int) -> list[str]:
        with self._lock:
            texts = list(self._growing.values())[:STREAMED]
        return ["  " + tail(printable(text).replace("\n", " "), width - 3) for text in texts if text.strip()]


class Speed:
    """How fast segments are done."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.done = 0
        self._tokens = 0
        self._start = time.monotonic()

    def count(self, tokens: int) -> None:
        """Count a finished segment and its generated tokens."""
        self.done += 1
        self._tokens += tokens

    def facts(self, *, briefly: bool = False) -> str:
        """Say how far the work is, how fast and how long it will take; unknown parts are left out."""
        seconds = max(time.monotonic() - self._start, 0.001)
        parts = [f"{self.done}/{self.total}" + ("" if briefly else " segments")]
        if self._tokens and not briefly:
            parts.append(f"{self._tokens / seconds:.0f} tokens/s")
        if 0 < self.done < self.total:
            parts.append(f"{duration(seconds / self.done * (self.total - self.done))} left")
        return "  ".join(parts)


def tail(text: str, width: int) -> str:
    """Keep the end of a text that fits into a number of terminal cells; ``…`` stands for the rest."""
    if cell_len(text) <= width:
        return text
    kept = text[-width:]
    while cell_len(kept) > max(width - 1, 0):
        kept = kept[1:]
    return set_cell_size("…" + kept, min(width, cell_len(kept) + 1))


class _Display(Progress):
    """A progress bar with lines of growing text below it."""

    def __init__(self, tails: Callable[[int], list[str]], console: Console) -> None:
        self._tails = tails
        self._terminal = console.terminal
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24 if console.terminal.width >= ROOMY else 8),
            TextColumn("{task.fields[facts]}", markup=False),
            console=console.terminal,
            transient=True,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        yield self.make_tasks_table(self.tasks)
        for line in self._tails(self._terminal.width):
            yield Text(line, style="dim", no_wrap=True, overflow="ellipsis")
