"""The seam between a project's memory and the draft loop."""

from dataclasses import dataclass
from typing import Protocol

FUZZY = 75.0
"""Likeness, of 100, from which a text counts as a fuzzy match, as is usual in translation memories."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of the glossary."""

    source: str
    """As it stands in drafts; matched as whole words, without case unless it holds capitals."""

    target: str | None = None
    """How it is rendered; ``None`` keeps it as it is."""

    lang: str | None = None
    """Code of the target language the rendering is for; ``None``: any, rewrites included."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what a person made of it, or a text that is much like the segment and how it was rendered."""

    source: str
    """As the model sees it, like the segment."""

    target: str
    origin: str
    """Where it comes from: the id of a correction, or the name of a file."""

    likeness: float
    """To the segment, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What of the memory goes into the prompt of one segment, within the token budget."""

    glossary: tuple[Term, ...] = ()
    """Terms that stand in the segment."""

    rules: str = ""
    """Rules for this segment only."""

    voice: tuple[str, ...] = ()
    """Paragraphs by the author that are nearest to the segment, best first; never parts of the draft itself."""

    examples: tuple[Example, ...] = ()
    """The nearest corrections and fuzzy matches, best first."""

    left_out: tuple[str, ...] = ()
    """What is not in the prompt although it belongs to the segment, and why, in words."""

    voice_from: tuple[str, ...] = ()
    """The post that each paragraph of ``voice`` comes from."""

    @property
    def foreign(self) -> tuple[str, ...]:
        """Texts of the prompt that an answer must not repeat.

        A fuzzy match is none of them: a right answer shares most of its words with it.
        """
        unlike = [example for example in self.examples if example.likeness < FUZZY]
        return (*self.voice, *(text for example in unlike for text in (example.source, example.target)))


class Memory(Protocol):
    """What a project remembers, as far as it concerns one file, one task and one pair of languages."""

    @property
    def rules(self) -> str:
        """Rules for every segment; they go into the shared prefix."""
        ...

    @property
    def never_say(self) -> tuple[str, ...]:
        """Words and phrases that must not stand in an output unless they stand in its source."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all rules that apply to the file, and of what is never said."""
        ...

    def terms(self, source: str) -> tuple[Term, ...]:
        """Return the glossary terms that stand in a text; cheap, and the same as in ``recall`` but for the budget."""
        ...

    def recall(self, source: str) -> Recall:
        """Return what belongs into the prompt of a segment, given as the model sees it."""
        ...

    def settled(self, source: str) -> str | None:
        """Return the text that a person wrote or approved for exactly this text of a draft, in another place.

        Both are Markdown as it stands in files. ``None``: there is none, or there are several.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoMemory:
    """Remembers nothing."""

    rules: str = ""
    never_say: tuple[str, ...] = ()
    fingerprint: str = ""

    def terms(self, source: str) -> tuple[Term, ...]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return ()

    def recall(self, source: str) -> Recall:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return Recall()

    def settled(self, source: str) -> str | None:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return None
