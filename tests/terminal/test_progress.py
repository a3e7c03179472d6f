"""Following a run."""

import io
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console as Terminal

from styletune.markdown.segments import Kind
from styletune.report import SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.live import Live, tail
from styletune.terminal.progress import Lines, follow


def console(*, terminal: bool, width: int = 80, **manners: bool) -> Console:
    made = Console(**manners)
    made.terminal = Terminal(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False, markup=False,
                             _environ={"TERM": "xterm-256color"})  # fmt: skip
    return made


def written(made: Console) -> str:
    assert isinstance(made.terminal.file, io.StringIO)
    return made.terminal.file.getvalue()


def report(number: int, tokens: int = 10) -> SegmentReport:
    return SegmentReport(f"id-{number}", 0, 1, number, Kind.PARAGRAPH, "new", "a", "b", tokens_out=tokens)


def run(made: Console, *, stream: bool = False) -> None:
    with follow(made, files=2, stream=stream) as progress:
        progress.begin("posts/花园.md")
        progress.planned(2)
        progress.text("id-1", "Once upon\na time")
        progress.text("id-2", "安静的花园\x1b[2J")
        if isinstance(progress, Live):
            progress._display.refresh()
        progress.done(report(1))
        progress.done(report(2))
        if isinstance(progress, Live):
            progress._display.refresh()


@pytest.mark.parametrize(
    ("terminal", "manners", "expected"),
    [(True, {}, Live), (True, {"quiet": True}, Lines), (False, {}, Lines), (False, {"verbose": True}, Lines)],
)
def test_only_a_terminal_gets_a_live_display(terminal, manners, expected):
    assert isinstance(follow(console(terminal=terminal, **manners), files=1, stream=False), expected)


def test_a_narrow_terminal_gets_lines():
    assert isinstance(follow(console(terminal=True, width=30), files=1, stream=False), Lines)


def test_a_pipe_gets_nothing_unless_it_asks():
    quiet, verbose = console(terminal=False), console(terminal=False, verbose=True)
    run(quiet)
    run(verbose)
    assert written(quiet) == ""
    assert written(verbose).splitlines() == [
        "posts/花园.md: 2 segments to do", "posts/花园.md:1 paragraph done", "posts/花园.md:2 paragraph done",
    ]  # fmt: skip


def test_the_display_tells_file_count_and_speed():
    made = console(terminal=True)
    run(made)
    text = written(made)
    assert "1/2  posts/花园.md" in text
    assert "2/2 segments" in text
    assert "tokens/s" in text
    assert "Once upon" not in text


@pytest.mark.parametrize("width", [40, 80])
def test_the_display_fits_into_its_line(width):
    made = console(terminal=True, width=width)
    with follow(made, files=12, stream=False) as progress:
        assert isinstance(progress, Live)
        progress.loading()
        progress.begin("posts/a-rather-long-name-of-a-post-about-boats.md")
        progress.planned(20)
        progress.done(report(1))
        progress._display.refresh()
    text = written(made)
    assert "loading the model" in text
    assert "boats.md" in text
    assert "1/20" in text
    assert " left" in text


def test_growing_text_is_shown_on_request_and_cannot_command_the_terminal():
    made = console(terminal=True)
    run(made, stream=True)
    text = written(made)
    assert "Once upon a time" in text
    assert "安静的花园␛[2J" in text


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("short", 10, "short"), ("a longer text", 6, "… text"), ("花园很安静", 10, "花园很安静"), ("花园很安静", 9, "…园很安静"),
     ("花园很安静", 8, "…很安静"), ("x", 0, "")],
)  # fmt: skip
def test_the_end_of_a_text_is_cut_by_cells(text, width, expected):
    assert tail(text, width) == expected
    assert cell_len(tail(text, width)) <= width


class Screen(io.TextIOWrapper):
    """A terminal on which text and the display would meet."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.display_was_up: list[bool] = []
        self.progress: Live | None = None

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        if self.progress is not None:
            self.display_was_up.append(self.progress._display.live.is_started)
        super().flush()


def test_the_display_leaves_the_screen_while_data_is_written_to_it(monkeypatch):
    made, screen = console(terminal=True), Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    with follow(made, files=1, stream=False) as progress:
        assert isinstance(progress, Live)
        progress.begin("a.md")
        screen.progress = progress
        made.show("shown", on_stdout=True)
        assert progress._display.live.is_started
        screen.progress = None
    assert screen.display_was_up
    assert not any(screen.display_was_up)
