"""Which paragraph translates which, where there is no record: two texts in different languages, in one order.

The lengths of a text and of its translation go together, so that the likeliest alignment is a shortest path (Gale and
Church: A Program for Aligning Sentences in Bilingual Corpora, 1993). What is the same in both languages, such as
numbers, code, addresses and names, says more than lengths do, where it is rare in the document.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import regex

from styletune.edits.links import Link, in_order
from styletune.text.tokens import length

_COSTS = {(1, 1): 0.0, (1, 0): 4.0, (0, 1): 4.0, (1, 2): 4.5, (2, 1): 4.5}
"""How much rarer than 1-1 a match of so many texts is, as a negative logarithm: paragraphs are left out as often as
Gale and Church found of sentences, and joined less often."""

_VARIANCE = 1.5
"""Variance of a translation's length for each word."""

_FARTHEST = 9.0
"""Cost of a difference in length beyond which it grows no more: a free translation is one all the same."""

_ANCHOR = 4.0
"""What sharing all anchors takes off the cost of a match, and sharing none of them adds."""

_SURE = 1.5
"""Weight of anchors that are good for half of that."""

_BAND = 20
"""Texts by which an alignment may leave the diagonal, beyond the difference in number."""

_ANCHORS = regex.compile(
    r"`(?P<code>[^`\n]+)`|(?P<address>https?://[^\s)>]+|(?<=\]\()[^\s)>]+)|(?P<number>\p{Nd}+(?:[.,:]\p{Nd}+)*)"
    r"|(?<![\p{L}\p{N}])(?P<name>[A-Za-z][\w+#-]*[A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it is compared, or two of them as one."""

    length: float
    anchors: Counter[str]
    weight: float
    """Of all anchors."""

    def __add__(self, other: "_Read") -> "_Read":
        return _Read(self.length + other.length, self.anchors + other.anchors, self.weight + other.weight)


Kinds: TypeAlias = tuple[Sequence[str], Sequence[str]]
"""Kinds of the source's texts and of the target's: only texts of one kind are linked."""


def align_translations(source: Sequence[str], target: Sequence[str], *, kinds: Kinds | None = None) -> list[Link]:
    """Link the texts of a document with those of its translation, in order; each text is in exactly one link.

    Links are of one text with one, with two or with none. Texts may be of any two languages.
    """
    return in_order(_link(*stretch) for stretch in _Path(source, target, kinds).stretches())


def weigh_translations(
    source: Sequence[str], target: Sequence[str], *, kinds: Kinds | None = None
) -> list["WeighedLink"]:
    """Link texts as ``align_translations`` does, and say of each link how sure it is."""
    path = _Path(source, target, kinds)
    sums = _Sums(path)
    found = {_link(*stretch): sums.probability(*stretch) for stretch in path.stretches()}
    return [WeighedLink(link, found[link]) for link in in_order(found)]


@dataclass(frozen=True, slots=True)
class WeighedLink:
    """A link and how sure it is."""

    link: Link
    probability: float
    """Share, 0..1, of the alignments with this link among all, each as it is likely: low where another alignment is
    nearly as good."""


_Place: TypeAlias = tuple[int, int]
"""How many texts of each side lie before it."""

_Step: TypeAlias = tuple[float, _Place]
"""Cost of a link that ends at a place, and where it begins."""


class _Path:
    """The cheapest path through two texts."""

    def __init__(self, source: Sequence[str], target: Sequence[str], kinds: Kinds | None) -> None:
        self.kinds = kinds
        self.weights = _weights([_anchors(text) for text in source], [_anchors(text) for text in target])
        self.source, self.target = ([self._read(text) for text in side] for side in (source, target))
        self.joined = _joined(self.source), _joined(self.target)

    def _read(self, text: str) -> _Read:
        known = Counter({anchor: count for anchor, count in _anchors(text).items() if anchor in self.weights})
        return _Read(max(length(text), 1.0), known, sum(self.weights[anchor] * known[anchor] for anchor in known))

    @cached_property
    def ratio(self) -> float:
        """Words of the target for each of the source."""
        return sum(text.length for text in self.target) / max(sum(text.length for text in self.source), 1.0)

    def stretches(self) -> Iterator[tuple[_Place, _Place]]:
        """Yield where the links of the cheapest path begin and end, the last one first."""
        cheapest = self._cheapest()
        stop = len(self.source), len(self.target)
        while stop != (0, 0):
            _, start = cheapest[stop]
            yield start, stop
            stop = start

    def _cheapest(self) -> dict[_Place, _Step]:
        """Return the least cost up to each place, and where its last link begins."""
        found: dict[_Place, _Step] = {(0, 0): (0.0, (0, 0))}
        for place, steps in self.steps.items():
            found[place] = min((found[before][0] + cost, before) for cost, before in steps)
        return found

    @cached_property
    def steps(self) -> dict[_Place, list[_Step]]:
        """The links that may end at each place but the first, the places in order."""
        found: dict[_Place, list[_Step]] = {}
        for at, other in self._places():
            steps = [
                (cost + self._cost(at, olds, other, news), (at - olds, other - news))
                for (olds, news), cost in _COSTS.items()
                if ((at - olds, other - news) in found or (at, other) == (olds, news))
                and self._may_link(at, olds, other, news)
            ]
            if steps:
                found[at, other] = steps
        return found

    def _may_link(self, at: int, olds: int, other: int, news: int) -> bool:
        if self.kinds is None or not olds or not news:
            return True
        one, two = self.kinds
        kind = one[at - 1]
        return kind == two[other - 1] and one[at - olds] == kind and two[other - news] == kind

    def _places(self) -> Iterator[tuple[int, int]]:
        """Yield the places near the diagonal."""
        rows, columns = len(self.source), len(self.target)
        slope = columns / max(rows, 1)
        band = _BAND + abs(rows - columns)
        for at in range(rows + 1):
            middle = round(at * slope)
            yield from (
                (at, other) for other in range(max(middle - band, 0), min(middle + band, columns) + 1) if at or other
            )

    def _cost(self, at: int, olds: int, other: int, news: int) -> float:
        if not olds or not news:
            return 0.0
        one = self.source[at - 1] if olds == 1 else self.joined[0][at - 2]
        two = self.target[other - 1] if news == 1 else self.joined[1][other - 2]
        return self._length_cost(one.length * self.ratio, two.length) + self._anchor_cost(one, two)

    @staticmethod
    def _length_cost(expected: float, found: float) -> float:
        """Return the negative logarithm of how likely it is that lengths differ so much or more."""
        distance = abs(found - expected) / math.sqrt(_VARIANCE * (expected + found) / 2)
        return min(-math.log(max(math.erfc(distance / math.sqrt(2)), 1e-9)), _FARTHEST)

    def _anchor_cost(self, one: _Read, other: _Read) -> float:
        """Weigh what is shared against what is not; texts without anchors say nothing."""
        if not one.anchors and not other.anchors:
            return 0.0
        in_both = one.anchors.keys() & other.anchors.keys()
        shared = sum(self.weights[anchor] * min(one.anchors[anchor], other.anchors[anchor]) for anchor in in_both)
        total = one.weight + other.weight - shared
        return _ANCHOR * (1 - 2 * shared / total) * total / (total + _SURE)


class _Sums:
    """What all alignments before and behind each place weigh together, as logarithms (forward-backward algorithm)."""

    def __init__(self, path: _Path) -> None:
        self.path = path
        self.end = len(path.source), len(path.target)
        self.before: dict[_Place, float] = {(0, 0): 0.0}
        for place, steps in path.steps.items():
            self.before[place] = _added([self.before[start] - cost for cost, start in steps])
        self.behind: dict[_Place, float] = {}
        leading = defaultdict[_Place, list[float]](list, {self.end: [0.0]})
        for place, steps in reversed(path.steps.items()):
            if place in leading:
                behind = self.behind[place] = _added(leading.pop(place))
                for cost, start in steps:
                    leading[start].append(behind - cost)

    def probability(self, start: _Place, stop: _Place) -> float:
        """Return the share of the alignments that have the link between two places."""
        cost = next(cost for cost, before in self.path.steps[stop] if before == start)
        return min(math.exp(self.before[start] - cost + self.behind[stop] - self.before[self.end]), 1.0)


def _added(logarithms: Sequence[float]) -> float:
    """Add numbers that are given as logarithms."""
    most = max(logarithms)
    return most + math.log(sum(math.exp(one - most) for one in logarithms)) if most > -math.inf else most


def _joined(texts: Sequence[_Read]) -> list[_Read]:
    """Join each text with the next one."""
    return [one + other for one, other in pairwise(texts)]


def _link(start: _Place, stop: _Place) -> Link:
    return Link(tuple(range(start[0], stop[0])), tuple(range(start[1], stop[1])))


def _weights(sources: Sequence[Counter[str]], targets: Sequence[Counter[str]]) -> Mapping[str, float]:
    """Weigh the anchors that both sides have, by how few texts have them."""
    in_source, in_target = (Counter(anchor for bag in bags for anchor in bag) for bags in (sources, targets))
    return {anchor: 1 / max(count, in_target[anchor]) for anchor, count in in_source.items() if in_target[anchor]}


def _anchors(text: str) -> Counter[str]:
    """List what a translation keeps: code, addresses, numbers, and words in Latin letters, which may be names."""
    return Counter(f"{match.lastgroup} {match[match.lastgroup or 0].casefold()}" for match in _ANCHORS.finditer(text))
