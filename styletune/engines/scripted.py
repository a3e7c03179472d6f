"""An engine that says what it is told to: for tests of everything around an engine.

::

    engine = ScriptedEngine(["First answer.", Reply("Cut off", finish="length"), EngineError("broken")])
    engine = ScriptedEngine({"The source.": "The answer."})
    engine = ScriptedEngine(lambda job: job.source.upper())
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import cast

from styletune.engines.protocol import Capabilities, Finish, Job, OnText, Prefix, Result
from styletune.errors import Cancelled, EngineError


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer."""

    text: str
    finish: Finish = "stop"
    pieces: tuple[str, ...] = ()
    """What ``on_text`` hears, one call each; empty streams the whole text at once."""

    tokens_in: int = 1
    tokens_out: int = 1
    seconds: float = 0.0
    error: str = ""
    """What failed; with ``finish="failed"``."""

    before: Callable[[], None] = field(default=lambda: None)
    """Called when the job begins and before each piece after the first: a place to set a stop event or to wait."""


Answer = Reply | str | Exception
Script = Iterable[Answer] | Mapping[str, Answer] | Callable[[Job], Answer]


class ScriptedEngine:
    """Answers jobs from a queue, a mapping by source, or a function of the job.

    An answer that is an exception is raised. A queue that runs out, or a source that the mapping lacks, raises
    ``EngineError``. ``prefixes`` and ``jobs`` hold everything the engine was given, ``closed`` how often it was
    closed. ``reverse`` answers a whole run backwards, because real engines finish jobs in any order.
    """

    def __init__(
        self,
        script: Script = (),
        *,
        name: str = "scripted",
        capabilities: Capabilities | None = None,
        local: bool = True,
        reverse: bool = False,
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(streaming=True)
        self.local = local
        self.prefixes: list[Prefix] = []
        self.jobs: list[Job] = []
        self.closed = 0
        self._reverse = reverse
        self._answer = _answers(script)

    def open(self, prefix: Prefix) -> None:
        """Record a prefix."""
        self.prefixes.append(prefix)

    def run(self, jobs: Iterable[Job], *, stop: Event | None = None, on_text: OnText | None = None) -> Iterator[Result]:
        """Yield the scripted results."""
        if not self.prefixes:
            raise EngineError("The engine was not opened. Call open(prefix) first.")
        for job in reversed(list(jobs)) if self._reverse else jobs:
            self.jobs.append(job)
            reply = self._answer(job)
            if isinstance(reply, Exception):
                raise reply
            yield _play(job, Reply(reply) if isinstance(reply, str) else reply, stop, on_text)

    def close(self) -> None:
        """Count the call."""
        self.closed += 1


def _answers(script: Script) -> Callable[[Job], Answer]:
    if callable(script):
        return script
    if isinstance(script, Mapping):
        by_source = dict(cast("Mapping[str, Answer]", script))
        return lambda job: by_source.get(job.source, EngineError(f"No answer is scripted for {job.source!r}."))
    queue = deque(script)
    return lambda job: queue.popleft() if queue else EngineError(f"No answer is left for {job.source!r}.")


def _play(job: Job, reply: Reply, stop: Event | None, on_text: OnText | None) -> Result:
    for piece in reply.pieces or (reply.text,):
        reply.before()
        if stop is not None and stop.is_set():
            raise Cancelled("The run was stopped.")
        if on_text is not None and piece:
            on_text(job.id, piece)
    return Result(job.id, reply.text, reply.finish, reply.tokens_in, reply.tokens_out, reply.seconds, reply.error)
