"""Places that hold texts of a person's, from which one text is taken: records, pairs, the translation memory."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from styletune.errors import FileError
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.lock import locked
from styletune.files.record import Block, Record, from_line, to_line
from styletune.files.records import FILE as OUTPUTS
from styletune.project import PAIRS, STATE, state_folder

_PATIENCE = 5.0
"""Seconds to wait for another process that uses the translation memory."""


@dataclass(frozen=True, slots=True)
class Unprotected:
    """A paragraph of an output that will not be known any more as one that a person edited."""

    output: str
    text: str


def unprotected_by(records: list[Record], text: str) -> list[Unprotected]:
    """List the pinned paragraphs of the last records that hold a text."""
    return [
        Unprotected(record.output, block.pinned)
        for record in records
        for block in record.blocks
        if block.pinned is not None and _block_holds(block, text)
    ]


def count_in_outputs(root: Path, text: str) -> int:
    """Count the records that hold a text."""
    return sum(_record_line(raw, text) != raw for raw in _lines(root / STATE / OUTPUTS))


def forget_in_outputs(root: Path, text: str) -> int:
    """Drop from all records the blocks that hold a text, and outputs kept as a whole; return the records changed.

    What is left says all that it said of other blocks. Raises ``FileError``; nothing is changed then.
    """
    return _rewrite(root, OUTPUTS, lambda raw: _record_line(raw, text))


def count_in_pairs(root: Path, text: str) -> int:
    """Count the imported pairs that hold a text."""
    return sum(_pair_line(raw, text) is None for raw in _lines(root / STATE / PAIRS))


def forget_in_pairs(root: Path, text: str) -> int:
    """Drop the imported pairs that hold a text; return how many. Raises ``FileError``; nothing is changed then."""
    return _rewrite(root, PAIRS, lambda raw: _pair_line(raw, text))


def count_in_translations(path: Path, text: str) -> int:
    """Count the entries of a translation memory that hold a text. Raises ``FileError`` if it cannot be read."""
    return len(_with_database(path, lambda database: _keys(database, text))) if path.exists() else 0


def forget_in_translations(path: Path, text: str) -> int:
    """Delete the entries of a translation memory that hold a text, so that its file does not hold it either.

    Raises ``FileError``; the memory is a cache, which may as well be deleted.
    """

    def forget(database: sqlite3.Connection) -> int:
        keys = _keys(database, text)
        database.execute("PRAGMA secure_delete = ON")
        database.execute("BEGIN IMMEDIATE")
        database.executemany("DELETE FROM entries WHERE key = ?", [(key,) for key in keys])
        database.execute("COMMIT")
        database.execute("VACUUM")  # pages that were free before may hold it too
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(keys)

    return _with_database(path, forget) if path.exists() else 0


def _with_database(path: Path, work: Callable[[sqlite3.Connection], Any]) -> Any:  # noqa: ANN401 -- what work returns
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as database:
            database.text_factory = _decoded
            return work(database)
    except sqlite3.Error as error:
        advice = "End what uses it and run this again, or delete it: it is only a cache."
        raise FileError(f"{path} cannot be changed: {error}. {advice}") from error


def _decoded(data: bytes) -> str:
    """Read bytes that may have changed on the disk."""
    return data.decode(errors="surrogateescape")


def _keys(database: sqlite3.Connection, text: str) -> list[str]:
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
        return []
    return [key for key, entry in database.execute("SELECT key, entry FROM entries") if _json_holds(entry, text)]


def _json_holds(raw: str | bytes, text: str) -> bool:
    try:
        return any(text in found for found in _strings(json.loads(raw)))
    except (ValueError, RecursionError):
        return text in (raw if isinstance(raw, str) else raw.decode(errors="replace"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in cast("dict[str, object]", value).values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _strings(item)


def _lines(path: Path) -> list[bytes]:
    return [line for line in read_bytes(path).split(b"\n") if line.strip()] if path.exists() else []


def _rewrite(root: Path, name: str, change: Callable[[bytes], bytes | None]) -> int:
    """Change the lines of a file; a line for which there is nothing left goes."""
    path = root / STATE / name
    if not path.exists():
        return 0
    with locked(state_folder(root) / "lock"):
        old = _lines(path)
        new = [change(raw) for raw in old]
        changed = sum(before != after for before, after in zip(old, new, strict=True))
        if changed:
            write_atomic(path, b"".join(line + b"\n" for line in new if line is not None))
    return changed


def _record_line(raw: bytes, text: str) -> bytes | None:
    record = from_line(raw)
    if record is None:
        return None if _json_holds(raw, text) else raw
    whole = None if record.text is not None and text in record.text else record.text
    blocks = tuple(block for block in record.blocks if not _block_holds(block, text))
    if whole == record.text and len(blocks) == len(record.blocks):
        return raw
    return to_line(replace(record, text=whole, blocks=blocks)).rstrip(b"\n")


def _block_holds(block: Block, text: str) -> bool:
    parts = (block.source, block.written, block.pinned, *(block.reasons or ()))
    return any(part is not None and text in part for part in parts)


def _pair_line(raw: bytes, text: str) -> bytes | None:
    return None if _json_holds(raw, text) else raw
