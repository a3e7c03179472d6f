"""What git is doing in a project, read from its files: git itself is not needed and never called."""

import os
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
    "sequencer": "a series of commits",
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
_ENTERED = re.compile(rb"checkout: moving from (?P<branch>\S+) to (?P<other>\S+)")
"""``git checkout -f`` enters the branch that it is on, to throw edits away."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step of HEAD."""

    new: str
    """Hash of the commit that HEAD came to."""

    time: datetime
    commit: bool
    """The working files were committed as they are; otherwise they may have been replaced (checkout, pull, reset)."""

    kept: bool = False
    """No commit, but the working files stayed as they are too: a branch that begins here was entered."""


class Git:
    """The repository around a folder, if there is one. Nothing raises: what cannot be read is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(os.path.realpath(folder))

    @property
    def busy(self) -> str | None:
        """Name what is under way, such as ``a rebase``; ``None`` if nothing is."""
        git = _git_folder(self._folder)
        return next((what for name, what in _BUSY.items() if git and (git / name).exists()), None)

    @property
    def head(self) -> str:
        """The commit that HEAD stands at, as far as its log tells; empty without a log."""
        moves = self.moves()
        return moves[-1].new if moves else ""

    def moves(self, *, since: datetime | None = None) -> list[Move]:
        """Return the last steps of HEAD, oldest first; with ``since`` those of that second and later.

        Git keeps whole seconds, so a step may be told that came up to a second before ``since``.
        """
        second = since.replace(microsecond=0) if since else None
        found = [move for match in _MOVE.finditer(self._log()) if (move := _move(match))]
        return [move for move in found if second is None or move.time >= second]

    def replaced_files(self, *, since: datetime) -> bool:
        """Tell whether git may have replaced files since a moment: by a checkout, pull, reset, merge or stash."""
        return any(not (move.commit or move.kept) for move in self.moves(since=since))

    def _log(self) -> bytes:
        git = _git_folder(self._folder)
        if git is None:
            return b""
        try:
            with (git / "logs" / "HEAD").open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
                return file.read()
        except (OSError, ValueError):
            return b""


def _move(line: re.Match[bytes]) -> Move | None:
    try:
        time = datetime.fromtimestamp(int(line["time"]), UTC)
    except (OSError, OverflowError, ValueError):
        return None
    entered = _ENTERED.match(line["what"])
    kept = entered is not None and line["old"] == line["new"] and entered["branch"] != entered["other"]
    return Move(line["new"].decode(), time, _COMMIT.match(line["what"]) is not None, kept)


def _git_folder(folder: Path) -> Path | None:
    """Find git's folder for a working tree; in a linked one and in a submodule, ``.git`` is a file that names it.

    A folder without HEAD is no repository, and git looks on above it.
    """
    for candidate in (folder, *folder.parents):
        place = candidate / ".git"
        if os.path.lexists(place / "HEAD"):
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
    return name if first == "gitdir" and name and "\0" not in name else None
