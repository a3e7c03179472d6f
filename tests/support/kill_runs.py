"""Runs of the command line that are killed at random moments, and a look at what they leave behind.

Usage: python kill_runs.py FOLDER KILLS [SEED [HOW]]

HOW is ``kill``, ``stop`` (signals that ask a run to end) or ``torn`` (kills of a tool that writes as it should not).

One process imports everything once; each run is a fork of it, which starts in no time. What a run is doing stands in
memory that it shares with its killer: some are killed a random while after a write or a commit has begun, others at
any time. After each kill the folder is looked at, the same command runs to its end, and the folder is looked at again.
"""

import contextlib
import gc
import json
import mmap
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styletune import cli, engines
from styletune.commands import chosen_model, drafting
from styletune.engines.scripted import ScriptedEngine
from styletune.files import atomic, records
from styletune.files.records import Records
from styletune.memory.translation_database import Database
from styletune.memory.translation_file import connect
from styletune.models.choice import ModelChoice

PHASES = ("elsewhere", "write", "record", "commit", "create")
"""What a run can be doing: replacing a file, appending a record, committing to the memory, making the memory."""

PARAGRAPHS = 3
NAMES = ("a.md", "b c.md")
COMPLETE = 4
"""Kills between two runs that are left to their end."""

SLOW_DISK = 0.002
"""Seconds that a disk needs at least; where temporary folders lie in memory, hardly a kill would fall into a write."""

SPARE_SECONDS = {"write": 0.001, "record": 0.0005, "commit": 0.0001, "create": 0.003}
"""Longest time that is let pass once a phase has begun."""

MOST = {"elsewhere": 1, "write": len(NAMES), "record": len(NAMES), "commit": len(NAMES) * PARAGRAPHS, "create": 1}
"""How often each phase begins in most runs."""

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED = 130

ANSWERS, STARTED = 10, 11
shared = mmap.mmap(-1, 64)
"""First the number of the phase a run is in, then how often each phase has begun.

At ``ANSWERS`` stands how often the model has answered, at ``STARTED`` whether the command line has begun to work.
"""


def answer(text: str) -> str:
    """Answer as the model of these runs does."""
    return text.replace("boat", "ship")


def counted(text: str) -> str:
    """Answer, and count."""
    shared[ANSWERS] += 1
    return answer(text)


def prepare() -> None:
    """Put a model in place that needs no weights, and let every phase tell of itself."""
    choice = ModelChoice("gguf", path=Path("scripted.gguf"))
    fsync = os.fsync
    patches: list[tuple[Any, str, Any]] = [
        (engines, "open_engine", lambda choice, **options: ScriptedEngine(lambda job: counted(job.source))),
        (chosen_model, "resolve_model", lambda name, *, also_known=(): choice),
        (chosen_model, "model_identity", lambda choice, stop=None: "scripted"),
        (drafting, "unfit", lambda choice, task, **languages: None),
        (cli, "app", starting(cli.app)),
        (os, "fsync", lambda descriptor: (fsync(descriptor), time.sleep(SLOW_DISK))),
    ]
    phases: list[tuple[Any, str, str]] = [
        (atomic, "_replace", "write"),
        (records, "append_line", "record"),
        (Database, "keep", "commit"),
        (Database, "migrate", "create"),
    ]
    for owner, name, value in patches:
        if not hasattr(owner, name):
            raise AttributeError(f"{owner} has no {name}")
        setattr(owner, name, value)
    for owner, name, phase in phases:
        setattr(owner, name, telling(getattr(owner, name), PHASES.index(phase)))


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


