"""A terminal that remembers what it shows: it wraps, and wraps anew when its width changes, as most terminals do."""

import io
import re

from rich.cells import cell_len

_TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|[\r\n]|[^\x1b\r\n]")


class Screen(io.StringIO):
    """Takes what is written to a terminal; rows that scrolled away stay readable."""

    encoding = "utf-8"

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self._rows = [""]
        self._goes_on = [False]
        """Whether a row is wrapped into the next one."""

        self._row = 0
        self._column = 0
        self.writes = 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Show a text; an escape sequence that is not understood fails the test."""
        self.writes += bool(text)
        end = 0
        for found in _TOKEN.finditer(text):
            assert found.start() == end, repr(text[end:])
            end = found.end()
            if found[2]:
                self._command(found[2], int(found[1] or 1) if found[1].isdigit() or not found[1] else 0, found[0])
            elif found[0] == "\r":
                self._column = 0
            elif found[0] == "\n":
                self._down(goes_on=False)
            else:
                self._put(found[0])
        assert end == len(text), repr(text[end:])
        return len(text)

    def _command(self, name: str, count: int, whole: str) -> None:
        if name == "A":
            self._row = max(self._row - count, 0)
        elif name == "K":
            assert count == 2
            self._rows[self._row], self._goes_on[self._row] = "", False
            self._column = 0
        else:
            assert name == "m", repr(whole)

    def _down(self, *, goes_on: bool) -> None:
        self._goes_on[self._row] = goes_on
        self._row, self._column = self._row + 1, 0
        if self._row == len(self._rows):
            self._rows.append("")
            self._goes_on.append(False)

    def _put(self, character: str) -> None:
        cells = cell_len(character)
        if self._column + cells > self.width:
            self._down(goes_on=True)
        row = self._rows[self._row]
        assert cell_len(row) == self._column, "text is written over text"
        self._rows[self._row] = row + character
        self._column += cells

    def resize(self, width: int) -> None:
        """Wrap everything anew; the cursor must be on a row of its own, as it is below a region."""
        assert not any(self._rows[self._row :])
        lines: list[str] = []
        line = ""
        for row, goes_on in self._written():
            line += row
            if not goes_on:
                lines.append(line)
                line = ""
        self.width, self._rows, self._goes_on, self._row, self._column = width, [""], [False], 0, 0
        for line in lines:
            self.write(line + "\n")

    @property
    def lines(self) -> list[str]:
        """What is to be seen, wrapped rows joined."""
        joined: list[str] = [""]
        for row, goes_on in self._written():
            joined[-1] += row
            if not goes_on:
                joined.append("")
        return [line.rstrip() for line in joined[:-1]]

    def _written(self) -> list[tuple[str, bool]]:
        """Return the rows down to the cursor, whose row counts if there is something on it."""
        end = self._row + bool(self._rows[self._row])
        return list(zip(self._rows[:end], self._goes_on[:end], strict=True))
