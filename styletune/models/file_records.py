"""What was found out about large files, kept in the user's cache for as long as the files stay the same."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from styletune.errors import FileError
from styletune.files.atomic import write_atomic

Topic = Literal["hash", "header"]

_VERSION = 1
"""Records of another version are not believed."""

_LONGEST = 1 << 20
"""Bytes; what is longer is not kept, so that a hostile file cannot fill the cache."""

Stamp = list[int]


def stamp(path: Path) -> Stamp:
    """Return what changes whenever somebody writes to a file or puts another in its place. Raises ``OSError``."""
    status = path.stat()
    return [_VERSION, status.st_size, status.st_mtime_ns, status.st_ino]


def recall(path: Path, topic: Topic, known: Stamp) -> Any:  # noqa: ANN401 - JSON values, for the caller to check
    """Return what was kept about a file in this state; ``None`` if there is nothing, or nothing that can be read."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        values: Any = json.loads(_record(path, topic).read_bytes())
        if values["stamp"] == known:
            return values["found"]
    return None


def keep(path: Path, topic: Topic, known: Stamp, found: object) -> None:
    """Keep what was found out about a file in this state; where that fails, the next run finds it out again."""
    values = {"path": os.path.realpath(path), "stamp": known, "found": found}
    data = json.dumps(values).encode("ascii")
    if len(data) <= _LONGEST:
        with suppress(FileError):
            write_atomic(_record(path, topic), data)


def _record(path: Path, topic: Topic) -> Path:
    """Name the file that keeps it; each model has files of its own, so that processes do not meet."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - engines without a model need none

    name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
    return user_cache_path("styletune", appauthor=False) / "models" / f"{name}.{topic}.json"
