"""Numbers that are joined two at a time are together, whatever the order."""

from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.disjoint_sets import DisjointSets

_PAIRS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30)


def reachable(start: int, pairs: list[tuple[int, int]]) -> set[int]:
    found = {start}
    while more := {number for pair in pairs if found & set(pair) for number in pair} - found:
        found |= more
    return found


@given(_PAIRS)
def test_a_set_is_all_that_one_number_leads_to_and_is_known_by_the_least(pairs: list[tuple[int, int]]) -> None:
    sets = DisjointSets()
    for one, other in pairs:
        sets.join(one, other)
    assert [sets.first(number) for number in range(21)] == [min(reachable(number, pairs)) for number in range(21)]
