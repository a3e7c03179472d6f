"""From the PATHs of a command line to the Markdown files that are meant."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from styletune.errors import UsageError
from styletune.files.failures import in_words
from styletune.files.names import place

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".mdown"})
NEVER_ENTERED = frozenset({"node_modules", "bower_components", "site-packages", "venv", "__pycache__", "_site"})
"""Folders that hold other people's or generated files; hidden folders are not entered either."""

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to work on."""

    path: Path
    """As the user would write it."""

    relative: Path
    """Below the folder that was named, or below the fixed part of the glob; the bare name of a named file."""

    explicit: bool
    """Named itself, not found in a folder or by a glob."""


def find_inputs(patterns: Sequence[str], *, suffixes: Collection[str] = SUFFIXES) -> list[Input]:
    """Find the files that PATHs mean, in the order of the PATHs, each file once.

    A PATH is a file of any kind, a folder (searched for files with one of ``suffixes``) or a glob, in which ``**``
    stands for any number of folders; those that may not be entered are passed over. Raises ``UsageError`` that names
    every PATH which means no file.
    """
    found: dict[str, Input] = {}
    problems: list[str] = []
    for pattern in patterns:
        try:
            inputs = list(_inputs_of(pattern, suffixes))
            if not inputs:
                problems.append(_nothing_found(pattern, suffixes))
        except OSError as error:
            problems.append(f"{pattern} cannot be read: {in_words(error)}.")
            continue
        for item in inputs:
            key = os.path.realpath(item.path)
            if key not in found or (item.explicit and not found[key].explicit):
                found[key] = item
    if problems:
        raise UsageError("\n".join(problems))
    return list(found.values())


def find_what_is_there(patterns: Sequence[str]) -> list[Input]:
    """Find the files that PATHs mean, as ``find_inputs`` does; one that means no file yet is passed over."""
    found: dict[str, Input] = {}
    for pattern in patterns:
        with suppress(UsageError):
            for item in find_inputs([pattern]):
                key = os.path.realpath(item.path)
                if key not in found or item.explicit:
                    found[key] = item
    return list(found.values())


def input_for(path: Path, patterns: Sequence[str]) -> Input | None:
    """Find one file among those that PATHs mean, by its name: nothing is searched, and the file need not exist.

    Arguments: ``path`` is written as the PATHs are: what lies below ``posts`` begins with ``posts``. Answers as
    ``find_inputs`` would.
    """
    found: Input | None = None
    for pattern in patterns:
        item = _input_of(path, pattern)
        if item is not None and (found is None or (item.explicit and not found.explicit)):
            found = item
    return found


def as_named(path: Path, patterns: Sequence[str]) -> Path:
    """Write a path as somebody who wrote these PATHs would; one that lies elsewhere, as it is from the working folder."""
    real = Path(os.path.realpath(path))
    for root in map(fixed_part, patterns):
        real_root = Path(os.path.realpath(root))
        if real.is_relative_to(real_root):
            return root / real.relative_to(real_root)
    try:
        return Path(os.path.relpath(real))
    except ValueError:  # another drive
        return real


def has_wildcard(pattern: str) -> bool:
    """Tell whether a PATH may be a glob."""
    return _MAGIC.search(pattern) is not None


def fixed_part(pattern: str) -> Path:
    """Return the folder or file that a PATH begins with: all of it, or a glob's parts before the first wildcard."""
    path = Path(pattern)
    if path.exists() or not _MAGIC.search(pattern):
        return path
    return Path(*path.parts[: _first_wildcard(path.parts)])


def _input_of(path: Path, pattern: str) -> Input | None:
    root = Path(pattern)
    if path == root or place(path) == place(root):
        return None if path.is_dir() else Input(path, Path(path.name), explicit=True)
    is_glob = _MAGIC.search(pattern) is not None and not root.exists()
    parts = root.parts[_first_wildcard(root.parts) :] if is_glob else ("**",)
    try:
        relative = path.relative_to(fixed_part(pattern))
    except ValueError:
        return None
    return Input(path, relative, explicit=False) if is_searched(relative) and _matches(relative.parts, parts) else None


