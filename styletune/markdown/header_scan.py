"""Where a file's front matter may stand, found by its fences and signs alone; no parser is loaded."""

import json
import re
from codecs import BOM_UTF8
from enum import StrEnum
from typing import NamedTuple, cast


class Format(StrEnum):
    """How a header is written."""

    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    PLAIN = "plain"
    """``Key: value`` lines, as Pelican and MultiMarkdown have them."""


class Extent(NamedTuple):
    """What may be a header."""

    format: Format
    start: int
    """Offset of its text: behind the fence where there is one."""

    stop: int
    end: int
    """Offset at which the body begins."""


_FENCE = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n")
_CLOSERS = {
    b"---": re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    b"+++": re.compile(rb"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
_JSON_START = re.compile(rb"\{\s*(?:\"|\})")
_LINE_END = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_LINE = re.compile(rb"[^\r\n]*(?:\r?\n|\Z)")
_PLAIN_LINE = re.compile(rb"([A-Za-z][\w -]*):(?:[ \t]+(.*?))?[ \t]*(?=\r?\n|\Z)")
_PLAIN_KEYS = frozenset(
    {"title", "date", "modified", "author", "authors", "category", "tags", "slug", "lang", "summary", "status"}
)
_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)


def fenced(data: bytes, start: int = 0) -> Extent | None:
    """Find text between two ``---`` or two ``+++``; a text between thematic breaks looks the same."""
    opener = _FENCE.match(data, start)
    closer = _CLOSERS[opener[1]].search(data, opener.end()) if opener else None
    if opener is None or closer is None:
        return None
    form = Format.YAML if opener[1] == b"---" else Format.TOML
    return Extent(form, opener.end(), closer.start(), closer.end())


def json_object(data: bytes, start: int = 0) -> Extent | None:
    """Find a JSON object that stands alone on its lines."""
    if not _JSON_START.match(data, start):
        return None
    text = data[start:].decode(errors="replace")
    try:
        value, length = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    end = start + len(text[:length].encode())
    if not isinstance(value, dict) or not _LINE_END.match(data, end):
        return None
    return Extent(Format.JSON, start, end, end)


def plain(data: bytes, start: int = 0) -> Extent | None:
    """Find ``Key: value`` lines up to an empty line."""
    end = start
    keys: list[str] = []
    while (line := _LINE.match(data, end)) and line[0].strip():
        match = _PLAIN_LINE.match(line[0])
        if match:
            keys.append(match[1].decode().lower())
        elif not keys or not line[0].startswith((b" ", b"\t")):
            return None
        end = line.end()
    if not keys or keys[0] not in _PLAIN_KEYS or (len(keys) == 1 and keys[0] != "title"):
        return None
    return Extent(Format.PLAIN, start, end, end)


def find_extent(data: bytes, start: int = 0) -> Extent | None:
    """Find what may be a header at ``start``."""
    return fenced(data, start) or json_object(data, start) or plain(data, start)


def written_value(data: bytes, keys: tuple[str, ...]) -> str | None:
    """Read a short value at the top of a header, such as its ``lang``, without parsing the header.

    Arguments: ``keys``, in lower case, mean the same thing; the first that is there counts.
    """
    extent = find_extent(data, len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0)
    if extent is None:
        return None
    raw = data[extent.start : extent.stop]
    if extent.format is Format.JSON:
        return _json_value(raw, keys)
    if extent.format is Format.TOML and (table := _TABLE.search(raw)):
        raw = raw[: table.start()]
    names = b"|".join(re.escape(key.encode()) for key in keys)
    sign = rb"=" if extent.format is Format.TOML else rb":(?=\s)"
    found = re.search(
        rb"^[\"']?(?i:" + names + rb")[\"']?[ \t]*" + sign + rb"[ \t]*(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)'|([^\s#\"']+))"
        rb"[ \t]*(?:#[^\r\n]*)?\r?$",
        raw,
        re.MULTILINE,
    )
    return next(group for group in found.groups() if group is not None).decode() if found else None


def _json_value(raw: bytes, keys: tuple[str, ...]) -> str | None:
    try:
        members = cast("dict[str, object]", json.loads(raw))
    except (ValueError, RecursionError):
        return None
    values = (value for key, value in members.items() if key.lower() in keys)
    return next((value for value in values if isinstance(value, str)), None)
