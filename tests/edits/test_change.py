import pytest
from hypothesis import given
from markdown_documents import paragraph

from styletune.edits.change import change
from styletune.edits.edit import Change

SPACING = {
    "wrapped": ("one two three", "one two\nthree"),
    "trailing blanks": ("one ", "one"),
    "blanks": ("one  two", "one two"),
    "hard breaks, two ways": ("one  \ntwo", "one\\\ntwo"),
    "emphasis": ("an *old* cup", "an _old_ cup"),
    "strong": ("an __old__ cup", "an **old** cup"),
    "strikethrough": ("~old~", "~~old~~"),
    "bullets": ("* one\n* two", "- one\n- two"),
    "numbers of a list": ("1. one\n1. two", "1. one\n2. two"),
    "underlined heading": ("Title\n=====", "# Title"),
    "rules": ("***", "---"),
    "escapes": ("2 * 3 and a_b", "2 \\* 3 and a\\_b"),
    "quotes of titles": ("[a](b 'c')", '[a](b "c")'),
    "brackets of addresses": ("[a](<b>)", "[a](b)"),
    "entities": ("R&D", "R&amp;D"),
    "table padding": ("|a|b|\n|-|-|\n|1|2|", "| a   | b   |\n| --- | --- |\n| 1   | 2   |"),
    "Unicode form": ("café", "cafe\u0301"),
    "full-width blank": ("你好　世界", "你好 世界"),
    "blanks between scripts": ("用 Python 写的", "用Python写的"),
    "line break between characters": ("今天天气\n很好", "今天天气很好"),
    "no-break space": ("10\u00a0km", "10 km"),
    "CRLF": ("one\r\ntwo", "one\ntwo"),
}
TYPOGRAPHY = {
    "quotation marks": ('a "cup"', "a “cup”"),
    "Chinese quotation marks": ("「好」", "“好”"),
    "dash": ("5 - 6", "5 – 6"),
    "ellipsis": ("so...", "so…"),
    "apostrophe": ("don't", "don’t"),
    "comma": ("red, blue", "red blue"),
    "end": ("Yes.", "Yes!"),
    "case": ("the Web", "the web"),
    "full-width comma": ("好,走", "好，走"),
    "full-width digits": ("５ 杯", "5 杯"),
    "hyphen": ("a well-known cup", "a well known cup"),
    "emphasis taken": ("an *old* cup", "an old cup"),
    "code set": ("run cups.py", "run `cups.py`"),
    "a paragraph split": ("One. Two.", "One.\n\nTwo."),
}
WORDING = {
    "word": ("an old cup", "a new cup"),
    "letter": ("colour", "color"),
    "number": ("58 cups", "59 cups"),
    "decimal sign": ("3.5", "3,5"),
    "thousands": ("1,000", "1000"),
    "currency": ("€5", "$5"),
    "emoji": ("good 😀", "good"),
    "address": ("[a](b)", "[a](c)"),
    "image": ("![a](b.png)", "![a](c.png)"),
    "inline tag": ("a<br>b", "a b"),
    "character": ("软体", "软件"),
    "simplified": ("軟體", "软体"),
    "kana": ("みました", "みます"),
    "to nothing": ("word", ""),
    "space inside a word": ("every day", "everyday"),
    "apostrophe dropped": ("we're", "were"),
}
LEVELS = {Change.SPACING: SPACING, Change.TYPOGRAPHY: TYPOGRAPHY, Change.WORDING: WORDING}


@pytest.mark.parametrize(("level", "case"), [(level, case) for level, cases in LEVELS.items() for case in cases])
def test_how_much_a_change_says(level, case):
    old, new = LEVELS[level][case]
    assert change(old, new) is level
    assert change(new, old) is level


@pytest.mark.parametrize("text", ["", "a", "中文", "*a*\n\n- b"])
def test_equal_texts_are_no_change(text):
    assert change(text, text) is None


@given(paragraph, paragraph)
def test_any_two_texts_are_told_apart_the_same_way_both_ways(old, new):
    assert change(old, new) is change(new, old)
    assert (change(old, new) is None) == (old == new)


def test_bytes_that_were_no_text_do_not_stop_it():
    assert change("caf\udce9", "café") is Change.WORDING
