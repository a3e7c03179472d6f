"""Signs that someone is in the middle of writing a file."""

import re
import stat
import time
from pathlib import Path

from styletune.files.discovery import SUFFIXES

_LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read for this."""

_FENCE = re.compile(rb"^[ \t>]*(`{3,}|~{3,})([^\r\n]*)", re.MULTILINE)
_HEADER = re.compile(rb"\A(?:\xef\xbb\xbf)?(---|\+\+\+)[ \t]*\r?\n")
_HEADER_END = {
    b"---": re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE),
    b"+++": re.compile(rb"^\+\+\+[ \t]*\r?$", re.MULTILINE),
}


_FRESH = 1.0
"""Seconds after which a file that looks unfinished is taken as it is, above the quiet time."""

_PUT_OFFS = 10
"""Times in a row that work on a draft is put off; after that it is taken as it is, as it is written all the time."""


class SavesUnderWay:
    """Which drafts are being saved at this moment, so that what was read of one may be half of a save.

    That happens when a draft is saved again between the end of its quiet time and the work on it. Arguments: ``quiet``
    is that time in seconds; 0 puts nothing off.
    """

    def __init__(self, quiet: float) -> None:
        self._quiet = quiet
        self._put_off: dict[Path, int] = {}

    def put_off(self, path: Path) -> float:
        """Return the seconds for which to put off the work on a draft that was just read; 0 if it was at rest."""
        times = self._put_off.pop(path, 0)
        try:
            age = abs(time.time() - path.stat().st_ctime)  # a program may set the other time to what it likes
        except OSError:
            age = 0.0
        at_rest = age >= self._quiet / 2 and not looks_unfinished(path, within=self._quiet + _FRESH)
        if at_rest or not self._quiet or times >= _PUT_OFFS:
            return 0.0
        self._put_off[path] = times + 1
        return self._quiet


def looks_unfinished(path: Path, *, within: float) -> bool:
    """Tell whether a file that was written less than ``within`` seconds ago is empty or ends inside a fence or header.

    It is a guess that costs one quiet time where it is wrong, so it is made by signs alone, without a parser.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or abs(time.time() - found.st_mtime) >= within:
            return False
        if found.st_size == 0:
            return True
        if path.suffix.lower() not in SUFFIXES or found.st_size > _LARGEST:
            return False
        data = path.read_bytes()
    except (OSError, ValueError):
        return False
    return _open_header(data) or _open_fence(data)


def _open_header(data: bytes) -> bool:
    header = _HEADER.match(data)
    return header is not None and _HEADER_END[header[1]].search(data, header.end()) is None


def _open_fence(data: bytes) -> bool:
    fence = b""
    for found in _FENCE.finditer(data):
        mark, rest = found[1], found[2]
        if not fence:
            fence = b"" if mark[:1] == b"`" and b"`" in rest else mark
        elif mark.startswith(fence) and not rest.strip():
            fence = b""
    return bool(fence)
