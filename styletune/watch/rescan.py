"""What lies below the watched files and folders, seen by looking."""

import os
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from styletune.files.discovery import NEVER_ENTERED

TICK = 2.0
"""Seconds between two times that the coarsest disk, FAT, can tell apart."""

Identity = tuple[int, int]
"""Device and inode: two names of one folder have the same, however they are spelled."""


class Signature(NamedTuple):
    """What changes when a file is written, replaced or touched."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(slots=True)
class Folder:
    """A folder that holds something to watch."""

    identity: Identity
    real: Path
    """Without symbolic links, as the system reports it."""

    named: Path | None = None
    """As the user would write it; ``None`` if only single files in it are watched."""

    top: bool = False
    """Lies in no other folder that is entered: a root, or what a symbolic link leads to."""


@dataclass(slots=True)
class Look:
    """What one look found."""

    files: dict[Path, Signature] = field(default_factory=dict[Path, Signature])
    """Every file that is wanted, as the user would write it."""

    folders: dict[Identity, Folder] = field(default_factory=dict[Identity, Folder])
    """Every folder that was entered, and those that hold single files."""

    tops: set[Path] = field(default_factory=set[Path])
    """The real names of those that lie in no other one."""

    singles: dict[Identity, dict[str, set[Path]]] = field(default_factory=dict[Identity, dict[str, set[Path]]])
    """Files watched by themselves: the folder they lie in, the name there, and the names the user has for them."""

    roots: dict[Path, Identity] = field(default_factory=dict[Path, Identity])
    """The roots that are folders."""

    missing: set[Path] = field(default_factory=set[Path])
    """Roots that are not there."""

    unread: set[Path] = field(default_factory=set[Path])
    """Folders that could not be read this time; nobody knows what is in them."""


def entered(name: str) -> bool:
    """Tell whether a folder of this name is searched for drafts."""
    return not name.startswith(".") and name not in NEVER_ENTERED


def signature(path: Path) -> Signature | None:
    """Look at one file, through symbolic links; ``None`` if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return None if stat.S_ISDIR(found.st_mode) else _signature(found)


def may_hide_a_save(found: Signature | None) -> bool:
    """Tell whether a save right now could leave a file's signature as it is.

    Where times are whole seconds, as on FAT and some network folders, one second has room for two saves.
    """
    if found is None or found.mtime_ns % 1_000_000_000:
        return False
    return 0 <= time.time() - found.mtime_ns / 1_000_000_000 < TICK


def identity(folder: str | Path) -> Identity | None:
    """Identify a folder; ``None`` if it is not there."""
    try:
        found = os.stat(folder)  # noqa: PTH116 -- strings come from walks, where a Path for each would take most time
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None


def look(roots: Iterable[Path], wanted: Callable[[Path], bool]) -> Look:
    """Look at all files below ``roots`` that are ``wanted``; nothing is opened.

    Symbolic links are followed, each folder is entered once, under the first name that leads there. Hidden folders and
    those of other people's files are left out, unless they are roots themselves.
    """
    seen = Look()
    for root in roots:
        place = identity(root)
        if place is None:
            _look_at_file(seen, root, wanted)
        else:
            seen.roots[root] = place
            _enter(seen, root, place, wanted)
    return seen


def changes(before: Look, now: Look) -> list[Path]:
    """Return the files that came, went or have another signature."""
    return [path for path in {**before.files, **now.files} if before.files.get(path) != now.files.get(path)]


def told_by_events(paths: Iterable[Path], before: Look, now: Look) -> list[Path]:
    """Pick the changes of which an event must tell: those in folders that were watched before and still are.

    Whatever a symbolic link leads to may change out of sight.
    """
    kept = {folder.named for place, folder in now.folders.items() if _named(before, place) == folder.named}
    for place in now.singles.keys() & before.singles.keys():
        kept |= {single.parent for singles in now.singles[place].values() for single in singles}
    return [path for path in paths if path.parent in kept and not path.is_symlink()]


def _named(seen: Look, place: Identity) -> Path | None:
    folder = seen.folders.get(place)
    return folder.named if folder else None


def _look_at_file(seen: Look, path: Path, wanted: Callable[[Path], bool]) -> None:
    found = signature(path)
    _add_single(seen, path, path.parent / path.name)
    if found is None:
        seen.missing.add(path)
    elif wanted(path):
        seen.files[path] = found
        if path.is_symlink():
            _add_single(seen, path, Path(os.path.realpath(path)))


def _add_single(seen: Look, path: Path, place: Path) -> None:
    """Let events of the file at ``place`` count as events of ``path``."""
    found = identity(place.parent)
    if found is not None:
        seen.folders.setdefault(found, Folder(found, Path(os.path.realpath(place.parent))))
        seen.singles.setdefault(found, {}).setdefault(place.name, set()).add(path)


def _enter(seen: Look, root: Path, place: Identity, wanted: Callable[[Path], bool]) -> None:
    to_enter = [Folder(place, Path(os.path.realpath(root)), root, top=True)]
    while to_enter:
        folder = to_enter.pop()
        known = seen.folders.get(folder.identity)
        if known is None or known.named is None:
            seen.folders[folder.identity] = folder
            if folder.top:
                seen.tops.add(folder.real)
            to_enter.extend(reversed(_look_into(seen, folder, wanted)))


def _look_into(seen: Look, folder: Folder, wanted: Callable[[Path], bool]) -> list[Folder]:
    """Look at the files of a folder; return the folders in it that are to be entered."""
    named = folder.named or folder.real
    try:
        with os.scandir(named) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError:
        seen.unread.add(named)
        return []
    inner: list[Folder] = []
    for entry in entries:
        path = named / entry.name
        if _is_folder(entry):
            if entered(entry.name) and (place := identity(path)):
                real = Path(os.path.realpath(path)) if entry.is_symlink() else folder.real / entry.name
                inner.append(Folder(place, real, path, top=entry.is_symlink()))
        elif wanted(path) and (found := _signature_of(entry)) is not None:
            seen.files[path] = found
            if entry.is_symlink():
                _add_single(seen, path, Path(os.path.realpath(path)))
    return inner


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _signature_of(entry: os.DirEntry[str]) -> Signature | None:
    try:
        return _signature(entry.stat())
    except OSError:
        return None


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_size, found.st_mtime_ns, found.st_ino)
