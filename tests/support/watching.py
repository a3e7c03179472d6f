"""A watcher in the test's own process, with real events; it is told to stop at the end of a ``with`` block."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from styletune.commands.redo import Redo
from styletune.commands.watch import check_model, covered, projects_of, senses_for, terms_of
from styletune.commands.watch_settings import WatchSettings
from styletune.report import SegmentReport
from styletune.terminal.console import Console
from styletune.watch.events import WatchEvent
from styletune.watch.loop import Watch
from styletune.watch.watch_lock import WatchLocks

PATIENCE = 30.0
"""Seconds after which a test gives up: far more than anything here takes."""


class Recorder:
    """An audience that remembers, and that tests can wait for."""

    def __init__(self, answer: bool | None = None) -> None:
        self.events: list[WatchEvent] = []
        self.answer = answer
        self.sent: list[int] = []
        self._news = threading.Condition()

    def tell(self, event: WatchEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def ask(self, question: str) -> bool | None:
        return self.answer

    def loading(self) -> None:
        pass

    def begin(self, path: str) -> None:
        pass

    def planned(self, segments: int) -> None:
        self.sent.append(segments)

    def text(self, segment_id: str, piece: str) -> None:
        pass

    def done(self, report: SegmentReport) -> None:
        pass

    def names(self, path: str | Path | None = None) -> list[str]:
        """Name the events so far, of one draft or of all."""
        with self._news:
            return [event.name for event in self.events if path is None or event.path == str(path)]

    def wait(self, name: str, path: str | Path = "", *, count: int = 1, text: str = "") -> WatchEvent:
        """Wait until an event has come ``count`` times, and return the last of them."""

        def found() -> list[WatchEvent]:
            return [
                event
                for event in self.events
                if event.name == name and (not path or event.path == str(path)) and text in event.message
            ]

        with self._news:
            if not self._news.wait_for(lambda: len(found()) >= count, PATIENCE):
                told = "\n".join(f"  {event.name} {event.path} {event.message}" for event in self.events)
                raise AssertionError(f"{name} {path} {text} did not come {count} times; there were:\n{told}")
            return found()[count - 1]


class Watcher:
    """``styletune watch`` without its terminal and its signals."""

    def __init__(self, *paths: str | Path, answer: bool | None = None, quiet_ms: int = 60, **options: Any) -> None:
        self.settings = WatchSettings(paths=[str(path) for path in paths], quiet_ms=quiet_ms, **options)
        self.told = Recorder(answer)
        self.stop = threading.Event()
        self.wait = self.told.wait
        self._locks = WatchLocks()
        roots = projects_of(self.settings)
        check_model(self.settings, roots)
        for root in roots:
            self._locks.hold(root)
        self.desk = Redo(self.settings, Console(quiet=True), self.told, self._locks)
        terms = terms_of(self.settings)
        self.watch = Watch(terms, self.desk, self.told, roots, covered=covered(self.settings.paths))
        self.senses = senses_for(self.settings)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="watch")

    def _run(self) -> None:
        try:
            self.watch.run(self.senses, self.stop)
        except BaseException as error:  # noqa: BLE001 - raised again at the end of the block
            self._failure = error

    def __enter__(self) -> Self:
        self.senses.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.senses.wake()
        self._thread.join(PATIENCE)
        alive = self._thread.is_alive()
        self.senses.stop()
        self._locks.__exit__(None, None, None)
        assert not alive
        if self._failure is not None:
            raise self._failure
