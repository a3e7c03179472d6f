"""The watcher's own thread: it decides what is to be done, and when; the worker does it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event

from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes
from styletune.files.discovery import as_named, input_for
from styletune.files.names import place
from styletune.files.records import OutputState
from styletune.project import project_root
from styletune.watch.crowd import Crowd, Decided
from styletune.watch.edited import MANY, EditedOutputs
from styletune.watch.events import Audience, EventName, WatchEvent
from styletune.watch.known_outputs import KnownOutput, KnownOutputs
from styletune.watch.projects import WatchedProjects
from styletune.watch.queue import Queue, Rank
from styletune.watch.stamps import Stamps
from styletune.watch.work import Desk, Sensing, Terms, Work, learn, redo
from styletune.watch.worker import Finished, Worker

_TICK = 1.0
"""Seconds after which git, the settings and the clock are looked at although no file has changed."""

_SHORT_TICK = 0.2
"""The same while git is at work."""

_ONCE_TICK = 0.1


class Watch:
    """Keeps outputs up to date until it is told to stop.

    Arguments: ``projects`` are the folders that the drafts belong to; ``covered`` tells whether the senses see a file.
    """

    def __init__(  # noqa: PLR0913 - what is watched, who works, who listens
        self,
        terms: Terms,
        desk: Desk,
        audience: Audience,
        projects: Iterable[Path],
        *,
        covered: Callable[[Path], bool] = lambda _: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts: Counter[EventName] = Counter()
        """What became of the drafts that ``once`` looked at."""

        self._terms = terms
        self._desk = desk
        self._audience = audience
        self._covered = covered
        self._queue: Queue[Work] = Queue(clock)
        self._edited = EditedOutputs(terms.settle, clock)
        self._crowd = Crowd(audience, terms.most, clock)
        self._finished = Finished()
        self._known = KnownOutputs()
        self._outside = Stamps()
        """Outputs that the senses do not see."""

        self._sources: set[str] = set()
        """Places of drafts that were seen."""

        self._projects = WatchedProjects(audience, desk.rule_files)
        self._unread: set[Path] = set()
        """What changed while git was at work."""

        self._stop = Event()
        for root in projects:
            self._known.add(root)
            self._projects.add(root)

    def once(self, stop: Event) -> int:
        """Bring all outputs up to date and return the exit code that ``rewrite`` would have."""
        self._stop = stop
        worker = self._worker(again=False)
        try:
            code = self._catch_up()
            while not (stop.is_set() or self._queue.wait_until_empty(_ONCE_TICK)):
                worker.check()
        finally:
            self._end(worker)
        self.counts.update(worker.counts)
        return max(code, worker.code)

    def run(self, senses: Sensing, stop: Event) -> None:
        """Watch until ``stop`` is set."""
        self._stop = stop
        worker = self._worker(again=True)
        try:
            self._sweep()
            self._find_edits_of_before()
            if self._terms.catch_up:
                self._catch_up()
            while not stop.is_set():
                worker.check()
                changed = senses.changed(_SHORT_TICK if self._projects.paused else _TICK)
                if not stop.is_set():
                    self._tell_notices(senses)
                    self._look(changed)
        finally:
            self._end(worker)

    def _worker(self, *, again: bool) -> Worker:
        worker = Worker(
            self._queue, self._desk, self._audience, self._edited, self._finished, again=again, on_output=self._heed
        )
        worker.start()
        return worker

    def _end(self, worker: Worker) -> None:
        self._queue.close()
        worker.join()
        self._crowd.close()

    def _heed(self, output: Path) -> None:
        """Look at an output from now on, if the senses do not."""
        if not self._covered(output):
            self._outside.add(output)

    def _sweep(self) -> None:
        """Remove what watchers left behind that were killed: nothing may have to be written where they wrote last."""
        for root in self._known.roots:
            self._known.of(root).sweep()

    def _find_edits_of_before(self) -> None:
        """Take the edits that were made while nobody watched: they are learned from as if they were made now."""
        for known in [known for root in self._known.roots for known in self._known.all(root)]:
            if known.path.exists():
                self._heed(known.path)
                if self._state(known) is OutputState.EDITED:
                    self._edited.changed(as_named(known.path, self._terms.patterns), now_seen=True)

    def _catch_up(self) -> int:
        stale = self._desk.stale(None, self._stop)
        for event in stale.events:
            self._audience.tell(event)
        self.counts.update(event.name for event in stale.events)
        self.counts["unchanged"] += stale.current
        self._offer(stale.paths, Rank.BACKLOG)
        return stale.code

    def _tell_notices(self, senses: Sensing) -> None:
        while senses.notices:
            self._audience.tell(WatchEvent("notice", message=senses.notices.pop(0)))

    def _look(self, changed: Iterable[Path]) -> None:
        """Decide about everything that may have changed since the last look."""
        self._unread.update(changed, self._outside.changed())
        if self._projects.settings_changed():
            self._settings_changed()
        if self._projects.look_at_git(self._queue):
            return
        paths, self._unread = self._unread, set()
        self._take(paths)
        if (decided := self._crowd.decided()) is not None:
            self._heed_answer(decided)
        self._count_committed()
        for output in self._edited.due():
            self._queue_once(learn(output))

    def _settings_changed(self) -> None:
        self._desk.settings_changed()
        for path in self._finished.settings_changed():
            self._put(path, Rank.SAVED)
        self._queue.hurry()

    def _take(self, paths: Iterable[Path]) -> None:
        """Tell outputs from drafts, and drafts that changed from those that did not."""
        drafts: list[Path] = []
        for path in sorted(paths):
            known = self._known.find(path)
            if known is not None and not known.record.in_place:
                self._output_changed(known)
            elif input_for(path, self._terms.patterns) is not None and not self._is_result(path):
                drafts.append(path)
        changed = [path for path in drafts if self._is_there(path) and not self._is_own_work(path)]
        same = [path for path in changed if self._is_as_it_was(path)]
        self._tell_unchanged(same)
        self._offer([path for path in changed if path not in same], Rank.SAVED)

    def _is_result(self, path: Path) -> bool:
        """Tell whether a file without a record of its own is a result all the same."""
        if self._desk.is_result(path):
            return True
        if not self._known.is_copy(path):
            return False
        text = "It is a result at another place or under another name, so it is left alone until you change it."
        self._audience.tell(WatchEvent("skipped", str(path), text))
        return True

    def _output_changed(self, known: KnownOutput) -> None:
        state = self._state(known)
        if state is not OutputState.EDITED:
            self._edited.take(known.path)
        elif self._edited.changed(known.path):
            text = (
                "You edited the result; your text stays, and is learned from once you have left it alone for a while."
            )
            source = str(as_named(known.source, self._terms.patterns)) if known.source is not None else ""
            self._audience.tell(WatchEvent("notice", source, text, output=str(known.path)))

    def _state(self, known: KnownOutput) -> OutputState:
        try:
            return known.records.state(known.path)
        except FileError:  # it cannot be read now; the next change of it tells more
            return OutputState.MISSING

    def _is_there(self, path: Path) -> bool:
        """Tell whether a draft is there; one that is gone needs no work any more."""
        if path.is_file():
            return True
        waited = self._queue.withdraw(redo(path))
        known = self._finished.forget(path) or place(path) in self._sources
        self._sources.discard(place(path))
        if waited or known:
            self._audience.tell(WatchEvent("gone", str(path), "It was deleted or renamed; its result stays."))
        return False

    def _is_own_work(self, path: Path) -> bool:
        """Tell whether a draft that is its own output holds what was written last."""
        known = self._known.find(path) if self._terms.in_place else None
        return known is not None and self._state(known) is OutputState.OURS

    def _is_as_it_was(self, path: Path) -> bool:
        try:
            return self._finished.holds(path, digest(read_bytes(path))) and not self._queue.waits(redo(path))
        except FileError:  # the worker meets it too, and tells
            return False

    def _tell_unchanged(self, paths: Sequence[Path]) -> None:
        if len(paths) > MANY:  # a folder came back, or a program touched everything
            self._audience.tell(WatchEvent("notice", message=f"{len(paths)} drafts are as they were."))
            return
        for path in paths:
            self._audience.tell(WatchEvent("unchanged", str(path), "saved without a change", queue=len(self._queue)))

    def _offer(self, paths: Sequence[Path], rank: Rank) -> None:
        """Queue drafts, unless so many change together that a person should have a say."""
        crowd, most = self._crowd, self._terms.most
        if paths and rank is not Rank.BACKLOG and crowd.would_be(paths) > most:
            stale, rank = self._desk.stale(paths, self._stop), Rank.BACKLOG
            paths = stale.paths
            for event in stale.events:
                self._audience.tell(event)
        together = crowd.add(paths) if paths else 0
        if together > most and not (self._terms.yes or crowd.agreed):
            waiting = [work for work in crowd.members if self._queue.waits(work) and self._queue.withdraw(work)]
            crowd.hold([*(work.path for work in waiting), *paths], together)
            return
        for path in paths:
            crowd.release(path)
            self._put(path, rank if together <= MANY else Rank.BACKLOG)

    def _heed_answer(self, decided: Decided) -> None:
        """Do what a person said about many drafts."""
        there = [path for path in decided.paths if path.is_file()]
        if decided.agreed:
            for path in there:
                self._put(path, Rank.BACKLOG)
        elif there:
            self._sources.update(place(path) for path in there)
            shown = str(there[0]) if len(there) == 1 else ""
            self._audience.tell(WatchEvent("skipped", shown, decided.words))

    def _put(self, path: Path, rank: Rank) -> None:
        self._sources.add(place(path))
        root = self._root_of(path)
        self._known.add(root)
        self._projects.add(root)
        waiting = len(self._queue) - self._queue.waits(redo(path))
        self._audience.tell(WatchEvent("queued", str(path), queue=waiting))  # before the worker says more
        self._queue.put(redo(path), rank)

    def _root_of(self, path: Path) -> Path:
        """Find the project of a draft; it may have come after the start."""
        item = input_for(path, self._terms.patterns)
        depth = len(item.relative.parts) - 1 if item is not None else 0
        return project_root(path, otherwise=path.absolute().parents[depth])

    def _queue_once(self, work: Work) -> None:
        if not self._queue.waits(work):
            self._queue.put(work)

    def _count_committed(self) -> None:
        """Settle the outputs that may have been part of a commit: those of since the one before it."""
        for root, since in self._projects.committed():
            waiting = {place(path) for path in self._edited.waiting()}
            for known in self._known.all(root):
                if place(known.path) in waiting or known.written_at >= since.timestamp():
                    output = as_named(known.path, self._terms.patterns)
                    self._queue.put(learn(output, committed=True), Rank.BACKLOG)