def is_searched(relative: Path) -> bool:
    """Tell by its path below a searched folder whether a file is Markdown and lies where files are looked for."""
    hidden = any(part.startswith(".") or part in NEVER_ENTERED for part in relative.parts)
    return not hidden and relative.suffix.lower() in SUFFIXES


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Match a path below the fixed part of a glob as ``_below`` does."""
    first, rest = parts[0], parts[1:]
    if first == "**":
        return _matches(names, rest or ("*",)) or (len(names) > 1 and _matches(names[1:], parts))
    if not fnmatchcase(names[0], first):
        return False
    return _matches(names[1:], rest) if rest and len(names) > 1 else not rest and len(names) == 1


def _first_wildcard(parts: Sequence[str]) -> int:
    return next(index for index, part in enumerate(parts) if _MAGIC.search(part))


def _inputs_of(pattern: str, suffixes: Collection[str]) -> Iterator[Input]:
    path = Path(pattern)
    if path.is_dir():
        yield from (Input(file, file.relative_to(path), explicit=False) for file in _below(path, ("**",), suffixes))
    elif path.exists():
        yield Input(path, Path(path.name), explicit=True)
    elif _MAGIC.search(pattern):
        yield from _glob(pattern, suffixes)


def _nothing_found(pattern: str, suffixes: Collection[str]) -> str:
    path = Path(pattern)
    what = "Markdown file" if suffixes is SUFFIXES else "file of a known kind"
    kinds = ", ".join(sorted(suffixes))
    if path.is_dir():
        os.scandir(path).close()  # a folder that may not be read is no empty one
        return f"{pattern} holds no {what} ({kinds}); hidden folders and packages are not searched."
    if path.is_symlink():
        return f"{pattern} is a symbolic link that leads nowhere."
    if _MAGIC.search(pattern):
        return f"{pattern} matches no {what} ({kinds})."
    return f"{pattern} does not exist."


def _glob(pattern: str, suffixes: Collection[str]) -> Iterator[Input]:
    parts = Path(pattern).parts
    fixed = _first_wildcard(parts)
    base = Path(*parts[:fixed])
    return (Input(file, file.relative_to(base), explicit=False) for file in _below(base, parts[fixed:], suffixes))


def _below(
    folder: Path, parts: Sequence[str], suffixes: Collection[str], *, above: tuple[str, ...] = ()
) -> Iterator[Path]:
    """Find the files with one of some suffixes below a folder whose path matches the parts of a glob.

    Links to folders are followed, except in a circle.
    """
    here = os.path.realpath(folder)
    if here in above:
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _below(folder, rest or ("*",), suffixes)
    for entry in _visible(folder):
        if not os.path.isdir(entry):  # noqa: PTH112 -- a link in a circle is no folder; DirEntry.is_dir would raise
            if not rest and fnmatchcase(entry.name, first) and _is_wanted(entry, suffixes):
                yield folder / entry.name
        elif first == "**":
            yield from _below(folder / entry.name, parts, suffixes, above=(*above, here))
        elif rest and fnmatchcase(entry.name, first):
            yield from _below(folder / entry.name, rest, suffixes)


def _visible(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not entry.name.startswith(".") and entry.name not in NEVER_ENTERED]
    except OSError:
        return []  # a folder that may not be read holds nothing for us
    return sorted(found, key=lambda entry: entry.name)


def _is_wanted(entry: os.DirEntry[str], suffixes: Collection[str]) -> bool:
    # DirEntry.is_file would raise for a link in a circle.
    return os.path.splitext(entry.name)[1].lower() in suffixes and os.path.isfile(entry)  # noqa: PTH113, PTH122
