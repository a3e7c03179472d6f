"""Front matter: found by our own scanner, changed one scalar at a time, never written anew.

YAML between ``---``, TOML between ``+++``, a JSON object, and the ``Key: value`` header of Pelican and MultiMarkdown.
Only whitelisted top-level strings can be replaced; every replacement is checked with the format's real parser: the
key must hold the new text and every other key what it held before.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from styletune.markdown import header_scan
from styletune.markdown.header_members import members
from styletune.markdown.header_scan import Extent, Format

TRANSLATABLE_KEYS = ("title", "description", "summary", "subtitle")
"""Keys whose text is prose, compared without case."""


@dataclass(frozen=True, slots=True)
class Field:
    """One top-level string of the header."""

    key: str
    start: int
    """Offset of its raw value, quotes included, in the header's bytes."""

    end: int
    value: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A header: ``raw`` holds the text between the fences (for JSON and plain headers, the whole header)."""

    format: Format
    raw: bytes
    offset: int
    """Offset of ``raw`` in the file."""

    end: int
    """Offset at which the body begins."""

    keys: tuple[str, ...] = TRANSLATABLE_KEYS
    """Keys whose text is prose, in lower case."""


def find(data: bytes, start: int = 0, *, keys: tuple[str, ...] = TRANSLATABLE_KEYS) -> FrontMatter | None:
    """Return the header that begins at ``start``, or ``None``; a header that does not parse is no header.

    Arguments: ``keys`` are those whose text is prose, in lower case.
    """
    extent = header_scan.find_extent(data, start)
    if extent is None:
        return None
    matter = _matter(data, extent, extent.format, keys)
    if extent.format in {Format.JSON, Format.PLAIN} or load(matter) is not None or not matter.raw.strip():
        return matter
    if _is_text(matter):  # a thematic break, some prose, another thematic break
        return None
    if extent.format is Format.YAML:  # Pelican writes ``Title: a: b`` between dashes, which is no YAML
        plain = _matter(data, extent, Format.PLAIN, keys)
        return plain if load(plain) else matter
    return matter


def _matter(data: bytes, extent: Extent, form: Format, keys: tuple[str, ...]) -> FrontMatter:
    return FrontMatter(form, data[extent.start : extent.stop], extent.start, extent.end, keys)


def load(matter: FrontMatter) -> dict[str, Any] | None:
    """Parse a header into plain values; ``None`` if it is broken or no mapping."""
    try:
        value = _parse(matter.format, matter.raw)
    except (ValueError, RecursionError):
        return None
    if value is None:  # no key is set
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def fields(matter: FrontMatter) -> list[Field]:
    """List the strings under the header's ``keys`` whose place in the raw text is certain."""
    loaded = load(matter)
    if not loaded:
        return []
    wanted = {key: value for key, value in loaded.items() if str(key).lower() in matter.keys and isinstance(value, str)}
    found = [
        Field(*member, wanted[member.key]) for member in members(matter.format, matter.raw) if member.key in wanted
    ]
    return [field for field in found if field.value.strip() and replace(matter, field, "x") is not None]


def replace(matter: FrontMatter, field: Field, text: str) -> bytes | None:
    """Return the raw value that makes ``field`` hold ``text``; ``None`` if no spelling of it survives the parser."""
    for raw in _spellings(matter, field, text):
        spliced = matter.raw[: field.start] + raw + matter.raw[field.end :]
        if is_replaced(matter, spliced, {field.key: text}):
            return raw
    return None


def is_replaced(matter: FrontMatter, raw: bytes, changed: Mapping[str, str]) -> bool:
    """Tell whether ``raw`` parses to the header's values with exactly ``changed`` put in."""
    if not changed:
        return raw == matter.raw
    before = load(matter)
    after = load(with_raw(matter, raw))
    if before is None or after is None or list(before) != list(after):
        return False
    return all(
        _same_text(after[key], changed[key]) if key in changed else repr(after[key]) == repr(value)
        for key, value in before.items()
    )


def with_raw(matter: FrontMatter, raw: bytes) -> FrontMatter:
    """Return the header with another raw text."""
    end = matter.end + len(raw) - len(matter.raw)
    return FrontMatter(matter.format, raw, matter.offset, end, matter.keys)


def _same_text(value: object, text: str) -> bool:
    return isinstance(value, str) and value.rstrip("\n") == text.rstrip("\n")


def quoted(text: str) -> bytes:
    """Write a text as a string of JSON, which YAML and TOML read as well."""
    return json.dumps(text, ensure_ascii=False).encode()


def _is_text(matter: FrontMatter) -> bool:
    try:
        return isinstance(_parse(matter.format, matter.raw), str) and b":" not in matter.raw
    except ValueError:
        return False


def _parse(form: Format, raw: bytes) -> object:
    text = raw.decode()
    if form is Format.JSON:
        return json.loads(text)
    if form is Format.TOML:
        return tomllib.loads(text.replace("\r\n", "\n"))
    if form is Format.YAML:
        return _load_yaml(text)
    return {key: " ".join(raw[start:end].decode().split()) for key, start, end in members(form, raw)}


def _load_yaml(text: str) -> object:
    import yaml  # noqa: PLC0415 - kept out of the start of the program

    try:
        return cast("object", yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - this loader makes strings only
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _spellings(matter: FrontMatter, field: Field, text: str) -> Iterator[bytes]:
    raw = matter.raw[field.start : field.end]
    if matter.format is Format.PLAIN:
        yield _apart(raw, " ".join(text.split()).encode())
        return
    if matter.format is Format.YAML:
        if raw[:1] in {b"|", b">"}:
            yield from _block_scalar(raw, text)
        elif raw[:1] == b"'":
            yield b"'" + text.replace("'", "''").encode() + b"'"
        elif raw[:1] != b'"' and reads_as_text(text):
            yield _apart(raw, text.encode())
    if matter.format is Format.TOML and raw[:1] == b"'" and "'" not in text:
        yield b"'" + text.encode() + b"'"
    yield _apart(raw, quoted(text))


def _apart(raw: bytes, value: bytes) -> bytes:
    """Keep a value apart from the colon that an empty one follows at once."""
    return value if raw else b" " + value


def reads_as_text(text: str) -> bool:
    """Tell whether YAML takes an unquoted scalar for text: ``no``, ``12`` and ``2020-01-01`` are other things."""
    import yaml  # noqa: PLC0415 - kept out of the start of the program

    resolve = cast("Callable[..., str]", yaml.SafeLoader("").resolve)  # type: ignore[attr-defined, unused-ignore]
    return resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"


def _block_scalar(raw: bytes, text: str) -> Iterator[bytes]:
    head, _, body = raw.partition(b"\n")
    indent = re.match(rb"[ \t]*", body)
    tail = body[len(body.rstrip()) :]
    lines = b"\n".join((indent[0] if indent else b"  ") + line.encode() for line in text.split("\n"))
    yield head + b"\n" + lines + tail
