import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from styletune.text.inline import inside, whole_spans
from styletune.text.wrap import display_width, unwrap, wrap_like

WORD = st.sampled_from(
    ["a", "word", "Mr.", "1.", "1)", "-", "+", "*", "#", ">", "===", "|", "~~~", "```", ":", "end.", "Why?", "`co de`",
     "⟦1⟧", "[a link](u r)", "**bold text**", "中文", "。", "（", "句子。", "カナ", "한국어", "\\", "<b class=x>", "$$", "[^1]:"]
)  # fmt: skip
TEXT = st.lists(WORD, min_size=1, max_size=25).flatmap(
    lambda parts: st.lists(st.sampled_from(["", " "]), min_size=len(parts), max_size=len(parts)).map(
        lambda gaps: "".join(a + b for a, b in zip(parts, gaps, strict=True)).strip()
    )
)
LINES = st.sampled_from(
    [
        ["one line"],
        ["Short line here", "and more"],
        ["One sentence.", "Another one.", "And"],
        ["x" * 10, "y"],
        ["中文。", "第二"],
    ]
)
BLOCK_START = regex.compile(r"\d+[.)]|[-+*](\s|$)|[#>|:=]|~~~|```")


@given(LINES, TEXT)
def test_unwrap_gives_back_what_wrap_like_laid_out(lines, text):
    assert unwrap(wrap_like(lines, text)) == text


@given(LINES, TEXT)
def test_no_new_line_starts_a_block_and_no_whole_is_broken(lines, text):
    wrapped = wrap_like(lines, text)
    assert not [line for line in wrapped.split("\n")[1:] if BLOCK_START.match(line)]
    spans = whole_spans(wrapped)
    assert not [at for at, char in enumerate(wrapped) if char == "\n" and inside(spans, at)]
    assert len(spans) == len(whole_spans(text))


@given(st.text(), st.lists(st.text()))
def test_any_text_can_be_wrapped(text, lines):
    assert wrap_like(lines, text) is not None


@pytest.mark.parametrize(
    ("lines", "text", "expected"),
    [
        (["one line only, however long it is"], "a b c. D e f.", "a b c. D e f."),
        (["about twenty cells ab", "wide"], "the quick brown fox jumps over", "the quick brown fox\njumps over"),
        (["One here.", "Two there."], "First one. Second one. Third.", "First one.\nSecond one.\nThird."),
        (["第一句。", "第二句。"], "你好。再见。走了。", "你好。\n再见。\n走了。"),
        (["第一句。", "2021 年。"], "你好。2022 年。走了。", "你好。\n2022 年。\n走了。"),
        (
            ["十个汉字一行的文章", "第二行"],
            "这里有一段没有空格的中文，很长很长",
            "这里有一段没有空格\n的中文，很长很长",
        ),
        (["一二三四五", "六"], "这里有一段，没有", "这里有一\n段，没有"),
        (["wide enough 12", "x"], "see `a b c d e f g` ok", "see\n`a b c d e f g`\nok"),
        (["wide enough 12", "x"], "there were in 1999. done", "there were\nin 1999. done"),
        (["wide enough 12", "x"], "the list ended 1. then", "the list\nended 1. then"),
        (["wide enough 12", "x"], "one two three - four", "one two\nthree - four"),
        (["a line of words", "x"], "hard break  \nafter it more words", "hard break  \nafter it more\nwords"),
    ],
)
def test_the_author_s_layout_is_followed(lines, text, expected):
    assert wrap_like(lines, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "a b"),
        ("中\n文", "中文"),
        ("中，\n文", "中，文"),
        ("中\nb", "中 b"),
        ("中。\n2021年", "中。2021年"),
        ("GitHub\n「中」", "GitHub「中」"),
        ("한\n국", "한 국"),
        ("a  \nb", "a  \nb"),
        ("a\\\nb", "a\\\nb"),
        ("a \n b", "a b"),
    ],
)
def test_soft_breaks_go_and_hard_breaks_stay(text, expected):
    assert unwrap(text) == expected


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("中文", 4), ("", 0), ("a\x00b", 2)])
def test_width_is_counted_in_cells(text, cells):
    assert display_width(text) == cells
