"""A folder of a thousand posts: the first run, an unchanged one, and one paragraph changed; time and peak memory.

Run: python benchmarks/thousand_posts.py FOLDER [POSTS]

The posts are made of the paragraphs of the Markdown files in FOLDER. ``echo`` stands for the model, so that what is
measured is everything around it. Each run is a process of its own; the time of an empty interpreter and of
``styletune --version`` is what no run can be faster than.
"""

import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

STYLETUNE = [sys.executable, "-c", "from styletune.cli import main; main()"]
REPEATS = 3


@dataclass(frozen=True)
class Measured:
    """What a process took."""

    seconds: float
    peak: float
    """Resident memory in MiB, of the process at its largest."""


def measure(*command: str, folder: Path) -> Measured:
    """Run a command in a folder and return what it took; its exit code must be 0."""
    started = time.perf_counter()
    nowhere = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (0, 1, 2)]
    before = Path.cwd()
    os.chdir(folder)
    child = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere)
    os.chdir(before)
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes here
    return Measured(time.perf_counter() - started, usage.ru_maxrss * unit / 2**20)


def paragraphs(folder: Path) -> list[str]:
    """Return the paragraphs of all posts of a folder, without their headers."""
    found: list[str] = []
    for file in sorted(folder.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="ignore").replace("\r\n", "\n")
        body = text.split("\n---\n", 1)[-1] if text.startswith("---\n") else text
        found += [part for part in body.split("\n\n") if part.strip() and "```" not in part and "\x00" not in part]
    return found


def write_posts(folder: Path, parts: list[str], count: int) -> int:
    """Write posts of ten to forty paragraphs each and return their size in bytes."""
    chance = random.Random(0)  # noqa: S311 -- the same posts every time
    size = 0
    for number in range(count):
        text = "\n\n".join(chance.choice(parts) for _ in range(chance.randrange(10, 41)))
        header = f"---\ntitle: Post {number}\ndate: 2026-01-01\n---\n\n"
        path = folder / f"{number % 12 + 1:02}" / f"post-{number}.md"
        path.parent.mkdir(exist_ok=True)
        size += path.write_text(f"{header}{text}\n", encoding="utf-8")
    return size


def best(*command: str, folder: Path) -> Measured:
    """Return the fastest of some runs: the others met other work of the machine."""
    return min((measure(*command, folder=folder) for _ in range(REPEATS)), key=lambda measured: measured.seconds)


def main(corpus: Path, count: int) -> int:
    """Measure and print the figures; return the exit code."""
    parts = paragraphs(corpus)
    if not parts:
        print(f"{corpus} holds no Markdown files. Name a folder of posts.")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "styletune.toml").touch()
        size = write_posts(folder, parts, count)
        print(f"{count:,} posts, {size:,} bytes")
        run = [*STYLETUNE, "rewrite", ".", "--model", "echo", "--quiet"]
        rows = [("interpreter", best(sys.executable, "-c", "", folder=folder))]
        rows.append(("styletune --version", best(*STYLETUNE, "--version", folder=folder)))
        rows.append(("first run", measure(*run, folder=folder)))
        rows.append(("unchanged", best(*run, folder=folder)))
        changed = folder / "01" / "post-0.md"
        changed.write_text(changed.read_text(encoding="utf-8") + "\nOne more paragraph.\n", encoding="utf-8")
        rows.append(("one paragraph changed", measure(*run, folder=folder)))
    first = rows[2][1].seconds
    print(f"{'':24}{'seconds':>9}{'of first':>10}{'peak MiB':>10}")
    for label, measured in rows:
        print(f"{label:24}{measured.seconds:9.2f}{measured.seconds / first:10.1%}{measured.peak:10.0f}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:  # noqa: PLR2004 -- the folder
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000))  # noqa: PLR2004
