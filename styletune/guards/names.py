"""The guard of names: none is lost, none is put in the place of another.

A capital tells a name only where capitals are rare: in the middle of a sentence, but not among German nouns nor in
titles and headings, whose words are translated. Between scripts a name may be written in the other one, so there only names that
were strange to the source count. Countries, languages and days are other words in other languages and are never
asked for. A name that is inflected, spelled a little differently or part of a compound is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

import regex
from rapidfuzz.fuzz import ratio

from styletune.guards.finding import GuardContext
from styletune.guards.translated_names import TRANSLATED
from styletune.text.inline import prose
from styletune.text.language import base_language, identify, scripts_of

_WORD = regex.compile(r"[\p{Latin}\d][\p{Latin}\p{M}\d]*(?:\.[\p{Latin}\d][\p{Latin}\p{M}\d]*)*")
_CAPITAL = regex.compile(r"\p{Lu}")
_ODD = regex.compile(r"\p{Ll}\p{Lu}|\p{Lu}\p{Lu}\p{Ll}{2}(?!g$)|\p{L}\d|^\p{Lu}\w*\.\p{Ll}{2,4}$")
_ACRONYM = regex.compile(r"[\p{Lu}\d.]+s?|\p{Lu}{2,}(?:ed|ing)")
_HANDLE = regex.compile(r"(?<![\p{Latin}\p{N}_/.])@[A-Za-z\d][A-Za-z\d_-]*")
_JOINED = regex.compile(r"(?:[\s&-]|\s(?:of|the|for|de|la|du|des|del|für|der|von)\s)+", regex.IGNORECASE)
_UNDER_WAY = regex.compile(r"[\p{L}\d,][\s*_\[\](]*$")
_BEGINS_SENTENCE = regex.compile(r"(?:^|\\\[|[.!?:][*_\"”»)]{0,4})\s*$")
_BRACKET_BEGINS = regex.compile(r"[(（][\s*_]*$")
_GOES_ON = regex.compile(r"[*_]* \p{Ll}")
"""What stands around the first word of a remark in brackets, which has a capital as that of a sentence."""

_HEADING_ENDS = regex.compile(r"[.!。！…][\s\"'”’»)]*$")
_TITLE_BEGINS = regex.compile(r"\[[\s*_]*$")
_TITLE_ENDS = regex.compile(r"(?: [\d.]+)?[*_]*\]")
_LINK_TEXT = regex.compile(r"\[[*_]*([^\s\[\]*]+)[*_]*\]\((⟦\d+⟧)\)")
_CAPITAL_BEFORE = regex.compile(r"(?<![\p{L}\d])(\p{Lu}[\p{L}\p{M}\d]+)['’]?s? $")
_CAPITAL_AFTER = regex.compile(r"(?:['’]s)? (\p{Lu}[\p{L}\p{M}\d]+)")
_IN_CITED_TITLE = regex.compile(r"\[[*_]*[\"“«„][^\[\]]*$")
_LONGEST_TITLE = 120
_TEXT_FILES = (".md", ".txt", ".rst")
_TITLE_WORD = 4
"""Letters from which on a word of a title has a capital in any case."""

_TITLE_CAPITALS = 3
"""Words with capitals that make a cited title one whose words all have them."""

_NOUN_CAPITALS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""

_ALIKE = 75
"""Likeness, of 100, from which on two words are forms of one name."""

_STEM = 0.6
"""Share of a name that the beginning of a form of it keeps."""

_LEAST_LETTERS = 3
_COMPOUND = 6
"""Letters from which on a name is looked for inside of words."""

_BEHIND = 8
"""Characters in front of a word that show whether a sentence is under way."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with a capital."""

    written: str
    odd: bool
    """Spelled as only names are: ``GitHub``, ``Node.js``, ``GPLv3``."""

    under_way: bool
    """Stands inside of a sentence, not beside another word with a capital."""

    start: int
    """Offset in the prose of the text."""

    end: int


