"""What a server sends as its answer, put together piece by piece."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from styletune.engines.endpoint_faults import AttemptError, Concern, broken_off, from_stream, nonsense
from styletune.engines.protocol import Finish, Job, OnText

_FINISHES: Mapping[str, Finish] = {"length": "length", "max_tokens": "length"}
_BROKEN = frozenset({"error", "abort", "cancelled", "insufficient_system_resource"})
"""What vLLM, OpenRouter and DeepSeek call an answer that they did not finish."""

_PIECES_FOR_A_TOKEN = 2
_CHARACTERS_FOR_A_TOKEN = 40
_THOUGHTS = 20_000
"""Pieces of thinking that are waited for."""


class Answer:
    """An answer that is arriving."""

    def __init__(self, job: Job) -> None:
        self._most = job.max_tokens
        self._pieces: list[str] = []
        self._size = self._thoughts = 0
        self.finish: Finish | None = None
        self.tokens: tuple[int, int] | None = None
        """Tokens of prompt and answer as the server counted them."""

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def overlong(self) -> bool:
        """Whether the server ignores the limit of tokens, and may never end."""
        return (
            len(self._pieces) > self._most * _PIECES_FOR_A_TOKEN + 16
            or self._size > self._most * _CHARACTERS_FOR_A_TOKEN + 1000
            or self._thoughts > _THOUGHTS
        )

    def take(self, chunk: object) -> str:
        """Add a chunk of a stream, or a whole answer, and return its text. Raises ``AttemptError``."""
        body = _as_mapping(chunk)
        if error := body.get("error"):
            raise from_stream(error)
        self._count(body.get("usage"))
        choices = body.get("choices")
        if not isinstance(choices, list) or not choices:
            if body.get("object") == "error":
                raise from_stream(body)
            return ""
        choice = _as_mapping(cast("list[object]", choices)[0])
        said = _as_mapping(choice.get("delta") or choice.get("message") or {})
        piece = self._add(said)
        self._end(choice.get("finish_reason"))
        return piece

    def check(self) -> None:
        """Raise ``AttemptError`` if what arrived is no answer."""
        if self.overlong and self.finish is None:
            self.finish = "length"
        if self.finish is None and not self._pieces and not self._thoughts:
            raise nonsense("it sent an answer without any text or end")
        if self.finish is None:
            raise broken_off()
        if self._thoughts and not self._size:
            raise AttemptError(
                Concern.JOB,
                "it used up the whole answer for thinking",
                "Turn thinking off on the server, or choose a model that does not think.",
            )

    def _add(self, said: Mapping[str, object]) -> str:
        self._thoughts += any(said.get(name) for name in ("reasoning_content", "reasoning"))
        piece = said.get("content")
        if piece is None or piece == "":
            return ""
        if not isinstance(piece, str):
            raise nonsense("it sent something that is no text")
        self._pieces.append(piece)
        self._size += len(piece)
        return piece

    def _end(self, reason: object) -> None:
        if not reason:
            return
        name = str(reason)
        if name == "content_filter":
            raise AttemptError(
                Concern.JOB, "its content filter stopped the answer", "Reword the text, or use another model."
            )
        if name in _BROKEN:
            raise AttemptError(Concern.BROKEN, f"it gave up the answer ({name})", "Look into the server's log.")
        self.finish = _FINISHES.get(name, "stop")

    def _count(self, usage: object) -> None:
        if isinstance(usage, Mapping):
            counts = cast("Mapping[str, object]", usage)
            took = [counts.get(name) for name in ("prompt_tokens", "completion_tokens")]
            self.tokens = (_whole(took[0]), _whole(took[1]))


class Hearing:
    """Passes text on so that nobody hears anything twice when an attempt is repeated.

    A second attempt is heard from where it goes beyond what was heard of the first. If it says something else,
    nothing more is heard of the job: a listener follows along, and the result's text is what counts.
    """

    def __init__(self, job_id: str, on_text: OnText | None) -> None:
        self._tell: Callable[[str], None] = (lambda piece: on_text(job_id, piece)) if on_text else lambda _piece: None
        self._heard = self._said = ""

    def begin(self) -> None:
        """Start with a new attempt."""
        self._said = ""

    def say(self, piece: str) -> None:
        """Take the next text of the attempt."""
        self._said += piece
        if len(self._said) > len(self._heard) and self._said.startswith(self._heard):
            new, self._heard = self._said[len(self._heard) :], self._said
            self._tell(new)


def _as_mapping(value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    to_dict: object = getattr(value, "to_dict", None)
    if not callable(to_dict):
        raise nonsense("it sent something that is no answer of a chat")
    return cast("Mapping[str, Any]", to_dict(warnings=False))  # types that do not fit are judged here


def _whole(value: object) -> int:
    return max(value, 0) if isinstance(value, int) else 0
