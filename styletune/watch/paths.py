"""From the names that the system uses for files to those that the user gave.

Systems resolve symbolic links, spell accents in one of two ways and letters in the case of the disk. Names are
therefore never compared from the root on: a folder is known by its device and inode, and only the last part of a path
is taken from the system.
"""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from styletune.files.names import place, same_name
from styletune.watch.rescan import Folder, Look, entered, identity


def named(path: Path, seen: Look) -> set[Path] | None:
    """Return the names that the user has for a file; ``None`` if its folder is not known."""
    folder = _folder_at(path.parent, seen)
    if folder is None:
        return None
    found = _singles(path, folder, seen)
    if folder.named is not None:
        found.add(folder.named / path.name)
    return found


def as_listed(path: Path, seen: Look) -> Path:
    """Name a file as its folder lists it, where the disk accepts other spellings too."""
    if path in seen.files or not os.path.lexists(path):
        return path
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 -- names alone are wanted
    except OSError:
        return path
    return path.with_name(same_name(path.name, names) or path.name)


def may_hold_files(path: Path, seen: Look) -> bool:
    """Tell whether a folder that came, went or moved, or one that holds an unknown file, is one to look into."""
    if path in seen.tops:
        return True
    folder = _folder_at(path.parent, seen)
    if folder is not None and path.name in seen.singles.get(folder.identity, {}):
        return True
    while folder is None and path != path.parent:
        path = path.parent
        folder = _folder_at(path.parent, seen)
    return folder is not None and folder.named is not None and entered(path.name)


def files_below(folders: Iterable[str], seen: Look) -> list[Path]:
    """List the files in folders that came or moved: between two looks, a folder may have been away and returned."""
    places = set[Path]().union(*(named(Path(folder), seen) or () for folder in folders))
    return [path for path in seen.files if not places.isdisjoint(path.parents)] if places else []


def _folder_at(path: Path, seen: Look) -> Folder | None:
    found = identity(path)
    return seen.folders.get(found) if found else None


def _singles(path: Path, folder: Folder, seen: Look) -> set[Path]:
    """Return the files watched by themselves that a path means, spelled this way or another that the disk accepts."""
    return {
        single
        for name, singles in seen.singles.get(folder.identity, {}).items()
        if name == path.name or (_folded(name) == _folded(path.name) and place(path) == place(path.with_name(name)))
        for single in singles
    }


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