def names(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """No name of the source is lost, and none stands in its place."""
    yield from _handles(source, target)
    lost, strange = _unknown(source, target), _unknown(target, source)
    if not lost and not strange:
        return
    before = context.source_lang or identify(source)
    after = context.target_lang or before
    if _is_latin(after) or not _is_latin(before):
        replaced = _replaced(source, target, lost, strange)
        for word in lost:
            if _is_name(word, before) or word in replaced:
                yield f"the name {word.written} is missing"
    for word in strange:
        if _may_not_appear(word, before, after, context):
            yield f"the name {word.written} was added"


def _may_not_appear(word: _Word, before: str | None, after: str | None, context: GuardContext) -> bool:
    if context.task == "rewrite" or not _is_latin(after):
        return _is_name(word, after)
    return word.odd and _is_latin(before)


def _is_name(word: _Word, lang: str | None) -> bool:
    if word.odd or lang is None:
        return word.odd
    if not _is_latin(lang):
        return word.written[0].isupper()
    return word.under_way and base_language(lang) not in _NOUN_CAPITALS


def _is_latin(lang: str | None) -> bool:
    return lang is None or "latin" in scripts_of(lang)


def _handles(source: str, target: str) -> Iterator[str]:
    wanted, found = (set(_HANDLE.findall(text)) for text in (source, target))
    yield from (f"the name {handle} is missing" for handle in sorted(wanted - found))
    yield from (f"the name {handle} was added" for handle in sorted(found - wanted))


def _unknown(text: str, other: str) -> list[_Word]:
    """List the words with capitals of a text that have no likeness in another."""
    known = _known(other)
    return [word for word in _capitals(text) if not _is_alike(_folded(word.written), known)]


def _replaced(source: str, target: str, lost: Sequence[_Word], strange: Sequence[_Word]) -> set[_Word]:
    """Find names with a stranger in their place: beside the same word, or as the whole text of the same link."""
    strangers = _places(prose(target), strange)
    before, after = ({mark: name for name, mark in _LINK_TEXT.findall(text)} for text in (source, target))
    written = {word.written for word in strange}
    swapped = {name for mark, name in before.items() if after.get(mark) in written}
    return {word for word in lost if word.written in swapped or _places(prose(source), [word]) & strangers}


def _places(text: str, found: Sequence[_Word]) -> set[tuple[str, str]]:
    """Describe where words stand by the word with a capital that they touch; words that begin a sentence are left out."""
    places: set[tuple[str, str]] = set()
    for word in found:
        if not _BEGINS_SENTENCE.search(text, max(0, word.start - _BEHIND), word.start):
            before = _CAPITAL_BEFORE.search(text, 0, word.start)
            after = _CAPITAL_AFTER.match(text, word.end)
            places |= {("after", before[1])} if before else set()
            places |= {("before", after[1])} if after else set()
    return places


@lru_cache(maxsize=32)
def _capitals(text: str) -> tuple[_Word, ...]:
    text = prose(text)
    found = [match for match in _WORD.finditer(text) if _CAPITAL.search(match[0])]
    return tuple(
        _Word(match[0], bool(_ODD.search(match[0])), _is_under_way(text, found, index), *match.span())
        for index, match in enumerate(found)
        if len(match[0]) >= _LEAST_LETTERS and not _ACRONYM.fullmatch(match[0]) and _folded(match[0]) not in TRANSLATED
    )


def _is_under_way(text: str, found: "list[regex.Match[str]]", index: int) -> bool:
    """Tell whether a word stands inside of a sentence, on its own: not among the words of a title."""
    match = found[index]
    before = text[max(0, match.start() - _BEHIND) : match.start()]
    if _is_heading(text) or (_BRACKET_BEGINS.search(before) and _GOES_ON.match(text, match.end())):
        return False
    if _TITLE_BEGINS.search(before) and not _TITLE_ENDS.match(text, match.end()):
        return False
    title = _IN_CITED_TITLE.search(text, max(0, match.start() - _LONGEST_TITLE), match.start())
    if (
        title
        and sum(title.start() <= other.start() < text.find("]", title.end()) for other in found) >= _TITLE_CAPITALS
    ):
        return False
    return bool(_UNDER_WAY.search(before)) and not any(
        _makes_title(text, match, found[at]) for at in (index - 1, index + 1) if 0 <= at < len(found)
    )


@lru_cache(maxsize=32)
def _is_heading(text: str) -> bool:
    """Tell whether a text is a title as a whole: no sentence, and every longer word has a capital."""
    longer = [word for word in _WORD.findall(text) if len(word) >= _TITLE_WORD]
    return len(longer) > 1 and all(word[0].isupper() for word in longer) and not _HEADING_ENDS.search(text)


def _makes_title(text: str, match: "regex.Match[str]", other: "regex.Match[str]") -> bool:
    """Tell whether another word makes a title with a word; it does not if it only begins the sentence."""
    if len(other[0]) <= _LEAST_LETTERS or _BEGINS_SENTENCE.search(text, max(0, other.start() - _BEHIND), other.start()):
        return False
    first, second = sorted((match.span(), other.span()))
    return bool(_JOINED.fullmatch(text, first[1], second[0]))


@lru_cache(maxsize=32)
def _known(text: str) -> frozenset[str]:
    found = {_folded(word) for word in _WORD.findall(prose(text))}
    return frozenset(found | {part for word in found for part in word.split(".")})


def _is_alike(word: str, known: frozenset[str]) -> bool:
    if word in known:
        return True
    if "." in word:  # ``README`` stands for ``README.md``, but ``node`` not for ``Node.js``
        return word.endswith(_TEXT_FILES) and word.partition(".")[0] in known
    stem = word[: max(_LEAST_LETTERS, round(len(word) * _STEM))]
    compound = len(word) >= _COMPOUND
    return any(
        other.startswith(stem) or (compound and word in other) or ratio(word, other) >= _ALIKE for other in known
    )


@lru_cache(maxsize=4096)
def _folded(word: str) -> str:
    plain = word if word.isascii() else "".join(char for char in normalize("NFD", word) if not combining(char))
    return plain.casefold()
