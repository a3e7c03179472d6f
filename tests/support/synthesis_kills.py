"""Runs of ``styletune synthesize`` that are killed at random moments, and a count of what was asked, and paid, twice.

Usage: python synthesis_kills.py FOLDER KILLS [SEED [careless]]

``careless`` is a tool that does not note requests before they go out, as it should: a proof that this would be seen.

A server in a process of its own notes every request that it gets. Projects with prices and without take turns; each is
synthesized by runs that are killed, or asked to stop, until all is made.
"""

import gc
import json
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from forked_runs import STOPPED, default_signals, end_of, ended, put_in_place, run_here, start
from openai_server import Exchange, Server, usage
from styletune_training.corpus.document import CorpusDocument, paragraph
from styletune_training.corpus.store import Corpus
from styletune_training.synthesis.ledger import Entries, Ledger

from styletune.markdown.segments import Kind

DOCUMENTS, PARAGRAPHS = 6, 11
BERTH = re.compile(r"\bberth (\d+)\b")
MOST_RUNS = 200
"""Runs after which a project must be finished."""

ANSWER_SECONDS = 0.01
PRICES = 'prices = { input = 1.0, output = 2.0, currency = "EUR" }\n'
COMMAND = ["synthesize", "--builder", "rewrite", "--model", "server", "--yes", "--quiet"]


