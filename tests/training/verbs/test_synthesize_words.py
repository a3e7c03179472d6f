"""What is told of a run is true of it."""

from types import SimpleNamespace
from typing import Any

import pytest
from styletune_training.synthesis.estimates import Forecast
from styletune_training.synthesis.running import Ran
from styletune_training.verbs.synthesize_words import ending_lines, result_lines

NONE: Any = None
"""A budget that nobody looks at."""


def work(*, paid: bool) -> Any:
    return SimpleNamespace(charges=SimpleNamespace(paid=paid), prices=None)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (False, "Stopped: 5 texts are left."),
        (True, "Stopped: 3 texts are left."),
    ],
)
def test_what_was_under_way_is_left_unless_it_may_have_been_paid(*, paid: bool, expected: str) -> None:
    first, *others = ending_lines(Ran(ending="stopped", left=3, dropped=2), NONE, work(paid=paid), Forecast())
    assert first.startswith(expected)
    assert [line.partition(" ended")[0] for line in others] == (["2 requests"] if paid else [])


def test_without_an_answer_there_is_nothing_to_count() -> None:
    assert list(result_lines(Ran(), NONE, work(paid=False))) == ["No answer came."]
