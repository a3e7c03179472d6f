"""A watcher in a fork, with an engine in a process of its own: started, listened to, killed at chosen moments."""

import contextlib
import fcntl
import gc
import json
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import forked_runs
from boats import sentence
from forked_runs import FREE, PHASES, SPARE_SECONDS, put_in_place, shared

from styletune import engines
from styletune.commands import chosen_model, drafting
from styletune.engines import child_link
from styletune.engines.child import ChildEngine
from styletune.engines.child_wire import EngineSpec
from styletune.files import records
from styletune.models.choice import ModelChoice

COMMAND = ["watch", ".", "--catch-up", "--json", "--yes", "--quiet-ms", "100", "--settle-minutes", "0.03"]
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS = 20.0
"""What the next event may take; a watcher that is silent for so long hangs."""

COMPACT_FROM = 256 << 10
"""Bytes of records from which they are made fewer: soon enough to be seen, and to be killed at."""

Event = dict[str, Any]

_AT_WORK = FREE
"""Whether the engine has been given something to do."""

_PID = slice(FREE + 1, FREE + 9)
"""Number of the engine's process; 0 before there is one."""


def prepare() -> None:
    """Put a model in place that needs no weights and runs in a process of its own; let every phase tell of itself."""
    choice = ModelChoice("gguf", path=Path("boats.gguf"))
    spawn, run = child_link._spawn, ChildEngine.run

    def noted_spawn() -> Any:
        process = spawn()
        shared[_PID] = process.pid.to_bytes(8, "little")
        return process

    def noted_run(engine: ChildEngine, *jobs: Any, **more: Any) -> Iterator[Any]:
        shared[_AT_WORK] = 1
        try:
            yield from run(engine, *jobs, **more)
        finally:
            shared[_AT_WORK] = 0

    put_in_place(
        [
            (engines, "open_engine", lambda choice, **options: ChildEngine(EngineSpec("boats:BoatEngine"))),
            (chosen_model, "resolve_model", lambda name, *, also_known=(): choice),
            (chosen_model, "model_identity", lambda choice, stop=None: "boats"),
            (drafting, "unfit", lambda choice, task, **languages: None),
            (child_link, "_spawn", noted_spawn),
            (ChildEngine, "run", noted_run),
            (records, "_COMPACT_FROM", COMPACT_FROM),
        ]
    )
    forked_runs.tell_phases()


def warm_up(folder: Path, chance: random.Random) -> None:
    """Load in this process what its forks will need."""
    import styletune.commands.watch  # noqa: PLC0415 -- forks have it then
    import styletune.watch.folders  # noqa: F401, PLC0415 -- likewise

    folder.mkdir()
    (folder / "draft.md").write_text("\n\n".join(sentence(chance, lang) for lang in ("en", "zh", "ja")))
    for command in (["rewrite", ".", "-q"], ["watch", ".", "--once", "--json"]):
        with contextlib.chdir(folder), contextlib.redirect_stdout(sys.stderr), contextlib.suppress(SystemExit):
            forked_runs.run_here(command)
    forked_runs.default_signals()
    gc.freeze()  # or each fork would copy what it only looks at


class Watcher:
    """One watcher after the other on a folder."""

    def __init__(self, folder: Path, errors: Path, on_event: Callable[[Event], None]) -> None:
        self.folder = folder
        self.errors = errors
        """File for what watchers print for people."""

        self.starts = 0
        self.events: Counter[str] = Counter()
        self.last = ""
        """Name of the last event."""

        self.ended = False
        """Whether the watcher has said its last word."""

        self.on_event = on_event
        self.pid = 0
        """Number of the watcher's process; 0 while there is none."""

        self._pipe = -1
        self._rest = b""

    @property
    def running(self) -> bool:
        """Whether a watcher was started and has not been waited for."""
        return bool(self.pid)

    def start(self) -> None:
        """Start a watcher; what is saved from now on must not be lost, and nothing that was saved before."""
        self._pipe, ours = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # events wait here while drafts are saved
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, 1 << 20)
        errors = os.open(self.errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.pid = forked_runs.start(self.folder, COMMAND, stdout=ours, stderr=errors)
        os.close(ours)
        os.close(errors)
        self.starts += 1
        self.ended, self._rest, self.last = False, b"", ""

    def listen(self, seconds: float = 0.0) -> list[Event]:
        """Return the events that are there, after waiting so long for a first one; none while nobody watches."""
        if not self.pid:
            return []
        ready, _, _ = select.select([self._pipe], [], [], seconds)
        data = os.read(self._pipe, 1 << 20) if ready else b""
        self.ended = bool(ready) and not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        events: list[Event] = [json.loads(line) for line in lines]
        for event in events:
            self.last = event["event"]
            self.events[self.last] += 1
            self.on_event(event)
        return events

    def wait_until(self, true: Callable[[], bool]) -> bool:
        """Listen until something is true, or nothing has happened for too long."""
        while not true():
            if self.ended or not self.listen(SECONDS):
                return true()
        return True

    def catch(self, phase: str, counted: int) -> bool:
        """Wait for a phase to begin once more, and then a random while; tell whether it began.

        ``counted`` is what ``begun`` said before.
        """
        index, deadline = PHASES.index(phase), time.monotonic() + 3.0
        while shared[index] == counted:
            if time.monotonic() > deadline:
                return False
            if not shared[0]:
                self.listen()
        return True

    def begun(self, phase: str) -> int:
        """Return how often a phase has begun, modulo 256."""
        return shared[PHASES.index(phase)]

    def kill(self) -> str:
        """Kill the watcher, and return the phase it was in."""
        os.kill(self.pid, signal.SIGKILL)
        self._end()
        return PHASES[shared[0]]

    def stop(self, number: int) -> int:
        """Ask the watcher to end, and return its exit code."""
        os.kill(self.pid, number)
        return self._end()

    def _end(self) -> int:
        while not self.ended and (self.listen(SECONDS) or self._rest):
            pass
        os.close(self._pipe)
        code = forked_runs.end_of(self.pid)
        self.pid = 0
        return code

    def kill_engine(self, *, at_work: bool) -> bool:
        """Kill the engine's process, while it has something to do if so wished; tell whether there was one."""
        deadline = time.monotonic() + 1.0
        while at_work and not shared[_AT_WORK] and time.monotonic() < deadline:
            self.listen(0.001)
        pid = int.from_bytes(shared[_PID], "little")
        with contextlib.suppress(ProcessLookupError):
            if pid:
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    @contextlib.contextmanager
    def frozen(self) -> Generator[None]:
        """Let the watcher stand still, so that a person reads and writes an output in one moment.

        It is not stopped within a write: between its last look at a file and the rename that follows no system lets
        it notice anybody else.
        """
        if not self.pid:
            yield
            return
        while True:
            os.kill(self.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            if PHASES[shared[0]] != "write":
                break
            os.kill(self.pid, signal.SIGCONT)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    @property
    def memory(self) -> int:
        """Bytes of memory that the watcher takes; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except OSError:
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")


def spare(chance: float, phase: str) -> None:
    """Let a part of the time pass that a phase takes."""
    moment = time.perf_counter() + SPARE_SECONDS.get(phase, 0.05) * chance
    while time.perf_counter() < moment:
        pass
