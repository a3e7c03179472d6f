"""A translation with a place for a fault, and what all kinds of faults need."""

from dataclasses import dataclass

import regex

from styletune.guards import GuardContext

WORD = regex.compile(r"⟦\d+⟧|\p{Han}|[\p{L}\p{N}'’-]+")


@dataclass(frozen=True, slots=True)
class Case:
    """A source, its target and how the target came about."""

    source: str
    target: str
    context: GuardContext
    visible: tuple[str, str] = ("", "")
    """Source and target with their Markdown left visible."""

    elsewhere: tuple[str, ...] = ()
    """Translations of the same source into other languages."""

    place: str = ""
    """Where the pair stands; seeds the choice of faults."""


def put(text: str, match: "regex.Match[str]", new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]
