"""A file through the draft loop, and its result to where it belongs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from styletune.commands.kinds import parse_kinds
from styletune.commands.planned import Planned, refuse_taken, target_is_reached
from styletune.commands.projects import Forgetful
from styletune.commands.session import Session
from styletune.commands.settings import DraftSettings
from styletune.commands.standing_output import (
    Delivered,
    Standing,
    deliver,
    learn_here,
    pins,
    record_of_deleted,
    standing,
    standing_texts,
    undone_texts,
)
from styletune.commands.written_blocks import output_blocks, recorded_blocks
from styletune.draft import Draft, DraftOptions, Known, Pin
from styletune.draft_loop import run_draft
from styletune.errors import UsageError
from styletune.files.atomic import digest, read_bytes, write_atomic
from styletune.files.naming import without_language
from styletune.files.originals import keep_original
from styletune.files.patch import unified_patch
from styletune.files.records import Record, now
from styletune.learning.learn import Learned
from styletune.markdown.document import Document
from styletune.markdown.header_set import set_values
from styletune.memory.entry import Store
from styletune.memory.project_memory import ProjectMemory, open_memory
from styletune.models.fitness import unfit
from styletune.models.registry import EMBEDDED
from styletune.report import FileReport, SegmentReport
from styletune.text.counted import counted


def draft_and_deliver(planned: Planned, data: bytes, session: Session, key: str) -> FileReport:
    """Work on one file and deliver the result; ``key`` is the ``outcome_key`` for its record.

    Raises ``FileError``, ``OutputExistsError``, ``SettingsError``, ``EngineError`` or ``Cancelled``.
    """
    learns = session.settings.writes and not session.settings.force
    learned = learn_here(planned) if learns else None
    there = standing(planned) if learns else None
    options = draft_options(planned, session.settings)
    _check_lines(data, options)
    draft = _with_header(planned, _draft(planned, data, options, session, there))
    delivery = _Delivery(planned, data, draft, options, session, key)
    output, segments = delivery.deliver()
    return FileReport(
        path=planned.shown,
        output=output,
        task=planned.task.name,
        model=session.engine.name,
        segments=segments,
        notes=(*_learned_notes(learned), *draft.notes),
        prices=session.chosen.endpoint.prices if session.chosen.endpoint else None,
    )


def draft_options(planned: Planned, settings: DraftSettings) -> DraftOptions:
    """Return how a file is worked on."""
    configured = settings.configured_kinds(planned.file)
    default = settings.default_kinds if configured is None else parse_kinds(",".join(configured), default=frozenset())
    return DraftOptions(
        kinds=parse_kinds(settings.kinds, default=default),
        lines=settings.line_range,
        finished=_finished(planned, settings),
        seed=settings.seed,
    )


def _finished(planned: Planned, settings: DraftSettings) -> Mapping[str, tuple[str, ...]]:
    if settings.force or settings.no_cache:
        return {}
    return {name: block.reasons or () for name, block in recorded_blocks(planned, planned.task).items()}


def _learned_notes(learned: Learned | None) -> tuple[str, ...]:
    """Say what was learned from a person's edits, or why nothing was."""
    if learned is None or not learned.edits:
        return ()
    edits = counted(learned.edits, "edit")
    if learned.ignored:
        return (f"Kept {edits} of yours in the output and learned nothing from them: {learned.ignored}.",)
    return (f"Learned from {edits} of yours in the output.",) if learned.corrections else ()


def _draft(planned: Planned, data: bytes, options: DraftOptions, session: Session, there: Standing | None) -> Draft:
    settings = session.settings
    if planned.source is None and target_is_reached(planned, settings, data, explicit=True):
        return Draft(data, (), ("It is in the target language already; it was left as it is.",))
    _check_fitness(planned, session)
    document = Document.parse(data, suffix=planned.name.suffix, header_keys=planned.file.header.translate)
    record = there.record if there else None if settings.force else record_of_deleted(planned)
    pinned, lost = pins(record, document, options.kinds) if record else (dict[str, Pin](), ())
    texts = standing_texts(there.record, document) if there and options.lines else dict[str, str]()
    undone = undone_texts(planned, document, record) if record or settings.force else frozenset[str]()
    options = replace(options, pinned=pinned, standing=texts, undone=undone)
    memory = _memory(planned, session)
    known = Known(memory, _store(planned, session), session.identity, examples_of(planned, settings))
    draft = run_draft(
        document, session.engine, planned.task, options=options, known=known, observer=session.progress,
        stop=session.stop,
    )  # fmt: skip
    return replace(draft, notes=(*draft.notes, *lost))


