"""Which documents of a source are left out, and why."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import regex

from styletune.config.globs import path_matches
from styletune.errors import UsageError
from styletune.files.discovery import fixed_part
from styletune_training.corpus.dates import day_problem
from styletune_training.corpus.source import Excluded, Source

_MOST_SECONDS = 2.0
"""Time that an expression may look through one file; a bad one would take for ever."""

_SHOWN = 40
"""Characters of what an expression found that a reason shows."""


def check_excluded(excluded: Excluded) -> None:
    """Raise ``UsageError`` that names every expression and every date that cannot be used."""
    problems = [
        *_bad_expressions(excluded.texts),
        *day_problem("--exclude-since", excluded.since),
        *day_problem("--exclude-before", excluded.before),
    ]
    if problems:
        raise UsageError("\n".join(problems))


def excluded_path(source: Source, path: Path, name: str) -> str | None:
    """Say which glob leaves a file out, as ``matches *.draft.md``; ``None``: none of them.

    Globs are relative to the source's folder; one without ``/`` means a name in any folder.

    Arguments: ``name`` is the id of the document, which begins as the source's path does; ``path`` is where it is.
    """
    patterns = source.excluded.paths
    places = [*_below_source(source, path, name)] if patterns else []
    for pattern in patterns:
        spellings = [pattern] if "/" in pattern.strip("/") else [pattern, f"**/{pattern.strip('/')}"]
        if any(path_matches(file, spellings, root=root) for file, root in places):
            return f"matches {pattern}"
    return None


def excluded_by(excluded: Excluded, *, tags: Sequence[str], day: str | None, text: str) -> str | None:
    """Say what leaves a document out, such as ``tag "ai"``; ``None``: it stays.

    Arguments: ``day`` is ``YYYY-MM-DD``, a document without one stays; ``text`` is all of the file.
    """
    own = {tag.casefold() for tag in tags}
    for tag in (tag.strip().lstrip("#") for tag in excluded.tags):
        if tag.casefold() in own:
            return f'tag "{tag}"'
    if day is not None and excluded.since is not None and day >= excluded.since:
        return f"from {excluded.since} on"
    if day is not None and excluded.before is not None and day < excluded.before:
        return f"from before {excluded.before}"
    return next(_found_texts(excluded.texts, text), None)


def _found_texts(expressions: Sequence[str], text: str) -> Iterator[str]:
    for expression in expressions:
        try:
            found = regex.search(expression, text, regex.MULTILINE, timeout=_MOST_SECONDS)
        except TimeoutError:
            yield f"--exclude-text {expression} takes too long on it; write a simpler expression"
            return
        if found is not None:
            shown = " ".join(found[0].split())
            yield f"holds “{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}”"


def _bad_expressions(expressions: Sequence[str]) -> Iterator[str]:
    for expression in expressions:
        try:
            found = regex.search(expression, "")
        except regex.error as error:
            yield f'--exclude-text "{expression}" is no regular expression: {error}.'
            continue
        if found is not None:
            yield f'--exclude-text "{expression}" is found in every text, even in an empty one. Write what it must hold.'


def _below_source(source: Source, path: Path, name: str) -> Iterator[tuple[Path, Path]]:
    """Yield the file and the folder it was found in, as they are named and as they are on the disk."""
    yield Path(name), _folder(source.path, Path(name))
    whole = path.as_posix()
    if whole.endswith(f"/{name}"):  # the id is relative to the project, and so is the source
        root = Path(whole[: -len(name)])
        yield path, _folder(os.path.join(root, source.path), path)  # noqa: PTH118 - a glob is no path
    elif Path(source.path).is_absolute():
        yield path, _folder(source.path, path)


def _folder(pattern: str, file: Path) -> Path:
    fixed = fixed_part(pattern)
    return fixed.parent if fixed.name == file.name else fixed
