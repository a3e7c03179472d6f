"""``styletune watch`` as a process of its own: signals, kills, and what a program reads."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

POST = "The first paragraph is short.\n\nThe second paragraph is as short.\n"
PATIENCE = 60.0


class Running:
    """A watcher whose events are read line by line."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        command = [sys.executable, "-m", "styletune", "watch", *arguments, "--json", "--quiet-ms", "60"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **environment}
        )
        self.events: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait(self, name: str, path: str = "", *, count: int = 1) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [event for event in self.events if event["event"] == name and (not path or event["path"] == path)]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= count, PATIENCE), self.events
            return found()[count - 1]

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said to people."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> tuple[int, str]:
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code, said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def post() -> Iterator[Path]:
    Path("posts").mkdir()
    path = Path("posts/a.md")
    path.write_text(POST)
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(post: Path, number: int):
    with Running("posts", "--model", "pseudo") as watcher:
        watcher.wait("start")
        post.write_text(POST + "\nMore.\n")
        watcher.wait("done", "posts/a.md")
        code, said = watcher.end(number)
    assert (code, said) == (130, "")
    assert watcher.events[-1]["event"] == "stop"
    assert sorted(path.name for path in Path("posts").iterdir()) == [".styletune", "a.md", "a.rewritten.md"]
    assert not list(Path("posts").rglob("*.tmp"))


def test_what_a_kill_left_undone_is_caught_up(post: Path):
    with Running("posts", "--model", "pseudo") as watcher:
        watcher.wait("start")
        post.write_text(POST + "\nMore.\n")
        watcher.wait("done", "posts/a.md")
        watcher.end(signal.SIGKILL)
    post.write_text(POST + "\nYet more.\n")
    with Running("posts", "--model", "pseudo", "--catch-up") as watcher:
        assert watcher.wait("done", "posts/a.md")["totals"]["segments"] == 3
        assert watcher.end(signal.SIGTERM)[0] == 130
    assert "Ýéť" in Path("posts/a.rewritten.md").read_text()


def test_a_second_watcher_ends_and_says_who_the_first_is(post: Path):
    with Running("posts", "--model", "echo") as first:
        first.wait("start")
        with Running(str(post), "--model", "echo") as second:
            code, said = second.finish()
        assert code == 2
        assert f"kill {first.process.pid}" in said
        assert first.end(signal.SIGTERM)[0] == 130


def test_once_brings_everything_up_to_date_and_ends(post: Path):
    with Running("posts", "--model", "echo", "--once") as watcher:
        assert watcher.finish() == (0, "")
    assert [event["event"] for event in watcher.events] == ["start", "queued", "working", "done", "stop"]
    assert Path("posts/a.rewritten.md").read_text() == POST


def test_a_reader_that_goes_away_ends_nothing(post: Path):
    command = [sys.executable, "-m", "styletune", "watch", "posts", "--model", "echo", "--json", "--quiet-ms", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        assert b'"start"' in watcher.stdout.readline()
        watcher.stdout.close()
        for number in range(2):
            post.write_text(f"{POST}\nMore: {number}.\n")
            deadline = time.monotonic() + PATIENCE
            while f"More: {number}." not in _text(Path("posts/a.rewritten.md")):
                assert time.monotonic() < deadline
                assert watcher.poll() is None
                time.sleep(0.02)
        watcher.send_signal(signal.SIGTERM)
        assert watcher.wait(PATIENCE) == 130


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


@pytest.mark.model
def test_with_a_real_model_only_the_changed_paragraph_is_sent(post: Path, embedded_model: Path):
    post.write_text("\n\n".join(f"Boat number {number} lies in the harbour today." for number in range(1, 4)) + "\n")
    with Running("posts", "--model", str(embedded_model), "--catch-up") as watcher:
        first = watcher.wait("done", "posts/a.md")["totals"]
        post.write_text(post.read_text().replace("number 3 lies", "number 3 rests"))
        second = watcher.wait("done", "posts/a.md", count=2)["totals"]
        children = _children(watcher.process.pid)
        assert children
        os.kill(children[0], signal.SIGKILL)
        post.write_text(post.read_text().replace("number 2 lies", "number 2 rests"))
        third = watcher.wait("done", "posts/a.md", count=3)["totals"]
        assert watcher.end(signal.SIGTERM)[0] == 130
    assert first["segments"] == second["segments"] == third["segments"] == 3
    assert 0 < second["tokens_in"] < first["tokens_in"] / 2
    assert 0 < third["tokens_in"] < first["tokens_in"] / 2


def _children(pid: int) -> list[int]:
    """Find the processes in which models run: the last of the children that a process has started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = [int(number) for number in found.stdout.split()]
    return [child for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]
