"""The thread that does the work, one thing after the other."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from styletune.errors import Cancelled
from styletune.files.atomic import sync_folders
from styletune.files.names import place
from styletune.watch.edited import EditedOutputs
from styletune.watch.events import Audience, EventName, WatchEvent
from styletune.watch.queue import Queue, Rank, Ticket
from styletune.watch.work import Desk, Redone, Work, redo

_TICK = 1.0
"""Seconds after which an idle worker looks around."""


@dataclass(frozen=True, slots=True)
class _Seen:
    sha256: str
    output: Path | None


class Finished:
    """What the drafts held when they were last worked on; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, _Seen] = {}
        self._blocked: dict[str, Path] = {}

    def take(self, path: Path, redone: Redone) -> None:
        """Remember what became of a draft."""
        with self._lock:
            key = place(path)
            self._seen.pop(key, None)
            self._blocked.pop(key, None)
            if redone.sha256:
                self._seen[key] = _Seen(redone.sha256, redone.output)
            if redone.needs_settings:
                self._blocked[key] = path

    def holds(self, path: Path, sha256: str) -> bool:
        """Tell whether a draft was worked on as it is, and its output is still there."""
        with self._lock:
            seen = self._seen.get(place(path))
        return seen is not None and seen.sha256 == sha256 and (seen.output is None or seen.output.exists())

    def forget(self, path: Path) -> bool:
        """Forget a draft that is gone; tell whether it was known."""
        with self._lock:
            self._blocked.pop(place(path), None)
            return self._seen.pop(place(path), None) is not None

    def settings_changed(self) -> list[Path]:
        """Forget all, as other results may follow now; return the drafts that wait for better settings."""
        with self._lock:
            self._seen.clear()
            blocked = list(self._blocked.values())
            self._blocked.clear()
            return blocked


class Worker(Thread):
    """Takes work from a queue until that is closed.

    Arguments: ``again`` says whether what failed is tried once more later; ``on_output`` hears of each output.
    """

    def __init__(  # noqa: PLR0913 - what the thread shares with the loop
        self,
        queue: Queue[Work],
        desk: Desk,
        audience: Audience,
        edited: EditedOutputs,
        finished: Finished,
        *,
        again: bool,
        on_output: Callable[[Path], None],
    ) -> None:
        super().__init__(name="styletune-worker", daemon=True)
        self.code = 0
        """The highest of the exit codes that ``rewrite`` would have ended with."""

        self.counts: Counter[EventName] = Counter()
        """What became of the drafts."""

        self._failure: BaseException | None = None
        self._queue = queue
        self._desk = desk
        self._audience = audience
        self._edited = edited
        self._finished = finished
        self._again = again
        self._on_output = on_output

    def run(self) -> None:
        """Work until the queue is closed."""
        try:
            while not self._queue.closed:
                ticket = self._queue.take(_TICK)
                if ticket is not None:
                    self._do(ticket)
                if ticket is None or self._queue.empty:
                    sync_folders()
        except BaseException as error:  # noqa: BLE001 - raised again in the loop's thread
            self._failure = error
        finally:
            self._desk.close()

    def check(self) -> None:
        """Raise what the thread has died of, if it has."""
        if self._failure is not None:
            raise self._failure

    def _do(self, ticket: Ticket[Work]) -> None:
        finished = False
        try:
            if ticket.item.kind == "redo":
                self._redo(ticket)
            else:
                self._learn(ticket.item)
            finished = True
        except Cancelled:
            self._stopped(ticket)
        finally:
            self._queue.done(ticket, finished=finished)

    def _redo(self, ticket: Ticket[Work]) -> None:
        path = ticket.item.path
        self._audience.tell(WatchEvent("working", str(path), queue=len(self._queue)))
        self._audience.begin(str(path))
        redone = self._desk.redo(path, ticket.stop, by_program=self._edited.take)
        self._finished.take(path, redone)
        self.code = max(self.code, redone.code)
        if redone.output is not None:
            self._on_output(redone.output)
        if redone.again_in is not None and self._again:
            self._queue.put(redo(path), Rank.BACKLOG, after=max(redone.again_in, 0.1))
        self.counts.update(event.name for event in redone.events)
        for event in redone.events:
            self._audience.tell(event)

    def _learn(self, work: Work) -> None:
        by_program = self._edited.take(work.path)
        for event in self._desk.learn(work.path, by_program=by_program, committed=work.kind == "committed"):
            self._audience.tell(event)

    def _stopped(self, ticket: Ticket[Work]) -> None:
        path, waiting = str(ticket.item.path), len(self._queue)
        if ticket.why == "superseded":
            message = "saved again meanwhile; what was finished is kept"
            self._audience.tell(WatchEvent("superseded", path, message, queue=waiting))
        elif ticket.why == "later":
            self._audience.tell(WatchEvent("queued", path, "put off; what was finished is kept", queue=waiting))
