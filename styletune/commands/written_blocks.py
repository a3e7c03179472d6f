"""Which segments of an output are finished: what an in-place run leaves for the next one to know."""

from collections.abc import Mapping
from dataclasses import replace

from styletune.commands.planned import Planned
from styletune.draft_loop import Draft, DraftOptions
from styletune.files.records import Block
from styletune.markdown.document import Document
from styletune.report import SegmentReport
from styletune.task import Task

_WORKED_ON = frozenset({"new", "cached", "pinned", "flagged"})


def recorded_blocks(planned: Planned, task: Task) -> Mapping[str, tuple[str, ...] | None]:
    """List what an earlier in-place run of the same task left in a source, with the reasons of flagged blocks."""
    record = planned.history.current(planned.source) if planned.source is not None else None
    if record is None or not record.in_place or (record.task, record.lang) != (task.name, task.target_lang):
        return {}
    return {block.id: block.reasons for block in record.blocks}


def output_blocks(
    draft: Draft, options: DraftOptions, earlier: Mapping[str, tuple[str, ...] | None], planned: Planned
) -> list[Block]:
    """List the segments of an output that are finished, by their ids in the output.

    Segments that were not asked for (other kinds, other lines) are finished only if they were so ``earlier``. After
    a run on some lines, a segment that came back unchanged cannot be told from one that was not sent, and counts
    as not asked for. Lines are those of the source, which after an in-place run is the output.
    """
    finished = {report.id: _finished_block(report, options, earlier) for report in draft.segments}
    if all(report.source == report.target for report in draft.segments):  # the ids are those of the source
        return [block for block in finished.values() if block is not None]
    written = Document.parse(draft.data, suffix=planned.name.suffix).segments
    if len(written) == len(draft.segments):
        blocks = [finished[report.id] for report in draft.segments]
    else:  # equal texts share their fate
        by_text = {report.target: finished[report.id] for report in draft.segments}
        blocks = [by_text.get(segment.source) for segment in written]
    pairs = zip(written, blocks, strict=True)
    return [
        replace(block, id=segment.id, line=segment.line if planned.in_place else block.line)
        for segment, block in pairs
        if block is not None
    ]


def _finished_block(
    report: SegmentReport, options: DraftOptions, earlier: Mapping[str, tuple[str, ...] | None]
) -> Block | None:
    if report.kind in options.kinds and (options.lines is None or report.status in _WORKED_ON):
        return Block(report.id, report.reasons if report.status == "flagged" else None, report.line)
    return Block(report.id, earlier[report.id], report.line) if report.id in earlier else None
