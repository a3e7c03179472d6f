"""No run spends more than it may, even if all that is under way costs the most it can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.synthesis.budget import Budget, Need

from styletune.config.schema import Prices

PRICES = Prices(1.0, 2.0, "EUR")


def counted(budget: Budget) -> Budget:
    """Return a budget that has seen a server count; one token is spent."""
    budget.reserve("first", Need(1, 0))
    budget.settle("first", 1, 0)
    return budget


requests = st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 900), st.floats(0, 1), st.floats(0, 1)), max_size=40)


@given(requests, st.floats(0, 0.01), st.integers(1, 5))
def test_what_is_spent_stays_within_the_limit(
    found: list[tuple[int, int, float, float]], money: float, side_by_side: int
):
    budget = Budget(prices=PRICES, money=money)
    under_way: list[tuple[str, int, int]] = []
    for number, (size, longest, share_in, share_out) in enumerate(found):
        need = Need(size, longest)
        if not budget.fits(need):
            continue
        budget.reserve(str(number), need)
        under_way.append((str(number), round(size * 1.25 * share_in), round(longest * share_out)))
        if len(under_way) >= side_by_side:
            budget.settle(*under_way.pop(0))
        assert budget.spent <= money + 1e-12
    for one in under_way:
        budget.settle(*one)
    assert budget.spent <= money + 1e-12
    assert budget.under_way == 0
    assert budget.spent == pytest.approx(PRICES.cost(budget.tokens_in, budget.tokens_out))


@pytest.mark.parametrize(("tokens", "fits"), [(None, True), (1, False), (149, False), (150, True)])
def test_prompt_and_longest_answer_must_fit_into_a_budget_of_tokens(tokens: int | None, fits: bool):
    assert Budget(tokens=tokens).fits(Need(80, 50)) is fits


def test_the_first_request_goes_alone_and_is_bounded_by_its_bytes():
    """Nobody knows yet how many tokens the server makes of a text."""
    need = Need(100, 10, bytes_in=400)
    assert not Budget(tokens=409).fits(need)
    budget = Budget(tokens=5000)
    budget.reserve("a", need)
    assert not budget.fits(need)
    budget.settle("a", 100, 10)
    budget.reserve("b", need)
    assert budget.fits(need)
    assert Budget(tokens=5000).most(need) == Budget().most(need) == 0.0


def test_a_server_that_answers_at_greater_length_than_it_may_is_learnt_from():
    budget = Budget(tokens=1000)
    budget.reserve("a", Need(100, 100))
    budget.settle("a", 100, 300)
    assert not budget.fits(Need(100, 145)), "the answer may take 3.3 times 145"
    assert budget.fits(Need(100, 140))


def test_requests_under_way_have_their_share_set_aside_until_they_are_settled():
    budget = counted(Budget(tokens=300))
    budget.reserve("a", Need(80, 50))
    budget.reserve("b", Need(80, 50))
    assert not budget.fits(Need(80, 50))
    assert budget.settle("a", 80, 10) == 0.0
    assert not budget.fits(Need(80, 50))
    budget.settle("b", 80, 10)
    assert not budget.fits(Need(80, 50)), "180 are used, and 150 may be needed"
    assert budget.fits(Need(40, 50))
    assert (budget.tokens_in, budget.tokens_out) == (161, 20)


def test_a_vocabulary_that_needs_more_tokens_is_learnt_from():
    """A Chinese text takes twice as many tokens in a vocabulary made for English."""
    budget = Budget(prices=PRICES, money=1.0)
    need = Need(100, 10)
    before = budget.most(need)
    budget.reserve("a", need)
    budget.settle("a", 300, 10)
    assert budget.most(need) == pytest.approx(PRICES.cost(330, 10))
    assert before == pytest.approx(PRICES.cost(125, 10))


def test_money_needs_prices():
    with pytest.raises(ValueError, match="needs prices"):
        Budget(money=1.0)


def test_without_limits_all_fits():
    assert Budget().fits(Need(10**9, 10**9))
    assert not Budget().limited
    assert Budget(tokens=5).limited
