"""The commits of a history and the Markdown files that each of them changed."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from styletune.files.discovery import SUFFIXES
from styletune_training.pairs.git_repository import Repository

_FIELDS = 6
_BEGIN = b"\x01"
"""Stands before each commit; no field of a commit holds it where git prints it."""

_FORMAT = "%x01%H%x1f%aN%x1f%aE%x1f%ad%x1f%s%x1f"
_FILE_MODES = frozenset({b"100644", b"100755"})


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a commit did to a file; paths start from the repository's root."""

    status: str
    """``A``, ``M``, ``D`` or ``R`` (renamed)."""

    old_path: str
    path: str
    old_blob: str
    blob: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and the Markdown files that it changed."""

    hash: str
    author: str
    address: str
    date: str
    """Day on which the author wrote it, in the author's time zone: ``YYYY-MM-DD``."""

    subject: str
    changes: tuple[FileChange, ...]


def read_log(repository: Repository, stop: Event | None = None) -> Iterator[Commit]:
    """Yield the commits that lead to HEAD and change Markdown files, parents before children; merges are left out.

    What a merge changes by itself is no one person's edit. Raises what ``Repository.entries`` raises.
    """
    arguments = ["--reverse", "--topo-order", "--raw", "--no-abbrev", "-M", "--date=short", f"--format={_FORMAT}"]
    header: list[bytes] = []
    changes: list[FileChange] = []
    entries = _log(repository, arguments, stop)
    for entry in entries:
        if entry.lstrip(b"\n").startswith(_BEGIN):
            if header:
                yield _commit(header, changes)
            header, changes = entry.lstrip(b"\n")[1:].split(b"\x1f", _FIELDS - 1), []
        elif (facts := entry.lstrip(b"\n")).startswith(b":"):
            change = _change(facts, entries)
            changes += [change] if change else []
    if header:
        yield _commit(header, changes)


def read_names(repository: Repository, stop: Event | None = None) -> frozenset[str]:
    """Return the paths, from the repository's root, of all Markdown files that ``read_log`` tells of."""
    entries = _log(repository, ["--name-only", "--no-renames", "--format="], stop)
    return frozenset(os.fsdecode(name) for entry in entries if (name := entry.lstrip(b"\n")))


def _log(repository: Repository, arguments: Sequence[str], stop: Event | None) -> Iterator[bytes]:
    plain = ("color", "ext-diff", "textconv", "show-signature", "notes", "relative", "merges")
    command = ["log", "-z", *(f"--no-{name}" for name in plain), "--encoding=UTF-8", *arguments, repository.head, "--"]
    return repository.entries([*command, *(f":(icase)*{suffix}" for suffix in sorted(SUFFIXES))], stop)


def _commit(header: list[bytes], changes: list[FileChange]) -> Commit:
    name, author, address, day, subject = (part.decode("utf-8", "replace") for part in header[:5])
    return Commit(name, author, address, day, subject, tuple(changes))


def _change(facts: bytes, entries: Iterator[bytes]) -> FileChange | None:
    """Read ``:100644 100644 HASH HASH M`` and the path, or both paths, that follow it."""
    old_mode, mode, old_blob, blob, status = facts[1:].split()
    old_path = path = os.fsdecode(next(entries))
    if status[:1] in {b"R", b"C"}:
        path = os.fsdecode(next(entries))
    modes = {mode, old_mode} - {b"000000"}
    if not modes <= _FILE_MODES or status[:1] not in {b"A", b"M", b"D", b"R"}:
        return None  # a link, a submodule, or a file that became one
    return FileChange(status[:1].decode(), old_path, path, old_blob.decode(), blob.decode())
