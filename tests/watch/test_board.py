"""What a display of a watcher keeps of its events."""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport, Status
from styletune.watch.board import MOST_ROWS, MOST_TEXT, Board
from styletune.watch.events import EventName, WatchEvent


def segment(number: int, status: Status = "new", *, tokens: int = 10, remembered: bool = False) -> SegmentReport:
    reasons = ("the link is missing",) if status == "flagged" else ()
    return SegmentReport(f"id-{number}", 0, 1, number, Kind.PARAGRAPH, status, "a", "b", reasons, tokens_out=tokens,
                         remembered=remembered)  # fmt: skip


def report(path: str, *segments: SegmentReport) -> FileReport:
    return FileReport(path, path.replace(".md", ".en.md"), "translate", "echo", segments)


def states(board: Board, most: int = MOST_ROWS) -> list[tuple[str, str]]:
    return [(row.path, row.state) for row in board.rows(most)]


def test_a_save_goes_its_way_from_the_queue_to_its_result():
    board = Board()
    board.take(WatchEvent("queued", "a.md", queue=1), 1.0)
    assert states(board) == [("a.md", "queued")]
    board.take(WatchEvent("working", "a.md"), 2.0)
    board.begin("a.md", 2.1)
    board.plan(3, 2.2)
    board.finish(segment(1))
    assert board.working
    assert board.course is not None
    assert (board.course.done, board.course.total) == (1, 3)
    board.take(WatchEvent("done", "a.md", report=report("a.md", segment(1), segment(2, "flagged"))), 5.0)
    assert not board.working
    (row,) = board.rows(9)
    assert (row.state, row.new, row.kept, row.reason) == ("done", 1, 1, "2: the link is missing")
    assert (row.output, row.task, row.since) == ("a.en.md", "translate", 5.0)


def test_what_an_earlier_run_knew_is_no_progress():
    board = Board()
    board.begin("a.md", 0.0)
    board.finish(segment(1, "cached", remembered=True))
    board.plan(2, 0.0)
    board.finish(segment(2))
    assert board.course is not None
    assert board.course.done == 1


def test_the_speed_counts_text_that_is_still_growing_and_waits_until_it_is_steady():
    board = Board()
    board.begin("a.md", 10.0)
    board.plan(2, 10.0)
    for _ in range(30):
        board.grow("id-1", "word ")
    course = board.course
    assert course is not None
    assert course.speed(10.5) is None
    assert course.speed(13.0) == 10.0
    board.finish(segment(1, tokens=45))
    assert course.speed(13.0) == 15.0
    assert not course.growing


def test_the_file_at_work_comes_last_although_another_was_saved_since():
    board = Board()
    for path in ("a.md", "b.md", "c.md"):
        board.take(WatchEvent("queued", path), 0.0)
    board.take(WatchEvent("working", "a.md", queue=2), 1.0)
    board.take(WatchEvent("queued", "d.md", queue=2), 2.0)
    assert [path for path, _ in states(board)] == ["b.md", "c.md", "d.md", "a.md"]
    assert [path for path, _ in states(board, 2)] == ["d.md", "a.md"]
    assert states(board, 1) == [("a.md", "working")]
    assert states(board, 0) == []
    assert board.queue == 3


def test_a_save_of_the_file_at_work_does_not_hide_its_progress():
    board = Board()
    board.take(WatchEvent("working", "a.md"), 1.0)
    board.take(WatchEvent("queued", "a.md", queue=1), 2.0)
    assert states(board) == [("a.md", "working")]
    board.take(WatchEvent("superseded", "a.md"), 3.0)
    assert (states(board), board.working) == ([("a.md", "superseded")], False)


def test_a_file_that_is_put_off_waits():
    board = Board()
    board.take(WatchEvent("working", "a.md"), 1.0)
    board.take(WatchEvent("working", "b.md"), 2.0)
    assert states(board) == [("a.md", "queued"), ("b.md", "working")]


def test_drafts_that_are_left_alone_together_wait_no_more():
    board = Board()
    for name in ("done", "queued"):
        board.take(WatchEvent(name, f"{name}.md"), 1.0)
    board.take(WatchEvent("skipped", "", "2 drafts were left alone."), 2.0)
    assert states(board) == [("done.md", "done")]


def test_a_conflict_that_the_result_has_told_of_does_not_hide_the_result():
    board = Board()
    board.take(WatchEvent("done", "a.md", report=report("a.md", segment(2, "flagged"))), 1.0)
    board.take(WatchEvent("conflict", "a.md", "line 2"), 1.0)
    assert states(board) == [("a.md", "done")]
    board.take(WatchEvent("conflict", "b.md", "line 2"), 1.0)
    assert states(board)[-1] == ("b.md", "conflict")


def test_pauses_and_the_end_are_known():
    board = Board()
    board.take(WatchEvent("start", message="Watching posts."), 0.0)
    board.take(WatchEvent("paused", message="Git is at work."), 0.0)
    assert (board.watched, board.paused) == ("Watching posts.", "Git is at work.")
    board.take(WatchEvent("resumed"), 0.0)
    board.take(WatchEvent("stop"), 0.0)
    assert (board.paused, board.stopping) == (None, True)


def test_a_queue_that_an_event_does_not_know_of_stays_as_it_was():
    board = Board()
    board.take(WatchEvent("working", "a.md", queue=4), 0.0)
    board.take(WatchEvent("notice", message="something"), 0.0)
    board.take(WatchEvent("learned", "b.md", "a correction"), 0.0)
    assert board.queue == 4


def size(thing: object) -> int:
    """Count the bytes of a board with all that it holds."""
    return sys.getsizeof(thing) + sum(size(part) for part in parts(thing))


def parts(thing: object) -> Iterator[object]:
    if isinstance(thing, dict):
        yield from thing
        yield from thing.values()
    elif is_dataclass(thing):
        yield from (getattr(thing, field.name) for field in fields(thing))
    elif isinstance(thing, Board):
        yield from vars(thing).values()


NAMES = st.sampled_from(get_args(EventName))


@settings(max_examples=20)
@given(st.lists(st.tuples(NAMES, st.integers(0, 400), st.booleans()), min_size=1, max_size=40))
def test_ten_thousand_events_leave_no_more_than_a_screen_needs(pattern):
    board = Board()
    text = "word " * 2000
    for number in range(10_000):
        name, path, streams = pattern[number % len(pattern)]
        board.take(WatchEvent(name, f"{path + number % 500}.md", text, queue=number), float(number))
        if streams:
            board.grow("id", text)
            board.finish(segment(1))
    rows = board.rows(10_000)
    assert len(rows) <= MOST_ROWS + 1
    assert len({row.path for row in rows}) == len(rows)
    assert sum(row.state == "working" for row in rows) <= 1
    assert board.working == any(row.state == "working" for row in rows)
    assert size(board) < (MOST_ROWS + 5) * (MOST_TEXT + 1500)
