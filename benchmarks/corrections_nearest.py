"""Measure how well and how fast the right correction is found for a changed paragraph.

    python benchmarks/corrections_nearest.py FOLDER [--candidates 10000] [--queries 100]

The paragraphs of FOLDER stand for what was corrected. "Found" is the share of queries whose own paragraph is among the
first three, for ways to change a paragraph: "light" edits a sixth of its words (characters in unspaced scripts),
"half" keeps its first sentences, "swapped" turns its sentences round, "longer" puts another paragraph behind it.
Informational: nothing fails.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from styletune.markdown.document import Document
from styletune.markdown.segments import Kind
from styletune.memory.earlier_text import EarlierText, Standing, plain
from styletune.memory.likeness import Pool
from styletune.memory.nearest import NearestParagraphs
from styletune.text.sentences import sentences
from styletune.text.tokens import tokens

FIRST = 3
LEAST = 40
"""Bytes of a paragraph that is taken."""

Find = Callable[[str], list[str]]


def main() -> None:
    """Measure quality on the paragraphs as they are, and speed on as many as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--candidates", type=int, default=10_000, metavar="N")
    parser.add_argument("--queries", type=int, default=100, metavar="N")
    options = parser.parse_args()
    texts = paragraphs(options.folder)
    chance = random.Random(1)  # noqa: S311 - the same draws each time
    chosen = chance.sample(texts, min(options.queries, len(texts)))
    print(f"{len(texts)} paragraphs, {len(chosen)} queries; found among the first {FIRST}, milliseconds each")
    for way, change in changes(texts, chance).items():
        queries = [(text, changed) for text in chosen if (changed := change(text))]
        for name, find in searches(texts).items():
            measure(f"{way:8} {name:24}", find, queries)
    measure_speed(texts, chosen, options.candidates, chance)


def paragraphs(folder: Path) -> list[str]:
    """List the paragraphs and list items of a folder's posts, as they are compared."""
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.md")):
        for segment in Document.parse(path.read_bytes()).segments:
            if segment.kind in {Kind.PARAGRAPH, Kind.LIST_ITEM} and len(text := plain(segment.source)) >= LEAST:
                found[text] = None
    return list(found)


def changes(texts: Sequence[str], chance: random.Random) -> dict[str, Callable[[str], str]]:
    """Return ways to change a paragraph; an empty text means that it cannot be changed so."""

    def light(text: str) -> str:
        pieces = tokens(text)
        for _ in range(max(1, len(pieces) // 12)):  # every other piece is a blank in spaced scripts
            pieces[chance.randrange(len(pieces))] = chance.choice(["", tokens(chance.choice(texts))[0]])
        return "".join(pieces)

    def half(text: str) -> str:
        parts = sentences(text)
        return "".join(parts[: len(parts) // 2])

    def swapped(text: str) -> str:
        parts = sentences(text)
        return " ".join(part.strip() for part in reversed(parts)) if len(parts) > 1 else ""

    def longer(text: str) -> str:
        return f"{text} {chance.choice(texts)}"

    return {"light": light, "half": half, "swapped": swapped, "longer": longer}


def searches(texts: Sequence[str]) -> dict[str, Find]:
    """Return ways to find paragraphs; the last one is what styletune does."""
    index = NearestParagraphs(texts)
    pool = pool_of(texts)

    def by(scorer: Callable[..., float]) -> Find:
        return lambda text: [found for found, _, _ in process.extract(text, texts, scorer=scorer, limit=FIRST)]

    return {
        "ratio": by(fuzz.ratio),
        "token_sort_ratio": by(fuzz.token_sort_ratio),
        "token_set_ratio": by(fuzz.token_set_ratio),
        "WRatio": by(fuzz.WRatio),
        "BM25": lambda text: [texts[number] for number in index.sharing(text, FIRST)],
        "BM25, then token_set": lambda text: [found.source for found in pool.nearest(text)[:FIRST]],
    }


def pool_of(texts: Sequence[str]) -> Pool:
    """Return paragraphs as corrections."""
    return Pool([EarlierText(text, text, Standing.CORRECTED, "c") for text in texts])


def measure(name: str, find: Find, queries: Sequence[tuple[str, str]]) -> None:
    """Print the share of queries whose own paragraph is found, and the time of one."""
    started = time.perf_counter()
    hits = sum(text in find(changed) for text, changed in queries)
    each = 1000 * (time.perf_counter() - started) / max(1, len(queries))
    print(f"{name} {hits / max(1, len(queries)):6.1%} of {len(queries)}, {each:.1f} ms")


def measure_speed(texts: Sequence[str], queries: Sequence[str], count: int, chance: random.Random) -> None:
    """Print the time to make a pool of many corrections, and to search it."""
    started = time.perf_counter()
    pool = pool_of([*texts, *(mixed(texts, chance) for _ in range(count - len(texts)))][:count])
    made = time.perf_counter()
    pool.nearest(queries[0])
    pool.fuzzy(queries[0])
    ready = time.perf_counter()
    for query in queries:
        pool.nearest(query)
    nearest = time.perf_counter()
    for query in queries:
        pool.fuzzy(query)
    fuzzy = time.perf_counter()
    print(
        f"{len(pool.texts)} candidates: first search {1000 * (ready - made):.0f} ms (texts made in {made - started:.1f} s),"
    )
    print(
        f"then nearest {1000 * (nearest - ready) / len(queries):.1f} ms, fuzzy {1000 * (fuzzy - nearest) / len(queries):.1f} ms"
    )


def mixed(texts: Sequence[str], chance: random.Random) -> str:
    """Make a paragraph of the sentences of two others."""
    one, other = sentences(chance.choice(texts)), sentences(chance.choice(texts))
    return "".join([*one[: (len(one) + 1) // 2], " ", *other[len(other) // 2 :]])


if __name__ == "__main__":
    main()
