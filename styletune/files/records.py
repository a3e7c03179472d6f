"""What styletune wrote, so that it never overwrites what a person wrote: ``.styletune/outputs.jsonl``."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Self, cast

from styletune.errors import FileError
from styletune.files.atomic import digest, present, read_bytes, sweep
from styletune.files.failures import in_words
from styletune.files.lines import append_line
from styletune.files.lock import locked
from styletune.project import STATE, project_root, state_folder
from styletune.task import TaskName

SCHEMA = 1
FILE = "outputs.jsonl"


@dataclass(frozen=True, slots=True)
class Block:
    """A segment of an output, by its id in the output."""

    id: str
    reasons: tuple[str, ...] | None = None
    """Why it kept its source, if it was flagged."""

    line: int = 0
    """Where it stands in the source."""


@dataclass(frozen=True, slots=True)
class Record:
    """One output as it was written."""

    output: str
    """Path relative to the project root, with ``/``; may start with ``../``."""

    source: str | None
    """Likewise; ``None`` for standard input. Equal to ``output`` for in-place work."""

    source_sha256: str
    output_sha256: str
    task: TaskName
    lang: str | None
    model: str
    time: str
    """UTC, ISO 8601."""

    blocks: tuple[Block, ...] = ()
    key: str = ""
    """Hash of everything but the source that the bytes of the output follow from; empty if they follow from less."""

    @property
    def flagged(self) -> int:
        """Number of blocks that kept their source."""
        return sum(block.reasons is not None for block in self.blocks)

    @property
    def in_place(self) -> bool:
        """Whether the file was its own source."""
        return self.output == self.source

    @property
    def restored(self) -> bool:
        """Whether these are a person's own bytes, brought back by ``restore``: no model had a part in them."""
        return not self.model


class OutputState(Enum):
    """Whose work a file at the place of an output is."""

    MISSING = "missing"
    OURS = "ours"
    EDITED = "edited"
    """Written by styletune, changed by someone since."""

    UNKNOWN = "unknown"
    """No record: written by hand."""


