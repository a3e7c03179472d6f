"""An example looks to the model as the segment does, and never teaches a mark that means something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.markdown.document import Document
from styletune.markdown.marks import MarkMode
from styletune.memory.example_form import as_shown, mark_count


@pytest.mark.parametrize(
    ("source", "target", "shown"),
    [
        ("Plain text.", "Other text.", ("Plain text.", "Other text.")),
        ("Run `a`, then `b`.", "First `a`, then `b`.", ("Run ⟦1⟧, then ⟦2⟧.", "First ⟦1⟧, then ⟦2⟧.")),
        ("Run `a`, then `b`.", "Before `b`, run `a`.", ("Run ⟦1⟧, then ⟦2⟧.", "Before ⟦2⟧, run ⟦1⟧.")),
        ("See [this](u) and `x`.", "`x`: see [that](u).", ("See [this](⟦1⟧) and ⟦2⟧.", "⟦2⟧: see [that](⟦1⟧).")),
        ("`a` is `a`.", "`a` equals `a`.", ("⟦1⟧ is ⟦2⟧.", "⟦1⟧ equals ⟦2⟧.")),
        ("An ![old](i.png) image.", "Ein ![altes](i.png) Bild.", ("An ⟦1⟧ image.", "Ein ⟦1⟧ Bild.")),
        ("See [this][ref] and a note[^1].", "A note[^1] on [that][ref].",
         ("See [this](⟦1⟧) and a note⟦2⟧.", "A note⟦2⟧ on [that](⟦1⟧).")),
        ("Two\nlines.", "Two lines.", ("Two lines.", "Two lines.")),
        ("中文\n换行 `代码`。", "`代码` 換行。", ("中文换行 ⟦1⟧。", "⟦1⟧ 換行。")),
        ("日本語の`コード`です。", "これは`コード`。", ("日本語の⟦1⟧です。", "これは⟦1⟧。")),
    ],
)  # fmt: skip
def test_both_texts_are_shown_with_equal_marks_under_equal_numbers(source, target, shown):
    assert as_shown(source, target) == shown


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Run `a`.", "Run it."),
        ("Run it.", "Run `a`."),
        ("See [this](en/u).", "See [that](de/u)."),
        ("`a` and `b`", "`a` and `a`"),
        ("One.", "One.\n\nTwo."),
        ("One.", ""),
        (" ", "One."),
        ("One.", "# A heading"),
        ("One.", "- an item"),
        ("One.", "> a quote"),
        ("One.", "```\ncode\n```"),
        ("One.", "<!-- nothing -->"),
        ("A text with a mark ⟦1⟧ of its own.", "A text with a mark ⟦1⟧."),
    ],
)
def test_what_cannot_be_shown_as_one_paragraph_with_the_same_marks_is_no_example(source, target):
    assert as_shown(source, target) is None


_PIECES = st.lists(
    st.sampled_from(["word", "`a`", "`b`", "[c](d)", "**bold**", "字", "½", "."]), min_size=1, max_size=8
)


@given(_PIECES, st.randoms())
def test_an_example_looks_as_the_same_text_does_in_a_draft(pieces, random):
    source = " ".join(["Start", *pieces])
    mixed = ["Start", *random.sample(pieces, len(pieces))]
    document = Document.parse(source.encode())
    shown = as_shown(source, " ".join(mixed))
    assert shown is not None
    assert shown[0] == document.shown(document.segments[0].id, MarkMode.MASKED)
    assert mark_count(shown[0]) == mark_count(shown[1])
