import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.edits.words import WordChange, common_form, distance, word_changes
from styletune.text.tokens import tokens


def changes(old, new):
    return [(change.old, change.new) for change in word_changes(old, new)]


CASES = {
    "a word": ("I am utilizing the beans.", "I am using the beans.", [("utilizing", "using")]),
    "two words far apart": (
        "It was big. It was red.",
        "It was large. It was blue.",
        [("big", "large"), ("red", "blue")],
    ),
    "two words beside one that stays": ("big and red", "large and blue", [("big", "large"), ("red", "blue")]),
    "a phrase to a word": ("The utilization of a scale", "Using a scale", [("The utilization of", "Using")]),
    "a phrase around a word that stays": ("We make use of it.", "We use it.", [("make use of", "use")]),
    "a phrase taken out": ("I stay in order to test.", "I stay to test.", [("in order", "")]),
    "a word put in": ("I drink coffee.", "I never drink coffee.", [("", "never")]),
    "words that changed places": ("modify only one", "only modify one", [("modify only", "only modify")]),
    "a contraction": ("Do not go.", "Don't go.", [("Do not", "Don't")]),
    "a sign": ("He said yes.", "He said yes!", [(".", "!")]),
    "quotation marks": ('the "best" cup', "the “best” cup", [('"', "“"), ('"', "”")]),
    "case": ("the Web", "the web", [("Web", "web")]),
    "a number": ("58 cups", "59 cups", [("58", "59")]),
    "line breaks": ("one two\nthree", "one\ntwo three", []),
    "everything": ("one", "two", [("one", "two")]),
    "from nothing": ("", "two words", [("", "two words")]),
    "to nothing": ("two words", "", [("two words", "")]),
    "Chinese: the neighbour it stands beside again": (
        "电脑萤幕很大，萤幕很亮。",
        "电脑屏幕很大，屏幕很亮。",
        [("萤幕", "屏幕"), ("萤幕", "屏幕")],
    ),
    "Chinese: else the character in front": ("请安装软体。", "请安装软件。", [("软体", "软件")]),
    "Chinese: no particle in front": ("我的萤幕", "我的屏幕", [("萤幕", "屏幕")]),
    "Chinese: two characters are a word": ("预设的颜色", "默认的颜色", [("预设", "默认")]),
    "Chinese: of unequal length": ("记忆体不足", "内存不足", [("记忆体", "内存")]),
    "Chinese: a particle alone": ("这是我的书", "这是我书", [("的", "")]),
    "Chinese: punctuation": ("好,走吧。", "好，走吧。", [(",", "，")]),
    "Japanese: the compound": ("データを解析する", "データを分析する", [("解析", "分析")]),
    "Japanese: the run of katakana": (
        "コンピュータを使う",
        "コンピューターを使う",
        [("コンピュータ", "コンピューター")],
    ),
    "Japanese: hiragana as it is": ("本を読みました", "本を読んだ", [("みました", "んだ")]),
    "Korean, which sets spaces": ("나는 커피를 마신다", "나는 차를 마신다", [("커피를", "차를")]),
}


@pytest.mark.parametrize("case", CASES)
def test_changes_are_named_as_a_person_would(case):
    old, new, expected = CASES[case]
    assert changes(old, new) == expected


def test_a_change_knows_what_stands_around_it():
    (change,) = word_changes("I have utilized a very small scale.", "I have used a very small scale.")
    assert (change.before, change.after) == ("I have", "a very small")


def test_what_several_changes_share_is_the_word():
    texts = [("安装软体后", "安装软件后"), ("开发软体的人", "开发软件的人"), ("新软体很好", "新软件很好")]
    found = [change for old, new in texts for change in word_changes(old, new)]
    assert {change.core for change in found} == {("体", "件")}
    assert common_form(found) == WordChange("软体", "软件", "", "")


def test_what_several_changes_share_outweighs_the_guess_of_each():
    texts = [("电脑萤幕很", "电脑屏幕很"), ("大萤幕上", "大屏幕上"), ("关掉萤幕", "关掉屏幕")]
    found = [change for old, new in texts for change in word_changes(old, new)]
    assert (common_form(found).old, common_form(found).new) == ("萤幕", "屏幕")


def test_in_spaced_scripts_the_word_is_the_core():
    (change,) = word_changes("I utilized it.", "I used it.")
    assert change.core == ("utilized", "used")
    assert (common_form([change]).old, common_form([change]).new) == change.core


def test_no_changes_have_no_common_form():
    with pytest.raises(ValueError, match="no changes"):
        common_form([])


DISTANCES = [
    ("a b c", "a b c", (0, 3)),
    ("a b c", "a  b\nc", (0, 3)),
    ("a b c", "a x c", (1, 3)),
    ("a b c", "", (3, 3)),
    ("", "a b", (2, 0)),
    ("A", "a", (1, 1)),
    ("软体很好", "软件很好", (1, 4)),
    ("a, b", "a b", (1, 3)),
]


@pytest.mark.parametrize(("old", "new", "expected"), DISTANCES)
def test_distance_counts_words_characters_and_signs(old, new, expected):
    assert distance(old, new) == expected


texts = st.lists(
    st.sampled_from(
        ["软", "体", "件", "的", "。", "ー", "カ", "かな", " ", "\n", "word", "Word", "use", "of", "3.5", "“", "é"]
    ),
    max_size=12,
).map("".join)


def solid(text):
    return [token for token in tokens(text) if not token.isspace()]


@given(texts, texts)
def test_distance_is_nothing_for_equal_tokens_alone_and_the_same_both_ways(old, new):
    assert (distance(old, new)[0] == 0) == (solid(old) == solid(new))
    assert distance(old, new)[0] == distance(new, old)[0]
    assert distance(old, new)[0] <= max(len(solid(old)), len(solid(new)))


@given(texts, texts, texts)
def test_a_detour_is_never_shorter(old, middle, new):
    assert distance(old, new)[0] <= distance(old, middle)[0] + distance(middle, new)[0]


@given(texts, texts)
def test_changes_are_pieces_of_both_texts_in_order_and_all_there_is(old, new):
    found = word_changes(old, new)
    assert bool(found) == (solid(old) != solid(new))
    assert replaced(old, [(change.old, change.new) for change in found]) is not None
    for text, pieces in ((old, [change.old for change in found]), (new, [change.new for change in found])):
        at = 0
        for piece in pieces:
            at = text.index(piece, at) + len(piece)


@given(texts, texts)
def test_a_core_is_what_a_change_does_at_heart(old, new):
    for change in word_changes(old, new):
        assert change.core[0] in change.old
        assert change.core[1] in change.new
        assert change.core[0] != change.core[1]


def replaced(text, pairs):
    """Return the text with the pairs replaced from left to right."""
    at = 0
    for old, new in pairs:
        start = text.index(old, at)
        text = text[:start] + new + text[start + len(old) :]
        at = start
    return text
