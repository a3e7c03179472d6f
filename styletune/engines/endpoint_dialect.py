"""What a server accepts of a request: many know the chat protocol, few know all of its parameters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from styletune.engines.protocol import Job, Prefix

OPENAI_HOST = "api.openai.com"

_OPTIONAL = ("stream_options", "seed", "temperature")
_LIMITS = ("max_tokens", "max_completion_tokens")

_UNKNOWN = re.compile(
    r"un(?:supported|known|recognized|recognised|expected)|not (?:be )?(?:supported|permitted|allowed|recognized)|"
    r"(?:does not|doesn't|do not|don't) support|extra|additional|only the default|no such|invalid (?:param|arg|field)"
)
_NO_SYSTEM_ROLE = re.compile(
    r"system[ _-]?(?:role|message|prompt)?s?\b.{0,40}\b(?:not|un)\s?(?:be )?supported|"
    r"(?:does not|doesn't) support.{0,20}\bsystem\b|"
    r"only user(?:,)? and assistant|roles must alternate|role.{0,20}system.{0,40}(?:invalid|not)"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters that a server takes, as far as it has complained."""

    limits: tuple[str, ...] = _LIMITS
    """Names for the limit of tokens that it has not refused; the first is used."""

    left_out: frozenset[str] = frozenset()
    system: bool = True
    """Whether there is a system role; without, the system message goes in front of the first user turn."""

    def request(self, model: str, prefix: Prefix, job: Job, *, streamed: bool = True) -> dict[str, Any]:
        """Write the arguments of ``chat.completions.create``; ``streamed`` has the answer come in pieces."""
        arguments: dict[str, Any] = {
            "model": model,
            "messages": self._messages(prefix, job),
            "stream": streamed,
            "temperature": job.temperature,
            "seed": job.seed,
        }
        if streamed:
            arguments["stream_options"] = {"include_usage": True}
        for limit in self.limits[:1]:
            arguments[limit] = job.max_tokens
        return {name: value for name, value in arguments.items() if name not in self.left_out}

    def without(self, message: str, parameter: str | None) -> tuple["Dialect", str] | None:
        """Return what remains after a complaint, and the complaint in words; ``None`` if it is about something else.

        Arguments: ``message`` is what the server said, in lower case, ``parameter`` the one that it named apart.
        """
        if self.system and _NO_SYSTEM_ROLE.search(message):
            return replace(self, system=False), "has no system role; its text goes in front of the first request"
        if not _UNKNOWN.search(message):
            return None
        for name in self.limits[:1]:
            if _names(name, message, parameter):
                return replace(self, limits=self.limits[1:]), f"does not take {name}; {self._next_limit()}"
        for name in _OPTIONAL:
            if name not in self.left_out and _names(name, message, parameter):
                return replace(self, left_out=self.left_out | {name}), f"does not take {name}; it is left out"
        return None

    def _messages(self, prefix: Prefix, job: Job) -> list[dict[str, str]]:
        turns = [("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(_texts(prefix, job))]
        if prefix.system and self.system:
            turns.insert(0, ("system", prefix.system))
        elif prefix.system:
            turns[0] = ("user", f"{prefix.system}\n\n{turns[0][1]}")
        return [{"role": role, "content": text} for role, text in turns]

    def _next_limit(self) -> str:
        return f"{self.limits[1]} is used" if len(self.limits) > 1 else "answers have no limit"


def dialect_of(host: str) -> Dialect:
    """Return what a server is taken to accept before it was asked."""
    return Dialect(limits=_LIMITS[::-1]) if host == OPENAI_HOST else Dialect()


def _texts(prefix: Prefix, job: Job) -> Sequence[str]:
    return [*(text for example in prefix.examples for text in example), job.user]


def _names(name: str, message: str, parameter: str | None) -> bool:
    return parameter == name or re.search(rf"\b{name}\b", message) is not None
