"""Human translations are good: how many of them would the guards refuse?"""

import json
import re

import pytest

from styletune.guards import GuardContext, check

EN_ZH = GuardContext("translate", source_lang="en", target_lang="zh")
MASKED = re.compile(r"(?<=\]\()[^)\s]+(?=\))|`[^`]+`|</?[a-zA-Z][^>]*>|https?://[^\s)]+")
DIGITS = re.compile(r"(?<![\d⟦A-Za-z])\d+(?![\d⟧])")
STRUCTURE = frozenset({"marks", "links", "emphasis"})
"""Translators do drop links and bold text; those findings are no false alarms."""


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


def test_hardly_any_human_translation_is_refused(pairs):
    refused = [check(source, target, context=EN_ZH, disabled=STRUCTURE) for source, target in pairs]
    share = sum(bool(findings) for findings in refused) / len(pairs)
    assert share < 0.02, [finding for findings in refused for finding in findings]


def test_planted_faults_are_found_in_human_translations(pairs):
    planted = [
        (source, DIGITS.sub(lambda digits: str(int(digits[0]) + 7), target, count=1))
        for source, target in pairs
        if DIGITS.search(target)
    ]
    found = [any(f.guard == "numbers" for f in check(source, target, context=EN_ZH)) for source, target in planted]
    assert sum(found) >= 0.95 * len(found) > 5


def test_halves_of_human_translations_are_refused(pairs):
    long = [(source, target) for source, target in pairs if len(target) > 60]
    halves = [(source, target[: len(target) // 2].rstrip("。！？：")) for source, target in long]
    found = [bool(check(source, target, context=EN_ZH)) for source, target in halves]
    assert sum(found) >= 0.95 * len(found) > 50
