"""Which terms of a glossary stand in a text."""

from collections.abc import Iterable, Sequence
from unicodedata import normalize

import regex

from styletune.memory.recall import Term
from styletune.text.inline import prose
from styletune.text.tokens import UNSPACED

_PIECES = regex.compile(rf"{UNSPACED}|(?:(?!{UNSPACED})[\p{{L}}\p{{M}}\p{{N}}_])+|[^\s\p{{L}}\p{{M}}\p{{N}}_]")
_PLURAL = regex.compile(r"(?<=\p{Latin}\p{Latin})(?:es|s)$")


class TermFinder:
    """Finds terms; the time depends on the length of the text, not on the size of the glossary.

    Terms are matched as whole words, with an English plural, and as plain substrings where the script has no
    spaces; without case unless the term holds capitals. Of terms that overlap, the longest counts.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: dict[str, list[tuple[list[str], Term]]] = {}
        for term in terms:
            source = normalize("NFC", term.source)
            pieces = _PIECES.findall(source if _cased(term) else source.casefold())
            self._by_first.setdefault(pieces[0].casefold(), []).append((pieces, term))

    def find(self, text: str) -> tuple[Term, ...]:
        """List the terms that stand in a text, each once, in the order in which they first stand there."""
        if not self._by_first:
            return ()
        # Code and addresses stay as they are, whatever a glossary says.
        pieces = _PIECES.findall(normalize("NFC", prose(text)))
        found: dict[Term, None] = {}
        at = 0
        while at < len(pieces):
            match = self._longest(pieces, at)
            if match is None:
                at += 1
            else:
                found[match[1]] = None
                at += match[0]
        return tuple(found)

    def _longest(self, pieces: Sequence[str], at: int) -> tuple[int, Term] | None:
        """Return how many pieces the longest term that begins at a piece takes, and the term."""
        matches = [
            (len(wanted), term)
            for first in _forms(pieces[at].casefold())
            for wanted, term in self._by_first.get(first, ())
            if _stands(wanted, pieces[at : at + len(wanted)], cased=_cased(term))
        ]
        return max(matches, key=lambda match: match[0]) if matches else None


def _cased(term: Term) -> bool:
    return any(char.isupper() for char in term.source)


def _stands(wanted: Sequence[str], pieces: Sequence[str], *, cased: bool) -> bool:
    if not cased:
        pieces = [piece.casefold() for piece in pieces]
    return len(pieces) == len(wanted) and pieces[:-1] == wanted[:-1] and wanted[-1] in _forms(pieces[-1])


def _forms(word: str) -> tuple[str, ...]:
    """List a word and what it may be the plural of."""
    if not word.endswith("s") or not _PLURAL.search(word):
        return (word,)
    return tuple(dict.fromkeys((word, word[:-1], word.removesuffix("es"), *_singular_in_y(word))))


def _singular_in_y(word: str) -> tuple[str, ...]:
    return (f"{word.removesuffix('ies')}y",) if word.endswith("ies") else ()
