"""Nearest means sharing rare words; near-copies never count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.memory.nearest import NearestParagraphs, index_terms, same

PARAGRAPHS = [
    "The grinder makes the largest difference to the taste of coffee.",
    "A regular expression engine compiles a pattern to an automaton.",
    "We walked along the river until the rain began to fall.",
    "The automaton of a regular expression may be exponentially large.",
    "The rain fell on the river, and we walked home.",
]

CHINESE = [
    "翻译记忆能让重复的句子只翻译一次。",
    "我们沿着河边散步，直到开始下雨。",
    "正则表达式的引擎会把模式编译成自动机。",
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("How large can the automaton for an expression get?", [3, 1]),
        ("Rain on the river.", [4, 2]),
        ("COFFEE and a grinder", [0]),
    ],
)
def test_paragraphs_that_share_rare_words_come_first(query, expected):
    assert NearestParagraphs(PARAGRAPHS).nearest(query, len(expected)) == expected


@pytest.mark.parametrize(
    ("query", "expected"), [("怎样编译一个正则表达式？", 2), ("下雨的时候我们散步吗", 1), ("翻译一句话", 0)]
)
def test_chinese_is_found_by_pairs_of_characters(query, expected):
    assert NearestParagraphs(CHINESE).nearest(query, 1) == [expected]


def test_terms_are_words_and_pairs_of_characters():
    assert index_terms("GGUF文件 和 Go's") == ["gguf", "文件", "和", "go", "s"]
    assert index_terms("คนไทย") == ["คน", "นไ", "ไท", "ทย"]


def test_a_near_copy_of_the_text_is_passed_over():
    query = PARAGRAPHS[0].replace("largest", "biggest")
    assert 0 not in NearestParagraphs(PARAGRAPHS).nearest(query, 5)


def test_a_paragraph_that_holds_the_text_is_passed_over():
    assert 3 not in NearestParagraphs(PARAGRAPHS).nearest("a regular expression may be exponentially large", 5)


def test_near_copies_of_each_other_count_once():
    twice = [*PARAGRAPHS, PARAGRAPHS[3] + " Indeed."]
    found = NearestParagraphs(twice).nearest("Which automaton is exponentially large?", 6)
    assert len({3, 5} & set(found)) == 1


def test_paragraphs_that_are_not_usable_are_passed_over():
    index = NearestParagraphs(PARAGRAPHS)
    assert index.nearest("automaton", 1, usable=lambda number: number != 3) == [1]
    assert index.nearest("automaton", 3, usable=lambda _: False) == []


def test_where_no_word_is_shared_a_paragraph_of_about_that_length_stands_in():
    index = NearestParagraphs(["a " * 40, "b " * 9, "c " * 20])
    assert index.nearest("翻译" * 3, 3) == [1, 2, 0]


@pytest.mark.parametrize("paragraphs", [[], [""], ["…"]])
def test_a_collection_without_words_has_no_failure(paragraphs):
    assert len(NearestParagraphs(paragraphs).nearest("anything", 2)) <= 1


@given(st.lists(st.text(max_size=40), max_size=12), st.text(max_size=40), st.integers(0, 5))
def test_the_choice_is_small_repeatable_and_without_copies(paragraphs, query, count):
    index = NearestParagraphs(paragraphs)
    found = index.nearest(query, count)
    assert found == NearestParagraphs(paragraphs).nearest(query, count)
    assert len(found) <= count
    chosen = [query, *(paragraphs[number] for number in found)]
    assert not any(same(one, other) for number, one in enumerate(chosen) for other in chosen[:number])
