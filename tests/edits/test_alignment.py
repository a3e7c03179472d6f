import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_edits import KINDS, Score, generated, paragraphs_of, scripts

from styletune.edits.alignment import Link, align

COFFEE = "The motivation was a lack of consistency. On certain days the coffee was delightful, on others bitter."
FAIR = "In order to keep the comparison fair, I modified only one variable at a time, and wrote it down."
LINE = "Each cup was given a line in a plain text file, and a tiny script was employed to calculate the averages."
BIKE = "Bicycles rust when they are left outside in the rain, and nobody oils their chains before spring."
YES = "Yes."

ZH = [
    "我买了一台手摇磨豆机，后来记录了五十八杯咖啡。",
    "为了让比较公平，我每次只改变一个变量。这花了两个月的时间。",
    "每一杯都在文本文件里占一行，由一个小脚本计算平均值。",
]
JA = [
    "八月に手挽きのミルを買って、それから五十八杯のコーヒーを記録した。",
    "比較を公平にするために、一度に一つの条件だけを変えた。二か月かかった。",
    "一杯ごとにテキストファイルに一行を書き、小さなスクリプトで平均を計算した。",
]


def links(old, new, **options):
    return {(link.old, link.new) for link in align(old, new, **options)}


CASES = {
    "nothing to nothing": ([], [], set()),
    "equal": ([COFFEE, FAIR], [COFFEE, FAIR], {((0,), (0,)), ((1,), (1,))}),
    "all deleted": ([COFFEE], [], {((0,), ())}),
    "all added": ([], [COFFEE], {((), (0,))}),
    "edited": ([COFFEE, FAIR], [COFFEE, FAIR.replace("modified", "changed")], {((0,), (0,)), ((1,), (1,))}),
    "moved": ([COFFEE, FAIR, LINE], [LINE, COFFEE, FAIR], {((0,), (1,)), ((1,), (2,)), ((2,), (0,))}),
    "moved and edited": (
        [COFFEE, FAIR, LINE],
        [LINE.replace("was employed to calculate", "calculated"), COFFEE, FAIR],
        {((0,), (1,)), ((1,), (2,)), ((2,), (0,))},
    ),
    "two that changed places, both edited": (
        [COFFEE, LINE],
        [LINE.replace("tiny", "small"), COFFEE.replace("certain", "some")],
        {((0,), (1,)), ((1,), (0,))},
    ),
    "split": ([COFFEE, FAIR], [*COFFEE.split(". ", 1), FAIR], {((0,), (0, 1)), ((1,), (2,))}),
    "split and the second half moved away": (
        [COFFEE, FAIR],
        [COFFEE[:41], FAIR, COFFEE[42:]],
        {((0,), (0, 2)), ((1,), (1,))},
    ),
    "merged": ([COFFEE, FAIR, LINE], [f"{COFFEE} {FAIR}", LINE], {((0, 1), (0,)), ((2,), (1,))}),
    "three merged": ([COFFEE, FAIR, LINE], [f"{COFFEE} {FAIR} {LINE}"], {((0, 1, 2), (0,))}),
    "a short one merged into its neighbour": ([YES, FAIR], [f"{YES} {FAIR}"], {((0, 1), (0,))}),
    "deleted between equal ones": ([COFFEE, BIKE, FAIR], [COFFEE, FAIR], {((0,), (0,)), ((1,), ()), ((2,), (1,))}),
    "one deleted and another added in its place": (
        [COFFEE, BIKE, FAIR],
        [COFFEE, LINE, FAIR],
        {((0,), (0,)), ((1,), ()), ((), (1,)), ((2,), (2,))},
    ),
    "equal short ones keep their places": (
        [YES, COFFEE, YES, FAIR, YES],
        [YES, COFFEE, YES, FAIR],
        {((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((3,), (3,)), ((4,), ())},
    ),
    "wrapped otherwise": ([COFFEE], [COFFEE.replace(" ", "\n", 4)], {((0,), (0,))}),
    "signs alone": (["---", "…"], ["…"], {((0,), ()), ((1,), (0,))}),
    "one of signs alone, beside one of words": (["🙂", COFFEE], [COFFEE, "🙂!"], {((0,), (1,)), ((1,), (0,))}),
    "empty texts": (["", COFFEE], [COFFEE, ""], {((0,), (1,)), ((1,), (0,))}),
}


@pytest.mark.parametrize("case", CASES)
def test_alignment_finds(case):
    old, new, expected = CASES[case]
    assert links(old, new) == expected


@pytest.mark.parametrize("texts", [ZH, JA], ids=["Chinese", "Japanese"])
def test_unspaced_scripts_are_aligned_by_their_characters(texts):
    edited = texts[2].replace("小", "很短的", 1)
    one, other = texts[1].split("。", 1)
    assert links(texts, [edited, texts[0], one + "。", other]) == {((0,), (1,)), ((1,), (2, 3)), ((2,), (0,))}


def test_a_text_rewritten_in_its_place_is_linked_where_little_is_left_of_it():
    rewritten = "I wanted to understand why my coffee, delightful on some mornings, was so bitter on most."
    assert links([FAIR, COFFEE, LINE], [FAIR, rewritten, LINE]) >= {((1,), (1,))}


def test_a_heading_in_the_same_place_is_the_same_heading_whatever_it_says():
    old, new = [COFFEE, "The setup", LINE], [COFFEE, "What I used", LINE]
    kinds = ["paragraph", "heading", "paragraph"]
    assert links(old, new, kinds=(kinds, kinds)) >= {((1,), (1,))}
    assert links(old, new) >= {((1,), ())}


def test_of_equal_texts_the_kind_decides():
    old, new = ["Coffee", "Coffee"], ["Coffee"]
    assert links(old, new, kinds=(["heading", "cell"], ["cell"])) == {((0,), ()), ((1,), (0,))}


def test_a_higher_floor_links_less():
    old, new = [COFFEE, BIKE], [BIKE, "On certain days the tea was delightful, and so were my neighbours."]
    assert links(old, new, floor=0.2) > {((0,), (1,))}
    assert links(old, new, floor=0.9) >= {((0,), ())}


def test_links_come_as_the_new_texts_stand_and_a_deleted_one_behind_what_it_followed():
    found = align([COFFEE, BIKE, FAIR, LINE], [LINE, COFFEE, FAIR])
    assert found == [Link((3,), (0,)), Link((0,), (1,)), Link((1,), ()), Link((2,), (2,))]


texts = st.lists(
    st.sampled_from([COFFEE, FAIR, LINE, BIKE, YES, "", "…", *ZH, f"{COFFEE} {FAIR}", COFFEE[:44]]), max_size=7
)


@given(texts, texts)
def test_each_text_is_in_one_link(old, new):
    found = align(old, new)
    assert sorted(index for link in found for index in link.old) == list(range(len(old)))
    assert sorted(index for link in found for index in link.new) == list(range(len(new)))
    assert all(min(len(link.old), len(link.new)) <= 1 for link in found)


@given(texts, st.randoms(use_true_random=False))
def test_texts_that_only_moved_are_all_found_again(old, chance):
    new = list(old)
    chance.shuffle(new)
    assert all(old[link.old[0]] == new[link.new[0]] for link in align(old, new) if link.old and link.new)
    assert len(align(old, new)) == len(old)


def test_scripted_edits_are_found(repository):
    documents = [paragraphs_of(repository / "examples" / "draft.md")]
    documents += [generated(language, 24, seed) for language in ("en", "zh", "ja") for seed in (1, 2)]
    assert_found(documents, range(3), least=0.98)


@pytest.mark.parametrize("folder", ["opensource-guide/en", "opensource-guide/zh-hans", "burntsushi-blog"])
def test_scripted_edits_of_real_posts_are_found(corpora, folder):
    documents = [paragraphs_of(path) for path in sorted((corpora / folder).glob("*.md"))[:3]]
    assert_found(documents, range(1), least=0.98)


def assert_found(documents, seeds, *, least):
    score = Score()
    missed = [miss for script in scripts(documents, seeds) for miss in score.add(script, align(script.old, script.new))]
    assert set(score.true) == set(KINDS)
    changed = [kind for kind in KINDS if kind != "kept"]
    recall = sum(score.found[kind] for kind in changed) / sum(score.true[kind] for kind in changed)
    assert min(recall, score.precision) >= least, missed


def test_long_documents_take_a_time_that_grows_with_their_edits_not_with_their_square():
    old = [
        f"Paragraph {number} of many tells the story number {number} in its own {number} words."
        for number in range(3000)
    ]
    new = [text.replace("story", "tale") if number % 100 == 0 else text for number, text in enumerate(old)]
    assert align(old, new) == [Link((number,), (number,)) for number in range(3000)]
