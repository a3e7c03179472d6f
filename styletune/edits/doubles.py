"""Texts that stand twice in a merge, or not at all, because both sides have them, at different places."""

from collections import Counter
from collections.abc import Iterator, Sequence

from styletune.edits.hunks import LEAST_FOLLOWED, says


def without_doubles(merged: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """Take out of a merge what stands there more often than on either side.

    Theirs is the place that stays: the one behind the same text as there. With a text goes what parts it from the next.
    """
    in_ours, in_theirs, there = Counter(ours), Counter(theirs), Counter(merged)
    surplus = {
        chunk: there[chunk] - max(in_ours[chunk], in_theirs[chunk], 1)
        for chunk in there
        if len(chunk) >= LEAST_FOLLOWED and says(chunk)
    }
    if not any(count > 0 for count in surplus.values()):
        return list(merged)
    places = {pair for pair, _ in _behind(theirs)}
    gone: set[int] = set()
    texts = list(_behind(merged))
    for wrong_place in (True, False):
        for pair, at in reversed(texts):
            if surplus.get(pair[1], 0) > 0 and at not in gone and (pair not in places or not wrong_place):
                surplus[pair[1]] -= 1
                gone |= set(range(at, next((other for _, other in texts if other > at), len(merged))))
    return [chunk for at, chunk in enumerate(merged) if at not in gone]


def with_all_of_both(
    merged: Sequence[bytes], base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]
) -> list[bytes]:
    """Put in what both sides still have of the base and a merge has lost, each behind what it stands behind in theirs.

    One side has moved it to where the other's change stands instead.
    """
    lost = set(base) & set(ours) & set(theirs) - set(merged)
    result = list(merged)
    before = b""
    for chunk in theirs:
        if chunk in lost and says(chunk):
            lost.discard(chunk)
            result.insert(result.index(before) + 1 if before in result else 0, chunk)
        if says(chunk):
            before = chunk
    return result


def _behind(chunks: Sequence[bytes]) -> Iterator[tuple[tuple[bytes, bytes], int]]:
    """Yield each text with the text before it, and its place."""
    before = b""
    for at, chunk in enumerate(chunks):
        if says(chunk):
            yield (before, chunk), at
            before = chunk
