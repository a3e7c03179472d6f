"""The pairs that were found, one file for each place they come from: ``.styletune/corpus/pairs/NAME.jsonl``.

The first line says what they were found in (a fingerprint) and what was dropped; the others are pairs.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from styletune.errors import FileError, UsageError
from styletune.exchange.pair import from_line
from styletune.exchange.selection import Preference
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.failures import in_words
from styletune.files.lines import json_line
from styletune.files.lock import locked
from styletune.project import CORPUS, STATE, state_folder
from styletune_training.pairs.mined import Mined, MinedPair

FOLDER = "pairs"
ALIGNED = "aligned-"
"""Begins the names of pairs that were found in the translations of one post; the others are named by their source."""

_SCHEMA = 1


class MinedPairs:
    """The mined pairs of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def folder(self) -> Path:
        """The folder of the files; it may not exist yet."""
        return self.root / STATE / CORPUS / FOLDER

    def names(self) -> tuple[str, ...]:
        """List what there are pairs of."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.jsonl")))

    def all(self) -> tuple[MinedPair, ...]:
        """Return all pairs, those of one source together. Raises ``FileError``."""
        found = (self.read(name) for name in self.names())
        return tuple(pair for one in found if one is not None for pair in one[1].pairs)

    def preferences(self) -> tuple[Preference, ...]:
        """Return what was preferred in all sources; it stands in their first lines. Raises ``FileError``."""
        return tuple(one for name in self.names() for one in _preferences_in(self._file(name)))

    def read(self, name: str) -> tuple[str, Mined] | None:
        """Return what was found in a source, and the fingerprint of what it was found in.

        ``None`` where nothing was looked for yet, or where the file is damaged: it can be made again. Raises
        ``FileError``.
        """
        file = self._file(name)
        if not file.exists():
            return None
        try:
            head, *lines = read_bytes(file).splitlines()
            values = json.loads(head)
            if values["schema"] != _SCHEMA or values["pairs"] != len(lines):
                return None
            return str(values["fingerprint"]), _mined(values, lines)
        except (ValueError, TypeError, KeyError, AttributeError, UsageError, RecursionError):
            return None

    def put(self, name: str, fingerprint: str, mined: Mined) -> None:
        """Keep what was found in a source instead of what was found there before. Raises ``FileError``."""
        with locked(state_folder(self.root) / "lock"):
            self._write(name, fingerprint, mined)

    def remove(self, name: str) -> int:
        """Remove all pairs of a source; return how many there were. Raises ``FileError``."""
        found = self.read(name)
        try:
            self._file(name).unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"{self._file(name)} cannot be removed: {in_words(error)}.") from error
        return len(found[1].pairs) if found is not None else 0

    def _write(self, name: str, fingerprint: str, mined: Mined) -> None:
        values: dict[str, Any] = {"schema": _SCHEMA, "fingerprint": fingerprint, "pairs": len(mined.pairs)}
        values |= {"dropped": dict(mined.dropped), "problems": mined.problems, "notes": mined.notes}
        values |= {"preferences": list(map(asdict, mined.preferences))} if mined.preferences else {}
        rows = ({**asdict(one.pair), "place": one.place} for one in mined.pairs)
        write_atomic(self._file(name), b"".join(map(json_line, [values, *rows])))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"


def _preferences_in(file: Path) -> tuple[Preference, ...]:
    try:
        with file.open("rb") as lines:
            return _preferences(json.loads(lines.readline()))
    except OSError as error:
        raise FileError(f"{file} cannot be read: {in_words(error)}.") from error
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()


def _preferences(values: dict[str, Any]) -> tuple[Preference, ...]:
    return tuple(Preference(**one) for one in values.get("preferences", ()))


def _mined(values: dict[str, Any], lines: list[bytes]) -> Mined:
    pairs = tuple(MinedPair(from_line(line), str(json.loads(line)["place"])) for line in lines)
    dropped = {str(reason): int(count) for reason, count in values["dropped"].items()}
    problems, notes = (tuple(map(str, values[name])) for name in ("problems", "notes"))
    return Mined(pairs, dropped, problems, notes, _preferences(values))
