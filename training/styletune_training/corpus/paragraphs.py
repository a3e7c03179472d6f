"""The author's paragraphs in a document, and what is left out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from styletune.markdown.marks import Mark, Piece
from styletune.markdown.pieces import has_letter
from styletune.markdown.runs import Run, Source
from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import Skeleton
from styletune.markdown.slots import Slot, find_slots
from styletune.text.tokens import length
from styletune_training.corpus.boilerplate import is_boilerplate
from styletune_training.corpus.document import Paragraph, paragraph
from styletune_training.corpus.quotations import credited, is_quotation
from styletune_training.corpus.references import link_targets
from styletune_training.corpus.standing_alone import pieces_alone, text_alone

_FEWEST_WORDS = 4
"""Words below which a paragraph must end as a sentence does: others are labels, and lead-ins of code."""

_FEWEST_IN_LABEL = 1.5
"""Words below which a list item, a cell or an image's text is a name."""

_SAID = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.FOOTNOTE})
"""Kinds that may be a quotation; a title in quotation marks is a title."""

_ENDS = (".", "!", "?", "…", "。", "！", "？")
_CLOSERS = "\"'”’»›)]）】」』〉》*_~"
_MARKUP = ("</", "<a", "<abbr", "<b", "<em", "<i", "<mark", "<q", "<s", "<u")
"""How tags begin that stand around words and are no content themselves."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What was found in a document."""

    paragraphs: tuple[Paragraph, ...]
    left_out: Counter[str]
    """How many blocks are not used, by reason in words."""


def prose_of(skeleton: Skeleton, *, has_lines: bool = True) -> Prose:
    """Find the author's paragraphs in Markdown.

    Arguments: without ``has_lines``, lines say nothing to the author, and all are 0.
    """
    reader = _Reader(skeleton)
    found = [reader.read(slot) for slot in find_slots(skeleton)]
    kept = tuple(
        paragraph(slot.segment.kind, text, slot.segment.line if has_lines else 0) for slot, text in filter(None, found)
    )
    return Prose(kept, reader.left_out)


class _Reader:
    """Reads one document's segments."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self.targets = link_targets(skeleton)
        self.credited = credited(skeleton.structure.runs, skeleton.source)
        self.left_out = Counter[str]()
        if code := sum(block[:2] == ("start", "CodeBlock") for block in skeleton.structure.blocks):
            self.left_out["code"] = code

    def read(self, slot: Slot) -> tuple[Slot, str] | None:
        """Return the text of a segment; count the reason if it is left out."""
        reason = self._why_not_there(slot)
        text = None
        if reason is None:
            pieces = pieces_alone(slot, self.skeleton, self.targets)
            text = text_alone(slot, pieces)
            reason = "cannot stand alone" if text is None else _why_not(slot.segment.kind, text, *_parted(pieces))
        if reason is not None or text is None:
            self.left_out[reason or ""] += 1
            return None
        return slot, text

    def _why_not_there(self, slot: Slot) -> str | None:
        """Say why a segment is left out for what stands around it."""
        run = self.skeleton.structure.runs[slot.run] if slot.run >= 0 else None
        if run is not None and (run.kind is Kind.QUOTE or slot.run in self.credited):
            return "quotation"
        if run is None or slot.segment.kind in {Kind.ALT, Kind.TITLE}:
            return None
        if any(isinstance(piece, Mark) and _is_template(piece) for piece in slot.pieces):
            return "template tag"
        if run.kind is not Kind.HEADING and _is_all_links(run, self.skeleton.source):
            return "table of contents" if all(target.startswith("#") for target in _destinations(run)) else "links"
        return None


def _parted(pieces: Sequence[Piece]) -> tuple[str, int]:
    """Return what is visible of a segment, and how many of its marks are content."""
    visible = " ".join(piece for piece in pieces if isinstance(piece, str))
    return visible, sum(isinstance(piece, Mark) and _is_content(piece) for piece in pieces)


@lru_cache(maxsize=8192)  # the states of a text in a history have most of their paragraphs in common
def _why_not(kind: Kind, text: str, visible: str, marks: int) -> str | None:
    """Say why a text is left out for what it is."""
    words = length(visible)
    if not has_letter(visible):
        return "no words"
    if is_boilerplate(text):
        return "boilerplate"
    if kind in _SAID and is_quotation(text):
        return "quotation"
    if words < marks:
        return "mostly code"
    return "too short" if _is_too_short(kind, text, words) else None


def _is_too_short(kind: Kind, text: str, words: float) -> bool:
    if kind is Kind.PARAGRAPH:
        return words < _FEWEST_WORDS and not text.rstrip(_CLOSERS).endswith(_ENDS)
    return kind not in {Kind.HEADING, Kind.FRONT_MATTER} and words < _FEWEST_IN_LABEL


def _is_content(mark: Mark) -> bool:
    return mark.role == "opaque" and not mark.raw.startswith(_MARKUP)


def _is_template(mark: Mark) -> bool:
    """Tell a template's tag that stands in the text from one in the address of a link."""
    return mark.role == "opaque" and mark.raw.startswith(("{{", "{%", "{#"))


def _is_all_links(run: Run, source: Source) -> bool:
    """Tell whether no word stands outside of links."""
    depth, links = 0, 0
    for event in run.events:
        if event.name == "Link":
            depth += {"start": 1, "end": -1}[event.type]
            links += event.type == "start"
        elif event.name == "Text" and not depth and has_letter(_without_opaque(source, event.start, event.end)):
            return False
    return links > 0


def _without_opaque(source: Source, start: int, end: int) -> str:
    text, cursor = "", start
    for span in source.opaque_in(start, end):
        text += source.text(cursor, span.start)
        cursor = span.end
    return text + source.text(cursor, end)


def _destinations(run: Run) -> Iterator[str]:
    return (event.value["dest_url"] for event in run.events if event.name == "Link" and event.type == "start")
