"""Guards of the language of an answer."""

from collections.abc import Iterator

import regex
from rapidfuzz.fuzz import ratio

from styletune.guards.finding import GuardContext
from styletune.text.language import base_language, identify, language_name, script_share
from styletune.text.sentences import sentences
from styletune.text.tokens import words

_NOT_PROSE = regex.compile(r"⟦\d+⟧|`[^`\n]{0,500}`|\]\([^)\s]{0,500}\)|https?://\S+|<[^<>]{0,500}>|@[\w-]+")
_ECHO = 90
"""Likeness, of 100, from which on a translation is its source."""

_ECHO_WORDS = 5
"""Words below which a translation may well be the same: names, commands, loan words."""

_TAIL_WORDS = 7
_LEAST_LETTERS = 12
_LEAST_SHARE = {"zh": 0.3, "ja": 0.3, "ko": 0.3}
_USUAL_SHARE = 0.5
_LONG = 15
"""Words from which on statistics know a language."""

_SHARED_WORDS = 0.4
"""Share of words that a rewrite has in common with its source when the language surely is the same."""


def echo(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """A translation is not its source."""
    if _translates(context) and _is_echo(source, target):
        yield "it was not translated"


def untranslated(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """No sentence of the source is left as it was."""
    if not _translates(context) or _is_echo(source, target):
        return
    before = {tuple(words(sentence.casefold())) for sentence in sentences(_prose(source))}
    for sentence in sentences(_prose(target)):
        found = words(sentence.casefold())
        if len(found) >= _TAIL_WORDS and tuple(found) in before:
            yield f"a part was not translated: “{' '.join(words(sentence)[:8])}…”"
            return
    if _common_tail(words(_prose(source).casefold()), words(_prose(target).casefold())) >= _TAIL_WORDS:
        yield "the end was not translated"


def script(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text is written in the letters of its language."""
    lang = context.output_lang
    prose = _prose(target)
    if sum(char.isalpha() for char in prose) < _LEAST_LETTERS:
        return
    if lang is not None:
        least = _LEAST_SHARE.get(base_language(lang), _USUAL_SHARE)
        if script_share(prose, lang) < min(least, _own_share(source, lang, context)):
            yield f"it is not written in {language_name(lang)}"
    elif _ideographs(prose) > _USUAL_SHARE > 3 * _ideographs(_prose(source)):
        yield "it is written in another language than the source"


def language(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """A long text is in the language that was asked for, by its letters' statistics."""
    prose = _prose(target)
    found = words(prose)
    if len(found) < _LONG or (context.task == "rewrite" and _shares_words(words(_prose(source)), found)):
        return
    wanted = context.target_lang if _translates(context) else identify(source)
    guess = identify(prose) if wanted is not None else None
    if wanted is not None and guess is not None and not _akin(guess, base_language(wanted)):
        yield f"it seems to be {language_name(guess)}, not {language_name(wanted)}"


def _translates(context: GuardContext) -> bool:
    if context.task != "translate":
        return False
    source, target = context.source_lang, context.target_lang
    return source is None or target is None or base_language(source) != base_language(target)


def _is_echo(source: str, target: str) -> bool:
    before, after = _prose(source).casefold(), _prose(target).casefold()
    return len(words(before)) >= _ECHO_WORDS and ratio(" ".join(words(before)), " ".join(words(after))) >= _ECHO


def _prose(text: str) -> str:
    return _NOT_PROSE.sub(" ", text)


def _common_tail(before: list[str], after: list[str]) -> int:
    pairs = zip(reversed(before), reversed(after), strict=False)
    return next((count for count, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def _own_share(source: str, lang: str, context: GuardContext) -> float:
    """A rewrite needs no more letters of its language than its source has."""
    return script_share(_prose(source), lang) / 2 if context.task == "rewrite" else 1.0


def _ideographs(text: str) -> float:
    return script_share(text, "ja") if any(char.isalpha() for char in text) else 0.0


def _shares_words(before: list[str], after: list[str]) -> bool:
    known = {word.casefold() for word in before}
    return sum(word.casefold() in known for word in after) >= _SHARED_WORDS * len(after)


def _akin(one: str, other: str) -> bool:
    """Languages that statistics cannot keep apart."""
    return one == other or any({one, other} <= group for group in _KIN)


_KIN = (
    {"no", "nb", "nn", "da"},
    {"hr", "sr", "bs", "sl"},
    {"id", "ms"},
    {"es", "gl", "pt", "ca"},
    {"cs", "sk"},
    {"af", "nl"},
)
