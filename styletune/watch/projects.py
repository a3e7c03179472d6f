"""The projects around the watched drafts: their settings, and what git does to them."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from styletune.watch.events import Audience, WatchEvent
from styletune.watch.queue import Queue
from styletune.watch.repository import QUICK, Repository
from styletune.watch.stamps import SettingFiles
from styletune.watch.work import Work

_PATIENCE = 2.0
"""Seconds that a quick git command may take before people are told of it."""


class WatchedProjects:
    """Looks at projects now and then, and tells what a person should know.

    Arguments: ``rule_files`` finds the rule files that a project's settings name.
    """

    def __init__(
        self,
        audience: Audience,
        rule_files: Callable[[Path], Iterable[Path]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rule_files = rule_files
        self._audience = audience
        self._clock = clock
        self._repositories: dict[Path, Repository] = {}
        self._settings: dict[Path, SettingFiles] = {}
        self._since: float | None = None
        """When git began what it is doing; ``None`` while it does nothing."""

        self._told = False

    def add(self, root: Path) -> None:
        """Take one more project, unless it is known."""
        if root not in self._repositories:
            self._repositories[root] = Repository(root)
            self._settings[root] = SettingFiles(root, self._rule_files)

    @property
    def paused(self) -> bool:
        """Whether git is at work in one of them."""
        return self._since is not None

    def settings_changed(self) -> bool:
        """Tell whether settings have changed, here and to the audience."""
        names = [name for files in self._settings.values() for name in files.changed()]
        for name in names:
            self._audience.tell(WatchEvent("notice", message=f"{name} changed: it counts from the next save on."))
        return bool(names)

    def look_at_git(self, queue: Queue[Work]) -> bool:
        """Hold the queue while git is at work; tell whether it is."""
        busy = next(((root, what) for root, one in self._repositories.items() if (what := one.busy)), None)
        if busy is None:
            self._go_on(queue)
            return False
        root, what = busy
        if self._since is None:
            self._since = self._clock()
        queue.hold(interrupt=what != QUICK)
        if not self._told and (what != QUICK or self._clock() - self._since > _PATIENCE):
            self._told = True
            self._audience.tell(WatchEvent("paused", message=_why(root, what), queue=len(queue)))
        return True

    def _go_on(self, queue: Queue[Work]) -> None:
        if self._since is None:
            return
        self._since = None
        queue.release()
        if self._told:
            self._told = False
            self._audience.tell(WatchEvent("resumed", message="Git has finished; going on.", queue=len(queue)))

    def committed(self) -> list[tuple[Path, datetime]]:
        """Return the projects in which something was committed, each with the time of the commit before."""
        found = ((root, one.committed_since()) for root, one in self._repositories.items())
        return [(root, since) for root, since in found if since is not None]


def _why(root: Path, what: str) -> str:
    text = f"{what[0].upper()}{what[1:]} is under way in {root}; saved drafts wait until it is over."
    if what == QUICK:
        text += f" If no git is running, delete {root / '.git' / 'index.lock'}."
    return text
