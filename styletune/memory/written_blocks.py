"""What styletune wrote in a project and nobody changed, read on from ``outputs.jsonl`` as that grows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from styletune.files.record import Record, from_line
from styletune.files.records import FILE
from styletune.memory.earlier_text import EarlierText, Standing
from styletune.project import STATE
from styletune.task import TaskName

_NO_MODELS = frozenset({"echo", "pseudo"})
"""What writes to show that nothing but prose is touched; nobody wants to read it."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The blocks of one output."""

    source: str | None
    """The draft, relative to the project, with ``/``."""

    task: TaskName
    source_lang: str | None
    target_lang: str | None
    texts: tuple[EarlierText, ...]


class WrittenBlocks:
    """The outputs of one project; of each the last record counts.

    A run of a thousand drafts appends a thousand records, so that what was read once is not read again.
    """

    def __init__(self, root: Path) -> None:
        self._file = root / STATE / FILE
        self._identity = 0
        self._read_to = 0
        self._by_output: dict[str, WrittenFile] = {}

    def files(self) -> list[WrittenFile]:
        """Return the outputs as the file has them now; lines that cannot be read are told of by ``Records``."""
        for line in self._new_lines():
            record = from_line(line)
            if record is not None:
                self._by_output[record.output] = _written(record)
        return list(self._by_output.values())

    def _new_lines(self) -> Iterator[bytes]:
        try:
            with self._file.open("rb") as file:
                found = self._file.stat()
                if found.st_ino != self._identity or found.st_size < self._read_to:  # it was written anew
                    self._identity, self._read_to = found.st_ino, 0
                    self._by_output.clear()
                file.seek(self._read_to)
                data = file.read()
        except OSError:
            self._by_output.clear()
            self._read_to = 0
            return
        whole = data.rfind(b"\n") + 1  # another process may be writing the last line
        self._read_to += whole
        yield from data[:whole].splitlines()


@lru_cache(maxsize=8)
def written_blocks(root: Path) -> WrittenBlocks:
    """Return the one reader that a process has of a project's outputs."""
    return WrittenBlocks(root)


def _written(record: Record) -> WrittenFile:
    texts = tuple(
        EarlierText(block.source, block.written, Standing.WRITTEN, record.output, approved=False)
        for block in (() if record.model in _NO_MODELS else record.blocks)
        if block.written and block.source and block.written != block.source
        if block.reasons is None and block.pinned is None
    )
    return WrittenFile(record.source, record.task, record.source_lang, record.lang, texts)
