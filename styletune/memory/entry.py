"""The seam between the translation memory and the draft loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one segment under one key."""

    source: str
    """The segment as the model saw it."""

    target: str | None
    """The text that passed the guards; ``None`` if none did."""

    reasons: tuple[str, ...] = ()
    """Why no text passed."""

    attempts: int = 1
    """Times that the model was asked."""

    rescued_by: str | None = None
    """The rung of the ladder that helped, if the first answer failed."""


class Store(Protocol):
    """Keeps entries by key; it never raises: a memory that fails is only slower."""

    def find(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries that are known."""
        ...

    def keep(self, key: str, entry: Entry) -> None:
        """Remember an entry; it survives a kill of the process from here on."""
        ...
