"""Lines appended to a file that several processes write and that any of them may be killed at."""

import errno
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path


def json_line(values: Mapping[str, object]) -> bytes:
    """Write an object as one line of JSON in UTF-8, with its line break; a lone surrogate becomes its JSON escape."""
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def append_line(path: Path, line: bytes, *, whole: Callable[[bytes], bool]) -> None:
    """Append a line in a single write; what a killed writer left behind of its own line is cut off.

    Arguments: ``line`` ends with a line break; ``whole`` tells whether a last line without one lacks nothing else, as
    after an editor that saves without it. Raises ``OSError``; nothing is appended then.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        end, size = _end_of_last_line(descriptor), os.fstat(descriptor).st_size
        if end != size and whole(_read_from(descriptor, end)):
            end, line = size, b"\n" + line
        elif end != size:
            os.ftruncate(descriptor, end)
        written = os.write(descriptor, line)
        if written != len(line):  # a disk that is all but full takes a part and says so only at the next write
            os.ftruncate(descriptor, end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _end_of_last_line(descriptor: int) -> int:
    size = os.fstat(descriptor).st_size
    step = 4096
    for start in range(max(size - step, 0), -step, -step):
        os.lseek(descriptor, max(start, 0), os.SEEK_SET)
        at = os.read(descriptor, step).rfind(b"\n")
        if at >= 0:
            return max(start, 0) + at + 1
    return 0


def _read_from(descriptor: int, start: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read()
