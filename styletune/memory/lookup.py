"""What is known of the segments of one file, and where new answers are kept."""

from collections.abc import Mapping

from styletune.memory.entry import Entry, Store
from styletune.memory.keys import flagged_key, segment_key
from styletune.memory.recall import Memory


class Lookup:
    """The translation memory as one run on one file sees it; without a store it knows nothing and keeps nothing.

    ``run`` is the ``run_key`` of the file.
    """

    def __init__(self, store: Store | None, memory: Memory, run: str) -> None:
        self._store = store
        self._memory = memory
        self._run = run
        self._keys: dict[str, str] = {}

    def find(self, shown: Mapping[str, str]) -> dict[str, Entry]:
        """Return what became of segments earlier, by segment id; ``shown`` maps ids to what the model sees."""
        if self._store is None:
            return {}
        self._keys = {
            segment: segment_key(self._run, text, self._memory.terms(text)) for segment, text in shown.items()
        }
        failures = {segment: flagged_key(key) for segment, key in self._keys.items()}
        found = self._store.find([*self._keys.values(), *failures.values()])
        entries = {segment: found.get(self._keys[segment]) or found.get(failures[segment]) for segment in shown}
        return {segment: entry for segment, entry in entries.items() if entry is not None}

    def keep(self, segment: str, entry: Entry) -> None:
        """Remember what became of a segment that ``find`` was asked for."""
        if self._store is not None and segment in self._keys:
            key = self._keys[segment]
            self._store.keep(flagged_key(key) if entry.target is None else key, entry)