def _check_fitness(planned: Planned, session: Session) -> None:
    """Stop before a model is loaded that was not made for the task; say what it may do badly."""
    task = planned.task
    notice = unfit(session.chosen.choice, task.name, source_lang=task.source_lang, target_lang=task.target_lang)
    if notice:
        session.tell_once(notice)


def _memory(planned: Planned, session: Session) -> ProjectMemory:
    memory = memory_of(planned, session.settings)
    for notice in memory.notices:
        session.tell_once(notice)
    if examples_of(planned, session.settings) and session.chosen.choice.known_as == EMBEDDED:
        session.tell_once("The embedded model is too small to learn from examples: fewer paragraphs pass with them.")
    return memory


def memory_of(planned: Planned, settings: DraftSettings) -> ProjectMemory:
    """Open what the project remembers, for one file."""
    task = planned.task
    return open_memory(
        planned.project.root,
        planned.file,
        task=task.name,
        source_lang=task.source_lang,
        target_lang=task.target_lang,
        path=planned.name,
        examples=examples_of(planned, settings),
    )


def examples_of(planned: Planned, settings: DraftSettings) -> int:
    """Return how many of the author's paragraphs are shown to the model as examples, at most."""
    return planned.file.examples if settings.examples is None else settings.examples


def _store(planned: Planned, session: Session) -> Store | None:
    """Find the translation memory; what needs no model is not worth remembering."""
    if session.chosen.trusted_text:
        return None
    store = session.projects.store(planned.project.root)
    return Forgetful(store) if session.settings.no_cache else store


def _with_header(planned: Planned, draft: Draft) -> Draft:
    """Set the keys of a translation's header that the project names, so that it does not collide with its source."""
    wanted = planned.file.header.set
    if planned.task.name != "translate" or not wanted or not draft.segments:
        return draft
    changed = set_values(
        draft.data,
        wanted,
        lang=planned.task.target_lang or "",
        stem=Path(without_language(planned.name.name)).stem,
        source_lang=planned.task.source_lang,
    )
    return replace(draft, data=changed.data, notes=(*draft.notes, *changed.notes))


def _check_lines(data: bytes, options: DraftOptions) -> None:
    count = len(data.splitlines())
    if options.lines is not None and options.lines[0] > count:
        raise UsageError(
            f"--lines {options.lines[0]}:{options.lines[1]} lies behind the end: there are only {counted(count, 'line')}."
        )


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A result on its way to where it belongs."""

    planned: Planned
    data: bytes
    draft: Draft
    options: DraftOptions
    session: Session
    key: str

    def deliver(self) -> tuple[str | None, tuple[SegmentReport, ...]]:
        """Print or write the result; return the path of a written file, and what became of the segments."""
        output, settings, console = self.planned.output, self.session.settings, self.session.console
        segments = self.draft.segments
        if settings.diff:
            console.write(unified_patch(self.planned.name, self.data, self.draft.data))
        elif output is None:
            console.write(self.draft.data)
        else:
            segments = self._write(output)
        return str(output) if output is not None else None, segments

    def _write(self, output: Path) -> tuple[SegmentReport, ...]:
        """Record an output and write it unless it is there already.

        The record comes first: a write that never happens leaves a record without a file, which harms nobody; a
        file without a record would count as written by hand for ever.
        """
        planned, force = self.planned, self.session.settings.force
        refuse_taken(planned, force=force)
        if not force and not planned.in_place:
            learn_here(planned)  # a person may have edited the output while the model worked
        there = None if force else standing(planned)
        blocks = output_blocks(self.draft, self.options, recorded_blocks(planned, planned.task), planned)
        result = deliver(planned, self.draft, blocks, there)
        before = self.data if planned.in_place else there.data if there else None
        changes = self._changes(output, result.data)
        if planned.in_place and changes:
            keep_original(planned.records.root, planned.records.name(output), self.data, like=output)
        planned.records.add(self._record(output, result))
        if changes:
            expect = digest(before) if before is not None else None
            write_atomic(output, result.data, expect=expect, like=planned.source)
        return result.segments

    def _changes(self, output: Path, data: bytes) -> bool:
        if self.planned.in_place and data == self.data:
            return False
        return not output.is_file() or read_bytes(output) != data

    def _record(self, output: Path, result: Delivered) -> Record:
        planned, task, records = self.planned, self.planned.task, self.planned.records
        final = self.options.lines is None and not any(report.transient for report in self.draft.segments)
        return Record(
            output=records.name(output),
            source=records.name(planned.source) if planned.source is not None else None,
            source_sha256=digest(self.data),
            output_sha256=digest(result.data),
            task=task.name,
            lang=task.target_lang,
            model=self.session.engine.name,
            time=now(),
            blocks=result.blocks,
            key=self.key if final else "",
            source_lang=task.source_lang,
            text=None if planned.in_place else self.draft.data.decode("utf-8", "surrogateescape"),
        )
