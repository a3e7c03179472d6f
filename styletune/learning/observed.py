"""Corrections as evidence: what was changed in each, word by word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from styletune.edits.change import change
from styletune.edits.edit import Change
from styletune.edits.words import WordChange, word_changes
from styletune.learning.correction import Correction
from styletune.learning.proposal import file_of, lang_of
from styletune.learning.source_terms import folded
from styletune.text.inline import prose

LAST = 500
"""Corrections that are looked at: habits change, and nobody waits for ever."""


@dataclass(frozen=True)
class Observed:
    """A correction of a text in the same language."""

    correction: Correction
    written: str
    edited: str
    change: Change

    @property
    def file(self) -> str:
        """The draft."""
        return file_of(self.correction)

    @property
    def lang(self) -> str | None:
        """Language of both texts, where it is known."""
        return lang_of(self.correction)

    @property
    def scope(self) -> tuple[str, str | None]:
        """What habits may differ by: the task, and the language."""
        return self.correction.task, self.lang

    @cached_property
    def changes(self) -> Sequence[WordChange]:
        """The changes, word by word."""
        return word_changes(self.written, self.edited)

    @cached_property
    def prose(self) -> tuple[str, str]:
        """Both texts as they are read, without code and addresses."""
        return prose(self.written), prose(self.edited)

    @cached_property
    def edited_words(self) -> Sequence[str]:
        """What the person's text says, without case."""
        return folded(self.edited)


def observe(corrections: Iterable[Correction]) -> list[Observed]:
    """Take the corrections that say something of style, in their order; of many, the last ``LAST``.

    Those that translated what styletune had not, and those that took a text out or only laid it out anew, do not.
    """
    return [found for correction in list(corrections)[-LAST:] if (found := _observed(correction)) is not None]


def before(correction: Correction) -> str:
    """Return what stood there before the person's text: in a rewrite that styletune left alone, the draft's text."""
    if correction.written is None and correction.task == "rewrite":
        return correction.source
    return correction.written or ""


@lru_cache(maxsize=4096)
def _observed(correction: Correction) -> Observed | None:
    written, edited = before(correction), correction.edited
    if not written or not edited.strip():
        return None
    what = change(written, edited)
    if what is None or what is Change.SPACING:
        return None
    return Observed(correction, written, edited, what)
