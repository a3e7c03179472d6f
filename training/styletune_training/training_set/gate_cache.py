"""Verdicts of the gate that are kept between runs: ``.styletune/corpus/gate.jsonl``, which may be deleted at any time."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from styletune.errors import FileError
from styletune.exchange.pair import Pair
from styletune.files.atomic import write_atomic
from styletune.files.lines import json_line
from styletune.guards import Finding
from styletune.project import CORPUS, STATE, state_folder
from styletune_training.pairs.gate import GATE

_FILE = "gate.jsonl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a pair."""

    faults: tuple[Finding, ...]
    distance: float | None
    """Between source and target, 0..1; ``None`` between two languages and for ``qa``."""


class GateCache:
    """The kept verdicts of one project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._file = root / STATE / CORPUS / _FILE

    def read(self) -> dict[str, Verdict]:
        """Return what is kept, by key; lines that cannot be read are judged again."""
        found: dict[str, Verdict] = {}
        try:
            lines = self._file.read_bytes().splitlines()
        except OSError:
            return found
        for line in lines:
            with suppress(ValueError, TypeError, KeyError, RecursionError):
                key, verdict = _read(json.loads(line))
                found[key] = verdict
        return found

    def write(self, verdicts: Mapping[str, Verdict]) -> None:
        """Keep verdicts instead of what was there; where nothing can be written, they are judged again next time."""
        with suppress(FileError, OSError):
            state_folder(self._root)
            write_atomic(self._file, b"".join(_lines(verdicts)))


def verdict_key(pair: Pair) -> str:
    """Name all that a verdict follows from; another version of the gate gives other names."""
    parts = GATE, pair.task, pair.origin, pair.source_lang, pair.target_lang, pair.source, pair.target
    digest = hashlib.blake2b(json.dumps(parts).encode("ascii"), digest_size=10, person=b"styletune:gate")
    return digest.hexdigest()


def _lines(verdicts: Mapping[str, Verdict]) -> Iterable[bytes]:
    for key, verdict in verdicts.items():
        faults = [[finding.guard, finding.reason] for finding in verdict.faults]
        yield json_line({"key": key, "distance": verdict.distance, "faults": faults})


def _read(values: object) -> tuple[str, Verdict]:
    fields = cast("dict[str, Any]", values)
    faults = tuple(Finding(str(guard), str(reason)) for guard, reason in fields["faults"])
    apart = fields["distance"]
    return str(fields["key"]), Verdict(faults, None if apart is None else float(apart))
