"""Writing that holds up nobody: a reader or a terminal that has stopped must not stop the work."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread

MOST = 10_000
"""Writings that may wait; of more, the oldest are dropped and counted."""

LAST_WORDS = 2.0
"""Seconds that the end waits for what is still to be written."""

TICK = 0.25
"""Seconds between two calls of ``when_idle``."""

Write = Callable[[], None]


class Outbox:
    """Does writings in a thread of its own, in order. A writing that fails is dropped.

    Arguments: ``on_dropped`` tells how many were dropped because too many waited; ``when_idle`` is called when all is
    written, and every ``TICK`` seconds from then on.
    """

    def __init__(self, *, on_dropped: Callable[[int], None], when_idle: Write | None = None, most: int = MOST) -> None:
        self._on_dropped = on_dropped
        self._when_idle = when_idle
        self._most = most
        self._waiting: deque[Write] = deque()
        self._dropped = 0
        self._rested = False
        """``when_idle`` was called since the last writing."""

        self._closed = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="styletune-outbox", daemon=True)
        self._thread.start()

    def put(self, write: Write) -> None:
        """Have something written as soon as what came before it is; never waits."""
        with self._changed:
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(write)
            self._changed.notify_all()

    def close(self) -> bool:
        """Write what waits, and end; ``False`` if that takes more than ``LAST_WORDS`` seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(LAST_WORDS)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (write := self._next()) is not None:
            # A stream that fails is the reader's loss; the work goes on.
            with suppress(OSError, ValueError):
                write()

    def _next(self) -> Write | None:
        with self._changed:
            while not (self._waiting or self._dropped or self._closed):
                if self._when_idle is not None and not self._rested:
                    self._rested = True
                    return self._when_idle
                self._changed.wait(TICK if self._when_idle is not None else None)
                self._rested = False
            self._rested = False
            if self._dropped:
                count, self._dropped = self._dropped, 0
                return lambda: self._on_dropped(count)
            return self._waiting.popleft() if self._waiting else None
