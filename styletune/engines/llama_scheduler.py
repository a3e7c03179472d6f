"""Which tokens of which jobs go into the next batch.

Knows nothing of llama.cpp: it drives a ``Backend``, so that its laws can be tested with a small deterministic one.
Every batch holds one row for each job that is being written, and fills the rest of its width with the prompts of jobs
that were just admitted, in pieces if need be, so that a long prompt never holds the others up for longer than one
batch. Jobs are admitted longest first: what is started last then ends soon, and the last batches are not thin.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import NamedTuple, Protocol

from styletune.engines.protocol import Finish, Job
from styletune.errors import Cancelled


class Row(NamedTuple):
    """One token of a batch."""

    token: int
    position: int
    """Place in its sequence, from 0; the shared prefix comes first."""

    sequence: int
    output: bool
    """Whether the token that follows is wanted."""


class Backend(Protocol):
    """Evaluates rows; sequence 0 holds the shared prefix, 1 to ``width`` the jobs."""

    width: int
    batch: int
    """Rows per step, at most."""

    cells: int
    """Tokens that fit into one sequence or, if ``unified``, into all of them together."""

    unified: bool
    """Whether all sequences share one pool of cells, in which the prefix is stored once."""

    def share(self, sequence: int) -> bool:
        """Let a sequence begin with the prefix; false when that is impossible and it stays empty."""
        ...

    def begin(self, sequence: int, temperature: float, seed: int) -> None:
        """Choose how a sequence's tokens are picked."""
        ...

    def release(self, sequence: int) -> None:
        """Forget a sequence."""
        ...

    def step(self, rows: Sequence[Row]) -> list[int]:
        """Evaluate rows and return the next token for each row that wants one, in their order."""
        ...


@dataclass(slots=True)
class Request:
    """A job with its own part of the prompt as tokens."""

    job: Job
    tokens: list[int]
    """The prompt behind the shared prefix; never empty."""

    limit: int
    """Tokens to be written, at most; above 0."""

    @property
    def cells(self) -> int:
        """Cells that the job may come to occupy besides the prefix."""
        return len(self.tokens) + self.limit


@dataclass(slots=True)
class Slot:
    """A job that has a sequence."""

    request: Request
    sequence: int
    position: int
    """Tokens of the sequence that are evaluated."""

    todo: list[int]
    """Tokens that wait for evaluation: the rest of the prompt, then the token written last."""

    written: list[int] = field(default_factory=list[int])
    finish: Finish | None = None
    started: float = field(default_factory=time.perf_counter)


class Waiting:
    """Jobs that were read from the stream but not admitted; the stream is read only so far ahead."""

    def __init__(self, requests: Iterator[Request], *, ahead: int) -> None:
        self._requests = requests
        self._ahead = ahead
        self._held: list[Request] = []

    def __bool__(self) -> bool:
        self.refill()
        return bool(self._held)

    def refill(self) -> None:
        """Read on until enough jobs wait, and sort them, longest first."""
        count = len(self._held)
        while len(self._held) < self._ahead and (request := next(self._requests, None)) is not None:
            self._held.append(request)
        if len(self._held) > count:
            self._held.sort(key=lambda request: -len(request.tokens))

    def needs(self, width: int) -> list[int]:
        """List the cells of the ``width`` largest waiting jobs, largest first."""
        return sorted((request.cells for request in self._held), reverse=True)[:width]

    def take(self, room: int) -> Request | None:
        """Take the longest job that needs no more than ``room`` cells."""
        self.refill()
        for index, request in enumerate(self._held):
            if request.cells <= room:
                return self._held.pop(index)
        return None


def evaluate_prefix(backend: Backend, prefix: Sequence[int]) -> None:
    """Evaluate the shared prefix into sequence 0."""
    backend.release(0)
    rows = [Row(token, position, 0, output=False) for position, token in enumerate(prefix)]
    for start in range(0, len(rows), backend.batch):
        backend.step(rows[start : start + backend.batch])


class Scheduler:
    """Runs jobs on a backend whose sequence 0 holds ``prefix``.

    ``is_end`` tells whether a token ends a generation; ``on_token`` hears of every other token as it is written.
    """

    def __init__(
        self,
        backend: Backend,
        prefix: Sequence[int],
        *,
        is_end: Callable[[int], bool],
        on_token: Callable[[Slot, int], None] | None = None,
    ) -> None:
        self._backend = backend
        self._prefix = list(prefix)
        self._is_end = is_end
        self._on_token = on_token
        self._slots: list[Slot] = []
        self._free = list(range(backend.width, 0, -1))
        self._copied = 0 if self._can_share() else len(prefix)
        """Cells that a job spends on a prefix of its own."""

    def run(self, waiting: Waiting, stop: Event | None = None) -> Iterator[Slot]:
        """Yield the slots of finished jobs; what never fits the backend is left in ``waiting``.

        Raises ``Cancelled`` before the next batch once ``stop`` is set.
        """
        try:
            while self._admit(waiting) or self._slots:
                if stop is not None and stop.is_set():
                    raise Cancelled("The run was stopped.")
                self._step()
                yield from self._finished()
        finally:
            for slot in self._slots:
                self._backend.release(slot.sequence)
            self._slots.clear()

    def _can_share(self) -> bool:
        shared = self._backend.share(1)
        self._backend.release(1)
        return shared

    def _admit(self, waiting: Waiting) -> bool:
        admitted = False
        while self._free and (request := waiting.take(self._room())):
            self._slots.append(self._start(request))
            admitted = True
        return admitted

    def _room(self) -> int:
        room = self._backend.cells - len(self._prefix)
        if self._backend.unified:
            room -= self._copied + sum(slot.request.cells + self._copied for slot in self._slots)
        return room

    def _start(self, request: Request) -> Slot:
        sequence = self._free.pop()
        self._backend.begin(sequence, request.job.temperature, request.job.seed)
        if self._backend.share(sequence):
            return Slot(request, sequence, len(self._prefix), list(request.tokens))
        return Slot(request, sequence, 0, [*self._prefix, *request.tokens])

    def _step(self) -> None:
        rows: list[Row] = []
        asked: list[Slot] = []
        for slot in sorted(self._slots, key=lambda slot: len(slot.todo)):  # those that write come before prompts
            count = min(len(slot.todo), self._backend.batch - len(rows))
            last = count == len(slot.todo)
            rows += [
                Row(slot.todo[index], slot.position + index, slot.sequence, last and index == count - 1)
                for index in range(count)
            ]
            slot.position += count
            del slot.todo[:count]
            if last:
                asked.append(slot)
        for slot, token in zip(asked, self._backend.step(rows), strict=True):
            self._write(slot, token)

    def _write(self, slot: Slot, token: int) -> None:
        if self._is_end(token):
            slot.finish = "stop"
            return
        slot.written.append(token)
        slot.todo.append(token)
        if self._on_token:
            self._on_token(slot, token)
        if len(slot.written) >= slot.request.limit:
            slot.finish = "length"

    def _finished(self) -> Iterator[Slot]:
        done = [slot for slot in self._slots if slot.finish]
        self._slots = [slot for slot in self._slots if not slot.finish]
        for slot in done:
            self._backend.release(slot.sequence)
            self._free.append(slot.sequence)
        yield from done
