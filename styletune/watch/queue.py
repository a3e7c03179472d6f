"""What waits to be done, and what is being done: the latest save of each file counts.

Nothing here knows of files, models or the disk; the clock is handed in.

Order: what was asked for by name, then what was just saved, then everything else. Of saves the last one comes first,
because that is the draft a person has open; the rest comes in the order in which it was found. What is of a higher
rank interrupts what is of a lower one, which waits again: finished segments are kept, so that little is lost.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import count
from threading import Condition, Event
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)


class Rank(IntEnum):
    """What goes before what."""

    BACKLOG = 0
    """Stale outputs, and what git or another program changed."""

    SAVED = 1
    """A person saved it."""

    FIRST = 2
    """A person waits for it."""


Why = Literal["", "superseded", "later", "withdrawn", "closed"]
"""Why work was stopped: its item came again, something more urgent came, it need not be done, or all ends."""


@dataclass(slots=True, eq=False)
class Ticket(Generic[K]):
    """The right to work on something until ``stop`` is set."""

    item: K
    generation: int
    rank: Rank
    stop: Event = field(default_factory=Event)
    why: Why = ""
    """Why ``stop`` is set."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    generation: int
    rank: Rank
    due: float
    """By the clock; before that, nobody gets it."""

    @property
    def place(self) -> tuple[int, int]:
        """The smallest is next."""
        return -self.rank, -self.generation if self.rank is Rank.SAVED else self.generation


class Queue(Generic[K]):
    """Each item waits at most once and is worked on at most once at a time; may be used from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._waiting: dict[K, _Waiting] = {}
        self._working: Ticket[K] | None = None
        self._held = False
        self._closed = False
        self._changed = Condition()

    def __len__(self) -> int:
        with self._changed:
            return len(self._waiting)

    def put(self, item: K, rank: Rank = Rank.SAVED, *, after: float = 0.0) -> bool:
        """Let something be done, not before ``after`` seconds have passed; tell whether work on it is interrupted.

        What waits already waits as the newer of the two; its rank is the higher one.
        """
        with self._changed:
            there, work = self._waiting.get(item), self._working
            if there is not None and after:  # a second try later waits for no longer than what waits already
                return False
            waiting = _Waiting(next(self._numbers), max(rank, there.rank) if there else rank, self._clock() + after)
            self._waiting[item] = waiting
            again = work is not None and work.item == item
            if work is not None and again and not after:
                _stop(work, "superseded")
            elif work is not None and not after and waiting.rank > work.rank:
                self._put_off(work)
            self._changed.notify_all()
            return again and not after

    def take(self, timeout: float | None = None) -> Ticket[K] | None:
        """Wait for something to do; ``None`` after ``timeout`` seconds, and once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None, self._patience(timeout))
            item = None if self._closed else self._next()
            if item is None:
                return None
            waiting = self._waiting.pop(item)
            self._working = Ticket(item, waiting.generation, waiting.rank)
            return self._working

    def done(self, ticket: Ticket[K], *, finished: bool) -> bool:
        """Give a ticket back; tell whether it was the last word on its item: no newer one waits.

        What was ``finished`` before it noticed that it was put off need not be done again.
        """
        with self._changed:
            if self._working is ticket:
                self._working = None
            if finished and ticket.why == "later":
                self._waiting.pop(ticket.item, None)
            self._changed.notify_all()
            return ticket.item not in self._waiting

    def withdraw(self, item: K) -> bool:
        """Forget something that need not be done any more; tell whether it waited or was being done."""
        with self._changed:
            waited = self._waiting.pop(item, None) is not None
            work = self._working
            under_way = work is not None and work.item == item
            if work is not None and under_way:
                _stop(work, "withdrawn")
            self._changed.notify_all()
            return waited or under_way

    def hold(self, *, interrupt: bool) -> None:
        """Hand out nothing until ``release``; ``interrupt`` also stops what is being done, which then waits again."""
        with self._changed:
            self._held = True
            if interrupt and self._working is not None:
                self._put_off(self._working)

    def release(self) -> None:
        """Hand out again."""
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def hurry(self) -> None:
        """Let nothing wait for its time any more."""
        with self._changed:
            now = self._clock()
            self._waiting = {item: replace(waiting, due=now) for item, waiting in self._waiting.items()}
            self._changed.notify_all()

    def close(self) -> None:
        """Hand out nothing any more, and stop what is being done."""
        with self._changed:
            self._closed = True
            if self._working is not None:
                _stop(self._working, "closed")
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether the end has come."""
        with self._changed:
            return self._closed

    @property
    def empty(self) -> bool:
        """Whether nothing is being done and nothing waits."""
        return self.wait_until_empty(0.0)

    def wait_until_empty(self, timeout: float) -> bool:
        """Wait until nothing is being done and nothing waits, but not for longer; tell whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._working is None and not self._waiting, timeout)

    def waits(self, item: K) -> bool:
        """Tell whether something waits."""
        with self._changed:
            return item in self._waiting

    def _put_off(self, work: Ticket[K]) -> None:
        """Stop work that is to be done later; work that is stopped already is left to its end."""
        if not work.stop.is_set():
            self._waiting.setdefault(work.item, _Waiting(work.generation, work.rank, self._clock()))
            _stop(work, "later")

    def _next(self) -> K | None:
        """Return what is next of all that is due; nothing is handed out while something is being done."""
        if self._held or self._working is not None:
            return None
        now = self._clock()
        due = [item for item, waiting in self._waiting.items() if waiting.due <= now]
        return min(due, key=lambda item: self._waiting[item].place, default=None)

    def _patience(self, timeout: float | None) -> float | None:
        """Wait no longer than until the next item is due."""
        now = self._clock()
        ahead = [waiting.due - now for waiting in self._waiting.values() if waiting.due > now]
        waits = [*ahead, *([timeout] if timeout is not None else [])]
        return min(waits, default=None)


def _stop(work: Ticket[K], why: Why) -> None:
    work.why = why
    work.stop.set()
