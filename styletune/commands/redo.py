"""One draft of a watched folder: what ``rewrite`` or ``translate`` would do with it, again and again."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from styletune.commands.draft_file import draft_file
from styletune.commands.plan import Plan, make_plan
from styletune.commands.planned import Planned
from styletune.commands.projects import Projects
from styletune.commands.session import Session
from styletune.commands.up_to_date import outcome_key, up_to_date_record
from styletune.commands.watch_events import may_pass, of_draft, of_edits, of_empty
from styletune.commands.watch_models import Models
from styletune.commands.watch_settings import WatchSettings
from styletune.config.load import load_config
from styletune.errors import Cancelled, EngineError, ModelError, StyletuneError, UsageError
from styletune.files import names
from styletune.files.atomic import digest, read_bytes
from styletune.files.discovery import Input, as_named, find_what_is_there, input_for
from styletune.files.naming import named_like_an_output
from styletune.files.records import OutputState, Records
from styletune.learning.learn import Learned, learn_from_output, settle_committed
from styletune.project import project_root
from styletune.report import FLAGGED, FileReport
from styletune.terminal.console import Console
from styletune.terminal.outcome import UNEXPECTED, unexpected
from styletune.watch.events import Audience, WatchEvent
from styletune.watch.pauses import Pauses
from styletune.watch.unfinished import SavesUnderWay
from styletune.watch.watch_lock import WatchLocks
from styletune.watch.work import Redone, Stale

_TRIES = 6
"""Failures in a row after which a file that cannot be read or written is left alone until it is saved again."""

_MOST_TOLD = 500
"""Notices that are remembered so as to tell each once."""


class Redo:
    """Does the work of a watcher; ``watch/work.py`` says what is expected of it."""

    def __init__(self, settings: WatchSettings, console: Console, audience: Audience, locks: WatchLocks) -> None:
        self._settings = settings.drafts
        self._saves = SavesUnderWay(0.0 if settings.once else settings.quiet_ms / 1000)
        self._once = settings.once
        self._console = console
        self._audience = audience
        self._locks = locks
        self._models = Models(self._settings, loading=audience.loading, say=self._tell_once)
        self._pauses: Pauses[str] = Pauses()
        self._last_failures: dict[str, str] = {}
        """What was last told of a draft that failed, so that another try in vain is not told again."""

        self._told: set[str] = set()

    def redo(self, path: Path, stop: Event, *, by_program: Callable[[Path], bool]) -> Redone:
        """Bring the output of a draft up to date. Raises ``Cancelled``; all else becomes an event."""
        try:
            return self._redo(path, stop, by_program)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - one bad file never stops the watcher
            return self._failed(path, error) if path.is_file() else Redone((WatchEvent("gone", str(path)),))

    def learn(self, output: Path, *, by_program: bool, committed: bool) -> list[WatchEvent]:
        """Learn from what a person made of an output."""
        try:
            records = Records(project_root(output))
            if committed and records.state(output) is OutputState.OURS:
                settle_committed(records, output)
                return []
            source = records.written_from(output)
            with self._projects() as projects:
                keys = projects.config(records.root).for_file(source or output).header.translate
            learned = learn_from_output(records, output, how="watch", bulk=by_program, header_keys=keys)
            return self._learned(learned, source, output)
        except Exception as error:  # noqa: BLE001 - see redo
            text = str(error) if isinstance(error, StyletuneError) else unexpected(error, where=str(output))
            return [WatchEvent("failed", str(output), text)]

    def stale(self, paths: Sequence[Path] | None, stop: Event) -> Stale:
        """Find the drafts, of these or of all, whose outputs are missing or not up to date."""
        try:
            with self._projects() as projects:
                plan = make_plan(self._settings, projects, self._inputs(paths))
                return self._stale(plan, stop)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - see redo
            failed = self._failed(None, error)
            return Stale((), failed.events, failed.code)

    def is_result(self, path: Path) -> bool:
        """Tell by its name whether a file is a result, with or without a record."""
        item = input_for(path, self._settings.paths)
        rewrites = self._settings.verb == "rewrite"
        return rewrites and item is not None and not item.explicit and named_like_an_output(path)

    def rule_files(self, root: Path) -> Iterable[Path]:
        """Find the rule files that a project's settings name; none where these cannot be read."""
        try:
            config = load_config(root)
        except StyletuneError:
            return ()
        named = [config.top.rules, *(profile.settings.rules for profile in config.profiles)]
        return dict.fromkeys(path for path in named if path is not None)

    def settings_changed(self) -> None:
        """Try again what has failed."""
        self._models.pauses.all_over()
        self._pauses.all_over()

    def close(self) -> None:
        """Free the models."""
        self._models.close()

    @contextmanager
    def _projects(self) -> Generator[Projects]:
        """Read the settings anew for each piece of work: they may have changed, and nothing piles up."""
        projects = Projects(writes=True)
        try:
            yield projects
        finally:
            for notice in projects.close():
                self._tell_once(notice)

    def _inputs(self, paths: Sequence[Path] | None) -> list[Input]:
        if paths is None:
            return find_what_is_there(self._settings.paths)
        found = (input_for(path, self._settings.paths) for path in paths)
        return [item for item in found if item is not None and item.path.is_file()]

    def _stale(self, plan: Plan, stop: Event) -> Stale:
        stale: list[Path] = []
        current = 0
        events = [WatchEvent("notice", message=notice) for notice in plan.notices]
        code = 0
        for shown, error in plan.failures:
            failed = self._failed(Path(shown), error)
            events += failed.events
            code = max(code, failed.code)
        for planned in plan.files:
            if stop.is_set():
                raise Cancelled("Stopped.")
            flagged = self._flagged_if_current(planned, stop)
            if flagged is None:
                stale.append(planned.name)
            else:
                current += 1
                code = max(code, FLAGGED if flagged else 0)
        return Stale(tuple(stale), tuple(events), code, current)

    def _flagged_if_current(self, planned: Planned, stop: Event) -> bool | None:
        """Tell whether an output that is up to date has flagged segments; ``None`` if it is not up to date."""
        try:
            _, identity = self._models.choose(planned, stop)
            key = outcome_key(planned, self._settings, model=identity)
            record = up_to_date_record(planned, self._settings, read_bytes(planned.name), key)
        except Cancelled:
            raise
        except (StyletuneError, OSError):  # the worker meets it too, and tells
            return None
        return None if record is None else record.flagged > 0

    def _redo(self, path: Path, stop: Event, by_program: Callable[[Path], bool]) -> Redone:
        item = input_for(path, self._settings.paths)
        if item is None or not path.is_file():
            return Redone((WatchEvent("gone", str(path)),))
        data = read_bytes(path)
        if put_off := self._saves.put_off(path):
            return Redone((WatchEvent("queued", str(path), "it is being saved at this moment"),), again_in=put_off)
        with self._projects() as projects:
            planned = self._plan(item, data, projects)
            if isinstance(planned, Redone):
                return planned
            key = self._models.key(planned)
            if left := self._models.pauses.left(key):
                return self._put_off(planned, left)
            learned = self._learn_before(planned, by_program)
            try:
                report = self._draft(planned, data, projects, stop)
            except (EngineError, ModelError) as error:
                return self._failed(path, error, again_in=self._models.failed(key))
            self._models.pauses.over(key)
        return self._succeeded(path, planned, report, learned, data)

    def _put_off(self, planned: Planned, left: float) -> Redone:
        """Leave a draft alone as long as its model is."""
        text = "The model could not be used a moment ago"
        if self._once:
            return Redone((of_draft("failed", planned, f"{text}."),), EngineError.exit_code)
        return Redone((of_draft("queued", planned, f"{text}; it is tried again in {left:.0f} s."),), again_in=left)

    def _plan(self, item: Input, data: bytes, projects: Projects) -> Planned | Redone:
        """Plan one draft as a run on all of them would; a draft that needs no work is told as skipped."""
        plan = make_plan(self._settings, projects, [item])
        if plan.failures:
            raise plan.failures[0][1]
        if not plan.files:
            return Redone(tuple(WatchEvent("skipped", str(item.path), notice) for notice in plan.notices))
        for notice in plan.notices:
            self._tell_once(notice)
        planned = plan.files[0]
        if not data.strip():
            return Redone((of_empty(planned),), sha256=digest(data))
        self._refuse_another_draft_s_output(planned)
        for records in (planned.history, planned.records):
            self._locks.hold(records.root)
        return planned

    def _refuse_another_draft_s_output(self, planned: Planned) -> None:
        """Refuse to let two drafts take turns at one output. Raises ``UsageError``."""
        output = planned.output
        source = planned.records.written_from(output) if output is not None else None
        if source is None or names.place(source) == names.place(planned.name) or not source.is_file():
            return
        if input_for(as_named(source, self._settings.paths), self._settings.paths) is not None:
            raise UsageError(
                f"{planned.shown} and {source.name} would both be written to {output}. Watch only one of them, or name "
                "the outputs otherwise in styletune.toml."
            )

    def _learn_before(self, planned: Planned, by_program: Callable[[Path], bool]) -> list[WatchEvent]:
        """Learn from a person's edits of an output before it is replaced."""
        output = planned.output
        if output is None or planned.records.state(output) is not OutputState.EDITED:
            return []
        keys = planned.file.header.translate
        learned = learn_from_output(planned.records, output, how="watch", bulk=by_program(output), header_keys=keys)
        return self._learned(learned, planned.source, output)

    def _draft(self, planned: Planned, data: bytes, projects: Projects, stop: Event) -> FileReport:
        loaded = self._models.load(planned, stop)
        session = Session(
            self._settings, self._console, loaded.engine, loaded.chosen, loaded.identity, projects, self._audience,
            stop, self._tell_once,
        )  # fmt: skip
        try:
            return draft_file(planned, data, session)
        finally:
            for notice in loaded.engine.notices:
                self._tell_once(notice)

    def _succeeded(
        self, path: Path, planned: Planned, report: FileReport, learned: list[WatchEvent], data: bytes
    ) -> Redone:
        key = names.place(path)
        self._pauses.over(key)
        self._last_failures.pop(key, None)
        transient = any(segment.transient for segment in report.segments)
        done = of_draft("unchanged" if report.up_to_date else "done", planned, "", report)
        conflicts = [
            WatchEvent("conflict", planned.shown, f"line {segment.line}: {'; '.join(segment.reasons)}", report.output)
            for segment in report.segments
            if segment.status == "pinned" and segment.reasons
        ]
        sha256 = "" if transient else digest(read_bytes(path)) if planned.in_place else digest(data)
        code = FLAGGED if report.kept else 0
        return Redone((*learned, done, *conflicts), code, sha256, planned.output)

    def _failed(self, path: Path | None, error: Exception, *, again_in: float | None = None) -> Redone:
        """Tell of a failure, but not twice of the same; ``again_in`` is when another try makes sense, if known."""
        shown = "" if path is None else str(path)
        text = str(error) if isinstance(error, StyletuneError) else unexpected(error, where=shown)
        code, name = (error.exit_code, error.code) if isinstance(error, StyletuneError) else (UNEXPECTED, "internal")
        key = names.place(path) if path is not None else ""
        if again_in is None and may_pass(error) and self._pauses.failures(key) < _TRIES:
            again_in = self._pauses.failed(key)
        again_in = None if self._once else again_in
        told, self._last_failures[key] = self._last_failures.get(key), text
        report = FileReport(shown, None, self._settings.verb, self._settings.model or "", error=(name, text))
        later = "" if again_in is None else f" It is tried again in {again_in:.0f} s."
        events = (WatchEvent("failed", shown, text + later, report=report),)
        again = told == text and again_in is not None
        return Redone(() if again else events, code, again_in=again_in, needs_settings=isinstance(error, UsageError))

    def _learned(self, learned: Learned, source: Path | None, output: Path) -> list[WatchEvent]:
        """Say what came of a person's edits."""
        shown = str(as_named(source, self._settings.paths)) if source is not None else ""
        return list(of_edits(learned, shown, output))

    def _tell_once(self, notice: str) -> None:
        """Tell what may come up with each file."""
        if len(self._told) > _MOST_TOLD:
            self._told.clear()
        if notice not in self._told:
            self._told.add(notice)
            self._audience.tell(WatchEvent("notice", message=notice))
