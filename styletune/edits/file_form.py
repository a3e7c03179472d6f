"""The form of a file that no paragraph is part of: its line breaks, and the byte order mark in front."""

from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the lines of a file end, and whether a byte order mark stands in front."""

    crlf: bool | None
    """``None``: not at all, or in several ways, which say something about single lines."""

    mark: bool

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the form of a file."""
        both, crlf = data.count(b"\n"), data.count(b"\r\n")
        return cls(crlf == both if both and crlf in (0, both) else None, data.startswith(BOM_UTF8))

    def removed(self, data: bytes) -> bytes:
        """Return a file of this form with plain line breaks and no mark."""
        plain = data[len(BOM_UTF8) :] if self.mark else data
        return plain.replace(b"\r\n", b"\n") if self.crlf else plain

    def applied(self, plain: bytes) -> bytes:
        """Return a plain file in this form."""
        data = plain.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if self.crlf else plain
        return BOM_UTF8 + data if self.mark else data


def agreed_form(base: bytes, ours: bytes, theirs: bytes) -> FileForm:
    """Return the form of a merge: theirs where they changed it, else ours."""
    was, new, mine = FileForm.of(base), FileForm.of(ours), FileForm.of(theirs)
    return FileForm(
        new.crlf if mine.crlf == was.crlf else mine.crlf,
        new.mark if mine.mark == was.mark else mine.mark,
    )


def plain(data: bytes) -> bytes:
    """Return a file with plain line breaks and without a mark, so that only what it says is compared."""
    return FileForm.of(data).removed(data)
