"""What a number of pairs is good for, in words."""

import pytest
from styletune_training.training_set.sufficiency import Held, Level, level_of, verdict


@pytest.mark.parametrize(
    ("pairs", "level"),
    [
        (0, "nothing"),
        (1, "too little"),
        (49, "too little"),
        (50, "a try"),
        (249, "a try"),
        (250, "enough"),
        (999, "enough"),
        (1000, "plenty"),
    ],
)
def test_the_level_follows_from_the_pairs_to_train_on(pairs: int, level: Level) -> None:
    assert level_of(pairs) == level


def test_enough_of_everything_needs_no_advice() -> None:
    words = verdict(Held("rewrite", ("en", "en"), 400, 50, 50, 40, 8, 8)).words
    assert words == "400 pairs from 40 documents to train on; more still helps, up to about 1,000."


def test_documents_that_are_not_held_out_are_missed_in_words() -> None:
    words = verdict(Held("translate", ("en", "zh"), 60, 0, 3, 1, 0, 1)).words
    assert "60 pairs from 1 document to train on; from 250 on the voice settles" in words
    assert "No document is held out to choose a checkpoint by." in words
    assert "Only 1 document is held out to judge by; from 8 on, figures can be relied on." in words


def test_nothing_to_train_on_is_said_first() -> None:
    assert verdict(Held("qa", (None, None), 0, 1, 1, 0, 1, 1)).words.startswith("Nothing to train on.")
