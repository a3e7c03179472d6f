"""A training set: the pairs that can be trusted, and those that cannot, with the reason."""

from dataclasses import dataclass

from styletune.exchange.pair import Pair
from styletune.exchange.selection import Preference


@dataclass(frozen=True, slots=True)
class TrainingPair:
    """A pair that passed the gate."""

    pair: Pair
    """Its ``split`` is final: what is all but the same as something in another split is in ``train``."""

    place: str
    """Where it is from, for people: ``posts/a.md:12``."""

    distance: float | None
    """Share of words that source and target do not have in common, 0..1; ``None`` between two languages and for ``qa``."""

    moved: bool = False
    """Whether it is in ``train`` for a near-duplicate's sake, and its document elsewhere."""


@dataclass(frozen=True, slots=True)
class DroppedPair:
    """A pair that is not trained on."""

    pair: Pair
    place: str
    reason: str
    """What it is counted under: the name of a guard (``numbers``), or ``near copy``, ``duplicate``, ``marks`` ..."""

    words: str
    """What is wrong with this one: ``the number 42 is missing in the source``."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What a project can train on at this moment."""

    pairs: tuple[TrainingPair, ...]
    """By document, then as they stand there."""

    dropped: tuple[DroppedPair, ...]
    preferences: tuple[Preference, ...]
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""
