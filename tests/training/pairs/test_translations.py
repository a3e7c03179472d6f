"""Posts in two languages are found, put in the right direction, and aligned; what is unsure is left out and counted."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.document import CorpusDocument, Paragraph, paragraph
from styletune_training.pairs.translations import Bilingual, align, bilingual

from styletune.markdown.segments import Kind

EN = [
    (Kind.HEADING, "Two months of coffee"),
    (
        Kind.PARAGRAPH,
        "I bought a hand grinder in August and recorded 58 cups in a small notebook, to see what matters.",
    ),
    (Kind.LIST_ITEM, "A grinder that can be taken apart and cleaned within a minute."),
    (Kind.LIST_ITEM, "A scale."),
    (Kind.HEADING, "The setup"),
    (Kind.PARAGRAPH, "Each cup got a line in a text file, and a script called `cups.py` calculated the averages."),
    (
        Kind.PARAGRAPH,
        "The beans come from [our shop](https://example.com/beans). They never changed in all of that time.",
    ),
    (Kind.PARAGRAPH, "Start with the grinder, and think about a fancy kettle later."),
]
ZH = [
    (Kind.HEADING, "两个月的咖啡"),
    (Kind.PARAGRAPH, "八月我买了一台手摇磨豆机，在一个小本子里记录了 58 杯咖啡，想弄清楚到底什么会带来不同。"),
    (Kind.LIST_ITEM, "一台能拆开、一分钟之内就能洗干净的磨豆机。"),
    (Kind.LIST_ITEM, "一个秤。"),
    (Kind.HEADING, "准备"),
    (Kind.PARAGRAPH, "每一杯在文本文件里占一行，一个叫 `cups.py` 的脚本负责计算平均值。"),
    (Kind.PARAGRAPH, "豆子来自[我们街角的店](https://example.com/beans)。整个期间一直没有换过。"),
    (Kind.PARAGRAPH, "先从磨豆机开始，以后再考虑漂亮的水壶。"),
]
JA = [
    (Kind.HEADING, "コーヒーの二か月"),
    (Kind.PARAGRAPH, "八月に手挽きのミルを買い、何が違いを生むのかを知るために、小さなノートに 58 杯を記録した。"),
    (Kind.LIST_ITEM, "分解できて、一分もあればきれいに洗えるミル。"),
    (Kind.LIST_ITEM, "はかり。"),
    (Kind.HEADING, "準備"),
    (Kind.PARAGRAPH, "一杯ごとにテキストファイルに一行を書き、`cups.py` というスクリプトが平均を計算した。"),
    (Kind.PARAGRAPH, "豆は[近所の店](https://example.com/beans)のもの。そのあいだ一度も変えなかった。"),
    (Kind.PARAGRAPH, "まずミルから始め、しゃれたやかんのことはあとで考える。"),
]
BOTH = pytest.mark.parametrize(("lang", "target"), [("zh", ZH), ("ja", JA)], ids=["Chinese", "Japanese"])


def paragraphs(texts) -> tuple[Paragraph, ...]:
    return tuple(paragraph(kind, text, 10 + 2 * at) for at, (kind, text) in enumerate(texts))


def post(name, lang, texts=EN, *, of="a.md", **more) -> CorpusDocument:
    return CorpusDocument(name, of, "s", (0, 0), "1", lang=lang, paragraphs=paragraphs(texts), **more)


def aligned(source, target, lang="zh"):
    return align(Bilingual(post("a.md", "en", source), post("a.zh.md", lang, target)))


def texts_of(mined):
    return [(one.pair.source, one.pair.target) for one in mined.pairs]


def directions(documents):
    return [(one.original.id, one.translation.id) for one in bilingual(documents)]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([post("a.md", "zh"), post("a.en.md", "en")], [("a.md", "a.en.md")]),
        ([post("a.en.md", "en"), post("a.md", "zh")], [("a.md", "a.en.md")]),
        (
            [post("en/a.md", "en", date="2024-02-01"), post("zh/a.md", "zh", date="2024-01-01")],
            [("zh/a.md", "en/a.md")],
        ),
        (
            [post("en/a.md", "en"), post("zh/a.md", "zh"), post("zh/b.md", "zh", of="b.md")],
            [("zh/a.md", "en/a.md")],
        ),
        (
            [post("en/a.md", "en"), post("de/a.md", "de"), post("zh/a.md", "zh"), post("en/b.md", "en", of="b.md")],
            [("en/a.md", "de/a.md"), ("en/a.md", "zh/a.md")],
        ),
        ([post("en/a.md", "en"), post("zh/a.md", "zh")], [("en/a.md", "zh/a.md")]),
        ([post("a.md", "en"), post("a.zh.md", "zh", skipped="draft")], []),
        ([post("a.md", "en"), post("a.zh.md", "zh", of="b.md")], []),
        ([post("a.md", "en"), post("a.html", "en")], []),
        ([post("a.md", "en"), post("a.en-gb.md", "en-gb")], []),
        ([post("a.md", None), post("a.zh.md", "zh")], []),
        ([post("a.md", "en", []), post("a.zh.md", "zh")], []),
        ([], []),
    ],
    ids=[
        "the one without a language is the original", "in any order", "the earlier one", "what is written alone",
        "with each other language", "the first by name", "what is skipped does not count", "other posts",
        "one language twice", "variants of one language", "no language is known", "nothing to align", "no documents",
    ],
)  # fmt: skip
def test_versions_of_a_post_are_paired_from_the_original(documents, expected):
    assert directions(documents) == expected


def test_a_version_that_waits_for_its_translation_does_not_stand_for_the_original():
    documents = [post("de/a.md", "en"), post("en/a.md", "en"), post("zh/a.md", "zh")]
    assert directions(documents) == [("en/a.md", "zh/a.md")]


def test_a_language_that_was_left_over_in_the_other_version_is_the_authors():
    left_over = Paragraph("x", Kind.PARAGRAPH, "This was never translated.", 3, "en")
    german = CorpusDocument("de/a.md", "a.md", "s", (0, 0), "1", lang="de", paragraphs=(left_over,))
    assert directions([german, post("en/a.md", "en")]) == [("en/a.md", "de/a.md")]


@BOTH
def test_each_paragraph_goes_with_its_translation(lang, target):
    mined = aligned(EN, target, lang)
    assert texts_of(mined) == [(one, other) for (_, one), (_, other) in zip(EN, target, strict=True)]
    assert not mined.dropped


def test_a_pair_says_where_it_is_from():
    found = aligned(EN, ZH).pairs[1]
    pair = found.pair
    assert found.place == "a.md:12 = a.zh.md:12"
    assert (pair.doc, pair.task, pair.origin, pair.generator) == ("a.md", "translate", "aligned", None)
    assert (pair.source_lang, pair.target_lang) == ("en", "zh")


def test_a_document_without_lines_is_named_alone():
    source = CorpusDocument("a.docx", "a", "s", (0, 0), "1", lang="en", paragraphs=(paragraph(*EN[1]),))
    target = CorpusDocument("a.zh.docx", "a", "s", (0, 0), "1", lang="zh", paragraphs=(paragraph(*ZH[1]),))
    assert [one.place for one in align(Bilingual(source, target)).pairs] == ["a.docx = a.zh.docx"]


@BOTH
@pytest.mark.parametrize("gone", range(len(EN)))
def test_what_is_in_one_language_only_is_no_pair(lang, target, gone):
    mined = aligned(EN, [text for at, text in enumerate(target) if at != gone], lang)
    truth = {(one, other) for at, ((_, one), (_, other)) in enumerate(zip(EN, target, strict=True)) if at != gone}
    assert set(texts_of(mined)) <= truth
    assert len(mined.pairs) >= len(EN) - 3
    assert sum(mined.dropped.values()) == len(EN) - len(mined.pairs)


@BOTH
def test_two_paragraphs_that_became_one_are_one_pair(lang, target):
    joined = [*target[:5], (Kind.PARAGRAPH, target[5][1] + target[6][1]), target[7]]
    found = dict(texts_of(aligned(EN, joined, lang)))
    assert found[f"{EN[5][1]} {EN[6][1]}"] == target[5][1] + target[6][1]
    back = align(Bilingual(post("a.md", lang, joined), post("a.en.md", "en", EN)))
    assert (target[5][1] + target[6][1], f"{EN[5][1]} {EN[6][1]}") in texts_of(back)


def test_two_list_items_that_became_one_are_left_out():
    joined = [*ZH[:2], (Kind.LIST_ITEM, ZH[2][1] + ZH[3][1]), *ZH[4:]]
    mined = aligned(EN, joined)
    assert all(ZH[2][1] not in target for _, target in texts_of(mined))
    assert sum(mined.dropped.values()) >= 1


def test_a_heading_never_goes_with_a_paragraph():
    other = [*ZH[:4], (Kind.PARAGRAPH, "准备"), *ZH[5:]]
    mined = aligned(EN, other)
    assert "The setup" not in dict(texts_of(mined))
    assert mined.dropped["only in one language"] == 2


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        (EN[7][1], EN[7][1], "same text"),
        (EN[7][1], f"**{EN[7][1]}**", "same text"),
        ("`cups.py`, `beans.py`, `all.py`", "`cups.py`、`beans.py`、`all.py`", "no prose"),
        (EN[7][1], f"{ZH[7][1]} [这里](https://example.com/kettle)", "links differ"),
        (f"See https://example.com/kettle. {EN[7][1]}", ZH[7][1], "links differ"),
    ],
)
def test_what_is_no_translation_is_counted_by_reason(source, target, reason):
    mined = aligned([*EN[:7], (Kind.PARAGRAPH, source)], [*ZH[:7], (Kind.PARAGRAPH, target)])
    assert len(mined.pairs) == 7
    assert mined.dropped == {reason: 1}


def test_a_text_that_is_much_longer_than_its_original_is_no_pair():
    longer = [*ZH[:4], (Kind.HEADING, "准备工作和我为此买来的所有东西，以及它们放在哪里"), *ZH[5:]]
    mined = aligned(EN, longer)
    assert "The setup" not in dict(texts_of(mined))
    assert len(mined.pairs) == 7
    assert set(mined.dropped) <= {"lengths differ", "unsure", "only in one language"}


def test_a_paragraph_in_another_language_than_its_document_is_no_translation():
    target = list(paragraphs(ZH))
    target[7] = Paragraph("x", Kind.PARAGRAPH, "Begin with the grinder; a fancy kettle can wait.", 24, "en")
    other = CorpusDocument("a.zh.md", "a.md", "s", (0, 0), "1", lang="zh", paragraphs=tuple(target))
    mined = align(Bilingual(post("a.md", "en"), other))
    assert mined.dropped == {"not translated": 1}


@pytest.mark.parametrize(("source", "target"), [([], ZH), (EN, [])])
def test_a_side_without_paragraphs_gives_no_pairs(source, target):
    mined = aligned(source, target)
    assert not mined.pairs
    assert mined.dropped == {"only in one language": 8}


@given(st.randoms(use_true_random=False), st.integers(0, 12), st.integers(0, 12))
def test_every_paragraph_is_in_one_pair_or_counted(chance: random.Random, olds, news):
    source, target = [chance.choice(EN) for _ in range(olds)], [chance.choice(ZH) for _ in range(news)]
    mined = aligned(source, target)
    assert len(mined.pairs) + sum(mined.dropped.values()) <= olds + news
    assert 2 * (len(mined.pairs) + sum(mined.dropped.values())) >= max(olds, news)
    given_source, given_target = (Counter(text for _, text in side) for side in (source, target))
    single = [(one, other) for one, other in texts_of(mined) if one in given_source and other in given_target]
    assert Counter(one for one, _ in single) <= given_source
    assert Counter(other for _, other in single) <= given_target
