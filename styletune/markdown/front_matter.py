"""Front matter: found by our own scanner, changed one scalar at a time, never written anew.

YAML between ``---``, TOML between ``+++``, a JSON object, and the ``Key: value`` header of Pelican and MultiMarkdown.
Only whitelisted top-level strings can be replaced; every replacement is checked with the format's real parser: the
key must hold the new text and every other key what it held before.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

TRANSLATABLE_KEYS = ("title", "description", "summary", "subtitle")
"""Keys whose text is prose, compared without case."""


class Format(StrEnum):
    """How a header is written."""

    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    PLAIN = "plain"


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


_PLAIN_LINE = re.compile(rb"([A-Za-z][\w -]*):(?:[ \t]+(.*?))?[ \t]*(?=\r?\n|\Z)")
_PLAIN_FIELD = re.compile(
    rb"^([A-Za-z][\w -]*):(?:[ \t]+([^\r\n]*?(?:[ \t]*\r?\n[ \t]+\S[^\r\n]*?)*))?[ \t]*(?=\r?\n(?![ \t]+\S)|\Z)",
    re.MULTILINE,
)
_PLAIN_KEYS = frozenset(
    {"title", "date", "modified", "author", "authors", "category", "tags", "slug", "lang", "summary", "status"}
)
_TOML_STRING = rb'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''


def find(data: bytes, start: int = 0) -> FrontMatter | None:
    """Return the header that begins at ``start``, or ``None``; a header that does not parse is no header."""
    for scan in (_find_fenced, _find_json, _find_plain):
        found = scan(data, start)
        if found is not None:
            return found
    return None


def load(matter: FrontMatter) -> dict[str, Any] | None:
    """Parse a header into plain values; ``None`` if it is broken or no mapping."""
    try:
        value = _parse(matter.format, matter.raw)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def fields(matter: FrontMatter, keys: tuple[str, ...] = TRANSLATABLE_KEYS) -> list[Field]:
    """List the whitelisted strings whose place in the raw text is certain."""
    loaded = load(matter)
    if not loaded:
        return []
    wanted = {key: value for key, value in loaded.items() if str(key).lower() in keys and isinstance(value, str)}
    found = [field for field in _locate(matter, wanted) if field.value.strip()]
    return [field for field in found if is_replaced(matter, _splice(matter, field, "x"), {field.key: "x"})]


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
    after = load(FrontMatter(matter.format, raw, matter.offset, matter.end))
    if before is None or after is None or list(before) != list(after):
        return False
    return all(
        _same_text(after[key], changed[key]) if key in changed else repr(after[key]) == repr(value)
        for key, value in before.items()
    )


def _same_text(value: object, text: str) -> bool:
    return isinstance(value, str) and value.rstrip("\n") == text.rstrip("\n")


def _splice(matter: FrontMatter, field: Field, text: str) -> bytes:
    value = text.encode() if matter.format is Format.PLAIN else _quoted(text)
    return matter.raw[: field.start] + value + matter.raw[field.end :]


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


def _find_fenced(data: bytes, start: int) -> FrontMatter | None:
    match = re.compile(rb"(---|\+\+\+)[ \t]*\r?\n").match(data, start)
    if match is None:
        return None
    fence = rb"(?:---|\.\.\.)" if match[1] == b"---" else rb"\+\+\+"
    closer = re.compile(rb"^" + fence + rb"[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    end = closer.search(data, match.end())
    if end is None:
        return None
    raw = data[match.end() : end.start()]
    form = Format.YAML if match[1] == b"---" else Format.TOML
    matter = FrontMatter(form, raw, match.end(), end.end())
    if load(matter) is not None or not raw.strip():
        return matter
    if _is_text(matter):  # a thematic break, some prose, another thematic break
        return None
    if form is Format.YAML:  # Pelican writes ``Title: a: b`` between dashes, which is no YAML
        plain = FrontMatter(Format.PLAIN, raw, match.end(), end.end())
        return plain if load(plain) else matter
    return matter


def _is_text(matter: FrontMatter) -> bool:
    try:
        return isinstance(_parse(matter.format, matter.raw), str) and b":" not in matter.raw
    except ValueError:
        return False


def _find_json(data: bytes, start: int) -> FrontMatter | None:
    if not re.compile(rb"\{\s*(?:\"|\})").match(data, start):
        return None
    text = data[start:].decode(errors="replace")
    try:
        value, length = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    end = start + len(text[:length].encode())
    if not isinstance(value, dict) or not re.compile(rb"[ \t]*(?:\r?\n|\Z)").match(data, end):
        return None
    return FrontMatter(Format.JSON, data[start:end], start, end)


def _find_plain(data: bytes, start: int) -> FrontMatter | None:
    end = start
    keys: list[str] = []
    while (line := re.compile(rb"[^\r\n]*(?:\r?\n|\Z)").match(data, end)) and line[0].strip():
        match = _PLAIN_LINE.match(line[0])
        if match:
            keys.append(match[1].decode().lower())
        elif not keys or not line[0].startswith((b" ", b"\t")):
            return None
        end = line.end()
    if not keys or keys[0] not in _PLAIN_KEYS or (len(keys) == 1 and keys[0] != "title"):
        return None
    return FrontMatter(Format.PLAIN, data[start:end], start, end)


def _parse(form: Format, raw: bytes) -> object:
    text = raw.decode()
    if form is Format.JSON:
        return json.loads(text)
    if form is Format.TOML:
        return tomllib.loads(text.replace("\r\n", "\n"))
    if form is Format.YAML:
        return _load_yaml(text)
    return {field.key: field.value for field in _plain_fields(raw)}


def _load_yaml(text: str) -> object:
    import yaml  # noqa: PLC0415 - kept out of the start of the program

    try:
        return cast("object", yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - this loader makes strings only
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _locate(matter: FrontMatter, wanted: Mapping[str, str]) -> Iterator[Field]:
    if matter.format is Format.YAML:
        yield from _yaml_fields(matter.raw, wanted)
    elif matter.format is Format.PLAIN:
        yield from (field for field in _plain_fields(matter.raw) if field.key in wanted)
    else:
        yield from _string_fields(matter, wanted)


def _yaml_fields(raw: bytes, wanted: Mapping[str, str]) -> Iterator[Field]:
    import yaml  # noqa: PLC0415 - kept out of the start of the program

    text = raw.decode()
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    for key, value in cast("list[tuple[Any, Any]]", root.value if root else []):
        if key.value in wanted and isinstance(value, yaml.ScalarNode):
            start, end = value.start_mark.index, value.end_mark.index
            end = start + len(text[start:end].rstrip())  # the range of a block scalar holds the line breaks behind it
            yield Field(key.value, len(text[:start].encode()), len(text[:end].encode()), wanted[key.value])


def _plain_fields(raw: bytes) -> Iterator[Field]:
    for match in _PLAIN_FIELD.finditer(raw):
        start, end = match.span(2) if match[2] is not None else (match.end(), match.end())
        yield Field(match[1].decode(), start, end, " ".join(raw[start:end].decode().split()))


def _string_fields(matter: FrontMatter, wanted: Mapping[str, str]) -> Iterator[Field]:
    for key, value in wanted.items():
        if matter.format is Format.TOML:
            pattern = rb"(?ms)^[ \t]*[\"']?" + re.escape(key.encode()) + rb"[\"']?[ \t]*=[ \t]*(" + _TOML_STRING + rb")"
        else:
            pattern = re.escape(json.dumps(key).encode()) + rb"\s*:\s*(\"(?:[^\"\\]|\\.)*\")"
        for match in re.finditer(pattern, matter.raw):
            field = Field(key, *match.span(1), value)
            if is_replaced(matter, _splice(matter, field, "x"), {key: "x"}):
                yield field
                break


def _spellings(matter: FrontMatter, field: Field, text: str) -> Iterator[bytes]:
    raw = matter.raw[field.start : field.end]
    if matter.format is Format.PLAIN:
        yield " ".join(text.split()).encode()
        return
    if matter.format is Format.YAML:
        if raw[:1] in {b"|", b">"}:
            yield from _block_scalar(raw, text)
        elif raw[:1] == b"'":
            yield b"'" + text.replace("'", "''").encode() + b"'"
        elif raw[:1] != b'"':
            yield text.encode()
    if matter.format is Format.TOML and raw[:1] == b"'" and "'" not in text:
        yield b"'" + text.encode() + b"'"
    yield _quoted(text)


def _block_scalar(raw: bytes, text: str) -> Iterator[bytes]:
    head, _, body = raw.partition(b"\n")
    indent = re.match(rb"[ \t]*", body)
    tail = body[len(body.rstrip()) :]
    lines = b"\n".join((indent[0] if indent else b"  ") + line.encode() for line in text.split("\n"))
    yield head + b"\n" + lines + tail
