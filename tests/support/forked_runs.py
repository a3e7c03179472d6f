"""The command line in forks of a process that has imported everything, each of which says what it is doing.

A fork starts in no time. What it is doing stands in memory that it shares with whoever forked it, so that a signal
can be sent while a write or a commit is under way.
"""

import mmap
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from styletune import cli
from styletune.files import atomic, records
from styletune.learning import ledger
from styletune.memory.translation_database import Database

PHASES = ("elsewhere", "write", "record", "commit", "create", "correction")
"""What a run can be doing: replacing a file, appending a record, committing to the memory, making the memory, appending
what it learned."""

SLOW_DISK = 0.002
"""Seconds that a disk needs at least; where temporary folders lie in memory, hardly a kill would fall into a write."""

SPARE_SECONDS = {"write": 0.001, "record": 0.0005, "commit": 0.0001, "create": 0.003, "correction": 0.0005}
"""Longest time that is let pass once a phase has begun."""

STOPPED = 130

ANSWERS, STARTED, FREE = 10, 11, 16
shared = mmap.mmap(-1, 64)
"""First the number of the phase a run is in, then how often each phase has begun.

At ``ANSWERS`` stands how often the model has answered, at ``STARTED`` whether the command line has begun to work; from
``FREE`` on is room for more.
"""


def put_in_place(patches: list[tuple[Any, str, Any]]) -> None:
    """Replace attributes that exist."""
    for owner, name, value in patches:
        if not hasattr(owner, name):
            raise AttributeError(f"{owner} has no {name}")
        setattr(owner, name, value)


def tell_phases() -> None:
    """Let every phase of the forks to come tell of itself, on a disk that takes its time."""
    fsync = os.fsync
    phases: list[tuple[Any, str, str]] = [
        (atomic, "_replace", "write"),
        (records, "append_line", "record"),
        (ledger, "append_line", "correction"),
        (Database, "keep", "commit"),
        (Database, "migrate", "create"),
    ]
    put_in_place([(owner, name, telling(getattr(owner, name), PHASES.index(phase))) for owner, name, phase in phases])
    put_in_place(
        [
            (cli, "app", starting(cli.app)),
            (os, "fsync", lambda descriptor: (fsync(descriptor), time.sleep(SLOW_DISK))),
        ]
    )


def starting(app: Callable[..., object]) -> Callable[..., object]:
    """Let the command line say that it has begun: before, the interpreter is all there is to interrupt."""

    def start(**more: object) -> object:
        shared[STARTED] = 1
        return app(**more)

    return start


def telling(work: Callable[..., object], phase: int) -> Callable[..., object]:
    """Let a function say when it begins and when it is over."""

    def tell(*arguments: object, **more: object) -> object:
        before = shared[0]
        shared[0] = phase
        shared[phase] = (shared[phase] + 1) % 256
        try:
            return work(*arguments, **more)
        finally:
            shared[0] = before

    return tell


def write_torn(target: Path, _shown: Path, data: bytes, **_more: object) -> None:
    """Write as nobody should: into the file itself."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb", buffering=0) as file:
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            file.write(half)
            os.fsync(file.fileno())


def run_here(arguments: list[str]) -> None:
    """Run the command line in this process; it ends with ``SystemExit``."""
    sys.argv = ["styletune", *arguments]
    cli.main()


def default_signals() -> None:
    """Undo what the command line did to the signals of this process."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def start(folder: Path, arguments: list[str], *, stdout: int | None = None, stderr: int | None = None) -> int:
    """Run the command line in a fork of this process and return its number; descriptors default to nowhere."""
    shared[:] = bytes(len(shared))
    child = os.fork()
    if child:
        return child
    try:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor, given in ((0, None), (1, stdout), (2, stderr)):
            os.dup2(nowhere if given is None else given, descriptor)
        # What was opened as a file cannot go on as a pipe.
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww")
        )
        run_here(arguments)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except KeyboardInterrupt:  # after the command line had its say
        os._exit(STOPPED)
    except BaseException:  # noqa: BLE001 -- a fork must not go on with what its parent does
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(99)


def ended(child: int) -> int | None:
    """Return the exit code of a fork, as ``subprocess`` counts; ``None`` while it runs."""
    found, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def end_of(child: int) -> int:
    """Wait for a fork to end and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
