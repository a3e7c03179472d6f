"""Who follows a watcher, and how."""

import io
import json
import os
import sys

import pytest
from rich.console import Console as Terminal
from screen import Screen

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.watch_audience import follow_watch
from styletune.terminal.watch_lines import JsonLines, Lines
from styletune.terminal.watch_live import Live
from styletune.watch.events import WatchEvent

DONE = FileReport(
    "花园.md", "花园.en.md", "translate", "echo",
    (SegmentReport("id", 0, 1, 4, Kind.PARAGRAPH, "flagged", "x", "x", ("it is not English",)),),
)  # fmt: skip
EVENTS = [
    WatchEvent("start", message="Watching posts."),
    WatchEvent("queued", "花园.md"),
    WatchEvent("working", "花园.md"),
    WatchEvent("done", "花园.md", report=DONE),
    WatchEvent("failed", "b.md", "The disk is full."),
    WatchEvent("stop", message="Stopped."),
]


def console(*, terminal: bool = False, width: int = 80, height: int = 24, term: str = "xterm", **manners: bool):
    made = Console(**manners)
    made.terminal = Terminal(file=Screen(width) if terminal else io.StringIO(), force_terminal=terminal, width=width,
                             height=height, highlight=False, markup=False, _environ={"TERM": term})  # fmt: skip
    return made


def told(made: Console, *, json: bool = False, verbose: bool = False) -> list[str]:
    with follow_watch(made, json=json, verbose=verbose) as audience:
        audience.loading()
        for event in EVENTS:
            audience.tell(event)
            if event.name == "working":
                audience.begin(event.path)
                audience.planned(1)
                audience.text("id", "some text")
                audience.done(DONE.segments[0])
    assert isinstance(made.terminal.file, io.StringIO)
    return made.terminal.file.getvalue().splitlines()


@pytest.mark.parametrize(
    ("made", "json", "expected"),
    [
        (console(terminal=True), False, Live),
        (console(terminal=True), True, JsonLines),
        (console(terminal=True, quiet=True), False, Lines),
        (console(terminal=True, width=39), False, Lines),
        (console(terminal=True, height=5), False, Lines),
        (console(terminal=True, term="dumb"), False, Lines),
        (console(), False, Lines),
        (console(), True, JsonLines),
    ],
)
def test_a_terminal_with_room_gets_a_live_display(made, json, expected):
    with follow_watch(made, json=json, verbose=False) as audience:
        assert isinstance(audience, expected)


def test_a_log_has_a_line_with_the_time_for_each_event_worth_telling():
    lines = told(console())
    assert [line[9:] for line in lines if not line.startswith("Error")] == [
        "Watching posts.",
        "花园.md -> 花园.en.md: 0 translated, 1 kept (flagged) (0.0 s)",
        "花园.md:4 kept your text: it is not English",
        "Stopped.",
    ]
    assert all(line[2] == ":" == line[5] for line in lines if not line.startswith("Error"))
    assert lines[3].startswith("Error: ")
    assert lines[3].endswith(" b.md: The disk is full.")


def test_verbose_tells_of_saves_and_segments_too():
    text = "\n".join(told(console(verbose=True), verbose=True))
    for part in ("花园.md: saved", "花园.md: at work", "花园.md:4 paragraph flagged"):
        assert part in text
    assert "some text" not in text


def test_quiet_tells_failures_only():
    (line,) = told(console(quiet=True))
    assert line.endswith("b.md: The disk is full.")


@pytest.mark.parametrize("as_json", [False, True])
def test_without_a_terminal_nobody_answers(as_json):
    with follow_watch(console(), json=as_json, verbose=False) as audience:
        assert audience.ask("Redo them all?") is None


def test_a_question_is_given_up_after_a_while_and_the_prompt_gets_its_line_break(monkeypatch):
    person, terminal = os.openpty()
    try:
        with os.fdopen(terminal, encoding="utf-8") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            monkeypatch.setattr("styletune.terminal.watch_lines.somebody_there", lambda: True)
            monkeypatch.setattr("styletune.terminal.watch_lines._PATIENCE", 0.2)
            made = console(terminal=True, term="dumb")
            with follow_watch(made, json=False, verbose=False) as audience:
                assert audience.ask("Redo them all?") is None
    finally:
        os.close(person)
    assert [line.rstrip() for line in made.terminal.file.lines if line.strip()] == ["Redo them all? [y/N]"]


def stdout_to(descriptor: int, monkeypatch: pytest.MonkeyPatch) -> io.TextIOWrapper:
    stdout = os.fdopen(descriptor, "w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)
    return stdout


def test_a_program_gets_one_object_a_line_and_people_nothing(monkeypatch):
    read, write = os.pipe()
    with stdout_to(write, monkeypatch):
        assert told(console(), json=True) == []
    with os.fdopen(read, encoding="utf-8") as lines:
        assert [json.loads(line)["event"] for line in lines] == [event.name for event in EVENTS]


def test_a_line_is_there_as_soon_as_it_is_told(monkeypatch):
    read, write = os.pipe()
    with stdout_to(write, monkeypatch), follow_watch(console(), json=True, verbose=False) as audience:
        audience.tell(EVENTS[0])
        assert json.loads(os.read(read, 10_000))["event"] == "start"
    os.close(read)


def test_a_program_that_went_away_ends_nothing(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    with stdout_to(write, monkeypatch):
        made = console()
        assert told(made, json=True) == []
        assert made.reader_gone


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")  # noqa: PTH110
def test_a_full_disk_is_told_once_and_ends_nothing(monkeypatch):
    stdout = stdout_to(os.open("/dev/full", os.O_WRONLY), monkeypatch)
    (line,) = told(console(), json=True)
    assert line.startswith("Error: Standard output cannot be written")
    with pytest.raises(OSError, match="No space"):
        stdout.close()
