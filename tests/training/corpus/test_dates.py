from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from styletune_training.corpus.dates import as_date, date_in_path


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2019-03-01", "2019-03-01"),
        ("2019-03-01T23:30:00-08:00", "2019-03-01"),
        ("2019-03-01 10:22:00 +0200", "2019-03-01"),
        ("2010-12-03 10:20", "2010-12-03"),
        ("2010/1/3", "2010-01-03"),
        ("2010年12月3日", "2010-12-03"),
        ("20190301", "2019-03-01"),
        ("20190301T102200Z", "2019-03-01"),
        ("Fri, 01 Mar 2019 10:00:00 GMT", "2019-03-01"),
        ("March 1, 2019", "2019-03-01"),
        ("Sept. 3rd, 2021", "2021-09-03"),
        (date(2019, 3, 1), "2019-03-01"),
        (datetime(2019, 3, 1, 23, tzinfo=UTC), "2019-03-01"),
        ("2019-13-41", None),
        ("2019-02-30", None),
        ("12345678", None),
        ("last summer", None),
        ("Foobar 1, 2019", None),
        ("", None),
        (True, None),
        (20190301, None),
        (["2019-03-01"], None),
    ],
)
def test_dates_of_headers_become_days(value: object, day: str | None) -> None:
    assert as_date(value) == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/2019-03-01-title.md", "2019-03-01"),
        ("blog/2019-03-01-title/index.md", "2019-03-01"),
        ("blog/2019/03/01/title.md", "2019-03-01"),
        ("notes/2019-03-01.md", "2019-03-01"),
        ("blog/2019/03/title.md", None),
        ("_posts/2019-03-41-title.md", None),
        ("notes/v2019-03-01.md", None),
        ("2019-03-01-archive/old/title.md", None),
        ("title.md", None),
    ],
)
def test_a_path_may_hold_a_day(path: str, day: str | None) -> None:
    assert date_in_path(path) == day


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_in_every_spelling(day: date) -> None:
    spellings = [day, day.isoformat(), f"{day.isoformat()} 10:00", f"{day.year}/{day.month}/{day.day}"]
    assert {as_date(spelling) for spelling in spellings} == {day.isoformat()}
