"""Has a file changed? Told by what the disk says about it, for the few files that no event tells of."""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock

from styletune.project import GLOSSARY, RULE_FILE, RULES_FOLDER, SETTINGS, STATE

Stamp = tuple[int, int, int] | None
"""Time of the last change, size and number of a file; ``None`` if it is not there."""


def stamp(path: Path) -> Stamp:
    """Return what changes with each write of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Stamps:
    """A set of files that are looked at now and then; may be added to from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamps: dict[Path, Stamp] = {}

    def add(self, path: Path) -> None:
        """Look at one more file from now on."""
        with self._lock:
            if path not in self._stamps:
                self._stamps[path] = stamp(path)

    def changed(self) -> list[Path]:
        """Return the files that have changed, appeared or gone since the last call."""
        with self._lock:
            now = {path: stamp(path) for path in self._stamps}
            changed = [path for path, before in self._stamps.items() if now[path] != before]
            self._stamps = now
            return changed


class SettingFiles:
    """The files of a project that say how its drafts are worked on.

    Arguments: ``named`` finds the rule files that the settings name; it is asked again when the settings change.
    """

    def __init__(self, root: Path, named: Callable[[Path], Iterable[Path]]) -> None:
        self._root = root
        self._named = named
        self._rules = tuple(named(root))
        self._stamps = self._look()

    def changed(self) -> list[str]:
        """Name the files that have changed since the last call, as they are named from the project's folder."""
        before, now = self._stamps, self._look()
        different = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        if self._root / SETTINGS in different:
            self._rules = tuple(self._named(self._root))
            now = self._look()
        self._stamps = now
        return sorted(self._name(path) for path in different)

    def _look(self) -> dict[Path, Stamp]:
        fixed = [self._root / SETTINGS, self._root / RULE_FILE, self._root / STATE / GLOSSARY, *self._rules]
        try:
            scoped = [path for path in (self._root / STATE / RULES_FOLDER).iterdir() if path.suffix == ".md"]
        except OSError:
            scoped = []
        return {path: stamp(path) for path in (*fixed, *scoped)}

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)
