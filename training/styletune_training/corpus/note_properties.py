"""What Notion writes above a page when it exports it: the title, and its properties a line each."""

import re
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple

from styletune_training.corpus.converted import as_date, as_tags

_NAME = re.compile(r"(?P<title>.+?)[ _-](?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")
_TITLE = re.compile(r"\A(?:\s*\n)*# (?P<title>[^\n]+)\n+")
_PROPERTY = re.compile(r"(?P<name>\w[\w /()?-]{0,40}): (?P<value>\S[^\n]*)")
_FRAME = re.compile(r"^[ \t]*</?aside>[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]+)\]\([^()\n]*%20[0-9a-f]{32}\.(?:md|csv)\)")
_DATED = re.compile(r"date|created|published|日期|创建|作成", re.IGNORECASE)
_TAGGED = re.compile(r"tags?|categor|keywords?|标签|分类|タグ", re.IGNORECASE)
_DAYS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%Y/%m/%d", "%Y年%m月%d日")
_TIME = re.compile(r"\s+(?:\d{1,2}:\d{2}.*|→.*)$")


class Properties(NamedTuple):
    """What properties say."""

    title: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()


def notion_properties(path_name: str, text: str) -> tuple[str, Properties]:
    """Empty the lines of properties in an export of Notion, and return what they say.

    Such a file is known by the id at the end of its name; any other comes back as it is.
    """
    named = _NAME.fullmatch(PurePath(path_name).stem)
    if named is None:
        return text, Properties()
    title = _TITLE.match(text)
    start = title.end() if title else 0
    block = re.compile(r"(?:[^\n]+\n?)*").match(text, start)
    lines = block[0].splitlines() if block else []
    found = [match for match in map(_PROPERTY.fullmatch, lines) if match]
    said = {match["name"]: match["value"] for match in found} if len(found) == len(lines) else {}
    if said and block:
        text = text[:start] + "\n" * block[0].count("\n") + text[block.end() :]
    text = _LINK.sub(r"\1", _FRAME.sub("", text))
    day = next((day for name, value in said.items() if _DATED.search(name) and (day := _day(value))), None)
    tags = as_tags(*(value for name, value in said.items() if _TAGGED.match(name)))
    return text, Properties(title["title"].strip() if title else named["title"], day, tags)


def _day(value: str) -> str | None:
    text = _TIME.sub("", value.strip())
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return as_date(text)
