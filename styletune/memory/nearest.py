"""The paragraphs that are nearest to a text, by the words they share (Okapi BM25)."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SAME = 85.0
"""Likeness, of 100, from which two paragraphs count as one: a copy would teach nothing and give the answer away."""

_SATURATION = 1.2
_LENGTH_WEIGHT = 0.75
"""k1 and b of BM25, at their usual values."""

_LEAST_PART = 40
"""Characters from which a paragraph is looked for inside another one."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and Han; ranges, because ``re`` reads a blog several times as fast as ``regex``."""

_RUN = re.compile(rf"[{_UNSPACED}]+")
_TERM = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")


class NearestParagraphs:
    """An index over paragraphs.

    Words are compared in spaced scripts, pairs of neighbouring characters in unspaced ones. The index takes about
    1 KiB a paragraph. Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
    """

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = paragraphs
        self._lengths = np.array([len(text.encode()) for text in paragraphs])  # (paragraphs,) bytes
        self._numbers: dict[str, int] = {}
        terms, owners = self._number_terms()
        self._index(terms, owners)

    def nearest(self, text: str, count: int, *, usable: Callable[[int], bool] | None = None) -> list[int]:
        """Return the positions of the ``count`` paragraphs nearest to a text, best first.

        Near-copies of the text and of each other are passed over, and those that ``usable`` refuses. Where too few
        share a word with the text, as between two languages, paragraphs of about its length stand in.
        """
        chosen: list[int] = []
        for candidate in self._ranked(text):
            if len(chosen) == count:
                break
            known = (text, *(self.paragraphs[number] for number in chosen))
            if (usable is None or usable(candidate)) and not any(
                same(self.paragraphs[candidate], old) for old in known
            ):
                chosen.append(candidate)
        return chosen

    def sharing(self, text: str, count: int) -> list[int]:
        """Return the positions of up to ``count`` paragraphs that share words with a text, best first, copies included."""
        scores = self._scores(text)
        order = np.argsort(-scores, kind="stable")[:count]
        return [int(position) for position in order if scores[position] > 0]

    def _ranked(self, text: str) -> Iterator[int]:
        scores = self._scores(text)
        order = np.lexsort((np.abs(self._lengths - len(text.encode())), -scores))
        return (int(position) for position in order)

    def _scores(self, text: str) -> NDArray[np.float32]:
        scores = np.zeros(len(self.paragraphs), dtype=np.float32)  # (paragraphs,)
        for term in set(index_terms(text)):
            number = self._numbers.get(term)
            if number is not None:
                start, end = self._starts[number], self._starts[number + 1]
                scores[self._owners[start:end]] += self._weights[start:end]
        return scores

    def _number_terms(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Number the terms of all paragraphs; return them and the paragraphs they stand in, in reading order."""
        found = [index_terms(text) for text in self.paragraphs]
        known = dict.fromkeys(term for terms in found for term in terms)
        self._numbers = {term: number for number, term in enumerate(known)}
        terms = [self._numbers[term] for terms in found for term in terms]
        counts = np.array([len(terms) for terms in found], dtype=np.int64)
        return np.array(terms, dtype=np.int64), np.repeat(np.arange(len(found), dtype=np.int64), counts)

    def _index(self, terms: NDArray[np.int64], owners: NDArray[np.int64]) -> None:
        """Weigh each term of each paragraph; the weights of one term stand together."""
        paragraphs = max(len(self.paragraphs), 1)
        sizes = np.bincount(owners, minlength=paragraphs)  # (paragraphs,) terms in each
        pairs, frequency = np.unique(terms * paragraphs + owners, return_counts=True)  # (postings,)
        term, owner = np.divmod(pairs, paragraphs)
        holders = np.bincount(term, minlength=len(self._numbers))  # (terms,) paragraphs that hold each
        rarity = np.log1p((paragraphs - holders + 0.5) / (holders + 0.5))
        norm = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * sizes / max(float(sizes.mean()), 1.0))
        weights = rarity[term] * frequency * (_SATURATION + 1) / (frequency + norm[owner])
        self._owners = owner.astype(np.int32)  # (postings,)
        self._weights = weights.astype(np.float32)  # (postings,)
        self._starts = np.concatenate(([0], np.cumsum(holders)))  # (terms + 1,)


def index_terms(text: str) -> list[str]:
    """List what a text is found by: words, and pairs of neighbouring characters of unspaced scripts."""
    found: list[str] = _TERM.findall(text.casefold())
    if text.isascii() or not _RUN.search(text):
        return found
    return [term for run in found for term in (_pairs(run) if _RUN.match(run) else (run,))]


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]


def same(one: str, other: str) -> bool:
    """Tell whether two paragraphs are near-copies, or one is most of a part of the other."""
    from rapidfuzz.fuzz import partial_ratio, ratio  # noqa: PLC0415 - an index that is only built needs none

    if ratio(one, other, score_cutoff=SAME):
        return True
    return min(len(one), len(other)) >= _LEAST_PART and bool(partial_ratio(one, other, score_cutoff=SAME))
