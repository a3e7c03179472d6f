"""A watcher's board laid out for a terminal: a row for each of the last files, what goes on, and what is watched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from styletune.terminal.console import printable
from styletune.terminal.live import STREAMED, tail
from styletune.terminal.watch_wording import without_name
from styletune.terminal.wording import DONE, UP_TO_DATE, name
from styletune.watch.board import Board, Course, Row

MOST_SHOWN = 8
"""Files on the screen: it belongs to the person's other lines, too."""

ROOMY = 72
"""Terminal columns below which numbers are told briefly."""

_MARGIN = 2
"""Cells left free at the right: some terminals draw a character wider than its width says."""

_LONGEST_NAME, _SHORTEST_NAME = 40, 12
_HOW_TO_STOP = "Ctrl-C stops."
_JUST_NOW = 5
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_GLYPHS = {
    "queued": "⋯", "working": "▸", "done": "✓", "kept": "!", "unchanged": "-", "failed": "✗", "superseded": "⋯",
    "gone": "-", "learned": "✎", "conflict": "!", "skipped": "-",
}  # fmt: skip
"""None of these is of ambiguous width, which Chinese and Japanese terminals may draw over two cells."""

_PLAIN_GLYPHS = _GLYPHS | {"queued": ".", "working": ">", "done": "+", "failed": "x", "superseded": ".", "learned": "*"}
_STYLES = {
    "queued": "dim", "working": "bold cyan", "done": "green", "kept": "yellow", "unchanged": "dim", "failed": "red",
    "superseded": "dim", "gone": "dim", "learned": "magenta", "conflict": "yellow", "skipped": "yellow",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a terminal can show."""

    width: int
    height: int
    encoding: str = "utf-8"
    symbols: bool = True
    """Whether its font has more than letters."""

    stream: bool = False
    """Whether text is shown while it is generated."""

    @property
    def brief(self) -> bool:
        """Whether there is no room for numbers that are only nice to know."""
        return self.width < ROOMY


def board_lines(board: Board, look: Look, now: float) -> list[Text]:
    """Lay out a board, each line in less than ``look.width`` cells; ``now`` is the time of the board's clock."""
    below = [*_growing(board, look), _status(board), _watched(board, look)][-max(look.height - 2, 1) :]
    table = file_lines(board, look, now, most=look.height - len(below) - 3)
    blank = [Text("")] if table else []  # parts the board from what scrolls by above it
    return [*blank, *table, *(_cropped(line, look) for line in below)]


def file_lines(board: Board, look: Look, now: float, *, most: int = MOST_SHOWN) -> list[Text]:
    """Lay out only the files that were touched last, at most ``most`` of them."""
    return _table([_cells(row, board, look, now) for row in board.rows(min(most, MOST_SHOWN))], look)


class _Cells(NamedTuple):
    """A row of the table."""

    kind: str
    name: str
    words: str
    age: str


def _cells(row: Row, board: Board, look: Look, now: float) -> _Cells:
    kind = "kept" if row.state == "done" and row.kept else row.state
    shown = tail(_plain(name(row.path), look), max(min(look.width // 3, _LONGEST_NAME), _SHORTEST_NAME))
    return _Cells(kind, _plain(shown, look), _plain(_words(row, board, look, now), look), _time(row, look, now))


def _table(rows: Sequence[_Cells], look: Look) -> list[Text]:
    names = max((cell_len(row.name) for row in rows), default=0)
    ages = max((len(row.age) for row in rows), default=0)
    glyphs = _GLYPHS if look.symbols else _PLAIN_GLYPHS
    lines: list[Text] = []
    for row in rows:
        left = f"{glyphs[row.kind]} {set_cell_size(row.name, names)}  "
        room = max(look.width - _MARGIN - cell_len(left) - ages - 2, 0)
        words = set_cell_size(_head(row.words, room, look), room)
        lines.append(Text.assemble((left, _STYLES[row.kind]), words, (f"  {row.age:>{ages}}", "dim")))
    return lines


def _words(row: Row, board: Board, look: Look, now: float) -> str:
    if row.state == "working":
        return "loading the model" if board.loading else _course(board.course, look, now)
    if row.state == "done":
        return _result(row, brief=look.brief)
    said, message = _STATES[row.state], without_name(row.path, row.message)
    if row.state == "unchanged":
        message = message or "saved, nothing to do"
    if not message or said in message:
        return message or said
    return f"{said}: {message}"


_STATES = {
    "queued": "waits", "unchanged": "saved", "failed": "failed", "superseded": "saved again", "gone": "gone",
    "learned": "learned", "conflict": "conflict", "skipped": "left alone",
}  # fmt: skip


def _course(course: Course | None, look: Look, now: float) -> str:
    if course is None or course.total is None:
        return "getting ready"
    if not course.total:
        return "nothing to generate"
    parts = [f"{course.done}/{course.total}" + ("" if look.brief else " segments")]
    if (speed := course.speed(now)) is not None and not look.brief:
        parts.append(f"{speed:.0f} tokens/s")
    return "  ".join(parts)


def _result(row: Row, *, brief: bool) -> str:
    done = UP_TO_DATE if row.up_to_date else "nothing new"
    if row.new:
        done = f"{row.new} {'done' if brief else DONE[row.task]}"
    kept = f", {row.kept} kept" if row.kept else ""
    place = f" -> {name(row.output).rsplit('/', 1)[-1]}" if row.output and row.output != row.path else ""
    reason = f"  line {row.reason}" if row.reason else ""
    return f"{done}{kept}{place}{reason}"


def _growing(board: Board, look: Look) -> Iterator[Text]:
    if look.stream and board.course is not None:
        for text in list(board.course.growing.values())[:STREAMED]:
            if text.strip():
                shown = _plain(text.replace("\n", " "), look)
                yield Text("  " + _plain(tail(shown, look.width - _MARGIN - 3), look), style="dim")


def _status(board: Board) -> Text:
    if board.stopping:
        return Text("Stopping ...", style="bold")
    if board.paused is not None:
        return Text(board.paused or "Paused.", style="bold yellow")
    waiting = f"{board.queue} {'file waits' if board.queue == 1 else 'files wait'}"
    if board.working:
        return Text(f"Working; {waiting}." if board.queue else "Working.", style="bold")
    return Text(f"{waiting.capitalize()}." if board.queue else "Waiting for your next save.", style="bold")


def _watched(board: Board, look: Look) -> Text:
    watched = board.watched.partition(". ")[0].rstrip(".")
    if not watched:
        return Text(_HOW_TO_STOP, style="dim")
    room = look.width - _MARGIN - len(_HOW_TO_STOP) - 2
    return Text(f"{_head(_plain(watched, look), room, look)}. {_HOW_TO_STOP}", style="dim")


def _cropped(line: Text, look: Look) -> Text:
    return Text(_head(_plain(line.plain, look), look.width - _MARGIN, look), style=line.style)


def _plain(text: str, look: Look) -> str:
    """Make a text one line that the terminal can show and that cannot command it."""
    shown = printable(" ".join(text.splitlines())).replace("\t", " ")
    return shown.encode(look.encoding, "replace").decode(look.encoding)


def _head(text: str, width: int, look: Look) -> str:
    """Keep the beginning of a text that fits into a number of cells."""
    if cell_len(text) <= width:
        return text
    more = "…" if look.symbols else "..."
    return set_cell_size(text, max(width - len(more), 0)).rstrip() + more[: max(width, 0)]


def _time(row: Row, look: Look, now: float) -> str:
    """Say how long the work has taken, or how long ago it happened if there is room for that."""
    seconds = now - row.since
    if row.state == "working":
        return _elapsed(seconds)
    return "" if look.brief and seconds >= _JUST_NOW else _age(seconds)


def _age(seconds: float) -> str:
    if seconds < _JUST_NOW:
        return "now"
    if seconds < _MINUTE:
        return "<1 min"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h" if seconds < _DAY else f"{seconds // _DAY:.0f} d"


def _elapsed(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{int(seconds)} s"
    return f"{seconds // _MINUTE:.0f}:{seconds % _MINUTE:02.0f}"
