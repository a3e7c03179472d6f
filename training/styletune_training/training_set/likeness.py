"""Which texts of a training set are all but the same."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from styletune.errors import FileError
from styletune.files.atomic import write_atomic
from styletune.project import CORPUS, STATE, state_folder

_VERSION = "1"
"""Another one when likeness means something else."""

_FILE = "likeness.json"


def like_groups(root: Path, texts: Iterable[str]) -> Mapping[str, int]:
    """Number texts so that those that are all but the same have one number.

    The numbers are kept in ``.styletune/corpus/likeness.json`` until a text is added or removed; the file may be deleted
    at any time. Raises ``UsageError`` where a package is missing that finds near-duplicates.
    """
    known = sorted(set(texts))
    if not known:
        return {}
    name = _name(known)
    file = root / STATE / CORPUS / _FILE
    groups = _read(file, name, len(known))
    if groups is None:
        from styletune_training.corpus.near_duplicates import near_duplicates  # noqa: PLC0415 - loads NumPy

        groups = near_duplicates(known)
        _write(root, file, name, groups)
    numbers = {text: index for index, text in enumerate(known)}
    for group in groups:
        numbers.update((known[index], min(group)) for index in group)
    return numbers


def _name(texts: Sequence[str]) -> str:
    digest = hashlib.blake2b(_VERSION.encode(), digest_size=16, person=b"styletune:like")
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _read(file: Path, name: str, count: int) -> list[tuple[int, ...]] | None:
    """Return what is kept for just these texts; ``None`` if nothing can be relied on."""
    try:
        kept = cast("dict[str, object]", json.loads(file.read_bytes()))
        groups = [tuple(int(index) for index in group) for group in cast("list[list[int]]", kept["groups"])]
        whole = kept["texts"] == name and all(group and min(group) >= 0 and max(group) < count for group in groups)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return groups if whole else None


def _write(root: Path, file: Path, name: str, groups: Sequence[Sequence[int]]) -> None:
    with suppress(FileError, OSError):
        state_folder(root)
        write_atomic(file, json.dumps({"texts": name, "groups": groups}).encode())
