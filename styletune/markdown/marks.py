"""How the parts of a segment that must not change are shown to a model, and put back afterwards.

Code spans, destinations, images, inline HTML, math, footnote references and template tags are *marks*. In ``MASKED``
mode the model sees ``⟦1⟧`` in their place, and ``[text](⟦2⟧)`` for a link; in ``VISIBLE`` mode it sees the Markdown.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from styletune.text.wrap import unwrap

MARK = re.compile(r"⟦\s*(\d+)\s*⟧")
_SPACED_MARK = re.compile(r"([ \t]*)⟦\s*(\d+)\s*⟧([ \t]*)")
_AROUND_BREAK = re.compile(r"[ \t]*\v[ \t]*")
LINK_MARK = re.compile(r"\]\(\s*⟦\s*(\d+)\s*⟧\s*\)")


class MarkMode(StrEnum):
    """What a model sees in the place of a mark."""

    MASKED = "masked"
    VISIBLE = "visible"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a segment that must come out as it went in."""

    role: Literal["opaque", "link", "label", "break"]
    """``link``: the tail of a link, from ``]`` on; ``label``: the tail of a shortcut or collapsed reference link,
    whose label must be pinned when its text changes; ``break``: a hard line break, or one in front of a definition
    (``: ``); ``opaque``: all the rest."""

    start: int
    """Offset of the first byte in the source file."""

    end: int
    raw: str
    """The bytes as text, without the prefixes of continuation lines."""

    label: str = ""
    """For ``label``: the reference label as the source writes it."""


Piece = str | Mark
"""A segment is a sequence of visible text and marks."""


class MarkError(ValueError):
    """Signal a model's text whose marks cannot be put back; the message is a reason in words."""


BREAK = "\v"
"""Stands for a hard line break in ``VISIBLE`` mode until soft ones are joined; no Markdown file holds one in prose."""


def show(pieces: Sequence[Piece], mode: MarkMode) -> str:
    """Return the text that a model sees for a segment, the lines of wrapped text joined."""
    if mode is MarkMode.VISIBLE:
        shown_text = unwrap("".join(_visible(piece) for piece in pieces))
        return _AROUND_BREAK.sub("\n", shown_text)
    return unwrap(_masked(pieces))


def _masked(pieces: Sequence[Piece]) -> str:
    shown: list[str] = []
    number = 0
    for piece in pieces:
        if isinstance(piece, str):
            shown.append(piece)
        else:
            number += 1
            shown.append(f"](⟦{number}⟧)" if piece.role in {"link", "label"} else f"⟦{number}⟧")
    return "".join(shown)


def restore(text: str, pieces: Sequence[Piece], mode: MarkMode, render: Callable[[Mark], str]) -> str:
    """Turn a model's text back into Markdown.

    ``render`` gives the Markdown of a mark (its ``raw``, unless something inside it was replaced as well).
    Raises ``MarkError`` when a mark is missing, doubled, unknown or of the wrong shape.
    """
    marks = [piece for piece in pieces if isinstance(piece, Mark)]
    if mode is MarkMode.VISIBLE:
        return _restore_visible(text, marks, render)
    _require_all(text, len(marks))
    for match in reversed(list(LINK_MARK.finditer(text))):
        mark = marks[int(match[1]) - 1]
        if mark.role not in {"link", "label"}:
            continue  # the second parse tells whether the source has that shape, too
        text = text[: match.start()] + _tail(text, match.start(), mark, render) + text[match.end() :]

    def opaque(match: re.Match[str]) -> str:
        mark = marks[int(match[2]) - 1]
        if mark.role in {"link", "label"}:
            raise MarkError(f"the link {_named(mark)} lost its text")
        return mark.raw if mark.role == "break" else match[1] + render(mark) + match[3]

    return _SPACED_MARK.sub(opaque, text)


def describe(mark: Mark) -> str:
    """Name a mark in a sentence such as ``... is missing``."""
    if mark.role == "break":
        return "a hard line break"
    if mark.role in {"link", "label"}:
        return f"the link {_named(mark)}"
    return _clipped(mark.raw, 60)


def _clipped(text: str, most: int) -> str:
    """Shorten a text so that a reason fits one line of a report."""
    return text if len(text) <= most else text[: most - 3] + "…"


def _named(mark: Mark) -> str:
    return f"[{mark.label}]" if mark.role == "label" else mark.raw[1:]


def _visible(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if piece.role == "break":
        return BREAK
    return f"][{piece.label}]" if piece.role == "label" else piece.raw


def _restore_visible(text: str, marks: Sequence[Mark], render: Callable[[Mark], str]) -> str:
    breaks = [mark.raw for mark in marks if mark.role == "break"]
    lines = text.split("\n")
    if len(lines) - 1 != len(breaks):
        raise MarkError(f"it has {len(lines)} lines where the source has {len(breaks) + 1}")
    text = lines[0] + "".join(raw + line for raw, line in zip(breaks, lines[1:], strict=True))
    for mark in marks:
        shown = unwrap(_visible(mark))
        found = -1 if mark.role == "break" else text.find(shown)
        if found >= 0:  # else the second parse tells what is missing
            text = text[:found] + _tail(text, found, mark, render) + text[found + len(shown) :]
    return text


def _require_all(text: str, count: int) -> None:
    found = [int(match[1]) for match in MARK.finditer(text)]
    wanted = range(1, count + 1)
    for number in found:
        if number not in wanted:
            raise MarkError(f"the mark ⟦{number}⟧ was added")
        if found.count(number) > 1:
            raise MarkError(f"the mark ⟦{number}⟧ stands there {found.count(number)} times")
    for number in wanted:
        if number not in found:
            raise MarkError(f"the mark ⟦{number}⟧ is missing")
    if text.count("⟦") != count or text.count("⟧") != count:
        raise MarkError("a mark is damaged")


def _tail(text: str, close: int, mark: Mark, render: Callable[[Mark], str]) -> str:
    """Return the Markdown of a mark at ``close``; a label is pinned if the text before it is no longer the label."""
    if mark.role != "label":
        return render(mark)
    opening = _matching_bracket(text, close)
    if text[opening + 1 : close] == mark.label:
        return mark.raw
    return f"][{mark.label}]"


def _matching_bracket(text: str, close: int) -> int:
    depth = 0
    for index in range(close - 1, -1, -1):
        if index and text[index - 1] == "\\":
            continue
        if text[index] == "]":
            depth += 1
        elif text[index] == "[":
            if depth == 0:
                return index
            depth -= 1
    raise MarkError("a link lost its opening bracket")


_NAMES = {
    "Code": "code",
    "Emphasis": "emphasis",
    "Strong": "bold text",
    "Strikethrough": "struck text",
    "InlineHtml": "an HTML tag",
    "HardBreak": "a hard line break",
    "FootnoteReference": "a footnote reference",
    "InlineMath": "a formula",
    "DisplayMath": "a formula",
    "Link": "a link",
    "Image": "an image",
    "note": "an inline footnote",
    "opaque": "",
}


def describe_items(lost: Iterable[tuple[str, ...]], added: Iterable[tuple[str, ...]]) -> str:
    """Say in words which inline constructs a text lost or added."""
    parts = [f"{_name(item)} is missing" for item in lost] + [f"{_name(item)} was added" for item in added]
    return "; ".join(parts[:3]) or "its markup differs"


def _name(item: tuple[str, ...]) -> str:
    detail = next((part for part in reversed(item[1:]) if part and part not in {"True", "False"}), "")
    return _clipped(" ".join(part for part in (_NAMES.get(item[0], item[0]), detail) if part), 80)
