"""What was asked of models and what they gave: ``.styletune/corpus/synthesis.jsonl``.

The file is appended to, one JSON object a line. A line ``sent`` stands there before a paid request goes out, and a line
``made`` as soon as its answer is there: a run that is killed in between leaves a request that was perhaps paid, and
never one that nobody knows of.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from styletune.errors import FileError
from styletune.files.failures import in_words
from styletune.files.lines import append_line, json_line
from styletune.files.lock import locked
from styletune.project import CORPUS, STATE, state_folder
from styletune_training.corpus.store import corpus_folder
from styletune_training.synthesis.made import Item, Made

FILE = "synthesis.jsonl"
_SHOWN = f"{STATE}/{CORPUS}/{FILE}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that costs money and is about to go out."""

    item: str
    """``Item.id``."""

    doc: str
    """``Item.doc``."""

    time: str
    """When, ISO 8601 in UTC."""

    cost: float
    """The most it can cost, in ``currency``."""

    currency: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What the ledger says."""

    made: Mapping[str, Made] = field(default_factory=dict[str, Made])
    """The last answer to each item, by its id, in the order of the first."""

    unanswered: Mapping[str, Sent] = field(default_factory=dict[str, Sent])
    """Requests without an answer, by id of the item: a run was cut off, and they may have been paid."""

    spent: Mapping[str, float] = field(default_factory=dict[str, float])
    """What all answers cost, by currency."""

    problems: tuple[str, ...] = ()
    """Lines that cannot be read, each with its place; they are kept as they are."""

    def needs(self, item: Item) -> bool:
        """Tell whether an item has no answer; an endpoint's failure is none."""
        found = self.made.get(item.id)
        return found is None or found.finish == "failed"


class Ledger:
    """The ledger of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def file(self) -> Path:
        """The file it is kept in; it may not exist yet."""
        return self.root / STATE / CORPUS / FILE

    def made(self) -> Iterator[Made]:
        """Yield the last answer to each item. Raises ``FileError``."""
        yield from self.read().made.values()

    def unanswered(self) -> list[Sent]:
        """List the requests that were sent and never answered. Raises ``FileError``."""
        return list(self.read().unanswered.values())

    def read(self) -> Entries:
        """Read all of it. Raises ``FileError``."""
        reading = _Reading()
        for number, line in enumerate(self._lines(), 1):
            reading.take(number, line)
        return Entries(reading.made, reading.unanswered, reading.spent, tuple(reading.problems))

    def sent(self, requests: Iterable[Sent]) -> None:
        """Note requests, on the disk before this returns. Raises ``FileError``; they must not go out then."""
        self._append(b"".join(_line("sent", request) for request in requests))

    def unsent(self, items: Collection[str]) -> None:
        """Note that requests never got anywhere, so that they cost nothing. Raises ``FileError``."""
        self._append(b"".join(json_line({"kind": "unsent", "item": item}) for item in items))

    def append(self, made: Made) -> None:
        """Keep an answer, on the disk before this returns. Raises ``FileError``."""
        self._append(_line("made", made))

    def remove(self, items: Collection[str]) -> int:
        """Remove all that is said of items; return how many of them had answers. Raises ``FileError``."""
        from styletune.files.atomic import write_atomic  # noqa: PLC0415 - reading needs none

        if not items or not self.file.exists():
            return 0
        with locked(state_folder(self.root) / "lock"):
            lines = list(self._lines())
            values = [_values(line) for line in lines]
            kept = [line for line, one in zip(lines, values, strict=True) if _item(one) not in items]
            if len(kept) < len(lines):
                write_atomic(self.file, b"".join(kept))
        return len({_item(one) for one in values if one.get("kind") == "made"}.intersection(items))

    def _lines(self) -> Iterator[bytes]:
        """Yield whole lines with their line breaks; half a last one is what a killed writer left."""
        try:
            with self.file.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        yield line
                    elif _whole(line):
                        yield line + b"\n"
        except FileNotFoundError:
            return
        except OSError as error:
            raise FileError(f"{self.file} cannot be read: {in_words(error)}.") from error

    def _append(self, lines: bytes) -> None:
        if not lines:
            return
        try:
            with locked(corpus_folder(self.root).parent / "lock"):
                append_line(self.file, lines, whole=_whole)
        except OSError as error:
            raise FileError(
                f"{self.file} cannot be written: {in_words(error)}. What was made before is kept; "
                "the same command goes on from there."
            ) from error


class _Reading:
    """The ledger as far as it is read."""

    def __init__(self) -> None:
        self.made: dict[str, Made] = {}
        self.unanswered: dict[str, Sent] = {}
        self.spent: dict[str, float] = {}
        self.problems: list[str] = []

    def take(self, number: int, line: bytes) -> None:
        """Take the next line."""
        values = _values(line)
        try:
            self._take(values)
        except (KeyError, TypeError):
            if line.strip():
                self.problems.append(f"{_SHOWN}:{number} this cannot be read; it is left as it is.")

    def _take(self, values: dict[str, Any]) -> None:
        if values["kind"] == "made":
            made = _from_values(Made, values)
            self.made[made.item] = made
            self.unanswered.pop(made.item, None)
            if made.cost:
                self.spent[made.currency] = self.spent.get(made.currency, 0.0) + made.cost
        elif values["kind"] == "sent":
            self.unanswered[values["item"]] = _from_values(Sent, values)
        elif values["kind"] == "unsent":
            self.unanswered.pop(values["item"], None)
        else:
            raise KeyError(values["kind"])


_NAMES = {kind: tuple((one.name, one.default is MISSING) for one in fields(kind)) for kind in (Made, Sent)}
_NUMBERS = frozenset({"tokens_in", "tokens_out", "cost", "seconds"})
_TEXTS = frozenset({"item", "doc", "source", "target", "prompt", "model", "finish", "task", "time", "currency"})
_CHECKED = {
    kind: tuple(tuple(name for name, _ in names if name in wanted) for wanted in (_TEXTS, _NUMBERS))
    for kind, names in _NAMES.items()
}


def _from_values(kind: type[Any], values: dict[str, Any]) -> Any:  # noqa: ANN401 - one of two dataclasses
    """Make a record of what a line holds; unknown fields are passed over. Raises ``KeyError`` and ``TypeError``."""
    given = {name: values[name] for name, required in _NAMES[kind] if required or name in values}
    texts, numbers = _CHECKED[kind]
    if not all(isinstance(given[name], str) for name in texts):
        raise TypeError(kind)
    if not all(type(given[name]) in (int, float) for name in numbers):  # a truth value is no number
        raise TypeError(kind)
    return kind(**given)


def _line(kind: str, record: Made | Sent) -> bytes:
    return json_line({"kind": kind, **asdict(record)})


def _values(line: bytes) -> dict[str, Any]:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _item(values: Mapping[str, Any]) -> str:
    item = values.get("item")
    return item if isinstance(item, str) else ""


def _whole(line: bytes) -> bool:
    return bool(_values(line))
