import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.text.inline import inside, sentence_atoms
from styletune.text.sentences import ends_sentence, sentences

PIECES = st.sampled_from(
    ["Mr. ", "e.g. ", "It is. ", "Why? ", "“Go.” ", "⟦1⟧", "`a. B` ", "[A. B](c d) ", "**Stop. Now.** ", "1. ", "3.14 ",
     "…", "... ", "你好。", "真的吗？！", "“是。”", " ", "\n", "U.S. ", "J. ", "x", "(Yes.) ", "*", "`", "["]
)  # fmt: skip


@given(st.text() | st.lists(PIECES).map("".join))
def test_joined_sentences_are_the_text(text):
    assert "".join(sentences(text)) == text


@given(st.lists(PIECES).map("".join))
def test_no_sentence_ends_within_a_whole_and_none_is_empty(text):
    atoms = sentence_atoms(text)
    offset = 0
    for sentence in sentences(text)[:-1]:
        offset += len(sentence)
        assert sentence
        assert not inside(atoms, offset)


@pytest.mark.parametrize(
    "cut",
    [
        "It rains.| I stay.| Why not?| Yes!",
        "Mr. Smith met Dr. Jones.| They left.",
        "Use a tool, e.g. this one, i.e. mine.| Then stop.",
        "Apples, pears, etc. are fruit.| Is that so?",
        "He lives in the U.S. and likes it.| She moved to the U.S. last year.",
        "J. R. R. Tolkien wrote it.| He did.",
        "It costs 3.50 dollars.| See No. 5 for more.",
        "Well... maybe.| Or not...| Who knows?",
        "He said “Go.”| Then he left.| (He was angry.)| She stayed.",
        "It was 1999.| It was fine.",
        "So did I.| Then we left.",
        "Das ist z.B. so.| Vgl. Kapitel 3.",
        "C’est M. Dupont.| Il est là.",
        "¿Qué tal?| ¡Muy bien!| Gracias.",
        "你好。|今天很好！|真的吗？|是的。",
        "他说：“走吧。”|然后走了。",
        "そうです。|「はい。」|と言った。",
        "We use Rust。|它很快……|对吧",
        "See [A. B](⟦1⟧) first.| Then `x. Y` next.| Done.",
        "**Stop. Now.**| Then go.",
        "It is so.⟦1⟧| Really.",
        "Ask https://a.org/b.| Then go.",
        "한국어입니다.| 좋아요.",
        "One line.\n|Next line.",
    ],
)
def test_sentences_are_cut_where_a_reader_would(cut):
    expected = cut.replace("| ", " |").split("|")
    assert sentences(cut.replace("|", "")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Yes.", True), ("Yes.”", True), ("好。", True), ("好", False), ("as:", True), ("and", False), ("**Yes.**", True)],
)
def test_an_end_is_recognised(text, expected):
    assert ends_sentence(text) is expected
