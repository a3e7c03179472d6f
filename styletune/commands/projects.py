"""The projects that a run touches: their settings, and what they remember of earlier runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.config.load import load_config
from styletune.project import SETTINGS, STATE, state_folder

if TYPE_CHECKING:
    from styletune.config.schema import Config
    from styletune.memory.entry import Entry
    from styletune.memory.translation_memory import TranslationMemory


class Projects:
    """Settings and translation memories by project, each read or opened once.

    ``writes`` tells whether the run writes files: only then does a folder without a project get a ``.styletune``
    folder; otherwise its memory lies in the user's cache folder.
    """

    def __init__(self, *, writes: bool) -> None:
        self._writes = writes
        self._configs: dict[Path, Config] = {}
        self._stores: dict[Path, TranslationMemory] = {}

    def config(self, root: Path) -> "Config":
        """Return the settings of a project. Raises ``SettingsError``."""
        if root not in self._configs:
            self._configs[root] = load_config(root)
        return self._configs[root]

    def store(self, root: Path) -> "TranslationMemory":
        """Return the translation memory of a project; it is opened when it is first asked."""
        from styletune.memory.translation_memory import FILE, TranslationMemory  # noqa: PLC0415 -- rarely needed

        path = self._memory_folder(root) / FILE
        if path not in self._stores:
            self._stores[path] = TranslationMemory(path)
        return self._stores[path]

    def close(self) -> list[str]:
        """Close what is open; return what people should know of it."""
        for store in self._stores.values():
            store.close()
        return [notice for store in self._stores.values() for notice in store.notices]

    def _memory_folder(self, root: Path) -> Path:
        if self._writes or (root / STATE).is_dir() or (root / SETTINGS).exists():
            try:
                return state_folder(root)
            except OSError:  # a folder that may be read only
                pass
        from platformdirs import user_cache_path  # noqa: PLC0415 -- rarely needed

        return user_cache_path("styletune", appauthor=False)


class Forgetful:
    """A store that is written to and never asked: for ``--no-cache``."""

    def __init__(self, store: "TranslationMemory") -> None:
        self._store = store

    def find(self, keys: Sequence[str]) -> "Mapping[str, Entry]":  # noqa: ARG002 -- the protocol's
        """Return nothing."""
        return {}

    def keep(self, key: str, entry: "Entry") -> None:
        """Remember an entry."""
        self._store.keep(key, entry)
