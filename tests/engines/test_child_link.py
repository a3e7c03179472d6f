"""The process around an engine: what it prints, what reaches it, and that it ends."""

import errno
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import active_count

import pytest
from child_engines import ANSWERS, PREFIX, answers, death_of, gone, jobs
from mortal_engine import mortal

from styletune.engines import child_link
from styletune.engines.child import ChildEngine
from styletune.errors import EngineError

Make = Callable[..., ChildEngine]


def test_a_system_that_starts_no_more_processes_is_told_in_words(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    engine = make("1")
    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(EngineError, match="No process can be started for the model: Resource temporarily"):
        ChildEngine(mortal(tmp_path))
    results = list(engine.run(jobs()))
    assert [result.finish for result in results] == ["stop"] + ["failed"] * 5
    assert "cannot start again: No process can be started" in results[-1].error
    assert not any("started again" in notice for notice in engine.notices)


def test_what_the_engine_prints_stays_off_the_screen(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    engine = make(way="SIGABRT")
    assert answers(engine.run(jobs())) == ANSWERS
    engine.close()
    assert capfd.readouterr() == ("", "")
    assert any(line.startswith("made in") for line in engine.last_words)


def test_a_closed_engine_leaves_no_process_and_can_be_closed_again(make: Make) -> None:
    engine = make()
    pid = engine.pid
    engine.close()
    engine.close()
    assert pid is not None
    assert gone(pid)
    with pytest.raises(EngineError, match="mortal is closed"):
        list(engine.run(jobs()))
    with pytest.raises(EngineError, match="mortal is closed"):
        engine.open(PREFIX)


@pytest.mark.parametrize("way", ["hang", "SIGKILL", "MemoryError"])
def test_closing_ends_a_child_that_hangs_or_dies_of_it(make: Make, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(child_link, "_END_SECONDS", 0.2)
    monkeypatch.setattr(child_link, "_OBEY_SECONDS", 0.1)
    engine = make("close", way=way)
    pid = engine.pid
    engine.close()
    assert pid is not None
    assert gone(pid)


def test_a_forgotten_engine_takes_its_child_with_it(tmp_path: Path) -> None:
    engine = ChildEngine(mortal(tmp_path))
    pid = engine.pid
    del engine
    gc.collect()
    assert pid is not None
    assert gone(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists open files")
def test_children_that_come_and_go_leave_neither_open_files_nor_threads(make: Make) -> None:
    gc.collect()

    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), active_count()

    before = held()
    engine = make("1", "3")
    list(engine.run(jobs()))
    assert answers(engine.run(jobs())) == ANSWERS
    engine.close()
    assert held() == before


SCRIPT = """
import signal, sys
from pathlib import Path
from mortal_engine import WAIT, mortal
from styletune.engines.child import ChildEngine
from styletune.engines.protocol import Job, Prefix

signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
engine = ChildEngine(mortal(Path.cwd()))
engine.open(Prefix("> "))
print(engine.pid, flush=True)
def jobs():
    yield Job("0", "", "before")
    print(sys.stdin.readline(), end="", flush=True)
    yield Job("1", "", "after")
    yield Job("2", "", WAIT)
for result in engine.run(jobs()):
    print(result.text, engine.pid, flush=True)
"""


@pytest.fixture
def program(repository: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a program, without a guard for its main module, in a group of its own as a shell does."""
    Path("program.py").write_text(SCRIPT)
    Path("queue.py").write_text("raise AssertionError('the folder of a draft is not searched for modules')")
    environment = {**os.environ, "PYTHONPATH": str(repository / "tests" / "support"), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "program.py"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, start_new_session=True
    ) as process:
        yield process
        process.kill()


def test_ctrl_c_in_a_terminal_is_the_parents_to_decide(program: subprocess.Popen[str]) -> None:
    assert program.stdin
    assert program.stdout
    pid = program.stdout.readline().strip()
    assert program.stdout.readline().split() == [">", "BEFORE", pid]
    os.killpg(program.pid, signal.SIGINT)
    assert program.stdout.readline() == "interrupted\n"
    program.stdin.write("go on\n")
    program.stdin.flush()
    assert program.stdout.readline() == "go on\n"
    assert program.stdout.readline().split() == [">", "AFTER", pid]


def test_no_child_outlives_a_parent_that_was_killed(program: subprocess.Popen[str]) -> None:
    assert program.stdin
    assert program.stdout
    ended = death_of(int(program.stdout.readline()))
    program.stdin.write("go on\n")
    program.stdin.flush()
    while "AFTER" not in program.stdout.readline():
        pass
    os.kill(program.pid, signal.SIGKILL)
    assert ended()
