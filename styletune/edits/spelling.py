"""Ways of writing the same text: line breaks, Unicode forms, and spaces beside Chinese and Japanese."""

import unicodedata

import regex

_CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}ー々〆〇\u3001-\u303f\uff00-\uffef]"
_BESIDE_CJK = regex.compile(rf"(?<={_CJK}) | (?={_CJK})")


def one_line(text: str) -> str:
    """Return a text on one line, in NFC, with single blanks, and none beside a Chinese or Japanese character.

    Formatters wrap lines and set or take blanks between scripts; what is left after this is what a person wrote.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return line if line.isascii() else _BESIDE_CJK.sub("", line)
