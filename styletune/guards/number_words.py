"""Numbers that are written out in words: English, German, French, Spanish, Chinese and Japanese."""

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import lru_cache
from itertools import product

import regex


def _listed(text: str) -> list[str]:
    return text.split()


_EN_ONES = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_EN_MORE = {
    "a": 1, "an": 1, "once": 1, "single": 1, "first": 1, "twice": 2, "double": 2, "both": 2, "couple": 2, "pair": 2,
    "second": 2, "half": 2, "thrice": 3, "triple": 3, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "decade": 10, "dozen": 12,
    "every other": 2, "alternate": 2, "biweekly": 2, "fortnightly": 2,
}  # fmt: skip

_DE_ONES = _listed(
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
)
_DE_TENS = _listed("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_DE_MORE = {
    "eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "einmal": 1, "erste": 1, "ersten": 1,
    "erster": 1, "erstes": 1, "beide": 2, "beiden": 2, "zweimal": 2, "doppelt": 2, "paar": 2, "zweite": 2,
    "zweiten": 2, "halb": 2, "halbe": 2, "halben": 2, "dreimal": 3, "dritte": 3, "dritten": 3, "viertel": 4,
    "vierte": 4, "vierten": 4, "jahrzehnt": 10, "dutzend": 12,
}  # fmt: skip

_FR_ONES = _listed(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
)
_FR_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_FR_MORE = {
    "une": 1, "premier": 1, "première": 1, "double": 2, "deuxième": 2, "second": 2, "seconde": 2, "moitié": 2,
    "demi": 2, "demie": 2, "troisième": 3, "tiers": 3, "quart": 4, "quatrième": 4, "dizaine": 10, "décennie": 10,
    "douzaine": 12, "quatre-vingts": 80,
}  # fmt: skip

_ES_ONES = _listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS = _listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_MORE = {
    "un": 1, "una": 1, "primer": 1, "primera": 1, "primero": 1, "doble": 2, "ambos": 2, "ambas": 2, "par": 2,
    "segundo": 2, "segunda": 2, "mitad": 2, "medio": 2, "media": 2, "tercer": 3, "tercera": 3, "tercero": 3,
    "tercio": 3, "cuarto": 4, "cuarta": 4, "década": 10, "docena": 12,
}  # fmt: skip

_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr _ jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)

SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "hundert": 100,
    "tausend": 10**3, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "billionen": 10**12, "cent": 100,
    "cents": 100, "mille": 10**3, "millions": 10**6, "milliard": 10**9, "milliards": 10**9, "cien": 100,
    "ciento": 100, "cientos": 100, "mil": 10**3, "millón": 10**6, "millones": 10**6, "hundreds": 100,
    "thousands": 10**3, "billions": 10**9,
}  # fmt: skip
"""Words that multiply the number before them, with the number they multiply by."""

