"""One writer at a time, across processes."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


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
