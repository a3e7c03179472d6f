"""What translation memories of TMX 1.4b are made of (https://www.gala-global.org/tmx-14b)."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styletune.markdown.document import Document

NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, and the carriage return, which its readers change (section 2.2 and 2.11)."""

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UNKNOWN = "und"
"""The code of a language that nobody named (BCP 47)."""

ALL = "*all*"
"""The source may be any of the languages."""

MARK = "x-markdown"
"""Type of a placeholder that holds Markdown as it stands in the file."""

CHARACTER = "x-character"
"""Type of a placeholder that holds the number of a character, in hexadecimal."""

DOC = "x-styletune-doc"
"""Type of the property that names the document."""

DOC_JSON = "x-styletune-doc-json"
"""Likewise, as JSON: for names that XML cannot hold."""

CODES = frozenset({"bpt", "ept", "ph", "it", "ut"})
"""Elements that hold another format's own marks; ``hi`` and ``sub`` hold text."""

_WRITTEN = re.compile(r"[\[\]`<>{}$\n\\]|^\s*(?:[-+*#]+|\d+[.)])\s|\w://|\bwww\.|\w@\w|&#?\w+;")
"""What any mark has one of; most sentences have none, and parsing each would take a hundred times as long."""


def parts(text: str) -> list[tuple[bool, str]]:
    """Cut a Markdown text into prose and what must come out as it went in; joined they are the text again.

    The first of each two tells whether it is a mark: a code span, the address of a link, a list sign.
    """
    if not _WRITTEN.search(text):
        return [(False, text)]
    from styletune.errors import FileError  # noqa: PLC0415 - few texts hold a mark
    from styletune.markdown.document import Document  # noqa: PLC0415 - likewise

    try:
        data = text.encode()
        found = _mark_spans(Document.parse(data))
    except (UnicodeEncodeError, FileError):  # no Markdown file holds such a text
        return [(False, text)]
    cuts: list[tuple[bool, str]] = []
    at = 0
    for start, end in [*found, (len(data), len(data))]:
        cuts += [(False, data[at:start].decode())] if at < start else []
        cuts += [(True, data[start:end].decode())] if start < end else []
        at = max(at, end)
    return cuts


def _mark_spans(document: "Document") -> list[tuple[int, int]]:
    """List the byte ranges that are no prose, in order; what stands inside a mark belongs to it."""
    spans: list[tuple[int, int]] = []
    at = 0
    for slot in document.slots:
        if slot.segment.start < at:
            continue
        spans.append((at, slot.segment.start))
        at = slot.segment.start
        marks = (piece for piece in slot.pieces if not isinstance(piece, str))
        spans += ((max(mark.start, at), mark.end) for mark in marks)
        at = slot.segment.end
    return [(start, end) for start, end in [*spans, (at, len(document.data))] if start < end]
