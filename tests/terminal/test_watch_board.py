"""A watcher's board laid out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.terminal.console import printable
from styletune.terminal.watch_board import MOST_SHOWN, Look, board_lines
from styletune.watch.board import Board
from styletune.watch.events import WatchEvent


def segment(number: int, *reasons: str) -> SegmentReport:
    status = "flagged" if reasons else "new"
    return SegmentReport(f"id-{number}", 0, 1, number, Kind.PARAGRAPH, status, "a", "b", reasons, tokens_out=30)


def busy_board() -> Board:
    """Return a board one minute and a half after a start, at 100.0 on its clock."""
    board = Board()
    board.take(WatchEvent("start", message="Watching posts and 笔记. Save a draft."), 0.0)
    board.take(WatchEvent("failed", "posts/bad.md", "posts/bad.md: it is no UTF-8. Save it as UTF-8."), 10.0)
    segments = (segment(1), segment(9, "the link (https://example.com) is missing"))
    done = FileReport("posts/tea.md", "posts/tea.rewritten.md", "rewrite", "m", segments)
    board.take(WatchEvent("done", "posts/tea.md", report=done), 60.0)
    board.take(WatchEvent("unchanged", "posts/花园里的一只猫.md", "saved without a change"), 97.0)
    board.take(WatchEvent("queued", "posts/next.md", queue=1), 98.0)
    board.take(WatchEvent("working", "posts/boats.md", queue=1), 90.0)
    board.plan(4, 90.0)
    board.finish(segment(1))
    board.grow("id-2", "Once upon\na time\x1b[2J")
    return board


def shown(board: Board, look: Look, now: float = 100.0) -> list[str]:
    return [line.plain.rstrip() for line in board_lines(board, look, now)]


def test_a_wide_terminal_shows_everything():
    assert shown(busy_board(), Look(100, 24)) == [
        "",
        "✗ posts/bad.md             failed: it is no UTF-8. Save it as UTF-8.                         1 min",
        "! posts/tea.md             1 rewritten, 1 kept -> tea.rewritten.md  line 9: the link (htt…  <1 min",
        "- posts/花园里的一只猫.md  saved without a change                                              now",
        "⋯ posts/next.md            waits                                                               now",
        "▸ posts/boats.md           1/4 segments  3 tokens/s                                           10 s",
        "Working; 1 file waits.",
        "Watching posts and 笔记. Ctrl-C stops.",
    ]


def test_a_narrow_terminal_shows_the_same_in_short():
    assert shown(busy_board(), Look(40, 24)) == [
        "",
        "✗ posts/bad.md   failed: it is…",
        "! posts/tea.md   1 done, 1 kept…",
        "- …的一只猫.md   saved without…    now",
        "⋯ posts/next.md  waits             now",
        "▸ …sts/boats.md  1/4              10 s",
        "Working; 1 file waits.",
        "Watching posts and 笔记. Ctrl-C stops.",
    ]


def test_a_terminal_without_unicode_gets_letters_and_signs():
    lines = shown(busy_board(), Look(60, 24, encoding="ascii", symbols=False))
    assert all(line.isascii() for line in lines)
    assert [line[:1] for line in lines] == ["", "x", "!", "-", ".", ">", "W", "W"]
    assert any("posts/????" in line for line in lines)


def test_text_of_a_draft_is_shown_only_on_request_and_cannot_command_the_terminal():
    assert not any("Once" in line for line in shown(busy_board(), Look(80, 24)))
    streamed = shown(busy_board(), Look(80, 24, stream=True))
    assert "  Once upon a time␛[2J" in streamed


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (None, "Waiting for your next save."),
        (WatchEvent("queued", "a.md", queue=1), "2 files wait."),
        (WatchEvent("working", "a.md"), "Working."),
        (WatchEvent("paused", message="Git is at work here."), "Git is at work here."),
        (WatchEvent("paused"), "Paused."),
        (WatchEvent("stop"), "Stopping ..."),
    ],
)
def test_one_line_says_what_goes_on(event, status):
    board = Board()
    if event is not None:
        board.take(event, 0.0)
    assert status in shown(board, Look(80, 24))


def test_loading_the_model_is_said_where_the_file_stands():
    board = Board()
    board.take(WatchEvent("working", "a.md"), 0.0)
    board.load()
    assert any(line.startswith("▸ a.md  loading the model") for line in shown(board, Look(80, 24)))


@pytest.mark.parametrize(
    ("age", "words"),
    [(0, "now"), (30, "<1 min"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (200_000, "2 d")],
)
def test_ages_are_told_as_people_do(age, words):
    board = Board()
    board.take(WatchEvent("gone", "a.md"), 0.0)
    assert shown(board, Look(80, 24), float(age))[1].endswith(f" {words}")


@pytest.mark.parametrize(("seconds", "words"), [(59.9, "59 s"), (61, "1:01"), (3600, "60:00")])
def test_the_time_of_the_file_at_work_runs(seconds, words):
    board = Board()
    board.take(WatchEvent("working", "a.md"), 0.0)
    assert shown(board, Look(80, 24), seconds)[1].endswith(f" {words}")


NAMES = st.text("ab花é/\n\t\x1b\udcff👍", min_size=1, max_size=60)
EVENTS = st.builds(
    WatchEvent, st.sampled_from(["queued", "working", "done", "failed", "gone", "learned", "paused", "start"]),
    path=NAMES, message=st.text(max_size=200), queue=st.integers(0, 10**6),
)  # fmt: skip


@settings(max_examples=200)
@given(
    st.lists(EVENTS, max_size=15), st.integers(40, 200), st.integers(6, 60), st.booleans(),
    st.sampled_from(["utf-8", "ascii", "latin-1", "gb18030"]),
)  # fmt: skip
def test_every_line_fits_whatever_happens(events, width, height, stream, encoding):
    board = Board()
    for event in events:
        board.take(event, 0.0)
        board.grow("id", event.message)
    lines = board_lines(board, Look(width, height, encoding, symbols=encoding != "ascii", stream=stream), 5000.0)
    assert len(lines) <= min(height - 1, MOST_SHOWN + 6)
    for line in lines:
        assert cell_len(line.plain) < width
        assert printable(line.plain).splitlines() in ([line.plain], [])
        assert encoding == "utf-8" or "花" not in line.plain or encoding == "gb18030"
