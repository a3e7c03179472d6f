"""From a save to its result: one changed paragraph in a post of 40, against all of them.

Run: python benchmarks/watch_delay.py [ROUNDS] [MODEL ...]

A watcher runs as ``styletune watch`` does; saves replace the file, as most editors do, and are timed until the result
is there. Each round saves the post once with every paragraph changed (a full rewrite) and three times with one
paragraph changed, so that both meet the same machine. The quiet time, which the watcher waits to see whether a save was
the last, is reported apart. ``echo`` measures everything around a model; it is asked for every segment each time, as
its answers are not worth remembering.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "support"))

import watching  # noqa: E402 -- found through the line above
from watching import Watcher  # noqa: E402 -- see above

from styletune.models.registry import embedded_path  # noqa: E402 -- see below

watching.PATIENCE = 600.0

PARAGRAPHS = 40
QUIET_MS = 400
EDITS = 3
"""Changes of one paragraph for each full rewrite."""

_SUBJECTS = ("The old boat", "My neighbour", "A heron", "The ferry", "Our landlord")
_DEEDS = ("waited at the pier", "crossed the bay twice", "came back without a catch", "slept through the storm")
_REASONS = ("because the wind had turned", "while it rained", "before anybody was awake", "for no reason at all")


def sentence(number: int) -> str:
    """Return one of many sentences."""
    subject, deed = _SUBJECTS[number % 5], _DEEDS[number // 5 % 4]
    return f"{subject} {deed} {_REASONS[number // 20 % 3]}, and on day {number} I wrote it down."


def post(numbers: list[int]) -> str:
    """Return a post whose paragraphs follow from numbers."""
    return "\n\n".join(f"{sentence(number)} {sentence(number + 7)}" for number in numbers) + "\n"


class Timed:
    """A watched post that is saved and timed."""

    def __init__(self, watcher: Watcher, path: Path) -> None:
        self.watcher = watcher
        self.path = path
        self.saves = 0

    def save(self, text: str) -> tuple[float, int]:
        """Save the post; return the seconds until its result is there, and the segments that the model was sent."""
        temporary = self.path.with_name(".post.new")
        temporary.write_text(text, encoding="utf-8")
        self.watcher.told.sent.clear()
        self.saves += 1
        start = time.perf_counter()
        temporary.replace(self.path)
        self.watcher.wait("done", self.path, count=self.saves)
        return time.perf_counter() - start, sum(self.watcher.told.sent)


def measure(model: str, rounds: int) -> None:
    """Time saves with one model and print what they took."""
    folder = Path("posts")
    folder.mkdir(exist_ok=True)
    path = folder / f"{Path(model).stem}.md"
    path.write_text("Soon.\n", encoding="utf-8")
    full: list[float] = []
    one: list[float] = []
    sent: list[int] = []
    with Watcher(folder, model=model, quiet_ms=QUIET_MS) as watcher:
        timed = Timed(watcher, path)
        timed.save("A first paragraph, which loads the model.\n")
        for number in range(rounds):
            numbers = [1000 * (number + 1) + index for index in range(PARAGRAPHS)]
            full.append(timed.save(post(numbers))[0])
            for edit in range(EDITS):
                numbers[(edit * 13 + number) % PARAGRAPHS] += 500
                seconds, segments = timed.save(post(numbers))
                one.append(seconds)
                sent.append(segments)
    report(model, full, one, sent)


def report(model: str, full: list[float], one: list[float], sent: list[int]) -> None:
    """Print the figures of one model."""
    quiet = QUIET_MS / 1000
    whole, single = statistics.median(full), statistics.median(one)
    print(f"{Path(model).name}: {len(full)} full rewrites, {len(one)} edits of one paragraph")
    print(f"  full rewrite   {whole:8.3f} s from save to result, {whole - quiet:8.3f} s without the quiet time")
    print(f"  one paragraph  {single:8.3f} s from save to result, {single - quiet:8.3f} s without the quiet time")
    print(
        f"  ratio          {whole / single:8.1f} times,                {(whole - quiet) / (single - quiet):8.1f} times"
    )
    print(f"  sent           {statistics.mean(sent):8.2f} of {PARAGRAPHS} segments per edit", flush=True)


def main() -> None:
    """Measure echo and the embedded model, or the models that are named."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for model in sys.argv[2:] or ["echo", str(embedded_path())]:
            measure(model, rounds)
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
