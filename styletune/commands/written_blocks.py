"""Which segments of an output are finished, and what each of them says: what a run leaves for the next one to know."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from styletune.commands.planned import Planned
from styletune.draft import Draft, DraftOptions
from styletune.files.record import Block
from styletune.markdown.document import Document
from styletune.report import SegmentReport
from styletune.task import Task

_WORKED_ON = frozenset({"new", "cached", "pinned", "flagged"})


def recorded_blocks(planned: Planned, task: Task) -> Mapping[str, Block]:
    """List what an earlier in-place run of the same task left in a source, by segment id."""
    record = planned.history.current(planned.source) if planned.source is not None else None
    if record is None or not record.in_place or (record.task, record.lang) != (task.name, task.target_lang):
        return {}
    return {block.id: block for block in record.blocks}


def output_blocks(draft: Draft, options: DraftOptions, earlier: Mapping[str, Block], planned: Planned) -> list[Block]:
    """List the segments of an output that are finished, by their ids in the output.

    Segments that were not asked for (other kinds, other lines) are finished only if they were so ``earlier``. After
    a run on some lines, a segment that came back unchanged cannot be told from one that was not sent, and counts
    as not asked for. Lines are those of the source, which after an in-place run is the output.
    """
    finished = {report.id: _finished_block(report, options, earlier) for report in draft.segments}
    if all(report.source == report.target for report in draft.segments):  # the ids are those of the source
        return [block for block in finished.values() if block is not None]
    written = Document.parse(draft.data, suffix=planned.name.suffix, header_keys=planned.file.header.translate).segments
    if len(written) == len(draft.segments):
        blocks = [finished[report.id] for report in draft.segments]
    else:  # a pinned text may be no single segment
        blocks = _by_text([segment.source for segment in written], draft.segments, finished)
    pairs = zip(written, blocks, strict=True)
    found = [
        replace(block, id=segment.id, line=segment.line if planned.in_place else block.line)
        for segment, block in pairs
        if block is not None
    ]
    return [*found, *_without_place(finished, blocks)]


def _by_text(
    texts: Sequence[str], reports: Sequence[SegmentReport], finished: Mapping[str, Block | None]
) -> list[Block | None]:
    """Find the block of each text: equal texts share their fate."""
    known = {report.target: finished[report.id] for report in reports}
    return [known.get(text) for text in texts]


def _without_place(finished: Mapping[str, Block | None], placed: Sequence[Block | None]) -> list[Block]:
    """List pinned blocks that are no segment of the output any more; what a person made of them is not forgotten."""
    there = {block.source_id for block in placed if block is not None}
    return [block for block in finished.values() if block and block.pinned is not None and block.source_id not in there]


def _finished_block(report: SegmentReport, options: DraftOptions, earlier: Mapping[str, Block]) -> Block | None:
    if report.kind in options.kinds and (options.lines is None or report.status in _WORKED_ON):
        known = earlier.get(report.id)
        return replace(known, line=report.line) if known and report.id in options.finished else _block(report)
    return replace(earlier[report.id], line=report.line) if report.id in earlier else None


def _block(report: SegmentReport) -> Block:
    pinned = report.target if report.status == "pinned" else None
    return Block(
        report.id,
        report.reasons if report.status == "flagged" or (pinned is not None and report.reasons) else None,
        report.line,
        kind=report.kind.value,
        source_id=report.id,
        source=report.source,
        written=report.suggestion if pinned is not None else report.target if report.target != report.source else None,
        pinned=pinned,
    )
