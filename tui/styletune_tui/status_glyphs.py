"""How a segment's status looks: a glyph, a word and a style, so that colour never carries the meaning alone."""

from dataclasses import dataclass
from types import MappingProxyType

from styletune.report import Status


@dataclass(frozen=True, slots=True)
class StatusLook:
    """One status on screen."""

    glyph: str
    """One cell wide in every terminal, and different for every status."""

    word: str
    """What a screen reader says and what a narrow column may cut after the first letter."""

    style: str
    """Style in Rich's notation; an extra, never the only difference."""


LOOKS = MappingProxyType[Status, StatusLook](
    {
        "new": StatusLook("+", "new", "green"),
        "cached": StatusLook("=", "remembered", "cyan"),
        "unchanged": StatusLook(".", "unchanged", "dim"),
        "pinned": StatusLook("^", "pinned by hand", "blue"),
        "flagged": StatusLook("!", "flagged", "bold yellow"),
    }
)
"""The look of every status there is."""


def look_of(status: Status) -> StatusLook:
    """Return how a status is shown."""
    return LOOKS[status]
