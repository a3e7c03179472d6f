"""The system's own watches: which folders get one, and whether they still work.

Folders are watched, never files: a watch on a file ends when an editor replaces the file. Where the system follows
folders below a watched one by itself, each root gets one watch. Linux does not, and has few watches to give: there each
folder that is entered gets one, with a thread of 22 KB, and ``.git`` and ``node_modules`` get none. watchdog's own
recursion would watch those too, is silent when the watches run out, and complains when folders are made quickly.
"""

import errno
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, EventEmitter, ObservedWatch

from styletune.watch.hints import Complaints, HintBox
from styletune.watch.rescan import Identity, Look

_SURE = (FileModifiedEvent, FileCreatedEvent, FileMovedEvent, FileDeletedEvent)
_UNSURE = (FileClosedEvent, FileAttribEvent)
"""A file that was opened for writing and closed, or touched: mostly nothing changed, but a mapped file tells no more."""

_HEARD = [*_SURE, *_UNSURE, DirCreatedEvent, DirMovedEvent, DirDeletedEvent]
"""Reading a file causes none of these, so the system does not even report it."""

_PATIENCE = 2.0
"""Seconds to wait for threads that end; a thread that hangs in the system is left behind."""

MOST = 1000
"""Folders that are watched one by one; looking at more of them costs less than their threads."""

Watch = tuple[Path, bool]
"""A folder, and whether those below it are watched along with it."""


_LIMITS = {errno.ENOSPC: "fs.inotify.max_user_watches", errno.EMFILE: "fs.inotify.max_user_instances"}


class WatchesRefusedError(Exception):
    """The system gives no more watches; ``setting`` names the limit to raise, if it is known."""

    def __init__(self, reason: str, setting: str = "") -> None:
        super().__init__(reason)
        self.setting = setting


def watches_for(seen: Look, *, system_follows: bool) -> dict[Identity, Watch]:
    """Choose the watches for what was seen; with ``system_follows`` those on roots stand for what lies below them."""
    return {
        place: (folder.real, system_follows and folder.top)
        for place, folder in seen.folders.items()
        if (folder.top or folder.named is None or not system_follows) and folder.named not in seen.unread
    }


class WatchedFolders:
    """Watches on folders, kept in step with what is there. Raises ``WatchesRefusedError`` where the system gives no more."""

    def __init__(self, box: HintBox, *, make: Callable[[], BaseObserver] | None = None) -> None:
        self._handler = _Handler(box)
        self._complaints = Complaints(box)
        self._watches: dict[Identity, tuple[Watch, ObservedWatch]] = {}
        self._system_follows = not sys.platform.startswith("linux")
        try:
            self._observer = (make or Observer)()
            self._observer.start()
        except (OSError, RuntimeError) as error:
            raise _refused(error) from error
        logging.getLogger("watchdog").addHandler(self._complaints)

    def follow(self, seen: Look) -> bool:
        """Watch the folders that were seen, and those only; tell whether there are new ones among them."""
        chosen = watches_for(seen, system_follows=self._system_follows)
        if len(chosen) > MOST:
            raise WatchesRefusedError(f"there are {len(chosen):,} of them")
        self._drop_ended()
        for place, (watch, observed) in list(self._watches.items()):
            if chosen.get(place) != watch:  # a folder that was renamed still reports under its old name
                del self._watches[place]
                self._observer.unschedule(observed)
        new = [place for place in chosen if place not in self._watches]
        for place in new:
            self._watch(place, chosen[place])
        return bool(new)

    def alive(self) -> bool:
        """Tell whether all threads work; one whose folder was deleted has ended as it should."""
        return self._observer.is_alive() and not any(
            emitter.should_keep_running() and not emitter.is_alive() for emitter in tuple(self._observer.emitters)
        )

    def stop(self) -> None:
        """Give all watches back."""
        try:
            self._observer.stop()
            if self._observer.is_alive():
                self._observer.join(_PATIENCE)
        finally:
            logging.getLogger("watchdog").removeHandler(self._complaints)

    def _watch(self, place: Identity, watch: Watch) -> None:
        observed = self._schedule(watch)
        if observed is not None:
            self._watches[place] = (watch, observed)

    def _schedule(self, watch: Watch) -> ObservedWatch | None:
        folder, recursive = watch
        try:
            return self._observer.schedule(self._handler, str(folder), recursive=recursive, event_filter=list(_HEARD))
        except OSError as error:
            if error.errno in _LIMITS:
                raise _refused(error) from error
            return None  # gone since it was seen, or closed to us: the next look will tell
        except RuntimeError as error:  # no thread was to be had, or no stream of events
            raise _refused(error) from error

    def _drop_ended(self) -> None:
        ended = {id(emitter.watch) for emitter in self._observer.emitters if _ended(emitter)}
        for place, (_, observed) in list(self._watches.items()):
            if id(observed) in ended:
                del self._watches[place]
                self._observer.unschedule(observed)


class _Handler(FileSystemEventHandler):
    """Passes events on in the system's thread, where nothing may fail: they are understood later."""

    def __init__(self, box: HintBox) -> None:
        self._box = box

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take an event: its source or its destination may have changed."""
        for path in (event.src_path, event.dest_path):
            if not path:
                continue
            if event.is_directory:
                self._box.folder(os.fsdecode(path))
            else:
                self._box.file(os.fsdecode(path), sure=isinstance(event, _SURE))


def _ended(emitter: EventEmitter) -> bool:
    return not emitter.is_alive() and not emitter.should_keep_running()


def _refused(error: Exception) -> WatchesRefusedError:
    number = error.errno if isinstance(error, OSError) else None
    return WatchesRefusedError(str(error), _LIMITS.get(number or 0, ""))
