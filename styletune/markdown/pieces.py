"""From a run to what a model sees of it: which part of it is the segment, and which of its pieces are marks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from styletune.markdown.marks import Mark, Piece
from styletune.markdown.parser import Event
from styletune.markdown.runs import Run, Source, link_end

_VERBATIM_TAG = re.compile(r"<(code|kbd|samp|var|pre|script|style|svg|math|textarea)\b[^>]*(?<!/)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\w+|[A-Za-z]\w*);")
_DEFINITION = re.compile(rb":[ \t]+")
_OPENING_TAG = re.compile(r"<([A-Za-z][\w-]*)(?:\s[^>]*)?(?<!/)>")


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of a run that a segment replaces."""

    start: int
    end: int
    events: tuple[Event, ...]


def extent(run: Run, source: Source) -> Extent:
    """Narrow a run to its prose.

    Markup around the whole text (``**all bold**``, a list item that is one link) and opaque lines or footnote
    references at its ends stay outside, so that no model can lose them.
    """
    events = run.events
    while True:
        narrowed = _unwrapped(_trimmed(events, source))
        if narrowed is events or len(narrowed) == len(events):
            break
        events = narrowed
    if not events or len(events) == len(run.events):
        return Extent(run.start, _before_opaque(run.start, run.end, source), tuple(run.events))
    start = events[0].start
    if start > run.start and source.data[start - 1 : start] == b"\\":
        start -= 1
    end = max(link_end(event, source) for event in events)
    return Extent(start, _before_opaque(start, end, source) if events[-1].name == "Text" else end, tuple(events))


def _before_opaque(start: int, end: int, source: Source) -> int:
    """Leave out opaque syntax that ends the text, such as the ``{#id}`` of a heading."""
    for span in reversed([*source.opaque_in(start, end)]):
        before = source.data[start : span.start]
        if span.end != end or before == before.rstrip(b" "):
            break
        end = start + len(before.rstrip(b" "))
    return end


def _unwrapped(events: list[Event]) -> list[Event]:
    if len(events) < 3:  # noqa: PLR2004 - an opening, something, a closing
        return events
    first, last = events[0], events[-1]
    if first.name == last.name == "InlineHtml":
        tag = _OPENING_TAG.fullmatch(str(first.value))
        inside = [str(event.value) for event in events[1:-1] if event.name == "InlineHtml"]
        wraps = tag is not None and str(last.value).lower() == f"</{tag[1].lower()}>"
        return events[1:-1] if wraps and not any(tag and tag[1] in text for text in inside) else events
    if first.type != "start" or matching_end(events, 0) != len(events) - 1 or first.name == "Image":
        return events
    if first.name == "Link" and first.value["link_type"] not in {"Inline", "Reference"}:
        return events
    return events[1:-1]


def _trimmed(events: list[Event], source: Source) -> list[Event]:
    while len(events) > 1 and (length := _idle_head(events, source)):
        events = events[length:]
    while len(events) > 1 and (length := _idle_tail(events, source)):
        events = events[:-length]
    return events


def _idle_head(events: list[Event], source: Source) -> int:
    """Count the events of a first line that holds no prose."""
    after = _unit_end(events, 0)
    if _idle(events[0], source) and after < len(events) and events[after].name in {"SoftBreak", "HardBreak"}:
        return after + 1
    return 0


def _idle_tail(events: list[Event], source: Source) -> int:
    """Count the events at the end that hold no prose: footnote references, and a last line of opaque syntax."""
    if events[-1].name in {"FootnoteReference", "SoftBreak", "HardBreak"}:
        return 1
    if events[-1].name == "Text" and not source.text(events[-1].start, events[-1].end).strip():
        return 1
    for index in range(len(events) - 2, -1, -1):
        if events[index].name in {"SoftBreak", "HardBreak"}:
            head = events[index + 1]
            return len(events) - index if _idle(head, source) and _unit_end(events, index + 1) == len(events) else 0
    return 0


def _unit_end(events: list[Event], index: int) -> int:
    if events[index].type == "start":
        return matching_end(events, index) + 1
    return index + 1


def _idle(event: Event, source: Source) -> bool:
    if event.name == "Text":
        opaque = sum(span.end - span.start for span in source.opaque_in(event.start, event.end))
        return opaque > 0 and opaque >= len(source.data[event.start : event.end].strip())
    if event.name == "InlineHtml":
        return str(event.value).startswith("<!--")
    return event.name == "Image"


def pieces(extent: Extent, source: Source, *, in_quote: bool = False) -> list[Piece]:
    """Cut a stretch of a run into visible text and marks, in order and without gaps."""
    return _Cutter(source, extent.start, extent.end, in_quote=in_quote).cut(extent.events)


