"""The main job: segments of a document through an engine and its guards, back into the document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Protocol

from styletune import guards, prompts
from styletune.engines.protocol import Engine, Finish, Job, Result
from styletune.markdown.anchors import stale_anchors
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode, describe
from styletune.markdown.segments import Kind, Segment
from styletune.parts import join, split_long, split_once
from styletune.report import SegmentReport, Status, TaskName

REWRITE_KINDS = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM})
"""What ``rewrite`` touches by default: other people's words and short labels are left alone."""

TRANSLATE_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with each segment."""

    name: TaskName
    target_lang: str | None = None
    """ISO 639-1 code; set for ``translate``."""

    source_lang: str | None = None
    """ISO 639-1 code; ``None`` leaves it to the model."""


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How a draft is worked on."""

    kinds: frozenset[Kind] = REWRITE_KINDS
    lines: tuple[int, int] | None = None
    """First and last line, from 1: only segments of blocks that touch them are sent."""

    finished: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Segment ids that an earlier in-place run left behind, with the reasons if it flagged them; not sent again."""

    seed: int = 0
    mode: MarkMode = MarkMode.MASKED
    """What the model sees in the place of code, link targets and the like."""


class Observer(Protocol):
    """Follows a run; called from the thread that runs it."""

    def planned(self, segments: int) -> None:
        """Learn how many segments go to the engine."""
        ...

    def text(self, segment_id: str, piece: str) -> None:
        """Take new text of a segment."""
        ...

    def done(self, report: SegmentReport) -> None:
        """Learn what became of a segment; the check of the whole document may still flag it."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A document after its run."""

    data: bytes
    segments: tuple[SegmentReport, ...]
    """All segments of the document, in document order."""

    notes: tuple[str, ...] = ()


def run_draft(  # noqa: PLR0913 - two of these are who follows the run and who may stop it
    document: Document,
    engine: Engine,
    task: Task,
    *,
    options: DraftOptions,
    observer: Observer | None = None,
    stop: Event | None = None,
) -> Draft:
    """Send the chosen segments of a document through an engine and put the results back.

    Raises ``Cancelled`` when ``stop`` is set and ``EngineError`` when the engine fails.
    """
    chosen = [segment for segment in document.segments if is_chosen(document, segment, options)]
    run = _Run(document, engine, task, options, observer)
    if observer:
        observer.planned(len(chosen))
    if chosen:
        engine.open(run.prefix)
        run.generate(chosen, stop)
    return run.finish()


def is_chosen(document: Document, segment: Segment, options: DraftOptions) -> bool:
    """Tell whether a segment goes to the engine."""
    if segment.kind not in options.kinds or segment.id in options.finished:
        return False
    if options.lines is None:
        return True
    first, last = document.block_lines(segment.id)
    return first <= options.lines[1] and options.lines[0] <= last


