"""Patterns of paths below a project's folder: ``*`` and ``?`` stay within a name, ``**`` is any number of folders."""

import os
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

_SIGN = re.compile(r"\[!?[^\]][^\]]*\]|\[!?\][^\]]*\]|\*+|.", re.DOTALL)
"""A sign that stands for others, or for itself; as in a shell, a bracket that comes first is a member."""

_RANGE = re.compile(r"(.)(?:-(.))?", re.DOTALL)


def path_matches(path: Path, patterns: Sequence[str], *, root: Path) -> bool:
    """Tell whether a file below ``root`` matches one of the patterns.

    A pattern that names a folder means all that is in it. Names that differ only in how their accents are stored
    (NFC, NFD) are equal.
    """
    relative = below(path, root)
    if relative is None:
        return False
    name = unicodedata.normalize("NFC", relative)
    return any(_compiled(pattern).fullmatch(name) for pattern in patterns)


def below(path: Path, root: Path) -> str | None:
    """Write a path as it is below a folder, with ``/`` between names; ``None`` if it lies elsewhere."""
    for resolve in (os.path.abspath, os.path.realpath):  # a link may stand in the way of the plain comparison
        try:
            relative = Path(resolve(path)).relative_to(resolve(root))
        except ValueError:
            continue
        return relative.as_posix()
    return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = [part for part in unicodedata.normalize("NFC", pattern).split("/") if part not in {"", "."}]
    return re.compile("".join(_pieces(parts)) + "(?:/.*)?", re.DOTALL)


def _pieces(parts: Sequence[str]) -> list[str]:
    """Translate a pattern name by name, so that no sign in it means more than one name."""
    pieces: list[str] = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            pieces.append(".+" if last else "(?:[^/]+/)*")
        else:
            pieces.append(_name(part) + ("" if last else "/"))
    return pieces


def _name(part: str) -> str:
    return "".join(_translated(sign) for sign in _SIGN.findall(part))


def _translated(sign: str) -> str:
    if sign[0] == "*":
        return "[^/]*"
    if sign == "?":
        return "[^/]"
    return _one_of(sign[1:-1]) if len(sign) > 1 else re.escape(sign)


def _one_of(signs: str) -> str:
    """Translate what stands between brackets; a range that runs backwards is empty."""
    none_of = signs.startswith("!")
    ranges = _RANGE.findall(signs[1:] if none_of else signs)
    members = "".join(
        f"{re.escape(first)}-{re.escape(last or first)}" for first, last in ranges if first <= (last or first)
    )
    if none_of:
        return f"[^/{members}]"
    return f"(?!/)[{members}]" if members else "(?!)"