class Records:
    """The records of one project: read, appended to, and read again where another process may have written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._inside = os.path.join(os.path.realpath(root), "")  # noqa: PTH118 -- with a final separator
        self.notices: list[str] = []
        """Lines that could not be read, for people."""

        self._by_output: dict[str, list[Record]] = {}
        self._size = 0
        """Bytes of the file that were read."""

        self._swept = False
        self._read()

    @classmethod
    def of_project(cls, path: Path) -> Self:
        """Return the records of the project that a file belongs to."""
        return cls(project_root(path))

    @property
    def file(self) -> Path:
        """The file the records are kept in; it may not exist yet."""
        return self.root / STATE / FILE

    def name(self, path: Path) -> str:
        """Name a file as records do: relative to the project root, links resolved."""
        real = os.path.realpath(path)
        if real.startswith(self._inside):
            return real.removeprefix(self._inside).replace(os.sep, "/")
        try:
            return Path(os.path.relpath(real, self._inside)).as_posix()
        except ValueError:  # another drive
            return Path(real).as_posix()

    def of_bytes(self, sha256: str) -> list[Record]:
        """Return the records of all files that were written with these bytes, oldest first."""
        return [record for records in self._by_output.values() for record in records if record.output_sha256 == sha256]

    def latest(self, output: Path) -> Record | None:
        """Return the last record of an output."""
        return self.latest_by_name(self.name(output))

    def latest_by_name(self, name: str) -> Record | None:
        """Return the last record of an output that is named as records do."""
        found = self._by_output.get(name)
        return found[-1] if found else None

    def current(self, output: Path) -> Record | None:
        """Return the record of the bytes an output holds now; the last one if they were edited since.

        A record is written before its file, so that the last one may tell of a write that never happened.
        """
        return self._compared(output)[0] if present(output) else None

    def state(self, output: Path) -> OutputState:
        """Tell whose work the file at the place of an output is."""
        if not present(output):
            return OutputState.MISSING
        record, ours = self._compared(output)
        if not ours and self._grown():  # another process wrote it meanwhile
            self._read()
            record, ours = self._compared(output)
        if record is None:
            return OutputState.UNKNOWN
        return OutputState.OURS if ours else OutputState.EDITED

    def _compared(self, output: Path) -> tuple[Record | None, bool]:
        """Return the record that tells of an output, and whether the output holds the bytes of that record."""
        now = digest(read_bytes(output))
        found = self._by_output.get(self.name(output), [])
        written = next((record for record in reversed(found) if record.output_sha256 == now), None)
        return written or self.latest(output), written is not None

    def written_from(self, path: Path) -> Path | None:
        """Return the source of a known output; ``None`` if the file is no output, or its own source."""
        record = self.latest(path)
        if record is None or record.in_place:
            return None
        return self.root / record.source if record.source is not None else Path("-")

    def add(self, record: Record) -> None:
        """Append a record; nothing is written if it repeats the last one. Raises ``FileError``.

        A device or a pipe holds nothing that could be overwritten, so that its writing is not recorded.
        """
        if _is_special(self.root / record.output):
            return
        self.sweep()
        known = self._by_output.setdefault(record.output, [])
        if known and _same(known[-1], record):
            return
        try:
            folder = state_folder(self.root)
            with locked(folder / "lock"):
                append_line(folder / FILE, _as_line(record), whole=lambda rest: _record(rest) is not None)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was changed.") from error
        known.append(record)

    def sweep(self) -> None:
        """Remove what killed runs of the project left behind, wherever it wrote: records come before their files."""
        if not self._swept:
            state = self.root / STATE
            sweep({state, state / "originals", *((self.root / output).parent for output in self._by_output)})
            self._swept = True

    def _grown(self) -> bool:
        return self.file.exists() and self.file.stat().st_size != self._size

    def _read(self) -> None:
        if not self.file.exists():
            return
        data = read_bytes(self.file)
        self._size = len(data)
        self.notices.clear()
        self._by_output.clear()
        lines = data.split(b"\n")
        for number, line in enumerate(lines, start=1):
            record = _record(line)
            if record is not None:
                self._by_output.setdefault(record.output, []).append(record)
            elif line.strip() and number < len(lines):  # the writer of a last line without a break was killed
                self.notices.append(f"{self.file}:{number} is no record that this version can read; it was skipped.")


class Books:
    """The records of all projects that a run touches."""

    def __init__(self) -> None:
        self._by_root: dict[Path, Records] = {}
        self._by_folder: dict[tuple[Path, Path | None], Records] = {}

    def of(self, path: Path, *, otherwise: Path | None = None) -> Records:
        """Return the records of the project that a file belongs to; ``otherwise`` is its root if nothing marks one."""
        folder = (path.parent, otherwise)
        if folder not in self._by_folder:
            root = project_root(path, otherwise=otherwise)
            if root not in self._by_root:
                self._by_root[root] = Records(root)
            self._by_folder[folder] = self._by_root[root]
        return self._by_folder[folder]

    def written_from(self, path: Path) -> Path | None:
        """Return the source of a file that is a known output of any project seen so far."""
        self.of(path)
        sources = (records.written_from(path) for records in self._by_root.values())
        return next((source for source in sources if source is not None), None)

    @property
    def notices(self) -> Iterator[str]:
        """Lines of all records that could not be read, for people."""
        return (notice for records in self._by_root.values() for notice in records.notices)


def _record(line: bytes) -> Record | None:
    try:
        return _from_line(line) if line.strip() else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _is_special(output: Path) -> bool:
    return present(output) and not output.is_file()


def now() -> str:
    """Return the time as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _same(old: Record, new: Record) -> bool:
    return (old.output_sha256, old.source_sha256, old.task, old.lang, old.model, old.blocks, old.key) == (
        new.output_sha256, new.source_sha256, new.task, new.lang, new.model, new.blocks, new.key,
    )  # fmt: skip


def _as_line(record: Record) -> bytes:
    fields = {name: getattr(record, name) for name in Record.__dataclass_fields__ if name != "blocks"}
    blocks = [{"id": block.id, "flagged": block.reasons, "line": block.line} for block in record.blocks]
    line = json.dumps({"schema": SCHEMA, **fields, "blocks": blocks}, ensure_ascii=False)
    return line.encode("utf-8", "backslashreplace") + b"\n"


def _from_line(line: bytes) -> Record:
    found: object = json.loads(line)
    if not isinstance(found, dict):
        raise TypeError("no JSON object")
    values = cast("dict[str, Any]", found)
    if values["schema"] != SCHEMA or values["task"] not in {"rewrite", "translate"}:
        raise ValueError("another schema")
    blocks = tuple(
        Block(
            str(block["id"]),
            None if block["flagged"] is None else tuple(map(str, block["flagged"])),
            int(block.get("line", 0)),
        )
        for block in values["blocks"]
    )
    known = {name: values[name] for name in Record.__dataclass_fields__ if name not in ("blocks", "key")}
    known["key"] = values.get("key", "")
    if not all(
        isinstance(value, str) or (value is None and name in ("source", "lang")) for name, value in known.items()
    ):
        raise TypeError("a field of another type")
    return Record(**known, blocks=blocks)
