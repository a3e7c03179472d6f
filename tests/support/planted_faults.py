"""Faults that models make, planted into good translations: what guards must see.

Every fault is a function of a case and a source of chance; it returns the case with the fault in its target, or
``None`` where the text gives no occasion for it. None of them uses the code of a guard: names, terms and numbers come
from lists that were made by reading the texts.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import TypeAlias

import faults_of_facts
import faults_of_form
import faults_of_text
from aligned_pairs import LANGUAGES, PROSE, aligned_pairs
from fault_case import Case

from styletune.guards import GuardContext, check

Plant: TypeAlias = Callable[[Case, Random], Case | None]

Tally: TypeAlias = dict[tuple[str, str], tuple[int, int]]
"""Kind of fault and language to how many were seen, of how many."""

FAULTS: Mapping[str, Plant] = {
    "number changed": faults_of_facts.number_changed,
    "number word changed": faults_of_facts.number_word_changed,
    "number made up": faults_of_facts.number_added,
    "link lost": faults_of_form.link_lost,
    "mark lost": faults_of_form.mark_lost,
    "mark doubled": faults_of_form.mark_doubled,
    "emphasis lost": faults_of_form.emphasis_lost,
    "address changed": faults_of_facts.address_changed,
    "code translated": faults_of_facts.code_translated,
    "code unmarked": faults_of_facts.code_unmarked,
    "name swapped": faults_of_facts.name_swapped,
    "account swapped": faults_of_facts.handle_swapped,
    "half missing": faults_of_text.half_missing,
    "truncated": faults_of_text.truncated,
    "wrong language": faults_of_text.wrong_language,
    "echo": faults_of_text.echo,
    "untranslated tail": faults_of_text.untranslated_tail,
    "word left as it was": faults_of_text.half_translated,
    "loop": faults_of_text.looped,
    "sentence repeated": faults_of_text.sentence_repeated,
    "preamble": faults_of_form.preamble,
    "thinking": faults_of_form.thinking,
    "template leaked": faults_of_form.template,
    "prompt leaked": faults_of_form.prompt,
    "term ignored": faults_of_facts.term_ignored,
    "never-say word": faults_of_facts.never_said,
}
"""Kinds of faults, by the name that reports use."""


def cases(guides: Path, lang: str, *, every: int = 1) -> list[Case]:
    """List each n-th of the human translations of a language from English, with what seeds their faults."""
    elsewhere: dict[tuple[str, int], list[str]] = {}
    for other in LANGUAGES:
        if other not in {lang, "zh"}:
            for pair in aligned_pairs(guides, other):
                elsewhere.setdefault((pair.article, pair.line), []).append(pair.target)
    context = GuardContext("translate", "en", lang)
    return [
        Case(
            pair.source,
            pair.target,
            context,
            pair.visible,
            tuple(elsewhere.get((pair.article, pair.line), ())),
            f"{pair.article}:{pair.line}",
        )
        for pair in [pair for pair in aligned_pairs(guides, lang) if pair.kind in PROSE][::every]
    ]


def seen(found: Iterable[Case], tally: Tally, *, most: int | None = None, seed: int = 7) -> list[str]:
    """Plant every fault that a case gives occasion for, and count those that any guard sees.

    Cases that the guards refuse as they are get no fault. ``most`` bounds the faults of a kind. Returns those that
    were not seen, in words.
    """
    planted: dict[str, int] = {}
    missed: list[str] = []
    for case in found:
        if check(case.source, case.target, context=case.context):
            continue
        for kind, plant in FAULTS.items():
            if planted.get(kind, 0) == most:
                continue
            fault = plant(case, Random(f"{seed} {kind} {case.context.target_lang} {case.place}"))  # noqa: S311 - no secret
            if fault is None:
                continue
            planted[kind] = planted.get(kind, 0) + 1
            key = kind, str(case.context.target_lang)
            before = tally.get(key, (0, 0))
            hit = bool(check(fault.source, fault.target, context=fault.context))
            tally[key] = before[0] + hit, before[1] + 1
            missed += [] if hit else [f"{kind} {key[1]} {case.place}: {fault.target}"]
    return missed
