"""What styletune wrote, so that it never overwrites what a person wrote: ``.styletune/outputs.jsonl``."""

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Self

from styletune.errors import FileError
from styletune.files.atomic import digest, is_regular, present, read_bytes, sweep, write_atomic
from styletune.files.failures import in_words
from styletune.files.lines import append_line
from styletune.files.lock import locked
from styletune.files.record import Block, Line, Record, from_line, slim, to_line
from styletune.project import STATE, project_root, state_folder

__all__ = ["FILE", "Block", "OutputState", "Record", "Records", "now"]

FILE = "outputs.jsonl"

_KEPT = 12
"""Records of one output that are kept: ``restore`` brings back one of ten originals, and knows each by its record."""

_CANDIDATES = 3
"""Records among which the one is looked for that an edited output came from."""

_COMPACT_FROM = 4 << 20
"""Bytes up to which the file may hold what is no longer asked for."""

_COMPACT_AT = 8
"""Times the size of the last records that the file may have."""


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

        self._by_output: dict[str, list[Line]] = {}
        self._homeless: dict[str, list[Line]] | None = None
        """Lines of outputs that are not at their place any more, by hash; looked for when somebody asks."""

        self._unread: list[bytes] = []
        """Lines that could not be read, such as those of a newer version: they are kept as they are."""

        self._size = 0
        """Bytes of the file that were read."""

        self._live = 0
        """Bytes of the last record of each output."""

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
        wanted = sha256.encode()
        lines = (line for lines in self._by_output.values() for line in lines if wanted in line.raw)
        return [line.record for line in lines if line.record is not None and line.record.output_sha256 == sha256]

    def outputs(self) -> list[Record]:
        """Return the last record of every output."""
        return [record for name in self._by_output if (record := self.latest_by_name(name)) is not None]

    def latest(self, output: Path) -> Record | None:
        """Return the last record of an output."""
        return self.latest_by_name(self.name(output))

    def latest_by_name(self, name: str) -> Record | None:
        """Return the last record of an output that is named as records do."""
        return next(self._newest_first(name), None)

    def _newest_first(self, name: str) -> Iterator[Record]:
        lines = self._by_output.get(name, ())
        return (line.record for line in reversed(lines) if line.record is not None)

    def edited_from(self, output: Path, texts: Collection[str]) -> Record | None:
        """Return the record that an edited output came from: of the last few the one with most blocks among ``texts``.

        A record is written before its file, so that the last one may tell of a write that never happened.
        """
        candidates = list(islice(self._newest_first(self.name(output)), _CANDIDATES))
        there = frozenset(texts)
        return max(candidates, key=lambda record: sum(block.current in there for block in record.blocks), default=None)

    def current(self, output: Path) -> Record | None:
        """Return the record of the bytes an output holds now; the last one if they were edited since.

        A record is written before its file, so that the last one may tell of a write that never happened.
        """
        return self._compared(output)[0] if present(output) else None

    def state(self, output: Path) -> OutputState:
        """Tell whose work the file at the place of an output is."""
        if not present(output):
            return OutputState.MISSING
        now = digest(read_bytes(output))
        if not self._knows(output, now) and self._grown():  # another process wrote it meanwhile
            self._read()
        if self._knows(output, now):
            return OutputState.OURS
        return OutputState.EDITED if self.name(output) in self._by_output else OutputState.UNKNOWN

    def _knows(self, output: Path, sha256: str) -> bool:
        """Tell whether an output was written with these bytes, now or before."""
        return any(line.output_sha256 == sha256 for line in self._by_output.get(self.name(output), ()))

    def _compared(self, output: Path) -> tuple[Record | None, bool]:
        """Return the record that tells of an output, and whether the output holds the bytes of that record."""
        now = digest(read_bytes(output))
        lines = reversed(self._by_output.get(self.name(output), ()))
        written = next((line.record for line in lines if line.output_sha256 == now), None)
        return written or self.latest(output), written is not None

    def follow(self, output: Path, source: Path) -> None:
        """Take over the record of an output that was moved or renamed, with its source or without.

        It is known by its bytes, or else by its name if the source has the bytes that it had at the old place; what
        lies at the old place must be gone. Raises ``FileError``.
        """
        if self.name(output) in self._by_output:
            return
        if not is_regular(output) or self.state(output) is not OutputState.UNKNOWN:
            return
        source_sha256 = digest(read_bytes(source))
        of_source = [
            record
            for record in self.outputs()
            if record.source_sha256 == source_sha256 and Path(record.output).name == output.name and self._left(record)
        ]
        moved = [*of_source, *self._moved_here(output)]
        if moved:
            self.add(replace(moved[-1], output=self.name(output), source=self.name(source), key=""))

    def _moved_here(self, path: Path) -> list[Record]:
        """Return the records of outputs that had a file's bytes and lie at their own place no more."""
        if self._homeless is None:
            self._homeless = {}
            for name in [name for name in self._by_output if not (self.root / name).exists()]:
                for line in self._by_output[name]:
                    self._homeless.setdefault(line.output_sha256, []).append(line)
        lines = self._homeless.get(digest(read_bytes(path)), []) if self._homeless else []
        return [line.record for line in lines if line.record is not None and self._left(line.record)]

    def _is_renamed(self, record: Record, path: Path) -> bool:
        """Tell a moved output, which has another name only if its draft is there, from a draft that came out unchanged."""
        if Path(record.output).name == path.name or record.source is None:
            return Path(record.output).name == path.name
        return record.source_sha256 != record.output_sha256 and (self.root / record.source).exists()

    def _left(self, record: Record) -> bool:
        return not (record.in_place or record.restored or (self.root / record.output).exists())

    def written_from(self, path: Path) -> Path | None:
        """Return the source of a known output, moved or not; ``None`` if the file is no output, or its own source."""
        lines = self._by_output.get(self.name(path))
        names = lines[-1].names if lines else None
        if names is None and is_regular(path):
            elsewhere = (found for found in self._moved_here(path) if found.source != self.name(path))
            moved = next((found for found in elsewhere if self._is_renamed(found, path)), None)
            names = (moved.output, moved.source) if moved else None
        if names is None or names[0] == names[1]:
            return None
        return self.root / names[1] if names[1] is not None else Path("-")

    def add(self, record: Record) -> None:
        """Append a record; nothing is written if it repeats the last one. Raises ``FileError``.

        A device or a pipe holds nothing that could be overwritten, so that its writing is not recorded.
        """
        if _is_special(self.root / record.output):
            return
        self.sweep()
        latest = self.latest_by_name(record.output)
        if latest is not None and _same(latest, record):
            return
        line = to_line(record)
        try:
            folder = state_folder(self.root)
            with locked(folder / "lock"):
                append_line(folder / FILE, line, whole=lambda rest: from_line(rest) is not None)
                self._keep(Line(line), record.output)
                self._compact()
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was changed.") from error

    def _keep(self, line: Line, output: str) -> None:
        self._homeless = None
        lines = self._by_output.setdefault(output, [])
        self._live += len(line.raw) - (len(lines[-1].raw) if lines else 0)
        lines.append(line)
        del lines[:-_KEPT]

    def _compact(self) -> None:
        """Drop old records, and the texts of all but the last few, once they are most of the file; called under the lock."""
        size = self.file.stat().st_size
        if size < max(_COMPACT_FROM, _COMPACT_AT * self._live):
            return
        self._read()
        for lines in self._by_output.values():
            lines[:-_CANDIDATES] = [
                Line(to_line(slim(line.record))) for line in lines[:-_CANDIDATES] if line.record is not None
            ]
        whole = [*self._unread, *(line.raw for lines in self._by_output.values() for line in lines)]
        write_atomic(self.file, b"".join(raw.rstrip(b"\n") + b"\n" for raw in whole))
        self._size = self.file.stat().st_size

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
        self._unread.clear()
        self._by_output.clear()
        self._live = 0
        lines = data.split(b"\n")
        for number, raw in enumerate(lines, start=1):
            line = Line(raw)
            if (names := line.names) is not None:
                self._keep(line, names[0])
            elif raw.strip() and number < len(lines):  # the writer of a last line without a break was killed
                self._unread.append(raw)
                self.notices.append(f"{self.file}:{number} is no record that this version can read; it was skipped.")


def _is_special(output: Path) -> bool:
    return present(output) and not is_regular(output)


def now() -> str:
    """Return the time as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _same(old: Record, new: Record) -> bool:
    return replace(old, time="") == replace(new, time="")
