"""Chat templates: messages to the exact text a model was trained on, with user text kept apart from the template's.

A template comes out of a model file, so it is run in Jinja's sandbox and with a budget. Each message is rendered as a
sentinel; the rendered text is then cut at the sentinels, so that whoever tokenizes it can treat what the template
wrote as control text and what people wrote as plain text. Serving and training both call this module.

The variables are those of ``transformers``' ``apply_chat_template``; thinking is switched off by ``enable_thinking``.
A template's own changes to a message, such as ``trim``, act on the sentinel and so leave the message as it is.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from jinja2 import TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from styletune.errors import ModelError

Role = Literal["system", "user", "assistant"]

PROMPT_DATE = datetime(2024, 7, 26, tzinfo=UTC)
"""The day that templates get to see: a prompt that changes at midnight could not be cached or compared."""

_STEPS = 100_000
"""Loop passes and calls that one rendering may use; the templates of real models use a few thousand."""

_LONGEST = 1_000_000
"""Characters that one rendering may yield."""


_WIDE = re.compile(r":[^}]*([0-9]{4}|\{)")
"""A format string that asks for a huge width, or takes the width from an argument."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a rendered prompt."""

    text: str
    message: int | None = None
    """Index of the message whose content this is; ``None`` for text of the template, which may hold control tokens."""


class ChatTemplate:
    """A model's own template.

    ``source`` is the Jinja text, ``bos`` and ``eos`` the spellings of the model's special tokens and ``name`` what
    error messages call the model. Raises ``ModelError`` when the template is not valid Jinja.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "", name: str = "the model") -> None:
        self._source, self._bos, self._eos, self._name = source, bos, eos, name
        self._environment = _Environment()
        with _as_model_error(name):
            self._template = self._environment.from_string(self._environment.metered(source))

    def render(self, messages: Sequence[Message], *, add_generation_prompt: bool = True) -> tuple[Piece, ...]:
        """Render a conversation.

        A system message that comes first is folded into the first user turn if the template has no system role or
        ignores it. ``add_generation_prompt`` ends the text where the assistant's answer begins. Raises
        ``ModelError`` when the template fails, never ends, or leaves a message out.
        """
        failure: ModelError | None = None
        for attempt in self._attempts(messages):
            try:
                text = self._text(attempt, add_generation_prompt=add_generation_prompt)
            except ModelError as error:
                failure = failure or error
                continue
            pieces = self._cut(text, messages)
            if {piece.message for piece in pieces} >= set(range(len(messages))):
                return pieces
        raise failure or ModelError(f"The chat template of {self._name} leaves a message out. Choose another model.")

    def _attempts(self, messages: Sequence[Message]) -> Iterator[list[dict[str, Any]]]:
        """Yield the ways to hand the messages over: with a system role or folded, as text or as a list of parts."""
        plain = [{"role": message.role, "content": self._sentinel(index)} for index, message in enumerate(messages)]
        shapes = [plain]
        if len(plain) > 1 and [turn["role"] for turn in plain[:2]] == ["system", "user"]:
            first = {"role": "user", "content": f"{plain[0]['content']}\n\n{plain[1]['content']}"}
            shapes.append([first, *plain[2:]])
        yield from shapes
        for shape in shapes:
            yield [{**turn, "content": [{"type": "text", "text": turn["content"]}]} for turn in shape]

    def _text(self, turns: list[dict[str, Any]], *, add_generation_prompt: bool) -> str:
        self._environment.refill()
        with _as_model_error(self._name):
            return self._template.render(
                messages=turns,
                add_generation_prompt=add_generation_prompt,
                bos_token=self._bos,
                eos_token=self._eos,
                enable_thinking=False,
                tools=None,
                documents=None,
            )

    def _sentinel(self, index: int) -> str:
        """Spell a stand-in for a message that no template writes, has no blank at its ends and survives ``trim``."""
        mark = "MESSAGE"
        while mark in self._source:
            mark += "X"
        return f"{mark}Q{index}Q"

    def _cut(self, text: str, messages: Sequence[Message]) -> tuple[Piece, ...]:
        if not messages:
            return (Piece(text),)
        pattern = "|".join(re.escape(self._sentinel(index)) for index in range(len(messages)))
        numbers = {self._sentinel(index): index for index in range(len(messages))}
        parts = re.split(f"({pattern})", text)
        pieces = (
            Piece(messages[numbers[part]].content, numbers[part]) if part in numbers else Piece(part) for part in parts
        )
        return tuple(piece for piece in pieces if piece.text or piece.message is not None)


class _as_model_error:  # noqa: N801 - used like a function, in with statements
    """Turn whatever a template does wrong into a ``ModelError``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, ModelError):
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ModelError(
                f"The chat template of {self._name} cannot be used: {reason}. Choose another model."
            ) from error


