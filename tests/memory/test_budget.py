"""The estimate is rather too high than too low, for each language in the vocabulary of a model that was made for it."""

import importlib
import json
from pathlib import Path

import pytest

from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.memory.budget import Room, estimate_tokens, excerpt, rules_cost
from styletune.memory.recall import Term


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("the word", 2),
        ("international", 4),  # 1 + 0.27 * 9 = 3.43
        ("one, two.", 4),
        ("2026", 4),
        ("翻译记忆", 4),
        ("naïve", 3),
        ("a\nb", 3),
    ],
)
def test_words_signs_and_characters_are_counted(text, tokens):
    assert estimate_tokens(text) == tokens


def test_the_estimate_of_english_is_seldom_too_low(corpora, embedded_model):
    llama_cpp = importlib.import_module("llama_cpp")
    model = llama_cpp.Llama(str(embedded_model), vocab_only=True, verbose=False)
    try:
        counts = [
            (estimate_tokens(text), len(model.tokenize(text.encode(), add_bos=False))) for text in _texts(corpora)
        ]
    finally:
        model.close()
    assert len(counts) > 300
    assert sum(guess < true for guess, true in counts) < 0.03 * len(counts)
    assert sum(guess for guess, _ in counts) < 1.5 * sum(true for _, true in counts)


def _texts(corpora: Path):
    for path in sorted((corpora / "opensource-guide" / "en").glob("*.md"))[:4]:
        document = Document.parse(path.read_bytes())
        yield from (document.shown(segment.id, MarkMode.VISIBLE) for segment in document.segments)


def test_rules_cost_what_they_add_to_the_prefix():
    assert rules_cost("") == 0
    assert rules_cost("- a") == estimate_tokens("\n\nFollow these rules:\n- a")


def test_what_does_not_fit_is_named_and_what_comes_later_may_fit():
    room = Room("rewrite", None, 25)
    room.add_term(Term("disk", "drive"))
    room.add_paragraph("A long paragraph " * 20, "posts/a.md")
    room.add_rule("- " + "very long rule " * 20)
    room.add_rule("- Brief.")
    assert room.terms == [Term("disk", "drive")]
    assert room.rules == ["- Brief."]
    assert room.voice == []
    assert room.left_out == [
        "a paragraph of posts/a.md: “A long paragraph A long paragraph A long paragrap…” (no room: 78 tokens too many)",
        "the rule “very long rule very long rule very long rule very…” (no room: 48 tokens too many)",
    ]


def test_a_budget_of_nothing_holds_nothing():
    room = Room("translate", "zh", 0)
    room.add_term(Term("a"))
    assert room.terms == []
    assert room.left_out == ["the term “a” (no room: 8 tokens too many)"]


def test_a_long_text_is_named_by_its_beginning():
    assert excerpt("- " + "word\n" * 100) == "word " * 9 + "word…"
    assert json.dumps(excerpt("short")) == '"short"'