def serve(log: Path) -> tuple[int, str]:
    """Start the server in a fork; return its process and its address."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            return child, pipe.readline().strip()
    notes = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def handle(exchange: Exchange) -> None:
        found = BERTH.search(exchange.user)
        assert found is not None
        os.write(notes, f"{found[1]}\n".encode())
        time.sleep(ANSWER_SECONDS)  # a model takes its time
        exchange.begin()
        exchange.say(f"It has been observed that the vessel at berth {found[1]} was relocated.", "stop")
        exchange.event(usage(100, 20))
        exchange.end()

    server = Server(handle)
    os.write(writing, f"{server.url}\n".encode())
    signal.pause()
    os._exit(0)


def asked(log: Path) -> Counter[str]:
    """Count the requests for each berth."""
    return Counter(log.read_text().split())


@dataclass
class Project:
    """A folder with posts, each paragraph of which names a berth of its own."""

    folder: Path
    url: str
    priced: bool
    first: int
    """Number of its first berth."""

    berths: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        """Write settings and corpus."""
        self.folder.mkdir(parents=True)
        settings = f'[endpoints.server]\nbase_url = "{self.url}"\nmodel = "m"\n{PRICES if self.priced else ""}'
        (self.folder / "styletune.toml").write_text(settings)
        numbers = iter(range(self.first, self.first + DOCUMENTS * PARAGRAPHS))
        documents = [self._document(f"post-{number}.md", numbers) for number in range(DOCUMENTS)]
        Corpus(self.folder).put(documents)

    def _document(self, name: str, numbers: Iterator[int]) -> CorpusDocument:
        chosen = [next(numbers) for _ in range(PARAGRAPHS)]
        self.berths |= {str(number) for number in chosen}
        texts = [
            f"We moved the old boat at berth {number} before the storm came in from the west." for number in chosen
        ]
        paragraphs = tuple(paragraph(Kind.PARAGRAPH, text, lang="en") for text in texts)
        return CorpusDocument(name, name, "s0", (1, 1), "1", lang="en", paragraphs=paragraphs)

    def command(self, *more: str) -> list[str]:
        """Return what is run."""
        return [*COMMAND, *(["--budget", "1000"] if self.priced else []), *more]

    def entries(self) -> Entries:
        """Read its ledger."""
        return Ledger(self.folder).read()

    def made(self) -> set[str]:
        """Name the berths that have an answer."""
        return {_berth(made.target) for made in self.entries().made.values()}

    def torn(self) -> list[str]:
        """List the lines of the ledger that are broken; the last one may be."""
        file = Ledger(self.folder).file
        lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
        return [repr(line[:80]) for line in lines[:-1] if not line.endswith(b"\n") or not _is_json(line)]


def _berth(text: str) -> str:
    found = BERTH.search(text)
    assert found is not None
    return found[1]


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


@dataclass
class Trial:
    """Projects, one after the other, and what was found."""

    folder: Path
    url: str
    log: Path
    chance: random.Random
    kills: int = 0
    stops: int = 0
    runs: int = 0
    items: int = 0
    held_back: int = 0
    asked_again: int = 0
    """Requests that were repeated without ``--again``: of projects without prices, whose answers a kill lost."""

    problems: list[str] = field(default_factory=list[str])

    def one(self, most: int) -> None:
        """Synthesize one project with at most ``most`` kills."""
        number = self.items // (DOCUMENTS * PARAGRAPHS)
        project = Project(self.folder / f"p{number}", self.url, number % 2 == 0, 1000 + self.items)
        self.items += len(project.berths)
        before = self.kills
        for _ in range(MOST_RUNS):
            code = self._run(project, kill=self.kills - before < most)
            if code == 0 or self.problems:
                break
        self._finish(project)

    def _run(self, project: Project, *, kill: bool) -> int:
        made, unanswered = project.made(), set(project.entries().unanswered)
        asked_before = asked(self.log)
        number = self.chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
        code = self._interrupted(project, number) if kill else end_of(start(project.folder, project.command()))
        self.runs += 1
        now = asked(self.log)
        repeated = {berth for berth in made if now[berth] != asked_before[berth]}
        self.problems += [f"berth {berth} was made and asked for again" for berth in repeated]
        self.problems += [f"{project.folder}: broken line {line}" for line in project.torn()]
        if code in {-signal.SIGKILL, -signal.SIGTERM}:  # the latter before or after the work itself
            self.kills += 1
        elif code == STOPPED:
            self.stops += 1
            if project.priced and set(project.entries().unanswered) != unanswered:
                self.problems.append("requests under way were not finished after a signal")
        elif code:
            self.problems.append(f"exit code {code}")
        return code

    def _interrupted(self, project: Project, number: signal.Signals) -> int:
        """Run until some requests have come in, a random number of them, and a random while longer."""
        wanted = len(self.log.read_text().split()) + self.chance.randrange(0, 16)
        child = start(project.folder, project.command())
        code = None
        while code is None and len(self.log.read_text().split()) < wanted:
            time.sleep(0.001)
            code = ended(child)
        time.sleep(self.chance.random() * ANSWER_SECONDS * 1.5)
        code = ended(child) if code is None else code
        if code is None:
            os.kill(child, number)
            code = end_of(child)
        return code

    def _finish(self, project: Project) -> None:
        """Look at a project of which all is made that can be made without asking again."""
        counts = asked(self.log)
        unanswered = project.entries().unanswered
        twice = [berth for berth in project.berths if counts[berth] > 1]
        if project.priced:
            self.problems += [f"berth {berth} was paid {counts[berth]} times" for berth in twice]
            self.held_back += len(unanswered)
            if len(project.made()) + len(unanswered) != len(project.berths):
                self.problems.append(f"{len(project.made())} made and {len(unanswered)} held back")
            code = end_of(start(project.folder, project.command("--again")))
            self.problems += [f"exit code {code} with --again"] if code else []
            again = asked(self.log) - counts
            if sum(again.values()) != len(unanswered):
                self.problems.append(f"{sum(again.values())} asked again instead of {len(unanswered)}")
        else:
            self.asked_again += sum(counts[berth] - 1 for berth in twice)
        if project.made() != project.berths or project.entries().unanswered:
            self.problems.append(f"{project.folder}: {len(project.berths - project.made())} berths were not made")
        self.problems += project.entries().problems


def main(folder: Path, kills: int, seed: int = 0, how: str = "") -> int:
    """Kill as many runs as asked for, print the figures as JSON and return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    if how == "careless":
        put_in_place([(Ledger, "sent", lambda _ledger, _requests: None)])
    log = folder / "asked.txt"
    log.touch()
    server, url = serve(log)
    try:
        warm = Project(folder / "warm", url, priced=False, first=1)
        os.chdir(warm.folder)
        with suppress(SystemExit):
            run_here(warm.command("--most", "2"))  # in this process: all forks have loaded what it loads
        default_signals()
        gc.freeze()  # or each fork would copy what it only looks at
        trial = Trial(folder, url, log, random.Random(seed))  # noqa: S311 -- no secret
        while trial.kills < kills and not trial.problems:
            trial.one(max(min(kills - trial.kills, 12), 1))
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)
    figures = ("kills", "stops", "runs", "items", "held_back", "asked_again", "problems")
    print(json.dumps({name: getattr(trial, name) for name in figures}))  # noqa: T201
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), *map(int, sys.argv[2:4]), *sys.argv[4:]))
