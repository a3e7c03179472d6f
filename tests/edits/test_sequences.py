from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from styletune.edits.sequences import as_strings, gaps, matching, rising

items = st.lists(st.sampled_from("abcdefgh"), max_size=14)


@given(items, items)
def test_pairs_are_equal_and_never_cross(old, new):
    pairs = matching(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(one < one_next and other < other_next for (one, other), (one_next, other_next) in pairwise(pairs))


@given(items)
def test_equal_sequences_are_paired_whole(same):
    assert matching(same, same) == [(index, index) for index in range(len(same))]


@given(items, items)
def test_pairs_and_gaps_part_both_sides(old, new):
    pairs = matching(old, new)
    holes = list(gaps(pairs, (0, len(old), 0, len(new))))
    in_old = [one for one, _ in pairs] + [index for start, stop, _, _ in holes for index in range(start, stop)]
    in_new = [other for _, other in pairs] + [index for _, _, start, stop in holes for index in range(start, stop)]
    assert sorted(in_old) == list(range(len(old)))
    assert sorted(in_new) == list(range(len(new)))


def test_what_occurs_once_is_matched_before_what_recurs():
    old = ["", "a", "", "b", ""]
    new = ["", "b", ""]
    assert (3, 1) in matching(old, new)


@given(st.lists(st.integers(0, 30), unique=True, max_size=12))
def test_the_run_rises_and_none_is_longer(places):
    run = rising(list(enumerate(places)))
    assert [pair[1] for pair in run] == sorted(pair[1] for pair in run)
    assert len(run) == _longest(places)


def test_strings_tell_items_apart_and_hold_no_surrogates():
    many = list(range(60000))
    (text,) = as_strings(many)
    assert len(set(text)) == len(many)
    text.encode()


def _longest(places):
    best = []
    for index, place in enumerate(places):
        best.append(1 + max((best[before] for before in range(index) if places[before] < place), default=0))
    return max(best, default=0)
