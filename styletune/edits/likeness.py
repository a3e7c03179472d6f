"""How much two texts have in common, told from what any two texts of a document share."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from styletune.edits.sequences import as_strings
from styletune.text.tokens import UNSPACED_ONE, tokens, words

SHORTLIST = 12
"""New texts that an old one is compared with in full."""

SAMPLE = 150
"""Texts that are compared with unrelated ones."""

_COMMON = 0.2
"""Share of all texts above which a word says nothing about which text it is from."""

_KEPT = 2048
"""Texts that are kept as they were read: two states of a document have most of theirs in common."""

_FEW = 40
"""Texts below which no word counts as too common to look under."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it is compared."""

    sequence: str
    """A character for each word."""

    bag: Counter[str]
    """Words, and pairs of characters in unspaced scripts, with their counts."""

    weight: float


class Likeness:
    """Old and new texts, compared by their words: rare words count more (tf-idf), and their order counts."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        listed, bags = [_words(text) for text in (*old, *new)], [_bag(text) for text in (*old, *new)]
        holding = Counter(feature for bag in bags for feature in bag)
        self._weights = {feature: math.log1p(len(bags) / count) for feature, count in holding.items()}
        self._too_common = max(_FEW, _COMMON * len(bags))
        self._holding = holding
        read = [Read(sequence, bag, self._weight(bag)) for sequence, bag in zip(as_strings(*listed), bags, strict=True)]
        self.old, self.new = read[: len(old)], read[len(old) :]

    def compare(self, old: int, new: int) -> tuple[float, float]:
        """Measure from 0 to 1 how alike two texts are, and how much of the shorter stands in the longer one."""
        return self._compare(self.old[old], self.new[new])

    def _compare(self, one: Read, other: Read) -> tuple[float, float]:
        from rapidfuzz.distance import LCSseq  # noqa: PLC0415 - documents without edits need none

        shared, row = self._weight(one.bag & other.bag), LCSseq.similarity(one.sequence, other.sequence)
        lengths = len(one.sequence), len(other.sequence)
        if not all(lengths) or not one.weight or not other.weight:
            return 0.0, 0.0
        like = shared / (one.weight + other.weight) + row / sum(lengths)
        return like, (shared / min(one.weight, other.weight) + row / min(lengths)) / 2

    def noise(self) -> tuple[float, float]:
        """Return how alike texts are that have nothing to do with each other: in the middle, and one pair in ten.

        Told from pairs of old texts; 0 where there are too few.
        """
        count = len(self.old)
        pairs = (
            {(at, (at * 31 + step) % count) for step in (7, 12) for at in range(min(count, SAMPLE))} if count else ()
        )
        likes = sorted(self._compare(self.old[one], self.old[other])[0] for one, other in pairs if one != other)
        return (likes[len(likes) // 2], likes[len(likes) * 9 // 10]) if len(likes) >= SHORTLIST else (0.0, 0.0)

    def gain(self, whole: Read, others: Iterable[Read], piece: Read) -> float:
        """Measure from 0 to 1 how much of a piece stands in what other pieces leave of the whole."""
        rest = whole.bag.copy()
        for other in others:
            rest -= other.bag
        return self._weight(rest & piece.bag) / piece.weight if piece.weight else 0.0

    def shortlist(self, olds: Collection[int], news: Collection[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs worth comparing: for each old text the new ones that share most with it."""
        under: defaultdict[str, list[int]] = defaultdict(list)
        for index in news:
            for feature in self.new[index].bag:
                if self._holding[feature] <= self._too_common:
                    under[feature].append(index)
        for old in olds:
            shared: defaultdict[int, float] = defaultdict(float)
            for feature in self.old[old].bag:
                for new in under.get(feature, ()):
                    shared[new] += self._weights[feature]
            yield from ((old, new) for new in self._most(shared, self.old[old]))

    def _most(self, shared: dict[int, float], old: Read) -> list[int]:
        def rank(new: int) -> float:
            return shared[new] / (1.0 + min(old.weight, self.new[new].weight))

        return sorted(shared, key=rank, reverse=True)[:SHORTLIST]

    def _weight(self, bag: Counter[str]) -> float:
        return sum(self._weights[feature] * count for feature, count in bag.items())


@lru_cache(maxsize=_KEPT)
def _words(text: str) -> tuple[str, ...]:
    """List what a text is compared by; one of signs alone is compared by its signs."""
    found = words(text.casefold())
    return tuple(found or (token for token in tokens(text) if not token.isspace()))


@lru_cache(maxsize=_KEPT)
def _bag(text: str) -> Counter[str]:
    found = _words(text)
    unspaced = [not word.isascii() and UNSPACED_ONE.fullmatch(word) is not None for word in found]
    bag = Counter(word for word, alone in zip(found, unspaced, strict=True) if not alone)
    bag.update(found[at] + found[at + 1] for at, both in enumerate(pairwise(unspaced)) if all(both))
    return bag or Counter(found)
