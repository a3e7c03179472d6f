"""Which paths may have changed: the system's events, checked by looks at the files themselves.

Events are hints only. They come late, twice, for files that did not change, under other names, or not at all; what
counts is the look that follows, and every ten seconds there is one without any event.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.watch.doubts import Doubts
from styletune.watch.hints import HintBox, Hints
from styletune.watch.paths import as_listed, files_below, may_hold_files, named
from styletune.watch.polling import why_polled
from styletune.watch.rescan import Look, changes, identity, look, may_hide_a_save, signature, told_by_events
from styletune.watch.settling import Settling
from styletune.watch.unfinished import looks_unfinished

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

    from styletune.watch.folders import WatchedFolders

RESCAN = 10.0
"""Seconds between two looks at everything."""

POLL = 1.0
"""The same without events, and while a root is missing."""

HISTORY = 30.0
"""Seconds for which a Mac may tell of saves from before the watch began."""

_SHARE = 20
"""A look that took a second is not taken again before so many seconds."""

_SPARING = 4
"""The same where an event asks for it."""

_HEARTBEAT = 2.0
"""Seconds between two looks at the threads."""

_DEATHS = 2
"""So often events may fail before they are given up,"""

_CALM = 3600.0
"""unless they work for so many seconds in between."""

_FRESH = 2.0
"""Seconds after which a file is no longer in the middle of being written, above two quiet times."""


class Senses:
    """Tells which files may have changed.

    Everything but the system's own threads happens in the thread that calls ``changed``, so that nothing fails unseen.
    """

    def __init__(  # noqa: PLR0913 -- what is watched, and how
        self,
        roots: Sequence[Path],
        *,
        wanted: Callable[[Path], bool],
        quiet: float,
        poll: bool,
        clock: Callable[[], float] = time.monotonic,
        observer: "Callable[[], BaseObserver] | None" = None,
    ) -> None:
        """Set up, without looking yet.

        ``roots`` are files and folders as the user named them; they need not be there yet. ``wanted`` says of a path,
        as the user would write it, whether it is worth a look; it is asked often, and judges by the name alone.
        ``quiet`` is how many seconds without an event a path needs to be handed out. With ``poll`` the files are
        looked at again and again instead of waiting for events. ``clock`` gives seconds that never go back;
        ``observer`` makes the source of events, which is watchdog's best one for the system by default.
        """
        self.notices: list[str] = []
        """What a person should know; whoever reads it empties it."""
        self._roots = tuple(dict.fromkeys(roots))
        self._wanted, self._quiet, self._polling, self._clock = wanted, quiet, poll, clock
        self._observer = observer
        self._box = HintBox()
        self._settling = Settling(quiet)
        self._passing: set[Path] = set()
        """Settling paths that were not there before: if they are not there after it either, nobody has to know."""
        self._doubts = Doubts()
        self._folders: WatchedFolders | None = None
        self._seen = Look()
        self._absent: set[Path] = set()
        """Roots that were found missing."""
        self._deaths, self._last_death = 0, 0.0
        self._next_look = self._next_beat = 0.0
        self._soonest = 0.0
        """When the next look may be, if an event asks for one."""
        self._asked = False
        self._history_ends = 0.0

    def start(self) -> None:
        """Begin to watch: what changes from now on is handed out, and what is there already is not."""
        self._seen = look(self._roots, self._wanted)
        for root in sorted(self._seen.missing):
            self._lose_root(root)
        self._open()
        self._look_again()

    def changed(self, timeout: float) -> frozenset[Path]:
        """Wait until some path has been quiet for long enough, and return all such paths.

        Returns nothing after ``timeout`` seconds, or after ``wake``. Deleted files are returned too, and a file that is
        written without a pause now and then.
        """
        deadline = self._clock() + timeout
        while True:
            hints, woken = self._box.take()
            self._understand(hints)
            self._keep_alive()
            if self._clock() >= self._next_look:
                self._look_again(expected=self._asked)
            ready = self._rested()
            now = self._clock()
            if ready or woken or now >= deadline:
                return ready
            beat = self._next_beat if self._folders else None
            times = (deadline, self._next_look, beat, self._settling.next_at())
            self._box.wait(min(moment for moment in times if moment is not None) - now)

    def wake(self) -> None:
        """Make ``changed`` return; may be called from any thread."""
        self._box.wake()

    def stop(self) -> None:
        """End the system's watches."""
        self._close()

    def _understand(self, hints: Hints) -> None:
        """Find out which paths the hints mean, and whether more than these has to be looked at."""
        everything = hints.lost or any(may_hold_files(Path(folder), self._seen) for folder in hints.folders)
        now = self._clock()
        trusted = now >= self._history_ends
        for name, sure in hints.files.items():
            paths = named(Path(name), self._seen)
            meant = [as_listed(path, self._seen) for path in paths or () if self._wanted(path)]
            for path in meant:
                self._doubts.explain(path)
                existed = path in self._seen.files
                if self._note(path) or (sure and trusted) or path in self._settling:
                    self._stir(path, now, existed=existed)
            everything = everything or (not meant and self._shows_folder(Path(name), known=paths is not None))
        if everything:
            self._asked = True
            self._next_look = min(self._next_look, self._soonest)
        for path in files_below(hints.folders, self._seen):
            self._settling.stir(path, now)

    def _stir(self, path: Path, now: float, *, existed: bool) -> None:
        if not existed and path not in self._settling:
            self._passing.add(path)
        self._settling.stir(path, now)

    def _shows_folder(self, place: Path, *, known: bool) -> bool:
        """Tell whether an event of a file means a folder: a link to one, or a new one that holds the file."""
        folder = place if known else place.parent
        return (not known or place.is_dir()) and may_hold_files(folder, self._seen)

    def _note(self, path: Path) -> bool:
        """Look at a file, and tell whether it changed since the last time."""
        now, before = signature(path), self._seen.files.get(path)
        if now is None:
            self._seen.files.pop(path, None)
        else:
            self._seen.files[path] = now
        return now != before

    def _rested(self) -> frozenset[Path]:
        now = self._clock()
        ready: set[Path] = set()
        for path in self._settling.due(now):
            if self._note(path) and self._settling.moved_on(path, now):
                continue
            if self._polling and may_hide_a_save(self._seen.files.get(path)) and self._settling.moved_on(path, now):
                continue
            if self._unfinished(path) and self._settling.once_more(path, now):
                continue
            self._settling.take(path)
            if path not in self._passing or path in self._seen.files:
                ready.add(path)
            self._passing.discard(path)
        return frozenset(ready)

    def _unfinished(self, path: Path) -> bool:
        return looks_unfinished(path, within=2 * self._quiet + _FRESH)

    def _look_again(self, *, expected: bool = True) -> None:
        """Look at everything; without ``expected``, an event has to explain what is found."""
        began, self._asked = self._clock(), False
        seen = look(self._roots, self._wanted)
        if self._follow(seen):
            seen = look(self._roots, self._wanted)  # what was made before the new watches were there
        self._settle_roots(seen)
        self._keep_unread(seen)
        changed = changes(self._seen, seen)
        unexplained = [] if expected or self._folders is None else told_by_events(changed, self._seen, seen)
        now = self._clock()
        for path in changed:
            self._stir(path, now, existed=path in self._seen.files)
        self._seen = seen
        if expected:
            self._doubts.clear()
        self._doubts.doubt(unexplained, now)
        self._next_look = now + max(POLL if self._often() else RESCAN, _SHARE * (now - began))
        self._soonest = now + _SPARING * (now - began)

    def _often(self) -> bool:
        """Tell whether no event will come: there are none, or there is no folder yet to watch."""
        return self._polling or bool(self._absent) or any(not identity(root.parent) for root in self._seen.missing)

    def _follow(self, seen: Look) -> bool:
        """Watch what was seen, and tell whether there are new watches."""
        if self._folders is None:
            return False
        from styletune.watch.folders import WatchesRefusedError  # noqa: PLC0415 -- polling needs no watchdog

        try:
            return self._folders.follow(seen)
        except WatchesRefusedError as error:
            self._poll(error)
            return False

    def _settle_roots(self, seen: Look) -> None:
        """Notice roots that went and came; what lay below one that went is not deleted, just out of sight."""
        gone = {root for root in self._seen.roots if self._is_out_of_sight(root, seen)}
        for root in gone - self._absent:
            self._lose_root(root)
        for root in self._absent - gone - seen.missing:
            self._absent.discard(root)
            self.notices.append(f"{root} is there again.")

    def _is_out_of_sight(self, root: Path, seen: Look) -> bool:
        """Tell whether a folder is gone, or an empty one took its place, as when a disk was taken out."""
        if root in seen.missing:
            return True
        moved = seen.roots.get(root) != self._seen.roots.get(root)
        return (moved or root in self._absent) and not any(root in path.parents for path in seen.files)

    def _lose_root(self, root: Path) -> None:
        self._absent.add(root)
        self.notices.append(f"{root} is not there. It is watched again as soon as it returns.")
        for path in [path for path in self._seen.files if root in path.parents]:
            del self._seen.files[path]

    def _keep_unread(self, seen: Look) -> None:
        for path, before in self._seen.files.items():
            if path not in seen.files and not seen.unread.isdisjoint(path.parents):
                seen.files[path] = before

    def _keep_alive(self) -> None:
        now = self._clock()
        if self._folders is None or now < self._next_beat:
            return
        self._next_beat = now + _HEARTBEAT
        missed = self._doubts.missed(now)
        if self._folders.alive() and not missed:
            if any(identity(root) != place for root, place in self._seen.roots.items()):
                self._look_again()
            return
        self._deaths = 1 if now - self._last_death > _CALM else self._deaths + 1
        self._last_death = now
        self._close()
        if self._deaths < _DEATHS:
            self._open()
        else:
            self._poll(missed=missed)
        self._look_again()

    def _open(self) -> None:
        if self._polling:
            return
        from styletune.watch.folders import WatchedFolders, WatchesRefusedError  # noqa: PLC0415 -- as above

        self._history_ends = self._clock() + HISTORY
        try:
            self._folders = WatchedFolders(self._box, make=self._observer)
        except WatchesRefusedError as error:
            self._poll(error)

    def _close(self) -> None:
        if self._folders is not None:
            self._folders.stop()
            self._folders = None

    def _poll(self, refused: Exception | None = None, *, missed: Sequence[Path] = ()) -> None:
        """Give up the system's events, and say why."""
        self._close()
        self._polling = True
        self._doubts.clear()
        self.notices.append(f"{why_polled(refused, missed)} The files are looked at every second instead.")
