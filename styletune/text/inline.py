"""Stretches of inline Markdown that hold together when a text is cut or wrapped."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import TypeAlias

import regex

Span: TypeAlias = tuple[int, int]
"""First offset and the offset behind the last, in characters."""

# Repetitions are bounded: a model may write any number of opening brackets, and time must stay linear in them.

_DESTINATION = r"\((?:<[^<>\n]{0,500}>|(?:[^()\\]|\\.|\([^()]{0,100}\)){0,500})\)"

_CODE_AND_MARKS = r"⟦\d+⟧|(?<!`)(`+)(?!`)(?:(?!\n\n).){1,1000}?(?<!`)\1(?!`)"
_TAG = r"</?[A-Za-z][^<>]{0,500}>|<(?:https?|mailto):[^<>\s]*>"
_BARE_URL = r"https?://[^\s<>⟦⟧]+"

_WHOLE = regex.compile(rf"{_CODE_AND_MARKS}|(?<=\]){_DESTINATION}|{_TAG}|{_BARE_URL}", regex.DOTALL)

_LINK = r"!?\[(?:[^\[\]\\]|\\.|\[[^\[\]]{0,100}\]){0,500}\](?:" + _DESTINATION + r"|\[[^\[\]]{0,200}\])"
_STRONG = r"(\*\*|__)(?=\S)(?:(?!\n\n).){1,1000}?(?<=\S)\2"
_EMPHASIS = r"(?<![\w*])(\*|_)(?=[^\s*_])(?:(?!\n\n)[^*_]){1,1000}?(?<=\S)\3(?![\w*])"

_NOT_PROSE = regex.compile(
    r"⟦\s*\d+\s*⟧|`[^`\n]{0,500}`|(?<=\])\([^)\s]{0,500}\)|</?[A-Za-z!][^<>]{0,500}>"
    r"|https?://[^\s<>()（）\[\]，。]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|@[\w-]+"
)

_SENTENCE_ATOMS = regex.compile(rf"{_CODE_AND_MARKS}|{_LINK}|{_STRONG}|{_EMPHASIS}|{_TAG}|{_BARE_URL}", regex.DOTALL)


def whole_spans(text: str) -> list[Span]:
    """List what no line break may enter: marks, code spans, link destinations, HTML tags and bare URLs."""
    return [match.span() for match in _WHOLE.finditer(text)]


def sentence_atoms(text: str) -> list[Span]:
    """List what no sentence ends in: marks, code spans, links, emphasis, HTML tags and bare URLs."""
    return [match.span() for match in _SENTENCE_ATOMS.finditer(text)]


@lru_cache(maxsize=64)
def prose(text: str) -> str:
    """Return a text as it is read: marks, code, destinations, tags, addresses and @names left out, entities resolved."""
    return unescape(_NOT_PROSE.sub(" ", text))


def inside(spans: Sequence[Span], offset: int) -> bool:
    """Tell whether an offset lies strictly within one of some sorted spans that do not overlap."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= offset:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low][0] < offset


def cuts(text: str, offsets: Sequence[int]) -> Iterator[str]:
    """Yield the pieces of a text between sorted offsets; joined they are the text again."""
    start = 0
    for offset in offsets:
        yield text[start:offset]
        start = offset
    if start < len(text):
        yield text[start:]
