"""What the header of a post says about it: Hugo's, Jekyll's, Pelican's, and those of note apps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from styletune.errors import UsageError
from styletune.markdown import front_matter
from styletune.markdown.front_matter import FrontMatter
from styletune.markdown.header_scan import Format, written_value
from styletune_training.corpus.dates import as_date

_TITLE = ("title",)
_DATES = ("date", "pubdate", "publishdate", "published", "published_at", "created", "created_at", "creation_date")
_TAGS = ("tags", "tag", "categories", "category", "keywords", "topics")
_LANGS = ("lang", "language", "locale")

_WHOLE_TAG = frozenset({"category", "topics"})
"""Keys whose text is one name, spaces and all, unless commas part it."""

_DRAFT_IF = {
    "draft": frozenset({"true", "yes", "on", "1"}),
    "published": frozenset({"false", "no", "off", "0"}),
    "publish": frozenset({"false", "no", "off", "0"}),
    "status": frozenset({"draft", "hidden", "private", "wip"}),
    "is_todo": frozenset({"true", "yes", "1"}),
}
_NOTHING = frozenset({"", "~", "null", "none"})
_BETWEEN_TAGS = re.compile(r"[,，、;；]")
_LISTED = re.compile(r"^[\"']?(?i:tags|categories)[\"']?[ \t]*:[ \t]*\[?([^\[\]\r\n#]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says, in one form whatever its format."""

    title: str | None = None
    date: str | None = None
    """``YYYY-MM-DD``."""

    tags: tuple[str, ...] = ()
    """Tags, categories and keywords, each once, as they are written."""

    lang: str | None = None
    """Code of the language."""

    draft: bool = False


def header_of(matter: FrontMatter | None, data: bytes) -> Header:
    """Read what a header says; of one that is broken, the lines that can be read alone.

    Arguments: ``matter`` is the header that stands in ``data``, if one does.
    """
    if matter is None:
        return Header()
    loaded = front_matter.load(matter)
    values = _flat(loaded) if loaded is not None else dict(_by_line(matter, data))
    return Header(
        title=_unquoted(_text(_first(values, _TITLE))),
        date=next((day for key in _DATES if (day := as_date(values.get(key)))), None),
        tags=tuple(_distinct(tag for key in _TAGS for tag in _tags(key, values.get(key)))),
        lang=_language(_first(values, _LANGS)),
        draft=any(_flag(values.get(key)) in signs for key, signs in _DRAFT_IF.items()),
    )


def _flat(values: Mapping[str, object]) -> dict[str, object]:
    """Put keys into lower case, and those of Zola's ``[taxonomies]`` beside the others."""
    flat = {str(key).lower(): value for key, value in values.items()}
    inner = flat.get("taxonomies")
    if isinstance(inner, dict):
        nested = cast("Mapping[object, object]", inner)
        flat = {str(key).lower(): value for key, value in nested.items()} | flat
    return flat


def _by_line(matter: FrontMatter, data: bytes) -> Iterator[tuple[str, object]]:
    """Yield the short values of a header that its parser refuses."""
    for key in (*_TITLE, *_DATES, *_LANGS, *_DRAFT_IF):
        value = written_value(data, (key,)) or _rest_of_line(matter, key)
        if value:
            yield key, value
    if matter.format in {Format.YAML, Format.PLAIN} and (tags := _LISTED.search(matter.raw.decode(errors="replace"))):
        yield "tags", tags[1].replace('"', "").replace("'", "")


def _rest_of_line(matter: FrontMatter, key: str) -> str | None:
    """Read ``title: what: follows``, which is no YAML, as it is meant."""
    found = re.search(
        rf"^{key}[ \t]*[:=][ \t]*(\S.*?)[ \t]*\r?$", matter.raw.decode(errors="replace"), re.MULTILINE | re.IGNORECASE
    )
    return found[1].strip("\"'") if found else None


def _first(values: Mapping[str, object], keys: tuple[str, ...]) -> object:
    return next((values[key] for key in keys if _text(values.get(key))), None)


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = " ".join(str(value).split())
    return None if text.lower() in _NOTHING else text


def _unquoted(text: str | None) -> str | None:
    """Take off the quotation marks that a plain header, or a broken one, has around a title."""
    if text and len(text) > 1 and text[0] == text[-1] in "\"'":
        return text[1:-1].strip() or None
    return text


def _flag(value: object) -> str:
    return str(value).strip().lower() if isinstance(value, (str, int, bool)) else ""


def _tags(key: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        named = cast("Mapping[str, object]", value)
        value = named.get("name")
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _tags("topics", item)
        return
    text = _text(value)
    if text is None:
        return
    parted = _BETWEEN_TAGS.search(text) or key in _WHOLE_TAG
    text = text.strip("[]")  # a list in a header that is read as plain lines
    parts = _BETWEEN_TAGS.split(text) if parted else text.split()
    yield from filter(None, (part.strip().lstrip("#").strip("\"' ") for part in parts))


def _distinct(tags: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for tag in tags:
        if tag.casefold() not in seen:
            seen.add(tag.casefold())
            yield tag


def _language(value: object) -> str | None:
    from styletune.text.language import language_code  # noqa: PLC0415 - most headers name none

    text = _text(value)
    try:
        return language_code(text.split(".")[0]) if text else None
    except UsageError:
        return None
