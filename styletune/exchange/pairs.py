"""The pairs of texts that a person brought from elsewhere: ``.styletune/pairs.jsonl``."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from styletune.errors import FileError, SettingsError, UsageError
from styletune.exchange.pair import Pair, from_line, to_line
from styletune.files.failures import in_words
from styletune.files.lines import append_line
from styletune.files.lock import locked
from styletune.project import PAIRS, STATE, state_folder

_BATCH = 2000
"""Pairs that are written while others wait."""

_MOST_PROBLEMS = 20
"""Lines that are named; a file with more is damaged as a whole."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of pairs that were to be added."""

    new: int
    known: int
    """Pairs that were there already."""


class Pairs:
    """The imported pairs of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def file(self) -> Path:
        """The file they are kept in; it may not exist yet."""
        return self.root / STATE / PAIRS

    def all(self) -> list[Pair]:
        """Read all pairs, in the order in which they were added.

        Raises ``SettingsError`` with the number of each line that is no pair; nothing is skipped silently.
        """
        found: list[Pair] = []
        problems: list[str] = []
        for number, line in self._lines():
            try:
                found.append(from_line(line))
            except UsageError as error:
                problems.append(f"{STATE}/{PAIRS}:{number} {error}")
        if problems:
            raise SettingsError(_in_words(problems))
        return found

    def add(self, pairs: Iterable[Pair], *, known: Iterable[str] = (), keep: bool = True) -> Added:
        """Append the pairs that are not there yet.

        Arguments: ``known`` are ids of pairs that are known from elsewhere; unless ``keep``, they are counted alone.
        What was appended before a kill stays, in whole lines: the same call again adds the rest. Raises ``FileError``
        and ``SettingsError``.
        """
        known = self.ids().union(known)
        new = again = 0
        rest = iter(pairs)
        while batch := list(islice(rest, _BATCH)):
            lines = {pair.id: to_line(pair) for pair in batch if pair.id not in known}
            known.update(lines)
            new, again = new + len(lines), again + len(batch) - len(lines)
            if lines and keep:
                self._append(b"".join(lines.values()))
        return Added(new, again)

    def ids(self) -> set[str]:
        """Return the ids of all pairs. Raises ``FileError`` and ``SettingsError``."""
        found: set[str] = set()
        for number, line in self._lines():
            try:
                found.add(str(json.loads(line)["id"]))
            except (ValueError, KeyError, TypeError, RecursionError):
                with suppress(UsageError):  # without an id, it may be a person's own line
                    found.add(from_line(line).id)
                    continue
                problem = f"{STATE}/{PAIRS}:{number} this is no pair."
                raise SettingsError(_in_words([problem])) from None
        return found

    def remove(self, ids: Collection[str]) -> int:
        """Remove pairs; return how many there were. Raises ``FileError`` and ``SettingsError``."""
        from styletune.files.atomic import write_atomic  # noqa: PLC0415 - reading needs none

        if not self.file.exists():
            return 0
        with locked(state_folder(self.root) / "lock"):
            pairs = self.all()
            kept = [pair for pair in pairs if pair.id not in ids]
            if len(kept) < len(pairs):
                write_atomic(self.file, b"".join(map(to_line, kept)))
        return len(pairs) - len(kept)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield the lines that hold something, with their numbers; half a last one is what a killed writer left."""
        try:
            with self.file.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if line.strip() and (line.endswith(b"\n") or _whole(line)):
                        yield number, line
        except FileNotFoundError:
            return
        except OSError as error:
            raise FileError(f"{self.file} cannot be read: {in_words(error)}.") from error

    def _append(self, lines: bytes) -> None:
        try:
            with locked(state_folder(self.root) / "lock"):
                append_line(self.file, lines, whole=_whole)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}.") from error


def _whole(line: bytes) -> bool:
    try:
        from_line(line)
    except UsageError:
        return False
    return True


def _in_words(problems: list[str]) -> str:
    more = len(problems) - _MOST_PROBLEMS
    listed = [*problems[:_MOST_PROBLEMS], *([f"  and {more} more lines"] if more > 0 else [])]
    return "\n".join(
        [*listed, "  Repair or remove these lines. What is in the file came from styletune memory import."]
    )
