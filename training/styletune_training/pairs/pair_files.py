"""Pairs that exist already, in a file that another program or a person wrote."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from styletune.errors import UsageError
from styletune.exchange.pair import Pair, from_line
from styletune_training.pairs.chat import chat_pairs, is_chat
from styletune_training.pairs.json_records import JsonRecord, Problems, json_records
from styletune_training.pairs.mined import Mined, MinedPair

READER = "1"
"""Version of the reader of pairs and chat logs: what it finds differs where this does."""


def read_pairs(path: Path) -> Mined:
    """Read a file of pairs, or a chat log; what it is says the first line that can be read.

    A line that is no pair is named and the rest is still read. What another project learned from its author is a
    person's work here. Raises ``FileError``.
    """
    records = json_records(path)
    passed: list[JsonRecord] = []
    for record in records:
        passed.append(record)
        values = _values(record)
        if values is not None:
            everything = chain(passed, records)
            return chat_pairs(path, everything) if is_chat(values) else _pairs(path, everything)
    return _pairs(path, passed) if passed else Mined(problems=(f"{path} is empty: there is nothing to read.",))


def _values(record: JsonRecord) -> object:
    try:
        return json.loads(record.data)
    except (ValueError, RecursionError):
        return None


def _pairs(path: Path, records: Iterable[JsonRecord]) -> Mined:
    found: dict[str, MinedPair] = {}
    dropped: Counter[str] = Counter()
    problems = Problems(path)
    for record in records:
        try:
            pair = from_line(record.data)
        except UsageError as error:
            problems.add(record.line, str(error))
            continue
        if pair.id in found:
            dropped["duplicate"] += 1
        else:
            found[pair.id] = MinedPair(_as_a_persons(pair), f"{path.name}:{record.line}")
    return Mined(tuple(found.values()), dropped, problems.told())


def _as_a_persons(pair: Pair) -> Pair:
    return replace(pair, origin="human") if pair.origin == "correction" else pair
