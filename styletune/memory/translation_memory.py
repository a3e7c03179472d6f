"""What models answered earlier, so that nothing is asked twice: ``.styletune/memory.sqlite``."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from styletune.memory.entry import Entry

if TYPE_CHECKING:
    from styletune.memory.translation_database import Database

FILE = "memory.sqlite"
LIMIT = 256 << 20
"""Bytes of entries that are kept; beyond, those go that were not used for longest."""

PATIENCE = 2.0
"""Seconds to wait for another process; once that was in vain, nobody waits until it lets go."""

_LOOK_AFTER = 256
"""Entries kept between two looks at the size."""

T = TypeVar("T")


class TranslationMemory:
    """The entries of a project, shared by all processes that work on it.

    It is a cache: it never raises, never blocks for long, and deleting its file loses nothing that a person did.
    Threads may share it.
    """

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        """Name the database, which is opened when it is needed first; ``limit`` is in bytes."""
        self.path = path
        self.notices: list[str] = []
        """What went wrong, for people; each thing once."""

        self._limit = limit
        self._database: Database | None = None
        self._lock = Lock()
        self._waiting: dict[str, str] = {}
        """Entries that could not be written so far."""

        self._kept = 0
        self._patience = PATIENCE
        self._finds = self._keeps = True

    def find(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries that are known."""
        with self._lock:
            texts = dict[str, str]()
            if self._finds and keys and (self._database or os.path.lexists(self.path)):
                texts = self._attempt(lambda database: database.find(keys), texts)
            texts |= {key: self._waiting[key] for key in keys if key in self._waiting}
        entries = {key: _entry(text) for key, text in texts.items()}
        return {key: entry for key, entry in entries.items() if entry is not None}

    def keep(self, key: str, entry: Entry) -> None:
        """Remember an entry; it survives a kill of the process from here on."""
        with self._lock:
            self._waiting[key] = _text(entry)
            if self._keeps:
                self._attempt(self._write, None)

    def close(self) -> None:
        """Write what still waits and close the database; a later call opens it again."""
        with self._lock:
            if self._waiting and self._keeps:
                self._attempt(self._write, None)
            if self._database is not None:
                self._database.close()
            self._database = None

    def _write(self, database: "Database") -> None:
        database.keep(self._waiting)
        self._kept += len(self._waiting)
        self._waiting.clear()
        if self._kept >= _LOOK_AFTER:
            self._kept = 0
            database.prune(self._limit)

    def _attempt(self, work: "Callable[[Database], T]", otherwise: T) -> T:
        """Do something with the database; whatever fails is told once, and the answer is ``otherwise``."""
        from styletune.memory import translation_database as failures  # noqa: PLC0415 - SQLite is loaded when needed

        for suspect in (False, True):
            try:
                answer = work(self._opened(suspect=suspect))
            except failures.DamagedError:
                self._abandon()  # looked at as a whole when it is opened again
            except failures.BusyError:
                self._tell(
                    f"The translation memory {self.path} is held by another program; this run goes on without it."
                )
                self._wait(0)
                return otherwise
            except failures.UnusableError as error:
                return self._give_up(str(error), otherwise)
            else:
                self._wait(PATIENCE)
                return answer
        return self._give_up("it is damaged", otherwise)

    def _opened(self, *, suspect: bool) -> "Database":
        from styletune.memory.translation_file import open_database  # noqa: PLC0415 - SQLite is loaded when needed

        if self._database is None:
            self._database = open_database(self.path, self._patience, suspect=suspect, tell=self._tell)
        return self._database

    def _wait(self, seconds: float) -> None:
        if self._database is not None and self._patience != seconds:
            self._database.wait(seconds)
        self._patience = seconds

    def _give_up(self, why: str, otherwise: T) -> T:
        """Go on without what failed: a full disk can still be read."""
        self._tell(f"The translation memory {self.path} cannot be used ({why}); this run goes on without it.")
        self._finds, self._keeps = self._keeps and self._finds and self._database is not None, False
        return otherwise

    def _abandon(self) -> None:
        if self._database is not None:
            self._database.abandon()
        self._database = None

    def _tell(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)


def check(path: Path) -> str | None:
    """Say what is wrong with a translation memory; ``None`` if nothing is, or if there is none yet."""
    from styletune.memory import translation_database as failures  # noqa: PLC0415 - SQLite is loaded when needed
    from styletune.memory.translation_file import connect  # noqa: PLC0415 - see above

    if not os.path.lexists(path):
        return None
    try:
        with failures.failures_named():
            connect(path, PATIENCE, thoroughly=True).abandon()
    except failures.BusyError:
        return f"The translation memory {path} is held by another program. Run this again when that has ended."
    except failures.DamagedError:
        return f"The translation memory {path} is damaged. The next run sets it aside and begins a new one."
    except failures.UnusableError as error:
        return f"The translation memory {path} cannot be used: {error}. Runs go on without it; delete it to begin a new one."
    return None


def _text(entry: Entry) -> str:
    # A lone surrogate becomes its JSON escape: SQLite takes no text that is no UTF-8.
    return json.dumps(asdict(entry), ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _entry(text: str) -> Entry | None:
    values = cast("dict[str, Any]", json.loads(text))
    try:
        values["reasons"] = tuple(values["reasons"])
        return Entry(**values)
    except (TypeError, KeyError):  # written by a version whose entries have other fields
        return None
