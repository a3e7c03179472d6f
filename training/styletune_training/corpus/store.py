"""The documents of a project's corpus as they were read: ``.styletune/corpus/documents.jsonl``.

Each line is a document, or says that one is gone; the last line of an id counts. Lines are appended in batches while
files are read, so that what was read before a kill stays.
"""

import json
import re
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from threading import Event
from typing import Any

from styletune.errors import Cancelled, FileError
from styletune.files.atomic import read_bytes, write_atomic
from styletune.files.failures import in_words
from styletune.files.lines import append_line, json_line
from styletune.files.lock import locked, locked_within
from styletune.markdown.segments import Kind
from styletune.project import CORPUS, STATE, state_folder
from styletune_training.corpus.document import CorpusDocument, Paragraph

FILE = "documents.jsonl"

_ID = re.compile(rb'\{"id": ("(?:[^"\\]|\\.)*+")(, "gone": true)?')
_FIELDS = tuple(field.name for field in fields(CorpusDocument))
_PLAIN = frozenset(_FIELDS) - {"stamp", "tags", "paragraphs"}
_PATIENCE = 0.2
"""Seconds between two looks at whether somebody wants to stop waiting for another process."""


class Corpus:
    """The documents of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notices: list[str] = []
        """Lines that could not be read, for people; their documents are as if they had never been read."""

    @property
    def file(self) -> Path:
        """The file they are kept in; it may not exist yet."""
        return self.root / STATE / CORPUS / FILE

    def documents(self) -> tuple[CorpusDocument, ...]:
        """Read all documents, by id. Raises ``FileError``."""
        self.notices.clear()
        found: dict[str, CorpusDocument] = {}
        for number, line in enumerate(self._lines(), 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
                if values.get("gone"):
                    found.pop(values["id"], None)
                else:
                    found[values["id"]] = _from_values(values)
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                if line.endswith(b"\n"):  # else its writer was killed
                    place = f"{STATE}/{CORPUS}/{FILE}:{number}"
                    self.notices.append(f"{place} is no document that this version can read; its file is read again.")
        return tuple(found[name] for name in sorted(found))

    def put(self, documents: Iterable[CorpusDocument]) -> None:
        """Add documents, or replace those with the same ids. Raises ``FileError``."""
        self._append(b"".join(map(_to_line, documents)))

    def remove(self, ids: Collection[str]) -> int:
        """Remove documents; return how many there were. Raises ``FileError``."""
        there = sorted(document.id for document in self.documents() if document.id in ids)
        self._append(b"".join(json_line({"id": name, "gone": True}) for name in there))
        self.compact()
        return len(there)

    def compact(self) -> None:
        """Write the file anew if some lines cannot be read, or most are of no use any more. Raises ``FileError``."""
        if not self.file.exists():
            return
        with locked(state_folder(self.root) / "lock"):
            if self.notices:
                write_atomic(self.file, b"".join(map(_to_line, self.documents())), like=self.file)
                return
            lines = [line for line in self._lines() if line.endswith(b"\n")]
            kept: dict[bytes, bytes] = {}
            for line in lines:
                found = _ID.match(line)
                if found is not None and found[2] is None:
                    kept.pop(found[1], None)
                    kept[found[1]] = line
                elif found is not None:
                    kept.pop(found[1], None)
            if len(kept) * 2 < len(lines):
                write_atomic(self.file, b"".join(kept.values()), like=self.file)

    def _lines(self) -> list[bytes]:
        return read_bytes(self.file).splitlines(keepends=True) if self.file.exists() else []

    def _append(self, lines: bytes) -> None:
        if not lines:
            return
        try:
            with locked(corpus_folder(self.root).parent / "lock"):
                append_line(self.file, lines, whole=_is_whole)
        except OSError as error:
            raise FileError(f"{self.file} cannot be written: {in_words(error)}.") from error


def corpus_folder(root: Path) -> Path:
    """Make the folder of a project's corpus where it is missing. Raises ``FileError``."""
    try:
        folder = state_folder(root) / CORPUS
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise FileError(f"{root / STATE / CORPUS} cannot be made: {in_words(error)}.") from error
    return folder


@contextmanager
def corpus_lock(root: Path, *, stop: Event | None = None, on_wait: Callable[[], None]) -> Generator[None]:
    """Let one process at a time change what a corpus holds.

    Arguments: ``on_wait`` is called once if another process is at it. Raises ``Cancelled`` if ``stop`` is set while it
    is waited for.
    """
    told = False
    while True:
        with locked_within(corpus_folder(root) / "lock", _PATIENCE) as held:
            if held:
                yield
                return
        if not told:
            told = True
            on_wait()
        if stop is not None and stop.is_set():
            raise Cancelled("The run was stopped.")


def _to_line(document: CorpusDocument) -> bytes:
    values = {name: getattr(document, name) for name in _FIELDS}
    values["left_out"] = dict(document.left_out)
    values["paragraphs"] = [(one.id, one.kind.value, one.text, one.line, one.lang) for one in document.paragraphs]
    return json_line(values)


def _from_values(values: dict[str, Any]) -> CorpusDocument:
    size, changed = values["stamp"]
    return CorpusDocument(
        **{name: values[name] for name in _PLAIN},
        stamp=(int(size), int(changed)),
        tags=tuple(values["tags"]),
        paragraphs=tuple(_paragraphs(values["paragraphs"])),
    )


def _paragraphs(rows: list[tuple[str, str, str, int, str | None]]) -> Iterator[Paragraph]:
    for name, kind, text, line, lang in rows:
        yield Paragraph(name, Kind(kind), text, line, lang)


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
