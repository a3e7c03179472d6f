"""One paragraph as a model sees it, marks in the place of what must not change, and the way back."""

from dataclasses import dataclass

from styletune.guards import markup
from styletune.guards.finding import GuardContext
from styletune.markdown.document import Document
from styletune.markdown.marks import MARK, MarkError, MarkMode, describe

_APART = "\n\n"
"""Stands before a text, so that nothing at its beginning is taken for a file's header."""

_LEADS = ("", "# ")
"""What a text is read behind: ``1. Why`` is the text of a heading, and no paragraph on its own."""


@dataclass(frozen=True, slots=True)
class MaskedParagraph:
    """A paragraph of Markdown, ready for a model. Made by ``mask``."""

    shown: str
    marks: tuple[str, ...] = ()
    """The marks in ``shown``, in order: ``⟦1⟧``, ``⟦2⟧``."""

    document: Document | None = None
    """What the text was read as; ``None`` for a text that is no single paragraph, and is shown as it is."""

    before: str = ""
    """What stands before the text in ``document``."""

    def masked(self, other: str) -> str:
        """Put the marks of this text into another one, in the place of the same Markdown."""
        found = self.document.marks(self.document.segments[0].id) if self.document is not None else ()
        for number, mark in enumerate(found, 1):
            other = other.replace(mark.raw, f"](⟦{number}⟧)" if mark.role == "link" else f"⟦{number}⟧", 1)
        return other

    def restore(self, answer: str) -> str:
        """Put the marks back into a model's answer. Raises ``MarkError`` with the reason in words."""
        if self.document is None:
            return answer
        segment_id = self.document.segments[0].id
        names = {number: describe(mark) for number, mark in enumerate(self.document.marks(segment_id), 1)}
        context = GuardContext("rewrite", mark_names=names)
        for guard in (markup.marks, markup.links):
            for reason in guard(self.shown, answer, context):
                raise MarkError(reason)
        replaced = self.document.replace({segment_id: answer})
        for reason in replaced.refused.values():
            raise MarkError(reason)
        return replaced.data.decode()[len(self.before) :]


def mask(text: str) -> MaskedParagraph:
    """Make the text that a model sees of a paragraph."""
    text = text.strip()
    for lead in _LEADS if "\n" not in text else _LEADS[:1]:
        before = _APART + lead
        document = Document((before + text).encode("utf-8", "replace"))
        segment = next(iter(document.segments), None)
        if segment is not None and segment.source.split() == text.split():
            shown = document.shown(segment.id, MarkMode.MASKED)
            return MaskedParagraph(shown, tuple(match[0] for match in MARK.finditer(shown)), document, before)
    return MaskedParagraph(text)
