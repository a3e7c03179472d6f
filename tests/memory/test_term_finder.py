"""Terms are whole words in spaced scripts and substrings in others; the longest counts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.memory.recall import Term
from styletune.memory.term_finder import TermFinder

CASES = {
    "a word": (["disk"], "The disk is full.", ["disk"]),
    "no part of a word": (["art"], "We start smart.", []),
    "the plural": (["disk", "bus", "query"], "Disks, buses and queries", ["disk", "bus", "query"]),
    "the possessive": (["styletune"], "styletune's and styletune’s", ["styletune"]),
    "no other ending": (["act"], "It acted actively.", []),
    "small letters match any": (["pull request"], "Pull Requests", ["pull request"]),
    "capitals match themselves": (["GGUF", "Go"], "gguf, let us go to GGUFs", ["GGUF"]),
    "a hyphen is a border": (["styletune"], "a styletune-based tool", ["styletune"]),
    "the longest": (["request", "pull request"], "a pull request", ["pull request"]),
    "both where both stand": (["request", "pull request"], "a request, a pull request", ["request", "pull request"]),
    "wrapped": (["pull request"], "a pull\n  request", ["pull request"]),
    "signs in a term": (["C++", ".NET", "node.js"], "C++, node.js and .NET", ["C++", "node.js", ".NET"]),
    "Chinese in a sentence": (["拉取请求", "请求"], "提交拉取请求。", ["拉取请求"]),
    "Latin in Chinese": (["GGUF"], "一个GGUF文件", ["GGUF"]),
    "Latin and Chinese": (["GGUF文件"], "一个GGUF文件", ["GGUF文件"]),
    "Japanese": (["メモリ"], "翻訳メモリを使う", ["メモリ"]),
    "Thai": (["แมว"], "นี่แมวดำ", ["แมว"]),
    "German": (["Maß", "über"], "Das Maß, ÜBER alles", ["Maß", "über"]),
    "accents however they are stored": (
        ["caf\u00e9", "Se\u0301ance"],
        "cafe\u0301s, S\u00e9ances",
        ["caf\u00e9", "Se\u0301ance"],
    ),
    "not in code": (["commit"], "Run `git commit` now.", []),
    "not in a mark": (["1"], "See ⟦1⟧ there.", []),
    "not in an address": (["blog"], "[here](https://example.org/blog) and https://example.org/blog", []),
    "in the text of a link": (["blog"], "[my blog](⟦1⟧)", ["blog"]),
    "nothing in nothing": (["a"], "", []),
    "no terms": ([], "a text", []),
}


@pytest.mark.parametrize("name", CASES)
def test_terms_are_found(name):
    terms, text, expected = CASES[name]
    assert [term.source for term in TermFinder(map(Term, terms)).find(text)] == expected


words = st.text(alphabet="abcxyzé", min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 3))
def test_what_stands_in_a_text_as_words_is_found(text, start, count):
    phrase = " ".join(text[start % len(text) :][:count])
    assert TermFinder([Term(phrase)]).find(" ".join(text)) == (Term(phrase),)


@given(st.text(max_size=60), st.lists(st.text(alphabet="ab中 文C+", min_size=1, max_size=4), max_size=5))
def test_each_term_is_listed_once_whatever_the_text(text, phrases):
    terms = [Term(phrase) for phrase in dict.fromkeys(phrases) if phrase.strip()]
    found = TermFinder(terms).find(text)
    assert len(found) == len(set(found))
    assert set(found) <= set(terms)


def test_a_large_glossary_takes_hardly_longer_than_a_small_one():
    text = "The cat sat on the term17 thing. " * 50
    small, large = (TermFinder(Term(f"term{number} thing") for number in range(count)) for count in (20, 20_000))

    def seconds(finder):
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            finder.find(text)
            runs.append(time.perf_counter() - start)
        return min(runs)

    assert seconds(large) < 10 * seconds(small)
