"""The main job: segments of a document through an engine and its guards, back into the document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from styletune import prompts
from styletune.draft import Draft, DraftOptions, Known, Pin, is_chosen
from styletune.engines.protocol import Engine, Job, Result
from styletune.jobs import make_job
from styletune.ladder import Attempt, Part
from styletune.markdown.anchors import stale_anchors
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.markdown.segments import Kind, Segment
from styletune.memory.entry import Entry
from styletune.memory.keys import run_key
from styletune.memory.lookup import Lookup
from styletune.memory.recall import Recall
from styletune.parts import join, split_long
from styletune.report import Observer, SegmentReport, Status
from styletune.task import Task

if TYPE_CHECKING:
    from styletune.judge import Judge


def run_draft(  # noqa: PLR0913 - two of these are who follows the run and who may stop it
    document: Document,
    engine: Engine,
    task: Task,
    *,
    options: DraftOptions,
    known: Known | None = None,
    observer: Observer | None = None,
    stop: Event | None = None,
) -> Draft:
    """Send the chosen segments of a document through an engine and put the results back.

    Segments that ``known`` has an answer for are not sent; each answer is kept there as soon as it is known. Raises
    ``Cancelled`` when ``stop`` is set and ``EngineError`` when the engine fails.
    """
    chosen = [segment for segment in document.segments if is_chosen(document, segment, options)]
    run = _Run(document, engine, task, options, known or Known(), observer)
    unknown = run.look_up(chosen)
    if observer:
        observer.planned(len(unknown))
    if unknown:
        engine.open(run.prefix)
        run.generate(unknown, stop)
    return run.finish()


class _Run:
    def __init__(  # noqa: PLR0913, PLR0917 - the arguments of run_draft
        self,
        document: Document,
        engine: Engine,
        task: Task,
        options: DraftOptions,
        known: Known,
        observer: Observer | None,
    ) -> None:
        self.document = document
        self.engine = engine
        self.task = task
        self.options = options
        self.known = known
        self.observer = observer
        self.mode = MarkMode.MASKED if engine.capabilities.trusted_text else options.mode
        self.prefix = prompts.build_prefix(
            task.name,
            source_lang=task.source_lang,
            target_lang=task.target_lang,
            rules=known.memory.rules,
            mask_mode=self.mode,
        )
        self.lookup = Lookup(known.store, known.memory, self._run_key())
        self.recalled: dict[str, Recall] = {}
        """Segment id to what the prompt of its parts holds besides the text; the same for all of them."""
        self.attempts: dict[str, Attempt] = {}
        self.running: Sequence[Part] = ()
        """Parts of the batch under way; a job's id is its index here."""
        self.targets: dict[str, str] = {}
        self.settled: dict[str, str] = {}
        """Segment ids to texts of a person."""
        self.reports: dict[str, SegmentReport] = {}

    def look_up(self, chosen: Sequence[Segment]) -> list[Segment]:
        """Take what the store knows; return the segments that it does not know."""
        self._take_settled(chosen)
        self._take_standing(chosen)
        open_ones = [segment for segment in chosen if segment.id not in self.reports]
        found = self.lookup.find({segment.id: self.shown(segment.id) for segment in open_ones})
        for segment in open_ones:
            if segment.id in found:
                self._report_known(segment, found[segment.id])
        return [segment for segment in open_ones if segment.id not in found]

    def _take_settled(self, chosen: Sequence[Segment]) -> None:
        """Take what a person wrote for the same text elsewhere; it stands as it is, like an edit of this output."""
        for segment in chosen:
            if segment.id in self.options.undone:
                continue
            text = None if self.engine.capabilities.trusted_text else self.known.memory.settled(segment.source)
            if text is not None:
                self._settle(segment, text)

    def _take_standing(self, chosen: Sequence[Segment]) -> None:
        """Leave what stands in the output where only some lines are asked for."""
        asked = {segment.id for segment in chosen}
        for segment in self.document.segments:
            if segment.id in self.options.standing and segment.id not in asked:
                self._settle(segment, self.options.standing[segment.id])

    def _settle(self, segment: Segment, text: str) -> None:
        self.settled[segment.id] = text
        self._done(SegmentReport(*_place(segment), "cached", segment.source, text, remembered=True))

    def shown(self, segment_id: str) -> str:
        """Return a segment as the model sees it."""
        return self.document.shown(segment_id, self.mode)

    def generate(self, chosen: Sequence[Segment], stop: Event | None) -> None:
        """Ask for all parts of the segments; parts that failed go round again, as the ladder has it."""
        self.attempts = {segment.id: self._attempt(segment) for segment in chosen}
        while todo := [part for attempt in self.attempts.values() for part in attempt.open_parts()]:
            self.running = todo
            for result in self.engine.run(self._jobs(todo), stop=stop, on_text=self._on_text):
                part = todo[int(result.id)]
                self._take(self.attempts[part.segment_id], part, result)

    def _attempt(self, segment: Segment) -> Attempt:
        shown = self.shown(segment.id)
        trusted = self.engine.capabilities.trusted_text
        self.recalled[segment.id] = Recall() if trusted else self.known.memory.recall(shown)
        return Attempt(segment.id, [Part(segment.id, text) for text in split_long(shown)])

    def _jobs(self, parts: Sequence[Part]) -> Iterable[Job]:
        for number, part in enumerate(parts):
            if self.attempts[part.segment_id].given_up:
                continue  # one sentence has failed by now, and the others cannot save the segment
            yield make_job(number, part, self.task, self.recalled[part.segment_id], seed=self.options.seed)

    def _on_text(self, job: str, piece: str) -> None:
        if self.observer:
            self.observer.text(self.running[int(job)].segment_id, piece)

    def _take(self, attempt: Attempt, part: Part, result: Result) -> None:
        attempt.results.append(result)
        if attempt.given_up:
            return
        if result.finish == "failed":
            attempt.give_up([result.error], lasting=False)
        elif result.finish == "context":
            if not attempt.halve(part):
                reason = "the segment is too long for the model's context. Use a model with a larger one."
                attempt.give_up([reason], lasting=False)
        else:
            self._judge(attempt, part, result)
        if attempt.given_up:
            self._report(attempt, None)
        elif attempt.answered:
            self._join(attempt)

    def _judge(self, attempt: Attempt, part: Part, result: Result) -> None:
        text = self.judge.clean(part.text, result.text)
        recall = self.recalled[part.segment_id]
        reasons = self.judge.reasons(part.segment_id, part.text, text, result.finish, recall)
        if not reasons:
            part.answer = text
        elif self.judge.trusted:
            attempt.give_up(reasons)
        else:
            attempt.climb(part, reasons)

    def _join(self, attempt: Attempt) -> None:
        """Put the parts of a segment together; what each of them may say can still be wrong for the whole."""
        text = join([part.answer or "" for part in attempt.parts])
        if len(attempt.parts) > 1:
            whole, recall = self.shown(attempt.segment_id), self.recalled[attempt.segment_id]
            if reasons := self.judge.reasons(attempt.segment_id, whole, text, "stop", recall):
                attempt.give_up(reasons)
        self._report(attempt, None if attempt.given_up else text)

    @cached_property
    def judge(self) -> "Judge":
        """What decides about answers; loaded with the first of them, as a run that knows them all needs none."""
        from styletune.judge import Judge  # noqa: PLC0415 - the guards take a tenth of a second to load

        trusted = self.engine.capabilities.trusted_text
        return Judge(self.document, self.task, self.mode, self.prefix, self.known.memory, trusted)

    def _run_key(self) -> str:
        return run_key(
            self.task,
            template=prompts.template_fingerprint(self.task.name, self.mode),
            rules=self.known.memory.fingerprint,
            model=self.known.model,
            seed=self.options.seed,
            examples=self.known.examples,
        )

    def _report_known(self, segment: Segment, entry: Entry) -> None:
        status: Status = "flagged" if entry.target is None else "cached"
        if entry.target is not None:
            self.targets[segment.id] = entry.target
        self._done(
            SegmentReport(
                *_place(segment), status, segment.source, entry.target or segment.source, entry.reasons,
                attempts=entry.attempts, rescued_by=entry.rescued_by, remembered=True,
            )
        )  # fmt: skip

    def _report(self, attempt: Attempt, text: str | None) -> None:
        """Settle a segment: keep what became of it, and tell."""
        segment = self.document.slot(attempt.segment_id).segment
        if text is not None:
            self.targets[segment.id] = text
        reasons = attempt.reasons if text is None else ()
        if attempt.lasting:
            entry = Entry(self.shown(segment.id), text, reasons, attempt.tries, attempt.rescued_by)
            self.lookup.keep(segment.id, entry)
        self._done(
            SegmentReport(
                *_place(segment),
                status="flagged" if text is None else "new",
                source=segment.source,
                target=segment.source if text is None else text,
                reasons=reasons,
                tokens_in=sum(result.tokens_in for result in attempt.results),
                tokens_out=sum(result.tokens_out for result in attempt.results),
                ms=round(1000 * sum(result.seconds for result in attempt.results)),
                attempts=attempt.tries,
                rescued_by=attempt.rescued_by,
                transient=not attempt.lasting,
            )
        )

    def _done(self, report: SegmentReport) -> None:
        self.reports[report.id] = report
        if self.observer:
            self.observer.done(report)

    def finish(self) -> Draft:
        """Splice what passed, and report every segment of the document."""
        pinned = self.settled | {segment_id: pin.text for segment_id, pin in self.options.pinned.items()}
        replaced = self.document.replace(self.targets, mode=self.mode, pinned=pinned)
        reports = [self._final(segment, replaced.texts, replaced.refused) for segment in self.document.segments]
        notes = stale_anchors(self.document, replaced.texts.keys())
        return Draft(replaced.data, tuple(reports), tuple(notes))

    def _final(self, segment: Segment, texts: Mapping[str, str], refused: Mapping[str, str]) -> SegmentReport:
        report = self.reports.get(segment.id)
        pin = self.options.pinned.get(segment.id)
        if pin is not None:
            return _pinned(segment, pin, report, texts.get(segment.id, pin.suggestion))
        if report is None:
            reasons = self.options.finished.get(segment.id, ())
            status: Status = "flagged" if reasons else "unchanged"
            return SegmentReport(*_place(segment), status, segment.source, segment.source, reasons)
        if segment.id in refused:
            return replace(report, status="flagged", target=segment.source, reasons=(refused[segment.id],))
        if segment.id in self.settled:
            return report
        if report.status in ("new", "cached") and segment.id not in texts:
            return replace(report, status="unchanged", target=segment.source)
        return replace(report, target=texts.get(segment.id, segment.source))


def _place(segment: Segment) -> tuple[str, int, int, int, Kind]:
    return segment.id, segment.start, segment.end, segment.line, segment.kind


def _pinned(segment: Segment, pin: Pin, asked: SegmentReport | None, suggestion: str | None) -> SegmentReport:
    """Report a text that stands; what the model was asked for its sake is counted."""
    report = asked or SegmentReport(*_place(segment), "pinned", segment.source, pin.text)
    return replace(report, status="pinned", target=pin.text, reasons=pin.reasons, suggestion=suggestion)
