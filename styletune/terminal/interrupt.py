"""Work in a thread, the signals in the main thread."""

import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, Thread, current_thread, main_thread
from types import FrameType
from typing import Generic, TypeVar

from styletune.files.atomic import discard_unfinished
from styletune.terminal.outcome import CANCELLED

T = TypeVar("T")

GRACE = 5.0
"""Seconds that work gets to stop by itself."""

_TICK = 0.1
"""Seconds between two looks at the clock; some systems deliver signals only between waits."""

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class _Outcome(Generic[T]):
    """What became of the work."""

    value: T
    error: BaseException | None = None


def run_interruptible(
    work: Callable[[Event], T],
    *,
    on_stop: Callable[[], None] = lambda: None,
    on_abandon: Callable[[], None] = lambda: None,
    grace: float = GRACE,
) -> T:
    """Run ``work(stop)`` in a thread and return what it returns, or raise what it raises.

    The first Ctrl-C (or SIGTERM, SIGHUP) sets ``stop`` and calls ``on_stop``. A second one, or work that has not
    stopped ``grace`` seconds later, ends the process with exit code 130 after ``on_abandon``.
    """
    outcome: _Outcome[T] = _Outcome()
    stop, over = Event(), Event()

    def body() -> None:
        try:
            outcome.value = work(stop)
        except BaseException as error:  # noqa: BLE001 -- raised again in the main thread
            outcome.error = error
        finally:
            over.set()

    with _signals_set(stop, on_abandon):
        Thread(target=body, name="styletune-work", daemon=True).start()
        _wait(over, stop, on_stop, on_abandon, grace)
    if outcome.error is not None:
        raise outcome.error
    return outcome.value


def _wait(over: Event, stop: Event, on_stop: Callable[[], None], on_abandon: Callable[[], None], grace: float) -> None:
    deadline: float | None = None
    while not over.wait(_TICK):
        if stop.is_set() and deadline is None:
            deadline = time.monotonic() + grace
            on_stop()
        if deadline is not None and time.monotonic() > deadline:
            _abandon(on_abandon)


@contextmanager
def _signals_set(stop: Event, on_abandon: Callable[[], None]) -> Generator[None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _abandon(on_abandon)
        stop.set()

    if current_thread() is not main_thread():  # only the main thread may set handlers
        yield
        return
    wanted = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # A signal that is ignored was ignored on purpose, by nohup for one.
    before = {number: signal.getsignal(number) for number in wanted if signal.getsignal(number) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _abandon(on_abandon: Callable[[], None]) -> None:
    """End at once: the work may be deep inside a library that cannot be interrupted."""
    discard_unfinished()
    with suppress(Exception):
        on_abandon()
    with suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(CANCELLED)
