"""One writer at a time, across processes."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _lock_now(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _lock_now(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_TICK = 0.01
"""Seconds between two tries."""


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock file ``path`` while the block runs; the system frees it if the process dies.

    Network disks that know no locks are written without one: an append is a single write all the same.
    """
    with path.open("ab") as file:
        with suppress(OSError):
            _lock(file.fileno())
        try:
            yield
        finally:
            with suppress(OSError):
                _unlock(file.fileno())


@contextmanager
def locked_within(path: Path, seconds: float) -> Generator[bool]:
    """Hold the lock file ``path`` as ``locked`` does, unless another process keeps it for ``seconds``.

    The block learns whether the lock is held.
    """
    with path.open("ab") as file:
        held = _held_within(file.fileno(), time.monotonic() + seconds)
        try:
            yield held
        finally:
            with suppress(OSError):
                if held:
                    _unlock(file.fileno())


def _held_within(descriptor: int, deadline: float) -> bool:
    while True:
        try:
            _lock_now(descriptor)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_TICK)
        except OSError:
            return True
        else:
            return True
