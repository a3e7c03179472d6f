"""Measure how well posts in two languages become pairs: how many are found, how many are wrong, how long it takes.

Run: python benchmarks/bilingual_alignment.py CORPORA [--show]

1. The Open Source Guides, as they stand: pairs, and what was dropped and why, for each language.
2. The same against pairs that exist already (``pairs/opensource-guide.en-zh.jsonl``), whose lists are one pair each.
3. Faults planted in one side of articles whose paragraphs correspond one to one: left out, joined, swapped. A pair
   counts as right if both of its texts belong together.

``--show`` prints fifty pairs that the file does not have, to be read by eye, and the pairs of part 3 that are wrong.
"""

import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from aligned_pairs import LANGUAGES, Pair, aligned_pairs
from rapidfuzz.fuzz import ratio
from styletune_training.corpus.document import CorpusDocument, Paragraph, paragraph
from styletune_training.corpus.reading import FoundFile, read_document
from styletune_training.corpus.source import Source
from styletune_training.pairs.mined import MinedPair
from styletune_training.pairs.translations import Bilingual, align, bilingual

from styletune.text.wrap import unwrap

GUIDES = "opensource-guide"
FOLDERS = ("en", *LANGUAGES.values())
ALIKE = 95.0
"""Likeness, of 100, from which two texts are the same one."""

FAULTS = ("none", "left out", "joined", "swapped", "replaced")
SHARE = 0.1
SEED = 5


def documents(guides: Path) -> list[CorpusDocument]:
    """Read the articles in all languages."""
    source = Source("posts", GUIDES)
    found = [path for folder in FOLDERS for path in sorted((guides / folder).glob("*.md"))]
    return [read_document(FoundFile(path, f"{path.parent.name}/{path.name}", path.name), source) for path in found]


def as_they_stand(corpora: Path) -> dict[str, list[MinedPair]]:
    """Align the articles and print what came of it; return the pairs by language."""
    started = time.perf_counter()
    read = documents(corpora / GUIDES)
    print(f"{len(read)} documents read in {time.perf_counter() - started:.1f} s\n")
    pairs: defaultdict[str, list[MinedPair]] = defaultdict(list)
    dropped: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seconds: defaultdict[str, float] = defaultdict(float)
    for both in bilingual(read):
        started = time.perf_counter()
        mined = align(both)
        langs = f"{both.original.lang}-{both.translation.lang}"
        seconds[langs] += time.perf_counter() - started
        pairs[langs] += mined.pairs
        dropped[langs].update(mined.dropped)
    print("| languages | pairs | dropped | seconds |\n|---|---|---|---|")
    for langs, found in pairs.items():
        reasons = ", ".join(f"{count} {reason}" for reason, count in dropped[langs].most_common())
        print(f"| {langs} | {len(found)} | {reasons} | {seconds[langs]:.1f} |")
    return pairs


def against_known(file: Path, mined: Sequence[MinedPair], *, shows: bool) -> None:
    """Print how many known pairs are found; a list that is one known pair is found if all of its items are."""
    known = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    used: set[int] = set()
    found = items = found_items = 0
    for one in known:
        hits = [_find(mined, one["doc"], texts) for texts in _items(one["source"], one["target"])]
        items += len(hits)
        found_items += sum(hit is not None for hit in hits)
        found += None not in hits
        used |= {hit for hit in hits if hit is not None}
    print(f"\n{found} of {len(known)} known pairs found; {found_items} of their {items} paragraphs and list items;")
    rest = [one for number, one in enumerate(mined) if number not in used]
    print(f"{len(rest)} of {len(mined)} pairs are not among the known ones")
    if shows:
        for one in random.Random(SEED).sample(rest, 50):  # noqa: S311 - seeded on purpose
            print(f"{one.place}\n  {one.pair.source}\n  {one.pair.target}")


def _items(source: str, target: str) -> list[tuple[str, str]]:
    sources, targets = (
        [item.strip() for item in f"\n{text}".split("\n* ") if item.strip()] for text in (source, target)
    )
    same = len(sources) == len(targets)
    return list(zip(sources, targets, strict=True)) if same else [(source, target)]


