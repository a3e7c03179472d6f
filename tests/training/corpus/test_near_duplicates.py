"""Near-copies are found, and texts that only look alike from afar are not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel
from styletune_training.corpus.near_duplicates import LIKENESS, near_duplicates

from styletune.text.tokens import words

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "l", "st", "m", "nd")]
HAN = [chr(0x4E00 + 7 * number) for number in range(800)]


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        ([], []),
        (["a"], []),
        (["Same words.", "same  WORDS", "other words"], [(0, 1)]),
        (["", ""], [(0, 1)]),
        (["…", "?"], []),
        (["one two three", "one two new three"], [(0, 1)]),
        (["one two", "one three"], []),
        (["one two three four five six seven", "one two three changed five six seven"], [(0, 1)]),
        (["one two three four five six", "one two three changed five six"], []),
        (["我今天去了北京的故宫博物院", "我昨天去了北京的故宫博物院", "今天的天气真的很好我们走吧"], [(0, 1)]),
        (["吾輩は猫である。名前はまだ無い。", "吾輩は犬である。名前はまだ無い。"], [(0, 1)]),
        (["ｆｕｌｌ ｗｉｄｔｈ letters here", "full width letters here"], [(0, 1)]),
    ],
)
def test_what_is_alike_is_grouped(texts: list[str], groups: list[tuple[int, ...]]) -> None:
    assert near_duplicates(texts) == groups


def test_likeness_is_handed_on() -> None:
    base = [f"w{number}" for number in range(20)]
    chain = [" ".join(["x"] * step + base[step:]) for step in (0, 2, 4, 6)]
    assert near_duplicates([*chain, "something else altogether"]) == [(0, 1, 2, 3)]


def edited(tokens: list[str], chance: random.Random, share: float) -> list[str]:
    """Replace, leave out and put in as many tokens as a share says."""
    made: list[str] = []
    places = set(chance.sample(range(len(tokens)), max(1, int(len(tokens) * share))))
    for place, token in enumerate(tokens):
        way = chance.choice(["replace", "leave", "insert"]) if place in places else "keep"
        made += {"keep": [token], "replace": ["zzz"], "leave": [], "insert": [token, "yyy"]}[way]
    return made


def planted(vocabulary: list[str], glue: str, count: int, seed: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Make texts, near-copies of some, and the pairs that are at least as alike as near-duplicates are."""
    chance = random.Random(seed)  # noqa: S311 - texts, no secrets
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    base = [chance.choices(vocabulary, weights, k=chance.randint(12, 80)) for _ in range(count)]
    texts, pairs = [glue.join(one) for one in base], []
    for number in range(0, count, 4):
        copy = glue.join(edited(base[number], chance, 0.12))
        if Indel.normalized_similarity(words(texts[number]), words(copy)) >= LIKENESS:
            pairs.append((number, len(texts)))
        texts.append(copy)
    return texts, pairs


@pytest.mark.parametrize(("vocabulary", "glue"), [(WORDS, " "), (HAN, "")])
def test_nearly_all_planted_copies_are_found_and_nothing_else(vocabulary: list[str], glue: str) -> None:
    texts, pairs = planted(vocabulary, glue, 1200, seed=3)
    groups = near_duplicates(texts)
    group_of = {position: number for number, group in enumerate(groups) for position in group}
    found = sum(group_of.get(one, -1) == group_of.get(other, -2) for one, other in pairs)
    assert found >= 0.98 * len(pairs) > 150
    assert sum(map(len, groups)) <= 2 * (len(texts) - 1200)


def test_a_crowd_of_variants_of_one_sentence_is_one_group() -> None:
    texts = [
        f"Thanks for reading this post on topic{number}, and see you here again next week!" for number in range(500)
    ]
    assert near_duplicates([*texts, "A text of its own that has nothing to do with them."]) == [tuple(range(500))]


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=9).map(" ".join), max_size=12))
def test_groups_do_not_depend_on_the_order_and_hold_all_that_is_equal(texts: list[str]) -> None:
    groups = near_duplicates(texts)
    backwards = near_duplicates(texts[::-1])
    last = len(texts) - 1
    assert groups == sorted(tuple(sorted(last - position for position in group)) for group in backwards)
    group_of = {position: number for number, group in enumerate(groups) for position in group}
    for one, text in enumerate(texts):
        for other in range(one):
            if text == texts[other]:
                assert group_of[one] == group_of[other]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), min_size=8, max_size=40, unique=True), st.data())
def test_every_text_with_one_word_replaced_is_found(tokens: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(tokens) - 1))
    assert near_duplicates([" ".join(tokens), " ".join([*tokens[:place], "zzz", *tokens[place + 1 :]])]) == [(0, 1)]
