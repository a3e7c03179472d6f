"""What the rest of styletune knows of a Markdown document: its segments."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Where in the document a segment's text stands."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    HEADING = "heading"
    QUOTE = "quote"
    CELL = "cell"
    FOOTNOTE = "footnote"
    ALT = "alt"
    TITLE = "title"
    FRONT_MATTER = "front_matter"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of prose that may be replaced; everything between segments stays as it is."""

    id: str
    """Hash of kind and text, plus the occurrence among equal ones: stable while the text is."""

    kind: Kind
    start: int
    """Offset of the first byte in the source file."""

    end: int
    """Offset behind the last byte in the source file."""

    line: int
    """Line of ``start``, from 1."""

    source: str
    """The segment's Markdown with line prefixes (``> ``, indents) removed; lines joined by ``\\n``."""

    heading_path: tuple[str, ...] = ()
    """Texts of the headings above, outermost first."""

    previous: str = ""
    """Source text of the block before, for context; empty for the first."""
