"""``.styletune/corrections.jsonl``: what a person made of styletune's texts, and how much of them they kept."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from styletune.errors import FileError
from styletune.files.failures import in_words
from styletune.learning.correction import SCHEMA, Correction, Looked
from styletune.learning.fields import from_object, to_object
from styletune.learning.ledger import Ledger
from styletune.project import CORRECTIONS

_MADE_ANEW = ("id", "time", "how", "model", "supersedes")
"""Fields that may differ between two sightings of one correction."""


class Corrections:
    """The corrections of one project; what other processes append is seen at the next call."""

    def __init__(self, root: Path) -> None:
        """Name the project by its folder; nothing is read or made yet."""
        self._ledger = Ledger(root, CORRECTIONS, schema=SCHEMA, read=_entry)

    @property
    def file(self) -> Path:
        """The file the corrections are kept in; it may not exist yet."""
        return self._ledger.file

    def all(self) -> list[Correction]:
        """Return all corrections, oldest first. Raises ``SettingsError`` with file and line of what is malformed."""
        return [entry for entry in self._ledger.entries() if isinstance(entry, Correction)]

    def live(self) -> list[Correction]:
        """Return the corrections that no later one supersedes."""
        return _live(self.all())

    def looked(self) -> list[Looked]:
        """Return what was kept of outputs, oldest first."""
        return [entry for entry in self._ledger.entries() if isinstance(entry, Looked)]

    def latest_of(self, output: str, source: str) -> Correction | None:
        """Return the last correction of a block: of an output, named as records do, and a text of its draft."""
        return _latest_of(self.all(), output, source)

    def add(self, corrections: Iterable[Correction] = (), looked: Iterable[Looked] = ()) -> list[Correction]:
        """Append corrections and what was kept of their output; return the corrections that were new.

        What is known already is not added again: a correction that says what the last one of its block says, whoever
        saw it, and a look that found what the last one found. Raises ``SettingsError`` and ``FileError``.
        """
        corrections, looked = list(corrections), list(looked)
        if not corrections and not looked:
            return []
        try:
            with self._ledger.locked():
                new = self._new(corrections)
                lines = [{"type": "correction", **to_object(correction)} for correction in new]
                lines += [{"type": "looked", **to_object(look)} for look in self._not_seen(looked)]
                self._ledger.append(lines)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was added.") from error
        return new

    def remove(self, ids: Collection[str]) -> list[Correction]:
        """Forget corrections, with the earlier forms that they supersede; return what was removed.

        Raises ``SettingsError`` and ``FileError``; nothing is removed then.
        """
        try:
            with self._ledger.locked():
                gone = _with_earlier(self.all(), ids)
                removed = self._ledger.remove(lambda entry: isinstance(entry, Correction) and entry.id in gone)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was removed.") from error
        return [entry for entry in removed if isinstance(entry, Correction)]

    def _new(self, corrections: Iterable[Correction]) -> list[Correction]:
        known = self.all()
        ids = {correction.id for correction in known}
        new: list[Correction] = []
        for correction in corrections:
            latest = _latest_of([*known, *new], correction.output, correction.source)
            if latest is None or _content(latest) != _content(correction):
                fresh = replace(correction, id=_free(correction, ids))
                ids.add(fresh.id)
                new.append(fresh)
        return new

    def _not_seen(self, looked: Iterable[Looked]) -> list[Looked]:
        last = {_place(entry): replace(entry, time="") for entry in self.looked()}
        return [look for look in looked if last.get(_place(look)) != replace(look, time="")]


def new_id(correction: Correction) -> str:
    """Return the id of a correction, whose own id does not matter: ``c`` and 8 hexadecimal digits of its content."""
    return _hashed({**_content(correction), "supersedes": correction.supersedes})


def block_id(output: str, source: str) -> str:
    """Return the id under which it is counted how much of a block was kept; it holds no text."""
    return hashlib.sha256(f"{output}\0{source}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _hashed(values: Mapping[str, object]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return "c" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _free(correction: Correction, taken: Collection[str]) -> str:
    """Return the correction's id, or another one should a different correction have it by chance."""
    found, tries = correction.id or new_id(correction), 0
    while found in taken:
        tries += 1
        found = _hashed({**_content(correction), "supersedes": correction.supersedes, "tries": tries})
    return found


def _content(correction: Correction) -> dict[str, Any]:
    return {name: value for name, value in asdict(correction).items() if name not in _MADE_ANEW}


def _live(corrections: Iterable[Correction]) -> list[Correction]:
    listed = list(corrections)
    superseded = {correction.supersedes for correction in listed}
    return [correction for correction in listed if correction.id not in superseded]


def _latest_of(corrections: Iterable[Correction], output: str, source: str) -> Correction | None:
    found = [known for known in corrections if (known.output, known.source) == (output, source)]
    return found[-1] if found else None


def _with_earlier(corrections: Iterable[Correction], ids: Collection[str]) -> set[str]:
    """Add to some ids those of the corrections that they supersede, which would count again otherwise."""
    earlier = {correction.id: correction.supersedes for correction in corrections}
    found: set[str] = set()
    for correction_id in ids:
        at: str | None = correction_id
        while at is not None and at not in found:
            found.add(at)
            at = earlier.get(at)
    return found


def _place(looked: Looked) -> tuple[str, str, str | None]:
    return looked.output, looked.task, looked.lang


def _entry(values: Mapping[str, object]) -> Correction | Looked:
    kind = values.get("type")
    rest = {name: value for name, value in values.items() if name != "type"}
    if kind == "correction":
        entry: Correction | Looked = from_object(Correction, rest)
    elif kind == "looked":
        entry = from_object(Looked, rest)
    else:
        raise ValueError(f'"{kind}" is no type of a line; known are correction and looked')
    _check_time(entry.time)
    return entry


def _check_time(time: str) -> None:
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(f'"{time}" is no time such as 2026-11-21T12:00:00+00:00')