def _find(mined: Sequence[MinedPair], doc: str, texts: tuple[str, str]) -> int | None:
    wanted = [_normal(text) for text in texts]
    for number, one in enumerate(mined):
        given = _normal(one.pair.source), _normal(one.pair.target)
        if one.pair.doc == doc and all(ratio(*both) >= ALIKE for both in zip(given, wanted, strict=True)):
            return number
    return None


def _normal(text: str) -> str:
    return "".join(unwrap(text).split())


def planted(guides: Path, *, shows: bool) -> None:
    """Print precision and recall with faults of each kind in one side."""
    print("\n| languages | fault | true pairs | pairs | precision | recall |\n|---|---|---|---|---|---|")
    for lang in LANGUAGES:
        articles: defaultdict[str, list[Pair]] = defaultdict(list)
        for pair in aligned_pairs(guides, lang):
            articles[pair.article].append(pair)
        for fault in FAULTS:
            true = given = right = 0
            for article, pairs in articles.items():
                both, truth = _with_fault(article, pairs, fault, lang)
                for found in align(both).pairs:
                    is_right = (found.pair.source, found.pair.target) in truth
                    right += is_right
                    given += 1
                    if shows and not is_right:
                        print(f"{fault}: {found.place}\n  {found.pair.source}\n  {found.pair.target}")
                true += len(truth)
            print(f"| en-{lang} | {fault} | {true} | {given} | {right / given:.2%} | {right / true:.2%} |")


def _with_fault(article: str, pairs: Sequence[Pair], fault: str, lang: str) -> tuple[Bilingual, set[tuple[str, str]]]:
    """Plant a fault in a tenth of the translation's paragraphs; return with it which texts belong together."""
    chance = random.Random(f"{SEED} {article} {fault}")  # noqa: S311 - seeded on purpose
    sources = [paragraph(pair.kind, pair.visible[0], pair.line) for pair in pairs]
    targets = [paragraph(pair.kind, pair.visible[1], pair.line) for pair in pairs]
    truth = {(one.text, other.text) for one, other in zip(sources, targets, strict=True)}
    taken: set[int] = set()
    shuffled = list(range(len(pairs)))
    chance.shuffle(shuffled)
    for at in shuffled[: round(SHARE * len(pairs))] if fault != "none" else []:
        if not taken & {at, at + 1}:
            taken |= {at, at + 1}
            _plant(fault, at, sources, targets, truth)
    used = [one for one in targets if one.text != ""]
    original = CorpusDocument(f"en/{article}", article, "s", (0, 0), "", lang="en", paragraphs=tuple(sources))
    other = CorpusDocument(f"{lang}/{article}", article, "s", (0, 0), "", lang=lang, paragraphs=tuple(used))
    return Bilingual(original, other), {both for both in truth if both[0] != both[1]}


def _plant(
    fault: str, at: int, sources: list[Paragraph], targets: list[Paragraph], truth: set[tuple[str, str]]
) -> None:
    here = targets[at]
    if fault in {"left out", "replaced"}:
        truth.discard((sources[at].text, here.text))
        text = targets[at * 7 % len(targets)].text[::-1] if fault == "replaced" else ""
        targets[at] = Paragraph(here.id, here.kind, text, here.line)
    elif at + 1 < len(targets) and here.kind == targets[at + 1].kind:
        after = targets[at + 1]
        if fault == "swapped":
            targets[at : at + 2] = [after, here]
        else:
            truth -= {(sources[at].text, here.text), (sources[at + 1].text, after.text)}
            joined = [
                unwrap(f"{one.text}\n{other.text}") for one, other in ((sources[at], sources[at + 1]), (here, after))
            ]
            truth.add((joined[0], joined[1]))
            targets[at] = Paragraph(here.id, here.kind, joined[1], here.line)
            targets[at + 1] = Paragraph(here.id, here.kind, "", here.line)


def main(arguments: Sequence[str]) -> None:
    """Run all parts."""
    shows = "--show" in arguments
    corpora = Path(next(argument for argument in arguments if argument != "--show"))
    pairs = as_they_stand(corpora)
    against_known(corpora / "pairs" / "opensource-guide.en-zh.jsonl", pairs["en-zh-hans"], shows=shows)
    planted(corpora / GUIDES, shows=shows)


if __name__ == "__main__":
    main(sys.argv[1:])
