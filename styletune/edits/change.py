"""How much a change says: a formatter's work, punctuation, or words."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import regex

from styletune.edits.edit import Change
from styletune.edits.spelling import one_line
from styletune.markdown.parser import Event, parse
from styletune.text.tokens import words

_BREAK = "\x1f"
"""Stands between two blocks."""

_BREAKS = frozenset({"SoftBreak", "HardBreak"})
_VISIBLE = frozenset({"Text", "Code", "InlineMath", "DisplayMath", "FootnoteReference"})
_SYMBOLS = regex.compile(r"[\p{Sc}\p{So}\p{Sm}--[|~<>]]", regex.VERSION1)
"""Signs that say something: currencies, operators, arrows, emoji."""

_INSIDE = regex.compile(r"['’‘‐‑\-]")
"""Signs inside words, which may be written in several ways or left out."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A text as a reader gets it."""

    structure: str
    """All of it, markup included, however that is written."""

    said: tuple[str, ...]
    """Its words and symbols without case, and what its links point to."""


def change(old: str, new: str) -> Change | None:
    """Tell how much was changed between two texts in Markdown; ``None`` if they are equal.

    ``SPACING`` is what formatters do: both are parsed (CommonMark and GFM), and they differ in nothing but white
    space, where lines break, the signs for emphasis, lists, rules and headings, escapes, the padding of tables,
    Unicode forms, or blanks beside Chinese and Japanese. ``TYPOGRAPHY`` keeps all letters, digits, symbols and
    addresses, but not their case, punctuation, markup or paragraphs.
    """
    if old == new:
        return None
    before, after = _form(old), _form(new)
    if before.structure == after.structure:
        return Change.SPACING
    return Change.TYPOGRAPHY if before.said == after.said else Change.WORDING


def _form(text: str) -> _Form:
    # A surrogate stands for a byte that was no UTF-8; it is no text for the parser.
    events = parse(text.encode("utf-8", "replace"))
    visible = one_line("".join(_seen(event) for event in events))
    addresses = [value for event in events for value in _addresses(event)]
    return _Form(one_line("".join(_written(event) for event in events)), tuple(chain(_said(visible), addresses)))


def _written(event: Event) -> str:
    """Write an event in one way, between characters that no text holds."""
    if event.type == "leaf":
        if event.name in _BREAKS:
            return " "
        return str(event.value) if event.name == "Text" else f"\x02{event.name}\x03{event.value}\x04"
    if event.name == "List":
        return f"{_BREAK}{event.type}{'' if event.value is None else 'ordered'}"
    if event.inline:
        return f"\x02{event.type}{event.name}{event.value if event.type == 'start' else ''}\x04"
    return f"{_BREAK}{event.type}{event.name}{event.value if event.name == 'Heading' else ''}{_BREAK}"


def _seen(event: Event) -> str:
    if event.type == "leaf" and event.name in _VISIBLE:
        return str(event.value)
    return "" if event.inline and event.name not in _BREAKS else " "


def _addresses(event: Event) -> Iterator[str]:
    if event.type == "start" and event.name in {"Link", "Image"}:
        yield str(event.value)
    elif event.type == "leaf" and event.name in {"Html", "InlineHtml"}:
        yield str(event.value).strip()


def _said(visible: str) -> Iterator[str]:
    wide = unicodedata.normalize("NFKC", visible).casefold()
    for word in words(wide):
        yield from (part for part in _INSIDE.split(word) if part)
    yield from _SYMBOLS.findall(wide)
