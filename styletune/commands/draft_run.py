"""The files of a run, one after the other, each with the model that its project names."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from threading import Event
from typing import TYPE_CHECKING

from styletune.commands.plan import Plan, make_plan
from styletune.commands.planned import ModelKey, Planned, model_key
from styletune.commands.projects import Projects
from styletune.commands.settings import DraftSettings
from styletune.errors import Cancelled, EngineError, ModelError, SettingsError, StyletuneError
from styletune.files.atomic import read_bytes, sync_folders
from styletune.project import SETTINGS
from styletune.report import FLAGGED, FileReport, as_json
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune.terminal.outcome import tell
from styletune.terminal.progress import Progress, follow
from styletune.terminal.wording import kept_line, name, summary_line, total_line
from styletune.text.counted import counted

if TYPE_CHECKING:
    from styletune.commands.session import Session


def run_drafts(settings: DraftSettings, *, console: Console) -> int:
    """Work on all files that the settings name and return the exit code.

    Raises ``UsageError`` where the run as a whole makes no sense; what fails with one file is told, and the others
    go on.
    """
    projects = Projects(writes=settings.writes)
    plan = make_plan(settings, projects)
    for notice in plan.notices:
        console.notice(notice)
    run = _Run(settings, projects, console)
    run.refuse(plan.failures)
    try:
        if settings.check:
            from styletune.commands.check import check_files  # noqa: PLC0415 -- another way to answer

            run.add(*check_files(plan.files, console))
        elif plan.files:
            _work(run, plan)
    finally:
        sync_folders()
        for notice in projects.close():
            console.notice(notice)
        if settings.json:
            console.write(as_json(run.reports))
    return run.code


def _work(run: "_Run", plan: Plan) -> None:
    console = run.console
    if run.settings.filters:
        console.read_input()  # in the main thread, where Ctrl-C can interrupt the wait
    run_interruptible(
        lambda stop: run.files(plan.files, stop),
        on_stop=lambda: console.notice("Stopping ..."),
        on_abandon=console.give_back_input if run.settings.returns_input else lambda: None,
    )


@dataclass(slots=True)
class _Run:
    """What has become of the files so far."""

    settings: DraftSettings
    projects: Projects
    console: Console
    reports: list[FileReport] = field(default_factory=list[FileReport])
    code: int = 0
    last_failure: str = ""
    """The last failure of an engine, a model or the settings; the files that meet the same one are only counted."""

    met_it_too: int = 0
    told: set[str] = field(default_factory=set[str])

    def files(self, files: Sequence[Planned], stop: Event) -> None:
        """Work on files, one model after the other; runs in the worker thread."""
        with follow(self.console, files=len(files), stream=self.settings.verbose or self.settings.show) as progress:
            try:
                for _, group in groupby(self._by_model(files), key=self._model):
                    self._with_one_model(list(group), progress, stop)
            except Cancelled as stopped:
                self._leave(files, stopped)
                raise
        if self.met_it_too:
            others = counted(self.met_it_too, "other file")
            self.console.notice(f"The same happened to {others}; what was finished is kept.")
        if len(self.reports) > 1:
            self.console.summary(total_line(self.reports))

    def _leave(self, files: Iterable[Planned], stopped: Cancelled) -> None:
        """Report the files that a stop left undone."""
        done = {report.path for report in self.reports}
        self.reports += [self._failed(planned, stopped) for planned in files if planned.shown not in done]

    def tell_once(self, notice: str) -> None:
        """Tell what may come up with each file."""
        if notice not in self.told:
            self.told.add(notice)
            self.console.notice(notice)

    def refuse(self, failures: Iterable[tuple[str, StyletuneError]]) -> None:
        """Tell of files that cannot be worked on."""
        for path, error in failures:
            self._fail(path, error)

    def add(self, reports: Iterable[FileReport], code: int) -> None:
        """Take over reports that are told already."""
        self.reports += reports
        self.code = max(self.code, code)

    def _model(self, planned: Planned) -> ModelKey:
        return model_key(planned, self.settings)

    def _by_model(self, files: Sequence[Planned]) -> list[Planned]:
        """Bring files with the same model together, in the order in which models first occur."""
        first: dict[ModelKey, int] = {}
        for planned in files:
            first.setdefault(self._model(planned), len(first))
        return sorted(files, key=lambda planned: first[self._model(planned)])

    def _with_one_model(self, files: list[Planned], progress: Progress, stop: Event) -> None:
        from styletune.commands import chosen_model  # noqa: PLC0415 -- a check needs no model

        named = self._model(files[0])[0] or None
        try:
            chosen = chosen_model.choose_model(
                named, files[0].project, isolate=self.settings.isolate or files[0].file.isolate
            )
            identity = chosen.identity(stop)
        except (StyletuneError, OSError) as error:
            if isinstance(error, Cancelled):
                raise
            by_settings = named is not None and self.settings.model is None
            self._fail_all(files, error, where=SETTINGS if by_settings else "")
            return
        engine = chosen_model.defer(chosen, jobs=self.settings.jobs, loading=progress.loading, say=self.tell_once)
        from styletune.commands.session import Session  # noqa: PLC0415 -- see above

        with contextlib.closing(engine):
            self._each(
                files,
                Session(
                    self.settings, self.console, engine, chosen, identity, self.projects, progress, stop, self.tell_once
                ),
            )

    def _each(self, files: list[Planned], session: "Session") -> None:
        for planned in files:
            if session.stop.is_set():
                raise Cancelled("Stopped.")
            if self.console.reader_gone and not self.settings.writes:
                return  # nobody is left to read the rest
            self._one(planned, session)

    def _one(self, planned: Planned, session: "Session") -> None:
        from styletune.commands.draft_file import draft_file  # noqa: PLC0415 -- see above

        session.progress.begin(planned.shown)
        try:
            data = self.console.read_input() if planned.source is None else read_bytes(planned.source)
            self._finish(draft_file(planned, data, session))
        except Cancelled:
            raise
        except (EngineError, ModelError, SettingsError) as error:
            self._fail_once(planned, error)
        except Exception as error:  # noqa: BLE001 -- one bad file never stops the rest
            self._fail(planned.shown, error)
        finally:
            for notice in session.engine.notices:
                self.tell_once(notice)

    def _finish(self, report: FileReport) -> None:
        self.reports.append(report)
        self.code = max(self.code, FLAGGED if report.kept else 0)
        if self.settings.show:
            self._show(report)
        else:
            for kept in report.kept:
                self.console.notice(kept_line(report.path, kept, in_full=self.settings.verbose))
        for note in report.notes:
            self.console.notice(f"{name(report.path)}: {note}")
        self.console.summary(summary_line(report))

    def _show(self, report: FileReport) -> None:
        from styletune.terminal.before_after import before_and_after  # noqa: PLC0415 -- only --show

        on_stdout = not self.settings.stdout_is_data
        coloured = self.console.coloured(on_stdout=on_stdout)
        self.console.show(before_and_after(report, coloured=coloured), on_stdout=on_stdout)

    def _fail_once(self, planned: Planned, error: StyletuneError) -> None:
        if str(error) != self.last_failure:
            self.last_failure = str(error)
            self._fail(planned.shown, error)
            return
        self.met_it_too += 1
        self.code = max(self.code, error.exit_code)
        self.reports.append(self._failed(planned, error))

    def _fail_all(self, files: Iterable[Planned], error: Exception, *, where: str) -> None:
        """Tell once what all of these files meet; ``where`` is the file that is to blame."""
        self.code = max(self.code, tell(self.console, error, where=where))
        self.reports += [self._failed(planned, error) for planned in files]

    def _fail(self, path: str, error: Exception) -> None:
        where = "" if isinstance(error, SettingsError) else path  # its own place is in a file of the project
        self.code = max(self.code, tell(self.console, error, where=where))
        self.reports.append(self._failed(path, error))

    def _failed(self, planned: Planned | str, error: Exception) -> FileReport:
        code = error.code if isinstance(error, StyletuneError) else "internal"
        path = planned if isinstance(planned, str) else planned.shown
        model = self.settings.model or ("" if isinstance(planned, str) else planned.file.model) or "embedded"
        return FileReport(path, None, self.settings.verb, model, error=(code, str(error)))
