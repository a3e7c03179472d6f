"""Where the segments of a file stand, and how a new text goes back to each place."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from styletune.markdown import front_matter
from styletune.markdown.labels import alt_and_titles
from styletune.markdown.marks import Piece
from styletune.markdown.pieces import Extent, extent, has_letter, pieces
from styletune.markdown.runs import Run, Source
from styletune.markdown.segments import Kind, Segment
from styletune.markdown.skeleton import Skeleton
from styletune.text.wrap import unwrap


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


def find_slots(skeleton: Skeleton) -> tuple[Slot, ...]:
    """List the places of all segments, ordered by their first byte, an outer one before those inside it."""
    found = [*_front_matter_slots(skeleton)]
    for index, run in enumerate(skeleton.structure.runs):
        if not skeleton.is_frozen(run.start, run.end):
            found += _label_slots(skeleton, index, run)
            found += _run_slots(skeleton, index, run)
    found.sort(key=lambda slot: (slot.segment.start, -slot.segment.end))
    return tuple(_numbered(skeleton, found))


def nested(slots: Sequence[Slot], index: int) -> list[Slot]:
    """List the slots inside another."""
    end = slots[index].segment.end
    inner: list[Slot] = []
    for position in range(index + 1, len(slots)):
        if slots[position].segment.start >= end:
            break
        inner.append(slots[position])
    return inner


def _front_matter_slots(skeleton: Skeleton) -> Iterator[Slot]:
    matter = skeleton.matter
    for item in front_matter.fields(matter) if matter else ():
        if matter and has_letter(item.value):
            text = unwrap(item.value.strip())
            start, end = matter.offset + item.start, matter.offset + item.end
            yield Slot(_segment(skeleton, Kind.FRONT_MATTER, start, end, text), (text,), field=item)


def _run_slots(skeleton: Skeleton, index: int, run: Run) -> Iterator[Slot]:
    source = skeleton.source
    part = extent(run, source)
    cut = pieces(part, source, in_quote=run.kind is Kind.QUOTE)
    if _visible_letters(cut):
        prefix, newline = _continuation(part, source)
        segment = _segment(skeleton, run.kind, part.start, part.end, _text(cut))
        at_start = run.at_line_start and part.start == run.start
        yield Slot(segment, tuple(cut), prefix, newline, at_start, index)


def _label_slots(skeleton: Skeleton, index: int, run: Run) -> Iterator[Slot]:
    for kind, part, cut in alt_and_titles(run, skeleton.source):
        if _visible_letters(cut):
            segment = _segment(skeleton, kind, part.start, part.end, _text(cut))
            yield Slot(segment, tuple(cut), *_continuation(part, skeleton.source), run=index)


def _visible_letters(parts: Iterable[Piece]) -> bool:
    return has_letter("".join(part for part in parts if isinstance(part, str)))


def _text(parts: Iterable[Piece]) -> str:
    return "".join(part if isinstance(part, str) else part.raw for part in parts)


def _continuation(part: Extent, source: Source) -> tuple[str, str]:
    """Read the line prefix and the line ending off the segment's first line break, or the ending off the file's."""
    for event, following in zip(part.events, part.events[1:], strict=False):
        if event.name in {"SoftBreak", "HardBreak"}:
            broken = source.text(event.start, event.end)
            ending = next((end for end in ("\r\n", "\r") if broken.endswith(end)), "\n")
            return source.text(event.end, max(following.start, event.end)).rstrip("\\"), ending
    first = source.data.find(b"\n")
    return "", "\r\n" if first > 0 and source.data[first - 1 : first] == b"\r" else "\n"


def _segment(skeleton: Skeleton, kind: Kind, start: int, end: int, text: str) -> Segment:
    return Segment("", kind, start, end, skeleton.line(start), text)


def _numbered(skeleton: Skeleton, slots: Iterable[Slot]) -> Iterator[Slot]:
    """Give each segment its id, its heading path and the block before it."""
    seen: dict[str, int] = {}
    path: list[tuple[int, str]] = []
    previous = ""
    for slot in slots:
        segment, level = slot.segment, 0
        if segment.kind is Kind.HEADING:
            level = skeleton.structure.runs[slot.run].level
            path = [entry for entry in path if entry[0] < level]
        digest = hashlib.sha256(f"{segment.kind}\x00{segment.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        headings = tuple(text for _, text in path)
        numbered = replace(segment, id=f"{digest}-{seen[digest]}", heading_path=headings, previous=previous)
        yield replace(slot, segment=numbered)
        if level:
            path.append((level, segment.source))
        if segment.kind not in {Kind.ALT, Kind.TITLE, Kind.FRONT_MATTER}:
            previous = segment.source
