"""Between the glossary's phrases and the regular expressions of Vale (https://vale.sh/docs/keys/vocab)."""

import re

import regex

from styletune.text.tokens import UNSPACED

_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_EITHER_CASE = re.compile(r"\[(?:(?-i:(?P<low>[^\W\d_]))(?i:(?P=low)))\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ANY_ENDING = re.compile(r"(?:\\w|\\S|\\p\{L\}|\[a-z\])[*+]$")
_BORDER = re.compile(r"^\\b|(?<!\\)\\b$")
_PIECE = re.compile(r"\(\?:|\(\?|\\.|\[\w\w\]|.", re.DOTALL)
_MOST = 12
"""Texts that one expression may stand for."""

_IGNORING_CASE = "(?i)"

OURS = "# styletune: "
"""Begins a rule that was exported; the code of the language of the outputs follows, ``any`` or ``rules``."""

RULES = "rules"
"""Stands for rules of ``.stylerules`` that say what is written instead of what."""


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


def as_phrases(expression: str, *, star: bool = False, any_case: bool = False) -> tuple[str, ...]:
    """Read an expression that stands for a few words or phrases, such as ``back(?:-| )lights?``; empty for all others.

    Arguments: ``star`` allows ``*`` for any ending; ``any_case`` tells that the rule ignores case, as does ``(?i)``.
    """
    text = " ".join(expression.split())
    any_case = any_case or text.startswith(_IGNORING_CASE) or bool(_EITHER_CASE.search(text))
    text = _BORDER.sub("", text.removeprefix(_IGNORING_CASE))
    ending = "*" if star and _ANY_ENDING.search(text) else ""
    text = _ANY_ENDING.sub("", text) if ending else text
    try:
        found = _Expansion(text).phrases()
    except ValueError:
        return ()
    plain = (" ".join(phrase.split()) for phrase in found)
    return tuple(dict.fromkeys((phrase.lower() if any_case else phrase) + ending for phrase in plain if phrase))


class _Expansion:
    """All texts that an expression matches, if it is made of letters, alternatives and ``?`` alone.

    Raises ``ValueError`` for any other, and for one that matches too many texts.
    """

    def __init__(self, expression: str) -> None:
        self._pieces: list[str] = _PIECE.findall(expression)
        self._at = 0

    def phrases(self) -> list[str]:
        """Return the texts, in the order in which the expression names them."""
        found = self._alternatives()
        if self._at < len(self._pieces):
            raise ValueError("a bracket that was never opened")
        return found

    def _alternatives(self) -> list[str]:
        found = self._sequence()
        while self._next() == "|":
            self._at += 1
            found += self._sequence()
        return found

    def _sequence(self) -> list[str]:
        found = [""]
        while self._next() not in ("", "|", ")"):
            texts = self._atom()
            if self._next() == "?":
                self._at += 1
                texts = [*texts, ""]
            found = [head + tail for head in found for tail in texts]
            if len(found) > _MOST:
                raise ValueError("too many texts")
        return found

    def _atom(self) -> list[str]:
        piece = self._next()
        self._at += 1
        if piece in ("(", "(?:"):
            found = self._alternatives()
            if self._next() != ")":
                raise ValueError("a bracket that is never closed")
            self._at += 1
            return found
        if _EITHER_CASE.fullmatch(piece):
            return [piece[1].lower()]
        if _ESCAPED.fullmatch(piece):
            return [piece[1]]
        if piece == "." and self._stands_between_letters():
            return [piece]
        if _META.fullmatch(piece) or len(piece) > 1:
            raise ValueError("no letter")
        return [piece]

    def _stands_between_letters(self) -> bool:
        """Tell whether the piece before is the dot of a name such as ``Node.js``."""
        before = self._pieces[self._at - 2] if self._at > 1 else ""
        return before.isalnum() and self._next().isalnum()

    def _next(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""


def needs_nonword(phrase: str) -> bool:
    r"""Tell whether a phrase has no word border at one of its ends, where Vale's own ``\b`` would never match."""
    text = phrase.rstrip("*")
    edges = (text[:1], text[-1:]) if not phrase.endswith("*") else (text[:1],)
    return any(not edge.isalnum() or regex.match(UNSPACED, edge) for edge in edges)
