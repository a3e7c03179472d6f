"""Long segments in parts, and back."""

from hypothesis import given
from hypothesis import strategies as st

from styletune.parts import MAX_WORDS, join, split_long, split_once
from styletune.text.tokens import words

SENTENCES = st.lists(
    st.sampled_from(["One two three. ", "What now? ", "Ja, das ist so. ", "你好。", "天气很好！"]), min_size=1
)


def test_a_text_is_cut_at_the_sentence_end_nearest_its_middle():
    assert split_once("A. Bb bb bb. Cc cc cc. D.") == ["A. Bb bb bb. ", "Cc cc cc. D."]


def test_one_sentence_cannot_be_cut():
    assert split_once("one sentence of many words") == []
    assert split_long("word " * 1000, 10) == ["word " * 1000]


def test_a_short_text_is_one_part():
    assert split_long("A. B.", MAX_WORDS) == ["A. B."]


@given(SENTENCES, st.integers(1, 12))
def test_parts_are_the_whole_text_and_only_single_sentences_are_too_long(sentences, most):
    text = "".join(sentences)
    parts = split_long(text, most)
    assert "".join(parts) == text
    assert all(len(words(part)) <= most or not split_once(part) for part in parts)


def test_answers_are_joined_as_their_script_wants_it():
    assert join(["One. ", " Two."]) == "One. Two."
    assert join(["天气很好。", "我去走走。"]) == "天气很好。我去走走。"
    assert join([" kept as it is "]) == " kept as it is "
