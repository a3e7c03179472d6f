"""Words that the verbs of training have in common."""

import pytest
from styletune_training.verbs.wording import direction, listed


@pytest.mark.parametrize(
    ("langs", "words"), [(("en", "zh"), "en → zh"), (("en", "en"), "en"), ((None, "de"), "? → de"), ((None, None), "?")]
)
def test_a_direction_names_each_language_once(langs: tuple[str | None, str | None], words: str) -> None:
    assert direction(*langs) == words


@pytest.mark.parametrize(
    ("most", "words"),
    [(4, "numbers 9, names 2, links 1"), (3, "numbers 9, names 2, links 1"), (2, "numbers 9, names 2 and 1 more reason"),
     (1, "numbers 9 and 2 more reasons")],
)  # fmt: skip
def test_of_many_reasons_the_first_are_named(most: int, words: str) -> None:
    assert listed({"numbers": 9, "names": 2, "links": 1}, most=most) == words
