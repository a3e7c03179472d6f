"""A watched folder over many saves, with watchers and engines killed all the time, and a look at what is left.

Usage: python watch_soak.py FOLDER SAVES [SEED [HOW]]

HOW is ``table``, ``json``, or ``torn`` (of a watcher that writes as it should not, as JSON).

Every save is a random change of one of twenty drafts, in the way of a random program. Watchers are killed at moments
that are spread evenly, many of them within a write or a commit; some are asked to end; so is the engine's process.
Some saves happen while nobody watches. A person edits outputs meanwhile, branches are switched, folders renamed. At
the end every output has to be what a clean run gives, but for the person's edits, each of which is one correction.
"""

import json
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import forked_runs
import watch_soak_looks as looks
from boats import sentence
from watch_soak_figures import figures, quarters, table
from watch_soak_folder import REPO, Drafts, Post
from watch_soak_watcher import STOPS, Event, Watcher, prepare, spare, warm_up

from styletune.files import atomic

KILL_EVERY = 5
"""Saves for each kill."""

TARGETS = ("elsewhere",) * 4 + ("write",) * 2 + ("record",) * 2 + ("commit",) * 2 + ("create", "correction")
"""What is aimed at; not each shot hits."""

LAST_WORDS = ("stop", "start", "")
"""With which a watcher may end that is asked to; the others if it had hardly begun."""

IDLE = 1.5
"""Seconds for which a watcher that has nothing to do has to be silent."""

STEADY = 0.3
"""Saves with one watcher that nobody kills, for each of the others: what it takes of memory must not grow."""


ENOUGH = 50
"""Saves from which the growth of memory says something."""

MOST_GROWTH = 1.1
"""What a watcher may take after many saves, for what it took after few."""


