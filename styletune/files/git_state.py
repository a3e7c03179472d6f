"""What git is doing in a project, read from its files: git itself is not needed and never called."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_BUSY = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
    "index.lock": "another git command",
}
"""What lies in git's folder while something is under way, and what that is."""

_TAIL = 64 * 1024
"""Bytes at the end of the log that are read."""

_MOVE = re.compile(
    rb"^(?P<old>[0-9a-f]{40,64}) (?P<new>[0-9a-f]{40,64}) .*> (?P<time>\d+) [+-]\d{4}\t(?P<what>.*)$", re.MULTILINE
)
_COMMIT = re.compile(rb"commit(?: \((?:amend|initial)\))?:")


@dataclass(frozen=True, slots=True)
class Move:
    """One step of HEAD."""

    new: str
    """Hash of the commit that HEAD came to."""

    time: datetime
    commit: bool
    """The working files were committed as they are; otherwise they may have been replaced (checkout, pull, reset)."""


class Git:
    """The repository around a folder, if there is one. Nothing raises: what cannot be read is not there."""

    def __init__(self, folder: Path) -> None:
        self._git = _git_folder(folder)

    @property
    def busy(self) -> str | None:
        """Name what is under way, such as ``a rebase``; ``None`` if nothing is."""
        git = self._git
        return next((what for name, what in _BUSY.items() if git and (git / name).exists()), None)

    @property
    def head(self) -> str:
        """The commit that HEAD stands at, as far as its log tells; empty without a log."""
        moves = self.moves()
        return moves[-1].new if moves else ""

    def moves(self, *, since: datetime | None = None) -> list[Move]:
        """Return the last steps of HEAD, oldest first; with ``since`` those that came after, to the second."""
        found = [
            Move(
                match["new"].decode(),
                datetime.fromtimestamp(int(match["time"]), UTC),
                _COMMIT.match(match["what"]) is not None,
            )
            for match in _MOVE.finditer(self._log())
        ]
        return [move for move in found if since is None or move.time >= since]

    def replaced_files(self, *, since: datetime) -> bool:
        """Tell whether git may have replaced files since a moment: by a checkout, pull, reset, merge or stash."""
        return any(not move.commit for move in self.moves(since=since))

    def _log(self) -> bytes:
        if self._git is None:
            return b""
        try:
            with (self._git / "logs" / "HEAD").open("rb") as file:
                file.seek(max(file.seek(0, 2) - _TAIL, 0))
                return file.read()
        except OSError:
            return b""


def _git_folder(folder: Path) -> Path | None:
    """Find git's folder for a working tree; in a linked one and in a submodule, ``.git`` is a file that names it."""
    for candidate in (folder, *folder.parents):
        place = candidate / ".git"
        if place.is_dir():
            return place
        if place.is_file():
            named = _named_in(place)
            return candidate / named if named else None
    return None


def _named_in(file: Path) -> str | None:
    try:
        first, _, name = file.read_text(encoding="utf-8").strip().partition(": ")
    except (OSError, UnicodeDecodeError):
        return None
    return name if first == "gitdir" and name else None
