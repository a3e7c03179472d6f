"""Bytes that are no UTF-8 text: what they are, as far as it can be told, and how they become some."""

from collections.abc import Callable

_FORMATS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"GGUF", "a GGUF model"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_MARKS = (  # the longer ones first: UTF-16's begins one of UTF-32
    (b"\xff\xfe\x00\x00", "UTF-32", "utf-32"),
    (b"\x00\x00\xfe\xff", "UTF-32", "utf-32"),
    (b"\xff\xfe", "UTF-16", "utf-16"),
    (b"\xfe\xff", "UTF-16", "utf-16"),
)
_LOOKED_AT = 1 << 16
"""Bytes that a guess is made from."""


def why_no_text(data: bytes) -> str | None:
    """Say why bytes are no UTF-8 text and what to do about it; ``None`` if they are."""
    try:
        data.decode()
        if b"\x00" not in data:
            return None
    except UnicodeDecodeError as error:
        if b"\x00" not in data:
            line = data.count(b"\n", 0, error.start) + 1
            byte = f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8."
            return _known(data) or f"{byte} {_convert(_guess(data) or 'latin1')}"
    return _known(data) or "the file holds NUL bytes, so it is no text. Name Markdown files only."


def likely_encoding(data: bytes) -> str | None:
    """Name the encoding of bytes that are no UTF-8; ``None`` where nothing speaks clearly for one."""
    for mark, _, codec in _MARKS:
        if data.startswith(mark) and _decoded(data, codec) is not None:
            return codec
    if b"\x00" in data:
        return next((encoding for encoding in ("UTF-16LE", "UTF-16BE") if _reads(data, encoding)), None)
    return _guess(data)


def _known(data: bytes) -> str | None:
    """Recognize what is certain: the beginning of a file format, and UTF-16 and UTF-32."""
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    for beginning, what in _FORMATS:
        if data.startswith(beginning):
            return f"the file is {what}, not Markdown. Name Markdown files only."
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark) and _decoded(data, codec) is not None:
            return f"the file is {encoding}, not UTF-8. {_convert(encoding)}"
    for encoding in ("UTF-16LE", "UTF-16BE"):
        if b"\x00" in data and _reads(data, encoding):
            return f"the file is UTF-16 ({encoding}), not UTF-8. {_convert(encoding)}"
    return None


def _archive(data: bytes) -> str:
    """Tell text documents from other archives by the names of their members, which are never compressed."""
    convert = "Convert it first, for example: pandoc FILE -o FILE.md"
    if b"word/document.xml" in data:
        return f"the file is a Word document, not Markdown. {convert}"
    if b"opendocument.text" in data[:100]:
        return f"the file is an OpenDocument text, not Markdown. {convert}"
    return "the file is a ZIP archive, not Markdown. Name Markdown files only."


def _reads(data: bytes, codec: str) -> bool:
    """Tell whether bytes make a text of printable characters, with spaces or line breaks, in an encoding."""
    text = _decoded(data, codec)
    if text is None or not any(blank in text for blank in " \n"):
        return False
    return all(character.isprintable() or character in "\r\n\t" for character in text[:_LOOKED_AT])


def _guess(data: bytes) -> str | None:
    """Name the encoding in which the bytes look like the language that is written in it."""
    sample = data[:_LOOKED_AT]
    if len(data) > _LOOKED_AT:  # no character is cut in two at a line break
        sample = sample[: sample.rfind(b"\n") + 1] or data
    for encoding, looks_right, least in _GUESSES:
        text = _decoded(sample, encoding)
        foreign = [character for character in text or "" if not character.isascii()]
        enough = sum(map(str.isalpha, text or "")) / 2 if encoding in _CYRILLIC else 0
        if len(foreign) > enough and sum(map(looks_right, foreign)) >= least * len(foreign):
            return encoding
    return None


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _is_common_simplified(character: str) -> bool:
    """Tell the marks and the 3,755 characters of the first level of GB 2312, which most text is written with."""
    return b"\xa1\xa1" <= character.encode("gb2312", "replace") <= b"\xd7\xfe"


def _is_common_traditional(character: str) -> bool:
    """Tell the marks and the 5,401 characters of the first level of Big5."""
    return b"\xa1\x40" <= character.encode("big5", "replace") <= b"\xc6\x7e"


def _is_small_cyrillic(character: str) -> bool:
    """Tell small letters: in the wrong one of two Cyrillic encodings they come out large."""
    return "\u0430" <= character <= "\u045f"


_GUESSES: tuple[tuple[str, Callable[[str], bool], float], ...] = (
    ("SHIFT_JIS", _is_kana, 0.3),
    ("EUC-JP", _is_kana, 0.3),
    ("EUC-KR", _is_hangul, 0.95),
    ("GB18030", _is_common_simplified, 0.8),
    ("BIG5", _is_common_traditional, 0.8),
    ("KOI8-R", _is_small_cyrillic, 0.7),
    ("WINDOWS-1251", _is_small_cyrillic, 0.7),
    ("WINDOWS-1252", lambda character: character in "‘’“”–—…€•", 0.1),
)
"""Encodings, what their characters look like in text, and the least share of such among all that are no ASCII."""

_CYRILLIC = ("KOI8-R", "WINDOWS-1251")
"""Encodings in which the accented letters of Western text look right as well, so that more than half must be such."""


def _convert(encoding: str) -> str:
    return f"Convert the file first, for example: iconv -f {encoding} -t UTF-8 FILE > NEW.md"


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None
