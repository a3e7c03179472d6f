"""An explained prompt, as text for people and as JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from styletune.terminal.console import printable


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Something that the memory put into a prompt."""

    what: str
    """``rule``, ``term``, ``example`` or ``paragraph``."""

    text: str
    place: str
    """``FILE:LINE``, the name of a file, or the id of a correction and where that is from."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One prompt and all there is to say about it."""

    place: str
    """``FILE:LINE`` where its segment begins."""

    kind: str
    part: str
    """Which part of a long segment it is for; empty for a whole one."""

    task: str
    model: str
    state: str
    """What becomes of the segment in the next run."""

    messages: tuple[tuple[str, str], ...]
    """Roles and texts, as the engine gets them."""

    rendered: str | None
    """The same as the model's chat template writes it."""

    tokens: Mapping[str, int]
    """Tokens of each part, and the ``total``."""

    why_estimated: str | None
    """Why the tokens are an estimate; ``None`` if they are counted."""

    ingredients: tuple[Ingredient, ...]
    left_out: tuple[str, ...]
    depends_on: Mapping[str, str]
    """What an answer is kept under in the translation memory, part by part."""


def as_json(explanations: Sequence[Explanation]) -> bytes:
    """Render explanations as a JSON array."""
    text = json.dumps([_object(found) for found in explanations], ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _object(found: Explanation) -> dict[str, Any]:
    messages = [{"role": role, "content": content} for role, content in found.messages]
    return asdict(found) | {"messages": messages, "tokens": dict(found.tokens), "depends_on": dict(found.depends_on)}


def as_text(explanations: Sequence[Explanation]) -> bytes:
    """Render explanations for people."""
    parts = ("\n".join(_lines(found)) for found in explanations)
    return (printable("\n\n".join(parts)) + "\n").encode("utf-8", "backslashreplace")


def _lines(found: Explanation) -> Iterator[str]:
    part = f", {found.part}" if found.part else ""
    yield f"{found.place} ({found.kind}{part}): {found.task}, {found.model}"
    yield found.state
    yield from _prompt(found)
    yield from _tokens(found)
    yield from _section("Where it comes from", [_ingredient(one) for one in found.ingredients])
    yield from _section("Left out", found.left_out)
    yield from _section("What the answer depends on", [f"{name}: {value}" for name, value in found.depends_on.items()])


def _prompt(found: Explanation) -> Iterator[str]:
    yield ""
    if found.rendered is not None:
        yield "The prompt, as the model's chat template writes it"
        yield _RULER
        yield found.rendered.removesuffix("\n")
        yield _RULER
        return
    yield "The prompt, as the engine gets it"
    for role, content in found.messages:
        yield f"{_RULER[:3]} {role} {_RULER[4 + len(role) :]}"
        yield content
    yield _RULER


def _tokens(found: Explanation) -> Iterator[str]:
    yield ""
    counted = "counted with the model's own vocabulary"
    yield f"Tokens, {counted if found.why_estimated is None else f'estimated: {found.why_estimated}'}"
    width = max(len(str(count)) for count in found.tokens.values())
    for name, count in found.tokens.items():
        yield f"  {count:>{width}}  {name}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _ingredient(one: Ingredient) -> str:
    return f"{one.what} “{one.text}”: {one.place}"


_RULER = "-" * 60
