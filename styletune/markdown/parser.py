"""The only module that knows pyromark: Markdown bytes to a flat list of events with byte ranges.

pyromark wraps pulldown-cmark (https://docs.rs/pulldown-cmark): CommonMark 0.31 and GFM, every event with the exact
UTF-8 range it came from.
"""

from typing import Any, Literal, NamedTuple, cast

import pyromark

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_GFM
)

INLINE_TAGS = frozenset({"Emphasis", "Strong", "Strikethrough", "Superscript", "Subscript", "Link", "Image"})
INLINE_LEAVES = frozenset(
    {"Text", "Code", "InlineHtml", "InlineMath", "DisplayMath", "FootnoteReference", "SoftBreak", "HardBreak"}
)


class Event(NamedTuple):
    """One event of the parse; ``start`` and ``end`` are byte offsets."""

    type: Literal["start", "end", "leaf"]
    name: str
    """Tag name (``Paragraph``, ``Link``, ...) or leaf name (``Text``, ``Code``, ...)."""

    value: Any
    """Attributes of a tag as a dict (or scalar), text of a leaf, ``None`` where there is none."""

    start: int
    end: int

    @property
    def inline(self) -> bool:
        """Whether the event belongs to running text."""
        return self.name in (INLINE_LEAVES if self.type == "leaf" else INLINE_TAGS)


def parse(markdown: bytes, base: int = 0) -> list[Event]:
    """Parse UTF-8 Markdown; ``base`` is added to every offset."""
    events: list[Event] = []
    for raw, span in pyromark.events_with_range(markdown.decode(), options=_OPTIONS):
        kind, name, value = _unpack(cast("object", raw))
        events.append(Event(kind, name, value, span["start"] + base, span["end"] + base))
    return events


def _unpack(raw: object) -> tuple[Literal["start", "end", "leaf"], str, Any]:
    if isinstance(raw, str):
        return "leaf", raw, None
    ((outer, inner),) = cast("dict[str, Any]", raw).items()
    if outer not in {"Start", "End"}:
        return "leaf", outer, inner
    kind: Literal["start", "end"] = "start" if outer == "Start" else "end"
    if isinstance(inner, str):
        return kind, inner, None
    ((name, value),) = cast("dict[str, Any]", inner).items()
    return kind, name, value