class _Generation(Extension):
    """Accept ``{% generation %}``, which templates use to mark what a model is trained on."""

    tags = {"generation"}  # noqa: RUF012 - declared like this by jinja2

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Keep what stands between the tags."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Meter(NodeTransformer):
    """Rewrites a template so that each pass of a loop is counted and each joined text is measured."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - named after the node
        """Count the passes of a loop."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_counted", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - named after the node
        """Measure what ``~`` joins."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, "_joined", [], [], None, None, lineno=node.lineno)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja as ``transformers`` sets it up, with a budget.

    The sandbox forbids reaching into Python; it does not forbid running for ever or filling the memory. So every pass
    of a loop and every call is counted, what is written is measured, and ways to make huge texts are closed.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation], finalize=self._measured
        )
        self.refill()
        tables: tuple[dict[str, Any], dict[str, Any]] = self.globals, self.filters
        variables, filters = tables
        variables |= {"raise_exception": _raise_exception, "strftime_now": PROMPT_DATE.strftime}
        del variables["lipsum"]
        filters |= {name: _forbidden(name) for name in ("center", "indent", "wordwrap", "format")}
        filters |= {"tojson": _to_json, "_counted": self._counted, "_joined": self._joined}

    def refill(self) -> None:
        """Grant the budget of one rendering."""
        self._steps_left = _STEPS
        self._characters_left = _LONGEST

    def metered(self, source: str) -> nodes.Template:
        """Parse a template so that what it does is counted."""
        tree: nodes.Template = _Meter().visit(self.parse(source))
        return tree

    def call(self, context: Context, called: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - jinja2's signature
        """Count a call, and refuse the methods that pad a text to any length."""
        self._spend()
        name = getattr(called, "__name__", "")
        pads = name in {"format", "format_map"} and _WIDE.search(str(inspect.unwrap(called).__self__))
        if pads or name in {"ljust", "rjust", "center", "zfill", "expandtabs"}:
            raise SecurityError("it pads text, which could fill the memory")
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - jinja2's signature
        """Add texts of bounded length; calculate with numbers of bounded size."""
        numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
        if operator == "+" and not numbers:
            return self._bounded(super().call_binop(context, operator, left, right))
        if not numbers:
            raise SecurityError(f"it uses {operator!r} on something other than numbers")
        if operator == "**" and abs(right) > 64:  # noqa: PLR2004 - far above what any template needs
            raise SecurityError("it raises a number to a huge power")
        return super().call_binop(context, operator, left, right)

    def _joined(self, parts: list[Any]) -> str:
        return str(self._bounded("".join(map(str, parts))))

    def _bounded(self, value: Any) -> Any:  # noqa: ANN401 - a text or a list
        if len(value) > _LONGEST:
            raise SecurityError(f"it makes a text of more than {_LONGEST} characters")
        return value

    def _measured(self, value: Any) -> Any:  # noqa: ANN401 - whatever stands between the braces
        self._characters_left -= len(value) if isinstance(value, str) else 1
        if self._characters_left < 0:
            raise SecurityError(f"it writes more than {_LONGEST} characters")
        return value

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._spend()
            yield value

    def _spend(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise SecurityError(f"it needs more than {_STEPS} steps")


def _raise_exception(message: str) -> None:
    raise TemplateError(message)


def _forbidden(name: str) -> Callable[..., Any]:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise SecurityError(f"it uses the filter {name!r}, which could fill the memory")

    return refuse


def _to_json(value: Any, indent: int | None = None, **_options: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False, indent=None if indent is None else min(indent, 8))
