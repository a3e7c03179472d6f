"""A watcher's events in words."""

import pytest

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport, Status
from styletune.terminal.watch_wording import Line, Wording, time_of_day
from styletune.watch.events import WatchEvent

FULL = "styletune.terminal.watch_wording"


def segment(number: int, status: Status, *reasons: str, line: int = 5) -> SegmentReport:
    return SegmentReport(f"id-{number}", 0, 1, line, Kind.PARAGRAPH, status, "a", "b", reasons)


def done(*segments: SegmentReport, notes: tuple[str, ...] = ()) -> WatchEvent:
    report = FileReport("a.md", "a.rewritten.md", "rewrite", "echo", segments, notes=notes, seconds=1.0)
    return WatchEvent("done", "a.md", report=report)


def lines(event: WatchEvent, *, verbose: bool = False, board: bool = False) -> list[Line]:
    return list(Wording(verbose=verbose, board=board).lines(event))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (WatchEvent("failed", "a.md", "a.md: it is no UTF-8."), Line("error", "a.md: it is no UTF-8.")),
        (WatchEvent("failed", "a.md", "a.md:3:1 a fence."), Line("error", "a.md:3:1 a fence.")),
        (WatchEvent("failed", "a.md", "No room."), Line("error", "a.md: No room.")),
        (
            WatchEvent("failed", "a.md", report=FileReport("a.md", None, "rewrite", "m", error=("file", "No room."))),
            Line("error", "a.md: No room."),
        ),
        (WatchEvent("gone", "花园.md"), Line("notice", "花园.md: gone")),
        (WatchEvent("queued", "a.md"), Line("detail", "a.md: saved")),
        (WatchEvent("notice", message="styletune.toml changed."), Line("notice", "styletune.toml changed.")),
        (WatchEvent("paused"), Line("notice", "Paused.")),
        (WatchEvent("learned", "a\nb.md", "1 edit stays."), Line("notice", "a␊b.md: 1 edit stays.")),
    ],
)
def test_an_event_is_one_line_that_names_the_file_once(event, expected):
    assert lines(event) == [expected]


def test_a_question_is_left_to_whoever_asks():
    assert lines(WatchEvent("question", message="Redo them all?")) == []


def test_a_result_is_told_with_what_kept_the_author_s_text():
    event = done(segment(1, "new"), segment(2, "flagged", "the link is missing", "too long"), notes=("An anchor.",))
    assert lines(event) == [
        Line("summary", "a.md -> a.rewritten.md: 1 rewritten, 1 kept (flagged) (1.0 s)"),
        Line("notice", "a.md:5 kept your text: the link is missing (and 1 more reason)"),
        Line("notice", "a.md: An anchor."),
    ]
    assert lines(event, verbose=True)[1].text.endswith("the link is missing; too long")


def test_a_conflict_is_told_with_the_result():
    kept = lines(done(segment(1, "pinned"), segment(2, "pinned", "the draft changed here")))[1:]
    assert [line.text for line in kept] == ["a.md:5 kept your edit: the draft changed here"]


def test_the_next_save_tells_only_what_is_new():
    wording = Wording(verbose=False)
    first = done(segment(1, "flagged", "the link is missing"), notes=("An anchor.",))
    moved = segment(1, "flagged", "the link is missing", line=9)
    assert len(list(wording.lines(first))) == 3
    assert len(list(wording.lines(first))) == 1
    assert [line.text for line in wording.lines(done(moved, segment(2, "flagged", "too long", line=2)))][1:] == [
        "a.md:2 kept your text: too long"
    ]
    rewritten = segment(3, "flagged", "the link is missing", line=9)  # the author goes on writing there
    assert len(list(wording.lines(done(rewritten)))) == 1
    list(wording.lines(done()))  # it was mended ...
    assert len(list(wording.lines(first))) == 3  # ... and broke again


def test_beside_a_board_only_what_it_does_not_keep_is_a_line():
    events = [WatchEvent("paused"), WatchEvent("resumed"), WatchEvent("gone", "a.md"), WatchEvent("start")]
    assert {line.level for event in events for line in lines(event, board=True)} == {"detail"}
    kept = lines(done(segment(2, "flagged", "too long")), board=True)
    assert [line.level for line in kept] == ["detail", "notice"]


def test_what_was_told_of_files_is_forgotten_in_the_end():
    wording = Wording(verbose=False)
    for number in range(500):
        report = FileReport(f"{number}.md", None, "rewrite", "echo", (segment(1, "flagged", "x"),))
        list(wording.lines(WatchEvent("done", f"{number}.md", report=report)))
    assert len(wording._told) <= 50


def test_the_time_is_the_one_on_the_wall(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    import time  # noqa: PLC0415 - the zone is read anew

    time.tzset()
    try:
        assert time_of_day(WatchEvent("stop", time="2026-05-04T09:30:05+00:00")) == "17:30:05"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_why_a_file_is_left_alone_is_told_once_until_it_is_redone():
    wording = Wording(verbose=False)
    event = WatchEvent("skipped", "a.md", "It is empty.")
    levels = [next(wording.lines(event)).level for _ in range(3)]
    list(wording.lines(done(segment(1, "new"))))
    assert [*levels, next(wording.lines(event)).level] == ["notice", "detail", "detail", "notice"]
