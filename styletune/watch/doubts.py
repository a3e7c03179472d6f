"""Changes that no event told of: they show that the system's events do not come."""

from collections.abc import Iterable
from pathlib import Path

GRACE = 3.0
"""Seconds that an event may come later than the look which saw the change."""


class Doubts:
    """Changes that a look saw and that an event has to explain within ``GRACE`` seconds."""

    def __init__(self) -> None:
        self._since: dict[Path, float] = {}

    def doubt(self, paths: Iterable[Path], now: float) -> None:
        """Wait for events of these."""
        for path in paths:
            self._since.setdefault(path, now)

    def explain(self, path: Path) -> None:
        """Take an event."""
        self._since.pop(path, None)

    def clear(self) -> None:
        """Forget all of them: something happened that explains any change."""
        self._since.clear()

    def missed(self, now: float) -> list[Path]:
        """Return, once, the changes for which no event came."""
        late = [path for path, since in self._since.items() if now - since > GRACE]
        for path in late:
            del self._since[path]
        return late
