"""One file through the draft loop, and its result to where it belongs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from styletune.commands.plan import Planned, refuse_taken, target_is_reached
from styletune.commands.settings import DraftSettings
from styletune.draft_loop import Draft, DraftOptions, Task, run_draft
from styletune.engines.protocol import Engine
from styletune.errors import UsageError
from styletune.files.atomic import digest, write_atomic
from styletune.files.originals import keep_original
from styletune.files.patch import unified_patch
from styletune.files.records import Block, Record, now
from styletune.markdown.document import Document
from styletune.report import FileReport, SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.progress import Progress

_WORKED_ON = frozenset({"new", "cached", "pinned", "flagged"})


@dataclass(frozen=True, slots=True)
class Work:
    """What a run does with each of its files."""

    settings: DraftSettings
    task: Task
    options: DraftOptions
    """Without ``finished``, which each file has of its own."""

    console: Console


@dataclass(frozen=True, slots=True)
class Session:
    """What a run's worker thread works with."""

    engine: Engine
    progress: Progress
    stop: Event


def draft_file(planned: Planned, data: bytes, work: Work, session: Session) -> FileReport:
    """Work on one file and deliver the result.

    Arguments: ``data`` is the content of the source. Raises ``FileError``, ``OutputExistsError``, ``EngineError``
    or ``Cancelled``; nothing is written then.
    """
    start = time.monotonic()
    options = replace(work.options, finished=finished_blocks(planned, work))
    _check_lines(data, options)
    draft = _draft(planned, data, replace(work, options=options), session)
    delivery = _Delivery(planned, data, draft, replace(work, options=options), session.engine.name)
    return FileReport(
        path=planned.shown,
        output=delivery.deliver(),
        task=work.task.name,
        model=session.engine.name,
        segments=draft.segments,
        notes=draft.notes,
        seconds=time.monotonic() - start,
    )


def _draft(planned: Planned, data: bytes, work: Work, session: Session) -> Draft:
    if planned.source is None and target_is_reached(planned, work.task, work.settings, data, explicit=True):
        return Draft(data, (), ("It is in the target language already; it was left as it is.",))
    document = Document.parse(data, suffix=planned.name.suffix)
    return run_draft(
        document, session.engine, work.task, options=work.options, observer=session.progress, stop=session.stop
    )


def finished_blocks(planned: Planned, work: Work) -> Mapping[str, tuple[str, ...]]:
    """List the blocks of a source that are not sent again, with the reasons if they are flagged."""
    if work.settings.force or work.settings.no_cache:
        return {}
    return {block: reasons or () for block, reasons in _recorded_blocks(planned, work.task).items()}


def _recorded_blocks(planned: Planned, task: Task) -> Mapping[str, tuple[str, ...] | None]:
    """List what an earlier in-place run of the same task left in a source."""
    record = planned.history.latest(planned.source) if planned.source is not None else None
    if record is None or not record.in_place or (record.task, record.lang) != (task.name, task.target_lang):
        return {}
    return {block.id: block.reasons for block in record.blocks}


def output_blocks(draft: Draft, work: Work, earlier: Mapping[str, tuple[str, ...] | None], suffix: str) -> list[Block]:
    """List the segments of an output that are finished, by their ids in the output.

    Segments that were not asked for (other kinds, other lines) are finished only if they were so ``earlier``. After
    a run on some lines, a segment that came back unchanged cannot be told from one that was not sent, and counts
    as not asked for.
    """
    finished = {report.id: _finished_block(report, work.options, earlier) for report in draft.segments}
    if all(report.source == report.target for report in draft.segments):  # the ids are those of the source
        return [block for block in finished.values() if block is not None]
    written = Document.parse(draft.data, suffix=suffix).segments
    if len(written) == len(draft.segments):
        blocks = [finished[report.id] for report in draft.segments]
    else:  # equal texts share their fate
        by_text = {report.target: finished[report.id] for report in draft.segments}
        blocks = [by_text.get(segment.source) for segment in written]
    pairs = zip(written, blocks, strict=True)
    return [replace(block, id=segment.id) for segment, block in pairs if block is not None]


def _finished_block(
    report: SegmentReport, options: DraftOptions, earlier: Mapping[str, tuple[str, ...] | None]
) -> Block | None:
    if report.kind in options.kinds and (options.lines is None or report.status in _WORKED_ON):
        return Block(report.id, report.reasons if report.status == "flagged" else None)
    return Block(report.id, earlier[report.id]) if report.id in earlier else None


def _check_lines(data: bytes, options: DraftOptions) -> None:
    count = len(data.splitlines())
    if options.lines is not None and options.lines[0] > count:
        lines = "1 line" if count == 1 else f"{count} lines"
        raise UsageError(f"--lines {options.lines[0]}:{options.lines[1]} lies behind the end: there are only {lines}.")


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A result on its way to where it belongs."""

    planned: Planned
    data: bytes
    draft: Draft
    work: Work
    model: str

    def deliver(self) -> str | None:
        """Print or write the result; return the path of a written file."""
        output = self.planned.output
        if self.work.settings.diff:
            self.work.console.write(unified_patch(self.planned.name, self.data, self.draft.data))
        elif output is None:
            self.work.console.write(self.draft.data)
        else:
            refuse_taken(self.planned, force=self.work.settings.force)
            self._write(output)
        return str(output) if output is not None else None

    def _write(self, output: Path) -> None:
        """Record an output and write it.

        The record comes first: a write that never happens leaves a record without a file, which harms nobody; a
        file without a record would count as written by hand for ever.
        """
        records, in_place = self.planned.records, output == self.planned.source
        changes = not in_place or self.draft.data != self.data
        if in_place and changes:
            keep_original(records.root, records.name(output), self.data, like=output)
        records.add(self._record(output))
        if changes:
            expect = digest(self.data) if in_place else None
            write_atomic(output, self.draft.data, expect=expect, like=self.planned.source)

    def _record(self, output: Path) -> Record:
        planned, task, records = self.planned, self.work.task, self.planned.records
        earlier = _recorded_blocks(planned, task)
        return Record(
            output=records.name(output),
            source=records.name(planned.source) if planned.source is not None else None,
            source_sha256=digest(self.data),
            output_sha256=digest(self.draft.data),
            task=task.name,
            lang=task.target_lang,
            model=self.model,
            time=now(),
            blocks=tuple(output_blocks(self.draft, self.work, earlier, planned.name.suffix)),
        )
