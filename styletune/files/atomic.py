"""Files are replaced whole or not at all."""

import hashlib
import os
import re
import secrets
import stat
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from platform import node

from styletune.errors import FileError, SourceChangedError
from styletune.files.failures import in_words

_STRAY = re.compile(r"\.styletune-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.tmp")
_STRAY_SECONDS = 24 * 3600
"""A temporary file this old belongs to nobody, even if a process has its number again."""

_unfinished: set[Path] = set()
_swept: set[Path] = set()
"""Folders that this process has cleared of strays: looking at every name before every write would take squares."""

_unsynced: set[Path] = set()
"""Folders whose entries may not have reached the disk yet."""

_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def digest(data: bytes) -> str:
    """Name bytes by their SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def present(path: Path) -> bool:
    """Tell whether something is at a path. Raises ``FileError`` where nothing can be, as under a name too long."""
    try:
        return path.exists()
    except OSError as error:
        raise FileError(f"{path} cannot be used: {in_words(error)}.") from error


def is_regular(path: Path) -> bool:
    """Tell whether a path leads to a file that holds bytes: no folder, device or pipe, and no name that cannot be."""
    return os.path.isfile(path)  # noqa: PTH113 -- Path.is_file raises for a name that is too long


def read_bytes(path: Path) -> bytes:
    """Read a file. Raises ``FileError`` with the reason in words.

    Pipes and devices are refused: reading one can wait for ever or never come to an end.
    """
    try:
        kind = _KINDS.get(stat.S_IFMT(path.stat().st_mode))
        if kind is not None:
            advice = "" if kind == "a folder" else f" To work on what it gives, use: styletune ... - < {path}"
            raise FileError(f"{path} cannot be read: it is {kind}, not a file.{advice}")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {in_words(error)}.") from error


def write_atomic(path: Path, data: bytes, *, expect: str | None = None, like: Path | None = None) -> None:
    """Replace a file's content in one step; a reader sees the old or the new bytes, never a mixture.

    Links are written through, permissions are kept, missing folders are made. With ``expect`` (a ``digest``) the file
    must still have that content right before it is replaced. ``like`` is the file that a new one was made from: to
    whom that is closed, the new one is closed, and the folder of both is not made again where it was moved away. A path
    that is no regular file, such as a device or a pipe, is written to directly. Raises ``FileError``, and
    ``SourceChangedError`` where ``expect`` fails.
    """
    try:
        if path.exists() and not path.is_file():
            _write_directly(path, data)
        else:
            _replace(Path(os.path.realpath(path, strict=False)), path, data, expect=expect, like=like)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {in_words(error)}. Nothing was changed.") from error


def discard_unfinished() -> None:
    """Remove the temporary files of writes that are still going on, before the process ends by force."""
    for temporary in tuple(_unfinished):
        with suppress(OSError):
            temporary.unlink()


def sync_folders() -> None:
    """Wait until the names of all files written so far are on the disk, so that not even a power cut takes them back.

    One call at the end of a run costs little; one for each file would double the time of a thousand small ones.
    """
    while _unsynced:
        with suppress(OSError):  # not every system opens folders, and not every disk can be waited for
            descriptor = os.open(_unsynced.pop(), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _write_directly(path: Path, data: bytes) -> None:
    with path.open("wb", buffering=0) as file:
        _write_all(file.fileno(), data)


def _replace(target: Path, shown: Path, data: bytes, *, expect: str | None, like: Path | None) -> None:
    if target.is_symlink():
        raise FileError(f"{shown} cannot be written: its symbolic links lead in a circle.")
    old = target.stat() if target.exists() else None
    if old is not None and not os.access(target, os.W_OK):
        raise FileError(f"{shown} cannot be written: it is read-only. Nothing was changed.")
    if expect is not None and old is None:
        raise SourceChangedError(f"{shown} was deleted by someone else meanwhile; it was not brought back.")
    if like in (None, shown) or like.parent != shown.parent:  # else its folder was there, and was moved away since
        target.parent.mkdir(parents=True, exist_ok=True)
    sweep([target.parent])
    temporary = target.parent / f".styletune-{_host()}-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    _unfinished.add(temporary)
    try:
        _write_new(temporary, data, old, _private_mode(like))
        if expect is not None and digest(read_bytes(target)) != expect:
            raise SourceChangedError(f"{shown} was changed by someone else meanwhile; it was left as it is now.")
        temporary.replace(target)
        _unsynced.add(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        _unfinished.discard(temporary)


def _private_mode(like: Path | None) -> int:
    """Say who may read and write a new file: its owner, and who else may do so with the file it was made from."""
    try:
        return 0o666 if like is None else 0o600 | (stat.S_IMODE(like.stat().st_mode) & 0o066)
    except OSError:
        return 0o600


def _write_new(path: Path, data: bytes, old: os.stat_result | None, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        if old is not None:
            _take_over(path, old)
        _write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_over(path: Path, like: os.stat_result) -> None:
    """Give a new file the owner and the permissions of the one it replaces."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(path, like.st_uid, like.st_gid)
    path.chmod(stat.S_IMODE(like.st_mode))


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sweep(folders: Iterable[Path]) -> None:
    """Remove what killed processes left in folders, each of them once in the life of this process."""
    for folder in folders:
        if folder not in _swept:
            _swept.add(folder)
            with suppress(OSError):
                remove_strays(folder)


def remove_strays(folder: Path) -> None:
    """Remove temporary files that killed processes of this machine left in a folder."""
    with os.scandir(folder) as entries:
        strays = [Path(entry.path) for entry in entries if _is_stray(entry)]
    for stray in strays:
        with suppress(OSError):
            stray.unlink()


def _is_stray(entry: os.DirEntry[str]) -> bool:
    found = _STRAY.fullmatch(entry.name)
    if found is None or found["host"] != _host() or int(found["pid"]) == os.getpid():
        return False
    with suppress(OSError):
        return not _alive(int(found["pid"])) or time.time() - entry.stat().st_mtime > _STRAY_SECONDS
    return False


def _alive(pid: int) -> bool:
    if os.name == "nt":  # signal 0 ends the process there, so that age alone decides
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _host() -> str:
    """Tell machines that share a network disk apart."""
    return f"{zlib.crc32(node().encode()):08x}"
