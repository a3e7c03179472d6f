"""The live display of a watcher: a board that is redrawn in place, with what a person should read above it."""

import os
import signal
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from threading import Event, Lock, RLock, current_thread, main_thread
from types import FrameType, TracebackType
from typing import Self

from rich.text import Text

from styletune.report import SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.keyboard import in_foreground, typed_lines
from styletune.terminal.outbox import Outbox
from styletune.terminal.region import Region
from styletune.terminal.watch_board import Look, board_lines, file_lines
from styletune.terminal.watch_lines import ask_person, say
from styletune.terminal.watch_wording import Line, Wording, time_of_day
from styletune.terminal.wording import segment_line
from styletune.watch.board import Board
from styletune.watch.events import WatchEvent

_PLAIN_TERMINALS = frozenset({"linux", "vt100", "vt220", "ansi"})
"""Values of ``TERM`` whose fonts have letters only."""

_LATE = 1.0
"""Seconds without a look at the board that cannot be but for a process that was stopped."""

Handler = Callable[[int, FrameType | None], object] | int | None


class Live:
    """Shows a watcher's board; whoever calls never waits for the terminal."""

    def __init__(
        self, console: Console, *, verbose: bool, stop: Event, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._verbose = verbose
        self._stop = stop
        self._clock = clock
        self._wording = Wording(verbose=verbose, board=True)
        self._board = Board()
        self._board_lock = Lock()
        self._path = ""
        self._screen = RLock()
        """Held by whoever writes to the terminal, and by whoever wants nothing to be written meanwhile."""

        self._region = Region(console.terminal)
        self._away = False
        """A shell may have written to the terminal since the last drawing."""

        self._looked_at = clock()
        self._width = 0
        """Of the terminal at the last look."""

        self._over = False

        self._before: Handler = None
        self._outbox = Outbox(on_dropped=self._left_out, when_idle=self._draw)

    def __enter__(self) -> Self:
        self._console.paused = self._off_screen
        self._before = _on_continue(self._was_away)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._console.paused = nullcontext
        _ = _on_continue(self._before)
        if self._outbox.close():
            with suppress(OSError, ValueError):  # a terminal that is gone shows nothing anyway
                self._region.close()

    def tell(self, event: WatchEvent) -> None:
        """Take an event: the board changes, and what is worth reading scrolls by."""
        with self._board_lock:
            self._board.take(event, self._clock())
            lines = list(self._wording.lines(event))  # an event holds whole texts, and may have to wait
        at = time_of_day(event)
        if event.name == "stop":
            self._outbox.put(self._leave_files)
        self._outbox.put(lambda: self._say(lines, at))

    def ask(self, question: str) -> bool | None:
        """Ask with the board off the screen; its lines wait for the answer."""
        while not self._screen.acquire(timeout=0.1):
            if self._stop.is_set():
                return None
        try:
            with suppress(OSError, ValueError), self._off_screen():
                return ask_person(self._console, question, self._stop)
            return None  # the terminal is gone, and with it whoever could answer
        finally:
            self._screen.release()

    def loading(self) -> None:
        """Show that the model is being loaded."""
        with self._board_lock:
            self._board.load()

    def begin(self, path: str) -> None:
        """Turn to the next file."""
        self._path = path
        with self._board_lock:
            self._board.begin(path, self._clock())

    def planned(self, segments: int) -> None:
        """Learn how many segments go to the model."""
        with self._board_lock:
            self._board.plan(segments, self._clock())

    def text(self, segment_id: str, piece: str) -> None:
        """Let the text of a segment grow."""
        with self._board_lock:
            self._board.grow(segment_id, piece)

    def done(self, report: SegmentReport) -> None:
        """Count a finished segment."""
        with self._board_lock:
            self._board.finish(report)
        if self._verbose:
            line = segment_line(self._path, report)
            self._outbox.put(lambda: self._console.detail(line))

    def _say(self, lines: Sequence[Line], at: str) -> None:
        with self._screen, self._console.terminal:  # one write, so that nothing flickers
            _ = self._is_ours()
            for line in lines:
                say(self._console, line, at)

    def _leave_files(self) -> None:
        """Leave the files on the screen: the board goes, and what became of them should not."""
        with self._screen, self._board_lock:
            self._over = True
            self._region.show(())
            for line in file_lines(self._board, self._look(), self._clock()):
                self._console.terminal.print(line, soft_wrap=True)

    def _draw(self) -> None:
        """Bring the board up to date, unless a shell has the terminal."""
        with self._screen:
            if self._settled():
                ours = self._is_ours()
                self._region.show(self._lines() if ours and not self._over else ())

    def _is_ours(self) -> bool:
        """Tell whether no shell has the terminal; learn what else was written to it since the last drawing."""
        ours = in_foreground(self._console.terminal.file)
        if self._away or not ours:
            self._away = False
            self._region.forget()
        self._region.pushed_up(typed_lines())
        return ours

    def _settled(self) -> bool:
        """Tell whether the terminal is as it was a moment ago; what is drawn while it changes would be garbled."""
        late = self._clock() - self._looked_at > _LATE  # the process was stopped, perhaps; the next look knows
        resized = self._width not in (0, self._console.terminal.width)
        self._looked_at, self._width = self._clock(), self._console.terminal.width
        return not (late or resized)

    def _lines(self) -> list[Text]:
        with self._board_lock:
            self._board.stopping = self._board.stopping or self._stop.is_set()
            return board_lines(self._board, self._look(), self._clock())

    def _look(self) -> Look:
        terminal = self._console.terminal
        size = terminal.size
        return Look(size.width, size.height, terminal.encoding, _has_symbols(self._console), stream=self._verbose)

    @contextmanager
    def _off_screen(self) -> Generator[None]:
        with self._screen:
            self._region.show(())
            yield  # the next idle moment draws it again

    def _left_out(self, count: int) -> None:
        self._console.notice(f"{count} messages were left out, as the terminal did not take them in time.")

    def _was_away(self, _number: int, _frame: FrameType | None) -> None:
        self._away = True


def _has_symbols(console: Console) -> bool:
    plain = os.environ.get("TERM", "").partition("-")[0] in _PLAIN_TERMINALS
    return not (plain or console.terminal.options.ascii_only)


def _on_continue(handler: Handler) -> Handler:
    """Have a handler called when the process goes on after Ctrl-Z; return the one before."""
    number = getattr(signal, "SIGCONT", None)
    if number is None or current_thread() is not main_thread():  # only the main thread may set handlers
        return None
    return signal.signal(number, handler if handler is not None else signal.SIG_DFL)
