"""What a model is judged by is never known to it from training; nothing else moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.training_set.splitting import without_leaks

from styletune.exchange.pair import Pair, make_pair
from styletune.exchange.splits import Split

splits = st.sampled_from(["train", "valid", "test"])
letters = st.sampled_from("abcdefgh")


def pair(source: str, target: str, split: Split) -> Pair:
    return replace(make_pair("d", "rewrite", ("en", "en"), (source, target), origin="human"), split=split)


def numbers(pairs: list[Pair]) -> dict[str, int]:
    """Capital and small letters are all but the same."""
    return {text: ord(text.lower()) for one in pairs for text in (one.source, one.target)}


@pytest.mark.parametrize(
    ("pairs", "after"),
    [
        ([("a", "b", "test"), ("c", "d", "train")], ["test", "train"]),
        ([("a", "b", "test"), ("c", "B", "train")], ["train", "train"]),
        ([("a", "b", "test"), ("A", "d", "train")], ["train", "train"]),
        ([("a", "b", "test"), ("c", "A", "train")], ["train", "train"]),
        ([("a", "b", "test"), ("c", "B", "valid")], ["train", "train"]),
        ([("a", "b", "test"), ("c", "B", "test")], ["test", "test"]),
        ([("a", "b", "train"), ("B", "c", "test"), ("C", "d", "test"), ("e", "f", "test")],
         ["train", "train", "train", "test"]),
    ],
)  # fmt: skip
def test_what_is_in_two_splits_is_trained_on(pairs: list[tuple[str, str, Split]], after: list[Split]) -> None:
    made = [pair(*one) for one in pairs]
    assert [one.split for one in without_leaks(made, numbers(made))] == after


@given(st.lists(st.builds(pair, letters, letters | letters.map(str.upper), splits), max_size=12))
def test_no_text_is_in_two_splits_and_pairs_only_move_to_train(pairs: list[Pair]) -> None:
    after = without_leaks(pairs, numbers(pairs))
    homes: dict[str, set[str]] = {}
    for one in after:
        for text in (one.source, one.target):
            homes.setdefault(text.lower(), set()).add(one.split)
    assert all(len(found) == 1 for found in homes.values())
    assert all(new == replace(old, split=new.split) for old, new in zip(pairs, after, strict=True))
    assert all(new.split in {old.split, "train"} for old, new in zip(pairs, after, strict=True))
    assert without_leaks(after, numbers(after)) == after
