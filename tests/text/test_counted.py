"""Numbers with their nouns."""

import pytest

from styletune.text.counted import counted


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [
        (0, "pair", "0 pairs"),
        (1, "pair", "1 pair"),
        (2, "pair", "2 pairs"),
        (1, "entry of the glossary", "1 entry of the glossary"),
        (2, "entry of the glossary", "2 entries of the glossary"),
        (2, "line of code of mine", "2 lines of code of mine"),
        (2, "way", "2 ways"),
    ],
)
def test_a_noun_follows_its_number(count, noun, expected):
    assert counted(count, noun) == expected