CJK_SCALES = {"十": 10, "百": 100, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_CJK_DIGITS = {"〇": 0, "零": 0, "两": 2, "兩": 2, "俩": 2, "双": 2, "半": 2, "首": 1} | {
    char: value for value, char in enumerate("一二三四五六七八九", start=1)
}
_CJK_NUMERAL = f"[{''.join(_CJK_DIGITS)}{''.join(CJK_SCALES)}]+"
_CJK_NUMBER = regex.compile(_CJK_NUMERAL)
_COUNTED = regex.compile(
    rf"(?<![第之\p{{N}}.]|(?:{_CJK_NUMERAL}))(?:{_CJK_NUMERAL})(?=[个個名位种種条條项項次天年月周週岁歳歲元块張张本篇部台份步点點倍人つ]|小时|分钟|星期|美元|時間)"
)
_CJK = frozenset({"zh", "ja"})
_WORD = regex.compile(r"\p{L}+(?:[-‐]\p{L}+)*")
_HYPHEN = regex.compile("[-‐]")
_HEED = regex.compile(r"\b(?:außer|in|habt?|gibt?|geben) acht\b", regex.IGNORECASE)
"""German for heeding something, with the word for eight."""

_LONGEST_PHRASE = 4


class _Table:
    """Number words and phrases with their values."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self.values = values
        self.begins = frozenset(phrase.partition(" ")[0] for phrase in values)
        """First words of the phrases: no other word of a text needs a look."""


def spelled_numbers(text: str, lang: str | None = None) -> Iterator[int]:
    """Yield every value that a number word of the text may stand for, compounds and their parts alike.

    ``lang`` is a base code; the words of all languages count where it is not given or has no words here.
    """
    if lang not in _CJK:
        yield from _latin(text, _table(lang))
    for match in _CJK_NUMBER.finditer(text):
        yield from _cjk(match[0])


def cardinals(text: str, lang: str) -> Iterator[tuple[str, int]]:
    """Yield the numbers above one that a text counts with in words, as written and as a value."""
    unspaced = ((match[0], cjk_value(match[0])) for match in _COUNTED.finditer(text))
    found = unspaced if lang in _CJK else _counted(text, _cardinal_table(lang))
    yield from ((written, value) for written, value in found if value > 1)


def cjk_value(numeral: str) -> int:
    """Read a Chinese numeral such as ``三百五十``, ``二十万`` or, digit by digit, ``二〇一九``."""
    if not any(char in CJK_SCALES for char in numeral):
        return int("".join(str(_CJK_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        scale = CJK_SCALES.get(char)
        if scale is None:
            digit = _CJK_DIGITS[char]
        elif scale < 10**4:
            section, digit = section + (digit or 1) * scale, 0
        else:
            total, section, digit = total + (section + digit or 1) * scale, 0, 0
    return total + section + digit


def _cjk(numeral: str) -> Iterator[int]:
    yield cjk_value(numeral)
    if len(numeral) > 1:
        yield from (cjk_value(char) for char in numeral)


def _latin(text: str, table: _Table) -> Iterator[int]:
    found = [match[0].lower() for match in _WORD.finditer(text)]
    for start, word in enumerate(found):
        for count in range(1, _LONGEST_PHRASE + 1) if word in table.begins else ():
            value = table.values.get(" ".join(found[start : start + count]))
            if value is not None and start + count <= len(found):
                yield value
                yield from _scaled(value, found[start + count : start + count + 2])
        if word in SCALES:
            yield SCALES[word]
        yield from (table.values[part] for part in _HYPHEN.split(word) if part in table.values)


def _counted(text: str, table: _Table) -> Generator[tuple[str, int], None, None]:
    """Find the longest number words, one after the other; a scale behind them counts with them."""
    found = [match[0].lower() for match in _WORD.finditer(_HEED.sub(" ", text))]
    start = 0
    while start < len(found):
        if found[start] not in table.begins:
            start += 1
            continue
        phrases = [(count, " ".join(found[start : start + count])) for count in range(_LONGEST_PHRASE, 0, -1)]
        count, phrase = next(((count, phrase) for count, phrase in phrases if phrase in table.values), (1, ""))
        if phrase:
            scales = list(_scaled(table.values[phrase], found[start + count : start + count + 2]))
            yield " ".join(found[start : start + count + len(scales)]), (scales or [table.values[phrase]])[-1]
            count += len(scales)
        start += count


def _scaled(value: int, following: list[str]) -> Iterator[int]:
    for word in following:
        if word not in SCALES:
            return
        value *= SCALES[word]
        yield value


@lru_cache(maxsize=8)
def _table(lang: str | None) -> _Table:
    """Return all words of a language that may stand for a number; of all languages where there are none for it."""
    one = _CARDINALS.get(lang or "")
    table = dict[str, int]()
    for names in _MONTHS:
        table |= {name: month for month, name in enumerate(names.split(), start=1)}
    for cardinal, more in [one] if one else _CARDINALS.values():
        table |= {phrase: value for phrase, value in (cardinal() | more).items() if phrase != "_"}
    return _Table(table)


@lru_cache(maxsize=8)
def _cardinal_table(lang: str) -> _Table:
    if lang not in _CARDINALS:
        return _Table({})
    return _Table({phrase: value for phrase, value in _CARDINALS[lang][0]().items() if phrase not in _NOT_ONLY_NUMBERS})


def _english() -> dict[str, int]:
    table = {word: value for value, word in enumerate(_EN_ONES)}
    for (tens, word), one in product(enumerate(_EN_TENS, start=2), range(10)):
        table[f"{word}-{_EN_ONES[one]}" if one else word] = tens * 10 + one
        table[f"{word} {_EN_ONES[one]}" if one else word] = tens * 10 + one
    return table


def _german() -> dict[str, int]:
    table = {word: value for value, word in enumerate(_DE_ONES)}
    for (tens, word), one in product(enumerate(_DE_TENS, start=2), range(10)):
        table[f"{_DE_ONES[one]}und{word}" if one else word] = tens * 10 + one
    for word, value in list(table.items()):
        table |= {f"{word}{scale}": value * SCALES[scale] for scale in ("hundert", "tausend")}
    return table


def _french() -> dict[str, int]:
    table = {word: value for value, word in enumerate(_FR_ONES)}
    for value, word in _FR_TENS.items():
        table[word] = value
        for one in range(1, 20 if value in {60, 80} else 10):
            table |= {f"{word}{joint}{_FR_ONES[one]}": value + one for joint in ("-", " ", " et ", "-et-")}
    return table


def _spanish() -> dict[str, int]:
    table = {word: value for value, word in enumerate(_ES_ONES)}
    for (tens, word), one in product(enumerate(_ES_TENS, start=3), range(10)):
        table[f"{word} y {_ES_ONES[one]}" if one else word] = tens * 10 + one
    return table


_CARDINALS: dict[str, tuple[Callable[[], dict[str, int]], dict[str, int]]] = {
    "en": (_english, _EN_MORE),
    "de": (_german, _DE_MORE),
    "fr": (_french, _FR_MORE),
    "es": (_spanish, _ES_MORE),
}
_NOT_ONLY_NUMBERS = frozenset({"neuf"})
"""Words that mean something else as often as a number: ``neuf`` is also new."""
