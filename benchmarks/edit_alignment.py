"""Measure how well edits are found: precision and recall of links by kind of edit, and how long it takes.

Run: python benchmarks/edit_alignment.py [CORPORA] [--show]

Edits are made by script (``tests/support/scripted_edits.py``) on examples/draft.md, on generated English, Chinese and
Japanese, and, where CORPORA is given, on real posts and articles. A link counts if all of its texts are right.
``--show`` prints every link that was missed. Translations are aligned with the human ones of the Open Source Guides,
whose headings and paragraphs correspond one to one.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from aligned_pairs import LANGUAGES, aligned_pairs
from scripted_edits import LONG, Score, generated, paragraphs_of, scripts, size

from styletune.edits.alignment import align, align_translations
from styletune.edits.links import Link
from styletune.edits.merge import merge3

ROOT = Path(__file__).resolve().parent.parent

SEEDS = range(4)


def documents(corpora: Path | None) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the sets of documents with their names."""
    yield "draft.md", [paragraphs_of(ROOT / "examples" / "draft.md"), generated("en", 20, 99)]
    for language in ("en", "zh", "ja"):
        yield f"generated {language}", [generated(language, 40, seed) for seed in range(6)]
    if corpora:
        for folder in ("burntsushi-blog", "opensource-guide/en", "opensource-guide/zh-hans", "opensource-guide/de"):
            yield folder, [paragraphs_of(path) for path in sorted((corpora / folder).glob("*.md"))]


def edits(corpora: Path | None, *, shows: bool) -> None:
    """Print precision and recall, by set of documents and by kind of edit."""
    everything = Score()
    print("| documents | edited links | precision | recall | ms a document |\n|---|---|---|---|---|")
    for name, texts in documents(corpora):
        score, spent, count = Score(), 0.0, 0
        for script in scripts(texts, SEEDS):
            started = time.perf_counter()
            links = align(script.old, script.new)
            spent += time.perf_counter() - started
            count += 1
            everything.add(script, links)
            for kind, link in score.add(script, links):
                if shows:
                    print(f"{name}: {kind}\n  {link[0]}\n  {link[1]}")
        total = score.true.total() - score.true["kept"]
        print(f"| {name} | {total} | {score.precision:.2%} | {score.recall:.2%} | {1000 * spent / count:.1f} |")
    _print_kinds(everything)


def _print_kinds(score: Score) -> None:
    print("\n| what happened | links | recall |\n|---|---|---|")
    for kind, total in score.true.items():
        print(f"| {kind} | {total} | {score.found[kind] / total:.2%} |")
    print("\n| found as | links | precision |\n|---|---|---|")
    for shape, total in score.given.items():
        print(f"| {shape} | {total} | {score.right[shape] / total:.2%} |")
    changed = [kind for kind in score.true if kind != "kept"]
    found, true = sum(score.found[kind] for kind in changed), sum(score.true[kind] for kind in changed)
    print(f"\nAll: precision {score.precision:.2%}, recall {score.recall:.2%}; of what was edited {found / true:.2%}")


def translations(corpora: Path) -> None:
    """Print how well translations are aligned: as they are, and with paragraphs left out, joined and cut."""
    print("\n| languages | paragraphs | precision | recall | seconds |\n|---|---|---|---|---|")
    for lang in LANGUAGES:
        right = given = true = 0
        spent = 0.0
        for article in {pair.article for pair in aligned_pairs(corpora / "opensource-guide", lang)}:
            pairs = [pair for pair in aligned_pairs(corpora / "opensource-guide", lang) if pair.article == article]
            source, target, truth = _distorted([pair.visible for pair in pairs], random.Random(article))  # noqa: S311 - seeded on purpose
            started = time.perf_counter()
            links = {(link.old, link.new) for link in align_translations(source, target)}
            spent += time.perf_counter() - started
            right += len(links & truth)
            given += len(links)
            true += len(truth)
        print(f"| en-{lang} | {true} | {right / given:.2%} | {right / true:.2%} | {spent:.1f} |")


Pairs = set[tuple[tuple[int, ...], tuple[int, ...]]]


def _distorted(pairs: Sequence[tuple[str, str]], chance: random.Random) -> tuple[list[str], list[str], Pairs]:
    """Leave out one paragraph in twenty, and join two long ones in the target as often."""
    source: list[str] = []
    target: list[str] = []
    truth: Pairs = set()
    joins = False
    for before, after in pairs:
        source.append(before)
        here = len(source) - 1
        what = chance.choices(["keep", "drop", "join"], [18, 1, 1])[0]
        is_long = size(before) >= LONG
        if joins and is_long:
            target[-1] = f"{target[-1]} {after}"
            truth.discard(((here - 1,), (len(target) - 1,)))
            truth.add(((here - 1, here), (len(target) - 1,)))
            joins = False
            continue
        joins = what == "join" and is_long
        if what == "drop":
            truth.add(((here,), ()))
        else:
            target.append(after)
            truth.add(((here,), (len(target) - 1,)))
    return source, target, truth


def speed() -> None:
    """Print how long a thousand paragraphs take."""
    chance = random.Random(1)  # noqa: S311 - seeded on purpose
    vocabulary = [f"word{number}" for number in range(4000)]
    old = [" ".join(chance.choices(vocabulary, k=60)) for _ in range(1000)]
    print("\n| 1,000 paragraphs of 60 words, edited | seconds to align | to merge |\n|---|---|---|")
    for share in (0.02, 0.2, 1.0):
        new = [_edited(text, vocabulary, chance) if chance.random() < share else text for text in old]
        aligned = _seconds(lambda new=new: align(old, new))
        base, theirs = _chunks(old), _chunks(new)
        merged = _seconds(lambda base=base, theirs=theirs: merge3(base, base[:-2], theirs))
        print(f"| {share:.0%} | {aligned:.2f} | {merged:.2f} |")


def _seconds(work: Callable[[], list[Link] | object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _edited(text: str, vocabulary: Sequence[str], chance: random.Random) -> str:
    found = text.split()
    for at in chance.sample(range(len(found)), 5):
        found[at] = chance.choice(vocabulary)
    return " ".join(found)


def _chunks(texts: Sequence[str]) -> list[bytes]:
    return [chunk for text in texts for chunk in (text.encode(), b"\n", b"\n")]


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--show"]
    folder = Path(arguments[0]) if arguments else None
    edits(folder, shows="--show" in sys.argv)
    if folder:
        translations(folder)
    speed()
