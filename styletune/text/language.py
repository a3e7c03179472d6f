"""Names and codes of languages, and which of them a text is written in."""

import math
import re
from collections import Counter
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from styletune.errors import UsageError
from styletune.text.language_table import LANGUAGES, SCRIPTS, VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable

    import regex

_LETTERS_NEEDED = 20
"""Latin letters below which a guess is worth nothing."""

_UNSPACED_LETTERS_NEEDED = 4
_EAST_ASIAN_SHARE = 0.2
"""Share of letters that is enough: technical texts in Chinese or Japanese are full of Latin names."""

_SURE = 0.9
"""Least probability of an identified language."""

_NEAR = 60
"""Least likeness, of 100, of a language that is offered for an unknown name."""

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")

_TELLING_LETTERS = (
    ("uk", "іїєґ"), ("be", "ў"), ("sr", "ђјљњћџ"), ("mk", "ѓќѕ"), ("ru", "ыэё"),
    ("ur", "ٹڈڑےں"), ("fa", "پچژگ"),
)  # fmt: skip
_SCRIPT_DEFAULTS = {"arabic": "ar", "greek": "el", "hebrew": "he", "thai": "th", "devanagari": "hi", "hangul": "ko"}


def language_code(text: str) -> str:
    """Normalise a language code or name, such as ``zh_CN``, ``Chinese`` or ``中文``, to a lower-case code.

    Subtags are kept (``pt-br``). Raises ``UsageError`` that names the nearest known language.
    """
    wanted = text.strip().casefold()
    code = wanted.replace("_", "-")
    if _CODE.fullmatch(code) and base_language(code) in LANGUAGES:
        return code
    named = _names().get(wanted)
    if named is not None:
        return named
    raise UsageError(_unknown(text, wanted))


def base_language(code: str) -> str:
    """Return the code without its subtags: ``zh`` for ``zh-hans``."""
    return code.casefold().replace("_", "-").split("-", 1)[0]


def language_name(code: str) -> str:
    """Return the English name for a code, as prompts use it: ``Chinese``, ``Brazilian Portuguese``."""
    known = language_code(code)
    return VARIANTS.get(known) or LANGUAGES[base_language(known)][0]


def identify(text: str) -> str | None:
    """Guess the base code of the language of a text; ``None`` when it is too short or unclear.

    Scripts decide where they can; only Latin and undecided Cyrillic texts load the statistical model.
    """
    prose = _prose(text)
    counts = _script_counts(prose)
    if not counts:
        return None
    east_asian = counts["han"] + counts["kana"] + counts["hangul"]
    if east_asian >= _EAST_ASIAN_SHARE * counts.total():
        return _east_asian(counts)
    script, letters = counts.most_common(1)[0]
    if letters < _LETTERS_NEEDED:
        return None
    return _by_letters(prose, script) or _by_statistics(prose, script)


def script_share(text: str, lang: str) -> float:
    """Return the share of a text's letters (0 to 1) that belong to the script of a language; 1 without letters."""
    counts = _script_counts(_prose(text))
    total = counts.total()
    return sum(counts[script] for script in scripts_of(lang)) / total if total else 1.0


def scripts_of(lang: str) -> tuple[str, ...]:
    """Name the scripts that a language is written in; Latin for languages that are not known."""
    entry = LANGUAGES.get(base_language(lang))
    return entry[2] if entry else ("latin",)


def likelier(text: str, lang: str) -> tuple[str, float] | None:
    """Name the language that a text in Latin letters is likelier in than in ``lang``, and by how much.

    The measure is a difference of log-likelihoods over the square root of the length in bytes: texts of ten words in
    another language hardly ever come below 3, texts in the language itself hardly ever above 0.3. ``None`` where
    ``lang`` comes first, where statistics do not know it, or where the text has too few letters.
    """
    prose = _prose(text)
    if _script_counts(prose)["latin"] < _LETTERS_NEEDED:
        return None
    ranked = _ranked(prose, "latin")
    distance = dict(ranked).get(base_language(lang))
    return (ranked[0][0], distance) if distance else None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {name.casefold(): code for code, (name, natives, _) in LANGUAGES.items() for name in (name, *natives)}
    return names | {name.casefold(): code for code, name in VARIANTS.items()}


def _unknown(text: str, wanted: str) -> str:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 -- only an error needs it
    from rapidfuzz.process import extractOne  # noqa: PLC0415 -- only an error needs it

    near = extractOne(wanted, [*_names(), *LANGUAGES], scorer=ratio, score_cutoff=_NEAR)
    code = _names().get(near[0], near[0]) if near else ""
    hint = f" Did you mean {language_name(code)} ({code})?" if code else " Use a code such as en, zh or pt-br."
    return f"Unknown language: {text!r}.{hint}"


@lru_cache(maxsize=1)
def _scanner() -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 -- codes and names do without it

    runs = {name: f"(?:{pattern})+" for name, pattern in SCRIPTS.items() if name != "other"}  # which holds all scripts
    return regex.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in {**SCRIPTS, **runs}.items()))


def _prose(text: str) -> str:
    from styletune.text.inline import prose  # noqa: PLC0415 -- codes and names do without it

    return prose(text)


@lru_cache(maxsize=64)
def _script_counts(text: str) -> Counter[str]:
    counts = Counter[str]()
    for match in _scanner().finditer(text):
        counts[match.lastgroup or ""] += match.end() - match.start()
    return counts


def _east_asian(counts: Counter[str]) -> str | None:
    han, kana, hangul = counts["han"], counts["kana"], counts["hangul"]
    if han + kana + hangul < _UNSPACED_LETTERS_NEEDED:
        return None
    if hangul > han + kana:
        return "ko"
    return "ja" if kana * 10 > han + kana else "zh"


def _by_letters(text: str, script: str) -> str | None:
    if script in {"cyrillic", "arabic"}:
        lowered = text.lower()
        for code, letters in _TELLING_LETTERS:
            if script in scripts_of(code) and any(letter in lowered for letter in letters):
                return code
    return _SCRIPT_DEFAULTS.get(script)


def _by_statistics(text: str, script: str) -> str | None:
    ranked = _ranked(text, script)
    if not ranked:
        return None
    total = sum(math.exp(-distance) for _, distance in ranked)
    return ranked[0][0] if 1 / total >= _SURE else None


@lru_cache(maxsize=16)
def _written_in(script: str) -> frozenset[str]:
    """Return the codes of the languages that are written in a script."""
    return frozenset(code for code, (_, _, scripts) in LANGUAGES.items() if script in scripts)


def _ranked(text: str, script: str) -> list[tuple[str, float]]:
    """List the languages of a script with how much less likely they are than the first, by statistics of letters."""
    rank: Callable[[str], list[tuple[str, float]]] = import_module("py3langid").rank  # takes most of a second to load
    ranked = [(code, float(score)) for code, score in rank(text) if code in _written_in(script)]
    temperature = math.sqrt(len(text.encode())) or 1.0
    return [(code, (ranked[0][1] - score) / temperature) for code, score in ranked]
