"""What a model is trained on is what it will see: cut and masked as in use, marks numbered by what they hold."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.pairs import model_text
from styletune_training.pairs.model_text import model_texts

from styletune.exchange.pair import Pair, PairTask, make_pair
from styletune.markdown.document import Document
from styletune.markdown.marks import MarkError, MarkMode


def pair(source: str, target: str, task: PairTask = "translate") -> Pair:
    return make_pair("a.md", task, ("en", "zh"), (source, target), origin="human")


def masked(source: str, target: str) -> tuple[str, str]:
    texts = model_texts(pair(source, target))
    return texts.source, texts.target


@pytest.mark.parametrize(
    ("source", "target", "shown"),
    [
        ("Plain words.", "朴素的话。", ("Plain words.", "朴素的话。")),
        ("Run `ls` now.", "现在运行 `ls`。", ("Run ⟦1⟧ now.", "现在运行 ⟦1⟧。")),
        (
            "Read [the docs](https://a.org/x) or `man`.",
            "用 `man` 或读[文档](https://a.org/x)。",
            ("Read [the docs](⟦1⟧) or ⟦2⟧.", "用 ⟦2⟧ 或读[文档](⟦1⟧)。"),
        ),
        ("`a` and `b` and `a`.", "用 `b`、`a`、`a`。", ("⟦1⟧ and ⟦2⟧ and ⟦3⟧.", "用 ⟦2⟧、⟦1⟧、⟦3⟧。")),
        ("A sign ⟦1⟧ here.", "记号 ⟦1⟧ 在此。", ("A sign ⟦1⟧1⟦2⟧ here.", "记号 ⟦1⟧1⟦2⟧ 在此。")),
        (
            'A ![cat](c.png "x") here.',
            'Hier ![Katze](c.png "x") da.',
            ("A ⟦1⟧ here.", "Hier ⟦1⟧ da."),
        ),
        ("One  \ntwo.", "Eins\\\nzwei.", ("One⟦1⟧two.", "Eins⟦1⟧zwei.")),
        ("A\nwrapped line.", "折\n行。", ("A wrapped line.", "折行。")),
        ("See [it](http://www.a.org/x/).", "看[它](https://a.org/x)。", ("See [it](⟦1⟧).", "看[它](⟦1⟧)。")),
        ("See [it](../en/x/).", "看[它](../zh-hans/x/)。", ("See [it](⟦1⟧).", "看[它](⟦1⟧)。")),
        ("See [it](/x/#why).", "看[它](/zh/x/#为什么)。", ("See [it](⟦1⟧).", "看[它](⟦1⟧)。")),
        ("See [below](#why).", "看[下](#为什么)。", ("See [below](⟦1⟧).", "看[下](⟦1⟧)。")),
        (
            "See [it](https://en.wiki.org/A).",
            "看[它](https://zh.wiki.org/A)。",
            ("See [it](⟦1⟧).", "看[它](⟦1⟧)。"),
        ),
        ("One `a`.\n\nTwo `b`.", "二 `b`。\n\n一 `a`。", ("One ⟦1⟧.\n\nTwo ⟦2⟧.", "二 ⟦2⟧。\n\n一 ⟦1⟧。")),
        ("# A heading", "# 标题", ("A heading", "标题")),
        ("- An item", "- 一项", ("An item", "一项")),
        ("Title: not a header", "标题：不是文件头", ("Title: not a header", "标题：不是文件头")),
        ("中文 `码` 文字", "文字 `码` 中文", ("中文 ⟦1⟧ 文字", "文字 ⟦1⟧ 中文")),
    ],
)
def test_marks_are_numbered_by_what_they_hold(source: str, target: str, shown: tuple[str, str]) -> None:
    assert masked(source, target) == shown


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("See [it](https://x).", "看它。", r"the link \(https://x\) is missing in the target"),
        ("See it.", "看[它](https://x)。", r"the link \(https://x\) is missing in the source"),
        ("See [it](https://x/a#b).", "看[它](https://x/a#c)。", "is missing in the target"),
        ("Run `ls` now.", "现在运行 `dir` 吧。", "`ls` is missing in the target"),
        ("`a` or `a`, it says.", "它说 `a`。", "`a` is missing in the target"),
        ("A hard  \nbreak.", "没有换行。", "a hard line break is missing in the target"),
        ("See [it](https://x).", "看 <https://x> 吧。", r"the link \(https://x\) is missing in the target"),
        ("A word.", "```\ncode\n```", "the target holds no prose"),
        ("42", "四十二", "the source holds no prose"),
    ],
)
def test_marks_that_one_side_has_alone_are_named(source: str, target: str, reason: str) -> None:
    with pytest.raises(MarkError, match=reason):
        masked(source, target)


def test_with_marks_visible_a_translation_leads_where_its_source_does() -> None:
    both = pair("Read [it](/x/) and `ls`.", "读 `ls` 和[它](/zh/x/)。")
    texts = model_texts(both, MarkMode.VISIBLE)
    assert (texts.source, texts.target) == ("Read [it](/x/) and `ls`.", "读 `ls` 和[它](/x/)。")


def test_marks_are_named_for_reasons() -> None:
    texts = model_texts(pair("Read [it](/x/) and `ls`.", "读 `ls` 和[它](/x/)。"))
    assert texts.mark_names == {1: "the link (/x/)", 2: "`ls`"}


def test_a_question_has_none_of_the_marks_of_its_answer() -> None:
    texts = model_texts(pair("What lists files?", "`ls` does, see [its page](https://x).", "qa"))
    assert texts.target == "`ls` does, see [its page](https://x)."


pieces = st.sampled_from(
    ["word", "two words", "中文", "`code`", "[text](https://a.org)", "![i](p.png)", "**bold**", "1,5"]
)
paragraphs = st.lists(pieces, min_size=1, max_size=8).map(lambda some: "A " + " ".join(some) + " end.")


@given(paragraphs)
def test_a_source_is_shown_as_it_is_in_use(text: str) -> None:
    document = Document(f"Before.\n\n{text}\n".encode())
    in_use = document.shown(next(one.id for one in document.segments if one.source == text), MarkMode.MASKED)
    assert masked(text, text) == (in_use, in_use)


@given(paragraphs, st.randoms(use_true_random=False))
def test_an_order_of_words_changes_no_number(text: str, chance: "object") -> None:
    words = text.split(" ")
    turned = " ".join(["A", *reversed([word for word in words[1:-1] if "[" not in word]), "end."])
    kept = " ".join(word for word in words if "[" not in word)
    source, target = masked(kept, turned)
    assert sorted(regex.findall("⟦.⟧", source)) == sorted(regex.findall("⟦.⟧", target))


@pytest.mark.parametrize("text", ["Look at www.example.org now.", "Www.example.org is down.", "Note: it is *new*."])
def test_what_looks_plain_and_is_not_is_parsed(text: str) -> None:
    assert model_text._pieces(text, "source") == [Document(f"\n\n{text}".encode()).slots[0].pieces]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_plain_text_is_not_parsed_to_no_harm(tail: str) -> None:
    """What is taken for plain is what a parser would show."""
    text = ("A" + tail).strip()
    if model_text._PLAIN.fullmatch(text):
        document = Document(f"\n\n{text}".encode())
        assert [document.shown(one.id, MarkMode.MASKED) for one in document.segments] == [text]
