"""Count false alarms on human translations, and planted faults that are seen, by language and by guard.

Run: python benchmarks/guards.py CORPORA [--show]

CORPORA holds ``opensource-guide/{en,zh-hans,es,fr,de}``; ``tests/support/aligned_pairs.py`` says how the articles are
aligned, ``planted_faults.py`` which faults there are. Faults go into the translations that pass.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from aligned_pairs import LANGUAGES, PROSE, Pair, aligned_pairs
from planted_faults import FAULTS, Tally, cases, seen

from styletune.guards import GUARDS, Finding, GuardContext, check

MARKUP = frozenset({"marks", "links", "code", "html", "emphasis", "blocks"})
"""Guards that compare markup: where they speak, the translator did change a link or what is bold."""

Judged = tuple[Pair, str, str, list[Finding]]


def judge(pairs: Sequence[Pair], context: GuardContext, *, back: bool = False) -> tuple[list[Judged], float]:
    """Run all guards over pairs; return what they say, and milliseconds a pair."""
    texts = [(pair, pair.target, pair.source) if back else (pair, pair.source, pair.target) for pair in pairs]
    started = time.perf_counter()
    judged = [(pair, source, target, check(source, target, context=context)) for pair, source, target in texts]
    return judged, 1000 * (time.perf_counter() - started) / len(pairs)


def runs(guides: Path) -> list[tuple[str, list[Judged], float]]:
    """Judge every language in both directions, headings apart, and English left as it is."""
    found: list[tuple[str, list[Judged], float]] = []
    for lang in LANGUAGES:
        everything = aligned_pairs(guides, lang)
        prose = [pair for pair in everything if pair.kind in PROSE]
        headings = [pair for pair in everything if pair.kind not in PROSE]
        onward, back = GuardContext("translate", "en", lang), GuardContext("translate", lang, "en")
        found.append((f"en-{lang}", *judge(prose, onward)))
        found.append((f"{lang}-en", *judge(prose, back, back=True)))
        found.append((f"en-{lang} headings", *judge(headings, onward)))
    return found


def false_alarms(found: Sequence[tuple[str, list[Judged], float]]) -> None:
    """Print the table of alarms: pairs, pairs with an alarm, those without a change of markup, and which guards."""
    print("ALARMS ON HUMAN TRANSLATIONS (pairs of paragraphs, list items and quotations)\n")
    print("| languages | pairs | flagged | markup changed by the translator | the rest | ms/pair | by guard |")
    print("|---|---|---|---|---|---|---|")
    for name, judged, milliseconds in found:
        flagged = [findings for _, _, _, findings in judged if findings]
        markup = [findings for findings in flagged if MARKUP & {finding.guard for finding in findings}]
        counts = Counter(guard for findings in flagged for guard in {finding.guard for finding in findings})
        by_guard = ", ".join(f"{guard} {counts[guard]}" for guard in GUARDS if counts[guard])
        total, rest = len(judged), len(flagged) - len(markup)
        print(
            f"| {name} | {total} | {_share(len(flagged), total)} | {_share(len(markup), total)} | {_share(rest, total)} "
            f"| {milliseconds:.1f} | {by_guard} |"
        )


def rewrites(guides: Path) -> None:
    """Print the alarms on texts that a rewrite left as they were, or changed a little."""
    print("\nALARMS ON REWRITES THAT CHANGE NOTHING, OR LITTLE (contractions, commas, a synonym)\n")
    print("| language | unchanged | edited lightly |\n|---|---|---|")
    for lang in ("en", *LANGUAGES):
        pairs = [pair for pair in aligned_pairs(guides, "fr" if lang == "en" else lang) if pair.kind in PROSE]
        texts = [pair.source if lang == "en" else pair.target for pair in pairs]
        context = GuardContext("rewrite", source_lang=lang)
        counts = [sum(bool(check(text, edit(text), context=context)) for text in texts) for edit in (str, _edited)]
        print(f"| {lang} | {_share(counts[0], len(texts))} | {_share(counts[1], len(texts))} |")


def recall(guides: Path) -> None:
    """Print the table of planted faults: the share seen, of how many."""
    tally: Tally = {}
    for lang in LANGUAGES:
        seen(cases(guides, lang), tally)
    print("\nPLANTED FAULTS THAT ARE SEEN (share, of how many)\n")
    print(f"| fault | {' | '.join(f'en-{lang}' for lang in LANGUAGES)} |\n|---|{'---|' * len(LANGUAGES)}")
    for kind in FAULTS:
        cells = [tally.get((kind, lang), (0, 0)) for lang in LANGUAGES]
        shown = [f"{100 * found / total:.1f} % of {total}" if total else "-" for found, total in cells]
        print(f"| {kind} | {' | '.join(shown)} |")


def show(found: Sequence[tuple[str, list[Judged], float]]) -> None:
    """Print every alarm with its texts, to be read one by one."""
    for name, judged, _ in found:
        for pair, source, target, findings in judged:
            if findings:
                reasons = "; ".join(f"{finding.guard}: {finding.reason}" for finding in findings)
                print(f"{name} {pair.article}:{pair.line} {reasons}\n  {source}\n  {target}")


def main(guides: Path, *, shows: bool) -> None:
    """Measure and print."""
    found = runs(guides)
    if shows:
        show(found)
        return
    tables: Sequence[Callable[[Path], None]] = (rewrites, recall)
    false_alarms(found)
    for table in tables:
        table(guides)


def _share(count: int, total: int) -> str:
    return f"{count} ({100 * count / total:.1f} %)"


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


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "opensource-guide", shows="--show" in sys.argv)
