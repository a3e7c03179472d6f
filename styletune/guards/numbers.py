"""The guard of numbers: none is lost, none is made up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias
from unicodedata import normalize

import regex

from styletune.guards.finding import GuardContext
from styletune.guards.number_words import CJK_SCALES, SCALES, cardinals, spelled_numbers
from styletune.text.inline import prose
from styletune.text.language import base_language

Value: TypeAlias = Fraction | str
"""A number as such, or as it is written where that is the point (``3.11``)."""

_LIST_NUMBER = regex.compile(r"^\s*\d+[.)](?=\s)")
_LISTED = regex.compile(r"\)(?!\))")
_BEFORE_ITEM = ("", " ", "：", "，", "(")
_POINT_LANGS = frozenset({"en", "zh", "ja", "ko", "th", "he", "hi", "ms", "tl"})
"""Languages that write 1,250.5; the others write 1.250,5 or 1 250,5."""

_EITHER_LANGS = frozenset({"es"})
"""Languages that differ by country in what the comma means."""

_SPACES = " \u00a0\u2009\u202f"
_DIGITS = regex.compile(rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,’']\d+)*")
_SCALE_WORD = "|".join(sorted(SCALES, key=len, reverse=True))
_SCALE = regex.compile(
    rf"[{_SPACES}-]?(?:(?P<word>{_SCALE_WORD})\b|(?P<cjk>[{''.join(CJK_SCALES)}]+))", regex.IGNORECASE
)
_LETTER = regex.compile(r"(?P<k>[kKKMmBbGT])\b|[ ]?(?P<short>Mio|Mrd|bn|mn)\b")
_LETTERS = {
    "k": 10**3,
    "m": 10**6,
    "b": 10**9,
    "g": 10**9,
    "t": 10**12,
    "mio": 10**6,
    "mn": 10**6,
    "mrd": 10**9,
    "bn": 10**9,
}
_AFTERNOON = regex.compile(r"(?:[:.]\d\d)?(?:\s?[-–]\s?\d{1,2}(?:[:.]\d\d)?)?\s?p\.?m\b", regex.IGNORECASE)
_AFTERNOON_BEFORE = regex.compile(r"(?:下午|晚上|午后|傍晚|午後|夜)\s?$")
_DECADE = regex.compile(r"['’]?s\b|\s?(?:年代|er\b)")
_CENTURIES_OF_DECADES = regex.compile(r"(1[89]|2[01])\s?世纪\s?(?=\d0\s?年代)")
_GROUPED = regex.compile(r"\d{1,3}(?:([.,’'\s])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    written: str
    readings: frozenset[Value]
    """What it may mean; two numbers agree when one reading does."""

    listed: bool = False
    """Numbers an item in the text, ``1)``: no word says the same."""


def numbers(source: str, target: str, context: GuardContext) -> Iterator[str]:
    """Every number of the source is in the target, and no other; number words count where they can help."""
    wanted = list(find_numbers(source, context.source_lang))
    found = list(find_numbers(target, context.output_lang))
    before, after = _base(context.source_lang), _base(context.output_lang)
    missing, added = _unmatched(wanted, found)
    for number in _without_words(missing, found, target, after):
        yield f"the number {number.written} is missing"
    yield from (f"the number {word} is missing" for word in _unsaid(source, before, found, target, after))
    for number in _without_words(added, wanted, source, before):
        yield f"the number {number.written} was added"
    yield from (f"the number {word} was added" for word in _unsaid(target, after, wanted, source, before))


def find_numbers(text: str, lang: str | None = None) -> Iterator[Number]:
    """Yield the numbers that a text writes in digits, with what they may mean in a language."""
    text = _CENTURIES_OF_DECADES.sub("", normalize("NFKC", _LIST_NUMBER.sub(" ", prose(text))))
    spaced = base_language(lang or "en") not in _POINT_LANGS
    for match in _DIGITS.finditer(text):
        if not spaced and any(space in match[0] for space in _SPACES):
            parts = [(part, match.start() + part.start()) for part in regex.finditer(r"\d+(?:,\d+)?", match[0])]
            for part, start in parts:
                yield _number(text, start, part[0], lang)
        else:
            yield from _split(text, match.start(), match[0], lang)


def _split(text: str, start: int, written: str, lang: str | None) -> Iterator[Number]:
    """Take ``1,2,3`` and ``10.5.2024`` apart, as a reader would, unless the commas group thousands."""
    separators = set(regex.findall(r"[.,’']", written))
    groups = regex.split(r"[.,’']", written)
    if len(groups) <= 2 or _GROUPED.match(written) or separators == {"."} and len(groups[0]) < 2 and lang is None:  # noqa: PLR2004, RUF021
        yield _number(text, start, written, lang)
        return
    offset = start
    for group in groups:
        yield _number(text, offset, group, lang)
        offset += len(group) + 1


def _number(text: str, start: int, written: str, lang: str | None) -> Number:
    end = start + len(written)
    values = _values(written, lang)
    scale, sure = _scale(text, end)
    scaled: set[Value] = {value * scale for value in values if isinstance(value, Fraction)}
    if scaled and scale != 1:
        values = scaled if sure else values | scaled
    values |= _hours(text, start, end, values) | _decades(text, end, values)
    return Number(
        written, frozenset(values), listed=bool(_LISTED.match(text, end)) and text[start - 1 : start] in _BEFORE_ITEM
    )


def _values(written: str, lang: str | None) -> set[Value]:
    code = base_language(lang or "")
    values = set[Value]()
    if not code or code in _POINT_LANGS or code in _EITHER_LANGS or "." in written:
        values |= _read(written, ",", ".")
    if code not in _POINT_LANGS:
        values |= _read(written, ".", ",")
    return values or {written}


def _read(written: str, separator: str, point: str) -> set[Value]:
    """Read a number with one convention; nothing when it does not fit."""
    whole, _, decimals = written.partition(point)
    digits = regex.sub(rf"[{_SPACES}’']", "", whole)
    if separator in digits and not _GROUPED.fullmatch(digits):
        return set()
    digits = digits.replace(separator, "")
    if not digits.isdecimal() or (decimals and not decimals.isdecimal()):
        return set()
    return {Fraction(f"{digits}.{decimals}" if decimals else digits)}


def _scale(text: str, end: int) -> tuple[int, bool]:
    """Return what the number before ``end`` is multiplied by, and whether that is beyond doubt."""
    word = _SCALE.match(text, end)
    if word is not None and word["word"]:
        return SCALES[word["word"].lower()], True
    if word is not None:
        factor = 1
        for char in word["cjk"]:
            factor *= CJK_SCALES[char]
        return factor, True
    letter = _LETTER.match(text, end)
    return (_LETTERS[(letter["k"] or letter["short"]).lower()], False) if letter else (1, True)


def _hours(text: str, start: int, end: int, values: set[Value]) -> set[Value]:
    if not (_AFTERNOON.match(text, end) or _AFTERNOON_BEFORE.search(text[max(0, start - 4) : start])):
        return set()
    return {value + 12 for value in values if isinstance(value, Fraction) and value < 12}  # noqa: PLR2004  (o'clock)


def _decades(text: str, end: int, values: set[Value]) -> set[Value]:
    """Let ``1990s`` agree with ``90年代``."""
    if not _DECADE.match(text, end):
        return set()
    return {value % 100 for value in values if isinstance(value, Fraction) and value >= 100}  # noqa: PLR2004  (years)


def _unmatched(wanted: list[Number], found: list[Number]) -> tuple[list[Number], list[Number]]:
    """Pair numbers that agree, each with one of the other side, and return what is left of both."""
    left = list(found)
    missing: list[Number] = []
    for number in wanted:
        match = next((other for other in left if number.readings & other.readings), None)
        if match is None:
            missing.append(number)
        else:
            left.remove(match)
    return missing, left


def _without_words(numbers_left: list[Number], others: list[Number], text: str, lang: str | None) -> Iterator[Number]:
    """Leave out what the other side says in words, or says once where this side says it more often."""
    if not numbers_left:
        return
    spelled = Counter(Fraction(value) for value in spelled_numbers(text, lang))
    for number in numbers_left:
        again = any(number.readings & other.readings for other in others)
        if not again and (number.listed or not any(value in spelled for value in number.readings)):
            yield number


def _unsaid(text: str, lang: str | None, others: list[Number], other: str, other_lang: str | None) -> Iterator[str]:
    """Yield the number words of a text that the other side says neither in digits nor in words."""
    counted = dict(cardinals(prose(text), lang)) if lang else {}
    if not counted:
        return
    said = {value for number in others for value in number.readings}
    said |= {Fraction(value) for value in spelled_numbers(prose(other), other_lang)}
    yield from (word for word, value in counted.items() if Fraction(value) not in said)


def _base(lang: str | None) -> str | None:
    return None if lang is None else base_language(lang)
