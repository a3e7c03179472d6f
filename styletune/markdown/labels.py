"""Texts inside the marks of a run: alternative texts of images, and titles of links and images."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from styletune.markdown.marks import Piece
from styletune.markdown.parser import Event
from styletune.markdown.pieces import Extent, matching_end, pieces
from styletune.markdown.runs import Run, Source
from styletune.markdown.segments import Kind

_TITLE = re.compile(rb"\s(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))\s*\)\Z", re.DOTALL)


class Label(NamedTuple):
    """A text inside a mark."""

    kind: Kind
    extent: Extent
    pieces: list[Piece]


def alt_and_titles(run: Run, source: Source) -> Iterator[Label]:
    """Yield the labels in a run; each lies inside a mark, or behind the text of a link."""
    for index, event in enumerate(run.events):
        if event.type == "start" and event.name in {"Image", "Link"}:
            close = matching_end(run.events, index)
            if event.name == "Image" and event.value["link_type"] not in {"Collapsed", "Shortcut"}:
                yield from _alt(event, run.events[index + 1 : close], source, in_quote=run.kind is Kind.QUOTE)
            if event.value["title"] and event.value["link_type"] == "Inline":
                yield from _title(event, source)


def _alt(event: Event, inner: Sequence[Event], source: Source, *, in_quote: bool) -> Iterator[Label]:
    if not inner or any(item.name in {"HardBreak", "Image"} for item in inner):
        return
    start, end = event.start + 2, max(item.end for item in inner)
    extent = Extent(start, end, tuple(inner))
    yield Label(Kind.ALT, extent, pieces(extent, source, in_quote=in_quote))


def _title(event: Event, source: Source) -> Iterator[Label]:
    match = _TITLE.search(source.data[event.start : event.end])
    if match and b"\n" not in match[1]:
        start, end = event.start + match.start(1) + 1, event.start + match.end(1) - 1
        yield Label(Kind.TITLE, Extent(start, end, ()), [source.text(start, end)])
