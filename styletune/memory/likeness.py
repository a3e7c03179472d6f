"""Which earlier texts are like a segment: fuzzy matches of a translation memory, and the nearest of what was corrected.

docs/memory.md has the measurements that decided about the measures: benchmarks/corrections_nearest.py.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from styletune.memory.earlier_text import EarlierText, terms
from styletune.memory.recall import FUZZY

if TYPE_CHECKING:
    from styletune.memory.nearest import NearestParagraphs

_MOST = 8
"""Texts that are handed on: some cannot be shown."""

_LONGER = 4
"""Times that a near text may be longer, or shorter: a heading learns nothing from a paragraph."""

_LOOKED_AT = 50
"""Texts with shared words that are compared in full."""


class Pool:
    """Texts that can be searched; what searching needs is made when it is needed first."""

    def __init__(self, texts: Sequence[EarlierText]) -> None:
        self.texts = texts

    def fuzzy(self, plain: str) -> list[tuple[EarlierText, float]]:
        """List the fuzzy matches of a text with their likeness, best first.

        Likeness is what is left of two texts' characters after the fewest insertions and deletions (``ratio`` of
        rapidfuzz), for all scripts alike. Texts whose lengths differ too much are not looked at.
        """
        from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only where there is something to compare
        from rapidfuzz.process import extract  # noqa: PLC0415 - see above

        length, least = len(plain), FUZZY / (200 - FUZZY)
        first, last = bisect_left(self._lengths, length * least), bisect_right(self._lengths, length / least)
        found = extract(plain, self._plain[first:last], scorer=ratio, score_cutoff=FUZZY, limit=None)
        return [(self._by_length[first + position], likeness) for _, likeness, position in found]

    def nearest(self, plain: str) -> list[EarlierText]:
        """List texts of about its length that share words with a text, best first.

        The first ones by BM25 are ranked by how much of the smaller set of words the other one holds
        (``token_set_ratio`` of rapidfuzz), so that a part of a paragraph finds the whole.
        """
        from rapidfuzz.fuzz import ratio, token_set_ratio  # noqa: PLC0415 - only where there is something to compare

        wanted = terms(plain)
        found = [self.texts[position] for position in self._index.sharing(plain, _LOOKED_AT)]
        near = [text for text in found if len(plain) <= _LONGER * len(text.plain) <= _LONGER**2 * len(plain)]
        ranked = sorted(near, key=lambda text: (-token_set_ratio(wanted, text.terms), -ratio(plain, text.plain)))
        return ranked[:_MOST]

    @cached_property
    def _by_length(self) -> list[EarlierText]:
        return sorted(self.texts, key=lambda text: len(text.plain))

    @cached_property
    def _plain(self) -> list[str]:
        return [text.plain for text in self._by_length]

    @cached_property
    def _lengths(self) -> list[int]:
        return [len(text) for text in self._plain]

    @cached_property
    def _index(self) -> "NearestParagraphs":
        from styletune.memory.nearest import NearestParagraphs  # noqa: PLC0415 - numpy is loaded when it is needed

        return NearestParagraphs([text.plain for text in self.texts])


def likeness(one: str, other: str) -> float:
    """Return the likeness of two texts as they are compared, 0 to 100."""
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only where there is something to compare

    return ratio(one, other)
