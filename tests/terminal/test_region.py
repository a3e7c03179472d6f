"""Lines at the foot of a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console as Terminal
from rich.text import Text
from screen import Screen

from styletune.terminal.region import Region, rows_of

WORDS = st.text("ab 花é…", max_size=50)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("print"), WORDS),
        st.tuples(st.just("show"), st.lists(WORDS.filter(str.strip), max_size=4)),
        st.tuples(st.just("resize"), st.integers(10, 60)),
        st.tuples(st.just("type"), st.text("ab花", max_size=30)),
        st.tuples(st.just("redraw"), st.none()),
    ),
    max_size=25,
)


def made(width: int = 40) -> tuple[Screen, Terminal, Region]:
    screen = Screen(width)
    terminal = Terminal(file=screen, force_terminal=True, width=width, markup=False, highlight=False, emoji=False)
    return screen, terminal, Region(terminal)


def fitting(line: str, width: int) -> str:
    while cell_len(line) > width:
        line = line[:-1]
    return line.rstrip()


@given(STEPS)
def test_what_is_printed_stays_and_only_the_last_lines_stand_below_it(steps):
    screen, terminal, region = made()
    printed: list[str] = []
    shown: list[str] = []
    for step, value in steps:
        if step == "print":
            terminal.print(Text(value), soft_wrap=True)
            printed.append(value.rstrip())
        elif step == "show":
            shown = value
            region.show([Text(line) for line in value])
        elif step == "resize":
            screen.resize(value)
            terminal.width = value
        elif step == "redraw" or (step == "type" and not shown):
            region.show([Text(line) for line in shown])
        else:  # the terminal shows what is typed where the cursor is
            screen.write(f"{value}\n")
            region.pushed_up([value])
            region.show([Text(line) for line in shown])
    region.show([Text(line) for line in shown])
    assert screen.lines == [*printed, *(fitting(line, screen.width) for line in shown)]
    region.close()
    assert screen.lines == printed


def test_nothing_is_written_while_nothing_changes():
    screen, _, region = made()
    region.show([Text("one"), Text("two")])
    writes = screen.writes
    region.show([Text("one"), Text("two")])
    assert screen.writes == writes
    region.show([Text("one"), Text("three")])
    assert screen.writes == writes + 1


def test_lines_that_a_shell_has_written_below_stay():
    screen, _, region = made()
    region.show([Text("board 1")])
    screen.write("$ ls\n")
    region.forget()
    region.show([Text("board 2")])
    assert screen.lines == ["board 1", "$ ls", "board 2"]


def test_lines_keep_their_colours_and_their_full_length():
    screen, _, region = made(20)
    region.show([Text("first line"), Text("x" * 18, style="red")])
    region.show([Text("y" * 18), Text("x" * 18, style="red")])
    assert screen.lines == ["y" * 18, "x" * 18]


@pytest.mark.parametrize(
    ("line", "width", "rows"),
    [("", 10, 1), ("a" * 10, 10, 1), ("a" * 11, 10, 2), ("花" * 5, 10, 1), ("花" * 5, 9, 2), ("a" + "花" * 10, 10, 3)],
)
def test_rows_are_counted_as_a_terminal_wraps(line, width, rows):
    assert rows_of(line, width) == rows
