"""A pair as the model meets it: cut and masked as a draft is when styletune works on it.

Marks of the target get the numbers of the source's marks that hold the same, so that a model learns to copy them. A
translation may lead to the page in its own language; the mark stands for the source's page then, as it will in use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import regex

from styletune.exchange.pair import Pair
from styletune.markdown.document import Document
from styletune.markdown.marks import MARK, Mark, MarkError, MarkMode, Piece, describe, show
from styletune.markdown.slots import nested

_PLAIN = regex.compile(
    r"(?!.*(?i:www)\.)\p{L}(?:[\p{L}\p{M}\p{Nd} ,.;!?'\"’‘“”„«»()%、。，；：！？（）「」『』《》…—–·-]|:(?= |$))*+"
)
"""A text in which nothing can be Markdown, nor an address."""

_APART = b"\n\n"
"""Stands before a text, so that nothing at its beginning is taken for a file's header."""

_ALT = regex.compile(r"!\[[^\[\]]*\](?=\()")
_DESTINATION = regex.compile(r"\]\(\s*<?([^\s<>]*?)>?(?:\s+[\"'(].*)?\s*\)$", regex.DOTALL)
_SCHEME = regex.compile(r"^https?://(?:www\.)?", regex.IGNORECASE)
_LANGUAGE_PART = regex.compile(r"(?<![^/.])[a-z]{2}(?:[-_][A-Za-z]{2,4})?(?=[/.]|$)")
"""``zh-hans`` in ``/zh-hans/page/``, ``fr`` in ``fr.example.org``."""

_PARAGRAPHS = "\n\n"


@dataclass(frozen=True, slots=True)
class ModelTexts:
    """Both sides of a pair as a model sees them."""

    source: str
    target: str
    mark_names: Mapping[int, str] = field(default_factory=dict[int, str])
    """What marks stand for, by number, as it reads in a reason."""


def model_texts(pair: Pair, mode: MarkMode = MarkMode.MASKED) -> ModelTexts:
    """Make the texts that a model is trained on.

    Several paragraphs are joined by empty lines, and the numbers of marks run through. A question has none of the
    marks of its answer, so both stay as they are. Raises ``MarkError`` that says which mark one side has alone, or
    that there is no prose.
    """
    if pair.task == "qa":
        return ModelTexts(pair.source, pair.target)
    source, target = (_pieces(text, side) for text, side in ((pair.source, "source"), (pair.target, "target")))
    wanted, found = ([mark for part in side for mark in _marks(part)] for side in (source, target))
    if not wanted and not found:
        return ModelTexts(_shown(source, mode, ()), _shown(target, mode, ()))
    numbers = _matched(wanted, found)
    names = {number: describe(mark) for number, mark in enumerate(wanted, 1)}
    raws = iter([wanted[number - 1].raw for number in numbers])
    target = [[one if isinstance(one, str) else replace(one, raw=next(raws)) for one in part] for part in target]
    return ModelTexts(_shown(source, mode, list(names)), _shown(target, mode, numbers), names)


def _pieces(text: str, side: str) -> list[Sequence[Piece]]:
    """Cut a text into the segments that a draft would have, each into prose and marks; those inside others left out."""
    if _PLAIN.fullmatch(text):
        return [(text,)]
    slots = Document(_APART + text.encode("utf-8", "replace")).slots
    inner = {slot.segment.id for index in range(len(slots)) for slot in nested(slots, index)}
    found = [slot.pieces for slot in slots if slot.segment.id not in inner]
    if not found:
        raise MarkError(f"the {side} holds no prose")
    return list(found)


def _marks(pieces: Sequence[Piece]) -> list[Mark]:
    return [piece for piece in pieces if isinstance(piece, Mark)]


def _shown(parts: Sequence[Sequence[Piece]], mode: MarkMode, numbers: Sequence[int]) -> str:
    """Show segments; what the serving side numbers from 1 in each of them gets ``numbers`` that run through all."""
    shown = _PARAGRAPHS.join(show(part, mode) for part in parts)
    if mode is MarkMode.VISIBLE:
        return shown
    order = iter(numbers)
    return MARK.sub(lambda _: f"⟦{next(order)}⟧", shown)


def _matched(wanted: Sequence[Mark], found: Sequence[Mark]) -> list[int]:
    """Return the number of each mark of the target: that of the first mark of the source that holds the same."""
    numbers = [0] * len(found)
    left = dict(enumerate(wanted, 1))
    for likeness in _LIKENESSES:
        for index, mark in enumerate(found):
            number = 0 if numbers[index] else _first(left, likeness, mark)
            if number:
                numbers[index] = number
                del left[number]
    for mark in left.values():
        raise MarkError(f"{describe(mark)} is missing in the target")
    for number, mark in zip(numbers, found, strict=True):
        if not number:
            raise MarkError(f"{describe(mark)} is missing in the source")
    return numbers


def _first(left: Mapping[int, Mark], likeness: Callable[[Mark], str], mark: Mark) -> int:
    held = likeness(mark)
    return next((number for number, other in left.items() if held and likeness(other) == held), 0)


def _content(mark: Mark) -> str:
    """All of it; hard line breaks are alike however they are written, and so are images whatever they are called."""
    return "break" if mark.role == "break" else f"{mark.role} {_ALT.sub('![]', mark.raw)}"


def _address(mark: Mark) -> str:
    found = _DESTINATION.search(mark.raw) if mark.role == "link" else None
    return _SCHEME.sub("", found[1]).rstrip("/") if found else ""


def _page(mark: Mark) -> str:
    """The address in whatever language; within a site also without the section, whose name goes with its heading."""
    address = _address(mark)
    page, _, section = address.partition("#")
    if "://" in mark.raw:
        page = address
    return _LANGUAGE_PART.sub("*", page).replace("*/", "").rstrip("/") or ("#" if section else "")


_LIKENESSES: tuple[Callable[[Mark], str], ...] = (_content, _address, _page)
