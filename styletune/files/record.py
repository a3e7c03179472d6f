"""One line of ``.styletune/outputs.jsonl``: an output as styletune left it, block by block."""

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

from styletune.files.lines import json_line
from styletune.task import TaskName

SCHEMA = 2
READABLE = (1, 2)
"""Schemas that can be read: in lines of the first, blocks have no texts."""

_START = re.compile(
    rb'\{"schema": [12], "output": ("(?:[^"\\]|\\.)*+"), "source": (null|"(?:[^"\\]|\\.)*+"), "source_sha256": "'
)

_SHA256 = re.compile(rb'"output_sha256": "([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Block:
    """A segment of an output, by its id in the output."""

    id: str
    reasons: tuple[str, ...] | None = None
    """What a person should look at: why it kept its source, or, of a pinned block, what changed since."""

    line: int = 0
    """Where it stands in the source."""

    kind: str = ""
    source_id: str = ""
    """Its id in the source."""

    source: str = ""
    """The source's text; empty in records of before texts were kept."""

    written: str | None = None
    """What styletune wrote; ``None``: it kept the source's text. Of a pinned block: what it would write."""

    pinned: str | None = None
    """What a person made of it, which is never overwritten while the source is unchanged."""

    disputed: bool = False
    """Its source changed, and it is not in the output: a person deleted it, or split, merged or moved it."""

    @property
    def current(self) -> str:
        """The text that stands in the output."""
        if self.pinned is not None:
            return self.pinned
        return self.source if self.written is None else self.written

    @property
    def in_conflict(self) -> bool:
        """Whether the source of a pinned block changed, so that a person has to decide."""
        return self.pinned is not None and self.reasons is not None

    @property
    def is_persons(self) -> bool:
        """Whether ``reasons`` tell of a person's text that stands, not of an answer that failed."""
        return self.reasons is not None and (self.pinned is not None or self.disputed)


@dataclass(frozen=True, slots=True)
class Record:
    """One output as it was written, or as a person left it."""

    output: str
    """Path relative to the project root, with ``/``; may start with ``../``."""

    source: str | None
    """Likewise; ``None`` for standard input. Equal to ``output`` for in-place work."""

    source_sha256: str
    output_sha256: str
    """Hash of the bytes on the disk."""

    task: TaskName
    lang: str | None
    model: str
    time: str
    """UTC, ISO 8601."""

    blocks: tuple[Block, ...] = ()
    key: str = ""
    """Hash of everything but the source that the bytes of the output follow from; empty if they follow from less."""

    source_lang: str | None = None
    text: str | None = None
    """The whole output as it follows from source, model and pins alone: what a person's edits are merged with. ``None``
    for work in place, and in records of before it was kept."""

    @property
    def flagged(self) -> int:
        """Number of blocks that a person should look at."""
        return sum(block.reasons is not None for block in self.blocks)

    @property
    def in_place(self) -> bool:
        """Whether the file was its own source."""
        return self.output == self.source

    @property
    def restored(self) -> bool:
        """Whether these are a person's own bytes, brought back by ``restore``: no model had a part in them."""
        return not self.model


def slim(record: Record) -> Record:
    """Return a record without texts: enough to know its bytes again."""
    blocks = tuple(Block(block.id, block.reasons, block.line) for block in record.blocks)
    return replace(record, text=None, blocks=blocks)


def names_of(line: bytes) -> tuple[str, str | None] | None:
    """Return the output that a line tells of, and its source, without reading the rest; ``None`` if it is no record."""
    found = _START.match(line) if line.rstrip().endswith(b"]}") else None
    try:
        return (json.loads(found[1]), json.loads(found[2])) if found else None
    except ValueError:
        return None


def sha256_of(line: bytes) -> str:
    """Return the hash of the output's bytes that a line tells of, without reading the rest."""
    found = _SHA256.search(line)
    return found[1].decode() if found else ""


def to_line(record: Record) -> bytes:
    """Render a record as a line of the file, with its line break."""
    fields = {name: getattr(record, name) for name in Record.__dataclass_fields__ if name != "blocks"}
    blocks = [_block_object(block) for block in record.blocks]
    return json_line({"schema": SCHEMA, **fields, "blocks": blocks})


def from_line(line: bytes) -> Record | None:
    """Read a line; ``None`` if it is no record that this version can read."""
    try:
        return _record(json.loads(line)) if line.strip() else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


_read_line = lru_cache(maxsize=32)(from_line)
"""Lines are asked about several times in a row; all records of a blog in memory would take ten times its size."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, read in full only when it has to be."""

    raw: bytes

    @property
    def record(self) -> Record | None:
        """The record, unless the line is damaged."""
        return _read_line(self.raw)

    @property
    def names(self) -> tuple[str, str | None] | None:
        """The output and its source, unless the line is damaged."""
        if names := names_of(self.raw):
            return names
        return (self.record.output, self.record.source) if self.record else None

    @property
    def output_sha256(self) -> str:
        """Hash of the output's bytes."""
        return sha256_of(self.raw)


_BLOCK_TEXTS = ("kind", "source_id", "source", "written", "pinned")


def _block_object(block: Block) -> dict[str, Any]:
    texts = {name: value for name in _BLOCK_TEXTS if (value := getattr(block, name)) not in (None, "")}
    if block.written == "" or block.pinned == "":  # a person may have emptied it, which is not nothing
        texts |= {name: "" for name in ("written", "pinned") if getattr(block, name) == ""}
    disputed = {"disputed": True} if block.disputed else {}
    return {"id": block.id, "flagged": block.reasons, "line": block.line, **texts, **disputed}


def _block(values: dict[str, Any]) -> Block:
    flagged = values["flagged"]
    texts = {name: values[name] for name in _BLOCK_TEXTS if name in values}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a text of another type")
    reasons = None if flagged is None else tuple(map(str, flagged))
    disputed = values.get("disputed") is True
    return Block(str(values["id"]), reasons, int(values.get("line", 0)), **texts, disputed=disputed)


def _record(found: object) -> Record:
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    values = cast("dict[str, Any]", found)
    if values["schema"] not in READABLE or values["task"] not in {"rewrite", "translate"}:
        raise ValueError("another schema")
    optional = {name: values.get(name, default) for name, default in _LATER.items()}
    known = {name: values[name] for name in Record.__dataclass_fields__ if name not in ("blocks", *_LATER)} | optional
    for name, value in known.items():
        if not (isinstance(value, str) or (value is None and name in _NULLABLE)):
            raise TypeError("a field of another type")
    return Record(**known, blocks=tuple(_block(block) for block in values["blocks"]))


_LATER: dict[str, str | None] = {"key": "", "source_lang": None, "text": None}
"""Fields that older lines lack."""

_NULLABLE = ("source", "lang", "source_lang", "text")