class _Run:
    def __init__(
        self, document: Document, engine: Engine, task: Task, options: DraftOptions, observer: Observer | None
    ) -> None:
        self.document = document
        self.engine = engine
        self.task = task
        self.options = options
        self.observer = observer
        self.mode = MarkMode.MASKED if engine.capabilities.trusted_text else options.mode
        self.prefix = prompts.build_prefix(
            task.name, source_lang=task.source_lang, target_lang=task.target_lang, mask_mode=self.mode
        )
        self.waiting: dict[str, list[_Part]] = {}
        """Segment id to its parts, in order."""
        self.running: Sequence[_Part] = ()
        """Parts of the batch under way; a job's id is its index here."""
        self.targets: dict[str, str] = {}
        self.reports: dict[str, SegmentReport] = {}

    def generate(self, chosen: Sequence[Segment], stop: Event | None) -> None:
        """Run all parts of the chosen segments; parts too long for the context go round again, in halves."""
        for segment in chosen:
            parts = split_long(self.document.shown(segment.id, self.mode))
            self.waiting[segment.id] = [_Part(segment.id, text) for text in parts]
        todo = [part for parts in self.waiting.values() for part in parts]
        while todo:
            self.running = todo
            for result in self.engine.run(self._jobs(todo), stop=stop, on_text=self._on_text):
                self._take(todo[int(result.id)], result)
            todo = self._halved()

    def _jobs(self, parts: Sequence["_Part"]) -> Iterable[Job]:
        for index, part in enumerate(parts):
            user = prompts.build_user(self.task.name, source=part.text, target_lang=self.task.target_lang)
            limit = token_limit(part.text, self.task.target_lang)
            yield Job(str(index), user, part.text, max_tokens=limit, seed=self.options.seed)

    def _on_text(self, job: str, piece: str) -> None:
        if self.observer:
            self.observer.text(self.running[int(job)].segment_id, piece)

    def _take(self, part: "_Part", result: Result) -> None:
        part.result = result
        siblings = self.waiting[part.segment_id]
        if all(sibling.result and sibling.result.finish != "context" for sibling in siblings):
            self._judge(part.segment_id, siblings)

    def _halved(self) -> list["_Part"]:
        """Split the parts that did not fit; a part of one sentence is given up."""
        again: list[_Part] = []
        for segment_id, parts in self.waiting.items():
            if segment_id in self.reports:
                continue
            halves = [half for part in parts for half in _halves(part)]
            if any(part.result and part.result.finish == "context" for part in halves):
                reason = "the segment is too long for the model's context. Use a model with a larger one."
                self._report(segment_id, parts, (reason,), None)
                continue
            self.waiting[segment_id] = halves
            again += [half for half in halves if half.result is None]
        return again

    def _judge(self, segment_id: str, parts: Sequence["_Part"]) -> None:
        reasons: list[str] = []
        texts: list[str] = []
        for part in parts:
            if part.result is None:
                raise AssertionError("a segment is judged when all of its parts are back")
            text = part.result.text
            if not self.engine.capabilities.trusted_text:
                text = guards.clean(part.text, text)
            if not (self.engine.capabilities.trusted_text and text == part.text):  # an echo breaks nothing
                context = self._context(segment_id, part.result.finish)
                reasons += [finding.reason for finding in guards.check(part.text, text, context=context)]
            texts.append(text)
        self._report(segment_id, parts, tuple(dict.fromkeys(reasons)), join(texts))

    def _context(self, segment_id: str, finish: Finish) -> guards.GuardContext:
        names = {number: describe(mark) for number, mark in enumerate(self.document.marks(segment_id), 1)}
        return guards.GuardContext(
            self.task.name,
            self.task.source_lang,
            self.task.target_lang,
            finish=finish,
            trusted_text=self.engine.capabilities.trusted_text,
            mask_mode=self.mode,
            mark_names=names,
            prompt=prompts.prompt_texts(self.prefix),
        )

    def _report(self, segment_id: str, parts: Sequence["_Part"], reasons: tuple[str, ...], text: str | None) -> None:
        segment = self.document.slot(segment_id).segment
        results = [part.result for part in parts if part.result]
        if text is not None and not reasons:
            self.targets[segment_id] = text
        report = SegmentReport(
            *_place(segment),
            status="flagged" if reasons else "new",
            source=segment.source,
            target=segment.source if reasons else text or "",
            reasons=reasons,
            tokens_in=sum(result.tokens_in for result in results),
            tokens_out=sum(result.tokens_out for result in results),
            ms=round(1000 * sum(result.seconds for result in results)),
        )
        self.reports[segment_id] = report
        if self.observer:
            self.observer.done(report)

    def finish(self) -> Draft:
        """Splice what passed, and report every segment of the document."""
        replaced = self.document.replace(self.targets, mode=self.mode)
        reports = [self._final(segment, replaced.texts, replaced.refused) for segment in self.document.segments]
        notes = stale_anchors(self.document, replaced.texts.keys())
        return Draft(replaced.data, tuple(reports), tuple(notes))

    def _final(self, segment: Segment, texts: Mapping[str, str], refused: Mapping[str, str]) -> SegmentReport:
        report = self.reports.get(segment.id)
        if report is None:
            reasons = self.options.finished.get(segment.id, ())
            status: Status = "flagged" if reasons else "unchanged"
            return SegmentReport(*_place(segment), status, segment.source, segment.source, reasons)
        if segment.id in refused:
            return replace(report, status="flagged", target=segment.source, reasons=(refused[segment.id],))
        if report.status == "new" and segment.id not in texts:
            return replace(report, status="unchanged", target=segment.source)
        return replace(report, target=texts.get(segment.id, segment.source))


@dataclass(slots=True)
class _Part:
    """A segment, or one of the stretches of sentences that a long one is cut into."""

    segment_id: str
    text: str
    result: Result | None = None


def _halves(part: _Part) -> list[_Part]:
    if part.result is None or part.result.finish != "context":
        return [part]
    halves = split_once(part.text)
    return [_Part(part.segment_id, text) for text in halves] if halves else [part]


def _place(segment: Segment) -> tuple[str, int, int, int, Kind]:
    return segment.id, segment.start, segment.end, segment.line, segment.kind


def token_limit(text: str, target_lang: str | None) -> int:
    """Bound the tokens of an answer: about three times what its source takes, more for scripts with short tokens."""
    size = len(text.encode())
    wide = len(text) < 0.8 * size or target_lang in {"zh", "ja", "ko", "th", "ar", "he", "hi", "ru", "uk", "el"}
    return 48 + round(size * (1.2 if wide else 0.6))
