"""The right text comes first: for a changed text, for a part of one, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.fuzz import ratio

from styletune.memory.earlier_text import EarlierText, Standing, numbers, plain
from styletune.memory.likeness import Pool
from styletune.memory.recall import FUZZY

LONG = (
    "The tests ran on a laptop. The results were kept in a folder beside the drafts. Nobody looked at them for weeks."
)
TEXTS = [
    LONG,
    "Short sentences are easier to read than long ones, most readers say.",
    "A folder beside the house holds old bicycles.",
    "翻译记忆保存了每个句子的译文，重复的句子不再翻译。",
    "词汇表保存了术语的译法。",
    "設定ファイルはプロジェクトのフォルダーに置きます。",
]


def pool(*texts):
    return Pool([EarlierText(text, "target", Standing.CORRECTED, str(number)) for number, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LONG.replace("laptop", "server"), 0),
        (LONG.replace("The results", "All results").replace("weeks", "a week"), 0),
        ("翻译记忆保存了每个段落的译文，重复的段落不再翻译。", 3),
        ("設定ファイルはプロジェクトの直下のフォルダーに置きます。", 5),
    ],
)
def test_a_changed_text_is_a_fuzzy_match(wanted, found):
    ((text, likeness),) = pool(*TEXTS).fuzzy(wanted)
    assert text.origin == str(found)
    assert FUZZY <= likeness < 100


def test_the_text_itself_is_the_best_match():
    ((text, likeness), *_) = pool(*TEXTS, LONG + " Really.").fuzzy(LONG)
    assert (text.origin, likeness) == ("0", 100)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("The results were kept in a folder beside the drafts.", 0),
        ("Nobody looked at them for weeks. The tests ran on a laptop.", 0),
        ("Say readers: most sentences are too long.", 1),
        ("重复的句子不再翻译", 3),
        ("術語表に置きます。設定ファイル", 5),
    ],
)
def test_a_part_of_a_text_finds_the_whole(wanted, found):
    assert pool(*TEXTS).nearest(wanted)[0].origin == str(found)


def test_texts_that_share_no_word_are_not_near():
    assert pool(*TEXTS).nearest("Unrelated gibberish, entirely") == []
    assert pool().nearest("anything") == []
    assert pool().fuzzy("anything") == []


def test_a_heading_learns_nothing_from_a_paragraph_nor_the_other_way_round():
    assert pool(LONG).nearest("The results") == []
    assert pool("The results").nearest(LONG) == []


_WORDS = st.lists(st.sampled_from(["one", "two", "three", "四", "五", "six6", "."]), min_size=1, max_size=8)


@given(st.lists(_WORDS, max_size=10), _WORDS)
def test_fuzzy_matches_are_all_those_and_only_those_that_are_like_enough(texts, wanted):
    texts = [" ".join(text) for text in texts]
    wanted = " ".join(wanted)
    found = [text.source for text, _ in pool(*texts).fuzzy(wanted)]
    assert sorted(found) == sorted(text for text in texts if ratio(wanted, text) >= FUZZY)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Run `code` and [see](https://x.org) it.", "Run and [see] it."),
        ("Run ⟦1⟧ and [see](⟦2⟧) it.", "Run and [see] it."),
        ("two\nlines", "two lines"),
        ("中文\n换行", "中文换行"),
        ("cafe\u0301", "caf\u00e9"),
        ("<b>bold</b> &amp; more", "bold & more"),
    ],
)
def test_texts_are_compared_without_what_is_no_prose(text, compared):
    assert plain(text) == compared


def test_numbers_are_compared_whatever_their_order():
    assert numbers("In 2026, 3.5 of 10") == numbers("10, 2026, 3.5") != numbers("In 2025, 3.5 of 10")
    assert numbers("１２") == ["１２"]
