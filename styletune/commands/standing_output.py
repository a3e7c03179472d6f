"""An output as it stands, with a person's edits: what they pin, and how they are merged with what is new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from styletune.commands.planned import Planned, may_merge
from styletune.draft import Draft, Pin
from styletune.edits.alignment import align
from styletune.edits.merge import Conflict, chunks, merge3
from styletune.files.atomic import is_regular, read_bytes
from styletune.files.record import Block, Record
from styletune.learning.learn import Learned, learn_from_output
from styletune.markdown.document import Document
from styletune.markdown.segments import Segment
from styletune.report import SegmentReport

CHANGED = "its source changed since you edited it; styletune memory review shows both texts"
GONE = "The draft lost a paragraph whose text you had edited in the output"


@dataclass(frozen=True, slots=True)
class Standing:
    """An output that is there, and the record of how it came to be."""

    data: bytes
    record: Record


@dataclass(frozen=True, slots=True)
class Delivered:
    """What is to stand in an output's place."""

    data: bytes
    segments: tuple[SegmentReport, ...]
    blocks: tuple[Block, ...]


def learn_here(planned: Planned) -> Learned:
    """Learn from a person's edits of an output, or of a file that was worked on in place.

    Raises ``SettingsError`` where what was learned before cannot be read, and ``FileError``.
    """
    if planned.output is None or not is_regular(planned.output):
        return Learned()
    return learn_from_output(planned.records, planned.output, how="run", header_keys=planned.file.header.translate)


def standing(planned: Planned) -> Standing | None:
    """Return the output if a person's edits of it can be told apart; ``None`` if there is nothing to merge with."""
    if planned.output is None or planned.in_place or not is_regular(planned.output) or not may_merge(planned):
        return None
    data = read_bytes(planned.output)
    record = planned.records.current(planned.output)
    return Standing(data, record) if record is not None else None


def pins(record: Record, document: Document) -> tuple[Mapping[str, Pin], tuple[str, ...]]:
    """Return what a person's edits of an output mean for the segments of its source, by segment id, and notes.

    A text stands as it is while its source does. Where the source changed, it stands too, and a person has to decide.
    """
    same, moved, new = _paired(record.blocks, document.segments)
    found = {
        segment.id: Pin(block.pinned, block.reasons or (), block.written)
        for block, segment in same
        if block.pinned is not None
    }
    lost = {block.source_id: block for block in moved if block.pinned is not None}
    if not lost:
        return found, ()
    for link in align([block.source for block in moved], [segment.source for segment in new]):
        blocks = [moved[index] for index in link.old]
        if link.new and any(block.pinned is not None for block in blocks):
            text = " ".join(block.current for block in blocks)
            found[new[link.new[0]].id] = Pin(text, (CHANGED,), ask=True)
            for block in blocks:
                lost.pop(block.source_id, None)
    return found, (f"{GONE}: {_opening(lost.values())}. It is kept among the corrections.",) if lost else ()


def standing_texts(record: Record, document: Document) -> Mapping[str, str]:
    """Return what an output says for the segments whose source is unchanged, by segment id."""
    same, _, _ = _paired(record.blocks, document.segments)
    return {segment.id: block.current for block, segment in same if block.written is not None and block.pinned is None}


def _paired(
    blocks: Sequence[Block], segments: Sequence[Segment]
) -> tuple[list[tuple[Block, Segment]], list[Block], list[Segment]]:
    """Pair blocks with segments of the same text; return the pairs, and what is left of both."""
    by_text: dict[tuple[str, str], list[Segment]] = {}
    for segment in segments:
        by_text.setdefault((segment.kind.value, segment.source), []).append(segment)
    same: list[tuple[Block, Segment]] = []
    moved: list[Block] = []
    for block in blocks:
        alike = by_text.get((block.kind, block.source))
        if alike:
            same.append((block, alike.pop(0)))
        else:
            moved.append(block)
    return same, moved, [segment for alike in by_text.values() for segment in alike]


def _opening(blocks: Iterable[Block]) -> str:
    return "; ".join(f'"{" ".join(block.current.split())[:40]}…"' for block in islice(blocks, 3))


def deliver(planned: Planned, draft: Draft, blocks: Sequence[Block], there: Standing | None) -> Delivered:
    """Merge a new output with what a person made of the last one; where both changed, the person's text stands."""
    if there is None or there.record.text is None:
        return Delivered(draft.data, draft.segments, tuple(blocks))
    blocks = _with_late_pins(blocks, there.record)
    base = there.record.text.encode("utf-8", "surrogateescape")
    if there.data == base:
        return Delivered(draft.data, draft.segments, tuple(blocks))
    suffix = planned.name.suffix
    ours, theirs = chunks(draft.data, suffix), chunks(there.data, suffix)
    merged = merge3(chunks(base, suffix), ours, theirs)
    known = {block.source for block in there.record.blocks}
    disputed = {
        report.id: b"".join(theirs[conflict.theirs.start : conflict.theirs.stop]).decode("utf-8", "replace").strip()
        for conflict in merged.conflicts
        for report in _reports_in(draft, planned, ours, conflict)
        if report.source not in known
    }
    return Delivered(b"".join(merged.chunks), *_with_conflicts(draft.segments, blocks, disputed))


def _reports_in(draft: Draft, planned: Planned, ours: Sequence[bytes], conflict: Conflict) -> list[SegmentReport]:
    """List the segments of a new output that a conflict touches."""
    segments = Document.parse(
        draft.data, suffix=planned.name.suffix, header_keys=planned.file.header.translate
    ).segments
    if len(segments) != len(draft.segments):
        return []
    start = sum(map(len, ours[: conflict.ours.start]))
    end = start + sum(map(len, ours[conflict.ours.start : conflict.ours.stop]))
    pairs = zip(segments, draft.segments, strict=True)
    return [report for segment, report in pairs if segment.start < end and start < segment.end]


def _with_conflicts(
    reports: Sequence[SegmentReport], blocks: Sequence[Block], disputed: Mapping[str, str]
) -> tuple[tuple[SegmentReport, ...], tuple[Block, ...]]:
    """Mark segments whose new text could not replace what a person made of several blocks."""
    marked = [
        replace(report, status="pinned", reasons=(CHANGED,), suggestion=report.target, target=disputed[report.id])
        if report.id in disputed
        else report
        for report in reports
    ]
    told = [replace(block, reasons=(CHANGED,)) if block.source_id in disputed else block for block in blocks]
    return tuple(marked), tuple(told)


def _with_late_pins(blocks: Sequence[Block], record: Record) -> list[Block]:
    """Take over what a person edited while the model worked."""
    late = {block.source_id: block.pinned for block in record.blocks if block.pinned is not None}
    return [
        replace(block, pinned=late[block.source_id], reasons=None)
        if block.pinned is None and block.source_id in late
        else block
        for block in blocks
    ]
