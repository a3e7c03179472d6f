"""Which of many texts are all but the same.

Texts are compared in tokens: words in spaced scripts, characters in the others. Two of them are near-duplicates if the
longest common subsequence covers a share of both that is at least ``LIKENESS`` (Indel likeness). Candidates are
texts that share runs of three tokens: the rarest seven tenths of a text's runs are looked up, because two texts that
have three tenths of their runs in common share one of those (prefix filtering: Chaudhuri, Ganti and Kaushik, "A
Primitive Operator for Similarity Joins in Data Cleaning", 2006), and near-duplicates have more in common than that.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from styletune.text.tokens import words
from styletune_training.corpus.disjoint_sets import DisjointSets

LIKENESS = 0.85

_PREFIX = 0.7
"""Share of a text's runs that are looked up, the rarest first."""

_SHORT = 9
"""Tokens up to which runs of two are looked up as well, and all of them: a word put into the middle leaves no run of
three, and few of two."""

_WINDOW = 32
"""Texts that are compared of those that share a run; what stands nearest in length and wording is compared first."""

_ENOUGH_RUNS = 12
"""Runs from which two texts must share two of them to be compared."""

_SURROGATES = 0xD800
"""The first code point that is no character; there are 0x800 of them."""

_PLANES = 0x10_0000
"""Code points that are left behind them, about."""

_CHUNK = 1 << 19
"""Candidates that are compared at a time."""

_Numbers = NDArray[np.int64]
_Hashes = NDArray[np.uint64]


def near_duplicates(texts: Sequence[str], *, likeness: float = LIKENESS) -> list[tuple[int, ...]]:
    """Group texts that are all but the same, by their positions; texts like no other are in no group.

    Likeness is handed on: a text belongs to a group if it is like one of it. Case, punctuation and white space do not
    count. Arguments: ``likeness`` is the share of common tokens, 0..1, from which on two texts are near-duplicates.
    """
    alike: dict[tuple[str, ...], list[int]] = {}
    for position, text in enumerate(texts):
        alike.setdefault(_tokens(text), []).append(position)
    unique = list(alike)
    joined = DisjointSets()
    numbered = _numbered(unique)
    for left, right in _candidates(numbered, likeness):
        alike_too = _like(numbered, left, right, likeness)
        for one, other in zip(left[alike_too].tolist(), right[alike_too].tolist(), strict=True):
            joined.join(one, other)
    groups: dict[int, list[int]] = {}
    for number, tokens in enumerate(unique):
        groups.setdefault(joined.first(number), []).extend(alike[tokens])
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)


def _tokens(text: str) -> tuple[str, ...]:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return tuple(words(normal)) or (normal.strip(),)


def _numbered(texts: Sequence[tuple[str, ...]]) -> list[list[int]]:
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(token, len(numbers)) for token in tokens] for tokens in texts]


def _like(texts: Sequence[list[int]], left: _Numbers, right: _Numbers, likeness: float) -> NDArray[np.bool_]:
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - texts that share nothing need none
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - likewise

    numbers: list[int] = np.union1d(left, right).tolist()
    strings = {number: _as_string(texts[number]) for number in numbers}
    scores = cpdist(
        [strings[number] for number in left.tolist()],
        [strings[number] for number in right.tolist()],
        scorer=Indel.normalized_similarity,
        score_cutoff=likeness,
        dtype=np.float64,
    )
    return np.asarray(scores >= likeness)


def _as_string(tokens: Sequence[int]) -> str:
    """Write tokens as characters, which are compared many times as fast; surrogates are no characters."""
    return "".join(chr(number if number < _SURROGATES else number % _PLANES + _SURROGATES + 0x800) for number in tokens)