class Blog:
    """A folder of drafts whose contents are known at any time."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.drafts: dict[str, str] = {}
        self.outputs: dict[str, set[str]] = {}
        """Everything that an output may hold: what it held, and what the run under way writes."""
        (folder / "styletune.toml").touch()

    def edit(self) -> None:
        """Write new drafts, as a person would between two runs."""
        for name in NAMES:
            words = [f"The boat number {self.chance.randrange(10**6)} was slow." for _ in range(PARAGRAPHS)]
            self.drafts[name] = "# Boats\n\n" + "\n\n".join(words) + "\n"
            (self.folder / name).write_text(self.drafts[name])

    def command(self) -> list[str]:
        """Choose what to run, and note what its outputs may hold."""
        arguments, rename = self.chance.choice(
            [
                (["rewrite", "."], lambda name: name.replace(".md", ".rewritten.md")),
                (["rewrite", ".", "--output", "out"], lambda name: f"out/{name}"),
                (["rewrite", *NAMES, "--in-place"], lambda name: name),
            ]
        )
        self.outputs = {}
        for name, text in self.drafts.items():
            place = self.folder / rename(name)
            self.outputs[rename(name)] = {answer(text), place.read_text() if place.exists() else ""}
        return arguments

    def problems(self, *, complete: bool) -> Iterator[str]:
        """Say what is broken, or unfinished after a complete run."""
        for name, allowed in self.outputs.items():
            found = (self.folder / name).read_text() if (self.folder / name).exists() else ""
            if found not in allowed or (complete and "ship" not in found):
                yield f"{name} is neither old nor new: {found!r}"
        for name, text in self.drafts.items():
            if name not in self.outputs and (self.folder / name).read_text() != text:
                yield f"the source {name} was changed"
        if complete:
            yield from (f"{path} is left over" for path in self.folder.rglob(".styletune-*.tmp"))
        yield from Records(self.folder).notices
        yield from self._memory_problems()

    def _memory_problems(self) -> Iterator[str]:
        """Look at a copy, so that the next run meets the database as the kill left it."""
        names = list((self.folder / ".styletune").glob("memory.sqlite*"))
        if any("damaged" in path.name for path in names):
            yield "the memory was set aside"
        with tempfile.TemporaryDirectory() as copy:
            for path in names:
                shutil.copy(path, copy)
            database = Path(copy) / "memory.sqlite"
            if not database.exists() or not database.stat().st_size:
                return
            with contextlib.closing(sqlite3.connect(database)) as connection:
                if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    yield "the memory has lost its integrity"
                    return
                if connection.execute("PRAGMA user_version").fetchone() == (0,):
                    return  # killed before its table was made
                entries = [json.loads(text) for (text,) in connection.execute("SELECT entry FROM entries")]
            yield from (f"wrong entry {entry}" for entry in entries if entry["target"] != answer(entry["source"]))
            connect(database, 1.0, thoroughly=True).abandon()

    def remembered(self) -> int:
        """Count the paragraphs of the drafts that the memory knows."""
        sources = {line for text in self.drafts.values() for line in text.splitlines() if line.startswith("The")}
        database = self.folder / ".styletune" / "memory.sqlite"
        if not database.exists():
            return 0
        with contextlib.closing(sqlite3.connect(database)) as connection:
            entries = [json.loads(text) for (text,) in connection.execute("SELECT entry FROM entries")]
        return sum(entry["source"] in sources for entry in entries)


def start(folder: Path, arguments: list[str]) -> int:
    """Run the command line in a fork of this process and return its number."""
    shared[:] = bytes(len(shared))
    child = os.fork()
    if child:
        return child
    try:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        sys.argv = ["styletune", *arguments]
        cli.main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except KeyboardInterrupt:  # after the command line had its say
        os._exit(STOPPED)
    finally:
        os._exit(99)


def interrupt(folder: Path, arguments: list[str], number: int, chance: random.Random, usual: float) -> tuple[str, int]:
    """Run a command, send it a signal, and return the phase it met and the exit code, as ``subprocess`` counts.

    The phase of a run that was over before is empty.
    """
    phase = chance.choice((0, 1, 1, 2, 3, 3, 3, 4))
    after = SPARE_SECONDS.get(PHASES[phase], usual) * chance.random()
    occurrence = chance.randrange(1, MOST[PHASES[phase]] + 1)
    child = start(folder, arguments)
    ended = None
    while ended is None and (not shared[STARTED] or (phase and shared[phase] < occurrence)):
        ended = _ended(child)
    moment = time.perf_counter() + after
    while time.perf_counter() < moment:
        pass
    ended = _ended(child) if ended is None else ended
    if ended is not None:
        return "", ended
    met = PHASES[shared[0]]
    os.kill(child, number)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return (PHASES[shared[0]] if number == signal.SIGKILL else met) if code else "", code


def _ended(child: int) -> int | None:
    found, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


@dataclass
class Trial:
    """One run after another, and what was found."""

    blog: Blog
    chance: random.Random
    how: str
    runs: int = 0
    usual: float = 0.1
    """Seconds that a run takes if nobody interrupts it."""

    died: Counter[str] = field(default_factory=Counter[str])
    problems: list[str] = field(default_factory=list[str])

    def one(self) -> None:
        """Interrupt a run and look; now and then run the command again to its end and look again."""
        if not self.runs % COMPLETE:  # the memory has to be made anew
            for path in (self.blog.folder / ".styletune").glob("memory.sqlite*"):
                path.unlink()
        self.blog.edit()
        arguments = self.blog.command()
        number = self.chance.choice(STOPS) if self.how == "stop" else signal.SIGKILL
        phase, code = interrupt(self.blog.folder, arguments, number, self.chance, self.usual)
        self.runs += 1
        self.died.update([phase] if phase else [])
        found = [*self.blog.problems(complete=False), *self._manners(phase, code)]
        if not self.runs % COMPLETE:
            found += self._to_its_end(arguments)
        self.problems += [f"{number!r} in {phase!r} of {arguments}: {problem}" for problem in found]

    def _manners(self, phase: str, code: int) -> Iterator[str]:
        if not phase:
            yield from [f"exit code {code}"] if code else []
        elif self.how == "stop":
            yield from [f"exit code {code} instead of 130"] if code != STOPPED else []
            yield from (f"{path} is left over" for path in self.blog.folder.rglob(".styletune-*.tmp"))
            if self.blog.remembered() < shared[ANSWERS] - 1:  # one may have been on its way
                yield f"{shared[ANSWERS]} answers, but {self.blog.remembered()} in the memory"

    def _to_its_end(self, arguments: list[str]) -> Iterator[str]:
        started = time.perf_counter()
        code = os.waitstatus_to_exitcode(os.waitpid(start(self.blog.folder, arguments), 0)[1])
        self.usual = time.perf_counter() - started
        yield from [f"the next run ends with {code}"] if code else []
        yield from (f"after the next run: {problem}" for problem in self.blog.problems(complete=True))


def write_torn(target: Path, _shown: Path, data: bytes, **_more: object) -> None:
    """Write as nobody should: into the file itself."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb", buffering=0) as file:
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            file.write(half)
            os.fsync(file.fileno())


def main(folder: Path, kills: int, seed: int = 0, how: str = "kill") -> int:
    """Interrupt as many runs as asked for, print the figures as JSON and return the exit code."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    if how == "torn":
        atomic._replace = write_torn
    prepare()
    for name in ("warm", "blog"):
        (folder / name).mkdir()
    Blog(folder / "warm", chance).edit()
    with contextlib.chdir(folder / "warm"), contextlib.suppress(SystemExit):
        sys.argv = ["styletune", "rewrite", ".", "-q"]  # in this process: all forks have loaded what it loads
        cli.main()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    gc.freeze()  # or each fork would copy what it only looks at
    trial = Trial(Blog(folder / "blog", chance), chance, how)
    while trial.died.total() < kills and trial.runs < 3 * kills and not trial.problems:
        trial.one()
    figures = {"runs": trial.runs, "kills": trial.died.total(), "died": trial.died, "problems": trial.problems}
    print(json.dumps(figures))  # noqa: T201
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:4]), *sys.argv[4:]))
