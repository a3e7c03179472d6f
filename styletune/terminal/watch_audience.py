"""Who follows a watcher: a live display, lines, or a program that reads JSON."""

from threading import Event
from types import TracebackType
from typing import Protocol, Self

from styletune.terminal.console import Console
from styletune.terminal.keyboard import in_foreground
from styletune.terminal.progress import NARROWEST
from styletune.terminal.watch_lines import JsonLines, Lines
from styletune.watch.events import Audience

LOWEST = 6
"""Terminal rows below which a display would push everything else off the screen."""


class WatchAudience(Audience, Protocol):
    """An audience that is there for the length of a ``with`` block."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def follow_watch(console: Console, *, json: bool, verbose: bool, stop: Event | None = None) -> WatchAudience:
    """Choose how a watcher is followed; enter the result in the main thread.

    With ``json``, standard output gets one JSON object a line; otherwise standard error gets a live display if it is
    a terminal with room for it, and lines if not. With ``--quiet`` only failures are told. No call waits for a reader
    or a terminal, but ``ask``.

    Arguments: ``verbose`` shows text while it is generated, and details; once ``stop`` is set, no answer is waited for.
    """
    ended = stop if stop is not None else Event()
    if json:
        return JsonLines(console)
    if console.quiet or not _has_room(console):
        return Lines(console, verbose=verbose, stop=ended)
    from styletune.terminal.watch_live import Live  # noqa: PLC0415 -- only for a terminal

    return Live(console, verbose=verbose, stop=ended)


def _has_room(console: Console) -> bool:
    terminal = console.terminal
    if not terminal.is_terminal or terminal.is_dumb_terminal:
        return False
    return terminal.width >= NARROWEST and terminal.height >= LOWEST and in_foreground(terminal.file)
