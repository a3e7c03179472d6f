"""The live display of a watcher."""

import errno
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

import pytest
from rich.console import Console as Terminal
from screen import Screen

from styletune.markdown.segments import Kind
from styletune.report import FileReport, SegmentReport
from styletune.terminal.console import Console
from styletune.terminal.watch_live import Live
from styletune.terminal.watch_wording import Line
from styletune.watch.events import WatchEvent


def console(screen: Screen, **manners: bool) -> Console:
    made = Console(**manners)
    made.terminal = Terminal(file=screen, force_terminal=True, width=screen.width, height=24, highlight=False,
                             markup=False, emoji=False, _environ={"TERM": "xterm-256color"})  # fmt: skip
    return made


def live(screen: Screen, *, verbose: bool = False, stop: Event | None = None) -> Live:
    return Live(console(screen, verbose=verbose), verbose=verbose, stop=stop or Event(), clock=lambda: 0.0)


def without_time(lines: list[str]) -> list[str]:
    return [line[9:] if line[2:3] == ":" == line[5:6] else line for line in lines]


def segment(number: int, *reasons: str) -> SegmentReport:
    status = "flagged" if reasons else "new"
    return SegmentReport(f"id-{number}", 0, 1, number, Kind.PARAGRAPH, status, "a", "b", reasons, tokens_out=30)


def done(path: str, *segments: SegmentReport) -> WatchEvent:
    output = path.replace(".md", ".rewritten.md")
    return WatchEvent("done", path, report=FileReport(path, output, "rewrite", "echo", segments))


def test_what_a_person_should_read_scrolls_by_above_the_board():
    screen = Screen(80)
    with live(screen) as display:
        display.tell(WatchEvent("start", message="Watching posts. Save a draft."))
        display.tell(WatchEvent("working", "posts/花园.md"))
        display.begin("posts/花园.md")
        display.planned(2)
        display.done(segment(1))
        display._outbox.close()
        display._draw()
        assert screen.lines == [
            "", "▸ posts/花园.md  1/2 segments                                              0 s", "Working.",
            "Watching posts. Ctrl-C stops.",
        ]  # fmt: skip


def test_the_board_is_gone_at_the_end_and_what_became_of_the_files_is_still_there():
    screen = Screen(80)
    with live(screen) as display:
        display.tell(done("a.md", segment(1), segment(7, "the link is missing")))
        display.tell(done("b.md", segment(1)))
        display.tell(WatchEvent("failed", "c.md", "It is no UTF-8."))
        display.tell(WatchEvent("stop", message="Stopped."))
    lines = screen.lines
    assert without_time(lines[:1]) == ["a.md:7 kept your text: the link is missing"]
    assert lines[1].startswith("Error: ")
    assert lines[1].endswith("c.md: It is no UTF-8.")
    assert [line[:6] for line in lines[2:5]] == ["! a.md", "✓ b.md", "✗ c.md"]
    assert without_time(lines[5:]) == ["Stopped."]


def test_a_failure_leaves_no_board_behind():
    screen = Screen(80)
    with suppress(RuntimeError), live(screen) as display:
        display.tell(WatchEvent("working", "a.md"))
        display._outbox.close()
        display._draw()
        raise RuntimeError
    assert screen.lines == []


def test_verbose_tells_each_segment_and_shows_text_while_it_grows():
    screen = Screen(80)
    with live(screen, verbose=True) as display:
        display.tell(WatchEvent("working", "a.md"))
        display.begin("a.md")
        display.planned(1)
        display.text("id-1", "Once upon\na time")
        display._draw()
        assert any("Once upon a time" in line for line in screen.lines)
        display.done(segment(1))
    assert "a.md:1 paragraph done" in screen.lines


def test_other_lines_of_the_program_do_not_garble_the_board():
    screen = Screen(60)
    with live(screen) as display:
        display.tell(WatchEvent("queued", "a.md"))
        display._outbox.close()
        display._draw()
        display._console.notice("The model is 4 GB large. " * 4)
        assert screen.lines[-4:] == ["", f"{'⋯ a.md  waits':55}now", "1 file waits.", "Ctrl-C stops."]
    assert " ".join(line.strip() for line in screen.lines) == ("The model is 4 GB large. " * 4).strip()


def test_a_resized_terminal_is_drawn_anew():
    screen = Screen(100)
    with live(screen) as display:
        display.tell(WatchEvent("failed", "a.md", "It is no UTF-8, and this sentence goes on for a while. " * 3))
        display._outbox.close()
        display._draw()
        for width in (44, 120, 60):
            screen.resize(width)
            display._console.terminal.width = width
            display._draw()  # it may still be changing
            display._draw()
            assert sum(line.startswith("✗ a.md") for line in screen.lines) == 1
            assert sum("Ctrl-C stops." in line for line in screen.lines) == 1


