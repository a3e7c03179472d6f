"""Which paragraph became which: two states of a text in one language, aligned across moves, splits and merges.

1. Equal texts are paired in order; those left over that stand elsewhere were moved.
2. What is left is compared by its words (``likeness.py``), best pairs first, wherever they stand.
3. A text that holds what its neighbour lost is a piece of a split; the same the other way round is a merge.
4. What still stands between the same neighbours with some likeness was rewritten.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from styletune.edits.likeness import Likeness, Read
from styletune.edits.links import Link, complete
from styletune.edits.sequences import Pair, gaps, matching, rising
from styletune.edits.spelling import one_line
from styletune.edits.translations import align_translations

__all__ = ["Link", "align", "align_translations"]

FLOOR = 0.33
"""Likeness from which a text counts as another state of one that stood anywhere."""

_REWRITTEN = 0.12
"""Likeness from which a text counts as another state of the one that stood in its place."""

_PIECE = 0.55
"""Share of a piece that must stand in what the other pieces left of the whole."""

_ABOVE_NOISE = 0.1
"""How much more alike texts must be than unrelated ones of the same document often are."""

_SURE_FROM = 3
"""Words of a piece that count half as evidence; more count more."""

_IN_PLACE = 0.08
"""What standing between the same neighbours adds to a likeness."""

_SAME_KIND = 0.03
_SHORT_KINDS = frozenset({"heading", "title", "alt", "front_matter"})
"""Kinds of which two in one place are one, whatever they say."""

_CLOSE = 3
"""How far from the other pieces a piece may stand, in texts."""

_MOST_IN_A_GAP = 2500
"""Pairs in a gap up to which all are compared."""

Kinds: TypeAlias = tuple[Sequence[str], Sequence[str]]


def align(old: Sequence[str], new: Sequence[str], *, floor: float = FLOOR, kinds: Kinds | None = None) -> list[Link]:
    """Link the texts of two states of a document; each text is in exactly one link.

    Arguments: ``floor`` is the likeness, from 0 to 1, from which texts that differ are linked wherever they stand;
    ``kinds`` are the kinds of the texts, as weak evidence. Links come as the new texts stand, a deleted text behind
    what it followed.
    """
    links = _Links(len(old), len(new))
    _link_equal(links, [one_line(text) for text in old], [one_line(text) for text in new], kinds)
    if links.free_old() or links.free_new():
        finder = _Finder(links, Likeness(old, new), floor, kinds)
        finder.link_alike()
        finder.attach()
        finder.link_rewritten()
        finder.attach()
    return complete(links.all(), len(old), len(new))


class _Links:
    """Links as they are found: sets of one to several, or of several to one."""

    def __init__(self, olds: int, news: int) -> None:
        self.news: list[list[int]] = [[] for _ in range(olds)]
        self.olds: list[list[int]] = [[] for _ in range(news)]

    def add(self, old: int, new: int) -> None:
        self.news[old].append(new)
        self.olds[new].append(old)

    def free_old(self) -> list[int]:
        return [old for old, news in enumerate(self.news) if not news]

    def free_new(self) -> list[int]:
        return [new for new, olds in enumerate(self.olds) if not olds]

    def all(self) -> Iterator[Link]:
        for old, news in enumerate(self.news):
            if news and min(self.olds[news[0]]) == old:
                yield Link(tuple(sorted(self.olds[news[0]])), tuple(sorted(news)))

    def in_order(self) -> list[Pair]:
        """Return the links that cross no other, as pairs."""
        return rising(
            [(old, min(news)) for old, news in enumerate(self.news) if news and self.olds[min(news)][0] == old]
        )


def _link_equal(links: _Links, old: Sequence[str], new: Sequence[str], kinds: Kinds | None) -> None:
    """Pair equal texts: in order, with their kinds before without, and then wherever they stand."""
    if kinds is not None:
        _link_in_order(links, list(zip(old, kinds[0], strict=True)), list(zip(new, kinds[1], strict=True)))
    _link_in_order(links, old, new)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index in links.free_new():
        places[new[index]].append(index)
    moved = [(abs(one - other), one, other) for one in links.free_old() for other in places.get(old[one], ())]
    for _, one, other in sorted(moved):
        if not links.news[one] and not links.olds[other]:
            links.add(one, other)


def _link_in_order(links: _Links, old: Sequence[object], new: Sequence[object]) -> None:
    free_old, free_new = links.free_old(), links.free_new()
    known = links.in_order()
    pairs: list[Pair] = []
    for old_start, old_stop, new_start, new_stop in gaps(known, (0, len(old), 0, len(new))):
        left = [index for index in free_old if old_start <= index < old_stop]
        right = [index for index in free_new if new_start <= index < new_stop]
        found = matching([old[index] for index in left], [new[index] for index in right])
        pairs += [(left[one], right[other]) for one, other in found]
    for one, other in pairs:
        links.add(one, other)


class _Finder:
    """Finds the links of texts that differ."""

    def __init__(self, links: _Links, likeness: Likeness, floor: float, kinds: Kinds | None) -> None:
        self.links = links
        self.likeness = likeness
        self.kinds = kinds
        usual, often = likeness.noise()
        self.floor = max(floor, often + _ABOVE_NOISE)
        self.rewritten = max(_REWRITTEN, usual + _ABOVE_NOISE)

    def link_alike(self) -> None:
        """Link the pairs that have most in common first, wherever they stand; then pieces to what has their rest."""
        scored = [(self._evidence(old, new), old, new) for old, new in self._candidates()]
        before_old, before_new = _neighbours(self.links)
        ranked = [
            (found + _IN_PLACE * (before_old[old] == before_new[new]) + self._kind_bonus(old, new), old, new)
            for found, old, new in scored
            if found >= self.floor
        ]
        for _, old, new in sorted(ranked, key=lambda item: (-item[0], abs(item[1] - item[2]), item[1], item[2])):
            if self._may_link(old, new):
                self.links.add(old, new)

    def _evidence(self, old: int, new: int) -> float:
        """Return how alike texts are, or how much of one is in the other: the less it says, the less that counts."""
        like, part = self.likeness.compare(old, new)
        length = min(len(self.likeness.old[old].sequence), len(self.likeness.new[new].sequence))
        return max(like, part * length / (length + _SURE_FROM) if part >= _PIECE else 0.0)

    def _may_link(self, old: int, new: int) -> bool:
        """Tell whether both texts are free, or one is and holds what the other's pieces nearby lack."""
        links, likeness = self.links, self.likeness
        if not links.news[old] and not links.olds[new]:
            return True
        if links.news[old] and links.olds[new]:
            return False
        if links.news[old]:
            return old in _near(links.olds, new) and self._is_piece(
                likeness.old[old], links.news[old], links.olds, likeness.new, new
            )
        return new in _near(links.news, old) and self._is_piece(
            likeness.new[new], links.olds[new], links.news, likeness.old, old
        )

    def _is_piece(
        self, whole: Read, pieces: Sequence[int], partners: Sequence[Sequence[int]], side: Sequence[Read], piece: int
    ) -> bool:
        """Tell whether a whole holds more of a piece than its other pieces explain.

        What is merged is not split as well, so that each of its pieces must be linked with it alone.
        """
        if any(len(partners[other]) != 1 for other in pieces):
            return False
        return self.likeness.gain(whole, [side[other] for other in pieces], side[piece]) >= _PIECE

    def _candidates(self) -> Iterator[Pair]:
        olds, news = self.links.free_old(), self.links.free_new()
        if len(olds) * len(news) <= _MOST_IN_A_GAP:
            return ((old, new) for old in olds for new in news)
        return self.likeness.shortlist(olds, news)

    def _kind_bonus(self, old: int, new: int) -> float:
        return _SAME_KIND * (self.kinds is not None and self.kinds[0][old] == self.kinds[1][new])

    def attach(self) -> None:
        """Link what splits and merges left over to what it is from."""
        for new in self.links.free_new():
            old = next((old for old in _near(self.links.olds, new) if self._may_link(old, new)), None)
            if old is not None:
                self.links.add(old, new)
        for old in self.links.free_old():
            found = next((new for new in _near(self.links.news, old) if self._may_link(old, new)), None)
            if found is not None:
                self.links.add(old, found)

    def link_rewritten(self) -> None:
        """Link what stands between the same neighbours and has a little in common."""
        within = (0, len(self.links.news), 0, len(self.links.olds))
        for old_start, old_stop, new_start, new_stop in gaps(self.links.in_order(), within):
            olds = [old for old in range(old_start, old_stop) if not self.links.news[old]]
            news = [new for new in range(new_start, new_stop) if not self.links.olds[new]]
            if olds and news and len(olds) * len(news) <= _MOST_IN_A_GAP:
                for old, new in self._best_in_order(olds, news):
                    self.links.add(old, new)

    def _best_in_order(self, olds: Sequence[int], news: Sequence[int]) -> list[Pair]:
        """Pair texts of a gap so that pairs do not cross and are most alike together."""
        best: list[list[tuple[float, tuple[Pair, ...]]]] = [[(0.0, ())] * (len(news) + 1)]
        alone = len(olds) == len(news) == 1
        for old in olds:
            row: list[tuple[float, tuple[Pair, ...]]] = [(0.0, ())]
            for at, new in enumerate(news):
                options = [row[at], best[-1][at + 1]]
                score = self._in_place(old, new, alone=alone)
                if score > 0:
                    total, pairs = best[-1][at]
                    options.append((total + score, (*pairs, (old, new))))
                row.append(max(options, key=lambda option: option[0]))
            best.append(row)
        return list(best[-1][-1][1])

    def _in_place(self, old: int, new: int, *, alone: bool) -> float:
        """Score texts that stand in the same place; 0 if they are not the same."""
        if self.kinds is not None and self.kinds[0][old] != self.kinds[1][new]:
            return 0.0
        like, _ = self.likeness.compare(old, new)
        named = alone and self.kinds is not None and self.kinds[0][old] in _SHORT_KINDS
        return max(like, self.rewritten) if named or like >= self.rewritten else 0.0


def _neighbours(links: _Links) -> tuple[list[int], list[int]]:
    """Return for each text, old and new, the new text that the linked one before it became."""
    pairs = dict(links.in_order())
    partners = set(pairs.values())
    before_old: list[int] = []
    before_new: list[int] = []
    last = -1
    for old in range(len(links.news)):
        before_old.append(last)
        last = pairs.get(old, last)
    last = -1
    for new in range(len(links.olds)):
        before_new.append(last)
        last = new if new in partners else last
    return before_old, before_new


def _near(partners: Sequence[Sequence[int]], at: int) -> list[int]:
    """List what the texts around one are linked with, the nearest first."""
    around = sorted(range(max(at - _CLOSE, 0), min(at + _CLOSE + 1, len(partners))), key=lambda other: abs(other - at))
    return list(dict.fromkeys(found for index in around for found in partners[index]))
