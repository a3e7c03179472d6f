"""Names of documents and places as a person reads them: no longer than they need to be."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from styletune.files.discovery import fixed_part
from styletune_training.corpus.source import Source


def as_typed(sources: Iterable[Source]) -> Mapping[str, str]:
    """Map what was added outside of the project to the shortest way to name it on a command line."""
    return {path: _shortest(path) for path in _outside(sources)}


def by_name(sources: Iterable[Source]) -> Mapping[str, str]:
    """Map what was added outside of the project to its last name, as posts are called: for examples, not for commands."""
    return {path: Path(path).name for path in _outside(sources)}


def shortened(text: str, names: Mapping[str, str]) -> str:
    """Replace paths, and what lies below them, by other names; a longer path goes before a shorter one."""
    if not names:
        return text
    paths = "|".join(re.escape(path) for path in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![^\s(\"'])(?:{paths})(?![^/:\s,.;)\"'])", lambda found: names[found[0]], text)


def _outside(sources: Iterable[Source]) -> Iterable[str]:
    for source in sources:
        path = fixed_part(source.path)
        if path.is_absolute() and path.name:
            yield path.as_posix()


def _shortest(path: str) -> str:
    found = [path]
    with suppress(ValueError):  # on another drive
        found.append(Path(os.path.relpath(path)).as_posix())
    with suppress(ValueError, RuntimeError):
        found.append((Path("~") / Path(path).relative_to(Path.home())).as_posix())
    return min(found, key=len)
