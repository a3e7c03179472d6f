"""The trend counts each block once: in the week of the first look, with what was found last."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from styletune.learning.correction import KeptBlock, Looked
from styletune.learning.trend import weekly


def look(time: str, *blocks: tuple[str, int, int]) -> Looked:
    return Looked(f"{time}+00:00", "a.en.md", "translate", "en", "echo", tuple(KeptBlock(*block) for block in blocks))


def test_a_block_counts_once_with_its_latest_distance():
    weeks = weekly([
        look("2026-11-02T09:00:00", ("a", 10, 0), ("b", 10, 5)),
        look("2026-11-08T23:59:59", ("c", 20, 0)),
        look("2026-11-09T00:00:00", ("a", 10, 4), ("d", 10, 0)),
    ])  # fmt: skip
    assert [(week.start, week.blocks, week.untouched, week.length, week.distance) for week in weeks] == [
        (date(2026, 11, 2), 3, 1, 40, 9),
        (date(2026, 11, 9), 1, 1, 10, 0),
    ]
    assert weeks[0].kept == 1 - 9 / 40


def test_looks_may_come_in_any_order_and_from_any_time_zone():
    late, early = look("2026-11-10T09:00:00", ("a", 10, 2)), look("2026-11-03T09:00:00", ("a", 10, 0))
    far = Looked("2026-11-09T05:00:00+08:00", "b", "rewrite", None, "m", (KeptBlock("z", 1, 0),))
    weeks = weekly([late, early, far])
    assert [(week.start, week.blocks, week.distance) for week in weeks] == [(date(2026, 11, 2), 2, 2)]


def test_weeks_are_iso_weeks_across_the_year():
    assert [week.start for week in weekly([look("2027-01-01T12:00:00", ("a", 1, 0))])] == [date(2026, 12, 28)]


def test_no_look_is_no_week():
    assert weekly([]) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 50), st.integers(0, 80)), max_size=20))
def test_the_share_that_was_kept_is_a_share(blocks: list[tuple[int, int, int]]):
    looks = [look(f"2026-11-{1 + day:02d}T00:00:00" if day < 30 else "2026-12-01T00:00:00", (str(day % 7), length, found))
             for day, length, found in blocks]  # fmt: skip
    weeks = weekly(looks)
    assert all(0 <= week.kept <= 1 and 0 <= week.untouched <= week.blocks for week in weeks)
    assert sum(week.blocks for week in weeks) == len({day % 7 for day, _, _ in blocks})
