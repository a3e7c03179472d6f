"""Measure how fast the author's nearest paragraphs are found, and how well.

    python benchmarks/examples_nearest.py FOLDER [--posts 1000]

Copies the posts of FOLDER until there are as many as asked for. "Found" is the share of paragraphs of at least two
sentences whose first half finds the paragraph that its second half was taken for. Informational: nothing fails.
"""

import argparse
import os
import re
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from styletune.memory.nearest import NearestParagraphs
from styletune.memory.posts import Posts
from styletune.parts import split_once


def main() -> None:
    """Measure speed on copies of the posts, and quality on the posts themselves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--posts", type=int, default=1000, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        _measure_speed(options.folder, Path(scratch) / "blog", options.posts)
        _measure_quality(options.folder)


def _measure_speed(folder: Path, blog: Path, count: int) -> None:
    _copy_posts(folder, blog, count)
    started = time.perf_counter()
    posts = Posts(blog, ["."]).read()
    read = time.perf_counter()
    again = Posts(blog, ["."]).read()
    known = time.perf_counter()
    paragraphs = [text for post in again for text in post.paragraphs]
    index = NearestParagraphs(paragraphs)
    indexed = time.perf_counter()
    queries = paragraphs[:: max(1, len(paragraphs) // 100)]
    for query in queries:
        index.nearest(query, 2)
    asked = (time.perf_counter() - indexed) / max(1, len(queries))
    print(f"{len(posts)} posts, {len(paragraphs)} paragraphs")
    print(f"read {read - started:.1f} s, read again {known - read:.2f} s, index {indexed - known:.2f} s")
    print(f"two nearest of a paragraph {1000 * asked:.1f} ms")


def _copy_posts(folder: Path, blog: Path, count: int) -> None:
    """Copy posts under new names; each copy has words of its own, so that copies are not alike."""
    blog.mkdir()
    for number, path in enumerate(islice(cycle(sorted(folder.rglob("*.md"))), count)):
        text = _with_own_words(path.read_text(encoding="utf-8"), number)
        (blog / f"{number}-{path.name}").write_text(text, encoding="utf-8")


def _with_own_words(text: str, number: int) -> str:
    return re.sub(r"\b\w{5,}\b", lambda word: f"{word[0]}{number}" if len(word[0]) % 2 else word[0], text)


def _measure_quality(folder: Path) -> None:
    texts = [text for post in Posts(folder, ["."]).read() for text in post.paragraphs]
    halves = [parts for text in texts if len(parts := split_once(text)) == 2]  # noqa: PLR2004 - halves
    index = NearestParagraphs([second for _, second in halves])
    for most in (1, 3, 10):
        print(
            f"found among the first {most}: {_found(index, [first for first, _ in halves], most):.1%} of {len(halves)}"
        )


def _found(index: NearestParagraphs, queries: Sequence[str], most: int) -> float:
    hits = sum(number in index.nearest(query, most) for number, query in enumerate(queries))
    return hits / max(1, len(queries))


if __name__ == "__main__":
    main()
