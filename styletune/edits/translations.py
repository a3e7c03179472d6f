"""Which paragraph translates which, where there is no record: two texts in different languages, in one order.

The lengths of a text and of its translation go together, so that the likeliest alignment is a shortest path (Gale and
Church: A Program for Aligning Sentences in Bilingual Corpora, 1993). What is the same in both languages, such as
numbers, code, addresses and names, says more than lengths do, where it is rare in the document.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import regex

from styletune.edits.links import Link, in_order
from styletune.text.tokens import length

_COSTS = {(1, 1): 0.0, (1, 0): 4.4, (0, 1): 4.4, (1, 2): 3.2, (2, 1): 3.2}
"""Negative logarithms of how much rarer than 1-1 a match of so many texts is: Gale and Church's, for paragraphs that
people rarely join or leave out."""

_VARIANCE = 0.35
"""Variance of a translation's length for each word: paragraphs vary more than Gale and Church's sentences."""

_FLATTEST = 4.0
"""Cost of a difference in length beyond which it grows no more: a free translation is one all the same."""

_ANCHOR = 2.0
"""What all that two texts share takes off the cost of a match, and what nothing of it adds."""

_BAND = 40
"""Texts by which an alignment may leave the diagonal, beyond the difference in number."""

_ANCHORS = regex.compile(
    r"`(?P<code>[^`\\n]+)`|(?P<address>(?:https?://|\\]\\()[^\\s)>]+)|(?P<number>\\p{Nd}+(?:[.,:]\\p{Nd}+)*)"
    r"|(?<![\\p{L}\\p{N}])(?P<name>[A-Za-z][\\w.+#-]*[A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True)
class _Read:
    length: float
    anchors: Counter[str]
    weight: float


def align_translations(source: Sequence[str], target: Sequence[str]) -> list[Link]:
    """Link the texts of a document with those of its translation, in order; each text is in exactly one link.

    Links are of one text with one, with two or with none. Texts may be of any two languages.
    """
    sources, targets = _read(source, target)
    ratio = _ratio(sources, targets)
    return in_order(_path(sources, targets, ratio))


def _read(source: Sequence[str], target: Sequence[str]) -> tuple[list[_Read], list[_Read]]:
    """Measure texts; an anchor counts only if both languages have it, and less the more texts have it."""
    bags = [_anchors(text) for text in (*source, *target)]
    both = {anchor for bag in bags[: len(source)] for anchor in bag} & {anchor for bag in bags[len(source) :] for anchor in bag}
    holding = Counter(anchor for bag in bags for anchor in bag)
    weights = {anchor: 1 / (holding[anchor] - 1) for anchor in both}
    read = [
        _Read(length(text), shared := Counter({anchor: bag[anchor] for anchor in bag if anchor in both}), _weight(shared, weights))
        for text, bag in zip((*source, *target), bags, strict=True)
    ]
    return read[: len(source)], read[len(source) :]
