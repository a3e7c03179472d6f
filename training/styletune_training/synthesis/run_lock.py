"""One synthesis a project at a time: two would ask, and pay, for the same."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node

from styletune.errors import FileError, UsageError
from styletune.files.failures import in_words
from styletune.files.lock import locked_within
from styletune.files.records import now
from styletune.project import CORPUS, STATE, state_folder

FILE = "synthesis.lock"


@contextmanager
def only_run(root: Path) -> Generator[None]:
    """Be the only synthesis of a project while the block runs.

    The system frees the lock if the process dies. Raises ``UsageError`` that says who holds it, and ``FileError``.
    """
    path = state_folder(root) / CORPUS / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        lock = locked_within(path, 0.0)
        held = lock.__enter__()
    except OSError as error:
        raise FileError(f"{STATE}/{CORPUS}/{FILE} cannot be written: {in_words(error)}.") from error
    try:
        if not held:
            raise UsageError(_taken(path))
        _write(path, f"process {os.getpid()} on {node()} since {now()}")
        yield
        _write(path, "")
    finally:
        lock.__exit__(None, None, None)


def _taken(path: Path) -> str:
    holder = ""
    with suppress(OSError):
        holder = path.read_text(encoding="utf-8", errors="replace").strip()
    return (
        f"A synthesis runs in this project already ({holder or 'its process is not known'}). Wait for it, or stop it "
        "with Ctrl-C in its terminal; what it has made is kept."
    )


def _write(path: Path, text: str) -> None:
    """Say who holds the lock, in place: a new file would not be the locked one."""
    with suppress(OSError), path.open("r+b") as file:
        file.write(text.encode("utf-8", "backslashreplace"))
        file.truncate()
