"""What git does to a watched project: when to keep still, and when an output was committed."""

from datetime import UTC, datetime
from pathlib import Path

from styletune.files.git_state import Git, Move

QUICK = "another git command"
"""What ``Git.busy`` says of a lock that comes and goes with every command."""


class Repository:
    """The repository around a project, if there is one, looked at now and then."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last = next(reversed(Git(root).moves()), None)

    @property
    def busy(self) -> str | None:
        """Name what is under way, such as ``a rebase``; ``None`` if nothing is."""
        return Git(self._root).busy

    def committed_since(self) -> datetime | None:
        """Tell of a commit since the last call: return when the one before it was made; ``None`` without a commit."""
        moves = Git(self._root).moves()
        new = _behind(moves, self._last)
        self._last = moves[-1] if moves else None
        if not any(move.commit for move in new):
            return None
        earlier = [move.time for move in moves[: len(moves) - len(new)] if move.commit]
        return earlier[-1] if earlier else datetime.fromtimestamp(0, UTC)


def _behind(moves: list[Move], last: Move | None) -> list[Move]:
    """Return the moves that follow the last one that is known; none where it cannot be found any more."""
    if last is None:
        return moves
    found = [index for index, move in enumerate(moves) if move == last]
    return moves[found[-1] + 1 :] if found else []
