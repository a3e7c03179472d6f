"""Bytes to segments to bytes."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from styletune.errors import FileError
from styletune.markdown import front_matter, marks
from styletune.markdown.html_prose import prose_chunks
from styletune.markdown.marks import Mark, MarkMode, Piece
from styletune.markdown.opaque import Span, view
from styletune.markdown.parser import parse
from styletune.markdown.pieces import Extent, extent, has_letter, pieces
from styletune.markdown.runs import Run, Source, Structure, structure
from styletune.markdown.segments import Kind, Segment
from styletune.text.wrap import unwrap

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document with some of its segments replaced."""

    data: bytes
    texts: Mapping[str, str]
    """Segment id to the Markdown that now stands there, without line prefixes, for those that were replaced."""

    refused: Mapping[str, str]
    """Segment id to the reason, in words, why its new text could not stand in the document."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a segment stands and how its text goes back; ``run`` or ``field`` says what holds it."""

    segment: Segment
    pieces: tuple[Piece, ...]
    prefix: str = ""
    """What a continuation line begins with (``> ``, an indent)."""

    newline: str = "\n"
    at_line_start: bool = False
    run: int = -1
    """Index of the run that holds it, -1 for front matter."""

    field: front_matter.Field | None = None


class Document:
    """A Markdown file as segments of prose between bytes that never change."""

    def __init__(self, data: bytes, *, suffix: str = ".md") -> None:
        """Parse ``data``; use ``Document.parse``, which names the error."""
        self.data = data
        self.suffix = suffix
        self.bom = len(_BOM) if data.startswith(_BOM) else 0
        self.matter = front_matter.find(data, self.bom)
        self.body = self.matter.end if self.matter else self.bom
        self.line_ends = [match.start() for match in re.finditer(rb"\n", data)]
        self.structure, self.source, self._frozen = _structure(data, self.body, mdx=suffix == ".mdx")

    @classmethod
    def parse(cls, data: bytes, *, suffix: str = ".md") -> "Document":
        """Segment a file; ``suffix`` decides about MDX. Raises ``FileError`` if it is not UTF-8."""
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise FileError(
                f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8. "
                "Convert the file first, for example: iconv -f latin1 -t utf-8 FILE"
            ) from error
        if b"\x00" in data:
            raise FileError("the file holds NUL bytes, so it is no text. Name Markdown files only.")
        return cls(data, suffix=suffix)

    @cached_property
    def slots(self) -> tuple["Slot", ...]:
        """Where the segments stand, ordered by their first byte, an outer one before those inside it."""
        return _numbered(self, _slots(self))

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of prose that may be replaced, in document order."""
        return tuple(slot.segment for slot in self.slots)

    @cached_property
    def _by_id(self) -> dict[str, "Slot"]:
        return {slot.segment.id: slot for slot in self.slots}

    def shown(self, segment_id: str, mode: MarkMode) -> str:
        """Return a segment as a model sees it: soft line breaks joined, marks as ``mode`` says."""
        return marks.show(self._by_id[segment_id].pieces, mode, unwrap)

    def block_lines(self, segment_id: str) -> tuple[int, int]:
        """Return the first and the last line, from 1, of the text block that holds a segment."""
        slot = self._by_id[segment_id]
        start, end = slot.segment.start, slot.segment.end
        if slot.run >= 0:
            start, end = self.structure.runs[slot.run].start, self.structure.runs[slot.run].end
        return bisect_left(self.line_ends, start) + 1, bisect_left(self.line_ends, max(start, end - 1)) + 1

    def marks(self, segment_id: str) -> tuple[Mark, ...]:
        """Return the marks of a segment in the order of their numbers."""
        return tuple(piece for piece in self._by_id[segment_id].pieces if isinstance(piece, Mark))

    def frozen(self, start: int, end: int) -> bool:
        """Tell whether a range lies in a part that the author switched off."""
        return any(span.start < end and start < span.end for span in self._frozen)

    def slot(self, segment_id: str) -> Slot:
        """Return where a segment stands."""
        return self._by_id[segment_id]

    def replace(self, targets: Mapping[str, str], *, mode: MarkMode = MarkMode.MASKED) -> Replaced:
        """Put new texts in the place of segments.

        ``targets`` maps segment ids to texts as a model writes them under ``mode``. A text equal to what ``shown``
        gives leaves the segment's bytes alone. Whatever would change more than the text of its own segment is
        refused, segment by segment; the rest is applied.
        """
        from styletune.markdown.splice import replace  # noqa: PLC0415 - splice parses the result, so it imports this

        return replace(self, targets, mode)


def _structure(data: bytes, base: int, *, mdx: bool) -> tuple[Structure, Source, tuple[Span, ...]]:
    seen = view(data[base:], mdx=mdx)
    opaque = [Span(span.start + base, span.end + base) for span in seen.opaque]
    source = Source(data, opaque)
    found = structure(parse(seen.body, base), source, frozenset(offset + base for offset in seen.admonitions))
    shown = data[:base] + seen.body
    inner = [
        structure(parse(shown[chunk.start : chunk.end], chunk.start), source)
        for chunk in prose_chunks(shown, found.html)
    ]
    for part in inner:
        for run in part.runs:
            run.in_html = True
    runs = [*found.runs, *(run for part in inner for run in part.runs)]
    blocks = [*found.blocks, *(block for part in inner for block in part.blocks)]
    html = _without_runs(found, inner, data)
    frozen = tuple(Span(span.start + base, span.end + base) for span in seen.frozen)
    return Structure((*(b for b in blocks if b[0] != "Html"), *html), tuple(runs), found.html), source, frozen


def _without_runs(found: Structure, inner: Sequence[Structure], data: bytes) -> list[tuple[str, str]]:
    """Return the HTML blocks' own bytes, the prose in them left out."""
    spans = sorted((run.start, run.end) for part in inner for run in part.runs)
    out: list[tuple[str, str]] = []
    for block in found.html:
        kept, cursor = b"", block.start
        for start, end in spans:
            if block.start <= start and end <= block.end:
                kept, cursor = kept + data[cursor:start] + b"\x00", end
        out.append(("html", (kept + data[cursor : block.end]).decode()))
    return out


