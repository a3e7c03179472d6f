"""A person has edited an output: what of that is a correction, and what stands from now on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from styletune.edits.change import change
from styletune.edits.edit import Change, Edit
from styletune.edits.find import find_edits
from styletune.edits.words import distance
from styletune.errors import FileError
from styletune.files.atomic import digest, read_bytes
from styletune.files.git_state import Git
from styletune.files.record import Block, Record
from styletune.files.records import OutputState, Records, now
from styletune.learning.correction import Correction, How, KeptBlock, Looked
from styletune.learning.corrections import Corrections, block_id, new_id
from styletune.markdown.document import Document
from styletune.markdown.front_matter import TRANSLATABLE_KEYS
from styletune.markdown.segments import Segment
from styletune.task import TaskName

BULK = "many files changed at once, so that this looks like the work of a program"
MOVED = "git has replaced files meanwhile, so that nobody can tell who wrote this"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where edited text comes from; files are named as records do."""

    task: TaskName
    source_lang: str | None
    lang: str | None
    source: str
    output: str
    model: str = ""

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return the origin of an output."""
        return cls(record.task, record.source_lang, record.lang, record.source or "", record.output, record.model)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of an edited output."""

    corrections: tuple[Correction, ...] = ()
    edits: int = 0
    """Blocks that are not as styletune wrote them and were so before."""

    ignored: str = ""
    """Why edits are no corrections, in words; empty if they are."""


def learn_from_output(
    records: Records,
    output: Path,
    *,
    how: How,
    bulk: bool = False,
    header_keys: tuple[str, ...] = TRANSLATABLE_KEYS,
) -> Learned:
    """Settle what a person made of an output: corrections are kept, and edited blocks are pinned.

    An edit is pinned whoever made it; it is a correction only if a person did. ``bulk`` says that a program is likely
    to have changed the file. An output that is as styletune left it, or of which no texts were kept, is left alone.
    Repeating a call after a kill repeats nothing. Raises ``FileError`` and ``SettingsError``.
    """
    if records.state(output) is not OutputState.EDITED:
        return Learned()
    data = read_bytes(output)
    segments = _segments(data, output, header_keys)
    record = records.edited_from(output, [segment.source for segment in segments])
    if record is None or not keeps_texts(record) or _was_never_written(record, data):
        return Learned()
    candidates = _without_untouched(segments, record, output, header_keys)
    found = find_edits(record.blocks, candidates, own_words=not record.in_place)  # in place, a new text is a new draft
    edits = [edit for edit in found if _is_ours(edit, record)]
    telling = [edit for edit in edits if not _is_undone(edit, record)]
    why_not = _why_no_corrections(records, record, bulk=bulk)
    corrections: tuple[Correction, ...] = ()
    if not why_not:
        known = Corrections(records.root)
        kept = tuple(_kept(record, edits, telling))
        looked = Looked(now(), record.output, record.task, record.lang, record.model, kept)
        learned = corrections_of(telling, Origin.of(record), known, how)
        corrections = tuple(known.add(learned, [looked] if looked.blocks else []))
    blocks = _blocks_in_place(record, edits, segments) if record.in_place else _pinned(record, edits)
    key = "" if record.in_place else record.key  # in place, what was added since is yet to be worked on
    records.add(replace(record, output_sha256=digest(data), blocks=tuple(blocks), time=now(), key=key))
    return Learned(corrections, len(edits), why_not if edits else "")


def _was_never_written(record: Record, data: bytes) -> bool:
    """Tell whether a run in place was killed between its record and its file, which is the draft as it was."""
    return record.in_place and record.source_sha256 == digest(data)


def settle_committed(records: Records, output: Path) -> None:
    """Count the blocks of an output that a person committed as it was written: all of them were kept.

    Raises ``FileError`` and ``SettingsError``.
    """
    record = records.current(output)
    if record is None or not keeps_texts(record) or records.state(output) is not OutputState.OURS:
        return
    corrections = Corrections(records.root)
    kept = tuple(_kept(record, (), ()))
    earlier = {block.id: block for looked in corrections.looked() for block in looked.blocks}
    if any(earlier.get(block.id) != block for block in kept):
        corrections.add((), [Looked(now(), record.output, record.task, record.lang, record.model, kept)])


def keeps_texts(record: Record) -> bool:
    """Tell whether a record has the texts of its blocks; those of earlier versions have none."""
    return bool(record.model) and any(block.source for block in record.blocks)


def _segments(data: bytes, output: Path, header_keys: tuple[str, ...]) -> Sequence[Segment]:
    try:
        return Document.parse(data, suffix=output.suffix, header_keys=header_keys).segments
    except FileError as error:
        raise FileError(f"{output}: {error}") from error


