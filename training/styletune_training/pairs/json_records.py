"""The JSON objects of a file that another program wrote: one a line, or in one array."""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from styletune.errors import FileError
from styletune.files.atomic import is_regular
from styletune.files.failures import in_words

_LOOKED_AT = 1 << 12
"""Bytes of a file that tell what it is."""

_READ_AT_ONCE = 1 << 16
"""Bytes of a file that is not read by its lines."""

_MOST_PROBLEMS = 100
"""Problems that are told one by one."""

_FORM = "It must be UTF-8 text with one JSON object a line, or one JSON array of them."


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """A stretch of a file that should be a JSON object."""

    line: int
    """Where it begins, from 1."""

    data: bytes
    """UTF-8, as far as it is text at all."""


class Problems:
    """What is wrong with the records of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: list[str] = []
        self._more = 0

    def add(self, line: int, words: str) -> None:
        """Note what is wrong at a line; of very many only the first ones are told."""
        if len(self._told) < _MOST_PROBLEMS:
            self._told.append(f"{self._path}:{line} {words}")
        else:
            self._more += 1

    def told(self) -> tuple[str, ...]:
        """Return a line for each problem, and how many there are beyond."""
        more = (f"{self._path} {self._more:,} more lines cannot be read.",) if self._more else ()
        return (*self._told, *more)


def json_records(path: Path) -> Iterator[JsonRecord]:
    """Yield the records of a file as they stand there; lines without anything are passed over.

    UTF-16 is read, too, and what is whole of a damaged array; what cannot be read comes as a record of its own. Raises
    ``FileError``.
    """
    try:
        if path.exists() and not is_regular(path):
            raise FileError(f"{path} is no file. Name a file of pairs, such as pairs.jsonl.")
        with path.open("rb") as file:
            yield from _records(path, file)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {in_words(error)}.") from error
    except UnicodeError as error:
        raise FileError(f"{path} is damaged UTF-16 text. Save it as UTF-8.") from error


def _records(path: Path, file: BinaryIO) -> Iterator[JsonRecord]:
    start = file.read(_LOOKED_AT)
    file.seek(0)
    encoding = _encoding(start)
    if encoding is None and b"\0" in start:
        raise FileError(f"{path} is no text. {_FORM}")
    lines = _lines(file, encoding)
    first = next(lines, None)
    if first is None:
        return
    lines = chain([first], lines)
    if first.data.startswith(b"[") or first.data == b"{":
        yield from _members(b"\n".join(_padded(lines)).decode("utf-8", "surrogateescape"))
    else:
        yield from lines


_Encoding = Literal["utf-16", "utf-16-le", "utf-16-be"]


def _encoding(start: bytes) -> _Encoding | None:
    """Tell which UTF-16 a file is; ``None`` for anything else."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[:2] in {b"{\0", b"[\0"}:
        return "utf-16-le"
    return "utf-16-be" if start[:2] in {b"\0{", b"\0["} else None


def _lines(file: BinaryIO, encoding: _Encoding | None) -> Iterator[JsonRecord]:
    if encoding is None:
        lines: Iterator[bytes] = iter(file)
    else:
        lines = (line.encode() for line in _text_lines(file, encoding))
    for number, line in enumerate(lines, 1):
        bare = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).strip()
        if bare:
            yield JsonRecord(number, bare)


def _text_lines(file: BinaryIO, encoding: _Encoding) -> Iterator[str]:
    """Cut a text at line feeds alone: other separators may stand inside a JSON string."""
    rest = ""
    for part in codecs.iterdecode(iter(lambda: file.read(_READ_AT_ONCE), b""), encoding):
        *lines, rest = (rest + part).split("\n")
        yield from lines
    yield rest


def _padded(lines: Iterator[JsonRecord]) -> Iterator[bytes]:
    """Yield all lines of a file, the empty ones too, so that places in the text have their line."""
    number = 0
    for record in lines:
        yield from [b""] * (record.line - number - 1)
        yield record.data
        number = record.line


def _members(text: str) -> Iterator[JsonRecord]:
    """Yield the members of an array, or values one after the other.

    What is damaged reaches up to the next line that begins as it does, or else to the end.
    """
    decoder = json.JSONDecoder()
    at, line = 0, 1
    while (start := _value_start(text, at)) is not None:
        line += text.count("\n", at, start)
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = _next_like_it(text, start)
        yield JsonRecord(line, text[start:end].strip(" \t\r\n,").encode("utf-8", "surrogateescape"))
        line += text.count("\n", start, end)
        at = end


def _next_like_it(text: str, start: int) -> int:
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    found = text.find(f"\n{indent}{{", start) if not indent.strip() else -1
    return found if found >= 0 else len(text)


def _value_start(text: str, at: int) -> int | None:
    """Find where the next value begins; an array that is not inside of a value is only a frame."""
    while at < len(text) and text[at] in " \t\r\n,[]":
        at += 1
    return at if at < len(text) else None