def _candidates(texts: Sequence[list[int]], likeness: float) -> Iterator[tuple[_Numbers, _Numbers]]:
    """Yield pairs of texts that share enough to be compared, in chunks."""
    lengths = np.array([len(tokens) for tokens in texts], dtype=np.int64)  # (texts,)
    runs, owners = _runs(texts, lengths)
    counts = np.bincount(owners, minlength=len(texts))  # (texts,) runs of each
    order = _by_length_and_wording(runs, owners, lengths)  # (texts,) place of each
    runs, owners = _rarest(runs, owners)
    runs, places = _sorted_by(runs, order[owners])
    text_at = np.argsort(order)  # (texts,) text at each place
    pairs, shared = _sharing(runs, places, lengths[text_at], likeness)
    left, right = (text_at[half] for half in np.divmod(pairs, max(len(texts), 1)))
    enough = (shared > 1) | (np.minimum(counts[left], counts[right]) < _ENOUGH_RUNS)
    left, right = left[enough], right[enough]
    for start in range(0, len(left), _CHUNK):
        yield left[start : start + _CHUNK], right[start : start + _CHUNK]


def _runs(texts: Sequence[list[int]], lengths: _Numbers) -> tuple[_Hashes, _Numbers]:
    """Name the runs of tokens of all texts; return them once for each text, and the texts they stand in."""
    tokens = np.fromiter(chain.from_iterable(texts), dtype=np.uint64)  # (tokens,)
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    mixed = (tokens + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    threes = _mix(mixed[:-2], mixed[1:-1], mixed[2:])
    whole = owners[:-2] == owners[2:]
    twos = _mix(mixed[:-1], mixed[1:])
    short = (owners[:-1] == owners[1:]) & (lengths[owners[:-1]] <= _SHORT)
    runs = np.concatenate([threes[whole], twos[short]])
    own = np.concatenate([owners[:-2][whole], owners[:-1][short]])
    order = np.lexsort((runs, own))
    runs, own = runs[order], own[order]
    first = np.ones(len(runs), dtype=np.bool_)
    first[1:] = (runs[1:] != runs[:-1]) | (own[1:] != own[:-1])
    return runs[first], own[first]


def _mix(*parts: _Hashes) -> _Hashes:
    """Hash neighbours into one number; the order counts."""
    found = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        found = (found ^ part) * np.uint64(0xBF58476D1CE4E5B9)
        found ^= found >> np.uint64(29)
    return found


def _by_length_and_wording(runs: _Hashes, owners: _Numbers, lengths: _Numbers) -> _Numbers:
    """Put texts in an order in which near-duplicates stand near each other: by length, then by their least run.

    Two texts have the same least run as often as they have runs in common (min-hashing).
    """
    least = np.full(len(lengths), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, owners, runs)
    place = np.empty(len(lengths), dtype=np.int64)
    place[np.lexsort((least, lengths))] = np.arange(len(lengths), dtype=np.int64)
    return place


def _rarest(runs: _Hashes, owners: _Numbers) -> tuple[_Hashes, _Numbers]:
    """Keep the rarest runs of each text, and of those the ones that another text has, too."""
    _, number, frequency = np.unique(runs, return_inverse=True, return_counts=True)
    often = frequency[number]  # (runs,) texts that each stands in
    order = np.lexsort((runs, often, owners))
    runs, owners, often = runs[order], owners[order], often[order]
    counts = np.bincount(owners) if len(owners) else np.zeros(1, dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
    rank = np.arange(len(owners)) - starts[owners]
    looked_up = np.where(counts <= 2 * _SHORT, counts, np.ceil(counts * _PREFIX))  # (texts,)
    kept = (rank < looked_up[owners]) & (often > 1)
    return runs[kept], owners[kept]


def _sorted_by(runs: _Hashes, places: _Numbers) -> tuple[_Hashes, _Numbers]:
    order = np.lexsort((places, runs))
    return runs[order], places[order]


def _sharing(runs: _Hashes, places: _Numbers, lengths: _Numbers, likeness: float) -> tuple[_Numbers, _Numbers]:
    """Return pairs of places, as one number each, and how many runs they were seen to share."""
    found: list[_Numbers] = []
    least = likeness / (2 - likeness)  # two texts whose lengths differ by more cannot be alike
    for step in range(1, min(_WINDOW, len(runs) - 1) + 1):
        one, other = places[:-step], places[step:]
        near = (runs[:-step] == runs[step:]) & (lengths[one] >= least * lengths[other])
        found.append(one[near] * len(lengths) + other[near])
    pairs = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    unique, shared = np.unique(pairs, return_counts=True)
    return unique, shared
