"""Chunks that one side of a merge moved and the other side changed: neither lost nor doubled."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from styletune.edits.hunks import LEAST_FOLLOWED, Difference, Hunk, says

Places: TypeAlias = tuple[range, range, range]
"""Where a conflict stands in the base, in ours and in theirs."""


def follow_moves(
    base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes], one: Difference, other: Difference
) -> list[Places]:
    """Make what one side moved agree with what the other did to it; return the conflicts.

    The hunks of both differences are changed: a person's place for a chunk goes before ours, and so does a person's
    text; where only one side changed the text, its text stands at the new place.
    """
    _drop_added_by_both(base, ours, theirs, one)
    return [*_moved_by_us(base, ours, theirs, one, other), *_moved_by_them(base, ours, theirs, one, other)]


def _drop_added_by_both(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes], one: Difference) -> None:
    """Take out what we put in where a person put in the same."""
    both = {chunk for chunk in set(ours) & set(theirs) - set(base) if len(chunk) >= LEAST_FOLLOWED and says(chunk)}
    moved = {place for places in one.moved.values() for place in places}
    for place in [place for place, chunk in enumerate(ours) if chunk in both and place not in moved] if both else ():
        hunk = one.holding(place)
        if hunk is not None and hunk.start == hunk.stop:
            _drop(one, [place])


def _moved_by_us(
    base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes], one: Difference, other: Difference
) -> Iterator[Places]:
    for at, places in one.moved.items():
        hunk = other.at(at)
        if hunk is None:
            continue
        place = min(places)
        changed = len(places) > 1 or ours[place] != base[at]
        if at in other.moved:
            _drop(one, places)
            if changed and not _put(other, other.moved[at], theirs, base[at], ours, places):
                yield _here(at), _span(places), _span(other.moved[at])
        elif not hunk.chunks or not _is_one(hunk) or len(places) > 1:
            _drop(one, places)
            if changed and not hunk.chunks:  # a deletion; any other change overlaps ours, which the merge sees
                yield _here(at), _span(places), range(hunk.side_start, hunk.side_start)
        else:
            changed = changed and hunk.chunks[0] != ours[place]
            _replace(one, place, hunk.chunks[0])
            hunk.chunks = []
            if changed:
                yield _here(at), _span(places), range(hunk.side_start, hunk.side_stop)


def _moved_by_them(
    base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes], one: Difference, other: Difference
) -> Iterator[Places]:
    for at, places in other.moved.items():
        hunk = one.at(at)
        if hunk is None or at in one.moved:
            continue
        if not _is_one(hunk):
            if not hunk.chunks:
                yield _here(at), range(hunk.side_start, hunk.side_start), _span(places)
            continue
        hunk.chunks = []
        if not _put(other, places, theirs, base[at], ours, (hunk.side_start,)):
            yield _here(at), range(hunk.side_start, hunk.side_stop), _span(places)


def _put(  # noqa: PLR0913, PLR0917 - a place, and what stands there on three sides
    side: Difference,
    places: Sequence[int],
    chunks: Sequence[bytes],
    base: bytes,
    new: Sequence[bytes],
    new_places: Sequence[int],
) -> bool:
    """Put a new text where a side moved the old one to, unless that changed it too."""
    if len(places) != 1 or len(new_places) != 1:
        return False
    if chunks[places[0]] == base:
        _replace(side, places[0], new[new_places[0]])
    return chunks[places[0]] in (base, new[new_places[0]])


def _replace(side: Difference, place: int, chunk: bytes) -> None:
    hunk = side.holding(place)
    if hunk is not None:
        hunk.chunks[place - hunk.side_start] = chunk


def _drop(side: Difference, places: Sequence[int]) -> None:
    """Take out what a side put in at some places, with what parts it from the next text."""
    for place in places:
        hunk = side.holding(place)
        if hunk is None:
            continue
        at = place - hunk.side_start
        speaking = [index for index, chunk in enumerate(hunk.chunks) if says(chunk) or index == at]
        if says(hunk.chunks[0]):
            gone = range(at, next((index for index in speaking if index > at), len(hunk.chunks)))
        else:
            gone = range(max((index + 1 for index in speaking if index < at), default=0), at + 1)
        for index in gone:
            hunk.chunks[index] = b""
        if not any(map(says, hunk.chunks)):
            hunk.chunks[:] = [b""] * len(hunk.chunks)


def _is_one(hunk: Hunk) -> bool:
    return hunk.stop - hunk.start == len(hunk.chunks) == 1


def _here(at: int) -> range:
    return range(at, at + 1)


def _span(places: Sequence[int]) -> range:
    return range(places[0], places[-1] + 1)
