"""The last originals of files that were worked on in place: ``.styletune/originals``."""

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes, write_atomic
from styletune.files.failures import in_words
from styletune.files.lock import locked
from styletune.files.records import now
from styletune.project import STATE, state_folder

KEPT = 10
"""Originals of one file that are kept."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was before an in-place run."""

    path: str
    """Relative to the project root, with ``/``."""

    sha256: str
    time: str


def keep_original(root: Path, name: str, data: bytes, *, like: Path | None = None) -> None:
    """Keep a copy of a file's bytes before they are replaced; only the last ``KEPT`` of a file are kept.

    Bytes that are kept already become the latest, so that going back and forth pushes nothing out. Arguments: ``name`` is the file's path relative to ``root``; the copy is closed to everyone to whom ``like``,
    the file itself, is closed. Raises ``FileError``.
    """
    try:
        folder = state_folder(root) / "originals"
        folder.mkdir(exist_ok=True)
        with locked(folder.parent / "lock"):
            write_atomic(folder / digest(data), data, like=like)
            others = [known for known in originals(root) if (known.path, known.sha256) != (name, digest(data))]
            _write(root, _trimmed([*others, Original(name, digest(data), now())]))
    except OSError as error:
        raise FileError(f"No copy of {name} can be kept: {in_words(error)}. It was left as it is.") from error


def originals(root: Path, name: str | None = None) -> list[Original]:
    """List the originals of a project or of one of its files, oldest first."""
    listing = _listing(root)
    if not listing.exists():
        return []
    found: list[Original] = []
    for line in read_bytes(listing).splitlines():
        with suppress(ValueError, KeyError, TypeError):  # a line that cannot be read restores nothing
            values = json.loads(line)
            found.append(Original(values["path"], values["sha256"], values["time"]))
    return [original for original in found if name is None or original.path == name]


def original_bytes(root: Path, original: Original) -> bytes:
    """Return the bytes of an original. Raises ``FileError`` if they are gone or not what was kept."""
    data = read_bytes(copy_of(root, original))
    if digest(data) != original.sha256:
        raise FileError(f"{copy_of(root, original)} is damaged: it does not hold the bytes that were kept.")
    return data


def copy_of(root: Path, original: Original) -> Path:
    """Return where the bytes of an original lie."""
    return root / STATE / "originals" / original.sha256


def _listing(root: Path) -> Path:
    return root / STATE / "originals.jsonl"


def _trimmed(all_originals: list[Original]) -> list[Original]:
    by_path: defaultdict[str, list[Original]] = defaultdict(list)
    for original in all_originals:
        by_path[original.path].append(original)
    return [original for original in all_originals if original in by_path[original.path][-KEPT:]]


def _write(root: Path, kept: list[Original]) -> None:
    lines = "".join(json.dumps(asdict(original), ensure_ascii=False) + "\n" for original in kept)
    write_atomic(_listing(root), lines.encode("utf-8", "backslashreplace"))
    wanted = {original.sha256 for original in kept}
    for copy in (root / STATE / "originals").iterdir():
        if copy.name not in wanted:
            copy.unlink(missing_ok=True)
