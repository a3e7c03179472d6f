"""Readers of the values of a prompt file, and the slots that its texts have."""

import math
from collections.abc import Callable, Mapping
from typing import Any, cast

import regex

from styletune.config import values
from styletune.config.given import Given, nearest
from styletune.config.tables import read_table

BUILDERS = ("rewrite", "translate", "qa")

SLOTS = ("text", "language", "author_language", "section", "imitated")
"""What is filled in: the author's text, the language to answer in, the language of the text, what stands above it in a
note, and drafts to imitate."""

HIGHEST_TEMPERATURE = 2.0

_PER_TEXT = ("text", "section")
"""Slots that differ from text to text; a system message that all texts share has no place for them."""

_SLOT = regex.compile(r"\{\{(?P<plain>[^\W\d]\w*)\}\}|\{(?P<slot>[^\W\d]\w*)\}")
"""Other braces are what they are, so that a prompt can show JSON or LaTeX."""


def slots(template: str) -> frozenset[str]:
    """Name the slots of a text."""
    return frozenset(match["slot"] for match in _SLOT.finditer(template) if match["slot"])


def fill(template: str, contents: Mapping[str, str]) -> str:
    """Fill slots; what is filled in is never looked into. ``{{text}}`` stands for ``{text}`` itself."""
    return _SLOT.sub(lambda match: contents[match["slot"]] if match["slot"] else f"{{{match['plain']}}}", template)


def above_text(template: str) -> int:
    """Return the offset at which the author's text first stands in a template."""
    return next(match.start() for match in _SLOT.finditer(template) if match["slot"] == "text")


def builder(given: Given) -> str | None:
    """Read what a prompt is for."""
    written = values.text(given)
    if written is None or written in BUILDERS:
        return written
    given.refuse(f'builder: "{written}" is none that has prompts. {nearest(written, BUILDERS)}')
    return None


def one_line(given: Given) -> str | None:
    """Read a text and join its lines."""
    written = values.text(given)
    return None if written is None else " ".join(written.split())


def temperature(given: Given) -> float | None:
    """Read a sampling temperature."""
    value = given.value
    if not isinstance(value, int | float) or isinstance(value, bool):
        given.refuse_unless("a number")
    elif not (math.isfinite(value) and 0 <= value <= HIGHEST_TEMPERATURE):
        given.refuse(f"temperature must be from 0 to {HIGHEST_TEMPERATURE:g}, but it is {value}.")
    else:
        return float(value)
    return None


def system(given: Given) -> str | None:
    """Read the text that all texts of a language share."""
    written = _template(given)
    for slot in sorted(slots(written or "") & set(_PER_TEXT)):
        given.refuse(f"system: {{{slot}}} differs from text to text. Put it into user.")
    return written


def user(given: Given) -> str | None:
    """Read the text of the turn that holds the author's."""
    written = _template(given)
    if written is not None and "text" not in slots(written):
        given.refuse("user: {text} is missing. It is where the author's text goes.")
    return written


def tables_of(row: type) -> Callable[[Given], object]:
    """Make a reader of ``[[tables]]`` that each become an instance of a class."""

    def read(given: Given) -> object:
        value = given.value
        if not isinstance(value, list):
            given.refuse(f"{given.name} must be tables. Write [[{given.name}]] and the keys of each below it.")
            return None
        listed = cast("list[object]", value)
        entries = [given.inner(number, entry) for number, entry in enumerate(listed)]
        before = len(given.problems)
        found: list[dict[str, Any]] = [read_table(entry, row) for entry in entries]
        return tuple(row(**fields) for fields in found) if len(given.problems) == before else None

    return read


def _template(given: Given) -> str | None:
    """Read a text with slots; outer white space and white space at the ends of lines is nothing that a model is told."""
    written = values.text(given)
    if written is None:
        return None
    for slot in sorted(slots(written) - set(SLOTS)):
        hint = nearest(slot, SLOTS) if slot not in SLOTS else ""
        given.refuse(f"{given.name}: {{{slot}}} is no slot. {hint} For the braces themselves write {{{{{slot}}}}}.")
    return "\n".join(line.rstrip() for line in written.strip().splitlines())
