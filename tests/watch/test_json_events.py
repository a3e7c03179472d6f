"""A watcher's events for programs."""

import json
from datetime import datetime, timedelta

import pytest

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.watch.events import WatchEvent
from styletune.watch.json_events import as_json_line

KEYS = ["event", "time", "path", "output", "queue", "message", "totals", "kept", "notes", "error"]


def parsed(event: WatchEvent) -> dict[str, object]:
    line = as_json_line(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    made: dict[str, object] = json.loads(line)
    return made


@pytest.mark.parametrize(
    "event",
    [WatchEvent("start", message="Watching\nposts."), WatchEvent("done", "花园.md", queue=2), WatchEvent("failed")],
)
def test_every_line_has_every_key(event):
    assert list(parsed(event)) == KEYS


def test_the_time_is_utc_and_now_unless_the_event_knows_it():
    time = parsed(WatchEvent("stop"))["time"]
    assert isinstance(time, str)
    assert datetime.fromisoformat(time).utcoffset() == timedelta(0)
    assert parsed(WatchEvent("stop", time="2026-05-04T09:30:00+00:00"))["time"] == "2026-05-04T09:30:00+00:00"


def test_a_result_is_told_with_its_totals_and_what_was_kept():
    segments = (
        SegmentReport("a", 0, 1, 3, Kind.PARAGRAPH, "new", "花园", "garden"),
        SegmentReport("b", 2, 3, 5, Kind.PARAGRAPH, "flagged", "x", "x", ("the number 7 is missing",)),
        SegmentReport("c", 4, 5, 7, Kind.PARAGRAPH, "pinned", "y", "z", ("the draft changed",)),
    )
    report = FileReport("a.md", "a.en.md", "translate", "echo", segments, notes=("an anchor changed",))
    found = parsed(WatchEvent("done", "a.md", report=report))
    assert found["output"] == "a.en.md"
    assert found["kept"] == [
        {"line": 5, "reasons": ["the number 7 is missing"], "pinned": False},
        {"line": 7, "reasons": ["the draft changed"], "pinned": True},
    ]
    assert found["notes"] == ["an anchor changed"]
    assert found["error"] is None
    totals = found["totals"]
    assert isinstance(totals, dict)
    assert (totals["segments"], totals["new"], totals["flagged"], totals["pinned"]) == (3, 1, 1, 1)
    assert "garden" not in as_json_line(WatchEvent("done", "a.md", report=report)).decode()


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (WatchEvent("failed", "a.md", "it broke"), {"code": "error", "message": "it broke"}),
        (
            WatchEvent("failed", "a.md", report=FileReport("a.md", None, "rewrite", "m", error=("file", "no room"))),
            {"code": "file", "message": "no room"},
        ),
        (WatchEvent("notice", message="a word"), None),
    ],
)
def test_failures_have_a_code_and_a_message(event, error):
    assert parsed(event)["error"] == error


def test_a_name_that_is_no_text_can_be_printed():
    assert parsed(WatchEvent("queued", "caf\udce9.md"))["path"] == "caf\udce9.md"
