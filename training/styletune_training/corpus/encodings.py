"""Bytes of a text file as text, whatever they were written with."""

import codecs
import re

from styletune.errors import FileError
from styletune.markdown.encoding import likely_encoding, why_no_text

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")
_DECLARED_WITHIN = 4096
"""Bytes at the beginning of a page in which its encoding is declared."""

_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
"""What browsers read names of encodings as (https://encoding.spec.whatwg.org/#names-and-labels)."""

_WESTERN = frozenset({"af", "br", "ca", "cy", "da", "de", "en", "es", "eu", "fi", "fr", "ga", "gl"}) | frozenset(
    {"id", "is", "it", "lb", "ms", "nb", "nl", "nn", "no", "oc", "pt", "sq", "sv", "sw", "wa"}
)
"""Languages whose letters Windows-1252 has."""

_WESTERN_SIGNS = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ‘’“”„‚«»‹›–—…•€£§©®°·¿¡ªº²³½¼¾×\xa0\xad]*")
_NO_WORD = re.compile(r"[a-zà-öø-ÿ][À-ÖØ-Þ][a-zà-öø-ÿ]|[A-Za-z][¿¡²³¼½¾×§£][A-Za-z]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 1 << 16
"""Characters that a guess is made from."""


def decode(data: bytes, *, declares: bool = False) -> str:
    """Return bytes as text, without a byte order mark.

    UTF-8 goes first, then what the text declares, then a guess if much speaks for it.

    Arguments: ``declares`` says whether the text may name its own encoding, as HTML does. Raises ``FileError`` for
    what is no text and for what cannot be told.
    """
    reason = why_no_text(data)
    text = data.decode() if reason is None else _from_other(data, declares=declares)
    if text is None:
        raise FileError(_in_words(str(reason), data))
    return text.removeprefix("\ufeff")


def as_utf8(data: bytes) -> bytes:
    """Return the bytes of a text file in UTF-8, without a byte order mark. Raises ``FileError`` as ``decode`` does."""
    if why_no_text(data) is None:
        return data.removeprefix(codecs.BOM_UTF8)
    return decode(data).encode("utf-8")


def _in_words(reason: str, data: bytes) -> str:
    """Say why bytes are no text; an encoding that cannot be told is not guessed at."""
    if b"\x00" in data or not reason.startswith("line "):
        return reason.replace("Name Markdown files only.", "Leave it out, or rename it after what it is.")
    place = reason.partition(" is not UTF-8.")[0]
    return f"{place} is not UTF-8, and which encoding it is cannot be told. Save the file as UTF-8 in your editor."


def _from_other(data: bytes, *, declares: bool) -> str | None:
    named = _declared(data) if declares and b"\x00" not in data else None
    for encoding in (named, likely_encoding(data)):
        text = _decoded(data, encoding) if encoding else None
        if text is not None and not _CONTROL.search(text):
            return text
    return None if b"\x00" in data else _western(data)


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else None
    except LookupError:
        return None
    return _WIDER.get(name, name) if name else None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Decode bytes; GB 18030 and Shift-JIS as Windows writes them are wider than their names say."""
    try:
        return data.decode(_WIDER.get(encoding.lower(), encoding))
    except (UnicodeDecodeError, LookupError):
        return None


def _western(data: bytes) -> str | None:
    """Read Windows-1252 if the result looks like one of the languages that are written with it."""
    from styletune.text.language import identify  # noqa: PLC0415 - loads a statistical model, and few files come here

    text = _decoded(data, "cp1252")
    if text is None or _CONTROL.search(text) or _NO_WORD.search(text):
        return None
    foreign = "".join(character for character in text if not character.isascii())
    return text if _WESTERN_SIGNS.fullmatch(foreign) and identify(text[:_LOOKED_AT]) in _WESTERN else None
