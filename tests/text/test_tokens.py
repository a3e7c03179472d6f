import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.text.tokens import length, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't panic, it's fine.", ["Don't", "panic", "it's", "fine"]),
        ("state-of-the-art e-mail", ["state-of-the-art", "e-mail"]),
        ("1,250 files, 3.5kg, GPT-4o", ["1,250", "files", "3.5kg", "GPT-4o"]),
        ("我喜欢 Rust。", ["我", "喜", "欢", "Rust"]),
        ("テスト中", ["テ", "ス", "ト", "中"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("Run ⟦12⟧ now", ["Run", "⟦12⟧", "now"]),
        ("das Straßenfest", ["das", "Straßenfest"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_words_are_words_in_spaced_and_characters_in_unspaced_scripts(text, expected):
    assert words(text) == expected


def test_thai_vowel_signs_stay_with_their_letter():
    assert words("น้ำ") == ["น้", "ำ"]


@given(st.text())
def test_tokens_lose_nothing(text):
    assert "".join(tokens(text)) == text


@given(st.text())
def test_every_word_is_a_token(text):
    found = tokens(text)
    assert [word for word in words(text) if word not in found] == []


@pytest.mark.parametrize(
    ("text", "expected"), [("three small words", 3.0), ("五个汉字呢", 3.0), ("", 0.0), ("两 words", 1.6)]
)
def test_length_weighs_characters_of_unspaced_scripts(text, expected):
    assert length(text) == pytest.approx(expected)
