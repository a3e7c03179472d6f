"""A path is handed out when it has been quiet for long enough, or has waited as long as anything may."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styletune.watch.settling import MOST, Settling

QUIET = 0.5
A, B = Path("a.md"), Path("b.md")

EVENTS = st.lists(
    st.tuples(
        st.floats(min_value=0, max_value=2 * QUIET),  # seconds since the event before
        st.sampled_from([A, B, Path("冬.md")]),
    ),
    max_size=60,
)


@given(EVENTS)
def test_no_event_is_lost_and_what_is_due_was_quiet_or_waited_long_enough(events: list[tuple[float, Path]]):
    settling, now = Settling(QUIET), 0.0
    first: dict[Path, float] = {}
    last: dict[Path, float] = {}

    def hand_out() -> None:
        for path in settling.due(now):
            assert now >= last[path] + QUIET or now >= first[path] + MOST * QUIET
            settling.take(path)
            del first[path], last[path]
        for path, time in last.items():
            assert now < time + QUIET
            assert now < first[path] + MOST * QUIET

    for pause, path in events:
        now += pause
        hand_out()
        settling.stir(path, now)
        first.setdefault(path, now)
        last[path] = now
    now += QUIET
    hand_out()
    assert not last
    assert len(settling) == 0


@given(EVENTS)
def test_something_is_due_exactly_when_it_was_announced(events: list[tuple[float, Path]]):
    settling, now = Settling(QUIET), 0.0
    for pause, path in events:
        now += pause
        settling.stir(path, now)
    waits = 0
    while (moment := settling.next_at()) is not None:
        now = max(now, moment)
        for path in settling.due(now):
            settling.take(path)
            waits += 1
        assert settling.next_at() != moment
    assert waits == len({path for _, path in events})


def test_a_path_that_never_rests_is_handed_out_all_the_same():
    settling, now = Settling(QUIET), 0.0
    while not settling.due(now):
        settling.stir(A, now)
        now += QUIET / 4
    assert now == pytest.approx(MOST * QUIET, abs=QUIET)


def test_each_path_has_a_quiet_time_of_its_own():
    settling = Settling(QUIET)
    settling.stir(A, 0.0)
    settling.stir(B, 0.4)
    assert settling.due(QUIET) == [A]


def test_a_path_gets_one_further_quiet_time_and_not_two():
    settling = Settling(QUIET)
    settling.stir(A, 0.0)
    assert settling.once_more(A, 0.5)
    assert settling.due(0.9) == []
    assert settling.due(1.0) == [A]
    assert not settling.once_more(A, 1.0)
    settling.take(A)
    settling.stir(A, 2.0)
    assert settling.once_more(A, 2.5)


def test_no_path_waits_longer_than_the_limit_for_whatever_reason():
    settling, limit = Settling(QUIET), MOST * QUIET
    settling.stir(A, 0.0)
    assert settling.moved_on(A, limit - 0.1)
    assert settling.due(limit) == [A]
    assert not settling.moved_on(A, limit)
    assert not settling.once_more(A, limit)


def test_paths_that_were_handed_out_are_forgotten():
    settling = Settling(QUIET)
    for number in range(1000):
        path = Path(f"{number}.md")
        settling.stir(path, float(number))
        settling.once_more(path, number + QUIET)
        settling.take(path)
    assert len(settling) == 0
    assert settling.next_at() is None
    assert settling._patient == set()
    assert A not in settling
