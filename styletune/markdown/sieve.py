"""Which of many new texts break a document, found with few parses."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """Something that changed although it must not."""

    reason: str
    run: int = -1
    """Index of the run that changed, -1 where it is not known which text is to blame."""


Check = Callable[[Collection[str]], Sequence[Fault]]
"""Tells what the texts of some segments, put in together, break."""


def keep(ids: Sequence[str], check: Check, run_of: Mapping[str, int], refused: MutableMapping[str, str]) -> list[str]:
    """Return those of ``ids`` whose texts can stand together; the others go to ``refused``, with a reason each.

    Faults that name their run cost one more check in all; the others are found by bisection.
    """
    return _Sieve(check, run_of, refused).keep([], list(ids))


class _Sieve:
    def __init__(self, check: Check, run_of: Mapping[str, int], refused: MutableMapping[str, str]) -> None:
        self.check = check
        self.run_of = run_of
        self.refused = refused

    def keep(self, base: list[str], ids: list[str]) -> list[str]:
        """Return those of ``ids`` that can stand together with ``base``, which can stand."""
        doubtful: list[str] = []
        while ids and (found := self.check([*base, *ids])):
            reasons = {fault.run: fault.reason for fault in found if fault.run >= 0}
            blamed = [segment_id for segment_id in ids if self.run_of[segment_id] in reasons]
            if not blamed:
                ids = self._bisect(base, ids, found[0].reason)
                break
            ids = [segment_id for segment_id in ids if self.run_of[segment_id] not in reasons]
            doubtful += self._refuse(blamed, reasons)
        for segment_id in doubtful:
            ids += self.keep([*base, *ids], [segment_id])
        return ids

    def _refuse(self, blamed: Sequence[str], reasons: Mapping[int, str]) -> list[str]:
        """Refuse texts that are alone in a run that changed; return those that share it with others."""
        in_run = Counter(self.run_of[segment_id] for segment_id in blamed)
        shared = [segment_id for segment_id in blamed if in_run[self.run_of[segment_id]] > 1]
        for segment_id in set(blamed) - set(shared):
            self.refused[segment_id] = reasons[self.run_of[segment_id]]
        return shared

    def _bisect(self, base: list[str], ids: list[str], reason: str) -> list[str]:
        if len(ids) == 1:
            self.refused[ids[0]] = reason
            return []
        half = len(ids) // 2
        left = self.keep(base, ids[:half])
        return left + self.keep([*base, *left], ids[half:])
