"""Unified diffs that ``git apply`` accepts."""

import os
from collections.abc import Iterator
from difflib import diff_bytes, unified_diff
from pathlib import Path

_ESCAPES = {ord("\t"): rb"\t", ord("\n"): rb"\n", ord("\r"): rb"\r", ord('"'): rb"\"", ord("\\"): rb"\\"}
_CONTROL = 0x20


def unified_patch(path: Path, old: bytes, new: bytes) -> bytes:
    """Write the change of a file as a patch; empty if nothing changes.

    Inside a git repository the names start at its top, as git's own do, so that ``git apply`` finds them from any
    folder of it; elsewhere they start at the current folder. Format: git-diff(1), "generating patch text with -p".
    """
    if old == new:
        return b""
    name, in_repository = _name(path)
    before, after = _quoted(b"a/" + name), _quoted(b"b/" + name)
    header = b"diff --git " + before + b" " + after + b"\n" if in_repository else b""
    hunks = diff_bytes(unified_diff, _lines(old), _lines(new), _closed(before), _closed(after), lineterm=b"\n")
    return header + b"".join(_marked(hunks))


def _lines(data: bytes) -> list[bytes]:
    """Cut at line feeds only: for git, a carriage return is a character like any other."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _marked(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _name(path: Path) -> tuple[bytes, bool]:
    top = _git_top(Path.cwd())
    full = Path(os.path.realpath(path.parent)) / path.name
    for base, in_repository in ((top, True), (Path.cwd(), False)):
        if base is not None:
            try:
                return os.fsencode(full.relative_to(os.path.realpath(base)).as_posix()), in_repository
            except ValueError:
                continue
    return os.fsencode(full.as_posix().lstrip("/")), False


def _git_top(folder: Path) -> Path | None:
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)


def _quoted(name: bytes) -> bytes:
    """Quote a name as git does where it holds a quote, a backslash or a control character."""
    if not any(byte in _ESCAPES or byte < _CONTROL for byte in name):
        return name
    return b'"' + b"".join(_ESCAPES.get(byte) or _octal(byte) for byte in name) + b'"'


def _octal(byte: int) -> bytes:
    return b"\\%03o" % byte if byte < _CONTROL else bytes([byte])


def _closed(name: bytes) -> bytes:
    """End a name that holds a space with a tab, or the space would end it."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
