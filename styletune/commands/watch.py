"""``styletune watch``: results that follow their drafts."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from styletune.commands.chosen_model import choose_model
from styletune.commands.projects import Projects
from styletune.commands.redo import Redo
from styletune.commands.watch_settings import WatchSettings
from styletune.errors import UsageError
from styletune.files import names
from styletune.files.discovery import find_what_is_there, fixed_part, is_searched
from styletune.project import project_root
from styletune.terminal.console import Console
from styletune.terminal.interrupt import run_interruptible
from styletune.terminal.outcome import CANCELLED
from styletune.terminal.watch_audience import WatchAudience, follow_watch
from styletune.terminal.wording import name
from styletune.watch.events import EventName, WatchEvent
from styletune.watch.loop import Watch
from styletune.watch.watch_lock import WatchLocks
from styletune.watch.work import Terms

if TYPE_CHECKING:
    from styletune.watch.senses import Senses

_ENDS: dict[EventName, str] = {
    "done": "brought up to date", "unchanged": "up to date already", "skipped": "left alone", "failed": "failed",
}  # fmt: skip


def run(settings: WatchSettings, console: Console) -> int:
    """Watch until a signal ends it, or with ``--once`` catch up, and return the exit code.

    Raises ``UsageError`` for what could never work: a PATH that means nothing, a model that is not there, settings
    that cannot be read, a project that is watched already.
    """
    settings = replace(settings, paths=_checked(settings.paths))
    roots = projects_of(settings)
    check_model(settings, roots)
    stopping = Event()
    with ExitStack() as held:
        locks = held.enter_context(WatchLocks())
        for root in roots:
            locks.hold(root)
        audience = held.enter_context(
            follow_watch(console, json=settings.json, verbose=settings.verbose, stop=stopping)
        )
        return _Watching(settings, console, audience, locks, roots, stopping).run()


class _Watching:
    """A watcher between its start and its end."""

    def __init__(  # noqa: PLR0913, PLR0917 - what the verb has put together
        self,
        settings: WatchSettings,
        console: Console,
        audience: WatchAudience,
        locks: WatchLocks,
        roots: Sequence[Path],
        stopping: Event,
    ) -> None:
        self._settings = settings
        self._audience = audience
        self._roots = roots
        self._stopping = stopping
        self._desk = Redo(settings, console, audience, locks)
        self._senses: Senses | None = None
        self._counts: Mapping[EventName, int] = {}

    def run(self) -> int:
        """Run until the end and say good-bye."""
        code = run_interruptible(self._work, on_stop=self._stop)
        self._audience.tell(WatchEvent("stop", message=_farewell(code, self._counts)))
        return code

    def _greet(self) -> None:
        places = ", ".join(name(path) for path in self._settings.paths)
        text = f"Watching {places}. Save a draft to have it redone; Ctrl-C ends this."
        if self._settings.once:
            text = f"Bringing the results of {places} up to date."
        self._audience.tell(WatchEvent("start", message=text))

    def _stop(self) -> None:
        self._stopping.set()
        if self._senses is not None:
            self._senses.wake()

    def _work(self, stop: Event) -> int:
        settings = self._settings
        watch = Watch(terms_of(settings), self._desk, self._audience, self._roots, covered=covered(settings.paths))
        if settings.once:
            self._greet()
            code = watch.once(stop)
            self._counts = watch.counts
            return CANCELLED if stop.is_set() else code
        self._watch(watch, stop)
        return CANCELLED

    def _watch(self, watch: Watch, stop: Event) -> None:
        senses = senses_for(self._settings)
        self._senses = senses
        senses.start()
        self._greet()  # from now on no save is missed
        try:
            watch.run(senses, stop)
        finally:
            senses.stop()


def terms_of(settings: WatchSettings) -> Terms:
    """Say what the loop is asked to do."""
    return Terms(
        patterns=settings.paths,
        in_place=settings.in_place,
        most=settings.most,
        yes=settings.yes or settings.once,
        settle=settings.settle_minutes * 60,
        catch_up=settings.catch_up,
    )


def senses_for(settings: WatchSettings) -> "Senses":
    """Make the senses for what is watched; they are not started yet."""
    from styletune.watch.senses import Senses  # noqa: PLC0415 - watchdog is loaded by those who watch

    roots = list(dict.fromkeys(fixed_part(pattern) for pattern in settings.paths))
    return Senses(roots, wanted=_wanted(settings.paths), quiet=settings.quiet_ms / 1000, poll=settings.poll)


def _checked(patterns: Sequence[str]) -> list[str]:
    """Check the PATHs; what they mean may come later, but where to look must be there. Raises ``UsageError``."""
    problems = [f"{pattern} does not exist." for pattern in patterns if not fixed_part(pattern).exists()]
    if problems:
        raise UsageError("\n".join(problems))
    return list(dict.fromkeys(patterns))


def projects_of(settings: WatchSettings) -> list[Path]:
    """Find the projects of all drafts there are, and of the folder that results go to."""
    roots: dict[Path, None] = {}
    for pattern in settings.paths:
        start = fixed_part(pattern)
        folder = start if start.is_dir() else start.absolute().parent
        roots[project_root(folder / "draft.md", otherwise=folder.absolute())] = None
        for item in find_what_is_there([pattern]):
            roots[project_root(item.path, otherwise=folder.absolute())] = None
    if settings.output is not None:
        roots[project_root(settings.output / "draft.md", otherwise=settings.output.absolute())] = None
    by_place = {os.path.realpath(root): root for root in roots}
    return list(by_place.values())


def check_model(settings: WatchSettings, roots: Sequence[Path]) -> None:
    """Find the models that will be needed. Raises ``UsageError`` and ``ModelError`` before anybody waits for a save."""
    projects = Projects(writes=False)
    for root in roots:
        config = projects.config(root)
        choose_model(settings.model or config.top.model, config, isolate=True)


def _wanted(patterns: Sequence[str]) -> Callable[[Path], bool]:
    """Tell by the name alone whether a file may be a draft or a result; results lie where no glob may reach."""
    roots = [fixed_part(pattern) for pattern in patterns]
    folders = [root for root in roots if root.is_dir()]
    files = frozenset(roots) - frozenset(folders)

    def is_wanted(path: Path) -> bool:
        return path in files or any(
            path.is_relative_to(folder) and is_searched(path.relative_to(folder)) for folder in folders
        )

    return is_wanted


def covered(patterns: Sequence[str]) -> Callable[[Path], bool]:
    """Tell whether the senses see a file: one below a folder that is watched."""
    roots = [fixed_part(pattern) for pattern in patterns]
    folders = [Path(names.place(root)) for root in roots if root.is_dir()]

    def is_covered(path: Path) -> bool:
        real = Path(names.place(path))
        return any(real.is_relative_to(folder) and is_searched(real.relative_to(folder)) for folder in folders)

    return is_covered


def _farewell(code: int, counts: Mapping[EventName, int]) -> str:
    if code == CANCELLED:
        return "Stopped. Nothing is half written; what was finished is kept."
    told = [f"{counts[name]} {words}" for name, words in _ENDS.items() if counts.get(name)]
    return f"Done: {', '.join(told)}." if told else "Done: there was no draft to work on."
