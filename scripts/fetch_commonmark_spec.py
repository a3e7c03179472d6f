"""Fetch the 652 examples of the CommonMark 0.31.2 specification from a package registry.

The examples go to ``cache/commonmark-0.31.2.json`` as ``[{"example", "section", "markdown"}, ...]``. The first source
is the npm package ``commonmark-spec``, which holds the specification itself; without npm it is the source archive of
``markdown-it-py``, which carries the examples for its own tests.
"""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict, cast

VERSION = "0.31.2"
COUNT = 652
CACHE = Path(__file__).resolve().parent.parent / "cache" / f"commonmark-{VERSION}.json"
FENCE = "`" * 32
EXAMPLE = re.compile(
    rf"^{FENCE} example\n(?P<markdown>.*?)^\.\n.*?^{FENCE}$|^#{{1,6}} (?P<section>.*)$", re.DOTALL | re.MULTILINE
)


class Example(TypedDict):
    """One example: its number, the section it stands in, and its Markdown."""

    example: int
    section: str
    markdown: str


class SpecificationMissingError(Exception):
    """Signal that a source has no usable copy of the specification."""


def examples_in(spec: str) -> Iterator[Example]:
    """Yield the examples of a ``spec.txt``, whose arrows stand for tabs."""
    section, number = "", 0
    for match in EXAMPLE.finditer(spec):
        if match["section"] is not None:
            section = match["section"]
            continue
        number += 1
        yield Example(example=number, section=section, markdown=match["markdown"].replace("→", "\t"))


def from_npm(folder: Path) -> list[Example]:
    """Read the examples out of the npm package ``commonmark-spec``."""
    npm = shutil.which("npm")
    if npm is None:
        raise SpecificationMissingError("npm is not installed")
    _run([npm, "pack", "--silent", f"commonmark-spec@{VERSION}"], folder)
    return list(examples_in(_member(folder, "commonmark-spec-*.tgz", "package/spec.txt").decode()))


def from_pip(folder: Path) -> list[Example]:
    """Read the examples out of the source archive of ``markdown-it-py``."""
    _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "markdown-it-py"], folder)
    text = _member(folder, "markdown_it_py-*.tar.gz", "tests/test_cmark_spec/commonmark.json")
    rows = cast("list[Example]", json.loads(text))
    return [Example(example=row["example"], section=row["section"], markdown=row["markdown"]) for row in rows]


def fetch(target: Path = CACHE, sources: tuple[Callable[[Path], list[Example]], ...] = (from_npm, from_pip)) -> Path:
    """Return the path of the examples, fetching them if need be.

    Raises ``SpecificationMissingError`` when no source has them.
    """
    if target.exists():
        return target
    problems: list[str] = []
    for source in sources:
        try:
            with tempfile.TemporaryDirectory() as folder:
                _store(target, source(Path(folder)))
        except SpecificationMissingError as problem:
            problems.append(f"{source.__name__}: {problem}")
        else:
            return target
    raise SpecificationMissingError(f"The CommonMark {VERSION} examples are not to be had ({'; '.join(problems)}).")


def _store(target: Path, examples: list[Example]) -> None:
    if len(examples) != COUNT:
        raise SpecificationMissingError(f"{len(examples)} examples instead of {COUNT}: another version")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".tmp")
    unfinished.write_text(json.dumps(examples, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(target)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise SpecificationMissingError(f"{Path(command[0]).name} failed: {lines[-1]}")


def _member(folder: Path, archive: str, inside: str) -> bytes:
    """Read the one file of an archive whose path ends in ``inside``; the archive's own top folder varies."""
    for path in folder.glob(archive):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(inside) and (file := tar.extractfile(member)) is not None:
                    return file.read()
    raise SpecificationMissingError(f"{inside} is not in the package")


if __name__ == "__main__":
    try:
        print(fetch())
    except SpecificationMissingError as problem:
        sys.exit(str(problem))
