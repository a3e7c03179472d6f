"""Standard error or standard output as people see it: laid out, in colour where that is possible."""

from collections.abc import Callable

from rich.console import Console as Terminal


class Stream(Terminal):
    """A stream for people, whose reader may go away at any time."""

    def __init__(self, *, stderr: bool, on_reader_gone: Callable[[], None]) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)
        self._on_reader_gone = on_reader_gone

    def on_broken_pipe(self) -> None:
        """Fall silent: rich calls this instead of letting the failure through."""
        self.quiet = True
        self._on_reader_gone()
