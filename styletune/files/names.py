"""Names of files as people, disks and archives write them."""

import os
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHOWN = 5
"""Names in a suggestion."""


def same_name(name: str, known: Iterable[str]) -> str | None:
    """Find a name among known ones: as it stands, else the only one that differs in Unicode form or case alone.

    macOS writes an accent as a character of its own where a keyboard does not, and ignores case.
    """
    names = set(known)
    if name in names:
        return name
    alike = [other for other in names if _folded(other) == _folded(name)]
    return alike[0] if len(alike) == 1 else None


def place(path: Path) -> str:
    """Name the place of a file, which need not exist: two names of one place give the same.

    On a disk that ignores case and Unicode forms, as those of a Mac do, names that differ in nothing else are one.
    """
    real = os.path.normcase(os.path.realpath(path))
    folder = Path(real).parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return _folded(real) if _ignores_case(folder) else real


@cache
def _ignores_case(folder: Path) -> bool:
    """Ask the disk: a folder that is found under its name in the other case is on one that ignores case."""
    while folder.name == folder.name.swapcase() and folder != folder.parent:
        folder = folder.parent
    try:
        return folder.samefile(folder.with_name(folder.name.swapcase()))
    except (OSError, ValueError):
        return False


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the names most like one, best first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- needed for mistakes only

    return [match for match, _, _ in process.extract(name, sorted(known), scorer=fuzz.ratio, limit=SHOWN)]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
