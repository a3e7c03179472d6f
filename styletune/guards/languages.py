"""Guards of the language of an answer."""

from collections.abc import Iterator
from functools import lru_cache

import regex
from rapidfuzz.fuzz import ratio

from styletune.guards.finding import GuardContext
from styletune.text.inline import prose
from styletune.text.language import base_language, identify, language_name, likelier, script_share, scripts_of
from styletune.text.sentences import sentences
from styletune.text.tokens import words

_ECHO = 90
"""Likeness, of 100, from which on a translation is its source."""

_ECHO_WORDS = 5
"""Words below which a translation may well be the same: names, commands, loan words."""

_RUN_WORDS = 7
_RUN_LOWER = 4
_RUN_ORDINARY = 2
"""Words in a row that source and translation share by no chance; how many of them are no part of a name; how many
are long enough to say something."""

_CREDIT = regex.compile(r"^\W*[—–―-]\s*\S")
_NAMED_OR_CITED = regex.compile(r"@\w|⟦\d+⟧|[\"“«„「].+[\"”»“」]")
_CITED_TITLE = regex.compile(r"\[[\s_*]*[\"“«„‘「『《][^\[\]\n]{1,300}\](?=\(|\[)")
_LOWER_WORD = regex.compile(r"\p{Ll}[\p{L}\p{M}'’-]*")
_LATIN_WORD = regex.compile(r"[\p{Latin}\d][\p{Latin}\d'’.+#-]*+")

_TERM_WORDS = 3
"""Words of the source that may stand as they are in a text of another script: ``创建 pull request``."""

_LEAST_LETTERS = 12
_LEAST_SHARE = {"zh": 0.3, "ja": 0.3, "ko": 0.3}
_USUAL_SHARE = 0.5
_LEAST_WORDS = 4
_LEAST_DISTANCE = ((9, 2.5), (16, 3.0), (10**9, 5.0))
"""Words below which ``likelier`` must find at least so much between two languages."""

_LONG = 15
"""Words from which on statistics know a language that is not written in Latin letters."""

_SHARED_WORDS = 0.4
"""Share of words that a rewrite has in common with its source when the language surely is the same."""


def echo(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """A translation is not its source."""
    if _translates(context) and _is_echo(source, target) and not is_credit(source):
        yield "it was not translated"


def untranslated(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """No stretch of the source is left as it was, but for titles that are cited in a link."""
    if not _translates(context) or _is_echo(source, target) or is_credit(source):
        return
    before, after = (_spoken(prose(_CITED_TITLE.sub("[", text))) for text in (source, target))
    known = set(_runs([word.casefold() for word in before]))
    for start, run in enumerate(_runs([word.casefold() for word in after])):
        written = after[start : start + _RUN_WORDS]
        if run in known and _is_prose(written):
            yield f"a part was not translated: “{' '.join(written)}…”"
            return


def script(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text is written in the letters of its language; names of the source may keep theirs."""
    lang = context.output_lang
    text = _without_names(target, source)
    if sum(map(str.isalpha, text)) < _LEAST_LETTERS or (_translates(context) and is_credit(source)):
        return
    if lang is not None:
        least = _LEAST_SHARE.get(base_language(lang), _USUAL_SHARE)
        if script_share(_without_terms(text, source), lang) < min(least, _own_share(source, lang, context)):
            yield f"it is not written in {language_name(lang)}"
    elif _ideographs(text) > _USUAL_SHARE > 3 * _ideographs(prose(source)):
        yield "it is written in another language than the source"


def language(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """The text is in the language that was asked for, by its letters' statistics."""
    text = prose(target)
    found = words(text)
    if len(found) < _LEAST_WORDS or (context.task == "rewrite" and _shares_words(words(prose(source)), found)):
        return
    wanted = context.target_lang if _translates(context) else identify(source)
    guess = _other_language(_without_names(target, source), wanted, len(found)) if wanted is not None else None
    if guess is None or (is_credit(source) and guess == base_language(context.source_lang or guess)):
        return
    if wanted is not None and not _akin(guess, base_language(wanted)):
        yield f"it seems to be {language_name(guess)}, not {language_name(wanted)}"


def is_credit(source: str) -> bool:
    """Tell whether a segment says who is quoted and where: names and titles, which a translation may leave alone."""
    return bool(_CREDIT.match(source)) and bool(_NAMED_OR_CITED.search(source)) and len(sentences(source)) == 1


def _other_language(text: str, wanted: str, count: int) -> str | None:
    if scripts_of(wanted) != ("latin",):
        return identify(text) if count >= _LONG else None
    other = likelier(text, wanted)
    least = next(distance for below, distance in _LEAST_DISTANCE if count < below)
    return other[0] if other is not None and other[1] >= least else None


def _translates(context: GuardContext) -> bool:
    if context.task != "translate":
        return False
    source, target = context.source_lang, context.target_lang
    return source is None or target is None or base_language(source) != base_language(target)


@lru_cache(maxsize=16)
def _is_echo(source: str, target: str) -> bool:
    before, after = words(prose(source).casefold()), words(prose(target).casefold())
    return len(before) >= _ECHO_WORDS and ratio(" ".join(before), " ".join(after), score_cutoff=_ECHO) >= _ECHO


def _spoken(text: str) -> list[str]:
    return [word for word in words(text) if any(char.isalnum() for char in word)]


def _is_prose(run: list[str]) -> bool:
    lower = [word for word in run if _LOWER_WORD.fullmatch(word)]
    return len(lower) >= _RUN_LOWER and sum(len(word) > 3 for word in lower) >= _RUN_ORDINARY  # noqa: PLR2004 (letters)


def _runs(found: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(found[start : start + _RUN_WORDS]) for start in range(len(found) - _RUN_WORDS + 1))


def _without_names(target: str, source: str) -> str:
    """Return the prose of a target without the words with capitals that it shares with its source."""
    names = {word for word in _LATIN_WORD.findall(prose(source)) if word != word.lower()}
    return _LATIN_WORD.sub(lambda match: " " if match[0] in names else match[0], prose(target))


def _without_terms(text: str, source: str) -> str:
    """Return a text without the few words that it took over from its source, if something is left of it."""
    terms = set(_LATIN_WORD.findall(text)) & set(_LATIN_WORD.findall(prose(source)))
    if len(terms) > _TERM_WORDS:
        return text
    rest = _LATIN_WORD.sub(lambda match: " " if match[0] in terms else match[0], text)
    return rest if any(char.isalpha() for char in rest) else text


def _own_share(source: str, lang: str, context: GuardContext) -> float:
    """A rewrite needs no more letters of its language than its source has."""
    return script_share(prose(source), lang) / 2 if context.task == "rewrite" else 1.0


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
