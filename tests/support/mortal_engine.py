"""An engine that dies where a test wants it to, and the ways to make it."""

import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from styletune.engines.child_wire import EngineSpec
from styletune.engines.protocol import Capabilities, Job, OnText, Prefix, Result
from styletune.errors import Cancelled, EngineError, ModelError

if TYPE_CHECKING:
    from styletune.engines.llama import LlamaEngine

WAIT, DEAF, FAIL, BUG = "wait", "deaf", "fail", "bug"
"""Sources that are not answered: the engine waits for the stop event, ignores it, raises, or raises what it must not."""


def mortal(folder: Path, *deaths: str, way: str = "SIGKILL") -> EngineSpec:
    """Describe an engine that dies once at each of the named points, over all of its lives.

    The points are ``load``, ``open``, ``begin`` and ``end`` of a run, ``close``, and a job's id: half-way through it.
    """
    return EngineSpec("mortal_engine:MortalEngine", (folder, deaths), {"way": way})


class MortalEngine:
    """Answers with the source in capitals, in three pieces, behind the prefix."""

    capabilities = Capabilities(streaming=True, drafting=True)
    local = False
    name = "mortal"

    def __init__(self, folder: Path, deaths: tuple[str, ...], *, way: str) -> None:
        self._folder, self._deaths, self._way = folder, deaths, way
        self._prefix = ""
        print("made in", os.getpid())  # noqa: T201 - it must not reach the screen
        self._pass("load")

    def open(self, prefix: Prefix) -> None:
        self._prefix = prefix.system
        if prefix.system == FAIL:
            raise ModelError("this prefix cannot be read")
        self._pass("open")

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        self._pass("begin")
        for job in jobs:
            text = self._prefix + job.source.upper()
            third = len(text) // 3 + 1
            for begin in range(0, len(text), third):
                if begin >= third:
                    self._pass(job.id)
                if on_text is not None:
                    on_text(job.id, text[begin : begin + third])
            self._obey(job, stop or Event())
            yield Result(job.id, text, "stop", 1, 3, 0.0)
        self._pass("end")

    def close(self) -> None:
        self._pass("close")

    def _obey(self, job: Job, stop: Event) -> None:
        if job.source == WAIT:
            stop.wait()
        if job.source == DEAF:
            Event().wait()
        if job.source == FAIL:
            raise EngineError("this job cannot be done")
        if job.source == BUG:
            raise ZeroDivisionError("nobody expected this")
        if stop.is_set():
            raise Cancelled("The run was stopped.")

    def _pass(self, point: str) -> None:
        """Die if a death at this point has not happened yet; a file says which have."""
        for number, death in enumerate(self._deaths):
            if death == point and not (mark := self._folder / str(number)).exists():
                mark.touch()
                _die(self._way)


def _die(way: str) -> None:
    if way.startswith("SIG"):
        print("GGML_ASSERT(n > 0) failed", file=sys.stderr, flush=True)  # noqa: T201
        os.kill(os.getpid(), getattr(signal, way))
    elif way == "exit":
        os._exit(0)
    elif way == "sys.exit":
        sys.exit(3)
    elif way == "hang":
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        raise MemoryError


def short_of_memory(path: Path, mebibytes: int) -> "LlamaEngine":
    """Load a model in a process that may take so much more address space than it has."""
    from styletune.engines.llama import LlamaEngine  # noqa: PLC0415 - the other engine starts faster without

    engine = LlamaEngine(path, threads=1)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + mebibytes * 2**20,) * 2)
    return engine
