"""The messages of a conversation with a model, as three formats write them.

Read are the lines that OpenAI's fine-tuning takes (``messages``, and ``input`` with a preferred answer), and the file
that ChatGPT exports (``mapping``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from styletune.errors import UsageError

Role = Literal["instructions", "user", "assistant", "other"]

_ROLES: Mapping[str, Role] = {
    "system": "instructions", "developer": "instructions", "user": "user", "assistant": "assistant",
}  # fmt: skip
_TEXTS = frozenset({"text", "input_text", "output_text"})


@dataclass(frozen=True, slots=True)
class Message:
    """What one side says."""

    role: Role
    text: str = ""
    fault: str | None = None
    """Why it is nothing to train on, in words."""

    model: str | None = None
    """Which model wrote it, where the file says so."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages of one record, in order."""

    messages: tuple[Message, ...]
    rejected: str | None = None
    """An answer that the last message is preferred to."""


def is_chat(values: object) -> bool:
    """Tell whether a JSON value is a conversation in a format that is known."""
    if not isinstance(values, dict):
        return False
    known = cast("dict[str, object]", values)
    return "messages" in known or "mapping" in known or ("preferred_output" in known and "input" in known)


def conversation(values: object) -> Conversation:
    """Read a conversation. Raises ``UsageError`` that says what is wrong, without the place."""
    if not is_chat(values):
        raise UsageError('this is no conversation: "messages" is missing.')
    known = cast("dict[str, Any]", values)
    if "mapping" in known:
        return Conversation(tuple(_exported(known)))
    if "preferred_output" in known:
        return _preferred(known)
    return Conversation(tuple(map(_message, _listed(known["messages"], "messages"))))


def _preferred(values: dict[str, Any]) -> Conversation:
    asked = values["input"]
    if not isinstance(asked, dict):
        raise UsageError('"input" must be an object with "messages".')
    before = _listed(cast("dict[str, Any]", asked).get("messages"), "messages")
    chosen = _listed(values["preferred_output"], "preferred_output")
    rejected = [_message(one) for one in _listed(values.get("non_preferred_output"), "non_preferred_output")]
    usable = [one.text for one in rejected if one.fault is None]
    return Conversation(tuple(map(_message, [*before, *chosen])), usable[0] if len(usable) == 1 else None)


def _listed(value: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in cast("list[object]", value)):
        raise UsageError(f'"{name}" must be a list of objects with "role" and "content".')
    return cast("list[dict[str, Any]]", value)


def _message(values: Mapping[str, Any]) -> Message:
    role = _ROLES.get(str(values.get("role")), "other")
    if values.get("tool_calls") or values.get("function_call"):
        return Message(role, fault="tool calls")
    if values.get("refusal"):
        return Message(role, fault="refusal")
    text, fault = _content(values.get("content"))
    if values.get("weight") == 0 and role == "assistant":
        fault = "weight 0"
    return Message(role, text, fault)


def _content(content: object) -> tuple[str, str | None]:
    """Return the text of a message, and why it is nothing to train on."""
    parts = cast("Sequence[object]", content) if isinstance(content, list) else [content]
    texts: list[str] = []
    for part in parts:
        fields = cast("dict[str, object]", part) if isinstance(part, dict) else {"type": "text", "text": part or ""}
        if fields.get("type") == "refusal":
            return "", "refusal"
        text = fields.get("text")
        if fields.get("type") not in _TEXTS or not isinstance(text, str):
            return "", "images or sound"
        texts.append(text)
    joined = "\n\n".join(text for text in texts if text.strip()).strip()
    return joined, None if joined else "empty"


def _exported(values: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the messages of the branch of a conversation that was shown last."""
    nodes: object = values["mapping"]
    if not isinstance(nodes, dict):
        raise UsageError('"mapping" must be an object.')
    known = cast("dict[str, Any]", nodes)
    branch: dict[str, Mapping[str, Any]] = {}
    at: object = values.get("current_node")
    while isinstance(at, str) and isinstance(known.get(at), dict) and at not in branch:
        branch[at] = known[at]
        at = known[at].get("parent")
    for node in reversed(branch.values()):
        message: object = node.get("message")
        if isinstance(message, dict):
            yield from _exported_message(cast("dict[str, Any]", message))


def _exported_message(values: Mapping[str, Any]) -> Iterator[Message]:
    author, content, metadata = (_object(values.get(name)) for name in ("author", "content", "metadata"))
    role = _ROLES.get(str(author.get("role")), "other")
    if metadata.get("is_visually_hidden_from_conversation") or role == "instructions":
        return
    text, fault = _content(content.get("parts"))
    if content.get("content_type") != "text":
        text, fault = "", "tool calls" if role == "assistant" else "images or sound"
    model = metadata.get("model_slug")
    yield Message(role, text, fault, model if isinstance(model, str) else "ChatGPT")


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
