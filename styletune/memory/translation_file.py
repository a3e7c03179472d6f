"""The file of the translation memory: opened, made, brought up to date, and set aside where it is damaged.

A translation memory is a cache. Whatever is wrong with it, the answer is to go on with a fresh one or without one.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from styletune.files.lock import locked_within
from styletune.memory.translation_database import (
    MIGRATIONS,
    BusyError,
    DamagedError,
    Database,
    NewerError,
    UnusableError,
    failures_named,
)
from styletune.project import STATE, state_folder

_SMALL = 4 << 20
"""Bytes up to which a database is read through whenever it is opened: some milliseconds."""

_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite appends to the name of a database for the files beside it."""


def open_database(path: Path, patience: float, *, suspect: bool = False, tell: Callable[[str], None]) -> Database:
    """Open a database, or make it where there is none; a damaged one is set aside, which ``tell`` is told.

    Arguments: ``patience`` is how many seconds to wait for other processes; ``suspect`` asks for a look at every
    page. Raises ``BusyError`` or ``UnusableError``.
    """
    with failures_named():
        ready = None if suspect else _ready(path, patience)
        if ready is not None:
            return ready
        if path.parent.name == STATE:
            state_folder(path.parent.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked_within(path.parent / "lock", patience) as held:
            if not held:
                raise BusyError
            return _repaired(path, patience, suspect=suspect, tell=tell)


def connect(path: Path, patience: float, *, thoroughly: bool = False, mode: str = "rw") -> Database:
    """Connect to an existing database and verify it; it may have to be migrated.

    Arguments: ``mode`` is ``rw`` or ``ro``. Raises ``OSError`` besides the errors of a database.
    """
    for suffix in _BESIDE:
        beside = path.with_name(path.name + suffix)
        if beside.exists() and not beside.is_file():
            raise DamagedError("a folder is in the way")
    size = path.stat().st_size
    database = Database(f"{path.absolute().as_uri()}?mode={mode}", patience)
    try:
        database.configure()
        database.verify(thoroughly=thoroughly or size <= _SMALL)
    except BaseException:
        database.abandon()
        raise
    return database


def _ready(path: Path, patience: float) -> Database | None:
    """Open a database that needs nothing done to it."""
    try:
        database = connect(path, patience)
        if database.version() == len(MIGRATIONS):
            return database
        database.abandon()
    except NewerError:
        raise
    except (DamagedError, UnusableError, FileNotFoundError):
        pass
    return None


def _repaired(path: Path, patience: float, *, suspect: bool, tell: Callable[[str], None]) -> Database:
    """Open a database that needs something done to it, which other processes wait for."""
    try:
        database = _made(path, patience, thoroughly=suspect)
    except DamagedError:
        aside = _set_aside(path)
        tell(
            f"The translation memory {path} is damaged. It was set aside as {aside.name} and a new one was begun; "
            "it holds nothing but answers of models."
        )
        database = _made(path, patience, thoroughly=False)
    if database.version() < len(MIGRATIONS):
        database.migrate()
    return database


def _made(path: Path, patience: float, *, thoroughly: bool) -> Database:
    # SQLite gives the files beside it the same permissions: they hold unpublished text.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        return connect(path, patience, thoroughly=thoroughly)
    except NewerError:
        raise
    except UnusableError:  # perhaps the log alone cannot be read on this disk
        database = Database(f"{path.absolute().as_uri()}?mode=rw", patience)
        database.leave_log()
        database.abandon()
        return connect(path, patience, thoroughly=thoroughly)


def _set_aside(path: Path) -> Path:
    """Rename a database and what lies beside it; of those set aside earlier none is kept."""
    stem = f"{path.name}.damaged-"
    for earlier in path.parent.glob(f"{stem}*"):
        if earlier.is_file():
            earlier.unlink()
    aside = path.with_name(f"{stem}{time.strftime('%Y%m%d-%H%M%S')}")
    while os.path.lexists(aside):  # a folder that was set aside within the same second
        aside = aside.with_name(f"{aside.name}-again")
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(f"{aside}{suffix}")
    return aside
