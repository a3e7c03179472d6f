"""Splits are stable, disjoint, and about as large as asked for."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.exchange.splits import Fractions, split_of

DOCUMENTS = [f"posts/{number:04}.md" for number in range(10_000)]


@pytest.mark.parametrize(
    ("doc", "split"),
    [
        ("posts/0000.md", "train"),
        ("posts/0001.md", "train"),
        ("posts/0002.md", "test"),
        ("posts/0003.md", "valid"),
        ("posts/0004.md", "train"),
        ("文章/咖啡.md", "train"),
        ("", "train"),
    ],
)
def test_the_split_of_a_document_is_the_same_in_every_version_and_on_every_machine(doc: str, split: str) -> None:
    assert split_of(doc) == split


@pytest.mark.parametrize(("valid", "test"), [(0.1, 0.1), (0.05, 0.2), (0.0, 0.3), (0.3, 0.0)])
def test_each_split_has_about_the_share_asked_for(valid: float, test: float) -> None:
    counts = Counter(split_of(doc, Fractions(valid=valid, test=test)) for doc in DOCUMENTS)
    assert counts["valid"] / len(DOCUMENTS) == pytest.approx(valid, abs=0.01)
    assert counts["test"] / len(DOCUMENTS) == pytest.approx(test, abs=0.01)


def test_a_share_of_zero_holds_nothing_out() -> None:
    assert {split_of(doc, Fractions(valid=0.0, test=0.0)) for doc in DOCUMENTS} == {"train"}


shares = st.floats(0, 0.49)


@given(doc=st.text(), valid=shares, other=shares, test=shares)
def test_another_validation_share_never_moves_a_document_into_or_out_of_test(
    doc: str, valid: float, other: float, test: float
) -> None:
    before = split_of(doc, Fractions(valid=valid, test=test))
    after = split_of(doc, Fractions(valid=other, test=test))
    assert (before == "test") == (after == "test")


@given(doc=st.text(), test=shares, more=shares)
def test_a_larger_test_share_keeps_every_document_that_was_in_test(doc: str, test: float, more: float) -> None:
    low, high = sorted((test, more))
    if split_of(doc, Fractions(test=low)) == "test":
        assert split_of(doc, Fractions(test=high)) == "test"


@pytest.mark.parametrize(
    ("valid", "test", "message"),
    [
        (-0.1, 0.1, "valid is -0.1"),
        (0.1, 1.5, "test is 1.5"),
        (0.5, 0.5, "leave nothing to train on"),
        (float("nan"), 0.1, "valid is nan"),
    ],
)
def test_impossible_shares_are_refused_by_name(valid: float, test: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Fractions(valid=valid, test=test)


def test_a_file_name_that_is_not_valid_unicode_has_a_split_too() -> None:
    assert split_of("posts/\udcff.md") in {"train", "valid", "test"}
    assert split_of("posts/\ud800.md") in {"train", "valid", "test"}
