"""Guards of words: the glossary's are used, the forbidden ones are not."""

from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from unicodedata import combining, normalize

import regex

from styletune.guards.finding import GuardContext
from styletune.memory.recall import Term
from styletune.text.inline import prose
from styletune.text.language import base_language
from styletune.text.tokens import UNSPACED

_STARTS_UNSPACED = regex.compile(rf"^{UNSPACED}")
_ENDS_UNSPACED = regex.compile(rf"{UNSPACED}$")
_BETWEEN_WORDS = regex.compile(r"[\s\u00a0_-]+")
_PLURAL = "(?:['’]?s|es|e?n)?"
_ENDING = 3
"""Letters that an inflected word may end in instead of, or behind, its own last one."""

_LONG_ENDING = 8
_ADDS_ENDINGS = frozenset({"fi", "hu", "tr", "et", "ko", "eu", "ja"})
"""Languages that string endings together."""

_INFLECTED = 4
"""Letters from which on a word may lose its last letter when it is inflected: ``quelle``, ``quellen``."""


def glossary(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """Terms of the glossary that stand in the source are rendered as it says; inflected forms will do."""
    for term in context.glossary:
        wanted = term.target or term.source
        if _says(prose(source), term.source, ending=_PLURAL) and not _renders(target, wanted, context):
            yield _unused(term)


def never_say(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """No word that must not be used, unless the source uses it; ``*`` at its end stands for any ending."""
    for phrase in context.never_say:
        word = phrase.rstrip("*")
        ending = r"\p{L}*" if phrase.endswith("*") else ""
        if word.strip() and _says(target, word, ending=ending) and not _says(source, word, ending=ending):
            yield f"it says “{phrase.strip()}”"


def _renders(target: str, wanted: str, context: GuardContext) -> bool:
    longest = _LONG_ENDING if base_language(context.output_lang or "") in _ADDS_ENDINGS else _ENDING
    return _says(target, wanted, ending=rf"['’]?\p{{L}}{{0,{longest}}}", inflected=True)


def _unused(term: Term) -> str:
    if term.target is None or term.target == term.source:
        return f"the term “{term.source}” was not kept"
    return f"“{term.source}” is not rendered as “{term.target}”"


def _says(text: str, phrase: str, *, ending: str, inflected: bool = False) -> bool:
    with_case = any(char.isupper() for char in phrase)
    return bool(_pattern(_plain(phrase), ending, inflected, with_case).search(_plain(text)))


@lru_cache(maxsize=512)
def _pattern(phrase: str, ending: str, inflected: bool, with_case: bool) -> "regex.Pattern[str]":
    """Match a phrase as whole words; scripts without spaces have no word borders."""
    words = [_word(word, ending, inflected) for word in _BETWEEN_WORDS.split(phrase.strip()) if word]
    start = "" if _STARTS_UNSPACED.search(phrase) else r"(?<![\p{Latin}\p{Cyrillic}\p{Greek}\d])"
    end = "" if _ENDS_UNSPACED.search(phrase) else r"(?![\p{Latin}\p{Cyrillic}\p{Greek}\d])"
    between = r"[\s\u00a0_*-]+"
    return regex.compile(f"{start}{between.join(words)}{end}", 0 if with_case else regex.IGNORECASE)


def _word(word: str, ending: str, inflected: bool) -> str:
    if not ending or _ENDS_UNSPACED.search(word):
        return regex.escape(word)
    if inflected and len(word) > _INFLECTED and word[-1].isalpha():
        return f"{regex.escape(word[:-1])}(?:{regex.escape(word[-1])})?(?:{ending})"
    return f"{regex.escape(word)}(?:{ending})"


@lru_cache(maxsize=64)
def _plain(text: str) -> str:
    """Take accents off Latin letters, which come and go with inflection: ``contribución``, ``contribuciones``."""
    decomposed = normalize("NFD", unescape(text))
    return normalize("NFC", "".join(char for char in decomposed if not combining(char) or ord(char) > _LAST_ACCENT))


_LAST_ACCENT = 0x036F
"""End of the block of accents on Latin, Greek and Cyrillic letters; voicing marks of kana lie beyond it."""
