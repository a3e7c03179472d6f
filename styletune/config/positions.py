"""Where the keys and values of a TOML text stand, which ``tomllib`` does not tell.

The text must be one that ``tomllib`` takes: nothing is checked here. Grammar: https://toml.io/en/v1.0.0.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from styletune.config.given import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]+")  # a number, a date or a truth value; a date may hold a blank


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, or for a table what introduces it: its header or the first key in it."""

    line: int
    """Of the key, or of the value where it has none of its own; from 1."""

    start: int
    """Offset of the value's first character."""

    end: int
    is_header: bool = False
    """A table's ``[header]``, which has no value."""


def positions(text: str) -> dict[KeyPath, Place]:
    """Find every key, table and list entry of a TOML text, in the order in which they begin."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[KeyPath, Place] = {}
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._entries: dict[KeyPath, int] = {}
        """Path of ``[[tables]]`` to how many there were so far."""

    def scan(self) -> None:
        table: KeyPath = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()

    def _header(self) -> KeyPath:
        start, double = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        keys = self._keys()
        self.at += 2 if double else 1
        path = (*self._resolve(keys[:-1]), keys[-1])
        place = Place(self._line(start), start, self.at, is_header=True)
        if double:
            self._entries[path] = self._entries.get(path, 0) + 1
            self._note(path, place)
        path = self._current(path)
        self._note(path, place)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line(self.at)
        path = (*table, *self._keys())
        self._skip("=")
        self._value(path, line)

    def _value(self, path: KeyPath, line: int) -> None:
        start = self.at
        self._note(path[:-1], Place(line, start, start))
        self.places[path] = Place(line, start, start)  # in its turn, before what it holds
        opening = self.text[start]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self.at = self._match(_STRING if opening in "\"'" else _BARE_VALUE)
        self.places[path] = Place(line, start, start + len(self.text[start : self.at].rstrip()))

    def _list(self, path: KeyPath) -> None:
        self._skip("[")
        count = 0
        while self.text[self.at] != "]":
            self._value((*path, count), self._line(self.at))
            count += 1
            self._skip_separator()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._skip("{")
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip_separator()
        self.at += 1

    def _skip_separator(self) -> None:
        self._skip_blank()
        if self.text[self.at] == ",":
            self._skip(",")

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self.text[self.at] == ".":
            self._skip(".")
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip_blank()
        start, quoted = self.at, self.text[self.at] in "\"'"
        self.at = self._match(_STRING if quoted else _BARE_KEY)
        raw = self.text[start : self.at]
        self._skip_blank()
        return str(tomllib.loads(f"key = {raw}")["key"]) if quoted else raw

    def _resolve(self, keys: Iterable[str]) -> KeyPath:
        """Turn the keys of a header into a path: below ``[[tables]]`` the last one is meant."""
        path: KeyPath = ()
        for key in keys:
            path = self._current((*path, key))
        return path

    def _current(self, path: KeyPath) -> KeyPath:
        return (*path, self._entries[path] - 1) if path in self._entries else path

    def _note(self, path: KeyPath, place: Place) -> None:
        """Note a table where it is first heard of, and the tables around it."""
        for length in range(1, len(path) + 1):
            self.places.setdefault(path[:length], place)

    def _line(self, offset: int) -> int:
        return bisect_left(self._line_ends, offset) + 1

    def _match(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise AssertionError(f"no TOML at offset {self.at}: the text must be parsed first")
        return found.end()

    def _skip(self, sign: str) -> None:
        self.at += len(sign)
        self._skip_blank()

    def _skip_blank(self) -> None:
        self.at = self._match(_BLANK)
