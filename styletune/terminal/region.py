"""Lines at the foot of a terminal that are redrawn in place, while other lines scroll by above them.

Unlike rich's ``Live`` it knows that a terminal wraps what is on it when it gets narrower, it leaves the cursor visible
and on a line of its own (so that a process that is killed leaves a usable terminal behind), and it can forget what it
has drawn, when a shell has written to the terminal meanwhile.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console as Terminal
from rich.console import ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text


class Region(RenderHook):
    """Keeps lines below everything else that is printed to a terminal; not safe for threads by itself."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._wanted: Sequence[Text] = ()
        self._drawn: tuple[str, ...] = ()
        self._width = 0
        """Of the terminal when it was drawn."""

        self._typed = 0
        """Rows that were typed below the lines since."""

        self._terminal.push_render_hook(self)

    def close(self) -> None:
        """Take the lines off the terminal and do nothing any more."""
        self.show(())
        self._terminal.pop_render_hook()

    def show(self, lines: Sequence[Text]) -> None:
        """Show these lines in the place of the last ones, cut to fit; writes nothing if that would change nothing."""
        self._wanted = lines
        moved = self._typed > 0 or self._width != self._terminal.width
        if moved or tuple(line.plain for line in self._fitting()) != self._drawn:
            self._terminal.print(Control())  # the hook does the rest

    def _fitting(self) -> list[Text]:
        lines = [line.copy() for line in self._wanted]
        for line in lines:
            line.truncate(self._terminal.width, overflow="crop")
        return lines

    def forget(self) -> None:
        """Leave what is drawn where it is; the next lines come below it."""
        self._drawn, self._typed = (), 0

    def pushed_up(self, typed: Sequence[str]) -> None:
        """Learn of lines that a person typed, each with Enter: what is drawn has moved up."""
        if self._drawn:
            self._typed += sum(rows_of(line, self._terminal.width) for line in typed)

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Put what is printed above the lines; rich calls this."""
        rows = sum(rows_of(line, self._terminal.width) for line in self._drawn) + self._typed
        self._typed = 0
        lines = self._fitting()
        self._drawn, self._width = tuple(line.plain for line in lines), self._terminal.width
        return [_Upwards(rows), *renderables, *lines]


class _Upwards:
    """Clears rows and goes back to where they begin."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def __rich_console__(self, console: Terminal, options: ConsoleOptions) -> RenderResult:
        """Yield what moves the cursor."""
        if self._rows:
            # One by one: tmux keeps a copy in its history of a screen that is cleared as a whole.
            yield Control(
                ControlType.CARRIAGE_RETURN,
                (ControlType.ERASE_IN_LINE, 2),
                *((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)) * self._rows,
            )


def rows_of(line: str, width: int) -> int:
    """Count the rows that a line takes up once a terminal of ``width`` cells has wrapped it."""
    rows, used = 1, 0
    for character in line:
        cells = cell_len(character)
        if used + cells > width:
            rows, used = rows + 1, 0
        used += cells
    return rows
