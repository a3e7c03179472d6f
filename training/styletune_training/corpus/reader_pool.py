"""Reading many files at once, each in a process that may crash or hang without taking the others with it."""

import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Event, Thread

from styletune.errors import Cancelled
from styletune_training.corpus.document import CorpusDocument, Role
from styletune_training.corpus.reading import FoundFile, read_document
from styletune_training.corpus.source import Source

Task = tuple[FoundFile, Source]

LONGEST = 300.0
"""Seconds that one file may take: a thousand pages of PDF take half of it."""

_FEW, _SMALL = 30, 1 << 20
"""Files and bytes below which starting processes takes longer than reading."""

_RISKY = frozenset({".pdf", ".docx"})
"""Formats whose readers a damaged file can send into a circle, or into more memory than there is."""

_AHEAD = 2
"""Files that a process is given at a time, so that it never waits."""

_TICK = 0.2
"""Seconds between two looks at the clock."""


def read_all(tasks: Sequence[Task], *, jobs: int, stop: Event | None = None) -> Iterator[CorpusDocument]:
    """Read files and yield their documents as they are done, in any order.

    Arguments: ``jobs`` is the number of processes. A file whose reader crashes or takes too long comes back with
    ``skipped``. Raises ``Cancelled`` when ``stop`` is set.
    """
    risky = any(file.path.suffix.lower() in _RISKY for file, _ in tasks)
    if len(tasks) < _FEW and not risky and sum(map(_size, tasks)) < _SMALL:
        yield from _read_here(tasks, stop)
        return
    pool = _Pool(tasks, min(jobs, len(tasks)))
    try:
        yield from pool.documents(stop)
    finally:
        pool.end()
    yield from _read_here(list(pool.waiting), stop)  # no process could be started


def failed(task: Task, words: str) -> CorpusDocument:
    """Make the document of a file whose reader failed; it has no ``reader``, so that it is tried again."""
    file, source = task
    role: Role = "note" if source.kind == "notes" else "post"
    return CorpusDocument(file.id, file.post, source.id, (0, 0), reader="", role=role, skipped=words)


def _size(task: Task) -> int:
    try:
        return task[0].path.stat().st_size
    except OSError:
        return 0


def _read_here(tasks: Sequence[Task], stop: Event | None) -> Iterator[CorpusDocument]:
    for task in tasks:
        _check(stop)
        yield _read(task)


def _read(task: Task) -> CorpusDocument:
    try:
        return read_document(*task)
    except (Exception, RecursionError) as error:  # noqa: BLE001 - one file must not stop the rest
        words = f"{type(error).__name__}: {error}".replace("\n", " ")
        return failed(task, f"its reader failed ({words}). Leave it out with --exclude, and please report that")


def _check(stop: Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Cancelled("The run was stopped.")


class _Worker:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.connection, its_end = context.Pipe()
        self.process = context.Process(target=_serve, args=(its_end,), daemon=True)
        self.process.start()
        its_end.close()  # or its death would go unnoticed
        self.ready = False
        self.given: deque[Task] = deque()
        self.since = time.monotonic()

    def give(self, task: Task) -> None:
        """Send a file to be read; a process that is gone is noticed when its answer is waited for."""
        if not self.given:
            self.since = time.monotonic()
        self.given.append(task)
        with suppress(OSError):
            self.connection.send(task)

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.connection.close()
        self.process.join()


@dataclass
class _Pool:
    """Hands files to processes; one that dies is replaced, and the file that it was at is named."""

    tasks: Sequence[Task]
    jobs: int
    waiting: deque[Task] = field(init=False)
    """Files that no process was given yet."""

    _workers: list[_Worker] = field(init=False, default_factory=list[_Worker])

    def __post_init__(self) -> None:
        self.waiting = deque(self.tasks)

    def documents(self, stop: Event | None) -> Iterator[CorpusDocument]:
        """Yield the documents as they are done; ends early, with files waiting, if no process can be started."""
        self._workers = [_Worker() for _ in range(self.jobs)]
        while self._workers:
            _check(stop)
            ready = wait([worker.connection for worker in self._workers], _TICK)
            for worker in list(self._workers):
                if worker.connection in ready:
                    yield from self._heard(worker)
                elif worker.given and time.monotonic() - worker.since > LONGEST:
                    yield self._lost(worker, f"reading it takes longer than {LONGEST / 60:.0f} minutes")

    def end(self) -> None:
        """End all processes."""
        while self._workers:
            self._workers.pop().end()

    def _heard(self, worker: _Worker) -> Iterator[CorpusDocument]:
        try:
            document: CorpusDocument | None = worker.connection.recv()
        except (EOFError, OSError):
            if worker.given:
                yield self._lost(worker, "its reader crashed on it, or ran out of memory")
            else:
                self._workers.remove(worker)
                worker.end()
            return
        if document is not None:
            worker.given.popleft()
            worker.since = time.monotonic()
            yield document
        while self.waiting and len(worker.given) < _AHEAD:
            worker.give(self.waiting.popleft())
        if not worker.given:
            self._workers.remove(worker)
            worker.end()

    def _lost(self, worker: _Worker, why: str) -> CorpusDocument:
        """Replace a process that is lost with the first of its files."""
        culprit, *rest = worker.given
        self.waiting.extendleft(reversed(rest))
        self._workers.remove(worker)
        worker.end()
        if self.waiting:
            self._workers.append(_Worker())
        return failed(culprit, f"{why}. Leave it out with --exclude, or convert it to Markdown")


def _serve(connection: "Connection[CorpusDocument | None, Task]") -> None:
    """Read the files that are asked for until the other end is closed."""
    Thread(target=_end_with_parent, daemon=True).start()
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends both to everything that runs in it; the parent decides
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(EOFError, OSError):
        connection.send(None)
        while True:
            connection.send(_read(connection.recv()))


def _end_with_parent() -> None:
    """End in the middle of a file if the parent is killed: nobody waits for it any more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