class _Cutter:
    def __init__(self, source: Source, start: int, end: int, *, in_quote: bool) -> None:
        self.source = source
        self.cursor = start
        self.end = end
        self.in_quote = in_quote
        self.out: list[Piece] = []

    def cut(self, events: Sequence[Event]) -> list[Piece]:
        index = 0
        while index < len(events):
            index = self._step(events, index)
        self._visible(self.end)
        return _merged(self.out)

    def _step(self, events: Sequence[Event], index: int) -> int:
        event = events[index]
        if event.start < self.cursor and event.type != "end":
            return index + 1
        if event.start >= self.end:
            return len(events)
        if event.type == "start" and event.name in {"Image", "Link"}:
            return self._link(events, index)
        if event.name in {"SoftBreak", "HardBreak"}:
            self._break(event, events[index + 1].start if index + 1 < len(events) else event.end)
        elif event.name == "InlineHtml" and (close := _verbatim_end(events, index)):
            self._mark(event.start, events[close].end)
            return close + 1
        elif event.type == "leaf" and event.name != "Text":
            self._mark(event.start, event.end)
        return index + 1

    def _link(self, events: Sequence[Event], index: int) -> int:
        event = events[index]
        close = matching_end(events, index)
        end = link_end(event, self.source)
        inner = events[index + 1 : close]
        if event.name == "Image" or event.value["link_type"] in {"Autolink", "Email"} or not self._has_prose(inner):
            self._mark(event.start, end)
            return close + 1
        self._visible(event.start)
        inner_end = max(link_end(item, self.source) for item in inner)
        inside = _Cutter(self.source, event.start, inner_end, in_quote=self.in_quote)
        self.out.extend(inside.cut(inner))
        self.cursor = end
        tail = self.source.text(inner_end, end)
        if event.value["link_type"] in {"Shortcut", "Collapsed"}:
            label = self.source.text(event.start + 1, inner_end)
            self.out.append(Mark("label", inner_end, end, self._plain(tail), self._plain(label)))
        else:
            self.out.append(Mark("link", inner_end, end, self._plain(tail)))
        return close + 1

    def _has_prose(self, inner: Sequence[Event]) -> bool:
        return any(event.name == "Text" and has_letter(self._without_opaque(event.start, event.end)) for event in inner)

    def _without_opaque(self, start: int, end: int) -> str:
        data = bytearray(self.source.data[start:end])
        for span in self.source.opaque_in(start, end):
            data[span.start - start : span.end - start] = b" " * (span.end - span.start)
        return data.decode(errors="ignore")

    def _break(self, event: Event, resume: int) -> None:
        if resume > event.end and self.source.data[resume - 1 : resume] == b"\\":
            resume -= 1  # the range of an escaped character begins behind its backslash
        self._visible(event.start)
        definition = _DEFINITION.match(self.source.data, max(resume, event.end))
        self.cursor = definition.end() if definition else max(resume, event.end)
        if event.name == "HardBreak" or definition:
            marker = definition[0].decode() if definition else ""
            raw = self._plain(self.source.text(event.start, event.end)) + marker
            self.out.append(Mark("break", event.start, self.cursor, raw))
        else:
            self.out.append("\n")

    def _mark(self, start: int, end: int) -> None:
        self._visible(start)
        self.out.append(Mark("opaque", start, end, self._plain(self.source.text(start, end))))
        self.cursor = end

    def _visible(self, end: int) -> None:
        for span in self.source.opaque_in(self.cursor, end):
            if span.start > self.cursor:
                self.out.append(self.source.text(self.cursor, span.start))
            self.out.append(Mark("opaque", *span, self._plain(self.source.text(*span))))
            self.cursor = span.end
        if end > self.cursor:
            self.out.append(self.source.text(self.cursor, end))
            self.cursor = end

    def _plain(self, text: str) -> str:
        """Drop the line prefixes inside a construct that spans lines, and write its line ends as newlines."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        strip = " \t>" if self.in_quote else " \t"
        return "\n".join([lines[0], *(line.lstrip(strip) for line in lines[1:])])


def matching_end(events: Sequence[Event], index: int) -> int:
    """Return the index of the event that closes the tag opened at ``index``."""
    depth = 0
    for position in range(index, len(events)):
        if events[position].name == events[index].name and events[position].type != "leaf":
            depth += 1 if events[position].type == "start" else -1
            if depth == 0:
                return position
    raise AssertionError("pulldown-cmark closes every tag it opens")


def _verbatim_end(events: Sequence[Event], index: int) -> int | None:
    """Find the end tag of an inline HTML element whose content is no prose, such as ``<code>``."""
    opening = _VERBATIM_TAG.match(str(events[index].value))
    if opening is None:
        return None
    closing = f"</{opening[1].lower()}>"
    for position in range(index + 1, len(events)):
        if events[position].name == "InlineHtml" and str(events[position].value).lower() == closing:
            return position
    return None


def _merged(parts: Sequence[Piece]) -> list[Piece]:
    """Join neighbouring text, and neighbouring opaque marks, so that the model sees as few marks as possible."""
    out: list[Piece] = []
    for part in parts:
        last = out[-1] if out else None
        if isinstance(part, str) and isinstance(last, str):
            out[-1] = last + part
        elif isinstance(part, Mark) and isinstance(last, Mark) and part.role == last.role == "opaque":
            out[-1] = Mark("opaque", last.start, part.end, last.raw + part.raw)
        else:
            out.append(part)
    return out


def has_letter(text: str) -> bool:
    """Tell whether there is anything to read in a text; an entity such as ``&copy;`` is no word."""
    return any(char.isalpha() for char in _ENTITY.sub("", text))
