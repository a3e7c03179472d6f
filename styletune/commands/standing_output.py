"""An output as it stands, with a person's edits: what they pin, and how they are merged with what is new."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from styletune.commands.planned import Planned, may_merge
from styletune.draft import Draft, Pin
from styletune.edits.alignment import align
from styletune.edits.file_form import agreed_form, plain
from styletune.edits.merge import Conflict, chunks, merge3
from styletune.files.atomic import is_regular, present, read_bytes
from styletune.files.record import Block, Record
from styletune.learning.corrections import Corrections
from styletune.learning.learn import Learned, learn_from_output
from styletune.markdown.document import Document
from styletune.markdown.segments import Kind, Segment
from styletune.report import SegmentReport

CHANGED = "its source changed since you edited it; styletune memory review shows both texts"
DELETED = "its source changed since you deleted it; it stays deleted unless you put it back"
REWORKED = "its source changed since you split, merged or moved it; your text stands unless you change it"
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


def record_of_deleted(planned: Planned) -> Record | None:
    """Return the record of an output that was deleted: what a person wrote into it comes back with it."""
    if planned.output is None or planned.in_place or present(planned.output) or not may_merge(planned):
        return None
    return planned.records.latest(planned.output)


def pins(
    record: Record, document: Document, kinds: Collection[Kind] = tuple(Kind)
) -> tuple[Mapping[str, Pin], tuple[str, ...]]:
    """Return what a person's edits of an output mean for the segments of its source, by segment id, and notes.

    A text stands as it is while its source does. Where the source changed, it stands too, and a person has to decide.
    Arguments: ``kinds`` are those that the run works on.
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
    segments = [segment for segment in document.segments if segment.kind in kinds]
    for blocks, segment in _successors(record.blocks, segments, moved, new):
        if any(block.pinned is not None for block in blocks):
            found[segment.id] = Pin(" ".join(block.current for block in blocks), (CHANGED,), ask=True)
            for block in blocks:
                lost.pop(block.source_id, None)
    return found, (f"{GONE}: {_opening(lost.values())}. It is kept among the corrections.",) if lost else ()


def _successors(
    blocks: Sequence[Block], segments: Sequence[Segment], moved: Sequence[Block], new: Sequence[Segment]
) -> Iterator[tuple[list[Block], Segment]]:
    """Yield the blocks whose source changed, each with the first segment that it became."""
    kinds = [block.kind for block in blocks], [segment.kind.value for segment in segments]
    left, free = set(map(id, moved)), {segment.id for segment in new}
    for link in align([block.source for block in blocks], [segment.source for segment in segments], kinds=kinds):
        before = [blocks[index] for index in link.old if id(blocks[index]) in left]
        after = [segments[index] for index in link.new if segments[index].id in free]
        if before and after:
            yield before, after[0]


def standing_texts(record: Record, document: Document) -> Mapping[str, str]:
    """Return what an output says for the segments whose source is unchanged, by segment id."""
    same, _, _ = _paired(record.blocks, document.segments)
    return {segment.id: block.current for block, segment in same if block.written is not None and block.pinned is None}


def undone_texts(planned: Planned, document: Document, record: Record | None) -> frozenset[str]:
    """Return the ids of segments whose correction in this very output is over.

    A person took it back, and the output has styletune's text again; or, without a ``record``, it is to be
    overwritten.
    """
    if planned.output is None:
        return frozenset()
    root, output = planned.records.root, planned.records.name(planned.output)
    edited = {
        one.source: one.edited
        for one in Corrections(root).live()
        if one.output == output or not (root / one.output).exists()  # or it was renamed
    }
    if record is None:
        return frozenset(segment.id for segment in document.segments if segment.source in edited)
    same, _, _ = _paired(record.blocks, document.segments)
    return frozenset(
        segment.id
        for block, segment in same
        if block.pinned is None and block.current != edited.get(block.source, block.current)
    )


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
    form, suffix = agreed_form(base, draft.data, there.data), planned.name.suffix
    ours, theirs = chunks(plain(draft.data), suffix), chunks(plain(there.data), suffix)
    merged = merge3(chunks(plain(_with_pins(base, draft, there.record, planned)), suffix), ours, theirs)
    known = {block.source for block in there.record.blocks}
    disputed = {
        report.id: b"".join(theirs[conflict.theirs.start : conflict.theirs.stop]).decode("utf-8", "replace").strip()
        for conflict in merged.conflicts
        for report in _reports_in(draft.segments, planned, ours, conflict)
        if report.source not in known
    }
    return Delivered(form.applied(b"".join(merged.chunks)), *_with_conflicts(draft.segments, blocks, disputed))


def _with_pins(base: bytes, draft: Draft, record: Record, planned: Planned) -> bytes:
    """Put the pinned texts that stand in the new output into the old one as well: there is nothing to merge about them."""
    standing_pins = {report.target for report in draft.segments if report.status == "pinned"}
    texts = {block.written or block.source: block.pinned for block in record.blocks if block.pinned in standing_pins}
    if not texts:
        return base
    document = Document.parse(base, suffix=planned.name.suffix, header_keys=planned.file.header.translate)
    found = {segment.id: texts.get(segment.source) for segment in document.segments}
    return document.replace({}, pinned={name: text for name, text in found.items() if text is not None}).data


def _reports_in(
    reports: Sequence[SegmentReport], planned: Planned, ours: Sequence[bytes], conflict: Conflict
) -> list[SegmentReport]:
    """List the segments of a new output that a conflict touches."""
    keys = planned.file.header.translate
    segments = Document.parse(b"".join(ours), suffix=planned.name.suffix, header_keys=keys).segments
    if len(segments) != len(reports):
        return []
    start = sum(map(len, ours[: conflict.ours.start]))
    end = start + sum(map(len, ours[conflict.ours.start : conflict.ours.stop]))
    pairs = zip(segments, reports, strict=True)
    return [report for segment, report in pairs if segment.start < end and start < segment.end]


def _with_conflicts(
    reports: Sequence[SegmentReport], blocks: Sequence[Block], disputed: Mapping[str, str]
) -> tuple[tuple[SegmentReport, ...], tuple[Block, ...]]:
    """Mark segments whose new text could not replace what a person made of several blocks."""
    reasons = {name: (REWORKED if text else DELETED,) for name, text in disputed.items()}
    marked = [
        replace(
            report, status="pinned", reasons=reasons[report.id], suggestion=report.target, target=disputed[report.id]
        )
        if report.id in disputed
        else report
        for report in reports
    ]
    told = [
        replace(block, reasons=reasons[block.source_id], disputed=block.pinned is None)
        if block.source_id in reasons
        else block
        for block in blocks
    ]
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
