"""Learning from two files that a person names: a draft, or an output, and what they made of it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from styletune.edits.alignment import align_translations
from styletune.edits.edit import Change, Edit
from styletune.edits.find import find_edits
from styletune.errors import FileError
from styletune.files.atomic import read_bytes
from styletune.files.record import Block, Record
from styletune.files.records import Records
from styletune.learning.corrections import Corrections
from styletune.learning.learn import Learned, Origin, corrections_of, keeps_texts, learn_from_output
from styletune.markdown.document import Document
from styletune.markdown.segments import Segment

if TYPE_CHECKING:
    from styletune.task import TaskName


@dataclass(frozen=True, slots=True)
class Languages:
    """What is known of the languages of two files, as codes; ``to`` is set for a translation."""

    source: str | None = None
    to: str | None = None


def learn_from_files(
    records: Records, draft: Path, edited: Path, languages: Languages, *, keep: bool = True
) -> Learned:
    """Learn what a person made of a draft, or of what styletune made of it.

    Where styletune has a record of its own work, the person's text is compared with that; otherwise with the draft
    itself. The same file twice, or an output that is edited where it lies, settles that output. With ``keep`` false
    nothing is kept. Raises ``FileError`` and ``SettingsError``.
    """
    record = _record(records, draft, edited, languages)
    if record is not None and keep and os.path.realpath(records.root / record.output) == os.path.realpath(edited):
        return learn_from_output(records, edited, how="learn")
    segments = _segments(edited)
    if record is not None:
        origin, edits = Origin.of(record), find_edits(record.blocks, segments, own_words=True)
    else:
        task: TaskName = "translate" if languages.to else "rewrite"
        origin = Origin(task, languages.source, languages.to, records.name(draft), records.name(edited))
        edits = list(_translated(_segments(draft), segments)) if languages.to else _rewritten(draft, segments)
    known = Corrections(records.root)
    corrections = list(corrections_of(edits, origin, known, "learn"))
    return Learned(tuple(known.add(corrections) if keep else corrections), len(edits))


def _record(records: Records, draft: Path, edited: Path, languages: Languages) -> Record | None:
    """Find the record of an output that was made from a draft, or that is the draft's own path."""
    of_draft = records.latest(draft)
    if of_draft is not None and keeps_texts(of_draft):
        return of_draft
    name, wanted = records.name(draft), records.name(edited)
    found = [
        record
        for record in records.outputs()
        if record.source == name and keeps_texts(record) and languages.to in (None, record.lang)
    ]
    return next((record for record in found if record.output == wanted), found[-1] if found else None)


def _rewritten(draft: Path, segments: Sequence[Segment]) -> list[Edit]:
    """Compare a person's text with their own draft in the same language."""
    blocks = [
        Block(segment.id, None, segment.line, segment.kind.value, segment.id, segment.source)
        for segment in _segments(draft)
    ]
    return find_edits(blocks, segments)


def _translated(draft: Sequence[Segment], edited: Sequence[Segment]) -> Iterator[Edit]:
    links = align_translations([segment.source for segment in draft], [segment.source for segment in edited])
    for link in links:
        blocks = tuple(
            Block(
                draft[index].id, None, draft[index].line, draft[index].kind.value, draft[index].id, draft[index].source
            )
            for index in link.old
        )
        segments = tuple(edited[index] for index in link.new)
        same = [block.source for block in blocks] == [segment.source for segment in segments]
        if blocks and segments and not same:
            yield Edit(blocks, segments, Change.WORDING)


def _segments(path: Path) -> Sequence[Segment]:
    try:
        return Document.parse(read_bytes(path), suffix=path.suffix).segments
    except FileError as error:
        said = str(error)
        raise FileError(said if str(path) in said else f"{path}: {said}") from error
