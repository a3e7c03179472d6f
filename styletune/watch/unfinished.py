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