def _slots(document: Document) -> list[Slot]:
    slots = _front_matter_slots(document)
    for index, run in enumerate(document.structure.runs):
        if not document.frozen(run.start, run.end):
            slots.extend(_run_slots(document, index, run))
    return sorted(slots, key=lambda slot: (slot.segment.start, -slot.segment.end))


def _front_matter_slots(document: Document) -> list[Slot]:
    matter = document.matter
    if matter is None:
        return []
    out: list[Slot] = []
    for item in front_matter.fields(matter):
        if has_letter(item.value):
            text = unwrap(item.value.strip())
            segment = _segment(document, Kind.FRONT_MATTER, matter.offset + item.start, matter.offset + item.end, text)
            out.append(Slot(segment, (text,), field=item))
    return out


def _run_slots(document: Document, index: int, run: Run) -> list[Slot]:
    source = document.source
    part = extent(run, source)
    cut = pieces(part, source, in_quote=run.kind is Kind.QUOTE)
    slots = list(_label_slots(document, index, run))
    if has_letter("".join(piece for piece in cut if isinstance(piece, str))):
        prefix, newline = _continuation(part, source)
        text = "".join(piece if isinstance(piece, str) else piece.raw for piece in cut)
        segment = _segment(document, run.kind, part.start, part.end, text)
        at_start = run.at_line_start and part.start == run.start
        slots.append(Slot(segment, tuple(cut), prefix, newline, at_start, index))
    return slots


def _label_slots(document: Document, index: int, run: Run) -> list[Slot]:
    from styletune.markdown.labels import alt_and_titles  # noqa: PLC0415 - keeps the two files below the limit

    out: list[Slot] = []
    for kind, start, end, parts in alt_and_titles(run, document.source):
        if has_letter("".join(part for part in parts if isinstance(part, str))):
            text = "".join(part if isinstance(part, str) else part.raw for part in parts)
            segment = _segment(document, kind, start, end, text)
            out.append(Slot(segment, tuple(parts), run=index))
    return out


def _continuation(part: Extent, source: Source) -> tuple[str, str]:
    """Read the line prefix and the line ending off the segment's first line break."""
    for event, following in zip(part.events, part.events[1:], strict=False):
        if event.name in {"SoftBreak", "HardBreak"}:
            broken = source.text(event.start, event.end)
            ending = next((end for end in ("\r\n", "\r") if broken.endswith(end)), "\n")
            return source.text(event.end, max(following.start, event.end)).rstrip("\\"), ending
    return "", "\n"


def _segment(document: Document, kind: Kind, start: int, end: int, text: str) -> Segment:
    return Segment("", kind, start, end, bisect_left(document.line_ends, start) + 1, text)


def _numbered(document: Document, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Give each segment its id, its heading path and the block before it."""
    seen: dict[str, int] = {}
    path: list[tuple[int, str]] = []
    previous = ""
    out: list[Slot] = []
    for slot in slots:
        segment, level = slot.segment, 0
        if segment.kind is Kind.HEADING:
            level = document.structure.runs[slot.run].level
            path = [entry for entry in path if entry[0] < level]
        digest = hashlib.sha256(f"{segment.kind}\x00{segment.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        numbered = Segment(
            f"{digest}-{seen[digest]}",
            segment.kind,
            segment.start,
            segment.end,
            segment.line,
            segment.source,
            tuple(text for _, text in path),
            previous,
        )
        out.append(Slot(numbered, slot.pieces, slot.prefix, slot.newline, slot.at_line_start, slot.run, slot.field))
        if level:
            path.append((level, segment.source))
        if segment.kind not in {Kind.ALT, Kind.TITLE, Kind.FRONT_MATTER}:
            previous = segment.source
    return tuple(out)
