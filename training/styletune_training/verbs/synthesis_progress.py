"""Following a synthesis: a bar in a terminal, a line now and then elsewhere, nothing with ``--quiet``."""

import time
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from styletune.config.schema import Prices
from styletune.terminal.console import Console
from styletune.terminal.progress import has_room
from styletune.terminal.wording import duration
from styletune_training.synthesis.budget import Budget
from styletune_training.synthesis.verdicts import Outcome, Tally
from styletune_training.verbs.synthesize_words import NAMED, amount, useless_lines
from styletune_training.verbs.wording import listed

_ROOMY = 72
"""Terminal columns below which the bar and the speed have no room."""

_LINES, _LEAST = 10, 10
"""Lines that a whole run prints where there is no terminal, and answers between two of them."""


class SynthesisProgress:
    """Follows a run on standard error; leaves no bar behind."""

    def __init__(self, console: Console, *, total: int, prices: Prices | None) -> None:
        self.under_way = 0
        self._console = console
        self._total = total
        self._prices = prices
        self._tally = Tally()
        self._began = time.monotonic()
        self._bar = _bar(console)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("getting ready", total=self._total, facts="")
            self._console.paused = self._paused
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._console.paused = nullcontext
            self._bar.stop()

    @contextmanager
    def _paused(self) -> Generator[None]:
        if self._bar is not None:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.start()

    def abandon(self) -> None:
        """Give the terminal back before the process ends by force."""
        if self._bar is not None:
            self._bar.stop()

    def loading(self) -> None:
        """Show that the model is being loaded."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description="loading the model")

    def sent(self, under_way: int) -> None:
        """Learn how many requests are under way; the clock starts with the first."""
        self.under_way = under_way
        if not self._tally.made and under_way == 1:
            self._began = time.monotonic()
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, description="making")

    def answered(self, outcome: Outcome, budget: Budget) -> None:
        """Count an answer."""
        self._tally.add(outcome)
        self.under_way = budget.under_way
        made = outcome.made
        self._console.detail(f"{made.doc} {made.prompt}: {outcome.words or 'usable'}")
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._tally.made, facts=self._facts(budget))
        elif self._tally.made % max(self._total // _LINES, _LEAST) == 0 and self._tally.made < self._total:
            self._console.notice(self._facts(budget, briefly=False))

    def useless(self, prompt: str, tally: Tally, *, goes_on: bool) -> None:
        """Tell that nearly all answers to a prompt are useless."""
        self._console.notice("\n".join(useless_lines(prompt, tally, goes_on=goes_on)))

    def _facts(self, budget: Budget, *, briefly: bool | None = None) -> str:
        """Say how far it is, how fast, what it cost and what was of no use; the last counts least."""
        tally, seconds = self._tally, max(time.monotonic() - self._began, 0.001)
        width = self._console.terminal.width
        briefly = width < _ROOMY if briefly is None else briefly
        parts = [f"{tally.made}/{self._total}", f"{tally.usable} usable"]
        if not briefly:
            parts.append(_speed(tally.made / seconds))
        if 0 < tally.made < self._total:
            parts.append(f"{duration(seconds / tally.made * (self._total - tally.made))} left")
        if self._prices is not None:
            of = f"/{amount(budget.money)}" if budget.money is not None else ""
            parts.append(f"{amount(budget.spent)}{of} {self._prices.currency}")
        elif not briefly:
            parts.append(f"{budget.tokens_in + budget.tokens_out:,} tokens")
        if tally.dropped and not briefly:
            parts.append(f"not: {listed(tally.dropped, most=NAMED)}")
        return "  ".join(parts)


def _speed(each_second: float) -> str:
    return f"{each_second:.1f}/s" if each_second >= 1 else f"{each_second * 60:.1f}/min"


def _bar(console: Console) -> Progress | None:
    if not has_room(console):
        return None
    terminal = console.terminal
    columns = [TextColumn("{task.description}", markup=False)]
    if terminal.width >= _ROOMY:
        columns.append(BarColumn(bar_width=16))  # type: ignore[arg-type]
    columns.append(TextColumn("{task.fields[facts]}", markup=False))
    return Progress(*columns, console=terminal, transient=True)
