"""The records of several projects."""

from collections.abc import Iterator
from pathlib import Path

from styletune.files.records import Records
from styletune.project import project_root


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
