"""Where each value of a header stands in its raw text, in every format."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from styletune.markdown.header_scan import Format


class Member(NamedTuple):
    """A key at the top of a header and the place of its value."""

    key: str
    start: int
    """Offset of the raw value, quotes included, in the header's bytes."""

    end: int


_PLAIN_FIELD = re.compile(
    rb"^([A-Za-z][\w -]*):(?:[ \t]+([^\r\n]*?(?:[ \t]*\r?\n[ \t]+\S[^\r\n]*?)*))?[ \t]*(?=\r?\n(?![ \t]+\S)|\Z)",
    re.MULTILINE,
)


def members(form: Format, raw: bytes) -> list[Member]:
    """List the members of a header that parses, in their order; what has no place of its own is left out."""
    if form is Format.PLAIN:
        return list(_plain_members(raw))
    text = raw.decode()
    find = {Format.YAML: _yaml_members, Format.TOML: _toml_members, Format.JSON: _json_members}[form]
    return [Member(key, len(text[:start].encode()), len(text[:end].encode())) for key, start, end in find(text)]


def end_of_pairs(raw: bytes) -> int:
    """Return the offset in a TOML header at which a new key of the top belongs: behind the last one of them."""
    from styletune.config.positions import positions  # noqa: PLC0415 - few headers are written in TOML

    text = raw.decode()
    places = positions(text).values()
    first_table = min((place.start for place in places if place.is_header), default=len(text))
    last = max((place.end for place in places if place.end <= first_table), default=0)
    line_end = text.find("\n", last) if last else -1
    return len(text[: line_end + 1].encode())


def _plain_members(raw: bytes) -> Iterator[Member]:
    for match in _PLAIN_FIELD.finditer(raw):
        start, end = match.span(2) if match[2] is not None else (match.end(), match.end())
        yield Member(match[1].decode(), start, end)


def _yaml_members(text: str) -> Iterator[Member]:
    import yaml  # noqa: PLC0415 - kept out of the start of the program

    root = yaml.compose(text, Loader=yaml.BaseLoader)
    for key, value in cast("list[tuple[Any, Any]]", root.value if root else []):
        if isinstance(key, yaml.ScalarNode):
            start, end = value.start_mark.index, value.end_mark.index
            # The range of a block scalar holds the line breaks behind it.
            yield Member(cast("str", key.value), start, start + len(text[start:end].rstrip()))


def _toml_members(text: str) -> Iterator[Member]:
    from styletune.config.positions import positions  # noqa: PLC0415 - few headers are written in TOML

    for path, place in positions(text).items():
        if len(path) == 1 and not place.is_header and place.end > place.start:
            yield Member(str(path[0]), place.start, place.end)


def _json_members(text: str) -> Iterator[Member]:
    decoder = json.JSONDecoder()
    at = _after(text, 1, "")
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        start = _after(text, at, ":")
        _, end = decoder.raw_decode(text, start)
        yield Member(key, start, end)
        at = _after(text, end, ",")


def _after(text: str, at: int, sign: str) -> int:
    """Skip blanks, a sign if it comes, and blanks."""
    rest = text[at:].lstrip().removeprefix(sign).lstrip()
    return len(text) - len(rest)
