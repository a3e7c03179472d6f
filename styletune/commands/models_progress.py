"""Following a download: a bar in a terminal, a line a file elsewhere, nothing with ``--quiet``."""

from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from styletune.models.repository_files import gigabytes
from styletune.terminal.console import Console, printable
from styletune.terminal.progress import has_room

_ROOMY = 72
"""Terminal columns below which the bar has no room."""


class DownloadProgress:
    """Follows a download on standard error; leaves no bar behind."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = _bar(console)
        self._task: TaskID | None = None
        self._resumed = False

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, name: str, size: int) -> None:
        """Turn to a file."""
        self._resumed = False
        if self._bar is None:
            self._console.notice(f"{name}: {gigabytes(size)} to download")
            return
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(printable(name), total=size)

    def arrived(self, count: int) -> None:
        """Move the bar; a file that goes on in the middle starts its speed there."""
        if self._bar is None or self._task is None:
            return
        if not self._resumed:
            self._bar.reset(self._task, completed=count)
            self._resumed = True
        self._bar.update(self._task, completed=count)

    def lost(self, words: str) -> None:
        """Tell of a connection that broke off."""
        self._console.detail(f"The connection was lost ({words}); it is tried again.")
        self._resumed = False

    def checking(self, name: str) -> None:
        """Tell that the file is complete and is being read again."""
        self._console.detail(f"{name}: comparing its checksum")
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=f"checking {printable(name)}")


def _bar(console: Console) -> Progress | None:
    if not has_room(console):
        return None
    terminal = console.terminal
    columns = [TextColumn("{task.description}"), DownloadColumn()]
    if terminal.width >= _ROOMY:
        columns += [BarColumn(bar_width=None), TransferSpeedColumn(), TimeRemainingColumn()]
    return Progress(*columns, console=terminal, transient=True, expand=True)
