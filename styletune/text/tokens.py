"""Words and lengths that mean the same in spaced and in unspaced scripts."""

from functools import lru_cache

import regex

UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々〆〇]"
"""Pattern of a character of a script that sets no spaces between words."""

_UNSPACED = rf"{UNSPACED}\p{{M}}*"
_NUMBER = r"\p{N}+(?:[.,:]\p{N}+)*"
_SPACED = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--{UNSPACED}]+"
_WORD = rf"(?:{_NUMBER}(?:{_SPACED})?|{_SPACED})(?:['’\-]{_SPACED})*"
_MARK = r"⟦\d+⟧"

_WORDS = regex.compile(rf"{_MARK}|{_UNSPACED}|{_WORD}", regex.V1)
_TOKENS = regex.compile(rf"{_MARK}|{_UNSPACED}|{_WORD}|\s+|.", regex.DOTALL | regex.V1)
UNSPACED_ONE = regex.compile(_UNSPACED)
"""One character of an unspaced script, with its marks."""

UNSPACED_WEIGHT = 0.6
"""Words that one character of an unspaced script stands for; 1.6 characters to an English word is usual."""


def words(text: str) -> list[str]:
    """List the words of a text, without spaces and punctuation.

    A word is a run of letters in spaced scripts (Hangul among them), one character in Han, kana, Thai, Lao, Khmer
    and Burmese, a whole number with its separators, or one mark such as ``⟦1⟧``.
    """
    return list(_words(text))


@lru_cache(maxsize=256)  # guards and alignments look at one text again and again
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text))


def tokens(text: str) -> list[str]:
    """Cut a text into words, runs of white space and single other characters; joined they are the text again."""
    return _TOKENS.findall(text)


def length(text: str) -> float:
    """Measure a text in words; one character of an unspaced script counts as ``UNSPACED_WEIGHT`` words."""
    return sum(UNSPACED_WEIGHT if UNSPACED_ONE.match(word) else 1.0 for word in _words(text))
