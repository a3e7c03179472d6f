"""The database of the translation memory: what is asked of SQLite, and what its failures mean."""

import hashlib
import sqlite3
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress

from styletune.files.failures import in_words

MIGRATIONS = (
    "CREATE TABLE entries (key TEXT PRIMARY KEY, used INTEGER NOT NULL, sum BLOB NOT NULL, entry TEXT NOT NULL)",
)
"""What leads from one version of the schema to the next; ``user_version`` counts those that were applied."""

_SCHEMAS = {0: [], 1: [MIGRATIONS[0]]}
"""The statements that a database of each version consists of."""

_CHUNK = 500
"""Keys in one query; SQLite takes at least 999."""

_PRUNED = 1000
"""Entries that are removed in one transaction, so that nobody waits long for it."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_WORDS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "you have no permission",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_TOOBIG: "a text is too long",
    sqlite3.SQLITE_INTERRUPT: "it was interrupted",
}
"""Failures of the machine; any other is one of the database."""


class BusyError(Exception):
    """Another process holds the database and does not let go."""


class DamagedError(Exception):
    """What the file holds is not what was written."""


class UnusableError(Exception):
    """The database cannot be used, and that is not its fault; the message says why."""


class NewerError(UnusableError):
    """The database was made by a version of styletune that knows more."""


class Database:
    """An open database with the right schema; any method may raise the three errors of this module."""

    def __init__(self, address: str, patience: float) -> None:
        """Connect to an SQLite URI; each statement waits ``patience`` seconds for other processes."""
        self._patience = patience
        with failures_named():
            self._connection = sqlite3.connect(
                address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False
            )
        # Bytes that changed on the disk may be no UTF-8 any more; the checksum tells.
        self._connection.text_factory = _text
        self._seen: set[str] = set()
        """Keys that were found and not marked as used today."""

    def find(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the texts kept under keys; one that is not as it was written is not found."""
        found: dict[str, str] = {}
        for first in range(0, len(keys), _CHUNK):
            by_name = {_name(key): key for key in keys[first : first + _CHUNK]}
            marks = ",".join("?" * len(by_name))
            query = f"SELECT key, used, sum, entry FROM entries WHERE key IN ({marks})"  # noqa: S608 -- question marks
            for name, used, checksum, text in self._rows(query, by_name):
                key = by_name.get(str(name), "")
                if isinstance(text, str) and checksum == _sum(key, text):
                    found[key] = text
                    self._seen.update({str(name)} if used != _day() else ())
        return found

    def keep(self, texts: Mapping[str, str]) -> None:
        """Keep texts under their keys, all or none."""
        rows = [(_name(key), _day(), _sum(key, text), text) for key, text in texts.items()]
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE"
                " SET used = excluded.used, sum = excluded.sum, entry = excluded.entry",
                rows,
            )

    def prune(self, limit: int) -> None:
        """Remove the entries that were not used for longest until the rest takes less than ``limit`` bytes."""
        with suppress(BusyError):  # whoever is at it may do this as well
            while self.size() > limit and self._remove_oldest():
                pass

    def size(self) -> int:
        """Return the bytes that entries take, without free pages."""
        pages, free, page = (self._number(f"PRAGMA {name}") for name in ("page_count", "freelist_count", "page_size"))
        return (pages - free) * page

    def wait(self, seconds: float) -> None:
        """Set how long each statement waits for other processes."""
        self._patience = seconds
        self._rows(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    def close(self) -> None:
        """Note what was used and close; neither waits, and neither fails."""
        with suppress(BusyError, DamagedError, UnusableError):
            self.wait(0)
            if self._seen:
                with self._transaction():
                    marked = [(_day(), name) for name in self._seen]
                    self._connection.executemany("UPDATE entries SET used = ? WHERE key = ?", marked)
        self.abandon()

    def abandon(self) -> None:
        """Close without another look."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def verify(self, *, thoroughly: bool) -> None:
        """Raise ``DamagedError`` unless the schema is ours and, if asked for, every page is in order."""
        version = self.version()
        if version > len(MIGRATIONS):
            raise NewerError("a newer version of styletune made it")
        if [sql for (sql,) in self._rows("SELECT sql FROM sqlite_schema WHERE sql NOT NULL")] != _SCHEMAS.get(version):
            raise DamagedError("another schema")
        if thoroughly and self._rows("PRAGMA quick_check(1)") != [("ok",)]:
            raise DamagedError

    def version(self) -> int:
        """Return how many migrations were applied."""
        return self._number("PRAGMA user_version")

    def migrate(self) -> None:
        """Bring the schema to the last version; the file must be held by this process alone."""
        self._use_log()
        with self._transaction():
            for statement in MIGRATIONS[self.version() :]:
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def configure(self) -> None:
        """Set what SQLite does not remember in the file."""
        for setting in ("synchronous = NORMAL", "cell_size_check = ON", "trusted_schema = OFF"):
            self._rows(f"PRAGMA {setting}")

    def leave_log(self) -> None:
        """Give up write-ahead logging on a disk that cannot share memory, as some network disks cannot."""
        # An exclusive lock is what lets SQLite read a log without shared memory: sqlite.org/wal.html, section 8.
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = DELETE", "locking_mode = NORMAL", "user_version"):
            self._rows(f"PRAGMA {setting}")

    def _use_log(self) -> None:
        """Turn on write-ahead logging, so that readers and writers do not wait for each other."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                self._rows("PRAGMA journal_mode = WAL")  # answers with another mode where it cannot be had
            except BusyError:  # SQLite does not wait for this lock by itself
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            except UnusableError:
                return self.leave_log()
            else:
                return None

    def _remove_oldest(self) -> bool:
        oldest = "SELECT rowid FROM entries ORDER BY used, rowid LIMIT ?"
        with self._transaction():
            return self._connection.execute(f"DELETE FROM entries WHERE rowid IN ({oldest})", [_PRUNED]).rowcount > 0  # noqa: S608 -- fixed text

    def _rows(self, statement: str, values: Iterable[str] = ()) -> list[tuple[object, ...]]:
        with failures_named():
            return self._connection.execute(statement, list(values)).fetchall()

    def _number(self, statement: str) -> int:
        (value,) = self._rows(statement)[0]
        if not isinstance(value, int):
            raise DamagedError
        return value

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with failures_named():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@contextmanager
def failures_named() -> Generator[None]:
    """Turn what SQLite and the file system raise into the errors of this module."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _BUSY:
            raise BusyError from error
        if code in _WORDS:
            raise UnusableError(_WORDS[code]) from error
        raise DamagedError(str(error)) from error
    except OSError as error:
        raise UnusableError(in_words(error)) from error


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _name(key: str) -> str:
    return key.encode("utf-8", "backslashreplace").decode()


def _sum(key: str, text: str) -> bytes:
    """Return the checksum of a row, so that a row whose bytes changed on the disk is not believed."""
    return hashlib.blake2b(f"{_name(key)}\0{text}".encode(), digest_size=16).digest()


def _day() -> int:
    return int(time.time() // 86400)
