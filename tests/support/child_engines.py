"""What the tests of engines in a process of their own share."""

import os
import select
import signal
from collections.abc import Callable, Iterator

import pytest

from styletune.engines.child import ChildEngine
from styletune.engines.protocol import Job, Prefix, Result
from styletune.errors import EngineError

PREFIX = Prefix("> ")
ANSWERS = {str(number): f"> TEXT {number}" for number in range(6)}


def jobs(count: int = 6) -> list[Job]:
    return [Job(str(number), "", f"text {number}") for number in range(count)]


def answers(results: Iterator[Result]) -> dict[str, str]:
    """Collect texts; a job that is answered twice fails the test."""
    texts: dict[str, str] = {}
    for result in results:
        assert result.id not in texts
        assert (result.finish, result.error) == ("stop", "")
        texts[result.id] = result.text
    return texts


def gone(pid: int) -> bool:
    """Tell whether a process is not even a zombie any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def death_of(pid: int) -> Callable[[], bool]:
    """Return a function that waits for the end of a process that is not ours to wait for."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("this system has no file descriptors for processes")
    descriptor = os.pidfd_open(pid)

    def ended() -> bool:
        ready, _, _ = select.select([descriptor], [], [], 30)
        os.close(descriptor)
        return bool(ready)

    return ended


def kill(engine: ChildEngine) -> None:
    assert engine.pid is not None
    ended = death_of(engine.pid)
    os.kill(engine.pid, signal.SIGKILL)
    assert ended()


def opened(engine: ChildEngine) -> bool:
    try:
        engine.open(PREFIX)
    except EngineError:
        return False  # killed twice in a row while it started
    return True
