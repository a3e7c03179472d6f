"""Equal items of two sequences, in order: the base of alignment and of merging."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]
Gap: TypeAlias = tuple[int, int, int, int]
"""First and last index of the old side, then of the new side; the last ones are outside."""

_SURROGATES = 0xD800, 0x800
"""Code points that no string for comparison may hold: the first, and how many."""


def matching(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Pair equal items so that no two pairs cross.

    Items that occur once on either side come first, as their longest rising run (the patience diff of Bram Cohen);
    then a longest common subsequence inside the gaps. Time is all but linear where most items are equal and rare.
    """
    found: list[Pair] = []
    open_gaps: list[Gap] = [(0, len(old), 0, len(new))]
    while open_gaps:
        gap, ends = _trimmed(old, new, open_gaps.pop())
        found += ends
        anchors = _unique_pairs(old, new, gap)
        if anchors:
            open_gaps += gaps(anchors, gap)
        else:
            found += _common_subsequence(old, new, gap)
    return sorted(found)


def gaps(pairs: Sequence[Pair], within: Gap) -> Iterator[Gap]:
    """Yield what lies between rising pairs, and before and behind them, where either side has anything there."""
    at_old, stop_old, at_new, stop_new = within
    for old, new in [*pairs, (stop_old, stop_new)]:
        if at_old < old or at_new < new:
            yield at_old, old, at_new, new
        at_old, at_new = old + 1, new + 1


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return a longest run of pairs that rises on both sides; the old sides of ``pairs`` must rise."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_, new) in enumerate(pairs):
        pile = bisect_left(tops, new)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [new]
        piles[pile : pile + 1] = [index]
    run: list[Pair] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def as_strings(*sequences: Sequence[Hashable]) -> list[str]:
    """Write sequences as strings, a character for each distinct item: what ``rapidfuzz`` compares fastest."""
    codes = {item: _code(number) for number, item in enumerate(dict.fromkeys(chain.from_iterable(sequences)))}
    return ["".join(map(codes.__getitem__, sequence)) for sequence in sequences]


def _code(number: int) -> str:
    first, count = _SURROGATES
    return chr(number + 1 if number + 1 < first else number + 1 + count)


def _trimmed(old: Sequence[Hashable], new: Sequence[Hashable], gap: Gap) -> tuple[Gap, list[Pair]]:
    """Take off what is equal at both ends."""
    old_start, old_stop, new_start, new_stop = gap
    pairs: list[Pair] = []
    while old_start < old_stop and new_start < new_stop and old[old_start] == new[new_start]:
        pairs.append((old_start, new_start))
        old_start, new_start = old_start + 1, new_start + 1
    while old_start < old_stop and new_start < new_stop and old[old_stop - 1] == new[new_stop - 1]:
        old_stop, new_stop = old_stop - 1, new_stop - 1
        pairs.append((old_stop, new_stop))
    return (old_start, old_stop, new_start, new_stop), pairs


def _unique_pairs(old: Sequence[Hashable], new: Sequence[Hashable], gap: Gap) -> list[Pair]:
    old_start, old_stop, new_start, new_stop = gap
    in_old, in_new = Counter(old[old_start:old_stop]), Counter(new[new_start:new_stop])
    places = {new[index]: index for index in range(new_start, new_stop) if in_new[new[index]] == 1}
    return rising(
        [
            (index, places[old[index]])
            for index in range(old_start, old_stop)
            if in_old[old[index]] == 1 and old[index] in places
        ]
    )


def _common_subsequence(old: Sequence[Hashable], new: Sequence[Hashable], gap: Gap) -> Iterator[Pair]:
    old_start, old_stop, new_start, new_stop = gap
    if old_start == old_stop or new_start == new_stop:
        return
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - a comparison that finds everything equal needs none

    before, after = as_strings(old[old_start:old_stop], new[new_start:new_stop])
    for code in Indel.opcodes(before, after):
        if code.tag == "equal":
            yield from (
                (old_start + code.src_start + step, new_start + code.dest_start + step)
                for step in range(code.src_end - code.src_start)
            )
