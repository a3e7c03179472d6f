"""Which files are outputs, as the records of the watched projects tell."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes
from styletune.files.records import Record, Records
from styletune.watch.stamps import Stamp, stamp


@dataclass(frozen=True, slots=True)
class KnownOutput:
    """A file that styletune wrote, and what is recorded of it."""

    path: Path
    records: Records
    record: Record

    @property
    def source(self) -> Path | None:
        """The draft that it comes from; ``None`` for standard input."""
        return self.records.root / self.record.source if self.record.source is not None else None

    @property
    def written_at(self) -> float:
        """When it was written, in seconds since 1970."""
        try:
            return datetime.fromisoformat(self.record.time).timestamp()
        except ValueError:
            return 0.0


class KnownOutputs:
    """The records of several projects, read again only when their file has changed."""

    def __init__(self) -> None:
        self._projects: dict[Path, tuple[Stamp, Records]] = {}

    @property
    def roots(self) -> list[Path]:
        """The folders of the projects."""
        return list(self._projects)

    def add(self, root: Path) -> None:
        """Take one more project."""
        self._projects.setdefault(root, (None, Records(root)))

    def find(self, path: Path) -> KnownOutput | None:
        """Return what is known of a file; ``None`` unless styletune wrote it."""
        for root in self._projects:
            records = self.of(root)
            record = records.latest(path)
            if record is not None:
                return KnownOutput(path, records, record)
        return None

    def is_copy(self, path: Path) -> bool:
        """Tell whether a file holds what styletune wrote to another place, from a draft that reads otherwise."""
        try:
            sha256 = digest(read_bytes(path)) if path.is_file() else ""
        except FileError:  # the worker meets it too, and tells
            return False
        books = [self.of(root) for root in self._projects] if sha256 else []
        return any(_is_copied(record, books_of, path) for books_of in books for record in books_of.of_bytes(sha256))

    def all(self, root: Path) -> list[KnownOutput]:
        """Return all outputs of a project that have a draft of their own."""
        records = self.of(root)
        return [
            KnownOutput(root / record.output, records, record)
            for record in records.outputs()
            if record.source is not None and not record.in_place
        ]

    def of(self, root: Path) -> Records:
        """Return the records of a project as they are now."""
        before, records = self._projects[root]
        now = stamp(records.file)
        if now != before:
            with suppress(FileError):  # what cannot be read now is still known
                records = Records(root)
            self._projects[root] = now, records
        return records


def _is_copied(record: Record, records: Records, path: Path) -> bool:
    own = record.in_place or record.source == records.name(path)  # a person took the result for the draft
    return not own and record.source_sha256 != record.output_sha256
