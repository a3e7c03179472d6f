"""A text and what became of it earlier: what examples are chosen from."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from unicodedata import normalize

import regex

from styletune.text.inline import prose
from styletune.text.wrap import unwrap

_MORE_THAN_PROSE = re.compile(r"[⟦`\[<@&]|://")
"""What a text holds if something in it is no prose: most have none of it, and looking for these is quicker."""

_NUMBER = regex.compile(r"\p{N}+(?:[.,:]\p{N}+)*")


class Standing(IntEnum):
    """Who stands for a text; a smaller one goes first."""

    CORRECTED = 0
    """A person made it of what styletune had written."""

    BROUGHT = 1
    """A person brought it from elsewhere."""

    WRITTEN = 2
    """styletune wrote it, and nobody changed it."""


@dataclass(frozen=True, eq=False)
class EarlierText:
    """A text of a draft and what it became."""

    source: str
    """Markdown, as ``target``."""

    target: str
    standing: Standing
    origin: str
    """The id of a correction, or the name of a file."""

    approved: bool = True
    """A person wrote the target, so that it may stand wherever the source stands."""

    @cached_property
    def plain(self) -> str:
        """The source as it is compared."""
        return plain(self.source)

    @cached_property
    def terms(self) -> str:
        """What the source is found by."""
        return terms(self.plain)


def plain(text: str) -> str:
    """Return a text as it is compared: without line breaks, code, addresses and marks."""
    text = unwrap(text) if "\n" in text else text
    text = text if text.isascii() else normalize("NFC", text)
    return " ".join((prose(text) if _MORE_THAN_PROSE.search(text) else text).split())


def terms(text: str) -> str:
    """Return the words of a text, and pairs of neighbouring characters in unspaced scripts, parted by blanks."""
    from styletune.memory.nearest import index_terms  # noqa: PLC0415 - numpy is loaded where something is ranked

    return " ".join(index_terms(text))


def numbers(text: str) -> list[str]:
    """List the numbers of a text, sorted."""
    return sorted(_NUMBER.findall(text))
