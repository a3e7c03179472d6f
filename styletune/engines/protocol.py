"""The seam between the draft loop and whatever generates text.

An engine is batch-oriented from the first day: it gets one prefix that all jobs share, then a stream of jobs, and
yields results in whatever order they finish. Nothing here knows of Markdown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Event
from typing import Literal, Protocol

Finish = Literal["stop", "length", "context", "failed"]
"""Why a generation ended: an end token, the token limit, a prompt that does not fit into the context, or a failure
of this job alone (``Result.error`` says which); a failure that would meet every job is an ``EngineError``."""

OnText = Callable[[str, str], None]
"""Called as ``on_text(job_id, piece)`` from the engine's thread whenever new text of a job is known."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The part of the prompt that every job of a run shares; byte-stable, so that it can be cached."""

    system: str
    """The system message; folded into the first user turn where a chat template has no system role."""

    examples: tuple[tuple[str, str], ...] = ()
    """Fixed (user, assistant) turns that come before each job's own user turn."""


@dataclass(frozen=True, slots=True)
class Job:
    """One generation."""

    id: str
    """Unique within one call of ``run``."""

    user: str
    """The text of the job's own user turn."""

    source: str
    """The text to be transformed, as the model sees it (marks included); a part of ``user``."""

    max_tokens: int = 512
    """Upper limit of generated tokens, above 0."""

    temperature: float = 0.0
    """0 is greedy; above 0 samples with ``seed``."""

    seed: int = 0
    """Seed of this job's own sampler; unused when greedy."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one job."""

    id: str
    text: str
    finish: Finish
    tokens_in: int
    """Prompt tokens of this job: without the shared prefix where the engine shares it, else as the server counted
    them, for all its requests; 0 where nobody counts."""

    tokens_out: int
    seconds: float
    """Wall time from the job's admission to its end."""

    error: str = ""
    """What failed, in words for a report; set with ``failed`` only."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do."""

    streaming: bool = False
    """``on_text`` is called before a job has finished."""

    prefix_sharing: bool = False
    """The prefix is evaluated once, not once per job."""

    drafting: bool = False
    """The engine drafts tokens from the source text."""

    trusted_text: bool = False
    """The output is correct by construction (echo, pseudo): only structural guards apply."""


class Engine(Protocol):
    """Generates text for jobs that share a prefix.

    ``open`` may be called again with another prefix. ``run`` raises ``Cancelled`` soon after ``stop`` is set, and
    ``EngineError`` when generation itself breaks; results that were already yielded stay valid. All methods but
    ``stop.set`` belong to one thread. ``close`` may be called twice.
    """

    @property
    def name(self) -> str:
        """Name for reports, such as ``SmolLM2-135M-Instruct.Q4_1.gguf``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the engine can do."""
        ...

    @property
    def local(self) -> bool:
        """Whether text stays on this machine."""
        ...

    def open(self, prefix: Prefix) -> None:
        """Take the prefix of the runs that follow; it is evaluated when the first job runs."""
        ...

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield results in whatever order they are ready."""
        ...

    def close(self) -> None:
        """Free what the engine holds."""
        ...