def test_many_threads_may_tell():
    screen = Screen(80)
    with live(screen) as display:

        def tell(number: int) -> None:
            for message in range(50):
                display.tell(WatchEvent("notice", message=f"{number}-{message}."))
                display.text("id", "word ")

        threads = [Thread(target=tell, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(without_time(screen.lines)) == sorted(f"{n}-{m}." for n in range(8) for m in range(50))


class GoneScreen(Screen):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_was_closed_ends_nothing():
    with live(GoneScreen(80)) as display:
        display.tell(WatchEvent("notice", message="x"))
        display.tell(done("a.md", segment(1)))
        assert display.ask("Redo them all?") is None


class StoppedScreen(Screen):
    """A terminal that takes nothing, as after Ctrl-S."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.blocked, self.goes_on = Event(), Event()

    def write(self, text: str) -> int:
        self.blocked.set()
        self.goes_on.wait()
        return super().write(text)


def test_a_terminal_that_was_stopped_holds_up_nobody(monkeypatch):
    monkeypatch.setattr("styletune.terminal.outbox.LAST_WORDS", 0.05)
    screen, stop = StoppedScreen(80), Event()
    with live(screen, stop=stop) as display:
        assert screen.blocked.wait(30)
        for number in range(100):
            display.tell(WatchEvent("notice", message=f"{number}"))
        stop.set()
        assert display.ask("Redo them all?") is None
    screen.goes_on.set()
    display._outbox._thread.join(30)


@pytest.fixture
def person(monkeypatch):
    person, terminal = pty.openpty()
    with os.fdopen(terminal, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield person
    os.close(person)


class AskedScreen(Screen):
    """A terminal at which a person answers the question."""

    def __init__(self, person: int) -> None:
        super().__init__(80)
        self.person = person
        self.seen: list[str] = []

    def write(self, text: str) -> int:
        count = super().write(text)
        if "[y/N]" in text:
            self.seen = [row for row in self._rows if row]
            os.write(self.person, b"y\n")
            super().write("y\n")  # a terminal shows what is typed
        return count


def test_a_question_has_the_screen_for_itself(person):
    screen = AskedScreen(person)
    with live(screen) as display:
        display.tell(WatchEvent("queued", "a.md"))
        display._draw()
        assert display.ask("12 drafts are to be redone. Redo them all?") is True
        display._draw()
        assert screen.lines[-1] == "Ctrl-C stops."
    assert screen.seen == ["12 drafts are to be redone. Redo them all? [y/N] "]
    assert screen.lines == ["12 drafts are to be redone. Redo them all? [y/N] y"]


def test_lines_that_a_person_types_leave_the_board_whole(person):
    screen = Screen(80)
    with live(screen) as display:
        display.tell(WatchEvent("queued", "a.md"))
        display._draw()
        with display._screen:  # a terminal shows what is typed before anybody can read it
            screen.write("\nls\n")
            os.write(person, b"\nls\n")
            display._draw()
        assert sum("Ctrl-C stops." in line for line in screen.lines) == 1
    assert screen.lines == []


def test_after_a_stop_with_ctrl_z_the_lines_of_the_shell_stay():
    screen = Screen(80)
    before = signal.getsignal(signal.SIGCONT)
    with live(screen) as display:
        display._draw()
        with display._screen:
            screen.write("[1]+ Stopped\n$ fg\n")
            os.kill(os.getpid(), signal.SIGCONT)
            display._draw()
        assert screen.lines.index("[1]+ Stopped") < screen.lines.index("$ fg")
        assert screen.lines[-1] == "Ctrl-C stops."
    assert signal.getsignal(signal.SIGCONT) == before


def test_a_line_after_a_stop_with_ctrl_z_does_not_take_away_lines_of_the_shell():
    screen = Screen(80)
    with live(screen) as display:
        display._draw()
        with display._screen:
            screen.write("$ fg\n")
            os.kill(os.getpid(), signal.SIGCONT)
            display._say([Line("notice", "learned something")], "12:00:00")
        assert screen.lines.index("$ fg") < screen.lines.index("12:00:00 learned something")


def test_a_stop_is_seen_at_once():
    screen, stop = Screen(80), Event()
    with live(screen, stop=stop) as display:
        stop.set()
        display._draw()
        assert "Stopping ..." in screen.lines


_BACKGROUND = """
import fcntl, os, sys, termios
from styletune.terminal.keyboard import in_foreground
with open(sys.argv[1], "w") as terminal:
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)  # now it is the session's
    print(in_foreground(terminal), flush=True)
    if os.fork() == 0:
        os.setpgid(0, 0)
        print(in_foreground(terminal), flush=True)
        os._exit(0)
    os.wait()
"""


def test_a_job_in_the_background_does_not_own_the_terminal():
    person, terminal = pty.openpty()
    try:
        run = subprocess.run(
            [sys.executable, "-c", _BACKGROUND, os.ttyname(terminal)],
            start_new_session=True, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert run.stdout.split() == ["True", "False"]
    finally:
        os.close(person)
        os.close(terminal)
