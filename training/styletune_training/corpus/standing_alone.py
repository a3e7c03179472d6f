"""The text of a segment as Markdown that needs no document around it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape

from styletune.markdown.marks import Mark, MarkError, MarkMode, Piece, restore, show
from styletune.markdown.segments import Kind
from styletune.markdown.skeleton import Skeleton, read
from styletune.markdown.slots import Slot, find_slots
from styletune.text.wrap import unwrap
from styletune_training.corpus.references import Targets, edits, joined, rewritten

_PLAIN = re.compile(r"[\"'“‘«（(「]?(?!(?i:title):)[^\W\d_](?:[^\[\]<>*_`{}\\&|$~%@:^⟦⟧\r\n]|:(?=\s|$))*")
"""Text in which no parser finds anything but text."""

_NUMBER = re.compile(r"\d{1,9}[.)][ \t]+(?=\S)")
_ENTITY = re.compile(r"(?<!\\)&(?:#\w{2,8}|[A-Za-z]\w{1,30});")
_MASKED, _VISIBLE = MarkMode.MASKED, MarkMode.VISIBLE


def pieces_alone(slot: Slot, skeleton: Skeleton, targets: Targets) -> tuple[Piece, ...]:
    """Return a segment's pieces: reference links inline; footnote references, comments and attribute lists out.

    The number in front of a heading is left out: alone, it would begin a list. Entities of letters and typographic
    signs are written as those.
    """
    pieces = tuple(_ENTITY.sub(_character, piece) if isinstance(piece, str) else piece for piece in slot.pieces)
    if slot.run >= 0 and any(isinstance(piece, Mark) for piece in pieces):
        changes = edits(skeleton.structure.runs[slot.run], skeleton.source, targets)
        pieces = joined(
            [piece if isinstance(piece, str) else rewritten(piece, changes, skeleton.source) for piece in pieces]
        )
    if slot.segment.kind in {Kind.HEADING, Kind.FRONT_MATTER} and pieces and isinstance(first := pieces[0], str):
        return (_NUMBER.sub("", first.lstrip(), count=1), *pieces[1:])
    return pieces


def text_alone(slot: Slot, pieces: Sequence[Piece]) -> str | None:
    """Return a segment as Markdown, its lines joined; ``None`` if it reads otherwise without its document.

    Parsed alone, the text is one segment that holds the same visible text and the same marks. Only what looks like
    markup in a header's field, which is plain text, may be marks now.

    Arguments: ``pieces`` are those of ``pieces_alone``.
    """
    try:
        text = restore(show(pieces, _MASKED), pieces, _MASKED, lambda mark: mark.raw).strip()
    except MarkError:
        return None
    if _PLAIN.fullmatch(text):
        return text
    alone = _only_segment(text)
    if alone is None or alone.segment.source != text:
        return None
    if slot.segment.kind is Kind.FRONT_MATTER:
        return text if show(alone.pieces, _VISIBLE) == show(pieces, _VISIBLE).strip() else None
    return text if _seen(alone.pieces) == _seen(pieces) else None


def _character(entity: re.Match[str]) -> str:
    """Write an entity as its character, unless that is white space or could mean something to Markdown."""
    text = unescape(entity[0])
    return text if len(text) == 1 and not text.isascii() and text.isprintable() and text not in "⟦⟧" else entity[0]


@lru_cache(maxsize=8192)  # the states of a text in a history have most of their paragraphs in common
def _only_segment(text: str) -> Slot | None:
    inner = (Kind.ALT, Kind.TITLE)
    slots = [slot for slot in find_slots(read(text.encode(), ".md")) if slot.segment.kind not in inner]
    return slots[0] if len(slots) == 1 and slots[0].segment.kind is Kind.PARAGRAPH else None


def _seen(pieces: Sequence[Piece]) -> tuple[str, list[tuple[str, str]]]:
    """Return what a model sees of a segment, and the marks that it does not see."""
    marks = [(str(piece.role), unwrap(piece.raw)) for piece in pieces if isinstance(piece, Mark)]
    return show(pieces, _MASKED).strip(), marks
