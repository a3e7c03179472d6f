"""One watcher a project: who holds ``.styletune/watch.lock`` watches."""

import json
import os
import shlex
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from platform import node
from types import TracebackType
from typing import Any, Self, cast

from styletune.errors import FileError, UsageError
from styletune.files.failures import in_words
from styletune.files.lock import locked_within
from styletune.files.records import now
from styletune.project import STATE, state_folder

FILE = "watch.lock"
_COMMAND = 200
"""Characters of a command line that are kept."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The watcher of a project."""

    pid: int
    host: str
    command: str
    since: str
    """UTC, ISO 8601."""


class WatchLocks:
    """The locks of all projects that one watcher watches, held until the block ends.

    The system frees them when the process dies, so that a file that is left behind is no obstacle. The file is never
    deleted: another watcher may be about to lock it.
    """

    def __init__(self) -> None:
        self._held = ExitStack()
        self._roots: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def hold(self, root: Path) -> None:
        """Become the watcher of a project. Raises ``UsageError`` naming who watches it, and ``FileError``."""
        real = Path(os.path.realpath(root))
        if real in self._roots:
            return
        with ExitStack() as held:
            try:
                path = state_folder(real) / FILE
                if not held.enter_context(locked_within(path, 0.0)):
                    raise UsageError(_taken(root, _read(path)))
                _write(path, _myself())
                held.callback(_clear, path)
            except OSError as error:
                raise FileError(
                    f"{root / STATE / FILE} cannot be written: {in_words(error)}. Watching needs that file."
                ) from error
            self._held.push(held.pop_all())
        self._roots.add(real)


def holder(root: Path) -> Holder | None:
    """Return who says to watch a project; that process may have died."""
    return _read(root / STATE / FILE)


def _myself() -> Holder:
    return Holder(os.getpid(), node(), shlex.join(["styletune", *sys.argv[1:]])[:_COMMAND], now())


def _taken(root: Path, by: Holder | None) -> str:
    if by is None:
        return f"{root} is watched by another styletune already. Only one can watch a project: stop that one first."
    here = by.host == node()
    where = "" if here else f" on {by.host}"
    stop = f"Ctrl-C in its terminal, or: kill {by.pid}" if here else f"Ctrl-C in its terminal on {by.host}"
    return (
        f"{root} is watched by process {by.pid}{where} since {_local(by.since)} ({by.command}). "
        f"Only one can watch a project; to stop that one: {stop}"
    )


def _read(path: Path) -> Holder | None:
    try:
        values = cast("dict[str, Any]", json.loads(path.read_bytes()))
        return Holder(int(values["pid"]), str(values["host"]), str(values["command"]), str(values["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, by: Holder) -> None:
    with path.open("r+b") as file:  # in place: a new file would not be the locked one
        data = json.dumps(asdict(by)).encode("utf-8", "backslashreplace") + b"\n"
        file.write(data)
        file.truncate()


def _clear(path: Path) -> None:
    with suppress(OSError):  # its disk may be gone; an old entry harms nobody
        os.truncate(path, 0)


def _local(time: str) -> str:
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return time
