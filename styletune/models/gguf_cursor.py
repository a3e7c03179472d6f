"""A place in the header of a GGUF file, which moves forward and never past the end of the file."""

import struct
from pathlib import Path
from typing import BinaryIO

from styletune.errors import ModelError

Scalar = int | float | bool | str

LONGEST_HEADER = 64 << 20
"""Bytes; the largest vocabularies in use take about 20 MB."""

MOST_STRINGS = 2_000_000
"""Texts in all lists together; the largest vocabularies in use have less than a million, their merges included."""

AGAIN = "Fetch it again."
_WINDOW = 1 << 20
_LENGTH = struct.Struct("<Q")


class Cursor:
    """A place in the header; the file is read through a window, and never past its end."""

    def __init__(self, file: BinaryIO, size: int, path: Path) -> None:
        self.file, self.size, self.path = file, size, path
        self.window = b""
        self.start = 0
        """Where the window begins in the file."""
        self.at = 0
        """The place, from the start of the window."""
        self.strings_left = MOST_STRINGS

    @property
    def place(self) -> int:
        """Bytes from the start of the file."""
        return self.start + self.at

    def fail(self, words: str) -> ModelError:
        """Make the error for a file that cannot be right."""
        return ModelError(f"{self.path} is a damaged GGUF file: {words}. {AGAIN}")

    def need(self, count: int) -> None:
        """Make sure that the next ``count`` bytes are in the window."""
        if len(self.window) - self.at >= count:
            return
        self.check(count)
        self.start, self.at = self.place, 0
        self.file.seek(self.start)
        self.window = self._read(max(_WINDOW, count))
        if len(self.window) < count:
            raise self.fail("it became shorter while it was read")

    def check(self, count: int) -> None:
        """Make sure that the header may go on for ``count`` bytes."""
        if count > self.size - self.place:
            raise ModelError(
                f"{self.path} ends inside its header ({self.size:,} bytes): the download broke off, or the file is "
                f"damaged. {AGAIN}"
            )
        if self.place + count > LONGEST_HEADER:
            raise self.fail(f"its header is longer than {LONGEST_HEADER >> 20} MB")

    def _read(self, count: int) -> bytes:
        pieces: list[bytes] = []
        while count and (piece := self.file.read(count)):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def number(self, form: str) -> int:
        """Read a number; ``form`` is that of ``struct``."""
        return int(self.scalar(form))

    def scalar(self, form: str) -> Scalar:
        """Read a value of fixed size; ``form`` is that of ``struct``."""
        size = struct.calcsize(form)
        self.need(size)
        value: Scalar = struct.unpack_from(form, self.window, self.at)[0]
        self.at += size
        return value

    def string(self, longest: int) -> str:
        """Read a text of at most ``longest`` bytes."""
        length = self.number("<Q")
        if length > longest:
            raise self.fail(f"it holds a text of {length:,} bytes where at most {longest:,} make sense")
        self.need(length)
        text = self.window[self.at : self.at + length].decode("utf-8", "replace")
        self.at += length
        return text

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        self.check(count)
        self.at += count
        if self.at > len(self.window):
            self.start, self.at, self.window = self.place, 0, b""

    def expect_strings(self, count: int) -> None:
        """Make sure that a list of texts is not longer than any real one: each costs time, even an empty one."""
        self.strings_left -= count
        if self.strings_left < 0:
            raise self.fail(f"it claims to hold more than {MOST_STRINGS:,} texts")

    def skip_strings(self, count: int) -> None:
        """Pass over strings without looking at them; a vocabulary has several hundred thousand."""
        read = _LENGTH.unpack_from
        while count:
            self.need(_LENGTH.size)
            window, at, last = self.window, self.at, len(self.window) - _LENGTH.size
            while count and at <= last:
                at += _LENGTH.size + read(window, at)[0]
                count -= 1
            self.skip(at - self.at)
