"""Changes to files that people write by hand: the rest of the file stays as it is, and no save of theirs is lost."""

from collections.abc import Callable
from pathlib import Path

from styletune.errors import SettingsError, SourceChangedError, UsageError
from styletune.files.atomic import digest, present, read_bytes, write_atomic

_TRIES = 3
"""Times that a change is tried on a file that is saved at the same moment."""

_MARK = "\ufeff"


def change_text(path: Path, shown: str, change: Callable[[str], str]) -> bool:
    """Change the text of a file, which is made where it is missing; return whether anything changed.

    Arguments: ``shown`` names the file in messages; ``change`` gets the text with line feeds alone for line breaks (empty
    if there is no file), may be called again with what an editor saved meanwhile, and raises ``SettingsError`` for a text
    that could not be read back. Then, and if the file cannot be written, nothing is changed. Raises ``UsageError``,
    ``SettingsError`` and ``FileError``.
    """
    for last in (False,) * (_TRIES - 1) + (True,):
        data = read_bytes(path) if present(path) else None
        text, finish = _taken_apart(data or b"", shown)
        new = change(text)
        if new == text:
            return False
        if data is None and present(path):
            continue
        try:
            write_atomic(path, finish(new), expect=None if data is None else digest(data))
        except SourceChangedError:
            if last:
                raise
        else:
            return True
    return False


def readable(parse: Callable[[], object]) -> None:
    """Raise ``UsageError`` if a new text of a file cannot be read back."""
    try:
        parse()
    except SettingsError as error:
        raise UsageError(f"Nothing was changed, because the result could not be used:\n{error}") from error


def _taken_apart(data: bytes, shown: str) -> tuple[str, Callable[[str], bytes]]:
    """Return a file's text and what makes bytes of a new one: byte order mark and line breaks stay what they were."""
    try:
        raw = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SettingsError(f"{shown}:{line} {found}. Save the file as UTF-8.") from error
    mark = _MARK if raw.startswith(_MARK) else ""
    text = raw.removeprefix(_MARK)
    windows = "\r\n" in text and text.count("\n") == text.count("\r\n")

    def finish(new: str) -> bytes:
        return (mark + (new.replace("\n", "\r\n") if windows else new)).encode()

    return text.replace("\r\n", "\n") if windows else text, finish
