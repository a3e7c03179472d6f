"""Dates as blogs write them, in headers and in names."""

import re
from datetime import date, datetime

_NUMBERS = re.compile(r"(?<!\d)(\d{4})[-/.年][ ]?(\d{1,2})[-/.月][ ]?(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_IN_FILE_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=[-_. ]|$)")
_IN_FOLDERS = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})(?:/(\d{1,2}))?/")


def as_date(value: object) -> str | None:
    """Write a date of a header as ``YYYY-MM-DD``; ``None`` if it is none.

    A time of day and its zone are left out: the day is that of the author.
    """
    if isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d") if value.year >= 1000 else None  # noqa: PLR2004 - four digits
    if not isinstance(value, str):
        return None
    text = value.strip()
    if found := _NUMBERS.search(text) or _PACKED.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.search(text):
        return _day(found[3], _month(found[2]), found[1])
    if found := _MONTH_FIRST.search(text):
        return _day(found[3], _month(found[1]), found[2])
    return None


def date_in_path(path: str) -> str | None:
    """Read the date off a path such as ``_posts/2019-03-01-title.md``, ``2019-03-01-title/index.md`` or ``2019/03/01/a.md``.

    Arguments: ``path`` is written with ``/``.
    """
    for name in reversed(path.split("/")[-2:]):
        found = _IN_FILE_NAME.match(name)
        if found and (day := _day(*found.groups())):
            return day
    found = _IN_FOLDERS.search(path)
    return _day(found[1], found[2], found[3]) if found and found[3] else None


def is_day(text: str) -> bool:
    """Tell whether a text is a day, ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day_problem(flag: str, day: str | None) -> list[str]:
    """Say what is wrong with the day that an option names, if anything is."""
    if day is None or is_day(day):
        return []
    return [f'{flag} "{day}" is no date. Write it as YYYY-MM-DD, such as 2023-05-01.']


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _day(year: str, month: str | int, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
