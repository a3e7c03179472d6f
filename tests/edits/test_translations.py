import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_edits import generated

from styletune.edits.alignment import align_translations
from styletune.edits.translations import weigh_translations

EN = [
    "# Two months of coffee",
    "I bought a hand grinder in August and recorded 58 cups in a small notebook, to understand what makes a difference.",
    "The setup",
    "Each cup got a line in a text file, and a script called `cups.py` calculated the averages.",
    "The beans come from [our shop](https://example.com/beans). They never changed during all of that time.",
    "Yes.",
    "Start with the grinder, and think about a fancy kettle later.",
]
ZH = [
    "# 两个月的咖啡",
    "八月我买了一台手摇磨豆机，在一个小本子里记录了 58 杯咖啡，想弄清楚到底什么会带来不同。",
    "准备",
    "每一杯在文本文件里占一行，一个叫 `cups.py` 的脚本负责计算平均值。",
    "豆子来自[我们街角的店](https://example.com/beans)。整个期间一直没有换过。",
    "是的。",
    "先从磨豆机开始，以后再考虑漂亮的水壶。",
]
JA = [
    "# コーヒーの二か月",
    "八月に手挽きのミルを買い、何が違いを生むのかを知るために、小さなノートに 58 杯を記録した。",
    "準備",
    "一杯ごとにテキストファイルに一行を書き、`cups.py` というスクリプトが平均を計算した。",
    "豆は[近所の店](https://example.com/beans)のもの。そのあいだ一度も変えなかった。",
    "はい。",
    "まずミルから始め、しゃれたやかんのことはあとで考える。",
]
BOTH = pytest.mark.parametrize("target", [ZH, JA], ids=["Chinese", "Japanese"])


def links(source, target):
    return [(link.old, link.new) for link in align_translations(source, target)]


@BOTH
def test_paragraph_goes_with_paragraph(target):
    assert links(EN, target) == [((at,), (at,)) for at in range(len(EN))]
    assert links(target, EN) == [((at,), (at,)) for at in range(len(EN))]


@BOTH
@pytest.mark.parametrize("gone", [1, 3, 4])
def test_a_paragraph_that_was_left_out_goes_with_none(target, gone):
    shorter = [text for at, text in enumerate(target) if at != gone]
    expected = [((at,), (at - (at > gone),) if at != gone else ()) for at in range(len(EN))]
    assert links(EN, shorter) == expected
    assert sorted(links(shorter, EN), key=lambda link: link[1]) == [(new, old) for old, new in expected]


@BOTH
def test_two_paragraphs_that_became_one_go_with_it(target):
    joined = [*target[:3], target[3] + target[4], *target[5:]]
    assert links(EN, joined)[3] == ((3, 4), (3,))
    assert links(joined, EN)[3] == ((3,), (3, 4))


@pytest.mark.parametrize(("source", "target"), [([], []), (EN, []), ([], EN)])
def test_nothing_goes_with_nothing(source, target):
    assert links(source, target) == [((at,), ()) for at in range(len(source))] + [
        ((), (at,)) for at in range(len(target))
    ]


@given(st.integers(0, 20), st.integers(0, 20), st.randoms(use_true_random=False))
def test_each_text_is_in_one_link_and_links_do_not_cross(olds, news, chance: random.Random):
    source, target = generated("en", olds, chance.randint(0, 3)), generated("zh", news, chance.randint(0, 3))
    found = links(source, target)
    assert [at for old, _ in found for at in old] == list(range(olds))
    assert [at for _, new in found for at in new] == list(range(news))
    assert {(len(old), len(new)) for old, new in found} <= {(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)}


def test_only_texts_of_one_kind_are_linked():
    kinds = ["heading", "paragraph", "heading", "paragraph", "paragraph", "paragraph", "paragraph"]
    other = [*kinds[:2], "paragraph", *kinds[3:]]
    found = [(link.old, link.new) for link in align_translations(EN, ZH, kinds=(kinds, other))]
    assert ((2,), ()) in found
    assert {((at,), (at,)) for at in range(len(EN)) if at != 2} <= set(found)
    assert all(len({*(kinds[at] for at in old), *(other[at] for at in new)}) == 1 for old, new in found)


@given(st.integers(0, 12), st.integers(0, 12), st.randoms(use_true_random=False))
def test_weighing_changes_no_link_and_gives_probabilities(olds, news, chance: random.Random):
    source, target = generated("en", olds, chance.randint(0, 3)), generated("zh", news, chance.randint(0, 3))
    kinds = [chance.choice("ab") for _ in source], [chance.choice("ab") for _ in target]
    weighed = weigh_translations(source, target, kinds=kinds)
    assert [one.link for one in weighed] == align_translations(source, target, kinds=kinds)
    assert all(0 <= one.probability <= 1 for one in weighed)


@BOTH
def test_a_link_is_surer_where_no_other_is_nearly_as_good(target):
    sure = {one.link.old: one.probability for one in weigh_translations(EN, target)}
    assert sure[3,] > 0.95
    alike = ["Yes, that is so.", "No, it is not.", "Yes, that is it."], [target[5], target[5]]
    assert max(one.probability for one in weigh_translations(*alike)) < 0.75
