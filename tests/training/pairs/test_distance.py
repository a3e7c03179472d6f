"""The distance says what share of its words a text has for itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.pairs.distance import distance, quartiles

texts = st.text(alphabet="ab 中文,.", max_size=30)


@pytest.mark.parametrize(
    ("source", "target", "apart"),
    [
        ("one two three four", "one two three four", 0.0),
        ("one  two\nthree four", "one two three four", 0.0),
        ("one two three four", "one two three five", 0.25),
        ("one two", "three four", 1.0),
        ("one two", "one two three four", 1 / 3),
        ("今天天气", "今天很冷", 0.5),
        ("今日は雨", "今日は雪", 0.25),
        ("one two.", "one two!", 1 / 3),
        ("", "", 0.0),
        ("", "one", 1.0),
    ],
)
def test_words_and_signs_and_characters_of_unspaced_scripts_count(source: str, target: str, apart: float) -> None:
    assert distance(source, target) == pytest.approx(apart)


@given(texts, texts)
def test_it_is_the_same_from_both_sides_and_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= distance(one, other) == distance(other, one) <= 1


@given(texts)
def test_a_text_is_at_no_distance_from_itself(text: str) -> None:
    assert distance(text, text) == 0


@pytest.mark.parametrize(
    ("distances", "expected"),
    [([], None), ([None], None), ([0.5, None], (0.5, 0.5, 0.5)), ([0.0, 1.0], (0.25, 0.5, 0.75))],
)
def test_quartiles_are_of_what_is_known(distances: list[float | None], expected: tuple[float, ...] | None) -> None:
    assert quartiles(distances) == expected