def _without_untouched(
    segments: Sequence[Segment], record: Record, output: Path, header_keys: tuple[str, ...]
) -> list[Segment]:
    """Leave out what stood in the output as it was written and was no block: no block can have become that."""
    if record.text is None:
        return list(segments)
    written = _segments(record.text.encode("utf-8", "surrogateescape"), output, header_keys)
    others = Counter(segment.source for segment in written) - Counter(block.current for block in record.blocks)
    left: list[Segment] = []
    for segment in segments:
        if others[segment.source] > 0:
            others[segment.source] -= 1
        else:
            left.append(segment)
    return left


def _is_ours(edit: Edit, record: Record) -> bool:
    """Tell whether an edit concerns what styletune wrote; in place, all other text is the person's draft.

    There, a text that has less than half of its words from styletune is a new draft in an old one's place.
    """
    if not record.in_place:
        return True
    changed, length = distance("\n\n".join(block.current for block in edit.blocks), edit.text)
    by_us = any(block.written is not None for block in edit.blocks)
    return by_us and (2 * changed <= length or _is_undone(edit, record))


def _is_undone(edit: Edit, record: Record) -> bool:
    """Tell whether a draft has its own words back, as after an editor's undo or ``git checkout -- FILE``."""
    return record.in_place and change(edit.source, edit.text) in (None, Change.SPACING)


def _why_no_corrections(records: Records, record: Record, *, bulk: bool) -> str:
    if bulk:
        return BULK
    since = datetime.fromisoformat(record.time)
    return MOVED if Git(records.root).replaced_files(since=since) else ""


def corrections_of(edits: Iterable[Edit], origin: Origin, known: Corrections, how: How) -> Iterator[Correction]:
    """Make corrections of edits that say something; a formatter's work and a deletion say nothing."""
    for edit in edits:
        if not edit.segments or edit.change is Change.SPACING:
            continue
        earlier = known.latest_of(origin.output, edit.source)
        correction = Correction(
            id="",
            time=now(),
            task=origin.task,
            source_lang=origin.source_lang,
            target_lang=origin.lang,
            doc=origin.source,
            kind=edit.blocks[0].kind,
            source=edit.source,
            written=edit.written,
            edited=edit.text,
            how=how,
            model=origin.model,
            output=origin.output,
            supersedes=earlier.id if earlier is not None and earlier.edited != edit.text else None,
        )
        yield replace(correction, id=new_id(correction))


def _kept(record: Record, edits: Sequence[Edit], telling: Sequence[Edit]) -> Iterator[KeptBlock]:
    """Say of each block that styletune wrote how far the person's text is from it; merged blocks count as one.

    Of all ``edits`` only the ``telling`` ones count.
    """
    edited = {block.id for edit in edits for block in edit.blocks}
    for block in record.blocks:
        if block.id not in edited and block.written is not None and not block.is_persons:
            yield _kept_block(record, block.source, block.written, block.current)
    for edit in telling:
        if edit.written is not None:
            yield _kept_block(record, edit.source, edit.written, edit.text)


def _kept_block(record: Record, source: str, written: str, current: str) -> KeptBlock:
    changed, length = distance(written, current)
    return KeptBlock(block_id(record.output, source), length, min(changed, length))


def _pinned(record: Record, edits: Sequence[Edit]) -> Iterator[Block]:
    """Pin each block that became one other text; what was split, merged or deleted is kept by merging whole files.

    What was disputed is settled: the person has been at the output since.
    """
    texts = {edit.blocks[0].id: edit.text for edit in edits if len(edit.blocks) == len(edit.segments) == 1}
    for block in record.blocks:
        if block.disputed:
            block = replace(block, reasons=None, disputed=False)  # noqa: PLW2901 -- the same block, settled
        yield replace(block, pinned=texts[block.id], reasons=None) if block.id in texts else block


def _blocks_in_place(record: Record, edits: Sequence[Edit], segments: Sequence[Segment]) -> Iterator[Block]:
    """List what of a file that is its own source is finished, by the ids of the segments as they are now."""
    edit_of = {segment.id: edit for edit in edits for segment in edit.segments}
    unchanged = {block.current: block for block in record.blocks}
    for segment in segments:
        edit = edit_of.get(segment.id)
        if edit is not None:
            yield Block(
                segment.id,
                line=segment.line,
                kind=segment.kind.value,
                source_id=edit.blocks[0].source_id,
                source=edit.source,
                written=edit.written,
                pinned=segment.source,
            )
        elif segment.source in unchanged:
            yield replace(unchanged[segment.source], id=segment.id, line=segment.line)
