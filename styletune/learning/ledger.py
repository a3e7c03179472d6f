"""Append-only files of JSON lines: what is learned stays learned, whoever is killed at whatever moment."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from styletune.errors import FileError, SettingsError
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.failures import in_words
from styletune.files.lines import append_line, json_line
from styletune.files.lock import locked
from styletune.project import STATE, state_folder

T = TypeVar("T")

_Stamp = tuple[int, int, int]


class Ledger(Generic[T]):
    """The entries of one file in ``.styletune``: read when it has changed, appended to under the project's lock."""

    def __init__(self, root: Path, name: str, *, schema: int, read: Callable[[Mapping[str, object]], T]) -> None:
        """Name a file, which need not exist.

        Arguments: ``read`` makes an entry of a JSON object without its ``schema``, and raises ``ValueError`` that says
        what is wrong with it; ``schema`` is the newest that it understands.
        """
        self.file = root / STATE / name
        self._shown = f"{STATE}/{name}"
        self._root = root
        self._schema = schema
        self._read_entry = read
        self._stamp: _Stamp | None = None
        self._lines: list[tuple[bytes, T]] = []

    def entries(self) -> list[T]:
        """Return all entries, oldest first.

        Raises ``SettingsError`` with one line for each line of the file that cannot be understood; but the half line of
        a writer that was killed at it never was an entry.
        """
        self._refresh()
        return [entry for _, entry in self._lines]

    def locked(self) -> AbstractContextManager[None]:
        """Hold the project's lock, which makes its ``.styletune`` folder if need be."""
        return locked(state_folder(self._root) / "lock")

    def append(self, objects: Iterable[Mapping[str, Any]]) -> None:
        """Append entries in a single write; the caller holds the lock. Raises ``FileError``."""
        whole = b"".join(self._line(values) for values in objects)
        if not whole:
            return
        try:
            append_line(self.file, whole, whole=lambda rest: _object(rest) is not None)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}. Nothing was added.") from error

    def remove(self, unwanted: Callable[[T], bool]) -> list[T]:
        """Rewrite the file without some entries, which are returned; the others keep their bytes.

        The caller holds the lock. Raises ``SettingsError`` and ``FileError``.
        """
        self._refresh()
        removed = [entry for _, entry in self._lines if unwanted(entry)]
        if removed:
            write_atomic(self.file, b"".join(raw + b"\n" for raw, entry in self._lines if not unwanted(entry)))
        return removed

    def _line(self, values: Mapping[str, Any]) -> bytes:
        return json_line({"schema": self._schema, **values})

    def _refresh(self) -> None:
        stamp = _stamp(self.file)
        if stamp is None:
            self._lines, self._stamp = [], None
        elif stamp != self._stamp:
            self._lines = self._parsed(read_bytes(self.file))
            self._stamp = stamp

    def _parsed(self, data: bytes) -> list[tuple[bytes, T]]:
        found: list[tuple[bytes, T]] = []
        problems: list[str] = []
        lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        for number, raw in enumerate(lines, 1):
            cut_off = number == len(lines) and _object(raw) is None
            if not raw.strip() or cut_off:
                continue
            try:
                found.append((raw, self._entry(raw)))
            except ValueError as error:
                problems.append(f"{self._shown}:{number} {error}. {_advice(error)}")
        if problems:
            raise SettingsError("\n".join(problems))
        return found

    def _entry(self, raw: bytes) -> T:
        values = _object(raw)
        if values is None:
            raise ValueError("this line is no JSON object")
        schema = values.pop("schema", None)
        if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
            raise ValueError('the field "schema" is missing')
        if schema > self._schema:
            raise _NewerError(f"a newer version of styletune wrote this line (schema {schema})")
        return self._read_entry(values)


class _NewerError(ValueError):
    """Nothing is wrong with a line but that it comes from the future."""


def _advice(error: ValueError) -> str:
    if isinstance(error, _NewerError):
        return "Update styletune: pip install -U styletune"
    return "Repair the line or delete it; nothing is skipped silently."


def _object(raw: bytes) -> dict[str, object] | None:
    try:
        values: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", values) if isinstance(values, dict) else None


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {in_words(error)}.") from error
    return found.st_ino, found.st_size, found.st_mtime_ns
