"""Links inside a page that point at a heading whose text changed."""

import re
from collections.abc import Collection, Iterator

from styletune.markdown.document import Document
from styletune.markdown.segments import Kind

_FRAGMENT = re.compile(rb"\]\(\s*#([^)\s]+)")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_MARKUP = re.compile(r"[*`]|\]\([^)]*\)|\[|\{[^}]*\}")


def slug(heading: str) -> str:
    """Make the anchor that GitHub, Hugo and kramdown derive from a heading (letters, digits, ``-``)."""
    return _NOT_IN_SLUG.sub("", _MARKUP.sub("", heading).strip().lower()).replace(" ", "-")


def stale_anchors(document: Document, changed: Collection[str]) -> Iterator[str]:
    """Yield a note for each link to the anchor of a heading among the ``changed`` segment ids."""
    headings = {
        slug(segment.source): segment.line
        for segment in document.segments
        if segment.kind is Kind.HEADING and segment.id in changed and not _has_own_id(document, segment.end)
    }
    for match in _FRAGMENT.finditer(document.data) if headings else ():
        fragment = match[1].decode().lower()
        if fragment in headings:
            line = document.data.count(b"\n", 0, match.start()) + 1
            yield (
                f"line {line}: the link #{fragment} points at the heading of line {headings[fragment]}, whose anchor "
                f"follows its text. Give the heading a fixed one ({{#{fragment}}}) or change the link."
            )


def _has_own_id(document: Document, end: int) -> bool:
    return document.data[end : end + 200].split(b"\n")[0].strip().startswith((b"{#", b"{: #"))