@dataclass
class Soak:
    """What has happened so far."""

    drafts: Drafts
    targets: tuple[str, ...]
    """What is aimed at, as often as it stands here."""

    chance: random.Random
    watcher: Watcher
    died: Counter[str] = field(default_factory=Counter[str])
    """Kills of watchers by what they were doing, of engines, and requests to end."""

    problems: list[str] = field(default_factory=list[str])
    saved_at: dict[str, float] = field(default_factory=dict[str, float])
    """Drafts whose outputs are awaited, and since when."""

    delays: list[float] = field(default_factory=list[float])
    memory: list[int] = field(default_factory=list[int])
    saves: int = 0
    edited_at: float = 0.0

    def hear(self, event: Event) -> None:
        """Take the time from a save to the right output."""
        if event["event"] == "done" and event["path"] in self.saved_at:
            post = next((post for post in self.drafts.posts if post.place == event["path"]), None)
            if post is not None and looks.is_right(self.drafts, post):
                self.delays.append(time.monotonic() - self.saved_at.pop(event["path"]))

    def run(self, saves: int) -> None:
        """Save so often, with kills spread evenly."""
        self.watcher.start()
        for number in range(saves):
            if number % KILL_EVERY == KILL_EVERY - 1:
                self._interrupted_save()
            else:
                self._save()
                self._rest()
            self._now_and_then()
            self.problems += looks.torn_outputs(self.drafts)
            self.problems += ["the watcher ended by itself"] if self.watcher.ended else []
            if self.problems:
                return

    def stay(self, saves: int) -> None:
        """Save so often under one watcher, whose memory is measured each time all is done."""
        self.settle()
        for _ in range(saves):
            self._save()
            self._wait_for_all()
            self.memory.append(self.watcher.memory)
        first, *_, last = quarters(self.memory) or [0, 0]
        if len(self.memory) >= ENOUGH and last > MOST_GROWTH * first:
            self.problems.append(f"memory grows: from {first} to {last} bytes over {len(self.memory)} saves")

    def _save(self, posts: list[Post] | None = None) -> list[Post]:
        self.watcher.listen()
        saved = self.drafts.save(posts)
        for post in saved:
            self.saved_at[post.place] = time.monotonic()
            self.saves += 1
        return saved

    def _rest(self) -> None:
        """Go on at once, or when something happens, or when all is done."""
        choice = self.chance.random()
        if choice < 0.3:
            self.watcher.listen(0.3)
        elif choice < 0.5:
            self._wait_for_all()

    def _wait_for_all(self) -> None:
        if not self.watcher.wait_until(lambda: not any(looks.wrong_outputs(self.drafts))):
            self.problems += looks.wrong_outputs(self.drafts)
            self.problems += [f"the watcher's last word was {self.watcher.last}"]

    def _interrupted_save(self) -> None:
        """Save, and interrupt what follows."""
        choice = self.chance.random()
        if choice < 0.25:
            self._save()
            if self.watcher.kill_engine(at_work=self.chance.random() < 0.7):
                self.died["engine"] += 1
            return
        if choice < 0.35:
            self._save()
            self._stop(self.chance.choice(STOPS))
        else:
            self._kill(self.chance.choice(self.targets))
        self._while_nobody_watches()
        self.watcher.start()

    def _kill(self, phase: str) -> None:
        if phase == "create":
            self._make_memory_anew()
        counted, posts = self.watcher.begun(phase), None
        if phase == "correction":
            posts = self._edit_output()
        self._save(posts)
        if phase != "elsewhere":
            self.watcher.catch(phase, counted)
        spare(self.chance.random(), phase)
        self.died[self.watcher.kill()] += 1
        self.problems += looks.unreadable_files(self.drafts.root)

    def _make_memory_anew(self) -> None:
        """Delete the memory as a person may; nothing that a person did is lost by that."""
        self._stop(signal.SIGTERM)
        for path in (self.drafts.root / ".styletune").glob("memory.sqlite*"):
            path.unlink()
        self.watcher.start()

    def _stop(self, number: int) -> None:
        pid, code = self.watcher.pid, self.watcher.stop(number)
        self.died[signal.Signals(number).name] += 1
        if code != forked_runs.STOPPED or self.watcher.last not in LAST_WORDS:
            self.problems.append(f"signal {number}: exit code {code}, last event {self.watcher.last}")
        self.problems += looks.leftover_files(self.drafts.root, of=pid)

    def _while_nobody_watches(self) -> None:
        if self.chance.random() < 0.3:
            self._save()
        if self.chance.random() < 0.1:
            self._edit_output()

    def _now_and_then(self) -> None:
        choice = self.chance.random()
        if choice < 0.06:
            self._edit_output()
        elif choice < 0.08 and self.drafts.git:
            self.drafts.switch_branch()
        elif choice < 0.10:
            self._rename_folder()

    def _edit_output(self) -> list[Post] | None:
        """Edit an output, seldom enough to be a person; return the post."""
        posts = [post for post in self.drafts.posts if post.folder != REPO and post.there]
        post = self.chance.choice(posts)
        if time.monotonic() - self.edited_at < 1.0:
            return None
        with self.watcher.frozen():
            edited = self.drafts.edit_output(post)
        if edited:
            self.edited_at = time.monotonic()
        return [post] if edited else None

    def _rename_folder(self) -> None:
        """Rename a folder and, after a save elsewhere, rename it back; edits that nobody learned from wait for another time."""
        learned = looks.corrections_of(self.drafts.root)
        edits = [edited for post in self.drafts.posts for edited in post.edits.values()]
        if any(edited not in learned for edited in edits):
            return
        back = self.drafts.rename_folder("posts")
        self._save([post for post in self.drafts.posts if post.folder != "posts"][:1])
        self._rest_while_renamed()
        back()

    def _rest_while_renamed(self) -> None:
        if self.chance.random() < 0.5:
            self.watcher.listen(1.0)

    def settle(self) -> None:
        """Wait until all outputs are right and all edits are learned from."""
        self._wait_for_all()
        edits = sum(len(post.edits) for post in self.drafts.posts)
        if not self.watcher.wait_until(lambda: looks.corrections_of(self.drafts.root).total() >= edits):
            self.problems += looks.miscounted_corrections(self.drafts)

    def stay_idle(self) -> None:
        """Look at all files again and again; a watcher must not say a word to that."""
        self._fence()  # behind it nothing of the last saves is left to be told
        late = self._fence()
        self.problems += [f"all was done, and then: {late}"] if late else []
        deadline = time.monotonic() + IDLE
        while (left := deadline - time.monotonic()) > 0:
            for path in self.drafts.root.rglob("*.md"):
                path.read_bytes()
            events = self.watcher.listen(min(left, 0.2))
            self.problems += [f"an idle watcher said {event}" for event in events]

    def _fence(self) -> list[str]:
        """Save once more and wait for that; return what else was told: what came before has been seen then."""
        fence = self.drafts.root / "fence.md"
        seen: list[str] = []
        fence.write_text(sentence(self.chance) + "\n")
        before, self.watcher.on_event = self.watcher.on_event, lambda event: seen.append(event["event"] + event["path"])
        self.watcher.wait_until(lambda: "donefence.md" in seen)
        self.watcher.on_event = before
        return [event for event in seen if not event.endswith("fence.md")]

    def end(self, clean: Path) -> None:
        """Stop the watcher and look at everything."""
        self._stop(signal.SIGTERM)
        root = self.drafts.root
        for look in (looks.wrong_outputs, looks.torn_outputs, looks.miscounted_corrections):
            self.problems += look(self.drafts)
        self.problems += looks.differs_from_clean_run(self.drafts, clean)
        self.problems += looks.leftover_files(root)
        for project in (root, root / REPO):
            self.problems += looks.unreadable_files(project)


def main(folder: Path, saves: int, seed: int = 0, how: str = "table") -> int:
    """Run a soak, print the figures and return the exit code."""
    chance = random.Random(seed)  # noqa: S311 -- no secret
    began = time.monotonic()
    if how == "torn":
        atomic._replace = forked_runs.write_torn
    prepare()
    warm_up(folder / "warm", chance)
    (folder / "blog").mkdir()
    drafts = Drafts(folder / "blog", chance, git=True)
    watcher = Watcher(folder / "blog", folder / "errors.txt", lambda _: None)
    soak = Soak(drafts, ("write",) if how == "torn" else TARGETS, chance, watcher)
    watcher.on_event = soak.hear
    steps = (
        lambda: soak.run(saves),
        lambda: soak.stay(round(saves * STEADY)),
        soak.settle,
        soak.stay_idle,
        lambda: soak.end(folder / "clean"),
    )
    try:
        for step in steps:
            if not soak.problems:
                step()
    finally:
        if watcher.running:
            watcher.kill()
    soak.problems += looks.complaints(folder / "errors.txt")
    found = figures(soak, seed, time.monotonic() - began)
    print(table(found) if how == "table" else json.dumps(found))  # noqa: T201
    return 1 if soak.problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:4]), *sys.argv[4:]))
