"""The files of a project's memory that people write by hand, read once for all drafts of a run."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from styletune.errors import SettingsError
from styletune.project import GLOSSARY, RULE_FILE, RULES_FOLDER, STATE

if TYPE_CHECKING:
    from styletune.memory.glossary import Glossary
    from styletune.memory.rule_file import RuleFile
    from styletune.memory.scoped_rules import ScopedRules

_T = TypeVar("_T")
Stamp = tuple[object, ...]
"""What differs once a file has changed."""


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """What was written by hand; ``None`` where there is no file."""

    rule_file: "RuleFile | None" = None
    scoped: tuple["ScopedRules", ...] = ()
    glossary: "Glossary | None" = None


def read_files(root: Path, rule_file: Path | None = None) -> MemoryFiles:
    """Read the rule file, the scoped rules and the glossary of a project.

    ``rule_file`` is the one that the settings name; ``None``: ``.stylerules``, if there is one. Raises
    ``SettingsError`` with the problems of all files.
    """
    problems: list[str] = []
    found = MemoryFiles(
        attempt(lambda: _rule_file(root, rule_file), problems),
        attempt(lambda: _scoped_rules(root), problems) or (),
        attempt(lambda: _glossary(root), problems),
    )
    if problems:
        raise SettingsError("\n".join(problems))
    return found


def shown(path: Path, root: Path) -> str:
    """Name a file in messages: below the project as it is written there, elsewhere in full."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return os.fspath(path)


def attempt(read: Callable[[], _T], problems: list[str]) -> _T | None:
    """Read something; what is wrong with it is added to ``problems``."""
    try:
        return read()
    except SettingsError as error:
        problems.append(str(error))
        return None


def _rule_file(root: Path, named: Path | None) -> "RuleFile | None":
    path = root / (named or RULE_FILE)
    if named is None and not os.path.lexists(path):
        return None
    return _read_rule_file(path, shown(path, root), stamp(path))


def _scoped_rules(root: Path) -> tuple["ScopedRules", ...]:
    folder = root / STATE / RULES_FOLDER
    if not os.path.lexists(folder):
        return ()
    stamps = tuple(stamp(file) for file in sorted(folder.iterdir())) if folder.is_dir() else ()
    return _read_scoped_rules(folder, shown(folder, root), stamps)


def _glossary(root: Path) -> "Glossary | None":
    path = root / STATE / GLOSSARY
    return _read_glossary(path, shown(path, root), stamp(path)) if os.path.lexists(path) else None


def stamp(path: Path) -> Stamp:
    """Return what differs once a file has changed."""
    try:
        found = path.stat()
    except OSError:
        return (path.name,)
    return path.name, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=16)
def _read_rule_file(path: Path, name: str, _stamp: Stamp) -> "RuleFile":
    from styletune.memory.rule_file import read_rule_file  # noqa: PLC0415 - a project without the file needs none

    return read_rule_file(path, name)


@lru_cache(maxsize=16)
def _read_scoped_rules(folder: Path, name: str, _stamp: Stamp) -> tuple["ScopedRules", ...]:
    from styletune.memory.scoped_rules import read_scoped_rules  # noqa: PLC0415 - likewise

    return read_scoped_rules(folder, name)


@lru_cache(maxsize=16)
def _read_glossary(path: Path, name: str, _stamp: Stamp) -> "Glossary":
    from styletune.memory.glossary import read_glossary  # noqa: PLC0415 - likewise

    return read_glossary(path, name)
