"""Runs: the stretches of running text in a document, each with its pieces and its inline structure.

A run is what stands between two block boundaries: the text of a paragraph, heading, list item, table cell or footnote.
Its range never holds a line prefix at either end, and its pieces cover it byte for byte.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from styletune.markdown.opaque import Span
from styletune.markdown.parser import Event
from styletune.markdown.segments import Kind

Inline = tuple[str, ...]
"""One inline construct as the skeleton compares it, such as ``("code", "x = 1")``."""


@dataclass(slots=True)
class Run:
    """Running text of one block."""

    kind: Kind
    start: int
    end: int
    events: list[Event]
    level: int = 0
    """Heading level, 0 elsewhere."""

    at_line_start: bool = True
    """Whether the text begins where a block marker could begin, too."""

    in_html: bool = False
    """Whether the text stands in an HTML block, between tags that a stray ``<`` would break."""

    inline: "Counter[Inline]" = field(default_factory=Counter[Inline])
    """The constructs in the run; a replaced run must have the same."""


Block = tuple[Any, ...]
"""One block event as the skeleton compares it."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What a parse found: block events in order, runs among them."""

    blocks: tuple[Block, ...]
    runs: tuple[Run, ...]
    html: tuple[Span, ...]
    """Ranges of HTML blocks."""


class Source:
    """The original bytes with the opaque ranges in them."""

    def __init__(self, data: bytes, opaque: Sequence[Span]) -> None:
        self.data = data
        self.opaque = opaque
        self._starts = [span.start for span in opaque]

    def text(self, start: int, end: int) -> str:
        """Decode a range whose ends are character boundaries."""
        return self.data[start:end].decode()

    def opaque_in(self, start: int, end: int) -> Iterator[Span]:
        """Yield the opaque ranges that lie in a range."""
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            if self.opaque[index].end <= end:
                yield self.opaque[index]


def structure(events: Sequence[Event], source: Source, admonitions: frozenset[int] = frozenset()) -> Structure:
    """Group a parse into blocks and runs."""
    reader = _Reader(source, admonitions)
    for event in events:
        reader.read(event)
    reader.flush()
    return Structure(tuple(reader.blocks), tuple(reader.runs), tuple(reader.html))


class _Reader:
    def __init__(self, source: Source, admonitions: frozenset[int]) -> None:
        self.source = source
        self.admonitions = admonitions
        self.stack: list[Event] = []
        self.pending: list[Event] = []
        self.blocks: list[Block] = []
        self.runs: list[Run] = []
        self.html: list[Span] = []

    def read(self, event: Event) -> None:
        if self.stack and self.stack[-1].name in {"CodeBlock", "HtmlBlock", "MetadataBlock"} and event.type == "leaf":
            self.blocks.append((event.name, self.source.text(event.start, event.end)))
        elif event.inline:
            self.pending.append(event)
        else:
            self.flush()
            self._block(event)

    def _block(self, event: Event) -> None:
        if event.type == "leaf":
            self.blocks.append((event.name, self.source.text(event.start, event.end)))
            return
        self.blocks.append((event.type, event.name, repr(event.value)))
        if event.type == "end":
            self.stack.pop()
            return
        self.stack.append(event)
        if event.name == "HtmlBlock":
            self.html.append(Span(event.start, event.end))

    def flush(self) -> None:
        if not self.pending:
            return
        events, self.pending = self.pending, []
        start, end = self._range(events)
        container = self.stack[-1] if self.stack else None
        level = int(container.value["level"][1:]) if container and container.name == "Heading" else 0
        run = Run(self._kind(), start, end, events, level, at_line_start=level == 0 and not self._in_cell())
        run.inline = inline_items(events, self.source)
        self.blocks.append(("run", run.kind))
        self.runs.append(run)

    def _range(self, events: Sequence[Event]) -> tuple[int, int]:
        start = min(event.start for event in events)
        floor = self.stack[-1].start if self.stack else 0
        if start > floor and self.source.data[start - 1 : start] == b"\\":
            start -= 1
        return start, max(link_end(event, self.source) for event in events)

    def _in_cell(self) -> bool:
        return bool(self.stack) and self.stack[-1].name == "TableCell"

    def _kind(self) -> Kind:
        names = [event.name for event in self.stack if event.start not in self.admonitions]
        quotes = [event for event in self.stack if event.name == "BlockQuote"]
        if any(event.value is None and not self._is_callout(event) for event in quotes):
            return Kind.QUOTE
        for name, kind in _KINDS:
            if name in names:
                return kind
        return Kind.PARAGRAPH

    def _is_callout(self, quote: Event) -> bool:
        """Tell the author's own note (``> [!tip]``, opaque to the parser) from a quotation."""
        return self.source.data[quote.start : quote.end].lstrip(b"> \t").startswith(b"[!")


_KINDS = (
    ("Heading", Kind.HEADING),
    ("TableCell", Kind.CELL),
    ("FootnoteDefinition", Kind.FOOTNOTE),
    ("Item", Kind.LIST_ITEM),
)


def link_end(event: Event, source: Source) -> int:
    """Return the end of an event; pulldown-cmark leaves the ``[]`` of a collapsed reference out of its range."""
    if event.name in {"Link", "Image"} and source.data[event.end : event.end + 2] == b"[]":
        collapsed = event.type == "end" or event.value["link_type"] == "Collapsed"
        return event.end + 2 if collapsed else event.end
    return event.end


def inline_items(events: Sequence[Event], source: Source) -> "Counter[Inline]":
    """Count the constructs of a run that a replacement must keep."""
    items: Counter[Inline] = Counter()
    for event in events:
        item = _item(event, source)
        if item:
            items[item] += 1
    for span in source.opaque_in(events[0].start, max(event.end for event in events)):
        items["opaque", source.text(*span)] += 1
    if notes := source.data.count(b"^[", events[0].start, events[-1].end):
        items["note",] = notes
    return items


def _item(event: Event, source: Source) -> Inline | None:
    if event.type == "leaf":
        if event.name in {"Text", "SoftBreak"}:
            return None
        return (event.name, str(event.value or ""))
    if event.type == "end":
        return None
    if event.name not in {"Link", "Image"}:
        return (event.name,)
    return (event.name, *_target(event, source))


def _target(event: Event, source: Source) -> Inline:
    """Name what a link points at: its reference label, or its destination as the source spells it."""
    attributes: dict[str, str] = event.value
    if attributes["link_type"] in {"Reference", "Collapsed", "Shortcut"}:
        return ("reference", " ".join(attributes["id"].casefold().split()))
    spelled = [source.text(*span) for span in source.opaque_in(event.start, event.end)]
    return ("inline", attributes["dest_url"], str(bool(attributes["title"])), *spelled)
