"""Between the glossary's phrases and the regular expressions of Vale (https://vale.sh/docs/keys/vocab)."""

import re

import regex

from styletune.text.tokens import UNSPACED

_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_EITHER_CASE = re.compile(r"\[(\w)(\w)\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ANY_ENDING = re.compile(r"(?:\\w|\\S|\\p\{L\}|\[a-z\])[*+]$")
_BORDER = re.compile(r"^\\b|(?<!\\)\\b$")
_DOT = re.compile(r"(?<=\w)\.(?=\w)")
_IGNORING_CASE = "(?i)"

OURS = "# styletune: "
"""Begins a rule that was exported; the code of the language of the outputs follows, or ``any``."""


def as_regex(phrase: str, *, star: bool = False) -> str:
    """Write a phrase as an expression; one without capitals matches any case.

    With ``star``, ``*`` at its end stands for any ending.
    """
    star = star and phrase.endswith("*")
    stem = phrase.rstrip("*") if star else phrase
    escaped = _META.sub(lambda found: "\\" + found[0], stem) + (r"\w*" if star else "")
    return escaped if any(char.isupper() for char in stem) or stem.upper() == stem else _IGNORING_CASE + escaped


def as_literal(phrase: str) -> str:
    """Write a phrase as an expression that matches nothing else, in this case alone."""
    return _META.sub(lambda found: "\\" + found[0], phrase)


def as_phrase(expression: str, *, star: bool = False, any_case: bool = False) -> str | None:
    """Read an expression that is no more than a word or a phrase; ``None`` for all others.

    Arguments: ``star`` allows ``*`` for any ending; ``any_case`` tells that the rule ignores case, as does ``(?i)``.
    """
    text = " ".join(expression.split())
    any_case = any_case or text.startswith(_IGNORING_CASE)
    text = _BORDER.sub("", text.removeprefix(_IGNORING_CASE))
    text, either = _EITHER_CASE.subn(_one_case, text)
    any_case = any_case or either > 0
    ending = "*" if star and _ANY_ENDING.search(text) else ""
    text = _ANY_ENDING.sub("", text) if ending else text
    bare = _DOT.sub("", _ESCAPED.sub("", text))
    if _META.search(bare) or not text.strip():
        return None
    plain = _ESCAPED.sub(r"\1", text)
    return (plain.lower() if any_case else plain) + ending


def needs_nonword(phrase: str) -> bool:
    r"""Tell whether a phrase has no word border at one of its ends, where Vale's own ``\b`` would never match."""
    text = phrase.rstrip("*")
    edges = (text[:1], text[-1:]) if not phrase.endswith("*") else (text[:1],)
    return any(not edge.isalnum() or regex.match(UNSPACED, edge) for edge in edges)


def _one_case(found: "re.Match[str]") -> str:
    """Make one letter of two that differ in case; others are no plain word."""
    one, other = found[1], found[2]
    return one.lower() if one.lower() == other.lower() else found[0]
