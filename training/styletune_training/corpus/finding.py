"""The files of a source, and which of them are versions of one post."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from glob import escape
from pathlib import Path

from styletune.errors import UsageError
from styletune.files.atomic import is_regular
from styletune.files.discovery import Input, find_inputs, fixed_part
from styletune_training.corpus.formats import FORMATS
from styletune_training.corpus.post_names import PostNames
from styletune_training.corpus.reading import FoundFile
from styletune_training.corpus.source import Source

_NO_POSTS = frozenset({"_layouts", "_includes", "_data", "_sass"})
"""Folders of generators that hold no posts; hidden ones and those of packages are not entered either."""

_OF_A_GENERATOR = frozenset(
    {"public", "resources", "layouts", "themes", "archetypes", "static", "output", "dist", "build"}
)
"""Folders that hold templates or rendered pages where a generator's settings lie beside them."""

_GENERATORS = frozenset(
    {
        *(f"{stem}.{suffix}" for stem in ("hugo", "config", "_config") for suffix in ("toml", "yaml", "yml", "json")),
        *("pelicanconf.py", "astro.config.mjs", "eleventy.config.js", ".eleventy.js", "mkdocs.yml"),
    }
)
"""Files of settings by which a generator's folder is known."""

_OF_A_SITE = frozenset(
    {
        "license",
        "licence",
        "unlicense",
        "copying",
        "code_of_conduct",
        "robots",
        "requirements",
        "humans",
        "ads",
        "llms",
        "notice",
    }
)
"""Names of files that a person does not write as posts."""


@dataclass(frozen=True, slots=True)
class Found:
    """What sources hold now."""

    files: tuple[tuple[FoundFile, Source], ...]
    """By id; a file that several sources hold comes with the one that names it most closely."""

    empty: tuple[Source, ...]
    """Sources that hold no file that can be read."""

    names: PostNames
    """How posts are named among these files."""


def find_files(root: Path, sources: Sequence[Source], *, languages: Collection[str] = ()) -> Found:
    """Find the files of sources of posts and notes.

    Arguments: ``root`` is the project's folder; ``languages`` are the codes of those that the project writes in.
    """
    chosen: dict[str, tuple[str, Path, Source]] = {}
    empty: list[Source] = []
    for source in sorted(sources, key=lambda one: _closeness(root, one), reverse=True):
        paths = files_of(root, source.path)
        if not paths:
            empty.append(source)
        for path in paths:
            chosen.setdefault(os.path.realpath(path), (named(root, path), path, source))
    outside = [folder for source in sources if (folder := _folder_outside(source)) is not None]
    names = PostNames([name for name, _, _ in chosen.values()], languages, outside=outside)
    files = [(FoundFile(path, name, names.post(name)), source) for name, path, source in chosen.values()]
    return Found(tuple(sorted(files, key=lambda one: one[0].id)), tuple(empty), names)


def files_of(root: Path, path: str) -> list[Path]:
    """List the files that a source's path means: a file, a folder or a glob, relative to ``root`` or absolute."""
    whole = root / path
    pattern = os.fspath(whole) if whole.exists() or Path(path).is_absolute() else os.path.join(escape(str(root)), path)  # noqa: PTH118 - a pattern
    try:
        found = find_inputs([pattern], suffixes=FORMATS)
    except UsageError:
        return []
    return [item.path for item in found if is_regular(item.path) and (item.explicit or _may_be_a_post(item))]


def named(root: Path, path: Path) -> str:
    """Name a file or folder as documents and sources are: relative to the project if it is inside, else absolute."""
    plain = Path(os.path.realpath(path)) if ".." in path.parts else path.absolute()
    for base, whole in ((root.absolute(), plain), (Path(os.path.realpath(root)), Path(os.path.realpath(path)))):
        if whole.is_relative_to(base):
            return whole.relative_to(base).as_posix()
    return plain.as_posix()


def _folder_outside(source: Source) -> str | None:
    """Return the folder that a source outside of the project means, or that its file lies in."""
    if not Path(source.path).is_absolute():
        return None
    folder = fixed_part(source.path)
    is_file = is_regular(folder) or (not folder.exists() and folder.suffix.lower() in FORMATS)
    return (folder.parent if is_file else folder).as_posix()


def _closeness(root: Path, source: Source) -> tuple[bool, int, str, str]:
    """Order sources by how closely they name a file: itself before its folder, that before the folder above."""
    return is_regular(root / source.path), len(Path(source.path).parts), source.path, source.kind


def _may_be_a_post(item: Input) -> bool:
    if item.relative.stem.casefold() in _OF_A_SITE:
        return False
    folder = item.path
    for part in reversed(item.relative.parts[:-1]):
        folder = folder.parent
        if part in _NO_POSTS or (part in _OF_A_GENERATOR and _has_generator(folder.parent)):
            return False
    return True


@lru_cache(maxsize=1024)
def _has_generator(folder: Path) -> bool:
    return any((folder / name).exists() for name in _GENERATORS)
