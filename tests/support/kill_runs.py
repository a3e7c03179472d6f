"""Runs of the command line that are killed at random moments, and a look at what they leave behind.

Usage: python kill_runs.py FOLDER KILLS [SEED [HOW]]

HOW is ``kill``, ``stop`` (signals that ask a run to end) or ``torn`` (kills of a tool that writes as it should not).

Some runs are killed a random while after a write or a commit has begun, others at any time. After each kill the folder
is looked at, the same command runs to its end, and the folder is looked at again.
"""

import contextlib
import gc
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from boats import answer, sentence
from forked_runs import (
    ANSWERS,
    PHASES,
    SPARE_SECONDS,
    STARTED,
    STOPPED,
    default_signals,
    end_of,
    ended,
    put_in_place,
    run_here,
    shared,
    start,
    tell_phases,
    write_torn,
)

from styletune import engines
from styletune.commands import chosen_model, drafting
from styletune.engines.scripted import ScriptedEngine
from styletune.files import atomic
from styletune.files.records import Records
from styletune.memory.translation_file import connect
from styletune.models.choice import ModelChoice

PARAGRAPHS = 3
LANGS = ("en", "zh", "ja")
FRESH = "fresh"
NAMES = ("a.md", "b c.md")
COMPLETE = 4
"""Kills between two runs that are left to their end."""

MOST = {"elsewhere": 1, "write": len(NAMES), "record": len(NAMES), "commit": len(NAMES) * PARAGRAPHS, "create": 1}
"""How often each phase begins in most runs."""

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def counted(text: str) -> str:
    """Answer, and count."""
    shared[ANSWERS] += 1
    return answer(text)


def prepare() -> None:
    """Put a model in place that needs no weights, and let every phase tell of itself."""
    choice = ModelChoice("gguf", path=Path("scripted.gguf"))
    put_in_place(
        [
            (engines, "open_engine", lambda choice, **options: ScriptedEngine(lambda job: counted(job.source))),
            (chosen_model, "resolve_model", lambda name, *, also_known=(): choice),
            (chosen_model, "model_identity", lambda choice, stop=None: "scripted"),
            (drafting, "unfit", lambda choice, task, **languages: None),
        ]
    )
    tell_phases()


class Blog:
    """A folder of drafts whose contents are known at any time."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.drafts: dict[str, str] = {}
        self.outputs: dict[str, set[str]] = {}
        """Everything that an output may hold: what it held, and what the run under way writes."""
        self.edits = 0
        (folder / "styletune.toml").touch()

    def edit(self) -> None:
        """Write new drafts, as a person would between two runs."""
        self.edits += 1
        lang = self.chance.choice(LANGS)
        for path in self.folder.glob(f"{FRESH}*"):
            path.unlink()
        for name in NAMES:
            texts = [sentence(self.chance, lang) for _ in range(PARAGRAPHS)]
            self.drafts[name] = "# Boats\n\n" + "\n\n".join(texts) + "\n"
            (self.folder / name).write_text(self.drafts[name])

    def command(self) -> list[str]:
        """Choose what to run, and note what its outputs may hold."""
        arguments, rename = self.chance.choice(
            [
                (["rewrite", "."], lambda name: name.replace(".md", ".rewritten.md")),
                (["rewrite", ".", "--output", "out"], lambda name: f"out/{name}"),
                (["rewrite", *map(self._fresh, NAMES), "--in-place"], self._fresh),
            ]
        )
        if "--in-place" in arguments:
            for name, text in self.drafts.items():
                (self.folder / self._fresh(name)).write_text(text)
        self.outputs = {}
        for name, text in self.drafts.items():
            place = self.folder / rename(name)
            self.outputs[rename(name)] = {answer(text), place.read_text() if place.exists() else ""}
        return arguments

    def _fresh(self, name: str) -> str:
        """Name a file for work in place: what replaces a finished text there could be an edit of it."""
        return f"{FRESH}{self.edits} {name}"

    def problems(self, *, complete: bool) -> Iterator[str]:
        """Say what is broken, or unfinished after a complete run."""
        for name, allowed in self.outputs.items():
            found = (self.folder / name).read_text() if (self.folder / name).exists() else ""
            if found not in allowed or (complete and found not in map(answer, self.drafts.values())):
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
        sources = {line for text in self.drafts.values() for line in text.splitlines() if not line.startswith("#")}
        database = self.folder / ".styletune" / "memory.sqlite"
        if not database.exists():
            return 0
        with contextlib.closing(sqlite3.connect(database)) as connection:
            entries = [json.loads(text) for (text,) in connection.execute("SELECT entry FROM entries")]
        return sum(entry["source"] in sources for entry in entries)


def interrupt(folder: Path, arguments: list[str], number: int, chance: random.Random, usual: float) -> tuple[str, int]:
    """Run a command, send it a signal, and return the phase it met and the exit code, as ``subprocess`` counts.

    The phase of a run that was over before is empty.
    """
    phase = chance.choice((0, 1, 1, 2, 3, 3, 3, 4))
    after = SPARE_SECONDS.get(PHASES[phase], usual) * chance.random()
    occurrence = chance.randrange(1, MOST[PHASES[phase]] + 1)
    child = start(folder, arguments)
    code = None
    while code is None and (not shared[STARTED] or (phase and shared[phase] < occurrence)):
        code = ended(child)
    moment = time.perf_counter() + after
    while time.perf_counter() < moment:
        pass
    code = ended(child) if code is None else code
    if code is not None:
        return "", code
    met = PHASES[shared[0]]
    os.kill(child, number)
    code = end_of(child)
    return (PHASES[shared[0]] if number == signal.SIGKILL else met) if code else "", code


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
        code = end_of(start(self.blog.folder, arguments))
        self.usual = time.perf_counter() - started
        yield from [f"the next run ends with {code}"] if code else []
        yield from (f"after the next run: {problem}" for problem in self.blog.problems(complete=True))


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
        run_here(["rewrite", ".", "-q"])  # in this process: all forks have loaded what it loads
    default_signals()
    gc.freeze()  # or each fork would copy what it only looks at
    trial = Trial(Blog(folder / "blog", chance), chance, how)
    while trial.died.total() < kills and trial.runs < 3 * kills and not trial.problems:
        trial.one()
    figures = {"runs": trial.runs, "kills": trial.died.total(), "died": trial.died, "problems": trial.problems}
    print(json.dumps(figures))  # noqa: T201
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:4]), *sys.argv[4:]))
