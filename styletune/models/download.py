"""One file of a repository to this disk: resumed where it broke off, and checked before it counts."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Protocol

from styletune.errors import Cancelled, FileError, ModelError
from styletune.files.failures import in_words
from styletune.models.file_kind import what_it_is
from styletune.models.hub import Repository, open_file
from styletune.models.hub_faults import ConnectionLost, endpoint
from styletune.models.installed import PART
from styletune.models.repository_files import RemoteFile

_TRIES = 6
"""Connections in a row that bring nothing new."""

_PAUSE = 1.0
"""Seconds before the second of them; each pause is twice the one before."""

_PIECE = 1 << 20


class Observer(Protocol):
    """Follows a download; called from the thread that runs it."""

    def begin(self, name: str, size: int) -> None:
        """Learn of a file and its bytes."""
        ...

    def arrived(self, count: int) -> None:
        """Learn how many bytes of the file are here."""
        ...

    def lost(self, words: str) -> None:
        """Learn that a connection broke off and will be tried again."""
        ...

    def checking(self, name: str) -> None:
        """Learn that the file is complete and is being read again."""
        ...


def part_path(folder: Path, file: RemoteFile) -> Path:
    """Name the file that holds what has arrived so far; another content has another name."""
    return folder / f".{file.sha256 or file.git_sha1 or file.name}{PART}"


def fetch(
    repository: Repository, file: RemoteFile, folder: Path, *, observer: Observer, stop: Event
) -> tuple[Path, str]:
    """Download a file into a folder, check it, and return its path and the SHA-256 of its content.

    What an earlier try has left is gone on with. Raises ``ModelError`` when it cannot be had or is not what the hub
    says, ``FileError`` when it cannot be written, and ``Cancelled`` when ``stop`` is set; what has arrived is kept.
    """
    target = folder / file.name
    part = part_path(folder, file)
    observer.begin(file.name, file.size)
    try:
        _fill(repository, file, part, observer=observer, stop=stop)
        observer.checking(file.name)
        sha256 = _check(file, part, stop)
        part.replace(target)
    except OSError as error:
        raise FileError(f"{part} cannot be written: {in_words(error)}. What has arrived is kept.") from error
    return target, sha256


def _fill(repository: Repository, file: RemoteFile, part: Path, *, observer: Observer, stop: Event) -> None:
    tries = 0
    while (have := _size(part)) != file.size or not part.exists():
        if have > file.size:
            part.unlink()
            have = 0
        try:
            _append(repository, file, part, observer=observer, stop=stop)
            words = "the server ended the file early"
        except ConnectionLost as lost:
            words = str(lost)
        if _size(part) == file.size:
            return
        tries = tries + 1 if _size(part) <= have else 1
        if tries >= _TRIES:
            raise ModelError(
                f"{file.name} could not be downloaded from {endpoint()}: {words}. {_size(part):,} of {file.size:,} bytes are "
                "here; run the same command to go on from there."
            )
        observer.lost(words)
        if stop.wait(_PAUSE * 2 ** (tries - 1)):
            raise Cancelled


def _append(repository: Repository, file: RemoteFile, part: Path, *, observer: Observer, stop: Event) -> None:
    with open_file(repository, file, begin=_size(part)) as incoming, part.open("ab") as target:
        target.truncate(incoming.begin)
        have = incoming.begin
        observer.arrived(have)
        for piece in incoming.pieces:
            target.write(piece[: file.size - have])
            have = min(have + len(piece), file.size)
            observer.arrived(have)
            if have == file.size:
                break
            if stop.is_set():  # the piece in hand is kept, too
                raise Cancelled
        target.flush()
        os.fsync(target.fileno())


def _check(file: RemoteFile, part: Path, stop: Event) -> str:
    """Compare a file with the hash that the hub names; a wrong one is thrown away."""
    sha256, git = hashlib.sha256(), hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    with part.open("rb", buffering=0) as content:
        head = content.read(512)
        content.seek(0)
        _each_piece(content.read, stop, sha256.update, git.update if file.sha256 is None else None)
    found = sha256.hexdigest() if file.sha256 else git.hexdigest()
    if found == (file.sha256 or file.git_sha1 or found):
        return sha256.hexdigest()
    part.unlink()
    kind = "" if head.startswith(b"GGUF") else f" ({what_it_is(head)})"
    raise ModelError(
        f"{file.name} does not have the checksum that {endpoint()} names{kind}: it was damaged on its way or changed by "
        "someone. It was thrown away; run this again, and over another network if it happens twice."
    )


def _each_piece(read: Callable[[int], bytes], stop: Event, *takers: Callable[[bytes], None] | None) -> None:
    while piece := read(_PIECE):
        if stop.is_set():
            raise Cancelled
        for take in takers:
            if take is not None:
                take(piece)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
