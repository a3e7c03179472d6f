"""The files of a run, one after the other, through one engine."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event

from styletune import engines
from styletune.commands.check import check_files
from styletune.commands.draft_file import Session, Work, draft_file
from styletune.commands.kinds import parse_kinds
from styletune.commands.plan import Plan, Planned, make_plan
from styletune.commands.settings import DraftSettings
from styletune.draft_loop import DraftOptions, Task
from styletune.engines.protocol import Engine
from styletune.errors import Cancelled, StyletuneError
from styletune.files.atomic import read_bytes
from styletune.markdown.segments import Kind
from styletune.report import FileReport, as_json
from styletune.terminal.before_after import before_and_after
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune.terminal.outcome import tell
from styletune.terminal.progress import follow
from styletune.terminal.wording import kept_line, name, summary_line, total_line

FLAGGED = 1


def run_drafts(settings: DraftSettings, task: Task, *, kinds: frozenset[Kind], console: Console) -> int:
    """Work on all files that the settings name and return the exit code.

    Arguments: ``kinds`` are the segments to work on unless the settings name others. Raises ``UsageError`` where
    the run as a whole makes no sense; what fails with one file is told, and the others go on.
    """
    plan = make_plan(settings, task)
    for notice in plan.notices:
        console.notice(notice)
    options = DraftOptions(
        kinds=parse_kinds(settings.kinds, default=kinds), lines=settings.line_range, seed=settings.seed
    )
    run = _Run(Work(settings, task, options, console))
    run.refuse(plan.failures)
    try:
        if settings.check:
            run.add(*check_files(plan.files, task, console))
        elif plan.files:
            _work(run, plan)
    finally:
        if settings.json:
            console.write(as_json(run.reports))
    return run.code


def _work(run: "_Run", plan: Plan) -> None:
    console = run.work.console
    if run.work.settings.filters:
        console.read_input()  # in the main thread, where Ctrl-C can interrupt the wait
    run_interruptible(
        lambda stop: run.files(plan.files, stop),
        on_stop=lambda: console.notice("Stopping ..."),
        on_abandon=console.give_back_input if run.work.settings.returns_input else _nothing,
    )


def _nothing() -> None:
    pass


@dataclass(slots=True)
class _Run:
    """What has become of the files so far."""

    work: Work
    reports: list[FileReport] = field(default_factory=list[FileReport])
    code: int = 0

    def files(self, files: list[Planned], stop: Event) -> None:
        """Work on files with one engine; runs in the worker thread."""
        settings = self.work.settings
        with follow(self.work.console, files=len(files), stream=settings.verbose or settings.show) as progress:
            progress.loading()
            try:
                engine = engines.open_engine(settings.model, parallel=settings.jobs)
            except StyletuneError as error:
                self.code = max(self.code, tell(self.work.console, error))
                self.reports += [self._failed(planned.shown, error) for planned in files]
                return
            with contextlib.closing(engine):
                self._say_where_text_goes(engine)
                self._each(files, Session(engine, progress, stop))
        if len(self.reports) > 1:
            self.work.console.summary(total_line(self.reports))

    def refuse(self, failures: Iterable[tuple[str, StyletuneError]]) -> None:
        """Tell of files that cannot be worked on."""
        for path, error in failures:
            self._fail(path, error)

    def add(self, reports: Iterable[FileReport], code: int) -> None:
        """Take over reports that are told already."""
        self.reports += reports
        self.code = max(self.code, code)

    def _each(self, files: list[Planned], session: Session) -> None:
        for planned in files:
            if session.stop.is_set():
                raise Cancelled("Stopped.")
            if self.work.console.reader_gone and not self.work.settings.writes:
                return  # nobody is left to read the rest
            self._one(planned, session)

    def _one(self, planned: Planned, session: Session) -> None:
        session.progress.begin(planned.shown)
        try:
            data = self.work.console.read_input() if planned.source is None else read_bytes(planned.source)
            self._finish(draft_file(planned, data, self.work, session))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad file never stops the rest
            self._fail(planned.shown, error)

    def _finish(self, report: FileReport) -> None:
        self.reports.append(report)
        flagged = [segment for segment in report.segments if segment.status == "flagged"]
        self.code = max(self.code, FLAGGED if flagged else 0)
        if self.work.settings.show:
            self._show(report)
        else:
            for segment in flagged:
                self.work.console.notice(kept_line(report.path, segment, in_full=self.work.settings.verbose))
        for note in report.notes:
            self.work.console.notice(f"{name(report.path)}: {note}")
        self.work.console.summary(summary_line(report))

    def _show(self, report: FileReport) -> None:
        on_stdout = not self.work.settings.stdout_is_data
        coloured = self.work.console.coloured(on_stdout=on_stdout)
        self.work.console.show(before_and_after(report, coloured=coloured), on_stdout=on_stdout)

    def _fail(self, path: str, error: Exception) -> None:
        self.code = max(self.code, tell(self.work.console, error, where=path))
        self.reports.append(self._failed(path, error))

    def _failed(self, path: str, error: Exception) -> FileReport:
        code = error.code if isinstance(error, StyletuneError) else "internal"
        settings, task = self.work.settings, self.work.task
        return FileReport(path, None, task.name, settings.model or "embedded", error=(code, str(error)))

    def _say_where_text_goes(self, engine: Engine) -> None:
        if not engine.local:
            self.work.console.notice(f"Your text leaves this machine: it is sent to {engine.name}.")
