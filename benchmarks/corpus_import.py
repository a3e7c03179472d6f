"""Import folders of posts as a person would, each into a project of its own, and print what came of them.

Usage: ``python benchmarks/corpus_import.py FOLDER... [--git REPO]``, such as ``CORPORA/til``.

The commands run in processes of their own: the seconds hold the start of Python. The second time nothing has changed.
"""

import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

STYLETUNE = (sys.executable, "-m", "styletune")


def main(arguments: list[str]) -> None:
    """Import each folder and print its figures."""
    repositories = [Path(path).resolve() for flag, path in itertools.pairwise(arguments) if flag == "--git"]
    folders = [
        Path(path).resolve() for path in arguments if path != "--git" and Path(path).resolve() not in repositories
    ]
    for folder in folders:
        report(folder.name, [str(folder)])
    for repository in repositories:
        report(f"history of {repository.name}", ["--git", str(repository)])


def report(name: str, added: list[str]) -> None:
    """Add something to a new project; print documents, paragraphs, pairs and seconds."""
    with TemporaryDirectory() as project:
        first = timed("corpus", "add", *added, project=project)[0]
        again = timed("corpus", "add", project=project)[0]
        seconds, output = timed("corpus", "stats", "--json", project=project)
        found: dict[str, Any] = json.loads(output)
    print(f"\n## {name}: {first:.1f} s, again {again:.1f} s, stats {seconds:.1f} s")
    corpus = found["corpus"]
    for lang, count in corpus["languages"].items():
        print(f"{lang}: {count['documents']} documents, {count['paragraphs']} paragraphs, {count['words']} words")
    print(f"posts by split: {corpus['splits']}; not used: {corpus['skipped']}; left out: {corpus['left_out']}")
    for pairs in found["pairs"]:
        print(f"{pairs['task']} {' -> '.join(map(str, pairs['langs']))} {pairs['origin']}: {pairs['splits']}")
    for dropped in found["dropped"]:
        print(f"dropped: {dropped['reason']} {dropped['origins']}, such as {'; '.join(dropped['examples'][:1])}")
    for note in found["notes"]:
        print(note)


def timed(*arguments: str, project: str) -> tuple[float, str]:
    """Run a command; return its seconds and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        [*STYLETUNE, *arguments, "--project", project, "-q"], capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        sys.exit(done.stderr)
    return time.perf_counter() - began, done.stdout


if __name__ == "__main__":
    main(sys.argv[1:])
