"""Following ``styletune corpus add``: a bar in a terminal, a line for each part of the work elsewhere."""

from types import TracebackType
from typing import Protocol, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from styletune.terminal.console import Console, printable
from styletune.terminal.progress import has_room


class CorpusProgress(Protocol):
    """Learns how far the work is."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tell(self, what: str, done: int, total: int) -> None:
        """Learn that ``done`` of ``total`` steps of ``what`` are done."""
        ...


def follow(console: Console) -> CorpusProgress:
    """Choose how the work is followed."""
    return _Bar(console) if has_room(console) else _Lines(console)


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def tell(self, what: str, done: int, total: int) -> None:  # noqa: ARG002 - of the protocol
        """Say once what is looked at."""
        if total and what not in self._told:
            self._told.add(what)
            self._console.notice(f"{what} ({total}) ...")


class _Bar:
    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}", markup=False), BarColumn(24), MofNCompleteColumn())
        self._bar = Progress(*columns, TimeRemainingColumn(), console=console.terminal, transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, what: str, done: int, total: int) -> None:
        """Let the bar of ``what`` grow; a part that has nothing to do has none."""
        if not total:
            return
        if what not in self._tasks:
            for task in self._tasks.values():
                self._bar.update(task, visible=False)
            self._tasks[what] = self._bar.add_task(printable(what), total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)
