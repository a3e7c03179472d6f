"""Pairs that were found, not made: in translations, in a history, in a chat log, in a file of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from styletune.exchange.pair import Pair
from styletune.exchange.selection import Preference


@dataclass(frozen=True, slots=True)
class MinedPair:
    """A pair and where it was found."""

    pair: Pair
    place: str
    """For people: ``posts/a.md:12 = posts/a.zh.md:14``, ``3fa2b1c 2024-03-01 posts/a.md:7``, ``log.jsonl:17``."""


@dataclass(frozen=True, slots=True)
class Mined:
    """What one source gave."""

    pairs: tuple[MinedPair, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    """What was looked at and is no pair: how many, by reason in words."""

    problems: tuple[str, ...] = ()
    """What could not be read, each with its place: ``log.jsonl:17 this is no JSON``."""

    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each."""

    preferences: tuple[Preference, ...] = ()
    """Answers that somebody preferred to others."""
