"""Where two states of a file differ, paragraph by paragraph."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from styletune.edits.alignment import align
from styletune.edits.sequences import gaps, matching, rising

_SAYS = re.compile(r"[^\W_]")
_MOVED = 0.5
"""Likeness from which a chunk counts as one that stood elsewhere; a wrong guess costs more here than a missed one."""

LEAST_FOLLOWED = 20
"""Bytes of a chunk that is followed to another place: short ones occur again by chance."""


@dataclass(slots=True, eq=False)
class Hunk:
    """A stretch of the base, and what a side has in its place."""

    start: int
    stop: int
    side_start: int
    side_stop: int
    chunks: list[bytes]
    """What the side has there; changed where the other side changed the text of what this one moved."""


@dataclass(slots=True)
class Difference:
    """What one side changed."""

    hunks: list[Hunk] = field(default_factory=list[Hunk])
    """In order; they may touch, but do not overlap."""

    moved: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    """Chunks of the base to where they stand in the side; several if they were split on the way."""

    def at(self, base: int) -> Hunk | None:
        """Return the hunk that covers a chunk of the base."""
        return next((hunk for hunk in self.hunks if hunk.start <= base < hunk.stop), None)

    def holding(self, side: int) -> Hunk | None:
        """Return the hunk that a chunk of the side is in."""
        return next((hunk for hunk in self.hunks if hunk.side_start <= side < hunk.side_stop), None)

    def place(self, base: int, *, stop: bool = False) -> int:
        """Return where a boundary between chunks of the base, inside no hunk, stands in the side.

        It stands behind what was put in there, or, with ``stop``, before.
        """
        passed = [hunk for hunk in self.hunks if hunk.stop <= base and not (stop and hunk.start == base)]
        return base + (passed[-1].side_stop - passed[-1].stop if passed else 0)


def says(chunk: bytes) -> bool:
    """Tell whether a chunk holds a letter or a digit."""
    return _SAYS.search(_text(chunk)) is not None


def difference(base: Sequence[bytes], side: Sequence[bytes]) -> Difference:
    """Compare two states of a file, as chunks: what says something is followed, what stands between goes with it."""
    if list(base) == list(side):
        return Difference()
    in_base = [index for index, chunk in enumerate(base) if says(chunk)]
    in_side = [index for index, chunk in enumerate(side) if says(chunk)]
    links = align([_text(base[index]) for index in in_base], [_text(side[index]) for index in in_side], floor=_MOVED)
    whole = [link for link in links if link.old and link.new]
    together = [link for link in whole if _is_run(link.old) and _is_run(link.new)]
    by_first = {link.old[0]: link for link in together}
    in_place = [by_first[old] for old, _ in rising(sorted((link.old[0], link.new[0]) for link in together))]
    spans = [
        (in_base[link.old[0]], in_base[link.old[-1]] + 1, in_side[link.new[0]], in_side[link.new[-1]] + 1)
        for link in in_place
    ]
    found = Difference(list(_hunks(base, side, spans)))
    stayed = {id(link) for link in in_place}
    for link in whole:
        if id(link) not in stayed and len(link.old) == 1 and len(base[in_base[link.old[0]]]) >= LEAST_FOLLOWED:
            found.moved[in_base[link.old[0]]] = tuple(in_side[new] for new in link.new)
    return found


def _hunks(base: Sequence[bytes], side: Sequence[bytes], spans: Sequence[tuple[int, int, int, int]]) -> Iterator[Hunk]:
    """Yield the hunks between and at linked spans."""
    at_base = at_side = 0
    for start, stop, side_start, side_stop in [*spans, (len(base), len(base), len(side), len(side))]:
        yield from _between(base, side, (at_base, start, at_side, side_start))
        if base[start:stop] != side[side_start:side_stop]:
            yield Hunk(start, stop, side_start, side_stop, list(side[side_start:side_stop]))
        at_base, at_side = stop, side_stop


def _between(base: Sequence[bytes], side: Sequence[bytes], gap: tuple[int, int, int, int]) -> Iterator[Hunk]:
    start, stop, side_start, side_stop = gap
    pairs = matching(base[start:stop], side[side_start:side_stop])
    for one, other, side_one, side_other in gaps(pairs, (0, stop - start, 0, side_stop - side_start)):
        yield from _changes(base, side, (start + one, start + other, side_start + side_one, side_start + side_other))


def _changes(base: Sequence[bytes], side: Sequence[bytes], gap: tuple[int, int, int, int]) -> Iterator[Hunk]:
    """Yield what happened in a gap: texts that are not alike were taken out and put in, one by one."""
    start, stop, side_start, side_stop = gap
    old, new = base[start:stop], list(side[side_start:side_stop])
    if not new or any(map(says, [*old, *new])):
        yield from _deletions(base, start, stop, side_start)
        start = stop
    if new:
        yield Hunk(start, stop, side_start, side_stop, new)


def _deletions(base: Sequence[bytes], start: int, stop: int, side: int) -> Iterator[Hunk]:
    """Take a deletion apart, so that each text goes with what stands behind it and a change of one saves no other."""
    texts = [index for index in range(start, stop) if says(base[index])]
    for one, other in zip([start, *texts[1:]], [*texts[1:], stop], strict=True):
        yield Hunk(one, other, side, side, [])


def _is_run(indexes: Sequence[int]) -> bool:
    return indexes[-1] - indexes[0] == len(indexes) - 1


def _text(chunk: bytes) -> str:
    return chunk.decode("utf-8", "replace")
