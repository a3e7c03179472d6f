"""Measure the gate of training pairs: what it refuses of people's own pairs, and which planted faults it sees.

Run: python benchmarks/pair_gate.py CORPORA [--show]

CORPORA holds ``opensource-guide/{en,zh-hans,es,fr,de}``; ``tests/support/aligned_pairs.py`` says how the articles are
aligned, ``planted_faults.py`` which faults there are. Faults go into pairs that pass.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from aligned_pairs import LANGUAGES, PROSE, aligned_pairs
from pair_faults import FAULTS, planted
from styletune_training.pairs.gate import faults

from styletune.exchange.pair import Origin, Pair, make_pair
from styletune.guards import Finding

Judged = tuple[Pair, list[Finding]]

_SEED = 7


def human_pairs(guides: Path, lang: str, *, back: bool, origin: Origin = "human") -> list[Pair]:
    """Make pairs of the paragraphs of the guides and their translations, as Markdown."""
    langs = (lang, "en") if back else ("en", lang)
    texts = [
        (pair.article, (pair.visible[1], pair.visible[0]) if back else pair.visible)
        for pair in aligned_pairs(guides, lang)
        if pair.kind in PROSE
    ]
    return [make_pair(article, "translate", langs, both, origin=origin) for article, both in texts]


def judge(pairs: Sequence[Pair]) -> tuple[list[Judged], float]:
    """Judge pairs; return what the gate says and milliseconds a pair."""
    started = time.perf_counter()
    judged = [(pair, faults(pair)) for pair in pairs]
    return judged, 1000 * (time.perf_counter() - started) / len(pairs)


def table(title: str, runs: Iterator[tuple[str, list[Judged], float]]) -> None:
    """Print what is refused, and by which guard."""
    print(
        f"{title}\n\n| pairs | of | refused | marks differ | the rest | ms/pair | by guard |\n|---|---|---|---|---|---|---|"
    )
    for name, judged, milliseconds in runs:
        refused = [found for _, found in judged if found]
        marks = sum(found[0].guard == "marks" for found in refused)
        counts = Counter(guard for found in refused for guard in {finding.guard for finding in found})
        by_guard = ", ".join(f"{guard} {count}" for guard, count in counts.most_common())
        shares = " | ".join(_share(count, len(judged)) for count in (len(refused), marks, len(refused) - marks))
        print(f"| {name} | {len(judged)} | {shares} | {milliseconds:.1f} | {by_guard} |")
    print()


def translations(guides: Path, origin: Origin) -> Iterator[tuple[str, list[Judged], float]]:
    """Judge human translations in both directions."""
    for lang in LANGUAGES:
        for back in (False, True):
            name = f"{lang}-en" if back else f"en-{lang}"
            yield name, *judge(human_pairs(guides, lang, back=back, origin=origin))


def rewrites(guides: Path) -> Iterator[tuple[str, list[Judged], float]]:
    """Judge paragraphs that a person left as they were, or changed a little."""
    for lang in ("en", *LANGUAGES):
        pairs = [pair for pair in aligned_pairs(guides, "fr" if lang == "en" else lang) if pair.kind in PROSE]
        texts = [pair.visible[0] if lang == "en" else pair.visible[1] for pair in pairs]
        for name, edit, origin in _EDITS:
            yield f"{lang} {name}", *judge([_rewrite(text, edit(text), lang, origin) for text in texts])


def recall(guides: Path) -> None:
    """Print the share of planted faults that are seen, of how many."""
    print("PLANTED FAULTS THAT ARE SEEN (share, of how many)\n")
    print(f"| fault | {' | '.join(f'en-{lang}' for lang in LANGUAGES)} |\n|---|{'---|' * len(LANGUAGES)}")
    sound = {lang: [pair for pair in human_pairs(guides, lang, back=False) if not faults(pair)] for lang in LANGUAGES}
    for name in FAULTS:
        cells: list[str] = []
        for pairs in sound.values():
            bad = [planted(name, pair, Random(f"{_SEED} {name} {pair.id}")) for pair in pairs]  # noqa: S311 - no secret
            seen = [bool(faults(pair)) for pair in bad if pair is not None]
            cells.append(f"{100 * sum(seen) / len(seen):.1f} % of {len(seen)}" if seen else "-")
        print(f"| {name} | {' | '.join(cells)} |")


def show(guides: Path) -> None:
    """Print everything that is refused with its texts, to be read."""
    for run in (translations(guides, "human"), rewrites(guides)):
        for name, judged, _ in run:
            for pair, found in judged:
                if found:
                    reasons = "; ".join(f"{finding.guard}: {finding.reason}" for finding in found)
                    print(f"{name} {pair.doc} {reasons}\n  {pair.source}\n  {pair.target}")


def main(guides: Path, *, shows: bool) -> None:
    """Measure and print."""
    if shows:
        show(guides)
        return
    table("WHAT IS REFUSED OF HUMAN TRANSLATIONS", translations(guides, "human"))
    table("WHAT IS REFUSED OF REWRITES THAT CHANGE NOTHING, OR LITTLE", rewrites(guides))
    recall(guides)


def _rewrite(before: str, after: str, lang: str, origin: Origin) -> Pair:
    return make_pair("guides", "rewrite", (lang, lang), (before, after), origin=origin)


def _edited(text: str) -> str:
    for before, after in (
        ("It is", "It's"),
        ("do not", "don't"),
        ("a lot of", "many"),
        (", and ", " and "),
        ("，", "、"),
    ):
        text = text.replace(before, after)
    return text


_EDITS: tuple[tuple[str, "Callable[[str], str]", Origin], ...] = (
    ("as it was", str, "identity"),
    ("edited lightly", _edited, "git"),
    ("corrected lightly", _edited, "correction"),
)


def _share(count: int, total: int) -> str:
    return f"{count} ({100 * count / total:.1f} %)"


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "opensource-guide", shows="--show" in sys.argv)
