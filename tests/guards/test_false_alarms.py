"""Human translations are good: guards let them pass, and see the faults that are planted into them.

The whole measurement, by guard, is ``benchmarks/guards.py``; here a fixed sample is judged.
"""

import json
import re
from collections import Counter

import pytest
from aligned_pairs import LANGUAGES
from planted_faults import FAULTS, Tally, cases, seen

from styletune.guards import GuardContext, check

EN_ZH = GuardContext("translate", source_lang="en", target_lang="zh")
MASKED = re.compile(r"(?<=\]\()[^)\s]+(?=\))|`[^`]+`|</?[a-zA-Z][^>]*>|https?://[^\s)]+")
MARKUP = frozenset({"marks", "links", "emphasis"})
"""Translators do drop links and bold text; those alarms are right."""

EVERY = 2
"""The alarms are counted on each n-th pair."""

EVERY_FOR_FAULTS = 3

FAULTS_OF_A_KIND = 14


@pytest.fixture(scope="module")
def guides(corpora):
    folder = corpora / "opensource-guide"
    if not folder.is_dir():
        pytest.skip("the translated guides are not on this machine")
    return folder


@pytest.fixture(scope="module")
def pairs(corpora):
    path = corpora / "pairs" / "opensource-guide.en-zh.jsonl"
    if not path.exists():
        pytest.skip("the aligned pairs are not on this machine")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [masked(pair["source"], pair["target"]) for pair in map(json.loads, lines)]


def masked(source, target):
    numbers = {}

    def mark(match):
        return f"⟦{numbers.setdefault(match[0], len(numbers) + 1)}⟧"

    return MASKED.sub(mark, source), MASKED.sub(mark, target)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_human_translations_raise_hardly_any_alarm(guides, lang):
    sample = cases(guides, lang, every=EVERY)
    alarms = [check(case.source, case.target, context=case.context, disabled=MARKUP) for case in sample]
    assert len(sample) > 150
    assert sum(map(bool, alarms)) < 0.05 * len(sample), [finding for findings in alarms for finding in findings]


def test_pairs_that_others_aligned_raise_hardly_any_alarm(pairs):
    alarms = [check(source, target, context=EN_ZH, disabled=MARKUP) for source, target in pairs[::2]]
    assert sum(map(bool, alarms)) < 0.05 * len(alarms), [finding for findings in alarms for finding in findings]


def test_planted_faults_are_seen_whatever_their_kind(guides):
    tally: Tally = {}
    missed = [
        fault
        for lang in LANGUAGES
        for fault in seen(cases(guides, lang, every=EVERY_FOR_FAULTS), tally, most=FAULTS_OF_A_KIND)
    ]
    hits, total = Counter(), Counter()
    for (kind, _), (hit, of) in tally.items():
        hits[kind] += hit
        total[kind] += of
    assert set(total) == set(FAULTS)
    assert {kind: f"{hits[kind]} of {total[kind]}" for kind in FAULTS if hits[kind] < 0.95 * total[kind]} == {}, missed
