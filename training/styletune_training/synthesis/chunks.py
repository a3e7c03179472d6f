"""Notes cut into chunks: the answers that questions are made for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from styletune.markdown.segments import Kind
from styletune.text.tokens import length
from styletune_training.corpus.document import CorpusDocument, Paragraph, paragraph

LONGEST = 300
"""Words of a chunk; CJK characters count as 0.6 words."""

_BODY = (Kind.PARAGRAPH, Kind.LIST_ITEM)
_INTRODUCES = (":", "：")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Paragraphs of a note that stand together below one heading."""

    text: Paragraph
    """All of them as one text, Markdown."""

    section: str
    """The note's title and the heading, for whoever is to ask for it."""

    dangling: bool
    """Whether it announces something that is not there, such as code that was left out."""


def chunks(document: CorpusDocument) -> list[Chunk]:
    """Cut a note at its headings, and long sections between paragraphs."""
    found: list[Chunk] = []
    heading = ""
    body: list[Paragraph] = []
    for one in (*document.paragraphs, None):
        if one is not None and one.kind in _BODY:
            body.append(one)
        elif one is None or one.kind is Kind.HEADING:
            found += [_chunk(document, heading, part) for part in _parts(body)]
            heading, body = one.text if one is not None else "", []
    return found


def _parts(body: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """Put paragraphs together as long as they fit; a list stays with what introduces it where that is possible."""
    part: list[Paragraph] = []
    size = 0.0
    for one in body:
        if part and size + length(one.text) > LONGEST:
            yield part
            part, size = [], 0.0
        part.append(one)
        size += length(one.text)
    if part:
        yield part


def _chunk(document: CorpusDocument, heading: str, part: Sequence[Paragraph]) -> Chunk:
    text = paragraph(Kind.PARAGRAPH, _joined(part), part[0].line, part[0].lang)
    above = dict.fromkeys(one for one in (document.title or "", heading) if one)
    return Chunk(text, " > ".join(above), _is_dangling(part))


def _joined(part: Sequence[Paragraph]) -> str:
    """Write paragraphs below each other, the items of a list close together."""
    text, before = "", None
    for one in part:
        item = one.kind is Kind.LIST_ITEM
        text += "" if before is None else "\n" if item and before else "\n\n"
        text += "- " + one.text.replace("\n", "\n  ") if item else one.text
        before = item
    return text


def _is_dangling(part: Sequence[Paragraph]) -> bool:
    """Tell whether a paragraph that ends with a colon is followed by nothing, or by something else than a list."""
    following = (*part[1:], None)
    return any(
        one.text.rstrip().endswith(_INTRODUCES) and (after is None or after.kind is not Kind.LIST_ITEM)
        for one, after in zip(part, following, strict=True)
    )
