"""The guard of words that were left in the source's language inside another script."""

from collections.abc import Iterator

import regex

from styletune.guards.finding import GuardContext
from styletune.guards.languages import is_credit
from styletune.text.inline import prose
from styletune.text.language import base_language, scripts_of
from styletune.text.tokens import words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ORDINARY = _listed(
    "about above according actually after again against all almost already also although always am among an and another "
    "any anyone anything are around as at away be because been before being below better between both but by came can "
    "cannot could did different do does doing done down during each easily easy either enough especially even ever every "
    "everyone everything few finally find for found from gave get gets getting give given go goes going gone good got "
    "great had has have having he hence her here hers him his how however i if important in indeed instead into is it its "
    "just keep kept kind know known last later least less let like likely little long longer look made make makes making "
    "many may maybe me might more most much must my near nearly need needed needs neither never new next no nobody none "
    "nor not nothing now of off often old on once only or other others otherwise our out over own people perhaps probably "
    "put quite rather really same say says see seem seems several shall she should since so some someone something "
    "sometimes soon still such sure take taken than that the their them then there therefore these they thing things think "
    "this those though through thus to together too took toward under until up upon us used useful using usually very want "
    "wanted was way we well went were what when where whether which while who whose why will with within without would yet "
    "you your yours"
)
"""English words that are never a technical term that Chinese or Japanese readers know."""

_LOWER = regex.compile(r"(?<![\p{Latin}\d_./@#-])\p{Ll}[\p{Latin}’'-]*(?![\p{Latin}\d_/@-]|\.\p{Latin})")
_ADVERB = regex.compile(r"\p{Ll}{4,}ly")
_INSIDE_NAME = regex.compile(r"\p{Lu}[\p{Latin}’'-]*[ ]$")
_NAME_GOES_ON = regex.compile(r"[ ](?:\p{Ll}{1,4} )?\p{Lu}")
_WRITTEN_EAST_ASIAN = frozenset({"zh", "yue", "ja", "ko"})
_MANY = 4
_LARGE_SHARE = 0.25
"""Left-over words, and their share of all words, from which on a text is half translated whatever they are."""


_EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー々]+")
_CITED = regex.compile(
    r"[\"“”«»„‘「『《〈(（\[][^\"“”«»„’」』》〉)）\]\n]{1,200}[\"“”«»’」』》〉)）\]]"
    r"|(?<![\w*_])(?:\*(?!\*)[^*\n]{1,200}\*|_(?!_)[^_\n]{1,200}_)(?![\w*_])"
)
"""Words that are spoken of, explained in brackets, or the text of a link."""


def mixed(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """A translation into another script leaves no ordinary words of the source standing."""
    if context.task != "translate" or is_credit(source):
        return
    if _changes_script(context):
        yield from _latin_left(source, target, context)
    elif _leaves_east_asia(context):
        known = set(_EAST_ASIAN.findall(source))
        spoken_of = _CITED.sub(" ", target)
        left = (found for found in _EAST_ASIAN.findall(spoken_of) if any(found in run for run in known))
        yield from (f"a word was not translated: “{found}”" for found in dict.fromkeys(left))


def _leaves_east_asia(context: GuardContext) -> bool:
    source, target = context.source_lang, context.target_lang
    return (
        source is not None
        and target is not None
        and base_language(source) in _WRITTEN_EAST_ASIAN
        and base_language(target) not in _WRITTEN_EAST_ASIAN
    )


def _latin_left(source: str, target: str, context: GuardContext) -> Iterator[str]:
    text, known = prose(target), {word.casefold() for word in words(prose(source))}
    left = [match for match in _LOWER.finditer(text) if match[0].casefold() in known]
    ordinary = [match for match in left if _is_ordinary(match, text, context)]
    if ordinary:
        yield f"a word was not translated: “{ordinary[0][0]}”"
    elif len(left) >= _MANY and len(left) >= _LARGE_SHARE * len(words(text)):
        yield f"words were not translated: “{', '.join(dict.fromkeys(match[0] for match in left[:_MANY]))}”"


def _changes_script(context: GuardContext) -> bool:
    source, target = context.source_lang, context.target_lang
    return target is not None and "latin" not in scripts_of(target) and "latin" in scripts_of(source or "en")


def _is_ordinary(match: "regex.Match[str]", text: str, context: GuardContext) -> bool:
    """Tell whether a word can be no term: a function word or an adverb that is no part of a name or an English phrase."""
    if context.source_lang not in {None, "en"} and not str(context.source_lang).startswith("en-"):
        return False
    around = _INSIDE_NAME.search(text, 0, match.start()) or _NAME_GOES_ON.match(text, match.end())
    phrase = regex.match(r"[ ]\p{Latin}", text, pos=match.end()) or regex.search(
        r"\p{Latin}[ ]$", text[: match.start()]
    )
    return not around and not phrase and (match[0] in _ORDINARY or bool(_ADVERB.fullmatch(match[0])))
